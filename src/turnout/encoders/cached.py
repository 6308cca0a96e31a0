"""An encoder that remembers: a text encoded once is never encoded again, by this process or another."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock

from turnout.encoders.protocol import Encoder
from turnout.errors import StoreError
from turnout.types import Array

__all__ = ["CachedEncoder"]

_CHUNK = 256  # texts between two commits: what an interrupted run may lose
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class CachedEncoder:
    """`inner` behind a cache in `folder`: one SQLite file per encoder name, addressed by the SHA-256 of the text.

    Several processes and threads may use a file at once. A damaged one is moved aside, under a name that ends in
    `.damaged`, and a new one begun. `on_progress(done, total)` counts the distinct texts that had to be encoded, after
    every chunk. Raises `StoreError` when the file cannot be opened, read or written.
    """

    def __init__(self, inner: Encoder, folder: Path, on_progress: Callable[[int, int], None] | None = None) -> None:
        self.inner = inner
        self.path = folder / f"{_file_name(inner.name)}.sqlite"
        self.on_progress = on_progress

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self.inner.dim

    @property
    def name(self) -> str:
        """The inner encoder's name: the vectors are the same."""
        return self.inner.name

    def encode(self, texts: Sequence[str]) -> Array:
        """Vectors of `texts`: float32, shape (n, dim), unit rows."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        try:
            try:
                return self._encode(texts)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._move_aside()
                return self._encode(texts)
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _encode(self, texts: Sequence[str]) -> Array:
        digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        by_digest = dict(zip(digests, texts, strict=True))
        with self._connection() as connection:
            known = {
                digest: vector for digest in by_digest if (vector := self._look_up(connection, digest)) is not None
            }
            missing = [digest for digest in by_digest if digest not in known]
            if missing:
                self._report(0, len(missing))
            for start in range(0, len(missing), _CHUNK):
                chunk = missing[start : start + _CHUNK]
                vectors = self.inner.encode([by_digest[digest] for digest in chunk])
                known.update(zip(chunk, vectors, strict=True))
                with connection:  # one transaction, after the encoding: the write lock is held for milliseconds
                    connection.executemany(
                        "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                        [(self.name, digest, known[digest].astype("<f4").tobytes()) for digest in chunk],
                    )
                self._report(start + len(chunk), len(missing))
        return np.stack([known[digest] for digest in digests])

    def _look_up(self, connection: sqlite3.Connection, digest: bytes) -> Array | None:
        row = connection.execute(
            "SELECT vector FROM vectors WHERE encoder = ? AND digest = ?", (self.name, digest)
        ).fetchone()
        if row is None:
            return None
        if len(row[0]) != 4 * self.dim:
            raise StoreError(
                f"{self.path} holds vectors of {len(row[0]) // 4} numbers for {self.name!r}, not {self.dim}: delete it"
            )
        return np.frombuffer(row[0], dtype="<f4").astype(np.float32)

    def _report(self, done: int, total: int) -> None:
        if self.on_progress is not None and total > 1:  # one text is a request being routed, not a wait
            self.on_progress(done, total)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of this call alone: SQLite's own locks then order threads and processes alike."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        connection = sqlite3.connect(self.path, timeout=60)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # a cache may lose its last chunk with the power
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (encoder TEXT, digest BLOB, vector BLOB NOT NULL,"
                " PRIMARY KEY (encoder, digest)) WITHOUT ROWID"
            )
            yield connection
        finally:
            connection.close()

    def _move_aside(self) -> None:
        """Make room for a new file, once: of several processes that met the damage the first moves it."""
        try:
            with FileLock(self.path.with_suffix(".lock"), timeout=60):
                if self._is_intact():
                    return
                stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
                for suffix in ("", "-wal", "-shm"):
                    part = self.path.with_name(self.path.name + suffix)
                    with suppress(FileNotFoundError):
                        part.replace(part.with_name(f"{part.name}.{stamp}.damaged"))
        except OSError as error:  # filelock's Timeout is one too
            raise self._unusable(error) from error

    def _is_intact(self) -> bool:
        try:
            with self._connection() as connection:
                return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
        except sqlite3.DatabaseError as error:
            if _is_damage(error):
                return False
            raise

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(f"the vector cache {self.path} cannot be used ({error}); delete it to start afresh")


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED  # the low byte of an extended code is its family


def _file_name(encoder: str) -> str:
    """The encoder's name as a file's; what a file's name cannot hold is told apart by a digest."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", encoder)[:80]
    return plain if plain == encoder else f"{plain}-{hashlib.sha256(encoder.encode()).hexdigest()[:8]}"
