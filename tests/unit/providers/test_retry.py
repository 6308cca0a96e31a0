from __future__ import annotations

import pytest
from scripted import ASK, ScriptedModel, read

from turnout.errors import InvalidResponse, ProviderUnavailable, RateLimited, RequestRejected
from turnout.providers import RetryingModel


def limited(seconds: float) -> RateLimited:
    return RateLimited("slow down", retry_after_s=seconds)


def down() -> ProviderUnavailable:
    return ProviderUnavailable("down")


def gaps(model: ScriptedModel) -> list[float]:
    return [later - earlier for earlier, later in zip(model.calls, model.calls[1:], strict=False)]


@pytest.mark.parametrize("ask", [lambda m: m.complete(ASK), read], ids=["complete", "stream"])
async def test_the_wait_that_was_asked_for_is_kept_to(ask):
    inner = ScriptedModel(limited(0.2), limited(0.05), "yes")
    await ask(RetryingModel(inner))
    first, second = gaps(inner)
    assert 0.2 <= first < 0.4
    assert 0.05 <= second < 0.2


@pytest.mark.parametrize("ask", [lambda m: m.complete(ASK), read], ids=["complete", "stream"])
async def test_no_more_attempts_than_agreed_and_the_last_failure_is_told(ask):
    last = InvalidResponse("nonsense")
    inner = ScriptedModel(down(), last, "too late")
    with pytest.raises(InvalidResponse) as caught:
        await ask(RetryingModel(inner, attempts=2))
    assert caught.value is last
    assert len(inner.calls) == 2


@pytest.mark.parametrize("ask", [lambda m: m.complete(ASK), read], ids=["complete", "stream"])
@pytest.mark.parametrize("final", [RequestRejected("too long"), limited(21)], ids=["not retryable", "long wait"])
async def test_what_waiting_does_not_mend_is_final(ask, final):
    inner = ScriptedModel(final, "too late")
    with pytest.raises(type(final)):
        await ask(RetryingModel(inner, max_wait_s=20))
    assert len(inner.calls) == 1


async def test_after_the_first_piece_a_failure_is_final():
    inner = ScriptedModel(down(), "too late", after=1)
    seen: list[str] = []
    with pytest.raises(ProviderUnavailable):
        await read(RetryingModel(inner), seen)
    assert seen == ["x"]
    assert len(inner.calls) == 1


async def test_waits_without_a_word_from_the_provider_stay_short():
    inner = ScriptedModel(down(), down(), "yes")
    await RetryingModel(inner, max_wait_s=0.01).complete(ASK)
    assert max(gaps(inner)) < 0.1


def test_no_attempt_at_all_is_a_mistake():
    with pytest.raises(ValueError, match="at least 1"):
        RetryingModel(ScriptedModel(), attempts=0)


async def test_closing_closes_what_is_inside():
    inner = ScriptedModel()
    await RetryingModel(inner).aclose()
    assert inner.closed == 1
