"""Labels beside points that do not lie on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import altair as alt

from turnout.report.look import data, text_width, words

__all__ = ["beside", "box", "overlap", "place", "spread"]

_HEIGHT, _GAP = 12, 6

Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom in pixels
# side -> (align, baseline, dx, dy)
_SIDES: Mapping[str, tuple[str, str, int, int]] = {
    "right": ("left", "middle", _GAP + 1, 0),
    "left": ("right", "middle", -_GAP - 1, 0),
    "above": ("center", "bottom", 0, -_GAP),
    "below": ("center", "top", 0, _GAP),
    "above right": ("left", "bottom", 4, -6),
    "below right": ("left", "top", 4, 6),
    "above left": ("right", "bottom", -4, -6),
    "below left": ("right", "top", -4, 6),
}


def place(
    points: Sequence[tuple[float, float, str]],
    width: float,
    height: float,
    lines: Sequence[tuple[float, float]] = (),
) -> list[str | None]:
    """The side of each (x, y, text), in pixels, on which its text covers no other point and no other text.

    Earlier points choose first. A text may lie on one of the `lines`, given by points along them, when it must.
    None = no room: the text is left out.
    """
    marks = [(x - 4, y - 4, x + 4, y + 4) for x, y, _ in points]
    inked = [(x - 2, y - 2, x + 2, y + 2) for x, y in lines]
    texts: list[Box] = []
    sides: list[str | None] = []
    for i, (x, y, text) in enumerate(points):
        taken = [*marks[:i], *marks[i + 1 :], *texts]
        free: list[tuple[int, int, str, Box]] = []
        for side in _SIDES:
            left, top, right, bottom = own = box(x, y, text, side)
            inside = left >= 0 and right <= width and top >= -8 and bottom <= height
            if inside and not any(overlap(own, other) for other in taken):
                free.append((sum(overlap(own, other) for other in inked), len(free), side, own))
        if free:
            _, _, side, own = min(free)
            texts.append(own)
            sides.append(side)
        else:
            sides.append(None)
    return sides


def box(x: float, y: float, text: str, side: str) -> Box:
    """(left, top, right, bottom) of a text on one side of a point."""
    align, baseline, dx, dy = _SIDES[side]
    wide = text_width(text)
    left = x + dx - {"left": 0.0, "center": wide / 2, "right": wide}[align]
    top = y + dy - {"top": 0.0, "middle": _HEIGHT / 2, "bottom": _HEIGHT}[baseline]
    return left, top, left + wide, top + _HEIGHT


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes have an area in common."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def beside(
    rows: Sequence[Mapping[str, Any]], sides: Sequence[str | None], x: alt.X, y: alt.Y, text: str, colour: str
) -> list[alt.LayerChart]:
    """Text layers that write each row's `text` field on its side."""
    layers = []
    for side, (align, baseline, dx, dy) in _SIDES.items():
        mine = [row for row, own in zip(rows, sides, strict=True) if own == side]
        if mine:
            chart = alt.Chart(data(mine)).encode(x=x, y=y, text=alt.Text(f"{text}:N"))
            layers.append(words(chart, colour=colour, align=align, baseline=baseline, dx=dx, dy=dy))
    return layers


def spread(values: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The values moved as little as needed to be `gap` apart and, if there is room, within [low, high]."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    moved: dict[int, float] = {}
    floor = low
    for i in order:  # upwards: nobody closer than the gap to the one below
        moved[i] = max(values[i], floor)
        floor = moved[i] + gap
    ceiling = high
    for i in reversed(order):  # and back down from the top
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - gap
    return [moved[i] for i in range(len(values))]
