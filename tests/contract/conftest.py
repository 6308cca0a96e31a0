from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers import Upstream, upstream
from stores import postgres, postgres_server, url

__all__ = ["postgres", "postgres_server", "server", "url"]


@pytest.fixture
async def server() -> AsyncIterator[Upstream]:
    """A real server on loopback."""
    async with upstream() as running:
        yield running
