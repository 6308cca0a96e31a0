"""Start, reuse and stop the servers of local models, from any number of processes.

For each model there are these files in ``state_dir/servers``: the state (``.json``, readable by the owner only, since
it holds the key), the lease (``.lease``, touched by every use; a server whose lease grows old stops by itself), the
log, the process id, and two lock files: ``.start.lock`` is held while somebody starts or stops the server,
``.live.lock`` by the server for as long as it lives. A lock dies with its holder, so it tells a living server from a
process id that was given to somebody else.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from turnout.config import Settings
from turnout.errors import LocalServerError, MissingExtra
from turnout.providers.local.catalogue import LOCAL_MODELS, LocalModel, find, installed
from turnout.weights import Weights, fetch

__all__ = ["Server", "ensure", "running", "stop", "touch"]

_START_S = 90.0  # a gigabyte from a cold disk
_STOP_S = 5.0
_LLAMA_LOG = re.compile(r"\d+\.\d\d\.\d{3}\.\d{3} [A-Z] ")

_children: dict[int, subprocess.Popen[bytes]] = {}  # started by this process, to be reaped when they end


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. The key is what requests to it must carry."""

    model_id: str
    pid: int
    port: int
    key: str = field(repr=False)
    started: float  # seconds since the epoch

    @property
    def base_url(self) -> str:
        """What an OpenAI client is given."""
        return f"http://127.0.0.1:{self.port}/v1"


def ensure(
    model_id: str,
    settings: Settings,
    *,
    confirm: Callable[[Weights], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
    status: Callable[[str], None] | None = None,
) -> Server:
    """The model's server, started when it does not run. Blocks for up to minutes; `status` says what goes on.

    Raises `MissingExtra` or `LocalServerError` when the model cannot run here, `WeightsError` when its weights cannot
    be had, `LocalServerError` with the last line of its log when the server does not come up.
    """
    model = find(model_id)
    _reap()
    touch(model_id, settings)  # before the look: a server about to stop sees it
    if (server := _healthy(model, settings)) is not None:
        return server
    if (reason := installed(model_id)) is not None:
        if model.modules:
            raise MissingExtra(model_id, "local")
        raise LocalServerError(f"{model_id} cannot run here: {reason}")
    folders = [fetch(name, settings, confirm=confirm, progress=progress) for name in model.weights]
    with FileLock(_file(model, settings, "start.lock")):
        if (server := _healthy(model, settings)) is not None:  # somebody else started it meanwhile
            return server
        _clear(model, settings)
        return _start(model, settings, folders, status)


def running(settings: Settings) -> tuple[Server, ...]:
    """The servers that answer now."""
    found = (_healthy(model, settings) for model in LOCAL_MODELS)
    return tuple(server for server in found if server is not None)


def stop(settings: Settings, model_id: str | None = None) -> tuple[str, ...]:
    """Stop one server, or all; the ids of those that were running."""
    chosen = LOCAL_MODELS if model_id is None else (find(model_id),)
    stopped = []
    for model in chosen:
        if _file(model, settings, "pid").exists():
            with FileLock(_file(model, settings, "start.lock")):
                if _clear(model, settings):
                    stopped.append(model.id)
    _reap()
    return tuple(stopped)


def touch(model_id: str, settings: Settings) -> None:
    """Renew the lease: somebody is using the model."""
    lease = _file(find(model_id), settings, "lease")
    try:
        lease.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lease.touch(mode=0o600)
    except OSError as error:
        raise LocalServerError(f"the state folder {lease.parent} cannot be written: {error.strerror}") from error


def _file(model: LocalModel, settings: Settings, kind: str) -> Path:
    return settings.state_dir / "servers" / f"{model.name}.{kind}"


def _read(model: LocalModel, settings: Settings) -> Server | None:
    try:
        state = json.loads(_file(model, settings, "json").read_text("utf-8"))
        return Server(model.id, int(state["pid"]), int(state["port"]), str(state["key"]), float(state["started"]))
    except (OSError, ValueError, KeyError, TypeError):  # none, or one that cannot be used: then a new one is started
        return None


def _healthy(model: LocalModel, settings: Settings) -> Server | None:
    """The server named in the state file, if it answers as this model."""
    server = _read(model, settings)
    if server is None:
        return None
    request = urllib.request.Request(  # noqa: S310  always loopback http
        f"{server.base_url}/models", headers={"Authorization": f"Bearer {server.key}"}
    )
    try:
        # No proxy from the environment may come between: this is loopback.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=3) as answer:
            names = [entry.get("id") for entry in json.load(answer)["data"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return server if model.id in names else None


def _clear(model: LocalModel, settings: Settings) -> bool:
    """End what runs (under the start lock) and remove its state; whether something ran."""
    live = FileLock(_file(model, settings, "live.lock"))
    pid = 0
    for number in (None, signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if number is not None:  # the lock is held, so the process id is that of a living server
            pid = _signal(_file(model, settings, "pid"), number) or pid
        try:
            live.acquire(timeout=0 if number is None else _STOP_S)
            break
        except Timeout:
            continue
    else:
        raise LocalServerError(f"{model.id} does not stop: end the process that holds {live.lock_file}")
    for kind in ("json", "pid"):
        _file(model, settings, kind).unlink(missing_ok=True)
    live.release()
    if (child := _children.pop(pid, None)) is not None:
        child.wait()  # the lock is free, so it is on its way out
    return pid != 0


def _signal(file: Path, number: int) -> int | None:
    """Signal the process whose id is in the file; the id, or None when there is no such process (any more)."""
    try:
        pid = int(file.read_text("utf-8"))
        os.kill(pid, number)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return pid


def _start(
    model: LocalModel, settings: Settings, folders: Sequence[Path], status: Callable[[str], None] | None
) -> Server:
    log = _file(model, settings, "log")
    command = [sys.executable, "-m", "turnout.providers.local.serve", model.id, "--state", str(log.parent)]
    command += ["--threads", str(settings.local_threads), "--idle", str(settings.local_idle_s)]
    for folder in folders:
        command += ["--folder", str(folder)]
    threads = str(settings.local_threads)  # every runtime inside reads one of these
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": threads,
        "OMP_THREAD_LIMIT": threads,
        "OPENBLAS_NUM_THREADS": threads,
    }
    began = time.monotonic()
    with log.open("wb") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, start_new_session=True
        )
    _children[child.pid] = child
    if status is not None:
        status(f"starting {model.id}")
    while True:
        took = time.monotonic() - began
        server = _read(model, settings)
        if server is not None and server.pid == child.pid:
            if status is not None:
                status(f"started {model.id} ({took:.1f} s)")
            return server
        if child.poll() is not None:
            raise LocalServerError(f"{model.id} did not start: {_last_line(log)} (log: {log})")
        if took > _START_S:
            child.kill()
            raise LocalServerError(f"{model.id} did not start within {_START_S:.0f} s (log: {log})")
        time.sleep(0.02)


def _last_line(log: Path) -> str:
    """The last thing the server said itself, if it did: llama.cpp logs from a thread of its own, sometimes later."""
    lines = log.read_text("utf-8", errors="replace").strip().splitlines() or ["it ended without a word"]
    own = [line for line in lines if not _LLAMA_LOG.match(line)]
    return (own or lines)[-1].strip()


def _reap() -> None:
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            del _children[pid]
