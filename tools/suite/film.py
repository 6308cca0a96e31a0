"""Short clips from rendered frames: slides, tickers, credits, timers, growing charts, moving shapes; some speak."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from suite.render import BOLD, MONO, SANS, font, page
from suite.scenes import COLOURS, thing
from suite.speech import RATE, Samples, put_audio

RATE_OF_FRAMES = 10
SIZE = (400, 240)  # even numbers: H.264 needs them
Frames = Iterator[Image.Image]


def _fitted(image: Image.Image, ground: str) -> Image.Image:
    scale = min(SIZE[0] / image.width, SIZE[1] / image.height)
    size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
    small = image.resize(size, Image.Resampling.LANCZOS)
    whole = Image.new("RGB", SIZE, ground)
    whole.paste(small, ((SIZE[0] - small.width) // 2, (SIZE[1] - small.height) // 2))
    return whole


def slides(pages: Sequence[str], *, style: str = "slide", seconds: float = 1.6) -> Frames:
    """Pages of `suite.markup`, one after another."""
    for text in pages:
        image = page(style, text, width=480, ratio=SIZE[1] / SIZE[0])
        still = _fitted(image, image.getpixel((image.width - 2, image.height - 2)))  # type: ignore[arg-type]
        for _ in range(round(seconds * RATE_OF_FRAMES)):
            yield still


def ticker(headline: str, text: str, *, seconds: float = 6.0) -> Frames:
    """A newsroom with a line of news running from right to left."""
    face, large = font(SANS, 20), font(BOLD, 24)
    length = face.getlength(text) + SIZE[0]
    for i in range(round(seconds * RATE_OF_FRAMES)):
        image = Image.new("RGB", SIZE, "#1b3a57")
        draw = ImageDraw.Draw(image)
        thing(draw, "person", "grey", 200, 110, 150)
        draw.rectangle((0, 160, 400, 196), fill="#b3121d")
        draw.text((12, 164), headline, font=large, fill="white")
        draw.rectangle((0, 200, 400, 240), fill="#f4f4f4")
        draw.text((SIZE[0] * 0.6 - length * i / (seconds * RATE_OF_FRAMES), 207), text, font=face, fill="#111111")
        yield image


def credits(lines: Sequence[str], *, seconds: float = 6.0) -> Frames:
    """White lines rising on black."""
    face = font(SANS, 20)
    way = SIZE[1] + 34 * len(lines)
    for i in range(round(seconds * RATE_OF_FRAMES)):
        image = Image.new("RGB", SIZE, "black")
        draw = ImageDraw.Draw(image)
        for j, line in enumerate(lines):
            y = SIZE[1] * 0.7 + 34 * j - (way - 60) * i / (seconds * RATE_OF_FRAMES)
            draw.text((200, y), line, font=face, fill="white", anchor="mm")
        yield image


def timer(start: int, end: int, *, label: str, per: float = 0.7) -> Frames:
    """A counter from `start` to `end`, `per` seconds a number."""
    step = 1 if end >= start else -1
    for value in range(start, end + step, step):
        image = Image.new("RGB", SIZE, "#10202c")
        draw = ImageDraw.Draw(image)
        draw.text((200, 36), label, font=font(SANS, 24), fill="#9fd3c7", anchor="mm")
        draw.text((200, 136), str(value), font=font(MONO, 110), fill="white", anchor="mm")
        for _ in range(round(per * RATE_OF_FRAMES)):
            yield image


def growing(title: str, bars: Sequence[tuple[str, float]], *, seconds: float = 4.0, unit: str = "") -> Frames:
    """Bars growing to their values, which stand on top in the end; a second of rest."""
    top = max(value for _, value in bars)
    steps = round(seconds * RATE_OF_FRAMES)
    colours = ("#3574b0", "#ee8322", "#2e9e4f", "#8144b8", "#d93636")
    for i in range(steps + 12):
        share = min(1.0, (i + 1) / steps)
        image = Image.new("RGB", SIZE, "white")
        draw = ImageDraw.Draw(image)
        draw.text((200, 20), title, font=font(BOLD, 20), fill="#222222", anchor="mm")
        wide = 360 / len(bars)
        for j, (name, value) in enumerate(bars):
            x, high = 20 + j * wide, 140 * value / top * share
            draw.rectangle((x + 12, 208 - high, x + wide - 12, 208), fill=colours[j % 5])
            draw.text((x + wide / 2, 224), name, font=font(SANS, 17), fill="#222222", anchor="mm")
            number = f"{value * share:.0f}{unit}"
            draw.text((x + wide / 2, 196 - high), number, font=font(BOLD, 17), fill="#222222", anchor="mm")
        yield image


Way = Sequence[tuple[float, float]]  # corners of a way, in pixels


def moving(items: Sequence[tuple[str, str, float, Way]], *, seconds: float = 4.0, ground: str = "#f2efe6",
           bands: Sequence[tuple[str, float, float]] = ()) -> Frames:  # fmt: skip
    """Objects (what, colour, size, way) that go along their ways at an even pace, all in the same time."""
    steps = round(seconds * RATE_OF_FRAMES)
    for i in range(steps):
        image = Image.new("RGB", (SIZE[0] * 2, SIZE[1] * 2), ground)
        draw = ImageDraw.Draw(image)
        for colour, above, below in bands:
            draw.rectangle((0, above * SIZE[1] * 2, SIZE[0] * 2, below * SIZE[1] * 2), fill=colour)
        for what, colour, size, way in items:
            x, y = _along(way, i / max(1, steps - 1))
            thing(draw, what, colour, x * 2, y * 2, size * 2)
        yield image.resize(SIZE, Image.Resampling.LANCZOS)


def _along(way: Way, share: float) -> tuple[float, float]:
    legs = [math.dist(a, b) for a, b in pairwise(way)]
    left = share * sum(legs)
    for (a, b), leg in zip(pairwise(way), legs, strict=True):
        if left <= leg and leg > 0:
            return a[0] + (b[0] - a[0]) * left / leg, a[1] + (b[1] - a[1]) * left / leg
        left -= leg
    return way[-1]


def appearing(items: Sequence[tuple[str, str, float, float, float]], *, each: float = 0.8, gone: bool = False,
              ground: str = "#f2efe6") -> Frames:  # fmt: skip
    """Objects (what, colour, x, y, size) that come one after another and stay; with `gone` each leaves for the next."""
    for count in range(1, len(items) + 1):
        image = Image.new("RGB", (SIZE[0] * 2, SIZE[1] * 2), ground)
        draw = ImageDraw.Draw(image)
        for what, colour, x, y, size in items[count - 1 : count] if gone else items[:count]:
            thing(draw, what, colour, x * 2, y * 2, size * 2)
        still = image.resize(SIZE, Image.Resampling.LANCZOS)
        for _ in range(round(each * RATE_OF_FRAMES)):
            yield still


def lights(colours: Sequence[str], *, each: float = 1.2) -> Frames:
    """A lamp that changes its colour."""
    for colour in colours:
        image = Image.new("RGB", SIZE, "#2a3138")
        draw = ImageDraw.Draw(image)
        draw.ellipse((130, 50, 270, 190), fill=COLOURS[colour], outline="#888888", width=6)
        for _ in range(round(each * RATE_OF_FRAMES)):
            yield image


def write_film(frames: Frames, path: Path, speech: Samples | None = None) -> None:
    """H.264 in MP4, with an AAC track when there is speech; the last frame stays until the speech has ended."""
    import av

    with av.open(str(path), "w", options={"fflags": "+bitexact", "movflags": "+faststart"}) as out:
        # One thread, also to look ahead, or the bytes differ from run to run.
        stream: Any = out.add_stream("libx264", rate=RATE_OF_FRAMES)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        single = "threads=1:lookahead-threads=1:sync-lookahead=0"
        stream.options = {"crf": "27", "preset": "slow", "x264-params": single}
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        sound: Any = None
        if speech is not None:
            sound = out.add_stream("aac", rate=RATE, layout="mono")
            sound.bit_rate = 32_000
            sound.codec_context.flags |= av.codec.context.Flags.bitexact
        wanted = 0 if speech is None else math.ceil(len(speech) / RATE * RATE_OF_FRAMES) + 3
        image, count = None, 0
        for image in frames:
            _put_frame(out, stream, image)
            count += 1
        while image is not None and count < wanted:
            _put_frame(out, stream, image)
            count += 1
        for packet in stream.encode(None):
            out.mux(packet)
        if sound is not None and speech is not None:
            put_audio(out, sound, speech)


def _put_frame(out: Any, stream: Any, image: Image.Image) -> None:
    import av

    for packet in stream.encode(av.VideoFrame.from_ndarray(np.asarray(image), "rgb24")):
        out.mux(packet)


FILMS: dict[str, Callable[..., Frames]] = {
    "slides": slides, "ticker": ticker, "credits": credits, "timer": timer, "growing": growing, "moving": moving,
    "appearing": appearing, "lights": lights,
}  # fmt: skip
