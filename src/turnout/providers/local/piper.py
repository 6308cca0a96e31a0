"""Piper, kept running: loading its voice takes longer than saying a sentence.

Piper is GPL-3, so it only ever runs as a process of its own: a line of text goes in, and a WAV file comes out in a
folder that it was given.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import deque
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
        if self._process.poll() is not None:
            self._process = self._start()
        lines, said = self._process.stdin, self._process.stderr
        assert lines is not None  # noqa: S101  both are pipes, see `_start`
        assert said is not None  # noqa: S101
        try:
            lines.write(" ".join(text.decode().split()) + "\n")  # a line is one utterance, and the text is one
            lines.flush()
        except BrokenPipeError:
            pass  # it is ending; what it said last is read below
        last: deque[str] = deque(maxlen=1)
        for line in said:
            _, wrote, path = line.rstrip("\n").partition(_WROTE)
            if wrote:
                return self._taken(Path(path))
            last.append(line.strip() or "nothing")
        status = self._process.wait()
        raise BadInput(f"piper could not use this input: {''.join(last) or f'it ended with status {status}'}")

    def _taken(self, file: Path) -> bytes:
        wav = file.read_bytes()
        file.unlink()
        if len(wav) <= 44:  # a header and no sound
            raise BadInput("piper could not use this input: there is nothing in it to say")
        return wav

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
