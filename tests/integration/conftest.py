"""Settings for tests that run real local models: state of their own, weights shared through the user's cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

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
