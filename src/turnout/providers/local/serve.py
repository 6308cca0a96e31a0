"""The process that serves one local model: ``python -m turnout.providers.local.serve ID --state FOLDER …``.

It holds the model's live lock, answers on a free loopback port to whoever has the random key in its state file, and
stops on SIGTERM or when its lease has not been touched for the idle time and no request is running.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from turnout.providers.local.catalogue import CONTEXT_TOKENS, LocalModel, find

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop, or idle."""
    parser = argparse.ArgumentParser(prog="python -m turnout.providers.local.serve")
    parser.add_argument("id")
    parser.add_argument("--state", type=Path, required=True, help="folder of the state, lease and lock files")
    parser.add_argument("--folder", type=Path, help="folder with the weights")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--idle", type=float, default=300.0, help="seconds")
    options = parser.parse_args(arguments)
    model = find(options.id)

    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    with FileLock(options.state / f"{model.name}.live.lock", timeout=5):
        # Whoever must end a process that hangs before it has a state finds it here.
        process_id = options.state / f"{model.name}.pid"
        process_id.write_text(str(os.getpid()), "utf-8")
        key = secrets.token_urlsafe(32)
        serve = _serve_llm if model.engine == "llm" else _serve_app
        port, busy, close = serve(model, options.folder, options.threads, key)
        state = options.state / f"{model.name}.json"
        _write(state, {"id": model.id, "pid": os.getpid(), "port": port, "key": key, "started": time.time()})
        try:
            _wait(stopping, options.state / f"{model.name}.lease", options.idle, busy)
        finally:
            state.unlink(missing_ok=True)
            process_id.unlink(missing_ok=True)
            close()
    return 0


def _write(state: Path, content: dict[str, object]) -> None:
    temporary = state.with_suffix(f".{os.getpid()}.partial")
    temporary.touch(mode=0o600)  # before the key is in it
    temporary.write_text(json.dumps(content), "utf-8")
    temporary.replace(state)


def _wait(stopping: threading.Event, lease: Path, idle_s: float, busy: Callable[[], bool]) -> None:
    """Return when told to stop, or `idle_s` after the last sign of use."""
    used = time.time()
    while not stopping.wait(min(1.0, idle_s / 4)):
        with suppress(FileNotFoundError):
            used = max(used, lease.stat().st_mtime)
        if busy():
            used = time.time()
        if time.time() - used > idle_s:
            return


def _serve_llm(
    model: LocalModel, folder: Path, threads: int, key: str
) -> tuple[int, Callable[[], bool], Callable[[], None]]:
    """llama.cpp's own server, in this process: (port, is it busy, close)."""
    import xllamacpp

    (weights,) = folder.glob("*.gguf")
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.model_alias = {model.id}
    params.port = 0  # a free one
    params.api_keys = [key]
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1  # requests queue: two at once on one core only make both late
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = 0
    params.endpoint_metrics = True
    params.ui = False
    params.verbosity = 1  # errors only
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise SystemExit(f"llama.cpp cannot serve {weights.name}: {error}") from None

    def busy() -> bool:
        lines = server.handle_metrics().splitlines()
        counts = [line.rpartition(" ")[2] for line in lines if line.startswith(("llamacpp:requests_",))]
        return any(float(count) > 0 for count in counts)

    def close() -> None:
        # Destroying the server object waits for a running answer to end; leaving at once does not.
        if busy():
            sys.stderr.write("stopped while answering\n")
            os._exit(0)

    return int(server.listening_address.rpartition(":")[2]), busy, close


def _serve_app(
    model: LocalModel, folder: Path | None, threads: int, key: str
) -> tuple[int, Callable[[], bool], Callable[[], None]]:
    """Speech and image models, behind a small HTTP application in a thread of its own."""
    from turnout.providers.local.app import start
    from turnout.providers.local.engines import load

    return start(model, load(model, folder, threads), key)


if __name__ == "__main__":
    sys.exit(main())
