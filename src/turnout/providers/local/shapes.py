"""Facts of a picture that measuring gives: its size, its colours, and the flat shapes that were drawn in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from turnout.providers.local.pages import Line
from turnout.types import Array

__all__ = ["Shape", "colours", "counted", "facts", "shapes"]

_NAMED = {  # as people name them, in sRGB
    "black": (0, 0, 0), "grey": (128, 128, 128), "light grey": (205, 205, 205), "white": (255, 255, 255),
    "red": (220, 30, 30), "dark red": (130, 0, 0), "orange": (255, 150, 20), "brown": (130, 75, 30),
    "yellow": (250, 225, 40), "green": (40, 150, 50), "light green": (140, 220, 130), "turquoise": (40, 190, 190),
    "light blue": (150, 200, 240), "blue": (40, 90, 210), "dark blue": (10, 20, 110), "purple": (128, 40, 150),
    "pink": (245, 150, 190), "beige": (240, 225, 195),
}  # fmt: skip
_STEP = 32  # levels of a channel that count as one colour
_FLAT = 0.85  # share of the picture in its twelve commonest colours from which on it counts as drawn
_LEAST = 0.0006  # share of the picture that a shape takes at the least
_SHOWN = 16
_COLUMNS, _ROWS = ("left", "centre", "right"), ("top", "middle", "bottom")


@dataclass(frozen=True, slots=True)
class Shape:
    """A patch of one colour. Its box is in pixels."""

    colour: str
    form: str  # "circle", "square", …; "shape" when it is none of these
    place: str  # "top left"
    left: int
    top: int
    width: int
    height: int


def facts(pixels: Array, lines: Sequence[Line]) -> str:
    """Size, main colours and, in a drawing, the shapes that are no letters, as lines of text."""
    height, width = pixels.shape[:2]
    said = [f"size: {width} × {height} pixels", f"colours: {', '.join(colours(pixels))}"]
    if found := shapes(pixels, lines):
        said.append(f"shapes: {counted(found)}")
        said += [f"- {_described(shape, lines)}" for shape in found[:_SHOWN]]
        if len(found) > _SHOWN:
            said.append(f"- and {len(found) - _SHOWN} more")
    return "\n".join(said)


def _described(shape: Shape, lines: Sequence[Line]) -> str:
    """The shape with its place and size, after the text under it, in it and over it: a bar's label and number."""
    bottom = shape.top + shape.height
    near: dict[str, str] = {}
    for line in lines:
        x, y = (line.left + line.right) / 2, (line.top + line.bottom) / 2
        if not shape.left <= x <= shape.left + shape.width:
            continue
        if shape.top <= y <= bottom:
            near["in"] = f"{near['in']} {line.text}" if "in" in near else line.text
        elif 0 < shape.top - y < 1.5 * line.height:
            near["over"] = line.text
        elif 0 < y - bottom < 1.5 * line.height:
            near["under"] = line.text
    labels = [near[where] for where in ("under", "in", "over") if where in near]
    named = f"{': '.join(labels)} – " if labels else ""
    return f"{named}{shape.colour} {shape.form}, {shape.place}, {shape.width} × {shape.height} pixels"


def counted(found: Sequence[Shape]) -> str:
    """How many of each kind: "3 red circles, 1 blue square"."""
    kinds = Counter(f"{shape.colour} {shape.form}" for shape in found)
    return ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in kinds.most_common())


def colours(pixels: Array) -> list[str]:
    """The named colours that take 2 % of the picture or more, the commonest first: "white 78 %"."""
    import cv2

    small = cv2.resize(pixels, (96, 96), interpolation=cv2.INTER_NEAREST).reshape(-1, 3)
    names = _names(small)
    return [f"{name} {n / len(names):.0%}" for name, n in Counter(names).most_common(5) if n >= 0.02 * len(names)]


