"""The budget holds whatever is in flight; estimates are what the price list says; draws keep the proportions."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnout.bench import Plan, choose, load_suite, open_results, run
from turnout.bench.estimate import estimate, spent_usd
from turnout.bench.limits import BreakerModel, Lane
from turnout.bench.spending import Budget, MeteredModel, pace, worst_usd
from turnout.bench.tasks import Task
from turnout.errors import BudgetReached, InvalidPreference, ProviderTimeout, RateLimited, UnknownCategory
from turnout.providers import ChatRequest, Message, RecordedAnswer, ReplayModel, RetryingModel
from turnout.types import Media, Model, Price, Usage

PRICED = Model("x/m", "x", "m", Price(1.0, 2.0))


def tasks(count: int) -> list[Task]:
    return [Task(f"t{i}", "text", "reasoning", "en", f"What is {i}?", str(i), "number", {}, 100) for i in range(count)]


calls = st.lists(
    st.tuples(
        st.floats(0, 3, allow_nan=False),  # worst case
        st.one_of(st.none(), st.floats(0, 1)),  # share of it that is billed; None = nobody knows
        st.integers(0, 4),  # turns of the loop before it starts
        st.integers(0, 4),  # and while it is underway
    ),
    max_size=30,
)


@given(limit=st.floats(0, 10), before=st.floats(0, 2), wanted=calls)
def test_no_interleaving_spends_more_than_the_limit(limit, before, wanted):
    async def scenario() -> None:
        budget, billed, in_flight, left_out = Budget(limit, before), [], [], []

        async def call(worst: float, share: float | None, wait: int, work: int) -> None:
            for _ in range(wait):
                await asyncio.sleep(0)
            try:
                await budget.reserve(worst)
            except BudgetReached:
                left_out.append((worst, budget.spent_usd))
                return
            in_flight.append(worst)
            # Even if everything underway turns out as dear as it can.
            assert math.fsum([before, *billed, *in_flight]) <= limit + 1e-9
            for _ in range(work):
                await asyncio.sleep(0)
            in_flight.remove(worst)
            billed.append(worst if share is None else worst * share)
            budget.settle(worst, None if share is None else worst * share)

        await asyncio.wait_for(asyncio.gather(*(call(*one) for one in wanted)), 10)
        assert budget.spent_usd == pytest.approx(math.fsum([before, *billed]), abs=1e-9)
        assert budget.spent_usd <= max(limit, before) + 1e-11
        assert len(billed) + len(left_out) == len(wanted)
        assert all(spent + worst > limit - 1e-11 for worst, spent in left_out)  # nothing that fits is left out

    asyncio.run(scenario())


async def test_a_run_stays_within_its_budget_and_makes_what_fits(tmp_path):
    own = tasks(40)
    answers = {t.prompt: RecordedAnswer("7", Usage(5, 100, 1.5e-4), 0.01) for t in own}
    budget = Budget(0.0021)
    model = MeteredModel(ReplayModel("x/m", answers, pace=1.0), PRICED, budget)
    async with open_results(tmp_path / "r.csv") as results:
        ending = await run(Plan({"x/m": own}), results, {"x/m": model}, {"x/m": Lane(8)})
    assert ending.over_budget
    assert ending.rows + ending.not_made.total() == 40
    assert budget.spent_usd == pytest.approx(ending.rows * 1.5e-4)
    # Calls in flight held others back, and were given out again once they were billed.
    worst = worst_usd(PRICED, own[-1].request(), math.inf)
    assert 0.0021 - worst < budget.spent_usd <= 0.0021


async def test_every_attempt_is_metered_and_what_may_have_been_billed_counts():
    request = ChatRequest((Message("user", "hello"),), max_tokens=10)
    worst = worst_usd(PRICED, request, math.inf)
    for error, counted in ((ProviderTimeout("late"), 3 * worst), (RateLimited("slow down", retry_after_s=0), 0.0)):
        budget = Budget(1.0)
        inner = ReplayModel("x/m", {"hello": RecordedAnswer(error=error)})
        model = RetryingModel(MeteredModel(inner, PRICED, budget), attempts=3)
        with pytest.raises(type(error)):
            await model.complete(request)
        assert budget.spent_usd == pytest.approx(counted)
        assert budget.assumed_usd == pytest.approx(counted)


async def test_requests_go_out_evenly():
    answers = {"hello": RecordedAnswer("hi", Usage(1, 1, 0.0))}
    model = MeteredModel(ReplayModel("x/m", answers), PRICED, Budget(), pace(1200))
    request = ChatRequest((Message("user", "hello"),))
    began = time.monotonic()
    await asyncio.gather(*(model.complete(request) for _ in range(5)))
    assert time.monotonic() - began >= 4 * 0.05 * 0.95


def test_the_worst_case_bounds_what_can_be_billed():
    text = "東京 " * 50
    request = ChatRequest((Message("system", "be brief"), Message("user", text)), max_tokens=10)
    assert worst_usd(PRICED, request, 60) >= (len(text.encode()) * 1.0 + 10 * 2.0) / 1e6
    picture = ChatRequest((Message("user", text, (Media(b"x", "image/png"),)),), max_tokens=10)
    assert worst_usd(PRICED, picture, 60) >= 0.037
    small = Model("x/s", "x", "s", Price(1.0, 2.0), context_tokens=100)
    assert worst_usd(small, picture, 60) == pytest.approx((100 + 20) / 1e6)
    assert worst_usd(Model("x/t", "x", "t", Price(per_second=0.5)), request, 60) == 30
    free = Model("x/f", "x", "f", Price(0.0, 0.0))
    assert worst_usd(free, request, 60) == 0


def test_a_model_without_a_price_cannot_be_limited():
    unpriced = Model("x/u", "x", "u", Price())
    with pytest.raises(InvalidPreference, match="models add"):
        MeteredModel(ReplayModel("x/u", {}), unpriced, Budget(1.0))
    assert MeteredModel(ReplayModel("x/u", {}), unpriced, Budget()).model_id == "x/u"


def test_the_estimate_counts_answers_and_verdicts_that_are_missing():
    local = Model("local/l", "local", "l", Price(per_second=1.0))
    models = {m.id: m for m in (PRICED, local, Model("x/judge", "x", "judge", Price(10.0, 10.0)))}
    own = tasks(10)
    plan = Plan({"x/m": own, "local/l": own}, repeats=2, reference="local/l", judges=["x/judge"])
    done = list(plan.answers())[:4]  # two tasks, both models
    found = {cost.model: cost for cost in estimate(plan, done, models, 120)}
    assert (found["x/m"].calls, found["local/l"].calls, found["x/judge"].calls) == (18, 18, 40)
    assert found["x/m"].usual_usd == pytest.approx(18 * (3 * 1.0 + 100 * 2.0) / 1e6)
    assert found["x/m"].usual_usd < found["x/m"].worst_usd
    assert found["local/l"].usual_usd == found["local/l"].worst_usd == 0
    assert found["x/judge"].judges
    assert found["x/judge"].usual_usd > 40 * 450 * 10 / 1e6


async def test_what_the_file_holds_counts_as_spent(tmp_path):
    own = tasks(3)
    answers = {own[0].prompt: RecordedAnswer("0", Usage(5, 4, 0.25)), own[1].prompt: RecordedAnswer("1")}
    model = BreakerModel(ReplayModel("x/m", answers))  # the third call fails
    async with open_results(tmp_path / "r.csv") as results:
        await run(Plan({"x/m": own}), results, {"x/m": model}, {"x/m": Lane(1)})
        worst = worst_usd(PRICED, own[2].request(), 60)
        assert spent_usd(results.rows.values(), own, {"x/m": PRICED}, 60) == pytest.approx(0.25 + 2 * worst)
        local = Model("x/m", "local", "m", Price(per_second=1.0))
        assert spent_usd(results.rows.values(), own, {"x/m": local}, 60) == 0


def test_a_sample_keeps_the_proportions_and_grows():
    suite = load_suite()
    share = Counter((t.modality, t.category.partition("/")[0]) for t in suite)
    small, large = choose(suite, sample=60), choose(suite, sample=120)
    assert len(small) == 60
    assert {t.id for t in small} <= {t.id for t in large}
    drawn = Counter((t.modality, t.category.partition("/")[0]) for t in large)
    assert all(abs(drawn[key] - 120 * n / len(suite)) <= 1.5 for key, n in share.items())
    assert choose(suite, sample=60, seed=1) != small
    assert [t.id for t in small] == [t.id for t in suite if t in small]  # in the suite's own order


def test_tasks_are_chosen_by_modality_category_and_language():
    suite = load_suite()
    assert {t.modality for t in choose(suite, modality="audio")} == {"audio"}
    assert {t.language.partition("-")[0] for t in choose(suite, language="de")} == {"de"}
    limited = Counter((t.modality, t.category.partition("/")[0]) for t in choose(suite, limit=2))
    assert set(limited.values()) == {2}
    with pytest.raises(UnknownCategory):
        choose(suite, modality="audio", category="code")
