"""A table of a page: cells of text, with the number that each is sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Cell", "Table"]


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is what a column is sorted by, None = last."""

    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`strong` are the places of rows to emphasise; the first column is a name, the others are numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    strong: frozenset[int] = frozenset()
