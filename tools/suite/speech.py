"""Speech that is known because it was spoken from text: voices, rooms, telephones, noise; FLAC or Opus at 16 kHz.

The voices are Piper's (``PIPER_VOICE`` names the .onnx file) and espeak-ng's. Both are programs: nothing of theirs is
linked here. Piper's random numbers are seeded, so that a sentence sounds the same each time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Samples = NDArray[np.float64]  # one channel in [-1, 1]
_PIPER = "import onnxruntime, runpy; onnxruntime.set_seed({seed}); runpy.run_module('piper', run_name='__main__')"


def speak(text: str, voice: str, *, speed: float = 1.0, pitch: int = 50, seed: int = 1) -> Samples:
    """The text spoken by "piper" or by an espeak-ng voice; pitch (0–99) is espeak's alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "raw.wav"
        if voice == "piper":
            command = [sys.executable, "-c", _PIPER.format(seed=seed), "-m", os.environ["PIPER_VOICE"],
                       "--length-scale", str(1 / speed), "-f", str(path)]  # fmt: skip
            subprocess.run(command, input=text.encode(), check=True, capture_output=True)
        else:
            options = ["-v", voice, "-s", str(int(160 * speed)), "-p", str(pitch), "-w", str(path)]
            subprocess.run(["espeak-ng", *options, text], check=True)
        with wave.open(str(path)) as file:
            rate = file.getframerate()
            samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16) / 32768
    places = np.arange(0, len(samples) - 1, rate / RATE)
    spoken = np.interp(places, np.arange(len(samples)), samples)
    return spoken * (0.7 / max(1e-6, float(np.abs(spoken).max())))


def conversation(turns: Sequence[tuple[str, str]], *, pause: float = 0.45, speed: float = 1.0) -> Samples:
    """Turns of (voice, text) one after another, `pause` seconds between them. "en-gb+f3" is a voice and its variant."""
    parts: list[Samples] = []
    for i, (voice, text) in enumerate(turns):
        parts += [speak(text, voice, speed=speed, seed=i + 1), np.zeros(int(pause * RATE))]
    return np.concatenate(parts)


def disturb(samples: Samples, effects: dict[str, float], seed: int) -> Samples:
    """noise (share of full scale), hum (50 Hz), music (chords), telephone (1), reverb (seconds), quiet (factor)."""
    rng = np.random.default_rng(seed)
    time = np.arange(len(samples)) / RATE
    if length := effects.get("reverb"):
        tail = np.arange(int(length * RATE)) / RATE
        room = rng.normal(size=len(tail)) * np.exp(-6.9 * tail / length) * 0.06
        room[0] = 1
        size = 1 << (len(samples) + len(room)).bit_length()
        wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(room, size), size)[: len(samples) + len(room) // 2]
        samples, time = wet, np.arange(len(wet)) / RATE
    if level := effects.get("music"):
        chords = ((220, 277, 330), (196, 247, 294), (175, 220, 262), (196, 247, 330))
        beat = (time / 1.6).astype(int) % len(chords)
        tones = np.array(chords)[beat]
        fade = 0.6 + 0.4 * np.cos(2 * np.pi * time / 1.6)
        samples = samples + level * fade * np.sin(2 * np.pi * tones * time[:, None]).sum(axis=1) / 3
    if level := effects.get("hum"):
        samples = samples + level * (np.sin(2 * np.pi * 50 * time) + 0.4 * np.sin(2 * np.pi * 150 * time))
    if level := effects.get("noise"):
        samples = samples + rng.normal(size=len(samples)) * level
    if effects.get("telephone"):
        spectrum = np.fft.rfft(samples)
        pitch = np.fft.rfftfreq(len(samples), 1 / RATE)
        samples = np.fft.irfft(np.where((pitch > 320) & (pitch < 3300), spectrum, 0), len(samples))
        samples = np.round(samples * 96) / 96  # coarse steps, as a poor line has
    return np.clip(samples * effects.get("quiet", 1.0), -1, 1)


def write_audio(samples: Samples, path: Path, *, bits: int = 24_000) -> None:
    """FLAC or, by the ending .ogg, Opus: the same bytes each time."""
    import av

    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as out:
        opus = path.suffix == ".ogg"
        stream: Any = out.add_stream("libopus" if opus else "flac", rate=RATE, layout="mono")
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        if opus:
            stream.bit_rate = bits
        put_audio(out, stream, samples)


def put_audio(out: Any, stream: Any, samples: Samples) -> None:
    """Encode into an open container, in frames of 20 ms."""
    import av

    whole = (samples * 32767).astype(np.int16)
    step = RATE // 50
    clock = 0
    for start in range(0, len(whole), step):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(whole[None, start : start + step]), "s16", "mono")
        frame.sample_rate, frame.pts = RATE, clock
        clock += frame.samples
        for packet in stream.encode(frame):
            out.mux(packet)
    for packet in stream.encode(None):
        out.mux(packet)
