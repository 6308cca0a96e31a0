"""Settings for tests that run real local models: state of their own, weights shared through the user's cache. And a
gateway as a process, as users start it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from chat_server import KEY, ChatServer, chat_server
from turnout.config import Settings
from turnout.providers.local import servers

Serve = Callable[..., str]


@pytest.fixture
def local_settings(tmp_path: Path) -> Iterator[Settings]:
    """Weights come from TURNOUT_CACHE_DIR or the user's cache, fetched when missing; servers end with the test."""
    settings = Settings(
        config_dir=tmp_path / "config",
        state_dir=tmp_path / "state",
        cache_dir=Path(os.environ.get("TURNOUT_CACHE_DIR") or platformdirs.user_cache_dir("turnout")),
        download="always",
        local_idle_s=60,
    )
    yield settings
    servers.stop(settings)


@contextmanager
def _served(folder: Path, *options: str, **variables: str) -> Iterator[str]:
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
            yield found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) in (0, -signal.SIGTERM), said.read_text()


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """`serve(folder, *options, **environment)` starts a gateway on a free port and gives its address without /v1; its
    config and state are in the folder. It ends with the module, as it should."""
    with ExitStack() as running:
        yield lambda folder, *options, **variables: running.enter_context(_served(folder, *options, **variables))


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


@pytest.fixture(scope="module")
def box(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """The gateway may ask box/* and nobody else."""
    folder = tmp_path_factory.mktemp("box")
    with chat_server() as provider:
        (folder / "config").mkdir()
        (folder / "config" / "models.yaml").write_text(BOX.format(url=provider.url))
        yield Box(serve(folder, "--models", "box/*", BOX_KEY=KEY, TURNOUT_RETRIES="0"), provider, folder)
