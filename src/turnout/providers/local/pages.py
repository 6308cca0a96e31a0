"""Reading a picture: its lines of text where they stand, spaces restored, rows and columns kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from turnout.providers.local.media import BadInput, first_line, known_image
from turnout.types import Array

__all__ = ["Line", "ReadLines", "decode", "layout", "line_reader"]

# Blank columns part words when they are as wide as this share of the line's height, and of its own widest gap: the
# letters of a typewriter stand far apart too. A gap wider than `_WIDEST` (a column's) says nothing about letters.
_GAP, _GAP_OF_DIGITS, _OF_WIDEST, _WIDEST = 0.22, 0.33, 0.55, 0.75
_LONGEST_SIDE = 960  # pixels in which text is sought; it is read at full size
_SURE = 0.75  # least score of one or two letters alone
_CLINGS = frozenset(".,:;!?)")  # no space stands before these
_DRAWN = frozenset(chr(code) for code in range(0x25A0, 0x2600))  # "■": a drawn shape that was taken for a letter


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text and its box, in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Of the box."""
        return self.bottom - self.top


ReadLines = Callable[[Array], list[Line]]
"""Pixels (height, width, 3: blue, green, red) → lines, from top to bottom."""


def decode(image: bytes) -> Array:
    """A PNG or JPEG as pixels (height, width, 3), uint8, blue first; raises `BadInput`."""
    import cv2
    import numpy as np

    known_image(image)
    try:
        pixels = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise BadInput(f"this image cannot be decoded: {first_line(error)}") from error
    if pixels is None:
        raise BadInput("this image cannot be decoded: it is cut short or damaged")
    found: Array = pixels
    return found


def line_reader(threads: int) -> ReadLines:
    """RapidOCR, its models in memory."""
    import cv2
    from rapidocr_onnxruntime import RapidOCR

    ocr = RapidOCR(
        intra_op_num_threads=threads,
        inter_op_num_threads=1,
        use_cls=False,  # pictures stand upright here: turning every line to see costs a tenth of the time
        det_limit_type="max",  # the default enlarges a single line of text to 736 pixels of height, at five times the
        det_limit_side_len=_LONGEST_SIDE,  # cost, and finds no more in it
    )
    cv2.setNumThreads(threads)

    def read(pixels: Array) -> list[Line]:
        found, _ = ocr(pixels, return_word_box=True)
        lines = []
        for corners, text, score, boxes, letters, _ in found or ():
            if len(text) <= 2 and score < _SURE:  # three discs are no 8
                continue
            xs, ys = [point[0] for point in corners], [point[1] for point in corners]
            box = min(xs), min(ys), max(xs), max(ys)
            spaced = _spaced(text, letters, boxes, pixels, box).strip("".join(_DRAWN) + " ")
            if spaced:
                lines.append(Line(spaced, *box))
        return sorted(lines, key=lambda line: (line.top, line.left))

    return read


def _spaced(
    text: str, letters: Sequence[str], boxes: Sequence[Any], pixels: Array, box: tuple[float, float, float, float]
) -> str:
    """The text with the spaces that the recogniser swallows, where the picture has a gap between two letters."""
    if "".join(letters) != text:
        return text
    gaps = _gaps(pixels, box)
    middles = [(letter_box[0][0] + letter_box[1][0]) / 2 for letter_box in boxes]
    pieces = [letters[0]] if letters else []
    for (before, after), letter in zip(pairwise(middles), letters[1:], strict=True):
        # The 1 of most typefaces stands in a wide space of its own.
        least = _GAP_OF_DIGITS * (box[3] - box[1]) if letter.isdigit() and pieces[-1].isdigit() else 0.0
        parted = any(before < middle < after and width >= least for middle, width in gaps)
        in_number = letter.isdigit() and pieces[-1] in _CLINGS and len(pieces) > 1 and pieces[-2].isdigit()
        if parted and not in_number and letter not in _CLINGS and " " not in (letter, pieces[-1]):
            pieces.append(" ")
        pieces.append(letter)
    return "".join(pieces)


def _gaps(pixels: Array, box: tuple[float, float, float, float]) -> list[tuple[float, int]]:
    """The blank stretches of a line that are as wide as a space: (middle x, width), in pixels."""
    import cv2
    import numpy as np

    left, top, right, bottom = (max(0, round(edge)) for edge in box)
    crop = pixels[top:bottom, left:right]
    if crop.size == 0:
        return []
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if ink.mean() > 0.5:  # dark on light: the rarer of the two values is the ink
        ink = 1 - ink
    written = np.flatnonzero(ink.any(axis=0))
    if len(written) == 0:
        return []
    blank = [(a, b) for a, b in pairwise(written.tolist()) if b - a > 1]
    widest = max((b - a - 1 for a, b in blank), default=0)
    least = max(_GAP * len(crop), _OF_WIDEST * min(widest, _WIDEST * len(crop)))
    return [(left + (a + b) / 2, b - a - 1) for a, b in blank if b - a - 1 >= least]


def layout(lines: Sequence[Line]) -> str:
    """The lines as text: pieces side by side in one row, as far apart as in the picture."""
    if not lines:
        return ""
    letter = max(1.0, median((line.right - line.left) / len(line.text) for line in lines))
    margin = min(line.left for line in lines)
    written = []
    for row in _rows(lines):
        text, end = "", margin
        for piece in sorted(row, key=lambda line: line.left):
            column = round((piece.left - margin) / letter)
            apart = 1 if piece.left - end < 1.5 * letter else max(2, column - len(text))
            text += (" " * apart if text else "") + piece.text
            end = piece.right
        written.append(text)
    return "\n".join(written)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that share more than half of their height with the row's first one stand in one row."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom) / 2):
        first = rows[-1][0] if rows else None
        shared = min(line.bottom, first.bottom) - max(line.top, first.top) if first else 0.0
        if first is not None and shared > 0.5 * min(line.height, first.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows
