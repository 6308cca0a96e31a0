"""What tests of several layers need: weights from the cache and public data beside the checkout. Nothing is fetched."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

from turnout import weights
from turnout.config import Settings


@pytest.fixture(scope="session")
def minilm_folder() -> Path:
    """MiniLM's files, out of TURNOUT_CACHE_DIR or the user's cache."""
    cache = Path(os.environ.get("TURNOUT_CACHE_DIR") or platformdirs.user_cache_dir("turnout"))
    settings = Settings(cache_dir=cache, download="never")
    if not weights.available("minilm", settings):
        pytest.skip(f"MiniLM's weights are not in {cache}: turnout fetches them on first use")
    return weights.fetch("minilm", settings)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The public data sets, out of TURNOUT_DATA or ../shared/data."""
    folder = Path(os.environ.get("TURNOUT_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no public data: set TURNOUT_DATA")
    return folder
