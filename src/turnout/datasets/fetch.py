"""Fetching data sets from their authors' addresses: once, whole, and the same bytes as before or not at all."""

from __future__ import annotations

import errno
import hashlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from turnout.datasets.registry import find
from turnout.datasets.sources import SOURCES, RemoteFile
from turnout.errors import DataError, InputFileError, RunError, UserError

__all__ = ["MANIFEST", "Fetched", "fetch", "fetch_files", "missing"]

MANIFEST = "fetched.json"  # in the data folder: path → sha256, size, url, when
_BLOCK = 1 << 18
_TIMEOUT_S = 30.0
_WAITS_S = (0.5, 2.0, 5.0)  # between attempts; one that brought bytes begins them anew
_HUB = "https://huggingface.co/"

Progress = Callable[[int, int], None]  # bytes so far, bytes in all
Watch = Callable[[RemoteFile], AbstractContextManager[Progress | None]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file of the data set as it is in the data folder now. *unchecked*: it was put there by somebody else."""

    path: Path
    sha256: str
    size: int  # bytes
    state: Literal["fetched", "here", "unchecked"]


def fetch(name: str, data_dir: Path, watch: Watch | None = None) -> list[Fetched]:
    """Fetch what is missing of a data set's files, and check what is not.

    Bytes are checked against the pinned SHA-256, or the one that the first fetch wrote down in `MANIFEST`. `watch`
    gives, for each file that is fetched, a context that yields a progress callback. HF_ENDPOINT and the proxy variables
    are followed. Raises `UserError` when the data set has to be fetched by hand, `RunError` when the network or the
    disk did not cooperate (what came so far is kept, and continued by the next call), `DataError` for other bytes.
    """
    info = find(name)
    source = SOURCES[info.name]
    if not source.files:
        raise UserError(f"{name} cannot be fetched: {source.by_hand.format(folder=data_dir)} ({source.page})")
    return fetch_files(source.files, data_dir, watch)


def fetch_files(files: Iterable[RemoteFile], data_dir: Path, watch: Watch | None = None) -> list[Fetched]:
    """As `fetch`, for any files. Nothing is written when all are there."""
    from filelock import FileLock, Timeout

    wanted = list(files)
    try:
        here = [_here(file, data_dir) for file in wanted]
        if not all(here):
            data_dir.mkdir(parents=True, exist_ok=True)
            with FileLock(data_dir / ".fetch.lock", timeout=0):
                return [_here(file, data_dir) or _bring(file, data_dir, watch) for file in wanted]
        return [found for found in here if found is not None]
    except Timeout:
        raise RunError(f"another turnout is fetching into {data_dir}: wait for it") from None
    except OSError as error:
        raise InputFileError(f"cannot write into {data_dir}: {error.strerror or error}") from error


def missing(name: str, data_dir: Path) -> list[str]:
    """The files that a fetch of the data set which broke off still has to bring; empty when none was begun."""
    noted, files = _manifest(data_dir), SOURCES[name].files
    begun = any(file.path in noted for file in files)
    return [file.path for file in files if begun and not (data_dir / file.path).exists()]


def _here(file: RemoteFile, data_dir: Path) -> Fetched | None:
    """The file, checked, when it is there."""
    target = data_dir / file.path
    if not target.is_file():
        return None
    found, expected = _sha256(target), _expected(file, data_dir)
    if expected is not None and found != expected:
        raise DataError(
            f"{target} is not what was published, or has changed: its SHA-256 is {found[:12]}…, expected"
            f" {expected[:12]}…; remove it to fetch it again"
        )
    return Fetched(target, found, target.stat().st_size, "here" if expected else "unchecked")


def _bring(file: RemoteFile, data_dir: Path, watch: Watch | None) -> Fetched:
    target, expected = data_dir / file.path, _expected(file, data_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    with nullcontext() if watch is None else watch(file) as progress:
        _download(file, partial, progress, resumable=expected is not None)
    found, size = _sha256(partial), partial.stat().st_size
    if expected is not None and found != expected:
        _discard(partial)
        raise DataError(
            f"{file.url}: what came has the SHA-256 {found[:12]}… ({size:,} bytes), expected {expected[:12]}…;"
            " it was thrown away"
        )
    partial.replace(target)
    _discard(partial)
    _note(data_dir, file, found, size)
    return Fetched(target, found, size, "fetched")


def _expected(file: RemoteFile, data_dir: Path) -> str | None:
    return file.sha256 or _manifest(data_dir).get(file.path, {}).get("sha256")


def _download(file: RemoteFile, partial: Path, progress: Progress | None, *, resumable: bool) -> None:
    """Bring the partial file to its full length, going on where it ends. `resumable`: its bytes are checked later."""
    tries = 0
    while True:
        before = _size(partial)
        try:
            _attempt(file, partial, progress, resumable)
            return
        except urllib.error.HTTPError as error:
            with error:
                again = error.code in (408, 429) or error.code >= 500
                if error.code == 416:
                    if error.headers.get("Content-Range", "").endswith(f"/{before}"):
                        return  # it was whole already
                    _discard(partial)  # it is no beginning of what is there now
                    again = True
                problem = f"the server answers {error.code} {error.reason}"
        except (TimeoutError, ConnectionError, http.client.HTTPException) as error:
            again, problem = True, f"the connection broke off ({' '.join(str(error).split()) or type(error).__name__})"
        except urllib.error.URLError as error:
            again = not isinstance(error.reason, socket.gaierror | ssl.SSLError)
            problem = f"no connection ({error.reason})"
        tries = 0 if _size(partial) > before else tries
        if not again or tries == len(_WAITS_S):
            kept = f"; {_size(partial):,} bytes are kept, and the next try goes on there" if _size(partial) else ""
            raise RunError(f"{file.url}: {problem}{kept}")
        time.sleep(_WAITS_S[tries])
        tries += 1


def _attempt(file: RemoteFile, partial: Path, progress: Progress | None, resumable: bool) -> None:
    headers = {"User-Agent": "turnout", "Accept-Encoding": "identity"}
    begun, etag = _size(partial), _etag(partial)
    if begun and (etag or resumable):
        headers["Range"] = f"bytes={begun}-"
        if etag:
            headers["If-Range"] = etag
    # The addresses are those of `sources` and HF_ENDPOINT: http or https.
    request = urllib.request.Request(_address(file.url), headers=headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
        if answer.headers.get_content_type() == "text/html":
            raise RunError(f"{file.url}: a web page came instead of the file (a login, or a network that asks for one)")
        offset = _offset(answer) if answer.status == 206 else 0
        if offset not in (0, begun):
            raise RunError(f"{file.url}: the server sent bytes from {offset:,}, asked were those from {begun:,}")
        length = answer.headers.get("Content-Length")
        total = offset + int(length) if length is not None else (file.size or 0)
        _check_space(file, partial, total - offset)
        strong = answer.headers.get("ETag", "")
        _etag_file(partial).write_text("" if strong.startswith("W/") else strong, "utf-8")
        _write(file, answer, partial, offset, total, progress)
    if length is not None and _size(partial) < total:
        raise ConnectionError(f"{_size(partial):,} of {total:,} bytes came")


def _write(
    file: RemoteFile,
    answer: http.client.HTTPResponse,
    partial: Path,
    offset: int,
    total: int,
    progress: Progress | None,
) -> None:
    done = offset
    with partial.open("r+b" if offset else "wb") as output:
        output.seek(offset)
        output.truncate()
        while True:
            block = answer.read1(_BLOCK)
            if not block:
                break
            try:
                output.write(block)
            except OSError as error:
                raise _full(file, partial, error) from error
            done += len(block)
            if progress is not None and total:
                progress(done, total)
        try:
            output.flush()
            os.fsync(output.fileno())
        except OSError as error:
            raise _full(file, partial, error) from error


def _full(file: RemoteFile, partial: Path, error: OSError) -> RunError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return RunError(
            f"{file.path}: the disk of {partial.parent} is full ({error.strerror}); make room, and fetch on"
        )
    return RunError(f"{file.path} cannot be written to {partial.parent}: {error.strerror or error}")


def _check_space(file: RemoteFile, partial: Path, need: int) -> None:
    free = shutil.disk_usage(partial.parent).free
    if need > free:
        raise RunError(f"{file.path} needs {need / 1e6:,.0f} MB more, {partial.parent} has {free / 1e6:,.0f} MB free")


def _offset(answer: http.client.HTTPResponse) -> int:
    range_ = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(range_[1]) if range_ else -1


def _address(url: str) -> str:
    """The address at the user's own mirror of Hugging Face, where HF_ENDPOINT names one."""
    mirror = os.environ.get("HF_ENDPOINT", "")
    if mirror.startswith(("http://", "https://")) and url.startswith(_HUB):
        return f"{mirror.rstrip('/')}/{url.removeprefix(_HUB)}"
    return url


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _etag_file(partial: Path) -> Path:
    return partial.with_name(partial.name + ".etag")


def _etag(partial: Path) -> str:
    path = _etag_file(partial)
    return path.read_text("utf-8") if path.exists() else ""


def _discard(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _etag_file(partial).unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(data_dir: Path) -> Mapping[str, Mapping[str, Any]]:
    path = data_dir / MANIFEST
    if not path.exists():
        return {}
    try:
        read = json.loads(path.read_text("utf-8"))
        files: Mapping[str, Mapping[str, Any]] = read["files"]
        if not all(isinstance(entry["sha256"], str) for entry in files.values()):
            raise TypeError("sha256")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataError(f"{path} is damaged: remove it, and nothing fetched before is checked against it") from None
    return files


def _note(data_dir: Path, file: RemoteFile, sha256: str, size: int) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    entry = {"sha256": sha256, "size": size, "url": file.url, "at": at}
    written = {"files": {**_manifest(data_dir), file.path: entry}}
    partial = data_dir / f"{MANIFEST}.partial"
    partial.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", "utf-8")
    partial.replace(data_dir / MANIFEST)
