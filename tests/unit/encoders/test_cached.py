from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
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


def test_progress_counts_what_must_be_encoded_to_the_end(tmp_path: Path) -> None:
    CachedEncoder(HashEncoder(), tmp_path).encode([str(i) for i in range(200)])
    seen: list[tuple[int, int]] = []
    encoder = CachedEncoder(HashEncoder(), tmp_path, lambda done, total: seen.append((done, total)))
    encoder.encode([str(i % 500) for i in range(1000)])
    assert seen == [(0, 300), (256, 300), (300, 300)]
    encoder.encode(["1", "2"])
    assert len(seen) == 3, "nothing was encoded, so there is nothing to report"


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


TEXTS = [str(i) for i in range(600)]


def not_a_database(data: bytes) -> bytes:
    return b"not a database" * 100


def torn(data: bytes) -> bytes:
    return data[: len(data) // 2]


def overwritten(data: bytes) -> bytes:
    return data[:8192] + b"\xff" * (len(data) - 8192)


@pytest.mark.parametrize("damage", [not_a_database, torn, overwritten])
def test_a_damaged_cache_is_moved_aside_and_rebuilt(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    expected = CachedEncoder(HashEncoder(), tmp_path).encode(TEXTS)
    path = tmp_path / "hash.sqlite"
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    again = HashEncoder()
    assert np.array_equal(CachedEncoder(again, tmp_path).encode(TEXTS), expected)
    assert sorted(again.asked) == sorted(TEXTS)
    (aside,) = tmp_path.glob("hash.sqlite.*.damaged")
    assert len(aside.read_bytes()) == len(damaged)
    after = HashEncoder()
    assert np.array_equal(CachedEncoder(after, tmp_path).encode(TEXTS), expected)
    assert after.asked == []


def test_processes_that_meet_the_damage_together_move_it_once(tmp_path: Path) -> None:
    (tmp_path / "hash.sqlite").write_bytes(b"not a database" * 100)
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        sums = list(pool.map(_encode, [(tmp_path, 0)] * 4))
    assert sums == [float(HashEncoder().encode(TEXTS).sum())] * 4
    assert len(list(tmp_path.glob("hash.sqlite.*.damaged"))) == 1


def test_an_intact_cache_is_never_moved(tmp_path: Path) -> None:
    cache = CachedEncoder(HashEncoder(), tmp_path)
    cache.encode(TEXTS)
    cache._move_aside()  # another process was first: the file is whole again
    assert not list(tmp_path.glob("*.damaged"))
    after = HashEncoder()
    CachedEncoder(after, tmp_path).encode(TEXTS)
    assert after.asked == []


def test_each_encoder_has_its_own_file(tmp_path: Path) -> None:
    names = ["all-MiniLM-L6-v2", "a/b@localhost:1", "a-b@localhost:1", "../../etc/x", "n" * 300]
    paths = {CachedEncoder(HashEncoder(name=name), tmp_path).path for name in names}
    assert tmp_path / "all-MiniLM-L6-v2.sqlite" in paths
    assert len(paths) == len(names)
    assert all(path.parent == tmp_path and len(path.name) < 120 for path in paths)


def test_an_error_of_the_encoder_is_not_taken_for_the_caches(tmp_path: Path) -> None:
    class Failing(HashEncoder):
        def encode(self, texts: Sequence[str]) -> Array:
            raise ConnectionResetError("the encoder's own")

    with pytest.raises(ConnectionResetError, match="own"):
        CachedEncoder(Failing(), tmp_path).encode(["a"])


def test_vectors_of_another_length_are_refused(tmp_path: Path) -> None:
    CachedEncoder(HashEncoder(dim=4), tmp_path).encode(["a"])
    with pytest.raises(StoreError, match="4 numbers"):
        CachedEncoder(HashEncoder(dim=5), tmp_path).encode(["a"])


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        CachedEncoder(HashEncoder(), tmp_path / "file" / "cache").encode(["a"])
