"""Pictures and films that tests draw themselves, so that what they show is known."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

__all__ = ["film", "page", "png", "wav_silence"]

Picture = Image.Image


def page(
    rows: Sequence[Sequence[tuple[int, str]]], size: tuple[int, int] = (640, 360), ground: str = "white"
) -> Picture:
    """Rows of (x, text), 50 pixels apart."""
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    for i, row in enumerate(rows):
        for x, text in row:
            draw.text((x, 30 + 50 * i), text, fill="black", font=ImageFont.load_default(26))
    return image


def png(image: Picture) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    image.save(file, "png")
    return file.getvalue()


def film(scenes: Sequence[tuple[Picture, float]], sound: bytes | None = None, rate: int = 10) -> bytes:
    """An MP4 of pictures shown for so many seconds each, with a WAV as its sound track."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=rate)
        video.width, video.height = scenes[0][0].size
        video.pix_fmt = "yuv420p"
        track = container.add_stream("aac", rate=22050) if sound else None
        for image, seconds in scenes:
            for _ in range(round(seconds * rate)):
                container.mux(video.encode(av.VideoFrame.from_image(image)))
        container.mux(video.encode())
        if sound is not None and track is not None:
            with av.open(io.BytesIO(sound)) as recording:
                resampler = av.AudioResampler(format="fltp", layout="mono", rate=22050)
                for frame in recording.decode(audio=0):
                    frame.pts = None
                    for part in resampler.resample(frame):
                        container.mux(track.encode(part))
            container.mux(track.encode())
    return file.getvalue()


def wav_silence(seconds: float) -> bytes:
    """A recording in which nobody speaks."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(np.zeros(round(16000 * seconds), np.int16).tobytes())
    return file.getvalue()
