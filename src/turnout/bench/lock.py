"""One writer at a time to a results file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from turnout.errors import InputFileError

__all__ = ["only_writer"]


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Hold the file's lock; raises `InputFileError` at once when somebody else does, or none can be made."""
    real = path.resolve()  # one lock a file, whatever it is called
    lock = FileLock(real.with_name(real.name + ".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise InputFileError(f"another run is writing to {path}; wait for it or choose another file") from None
    except OSError as error:
        raise InputFileError(f"cannot write {path}: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()
