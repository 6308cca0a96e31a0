"""A figure before it is drawn: what it shows, what it says here, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from turnout.report.look import Drawing

__all__ = ["NARROW", "WIDE", "Figure", "Omitted"]

WIDE, NARROW = 720, 344  # pixels: a page, and a telephone


@dataclass(frozen=True, slots=True)
class Figure:
    """`reading` tells how to read it, `finding` what it says in these data; `rows` are its numbers as text.

    `short` is its name in the page's contents, the title if empty.
    """

    name: str  # of its files
    title: str
    reading: str
    finding: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    draw: Callable[[int], Drawing]  # of the width in pixels
    short: str = ""


@dataclass(frozen=True, slots=True)
class Omitted:
    """A figure that these data do not give."""

    title: str
    why: str
