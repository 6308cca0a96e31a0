from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from turnout.errors import BudgetReached
from turnout.evidence.decisions import periods_of
from turnout.gateway.budget import Budgets, Reservation
from turnout.gateway.keys import ClientKey

KEY = ClientKey(id="key-aaaaaa", name="ann", sha256="0" * 64, created=datetime.now(UTC), max_usd=1.0, per="day")
DOLLARS = st.floats(0.0, 0.6, allow_subnormal=False)


def test_a_burst_cannot_take_more_than_there_is() -> None:
    budgets = Budgets()
    taken = [budgets.reserve(KEY, 0.1) for _ in range(10)]  # ten tenths are exactly one
    with pytest.raises(BudgetReached, match=r"key-aaaaaa, \$1\.00 a day, is used up"):
        budgets.reserve(KEY, 0.0)
    assert budgets.settle(taken[0], 0.05) == 0.05
    assert budgets.left_usd(KEY) == 0.05
    with pytest.raises(BudgetReached, match=r"\$0\.050 of it is spent, and \$0\.050 are free: .* may cost \$0\.060"):
        budgets.reserve(KEY, 0.06)
    budgets.reserve(KEY, 0.05)


def test_an_unknown_bill_counts_as_what_was_set_aside_and_a_higher_one_as_it_is() -> None:
    budgets = Budgets()
    unknown, dear = budgets.reserve(KEY, 0.25), budgets.reserve(KEY, 0.25)
    assert budgets.settle(unknown, None) == 0.25
    assert budgets.settle(unknown, 0.0) == 0.0
    assert budgets.settle(dear, 2.5) == 2.5
    assert budgets.spent_usd(KEY) == 2.75
    assert budgets.left_usd(KEY) == 0.0
    with pytest.raises(BudgetReached, match="used up"):
        budgets.reserve(KEY, 0.0)


def test_keys_and_periods_are_apart() -> None:
    budgets = Budgets()
    day, month, total = budgets.periods()
    assert (month, total) == (day[:7], "total")
    budgets.stored((), {(KEY.id, day): 0.5, (KEY.id, month): 3.0, (KEY.id, total): 9.0, ("key-b", day): 7.0})
    assert budgets.spent_usd(KEY) == 0.5
    assert budgets.spent_usd(replace(KEY, per="month")) == 3.0
    assert budgets.spent_usd(replace(KEY, per="total")) == 9.0
    assert budgets.left_usd(replace(KEY, max_usd=None)) is None
    budgets.settle(budgets.reserve(replace(KEY, max_usd=None), 100.0), None)  # no budget, and still counted
    assert budgets.spent_usd(KEY) == 100.5


def test_a_day_that_is_over_counts_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()
    monkeypatch.setattr("turnout.gateway.budget.time.time", lambda: noon)
    budgets = Budgets()
    late = budgets.reserve(KEY, 0.75)
    budgets.settle(budgets.reserve(KEY, 0.25), None)
    monkeypatch.setattr("turnout.gateway.budget.time.time", lambda: noon + 86_400)
    assert budgets.spent_usd(KEY) == 0.0
    assert budgets.left_usd(KEY) == 1.0
    budgets.settle(late, 5.0)  # yesterday's, and last month's
    assert budgets.left_usd(KEY) == 1.0
    assert budgets.spent_usd(replace(KEY, per="month")) == 0.0
    assert budgets.spent_usd(replace(KEY, per="total")) == 5.25


def test_when_a_period_ends() -> None:
    budgets = Budgets()
    day = budgets.resets_in_s(KEY)
    month = budgets.resets_in_s(replace(KEY, per="month"))
    assert day is not None
    assert month is not None
    assert 0 < day <= 86_400
    assert day - 1 <= month <= 31 * 86_400
    assert budgets.resets_in_s(replace(KEY, per="total")) is None


@settings(max_examples=200)
@given(st.lists(st.tuples(DOLLARS, DOLLARS), max_size=30))
def test_what_is_settled_and_then_stored_is_counted_once(bills: list[tuple[float, float]]) -> None:
    budgets, free = Budgets(), replace(KEY, max_usd=None)
    at = datetime.now(UTC)
    totals: dict[tuple[str, str], float] = {}
    for estimate, bill in bills:
        charged = budgets.settle(budgets.reserve(free, estimate), bill)
        before = budgets.spent_usd(free)
        for period in periods_of(at.date()):
            totals[free.id, period] = totals.get((free.id, period), 0.0) + charged
        budgets.stored([(free.id, at, charged)], totals)
        assert budgets.spent_usd(free) == pytest.approx(before, abs=1e-10)
    assert budgets.spent_usd(free) == pytest.approx(sum(bill for _, bill in bills), abs=1e-9)


class Spending(RuleBasedStateMachine):
    """Requests come, are billed what they like, and are told to a store, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.budgets = Budgets()
        self.under_way: list[tuple[Reservation, float]] = []
        self.untold: list[float] = []
        self.billed = 0.0
        self.stored = 0.0
        self.last_let_in: set[int] = set()  # who was under way when the last request was let in
        self.overrun = 0.0

    @rule(estimate=DOLLARS)
    def ask(self, estimate: float) -> None:
        would_fit = self.billed + sum(e for _, e in self.under_way) + estimate
        try:
            reservation = self.budgets.reserve(KEY, estimate)
        except BudgetReached:
            assert would_fit > 1.0 - 1e-9  # nobody is refused what there is
            return
        assert would_fit <= 1.0 + 1e-9
        self.under_way.append((reservation, estimate))
        self.last_let_in = {id(r) for r, _ in self.under_way}
        self.overrun = 0.0

    @rule(data=st.data(), bill=st.none() | st.floats(0.0, 1.5, allow_subnormal=False))
    def answer(self, data: st.DataObject, bill: float | None) -> None:
        if not self.under_way:
            return
        reservation, estimate = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        charged = self.budgets.settle(reservation, bill)
        assert charged == pytest.approx(estimate if bill is None else bill, abs=1e-11)
        self.billed += charged
        assert id(reservation) in self.last_let_in
        self.overrun += max(0.0, charged - estimate)
        self.untold.append(charged)

    @rule(data=st.data())
    def store(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, len(self.untold)))
        told, self.untold = self.untold[:count], self.untold[count:]
        self.stored += math.fsum(told)
        at = datetime.now(UTC)
        totals = {(KEY.id, period): self.stored for period in periods_of(at.date())}
        self.budgets.stored([(KEY.id, at, usd) for usd in told], totals)

    @invariant()
    def within_the_budget_but_for_the_overrun_of_those_under_way(self) -> None:
        assert self.billed <= 1.0 + self.overrun + 1e-9
        assert self.budgets.spent_usd(KEY) == pytest.approx(self.billed, abs=1e-9)


TestSpending = Spending.TestCase
TestSpending.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
