"""Files of lines that outlive their process: written by one, read by the next if it was killed."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

__all__ = ["Journal"]

_PREFIX, _SUFFIX = "gateway-journal-", ".jsonl"


class Journal:
    """An append-only file, locked by its writer for as long as that lives.

    What `append` returned for is with the operating system: it survives the process. It is not forced to the disk, so
    that a machine that loses power may lose the last seconds (on Linux, about 30 at most).
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size

    @classmethod
    def create(cls, folder: Path) -> Journal:
        """A new, empty one. Raises `OSError`."""
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = folder / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
            made = _locked(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL)
            if made is not None:  # else somebody took it for abandoned before it was locked
                return cls(path, made)

    @classmethod
    def abandoned(cls, folder: Path) -> Iterator[Journal]:
        """Those whose writers are gone, oldest first; they are ours now."""
        found = [(path.stat().st_mtime, path) for path in folder.glob(f"{_PREFIX}*{_SUFFIX}")]
        for _, path in sorted(found):
            try:
                descriptor = _locked(path, os.O_RDWR | os.O_APPEND)
            except FileNotFoundError:
                continue
            if descriptor is not None:
                yield cls(path, descriptor)

    def append(self, lines: bytes) -> None:
        """Add whole lines. Raises `OSError`, and then none of them is there."""
        rest = memoryview(lines)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            os.ftruncate(self._descriptor, self._size)  # a full disk takes half a line
            raise
        self._size += len(lines)

    def lines(self) -> Iterator[bytes]:
        """All whole lines. What follows the last line's end was being written when the process was killed."""
        with self.path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line

    def discard(self) -> None:
        """Delete it: everything in it is somewhere else."""
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def set_aside(self) -> Path:
        """Keep it under another name, which nobody takes for abandoned."""
        kept = self.path.with_suffix(".damaged")
        self.path.rename(kept)
        os.close(self._descriptor)
        return kept

    def release(self) -> None:
        """Leave it for the next process."""
        os.close(self._descriptor)


def _locked(path: Path, flags: int) -> int | None:
    descriptor = os.open(path, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held the lock before may have deleted the file.
        if os.fstat(descriptor).st_nlink > 0:
            return descriptor
    except BlockingIOError:
        pass
    os.close(descriptor)
    return None
