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
from collections.abc import Callable, Sequence
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
    parser.add_argument("--folder", type=Path, action="append", default=[],
                        help="folder with weights; in the order in which the model names them")  # fmt: skip
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
        serve = {"llm": _serve_llm, "reader": _serve_reader}.get(model.engine, _serve_app)
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
    model: LocalModel, folders: Sequence[Path], threads: int, key: str
) -> tuple[int, Callable[[], bool], Callable[[], None]]:
    """llama.cpp's own server, in this process: (port, is it busy, close)."""
    from turnout.providers.local.llama import Llama

    llama = Llama(model.id, folders[0], threads, key)
    return llama.port, llama.busy, llama.close


def _serve_app(
    model: LocalModel, folders: Sequence[Path], threads: int, key: str
) -> tuple[int, Callable[[], bool], Callable[[], None]]:
    """Speech and image models, behind a small HTTP application in a thread of its own."""
    from turnout.providers.local.app import start
    from turnout.providers.local.engines import load

    return start(model, load(model, folders[0] if folders else None, threads), key)


def _serve_reader(
    model: LocalModel, folders: Sequence[Path], threads: int, key: str
) -> tuple[int, Callable[[], bool], Callable[[], None]]:
    """A reader of pictures and films, with the language model that answers from its notes: both in this process."""
    from turnout.providers.local.app import start
    from turnout.providers.local.engines import listener
    from turnout.providers.local.llama import Llama
    from turnout.providers.local.pages import line_reader
    from turnout.providers.local.reader import Reader

    language, speech = folders
    llama = Llama(model.id, language, threads, key)
    address = f"http://127.0.0.1:{llama.port}"
    reader = Reader(
        line_reader(threads),
        listener(speech, threads),
        address,
        key,
        context_tokens=CONTEXT_TOKENS,
        model_id=model.id,
    )
    port, busy, _ = start(model, reader, key)
    return port, busy, llama.close


if __name__ == "__main__":
    sys.exit(main())
