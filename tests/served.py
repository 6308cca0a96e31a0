"""A gateway as a process, as users start it, on a free port and with folders of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chat_server import ChatServer

__all__ = ["BOX", "Box", "Serve", "served"]

Serve = Callable[..., str]


@dataclass(frozen=True)
class Box:
    """A gateway before a provider called box. `url` is the gateway's without /v1, `folder` has its config and state."""

    url: str
    provider: ChatServer
    folder: Path

    @property
    def store_url(self) -> str:
        return f"sqlite:///{self.folder / 'state' / 'evidence.sqlite'}"


BOX = """
providers:
  box: {{base_url: "{url}", api_key_env: BOX_KEY}}
models:
  - {{id: box/all, provider: box, name: all-1, price: {{input: 1, output: 2}}, inputs: [text, image, audio, video],
     tools: true, context: 100000}}
  - {{id: box/text, provider: box, name: text-1, price: {{input: 0.1, output: 0.2}}, context: 8000}}
  - {{id: box/ears, provider: box, name: ears-1, price: {{input: 3, output: 5}}, inputs: [audio],
     endpoint: transcription}}
  - {{id: box/voice, provider: box, name: voice-1, price: {{input: 15, output: 0}}, outputs: [audio],
     endpoint: speech}}
  - {{id: box/vectors, provider: box, name: vectors-1, price: {{input: 0.02}}, endpoint: chat}}
  - {{id: box/busy, provider: box, name: busy-1, price: {{input: 90, output: 90}}, context: 8000}}
  - {{id: other/model, provider: box, name: other-1, price: {{input: 9, output: 9}}}}
"""


@contextmanager
def served(folder: Path, *options: str, **variables: str) -> Iterator[str]:
    """Its address without /v1, once it listens. It ends with the block, and must end well."""
    own = ("TURNOUT_", "OPENROUTER_")
    outside = {n: v for n, v in os.environ.items() if not n.startswith(own) or n == "TURNOUT_CACHE_DIR"}
    folders = {"TURNOUT_CONFIG_DIR": str(folder / "config"), "TURNOUT_STATE_DIR": str(folder / "state")}
    said = folder / "said.txt"
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "turnout", "serve", "--port", "0", *options],
            env={**outside, **folders, **variables},
            stderr=out,
        )
        try:
            until = time.monotonic() + 30
            while (found := re.search(r"serving (http://\S+)/v1", said.read_text())) is None:
                assert process.poll() is None, said.read_text()
                assert time.monotonic() < until, said.read_text()
                time.sleep(0.02)
            with urllib.request.urlopen(f"{found[1]}/health", timeout=30):  # answered once all of the welcome is out
                pass
            yield found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) in (0, -signal.SIGTERM), said.read_text()
