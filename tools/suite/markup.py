"""The light mark-up of pages, and what a reader would say that a page says.

One line each: ``# `` large, ``## `` larger than the rest, ``~ `` small and grey, ``^ `` centred, ``---`` a rule,
``{red}`` a colour, and a tab pushes what follows to the right edge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile(r"^(?:(# )|(## )|(~ )|(\^ )|\{([#\w]+)\})")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, its mark-up read."""

    left: str
    right: str
    big: float
    grey: bool
    centred: bool
    colour: str


def read_line(text: str) -> Line:
    """The line without its marks."""
    big, grey, centred, colour = 1.0, False, False, ""
    while found := _MARK.match(text):
        big = 1.55 if found[1] else 1.25 if found[2] else 0.78 if found[3] else big
        grey, centred, colour = grey or bool(found[3]), centred or bool(found[4]), found[5] or colour
        text = text[found.end() :]
    left, _, right = text.partition("\t")
    return Line(left, right, big, grey, centred, colour)


def plain_text(text: str) -> str:
    """What stands on the page, line by line."""
    lines = [read_line(line) for line in text.split("\n") if line.strip() and line != "---"]
    return "\n".join(" ".join(part for part in (line.left, line.right) if part) for line in lines)
