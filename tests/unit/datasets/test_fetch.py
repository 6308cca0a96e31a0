"""Fetching over a real server: whole or not at all, on from where it broke off, and never other bytes in silence."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from file_server import FileServer, file_server
from turnout.datasets import fetch as fetching
from turnout.datasets import load
from turnout.datasets.fetch import MANIFEST, fetch, fetch_files
from turnout.datasets.sources import RemoteFile, Source
from turnout.errors import DataError, InputFileError, RunError, UserError

DATA = random.Random(7).randbytes(180_000)
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setattr(fetching, "_WAITS_S", (0.01, 0.01, 0.01))
    with file_server() as state:
        state.content["a.bin"] = DATA
        yield state


def files(folder: Path) -> set[str]:
    """What is in the data folder and meant to stay there."""
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.name != ".fetch.lock"}


def one(server: FileServer, behaviour: str, sha256: str | None = None) -> RemoteFile:
    return RemoteFile(server.url(behaviour, "a.bin"), "set/a.bin", sha256)


@pytest.mark.parametrize("behaviour", ["good", "cut", "no-range", "flaky", "redirect"])
@pytest.mark.parametrize("sha256", [SHA, None])
def test_it_comes_whole(server: FileServer, tmp_path: Path, behaviour: str, sha256: str | None) -> None:
    (fetched,) = fetch_files([one(server, behaviour, sha256)], tmp_path / "data")
    assert (fetched.state, fetched.sha256, fetched.size) == ("fetched", SHA, len(DATA))
    assert fetched.path.read_bytes() == DATA
    assert files(tmp_path / "data") == {"set/a.bin", MANIFEST}, "no partial file is left"
    noted = json.loads((tmp_path / "data" / MANIFEST).read_text())["files"]["set/a.bin"]
    assert (noted["sha256"], noted["size"]) == (SHA, len(DATA))


def test_a_second_time_nothing_is_asked(server: FileServer, tmp_path: Path) -> None:
    fetch_files([one(server, "good")], tmp_path)
    before = list(server.asked)
    (again,) = fetch_files([one(server, "good")], tmp_path)
    assert again.state == "here"
    assert server.asked == before


def test_it_goes_on_where_it_broke_off(server: FileServer, tmp_path: Path) -> None:
    fetch_files([one(server, "cut")], tmp_path)
    assert [asked for _, asked in server.asked] == ["", "bytes=50000-", "bytes=100000-", "bytes=150000-"]


def test_a_later_call_goes_on_too(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_WAITS_S", ())
    with pytest.raises(RunError, match="50,000 bytes are kept"):
        fetch_files([one(server, "cut")], tmp_path)
    assert files(tmp_path) == {"set/a.bin.partial", "set/a.bin.partial.etag"}
    (fetched,) = fetch_files([one(server, "good")], tmp_path)
    assert fetched.sha256 == SHA
    assert server.asked[-1][1] == "bytes=50000-"


def test_two_versions_are_never_joined(server: FileServer, tmp_path: Path) -> None:
    """The file changes between attempts: what came of the old one is dropped."""
    server.cut_after = len(DATA) - 10
    with pytest.raises(RunError, match="bytes came"):
        fetch_files([one(server, "changing")], tmp_path)
    server.content["a.bin"] = new = DATA[::-1]
    (fetched,) = fetch_files([one(server, "good")], tmp_path)
    assert fetched.path.read_bytes() == new


def test_a_partial_file_that_is_whole_already(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.bin.partial").write_bytes(DATA)
    (fetched,) = fetch_files([one(server, "good", SHA)], tmp_path)
    assert fetched.path.read_bytes() == DATA
    assert len(server.asked) == 1


def test_a_partial_file_longer_than_the_file_is_begun_anew(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.bin.partial").write_bytes(DATA + b"more")
    (fetched,) = fetch_files([one(server, "good", SHA)], tmp_path)
    assert fetched.path.read_bytes() == DATA


def test_a_partial_file_of_other_bytes_is_thrown_away(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.bin.partial").write_bytes(b"x" * 1000)
    with pytest.raises(DataError, match="thrown away"):
        fetch_files([one(server, "good", SHA)], tmp_path)
    (fetched,) = fetch_files([one(server, "good", SHA)], tmp_path)
    assert fetched.path.read_bytes() == DATA


def test_without_a_checksum_or_a_version_a_partial_file_is_not_trusted(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.bin.partial").write_bytes(b"x" * 1000)
    (fetched,) = fetch_files([one(server, "good")], tmp_path)
    assert fetched.path.read_bytes() == DATA


def test_wrong_bytes_are_thrown_away(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected") as caught:
        fetch_files([one(server, "good", "0" * 64)], tmp_path)
    assert server.url("good", "a.bin") in str(caught.value)
    assert files(tmp_path) == set()


def test_what_changed_on_the_disk_is_told(server: FileServer, tmp_path: Path) -> None:
    fetch_files([one(server, "good")], tmp_path)
    (tmp_path / "set" / "a.bin").write_bytes(b"edited")
    with pytest.raises(DataError, match="remove it to fetch it again"):
        fetch_files([one(server, "good")], tmp_path)
    (tmp_path / "set" / "a.bin").unlink()
    server.content["a.bin"] = b"upstream changed"
    with pytest.raises(DataError, match="expected"):  # as written down at the first fetch
        fetch_files([one(server, "good")], tmp_path)


def test_a_file_put_there_by_hand_is_left_alone(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.bin").write_bytes(b"mine")
    (found,) = fetch_files([one(server, "good")], tmp_path)
    assert found.state == "unchecked"
    assert found.path.read_bytes() == b"mine"
    assert server.asked == []
    assert files(tmp_path) == {"set/a.bin"}, "nothing is written when all is there"
    with pytest.raises(DataError, match="not what was published"):
        fetch_files([one(server, "good", SHA)], tmp_path)


@pytest.mark.parametrize(
    ("behaviour", "says", "requests"),
    [("404", "answers 404", 1), ("403", "answers 403", 1), ("500", "answers 500", 4), ("429", "answers 429", 4),
     ("html", "a web page came", 1), ("huge", "MB more", 1), ("liar", "asked were those from 50,000", 2)],
)  # fmt: skip
def test_what_went_wrong_is_said(server: FileServer, tmp_path: Path, behaviour: str, says: str, requests: int) -> None:
    with pytest.raises(RunError, match=says) as caught:
        fetch_files([one(server, behaviour)], tmp_path)
    assert "\n" not in str(caught.value)
    assert len(server.asked) == requests
    assert "set/a.bin" not in files(tmp_path)


def test_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_WAITS_S", (0.01,))
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RunError, match="no connection"):
        fetch_files([RemoteFile(f"http://127.0.0.1:{port}/a", "a")], tmp_path)


def test_a_server_that_stops_sending_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_WAITS_S", ())
    monkeypatch.setattr(fetching, "_TIMEOUT_S", 0.2)
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/a"
        with pytest.raises(RunError, match="broke off"):
            fetch_files([RemoteFile(url, "a")], tmp_path)


def test_a_full_disk(server: FileServer, tmp_path: Path) -> None:
    """Files may not grow beyond 100 kB in this process: what a disk without room for more does, too."""
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from turnout.datasets.fetch import fetch_files; from turnout.datasets.sources import RemoteFile\n"
        "from turnout.errors import RunError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: fetch_files([RemoteFile(sys.argv[1], 'a.bin')], Path(sys.argv[2]))\n"
        "except RunError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, server.url("good", "a.bin"), tmp_path], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "is full" in done.stdout
    assert (tmp_path / "a.bin.partial").stat().st_size == 100_000
    (fetched,) = fetch_files([RemoteFile(server.url("good", "a.bin"), "a.bin")], tmp_path)
    assert fetched.path.read_bytes() == DATA
    assert server.asked[-1][1] == "bytes=100000-"


def test_a_folder_that_cannot_be_written(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputFileError, match="cannot write into"):
        fetch_files([one(server, "good")], tmp_path / "file")


def test_a_damaged_manifest_is_told(server: FileServer, tmp_path: Path) -> None:
    for text in ("{", "[]", '{"files": 1}', '{"files": {"a": {}}}'):
        (tmp_path / MANIFEST).write_text(text)
        with pytest.raises(DataError, match="damaged"):
            fetch_files([one(server, "good")], tmp_path)


def test_progress_is_told_and_ends_at_the_whole(server: FileServer, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    closed: list[str] = []

    @contextlib.contextmanager
    def watch(file: RemoteFile) -> Iterator[fetching.Progress]:
        yield lambda done, total: told.append((done, total))
        closed.append(file.path)

    fetch_files([one(server, "cut")], tmp_path, watch)
    assert told[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert closed == ["set/a.bin"]


def test_one_fetch_at_a_time(server: FileServer, tmp_path: Path) -> None:
    from filelock import FileLock

    with FileLock(tmp_path / ".fetch.lock"), pytest.raises(RunError, match="another turnout is fetching"):
        fetch_files([one(server, "good")], tmp_path)


def test_what_cannot_be_fetched_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="write one line per question"):
        fetch("llmrouter", tmp_path)
    with pytest.raises(UserError, match="did you mean llmdrift"):
        fetch("llmdrif", tmp_path)
    assert files(tmp_path) == set()


def test_the_pinned_checksum_guards_routerbench(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.port}/good")
    revision = "784021482c3f320c6619ed4b3bb3b41a21424fcb"
    server.content[f"datasets/withmartian/routerbench/resolve/{revision}/routerbench_0shot.pkl"] = b"other"
    with pytest.raises(DataError, match="expected ba4f77f19517"):
        fetch("routerbench", tmp_path)
    assert files(tmp_path) == set()


def test_a_data_set_that_is_not_whole_is_not_read(
    server: FileServer, tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fetch breaks off after the first of two files, which alone would be read as the whole."""
    kept = data_dir / "routellm" / "mmlu"
    names = ("mmlu_anatomy.csv", "mmlu_virology.csv")
    files = tuple(RemoteFile(server.url("good", name), f"routellm/mmlu/{name}") for name in names)
    monkeypatch.setattr(fetching, "SOURCES", {"routellm-mmlu": Source("https://example.org", files)})
    server.content[names[0]] = (kept / names[0]).read_bytes()
    with pytest.raises(RunError, match="404"):
        fetch("routellm-mmlu", tmp_path)
    with pytest.raises(InputFileError, match=r"not whole: 1 of its files.*mmlu_virology\.csv"):
        load("routellm-mmlu", tmp_path)
    server.content[names[1]] = (kept / names[1]).read_bytes()
    assert [file.state for file in fetch("routellm-mmlu", tmp_path)] == ["here", "fetched"]
    assert set(load("routellm-mmlu", tmp_path).categories or ()) == {"anatomy", "virology"}