def shapes(pixels: Array, lines: Sequence[Line]) -> list[Shape]:
    """The patches of one colour that stand out from the ground; none in a photograph, where it would be noise."""
    import cv2
    import numpy as np

    level = (pixels.astype(np.int32) + _STEP // 2) // _STEP
    code = (level[..., 0] << 8) | (level[..., 1] << 4) | level[..., 2]
    found, counts = np.unique(code, return_counts=True)
    order = np.argsort(-counts)[:12]
    if counts[order].sum() < _FLAT * code.size:
        return []
    ground = found[order[0]]
    least = max(30, int(_LEAST * code.size))
    patches = []
    for value, count in zip(found[order], counts[order], strict=True):
        if value == ground or count < least:
            continue
        mask = (code == value).astype(np.uint8)
        total, marks, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        for mark in range(1, total):
            left, top, width, height, area = (int(number) for number in boxes[mark])
            if area < least or min(width, height) < 5 or _is_lettering(left, top, width, height, lines):
                continue
            patch = (marks[top : top + height, left : left + width] == mark).astype(np.uint8)
            colour = _names(np.median(pixels[marks == mark], axis=0)[None])[0]
            place = _place(left + width / 2, top + height / 2, pixels.shape[1], pixels.shape[0])
            patches.append(Shape(colour, _form(patch, area), place, left, top, width, height))
    return sorted(patches, key=lambda shape: (shape.left, shape.top))


def _names(pixels: Array) -> list[str]:
    """The nearest named colour of each pixel (n, 3), blue first, as the eye compares them (CIE Lab)."""
    import cv2
    import numpy as np

    def lab(colours: Array) -> Array:
        scaled = np.asarray(colours, dtype=np.float32).reshape(1, -1, 3) / 255
        found: Array = cv2.cvtColor(scaled, cv2.COLOR_BGR2LAB)[0]
        return found

    known = lab(np.array([rgb[::-1] for rgb in _NAMED.values()]))
    distance = ((lab(pixels)[:, None] - known[None]) ** 2).sum(axis=2)
    names = list(_NAMED)
    return [names[i] for i in distance.argmin(axis=1)]


def _is_lettering(left: int, top: int, width: int, height: int, lines: Sequence[Line]) -> bool:
    """Whether a patch is a letter, or a part of one, in a line that was read."""
    x, y = left + width / 2, top + height / 2
    return any(
        line.left <= x <= line.right and line.top <= y <= line.bottom and height <= 1.2 * line.height for line in lines
    )


def _form(patch: Array, area: int) -> str:
    """The form of a mask's outline."""
    import cv2
    import numpy as np

    outlines, _ = cv2.findContours(np.pad(patch, 1), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=cv2.contourArea)
    inside, around = cv2.contourArea(outline), cv2.arcLength(outline, True)
    height, width = patch.shape
    if inside <= 0 or min(width, height) * 12 < max(width, height):
        return "line"
    if inside < 0.35 * width * height:
        return "line" if area < 0.15 * width * height else "shape"
    corners = len(cv2.approxPolyDP(outline, 0.04 * around, True))
    filled = inside / (width * height)
    even = 0.9 <= width / height <= 1.1
    if filled > 0.92:
        return "square" if even else "rectangle"
    if corners == 3:
        return "triangle"
    (_, (long, short), _) = cv2.fitEllipse(outline) if len(outline) >= 5 else (None, (0.0, 0.0), None)
    if corners > 4 and abs(inside / max(1.0, np.pi * long * short / 4) - 1) < 0.06 and filled < 0.85:
        return "circle" if even else "ellipse"
    if corners == 4:
        return "diamond" if filled < 0.6 else "four-sided shape"
    return {5: "pentagon", 6: "hexagon"}.get(corners, "star" if filled < 0.5 else "shape")


def _place(x: float, y: float, width: int, height: int) -> str:
    row, column = _ROWS[min(2, int(3 * y / height))], _COLUMNS[min(2, int(3 * x / width))]
    return "centre" if (row, column) == ("middle", "centre") else f"{row} {column}"
