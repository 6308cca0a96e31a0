"""An encoder that remembers: a text encoded once is never encoded again, by this process or another."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from turnout.encoders.protocol import Encoder
from turnout.errors import StoreError
from turnout.types import Array

__all__ = ["CachedEncoder"]

_CHUNK = 256  # texts between two commits: what an interrupted run may lose


class CachedEncoder:
    """`inner` behind a cache in `folder`, addressed by the encoder's name and the SHA-256 of the text.

    The cache is one SQLite file that several processes and threads may use at once. `on_progress(done, total)` is
    called after every chunk, in distinct texts, those found in the cache counted as done. Raises `StoreError` when the
    file cannot be opened, read or written.
    """

    def __init__(self, inner: Encoder, folder: Path, on_progress: Callable[[int, int], None] | None = None) -> None:
        self.inner = inner
        self.path = folder / "vectors.sqlite"
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
        digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        by_digest = dict(zip(digests, texts, strict=True))
        with self._connection() as connection:
            known = {
                digest: vector for digest in by_digest if (vector := self._look_up(connection, digest)) is not None
            }
            missing = [digest for digest in by_digest if digest not in known]
            self._report(len(known), len(by_digest))
            for start in range(0, len(missing), _CHUNK):
                chunk = missing[start : start + _CHUNK]
                vectors = self.inner.encode([by_digest[digest] for digest in chunk])
                known.update(zip(chunk, vectors, strict=True))
                with connection:  # one transaction, after the encoding: the write lock is held for milliseconds
                    connection.executemany(
                        "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                        [(self.name, digest, known[digest].astype("<f4").tobytes()) for digest in chunk],
                    )
                self._report(len(known), len(by_digest))
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
        if self.on_progress is not None:
            self.on_progress(done, total)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of this call alone: SQLite's own locks then order threads and processes alike."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
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
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"the vector cache {self.path} cannot be used ({error}); delete it to start afresh"
            ) from error
