"""Piper, kept running: loading its voice takes longer than saying a sentence.

Piper is GPL-3, so it only ever runs as a process of its own: a line of text goes in, and a WAV file comes out in a
folder that it was given.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from turnout.providers.local.media import BadInput

__all__ = ["Piper"]

_WROTE = "Wrote "


class Piper:
    """One voice. Not safe for calls from two threads at once."""

    def __init__(self, voice: Path) -> None:
        self._voice = voice
        self._folder = tempfile.TemporaryDirectory(prefix="turnout-piper-")
        self._process = self._start()

    def speak(self, text: bytes) -> bytes:
        """The text (UTF-8) as WAV. Raises `BadInput` with Piper's own words; the next call gets a new process."""
        sentence = " ".join(text.decode().split())  # a line is one utterance, and the text is one
        if not any(letter.isalnum() for letter in sentence):  # Piper would end over it
            raise BadInput("there is nothing in it to say")
        for _ in range(2):
            if self._process.poll() is not None:
                self._process = self._start()
            wav, said = self._asked(sentence)
            if wav is not None:
                return wav
            if self._process.wait() > 0:  # it ended by itself, over this input; who was killed is started again
                break
        raise BadInput(f"piper could not use this input: {said or 'it ended without a word'}")

    def _asked(self, sentence: str) -> tuple[bytes | None, str]:
        """The WAV, or None when the process ends; and what it said last."""
        lines, told = self._process.stdin, self._process.stderr
        assert lines is not None  # noqa: S101  both are pipes, see `_start`
        assert told is not None  # noqa: S101
        with suppress(BrokenPipeError):  # it is ending: what it said last is read below
            lines.write(sentence + "\n")
            lines.flush()
        last = ""
        for line in told:
            _, wrote, path = line.rstrip("\n").partition(_WROTE)
            if wrote:
                wav = Path(path).read_bytes()
                Path(path).unlink()
                return wav, ""
            last = line.strip() or last
        return None, last

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "piper", "--model", str(self._voice), "--output-dir", self._folder.name]
        # Python's UTF-8 mode: the text is UTF-8 whatever the locale. Piper ends with its input, when this process does.
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
        )
