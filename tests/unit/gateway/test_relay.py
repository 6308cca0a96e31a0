from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from turnout.catalog import Catalogue
from turnout.config import Settings
from turnout.errors import ProviderTimeout
from turnout.gateway.exchange import Exchange, new_id
from turnout.gateway.health import Health
from turnout.gateway.relay import Choice, Relay
from turnout.gateway.upstream import Target, Upstreams
from turnout.types import Model, Price

COLD = Model("local/cold", "local", "cold", Price(per_second=1e-5))


@pytest.fixture
async def relay(settings: Settings) -> AsyncIterator[Relay]:
    """Its local models take half a second to start, for which it has no time."""

    def start(model: Model) -> tuple[str, str]:
        time.sleep(0.5)
        return "http://127.0.0.1:1/v1", "key"

    upstreams = Upstreams(settings, Catalogue({COLD.id: COLD}, {}), start, lambda model: None)
    yield Relay(upstreams, Health(), deadline_s=0.2, retries=2)
    await upstreams.aclose()


async def test_a_model_that_is_not_up_in_time_is_said_to_be_starting_and_goes_on(relay: Relay) -> None:
    asked: list[Target] = []

    async def attempt(choice: Choice, target: Target) -> str:
        asked.append(target)
        return "an answer"

    def exchange() -> Exchange:
        return Exchange(id=new_id(), at=datetime.now(UTC), began=time.perf_counter(), endpoint="chat")

    first = exchange()
    with pytest.raises(ProviderTimeout, match=r"local/cold is still starting after 0\.2 s"):
        await relay.first_answer([Choice(COLD, "the only one")], attempt, first)
    assert [(x.model_id, x.kind) for x in first.attempts] == [("local/cold", "ProviderTimeout")]
    await asyncio.sleep(0.4)  # the start goes on in its thread
    assert await relay.first_answer([Choice(COLD, "the only one")], attempt, exchange()) == (
        Choice(COLD, "the only one"),
        "an answer",
    )
    assert len(asked) == 1
