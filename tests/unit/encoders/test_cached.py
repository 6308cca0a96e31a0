from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from turnout.encoders.cached import CachedEncoder
from turnout.errors import StoreError
from turnout.types import Array


class HashEncoder:
    """Vectors from the text's hash; keeps what it was asked."""

    def __init__(self, dim: int = 4, name: str = "hash") -> None:
        self.dim, self.name = dim, name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Array:
        self.asked += texts
        raw = np.array(
            [list(hashlib.sha256(t.encode("utf-8", "replace")).digest()[: self.dim]) for t in texts], np.float32
        )
        unit: Array = raw / np.linalg.norm(raw, axis=1, keepdims=True)
        return unit


def test_a_second_run_encodes_nothing(tmp_path: Path) -> None:
    first, second = HashEncoder(), HashEncoder()
    texts = ["b", "a", "b", "", "\ud800"]
    vectors = CachedEncoder(first, tmp_path).encode(texts)
    assert first.asked == ["b", "a", "", "\ud800"], "a repeated text is encoded once"
    assert np.array_equal(CachedEncoder(second, tmp_path).encode(texts), vectors)
    assert second.asked == []
    assert np.array_equal(vectors, HashEncoder().encode(texts))


def test_encoders_of_other_names_do_not_share(tmp_path: Path) -> None:
    CachedEncoder(HashEncoder(), tmp_path).encode(["a"])
    other = HashEncoder(name="other")
    CachedEncoder(other, tmp_path).encode(["a"])
    assert other.asked == ["a"]


def test_an_interrupted_run_keeps_what_it_did(tmp_path: Path) -> None:
    class Failing(HashEncoder):
        def encode(self, texts: Sequence[str]) -> Array:
            if self.asked:
                raise KeyboardInterrupt
            return super().encode(texts)

    texts = [str(i) for i in range(600)]
    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(Failing(), tmp_path).encode(texts)
    resumed = HashEncoder()
    CachedEncoder(resumed, tmp_path).encode(texts)
    assert 0 < len(resumed.asked) < 600


def test_progress_counts_distinct_texts_to_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    encoder = CachedEncoder(HashEncoder(), tmp_path, lambda done, total: seen.append((done, total)))
    encoder.encode([str(i % 500) for i in range(1000)])
    assert seen[0] == (0, 500)
    assert seen[-1] == (500, 500)
    assert seen == sorted(seen)


def _encode(arguments: tuple[Path, int]) -> float:
    folder, start = arguments
    return float(CachedEncoder(HashEncoder(), folder).encode([str(i) for i in range(start, start + 600)]).sum())


def test_processes_share_one_cache(tmp_path: Path) -> None:
    jobs = [(tmp_path, start) for start in (0, 300, 0, 600)]
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        sums = list(pool.map(_encode, jobs))
    assert sums == [float(HashEncoder().encode([str(i) for i in range(s, s + 600)]).sum()) for _, s in jobs]
    after = HashEncoder()
    CachedEncoder(after, tmp_path).encode([str(i) for i in range(1200)])
    assert after.asked == []


def test_a_damaged_cache_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "vectors.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="delete it"):
        CachedEncoder(HashEncoder(), tmp_path).encode(["a"])


def test_vectors_of_another_length_are_refused(tmp_path: Path) -> None:
    CachedEncoder(HashEncoder(dim=4), tmp_path).encode(["a"])
    with pytest.raises(StoreError, match="4 numbers"):
        CachedEncoder(HashEncoder(dim=5), tmp_path).encode(["a"])


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        CachedEncoder(HashEncoder(), tmp_path / "file" / "cache").encode(["a"])
