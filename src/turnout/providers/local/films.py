"""Reading a film: a few frames that differ, what is written and drawn in each, and what is said."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from turnout.providers.local.media import BadInput, first_line
from turnout.providers.local.pages import ReadLines, layout
from turnout.providers.local.shapes import colours, counted, shapes
from turnout.types import Array

__all__ = ["Film", "Frame", "film_notes", "frames_of"]

_PER_SECOND = 4.0  # frames looked at; of a long film one at each key frame
_LONG_S = 120.0
_SHOWN = 12  # frames read at the most
_GRID = (64, 36)  # blocks in which two frames are compared
_CHANGED = 20  # of 255: a block that differs by so much has changed, which is more than compression does
_WIDEST = 1280  # pixels; larger frames are made smaller


@dataclass(frozen=True, slots=True)
class Frame:
    """Pixels (height, width, 3), blue first, and the seconds from the start at which they are first seen."""

    at: float
    pixels: Array
    change: float  # share of the picture that differs from the distinct frame before


@dataclass(frozen=True, slots=True)
class Film:
    """The distinct frames, in order."""

    frames: tuple[Frame, ...]
    seconds: float
    width: int
    height: int
    has_sound: bool


def film_notes(film: bytes, read: ReadLines, hear: Callable[[bytes], list[tuple[float, str]]]) -> list[str]:
    """A head, then a note for each frame that shows something new, then what is heard; raises `BadInput`."""
    found = frames_of(film)
    size = f"{found.width} × {found.height} pixels"
    notes = [f"film: {found.seconds:.1f} s, {size}, {'with' if found.has_sound else 'without'} sound"]
    before = ""
    for frame in found.frames:
        seen = _seen(frame.pixels, read)
        if seen != before:
            notes.append(f"[{frame.at:.1f} s] {seen}")
        before = seen
    if found.has_sound:
        said = [f"[{at:.1f} s] {text}" for at, text in hear(film)]
        notes.append("\n".join(["heard:", *said]) if said else "heard: no words")
    return notes


def _seen(pixels: Array, read: ReadLines) -> str:
    lines = read(pixels)
    text = layout(lines)
    drawn = shapes(pixels, lines)
    where = ", ".join(f"{s.colour} {s.form} {s.place}" for s in drawn[:6])
    facts = [f"text:\n{text}" if text else "no text", f"colours: {', '.join(colours(pixels))}"]
    if drawn:
        facts.append(f"shapes: {where}" if len(drawn) <= 6 else f"shapes: {counted(drawn)}")
    return "\n".join(facts)


def frames_of(film: bytes) -> Film:
    """Frames that differ from the one before, at most twelve: where most changes, and spread over the rest."""
    import av

    try:
        with av.open(io.BytesIO(film), "r") as container:
            if not container.streams.video:
                raise BadInput("this film has no pictures in it")
            stream = container.streams.video[0]
            seconds = float(container.duration or 0) / 1e6
            if seconds > _LONG_S:
                stream.codec_context.skip_frame = "NONKEY"
            distinct = _distinct(container.decode(stream))
            width, height = stream.codec_context.width, stream.codec_context.height
            sound = bool(container.streams.audio)
    except (av.error.FFmpegError, IndexError) as error:
        raise BadInput(f"this is not a film that can be decoded: {first_line(error)}") from error
    if not distinct:
        raise BadInput("this film has no pictures in it")
    return Film(tuple(_chosen(distinct, _SHOWN)), max(seconds, distinct[-1].at), width, height, sound)


def _distinct(decoded: Any) -> list[Frame]:
    """Every frame of which some part differs from the distinct frame before it."""
    import cv2
    import numpy as np

    kept: list[Frame] = []
    last: Array | None = None
    due = 0.0
    for frame in decoded:
        at = float(frame.time or 0.0)
        if at < due:
            continue
        due = at + 1 / _PER_SECOND
        shrink = min(1.0, _WIDEST / frame.width)
        pixels = frame.to_ndarray(
            format="bgr24", width=round(frame.width * shrink), height=round(frame.height * shrink)
        )
        small = cv2.resize(pixels, _GRID, interpolation=cv2.INTER_AREA).astype(np.int16)
        change = 1.0 if last is None else float((np.abs(small - last).max(axis=2) > _CHANGED).mean())
        if change > 0:
            kept.append(Frame(at, pixels, change))
            last = small
            if len(kept) == 4 * _SHOWN:  # pixels are large: thin out what moves all the time
                kept = _chosen(kept, 2 * _SHOWN)
    return kept


def _chosen(frames: list[Frame], count: int) -> list[Frame]:
    """The first and the last, the greatest changes, and others evenly between."""
    if len(frames) <= count:
        return frames
    order = sorted(range(1, len(frames) - 1), key=lambda i: -frames[i].change)
    picked = {0, len(frames) - 1, *order[: count // 2 - 1]}
    for i in range(count):
        if len(picked) < count:
            picked.add(round(i * (len(frames) - 1) / (count - 1)))
    return [frames[i] for i in sorted(picked)]
