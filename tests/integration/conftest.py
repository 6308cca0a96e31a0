"""Settings for tests that run real local models: state of their own, weights shared through the user's cache. And
gateways that the tests of a module share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import platformdirs
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from chat_server import KEY, chat_server
from served import BOX, Box, Serve, served
from turnout.config import Settings
from turnout.providers.local import servers


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


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """`serve(folder, *options, **environment)` starts a gateway on a free port and gives its address without /v1; its
    config and state are in the folder. It ends with the module, as it should."""
    with ExitStack() as running:
        yield lambda folder, *options, **variables: running.enter_context(served(folder, *options, **variables))


@pytest.fixture(scope="module")
def box(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """The gateway may ask box/* and nobody else."""
    folder = tmp_path_factory.mktemp("box")
    with chat_server() as provider:
        (folder / "config").mkdir()
        (folder / "config" / "models.yaml").write_text(BOX.format(url=provider.url))
        yield Box(serve(folder, "--models", "box/*", BOX_KEY=KEY, TURNOUT_RETRIES="0"), provider, folder)
