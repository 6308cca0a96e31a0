from __future__ import annotations

import asyncio

import pytest
from scripted import ASK, ScriptedModel, read

from turnout.errors import (
    AuthenticationFailed,
    EmptyPrompt,
    LocalServerError,
    MissingExtra,
    ProviderUnavailable,
    RateLimited,
    RunError,
)
from turnout.providers import FallbackModel

both_ways = pytest.mark.parametrize("ask", [lambda m: m.complete(ASK), read], ids=["complete", "stream"])


def dead(name: str, error=None) -> ScriptedModel:
    return ScriptedModel(error or ProviderUnavailable(f"{name} is down"), model_id=name)


@both_ways
@pytest.mark.parametrize("error", [None, LocalServerError("did not start"), MissingExtra("speech", "local")])
async def test_the_next_model_answers_and_the_caller_is_told(ask, error):
    told = []
    two = ScriptedModel("yes", model_id="two")
    model = FallbackModel([dead("one", error), two], on_fallback=lambda who, why: told.append((who, str(why))))
    await ask(model)
    assert [who for who, _ in told] == ["one"]
    assert told[0][1]
    assert len(two.calls) == 1
    assert model.model_id == "one"


@both_ways
async def test_when_all_fail_all_are_named_and_the_last_kind_is_raised(ask):
    told = []
    last = RateLimited("slow down", retry_after_s=3)
    model = FallbackModel([dead("one"), dead("two"), dead("three", last)], on_fallback=lambda *it: told.append(it[0]))
    with pytest.raises(RateLimited, match=r"all 3 models failed: one: one is down; two: .*; three: slow") as caught:
        await ask(model)
    assert caught.value.retry_after_s == 3
    assert told == ["one", "two"]  # after the last there is nobody to fall back to


@both_ways
async def test_a_last_failure_of_this_machine_is_a_run_error(ask):
    with pytest.raises(RunError, match="all 2 models failed") as caught:
        await ask(FallbackModel([dead("one"), dead("two", LocalServerError("no"))]))
    assert type(caught.value) is RunError


@both_ways
async def test_one_model_alone_fails_in_its_own_words(ask):
    with pytest.raises(AuthenticationFailed, match=r"^wrong key$"):
        await ask(FallbackModel([dead("one", AuthenticationFailed("wrong key"))]))


@both_ways
async def test_a_mistake_of_the_user_is_not_passed_on(ask):
    two = ScriptedModel("no")
    with pytest.raises(EmptyPrompt):
        await ask(FallbackModel([dead("one", EmptyPrompt("nothing asked")), two]))
    assert two.calls == []


@both_ways
async def test_cancelling_is_not_a_failure_to_fall_back_from(ask):
    two = ScriptedModel("no")
    call = asyncio.create_task(ask(FallbackModel([ScriptedModel("slow", pause_s=30), two])))
    await asyncio.sleep(0.05)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert two.calls == []


async def test_after_the_first_piece_there_is_no_going_back():
    two = ScriptedModel("no")
    one = ScriptedModel(ProviderUnavailable("died"), after=1)
    with pytest.raises(ProviderUnavailable, match=r"^died$"):
        await read(FallbackModel([one, two]))
    assert two.calls == []


async def test_closing_closes_all():
    models = [ScriptedModel(), ScriptedModel()]
    await FallbackModel(models).aclose()
    assert [m.closed for m in models] == [1, 1]
    with pytest.raises(ValueError, match="at least one"):
        FallbackModel([])
