from __future__ import annotations

import asyncio

import pytest
from scripted import ASK, ScriptedModel, read

from turnout.errors import ProviderTimeout, ProviderUnavailable, RateLimited
from turnout.providers import DeadlineModel, RetryingModel


async def test_a_whole_answer_has_to_be_in_time():
    with pytest.raises(ProviderTimeout, match=r"acme/one did not finish within 0\.1 s"):
        await DeadlineModel(ScriptedModel("late", pause_s=5), 0.1).complete(ASK)
    assert (await DeadlineModel(ScriptedModel("soon"), 5).complete(ASK)).text == "soon"


async def test_a_drip_that_never_stops_for_long_still_ends():
    inner = ScriptedModel("a " * 100, pause_s=0.03)
    seen: list[str] = []
    with pytest.raises(ProviderTimeout):
        await read(DeadlineModel(inner, 0.2), seen)
    assert 1 <= len(seen) <= 7


async def test_waits_between_retries_count():
    limited = [RateLimited("slow down", retry_after_s=10) for _ in range(2)]
    with pytest.raises(ProviderTimeout):
        await DeadlineModel(RetryingModel(ScriptedModel(*limited)), 0.1).complete(ASK)


async def test_the_readers_own_pauses_do_not_count():
    seen = []
    async for piece in DeadlineModel(ScriptedModel("a b c", pause_s=0.01), 0.25).stream(ASK):
        seen.append(piece.text)
        await asyncio.sleep(0.15)  # 0.6 s in all
    assert "".join(seen) == "abc"


async def test_failures_and_cancelling_pass_through():
    with pytest.raises(ProviderUnavailable, match=r"^down$"):
        await read(DeadlineModel(ScriptedModel(ProviderUnavailable("down")), 5))
    call = asyncio.create_task(read(DeadlineModel(ScriptedModel("slow", pause_s=30), 60)))
    await asyncio.sleep(0.05)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_closing_closes_what_is_inside():
    inner = ScriptedModel()
    await DeadlineModel(inner, 1).aclose()
    assert inner.closed == 1
