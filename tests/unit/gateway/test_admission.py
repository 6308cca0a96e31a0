from __future__ import annotations

import asyncio

import pytest

from turnout.gateway.admission import Admission
from turnout.gateway.refusal import Refusal


async def waiting(admission: Admission, n: int) -> list[asyncio.Task[float]]:
    tasks = [asyncio.create_task(admission.enter()) for _ in range(n)]
    await asyncio.sleep(0)
    return tasks


async def test_places_are_given_in_turn():
    admission = Admission(2, 10)
    first, second = await admission.enter(), await admission.enter()
    third, fourth = await waiting(admission, 2)
    assert (admission.active, admission.queued) == (2, 2)
    admission.leave(first)
    await asyncio.sleep(0)
    assert (third.done(), fourth.done()) == (True, False)
    late = asyncio.create_task(admission.enter())  # whoever comes later does not overtake
    admission.leave(second)
    await asyncio.sleep(0)
    assert (fourth.done(), late.done()) == (True, False)
    admission.leave(await third)
    admission.leave(await fourth)
    admission.leave(await late)
    assert (admission.active, admission.queued) == (0, 0)


async def test_a_full_line_says_when_to_come_back():
    admission = Admission(1, 1)
    await admission.enter()
    (second,) = await waiting(admission, 1)
    with pytest.raises(Refusal, match="try again later") as refused:
        await admission.enter()
    assert refused.value.status == 429
    ((name, seconds),) = refused.value.headers()
    assert (name, int(seconds) >= 1) == (b"retry-after", True)
    second.cancel()


async def test_who_is_cancelled_while_waiting_leaves_the_line():
    admission = Admission(1, 5)
    entered = await admission.enter()
    second, third = await waiting(admission, 2)
    second.cancel()
    await asyncio.sleep(0)
    assert admission.queued == 1
    admission.leave(entered)
    admission.leave(await third)
    assert (admission.active, admission.queued) == (0, 0)


async def test_a_place_that_comes_with_the_cancellation_goes_to_the_next():
    admission = Admission(1, 5)
    entered = await admission.enter()
    second, third = await waiting(admission, 2)
    admission.leave(entered)
    second.cancel()  # it has the place, and has not run yet
    with pytest.raises(asyncio.CancelledError):
        await second
    admission.leave(await third)
    assert (admission.active, admission.queued) == (0, 0)


async def test_a_cancelled_waiter_may_have_been_passed_over_already():
    admission = Admission(1, 5)
    entered = await admission.enter()
    second, third = await waiting(admission, 2)
    second.cancel()
    admission.leave(entered)  # before the cancelled one runs
    with pytest.raises(asyncio.CancelledError):
        await second
    admission.leave(await third)
    assert (admission.active, admission.queued) == (0, 0)


async def test_many_come_and_go():
    admission = Admission(3, 1000)
    most = 0

    async def visit(i: int) -> None:
        nonlocal most
        entered = await admission.enter()
        try:
            most = max(most, admission.active)
            await asyncio.sleep(0)
        finally:
            admission.leave(entered)

    tasks = [asyncio.create_task(visit(i)) for i in range(300)]
    for i, task in enumerate(tasks):
        if i % 7 == 0:
            await asyncio.sleep(0)
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert most == 3
    assert (admission.active, admission.queued) == (0, 0)
