from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from turnout.errors import StoreError
from turnout.gateway.decider import Decider
from turnout.preference import prefer
from turnout.router import Router
from turnout.types import Estimates, Model, Price, Prompt

MODELS = [Model(f"box/{name}", "box", name, Price(1.0, 1.0)) for name in ("a", "b")]


class ByName:
    """Estimates by the prompt's text: it names the better model, an error, or to wait."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.threads: set[int] = set()

    def estimate(self, prompts: Sequence[Prompt], models: Sequence[Model]) -> Estimates:
        self.threads.add(threading.get_ident())
        assert self.go.wait(10)
        (prompt,) = prompts
        if prompt.text == "store":
            raise StoreError("the store is down")
        if prompt.text == "bug":
            raise ZeroDivisionError
        quality = np.array([[0.9 if m.name == prompt.text else 0.1 for m in models]])
        ones = np.ones_like(quality)
        return Estimates(tuple(m.id for m in models), quality, 0.01 * ones, 0.001 * ones, ones, 10 * ones)


@pytest.fixture
def source():
    return ByName()


@pytest.fixture
def decider(source):
    made = Decider(Router(MODELS, source), slow=True)
    yield made
    made.close()


async def winner(decider: Decider, text: str) -> str:
    return (await decider.decide(Prompt(text), prefer("best"))).winner.model_id


async def test_a_quick_source_decides_on_the_loop(source):
    decider = Decider(Router(MODELS, source))
    assert await winner(decider, "b") == "box/b"
    assert source.threads == {threading.get_ident()}
    decider.close()


async def test_many_at_once_each_get_their_own(decider, source):
    names = ["a", "b"] * 40
    assert await asyncio.gather(*(winner(decider, n) for n in names)) == [f"box/{n}" for n in names]
    assert len(source.threads) == 1
    assert threading.get_ident() not in source.threads


async def test_an_error_is_its_callers_alone(decider, source):
    source.go.clear()
    names = ["a", "store", "b", "bug", "a"] * 8
    tasks = [asyncio.create_task(winner(decider, name)) for name in names]
    await asyncio.sleep(0.01)
    source.go.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    expected = {"store": StoreError, "bug": ZeroDivisionError, "a": str, "b": str}
    assert [type(result) for result in results] == [expected[name] for name in names]
    assert await winner(decider, "b") == "box/b"


async def test_who_leaves_takes_nobody_along(decider, source):
    source.go.clear()
    tasks = [asyncio.create_task(winner(decider, "a")) for _ in range(40)]
    await asyncio.sleep(0.01)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.sleep(0)
    source.go.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(r) for r in results[::2]} == {asyncio.CancelledError}
    assert set(results[1::2]) == {"box/a"}


async def test_the_end_leaves_nobody_waiting(decider, source):
    source.go.clear()
    tasks = [asyncio.create_task(winner(decider, "a")) for _ in range(40)]
    await asyncio.sleep(0.01)
    decider.close()
    source.go.set()
    async with asyncio.timeout(5):
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results.count("box/a") == 16  # the batch that was being read
    assert sum(isinstance(r, RuntimeError) for r in results) == 24
