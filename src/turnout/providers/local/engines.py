"""What turns audio into text, text into audio and images into text: one function of bytes for each model."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from turnout.providers.local.catalogue import LocalModel
from turnout.providers.local.media import BadInput, first_line, known_image
from turnout.providers.local.pages import decode, layout, line_reader
from turnout.providers.local.piper import Piper

__all__ = ["Engine", "Hear", "listener", "load"]

Engine = Callable[[bytes], bytes]
"""Audio → UTF-8 text, UTF-8 text → WAV, image → UTF-8 text. Runs in a worker thread, one call at a time."""
Hear = Callable[[bytes], list[tuple[float, str]]]
"""Audio, or a film with sound → (seconds from the start, what is said)."""


def load(model: LocalModel, folder: Path | None, threads: int) -> Engine:
    """The engine of a model, its weights in memory."""
    match model.name:
        case "whisper-base":
            assert folder is not None  # noqa: S101  its catalogue entry names weights
            return _whisper(folder, threads)
        case "pocketsphinx":
            return _pocketsphinx()
        case "piper-joe":
            assert folder is not None  # noqa: S101
            (voice,) = folder.glob("*.onnx")
            return Piper(voice).speak
        case "espeak-ng":
            return _program(["espeak-ng", "--stdin", "--stdout"], after=_whole_wav)
        case "rapidocr":
            return _rapidocr(threads)
        case _:
            return _program(["tesseract", "stdin", "stdout"], known_image)


def listener(folder: Path, threads: int) -> Hear:
    """Whisper, its weights in memory."""
    import av
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)

    def hear(audio: bytes) -> list[tuple[float, str]]:
        try:
            segments, _ = model.transcribe(io.BytesIO(audio), beam_size=5)
        except (av.error.FFmpegError, IndexError) as error:  # IndexError: a container without an audio stream
            raise BadInput(_undecodable(error)) from error
        return [(segment.start, segment.text.strip()) for segment in segments]

    return hear


def _whisper(folder: Path, threads: int) -> Engine:
    hear = listener(folder, threads)
    return lambda audio: " ".join(text for _, text in hear(audio)).encode()


def _pocketsphinx() -> Engine:
    from pocketsphinx import Decoder

    decoder = Decoder(samprate=16000, loglevel="FATAL")

    def transcribe(audio: bytes) -> bytes:
        samples = _pcm(audio)
        decoder.start_utt()
        decoder.process_raw(samples, full_utt=True)
        decoder.end_utt()
        heard = decoder.hyp()
        return heard.hypstr.encode() if heard is not None else b""

    return transcribe


def _pcm(audio: bytes) -> bytes:
    """Any audio as 16 kHz mono 16-bit samples."""
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=16000)
    pieces: list[bytes] = []
    try:
        with av.open(io.BytesIO(audio), "r") as container:
            frames: Any = container.decode(audio=0)
            for frame in (*frames, None):  # None flushes the resampler
                pieces += [part.to_ndarray().tobytes() for part in resampler.resample(frame)]
    except (av.error.FFmpegError, IndexError) as error:
        raise BadInput(_undecodable(error)) from error
    if not any(pieces):
        raise BadInput("the recording has no sound in it")
    return b"".join(pieces)


def _undecodable(error: Exception) -> str:
    why = "it holds no sound" if isinstance(error, IndexError) else first_line(error)
    return f"this is not audio that can be decoded: {why}"


def _rapidocr(threads: int) -> Engine:
    read = line_reader(threads)
    return lambda image: layout(read(decode(image))).encode()


def _program(
    command: list[str], before: Callable[[bytes], bytes] = bytes, after: Callable[[bytes], bytes] = bytes
) -> Engine:
    """An engine that is a program of its own: bytes in, bytes out."""

    def run(data: bytes) -> bytes:
        done = subprocess.run(command, input=before(data), capture_output=True, check=False)
        if done.returncode != 0 or not done.stdout:
            lines = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
            said = lines[-1] if lines else f"exit status {done.returncode}, no output"
            raise BadInput(f"{Path(command[0]).name} could not use this input: {said}")
        return after(done.stdout)

    return run


def _whole_wav(wav: bytes) -> bytes:
    """The WAV with its lengths filled in: eSpeak writes to a pipe before it knows them."""
    start = wav.index(b"data") + 8
    sizes = (len(wav) - 8).to_bytes(4, "little"), (len(wav) - start).to_bytes(4, "little")
    return wav[:4] + sizes[0] + wav[8 : start - 4] + sizes[1] + wav[start:]
