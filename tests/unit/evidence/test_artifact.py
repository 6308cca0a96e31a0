"""Artifacts come back exactly, or not at all."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from turnout.errors import CorruptArtifact, InputFileError
from turnout.evidence import artifact

HEADER = {"encoder": "all-MiniLM-L6-v2", "models": ["a/b", "c"], "k": 40, "nested": {"x": [1.5, None, True]}}
ARRAYS = {
    "centres": np.arange(12, dtype=np.float32).reshape(3, 4),
    "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "scalar": np.float64(np.nan),
    "empty": np.empty((0, 5)),
    "names": np.array(["x", "Übergröße"]),
    "counts": np.array([1, 2**60]),
}


def same(loaded: tuple[str, dict[str, Any], dict[str, Any]]) -> bool:
    kind, header, arrays = loaded
    return (
        kind == "router"
        and header == HEADER
        and list(arrays) == list(ARRAYS)
        and all(
            arrays[name].dtype == np.asarray(array).dtype
            and arrays[name].shape == np.shape(array)
            and arrays[name].tobytes() == np.asarray(array).tobytes()
            for name, array in ARRAYS.items()
        )
    )


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("artifact") / "router.npz"
    artifact.save(path, kind="router", header=HEADER, arrays=ARRAYS)
    return path


def test_what_was_saved_comes_back(saved: Path) -> None:
    assert same(artifact.load(saved))
    assert [p.name for p in saved.parent.iterdir()] == ["router.npz"]


def test_equal_content_is_an_equal_file(saved: Path, tmp_path: Path) -> None:
    artifact.save(tmp_path / "again.npz", kind="router", header=HEADER, arrays=ARRAYS)
    assert (tmp_path / "again.npz").read_bytes() == saved.read_bytes()


def test_numpy_reads_the_arrays_too(saved: Path) -> None:
    with np.load(saved, allow_pickle=False) as file:
        assert np.array_equal(file["centres"], ARRAYS["centres"])


def test_loaded_arrays_can_be_written_to(saved: Path) -> None:
    _, _, arrays = artifact.load(saved)
    arrays["centres"][0, 0] = 7


def read_damaged(data: bytes, folder: Path) -> None:
    path = folder / "damaged.npz"
    path.write_bytes(data)
    try:
        loaded = artifact.load(path)
    except CorruptArtifact as error:
        found = str(error)
    else:
        assert same(loaded)
        return
    assert "damaged.npz" in found
    assert "\n" not in found


anything = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@anything
@given(st.data())
def test_flipped_bytes_are_found(saved: Path, tmp_path: Path, data: st.DataObject) -> None:
    damaged = bytearray(saved.read_bytes())
    flips = st.tuples(st.integers(0, len(damaged) - 1), st.integers(1, 255))
    for position, bits in data.draw(st.lists(flips, min_size=1, max_size=4)):
        damaged[position] ^= bits
    read_damaged(bytes(damaged), tmp_path)


@anything
@given(st.data())
def test_cut_or_grown_files_are_found(saved: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole = saved.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    read_damaged(whole[:start] + data.draw(st.binary(max_size=64)) + whole[end:], tmp_path)


def test_every_truncation_is_refused(saved: Path, tmp_path: Path) -> None:
    whole, path = saved.read_bytes(), tmp_path / "cut.npz"
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(CorruptArtifact):
            artifact.load(path)


def npy(declared: dict[str, Any], values: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, declared)
    return buffer.getvalue() + values


def forged(path: Path, member: bytes, **changes: Any) -> Path:
    """An artifact whose checksums are right and whose content is not."""
    import hashlib

    document = {
        "format": "turnout-artifact", "version": 1, "kind": "router", "header": {},
        "arrays": {"a": hashlib.sha256(member).hexdigest()}, **changes,
    }  # fmt: skip
    document["sha256"] = artifact._digest(document)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.json", json.dumps(document))
        archive.writestr("a.npy", member)
    return path


@pytest.mark.parametrize(
    "member",
    [
        npy({"descr": "<f8", "fortran_order": False, "shape": (10**15,)}),
        npy({"descr": "<f8", "fortran_order": False, "shape": (-1,)}, b"\0" * 8),
        npy({"descr": "|O", "fortran_order": False, "shape": (1,)}, pickle.dumps([os.getcwd])),
        npy({"descr": "<f8", "fortran_order": True, "shape": (2, 2)}, b"\0" * 32),
        npy({"descr": "nonsense", "fortran_order": False, "shape": (1,)}, b"\0" * 8),
        b"", b"\x93NUMPY", b"\x93NUMPY\x01\x00\xff\xff",
    ],
)  # fmt: skip
def test_forged_arrays_are_refused(tmp_path: Path, member: bytes) -> None:
    with pytest.raises(CorruptArtifact):
        artifact.load(forged(tmp_path / "forged.npz", member))


def test_another_version_says_so(tmp_path: Path) -> None:
    path = forged(tmp_path / "new.npz", npy({"descr": "<f8", "fortran_order": False, "shape": (0,)}), version=2)
    with pytest.raises(CorruptArtifact, match="format 2"):
        artifact.load(path)


@pytest.mark.parametrize("arrays", [{"a": []}, "text", None, {"header": 1}])
def test_forged_headers_are_refused(tmp_path: Path, arrays: Any) -> None:
    with pytest.raises(CorruptArtifact):
        artifact.load(forged(tmp_path / "forged.npz", b"", arrays=arrays))


def test_compressed_bombs_are_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", b"0" * 10_000_000)
    with pytest.raises(CorruptArtifact):
        artifact.load(path)


def test_a_missing_file_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"absent\.npz"):
        artifact.load(tmp_path / "absent.npz")


def test_a_failed_save_leaves_the_old_file_and_nothing_else(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "router.npz"
    path.write_bytes(saved.read_bytes())
    with pytest.raises(TypeError):
        artifact.save(path, kind="router", header={"bad": object()}, arrays=ARRAYS)
    with pytest.raises(ValueError, match="Object arrays"):
        artifact.save(path, kind="router", header={}, arrays={"o": np.array([object()])})
    with pytest.raises(InputFileError):
        artifact.save(tmp_path / "absent" / "r.npz", kind="router", header={}, arrays={})
    assert same(artifact.load(path))
    assert [p.name for p in tmp_path.iterdir()] == ["router.npz"]
