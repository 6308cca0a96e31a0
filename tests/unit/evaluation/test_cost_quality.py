"""Frontiers and what is read off them, on tables small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnout.evaluation import cost_quality, metrics, trust
from turnout.evaluation.cost_quality import Foretold
from turnout.types import OutcomeTable

CHEAP, DEAR = 0.0001, 0.01


@pytest.fixture
def table():
    """Half the prompts are easy: the cheap model is right on those, the dear one on all."""
    quality = np.array([[1.0, 1.0], [0.0, 1.0]] * 10)
    cost, blank = np.tile([CHEAP, DEAR], (20, 1)), np.full((20, 2), np.nan)
    ids = tuple(map(str, range(20)))
    return OutcomeTable("t", ids, ids, ("cheap", "dear"), quality, cost, blank, blank)


@pytest.fixture
def perfect(table):
    return Foretold(table.quality[None], table.cost_usd[None], table.latency_s[None])


def test_a_frontier_runs_from_the_cheapest_to_the_best(table, perfect):
    points = cost_quality.frontier(table, perfect)
    assert points[0]["weight"] == 1.0
    assert points[0]["cost_usd"] == pytest.approx(CHEAP)
    assert points[0]["quality"] == 0.5
    assert points[-1]["quality"] == 1.0
    # A small weight on price already sends the easy half to the cheap model, at no loss.
    assert points[-2]["quality"] == 1.0
    assert points[-2]["cost_usd"] == pytest.approx((CHEAP + DEAR) / 2)


def test_savings_are_against_the_best_single_model(table, perfect):
    best = {"quality": 1.0, "cost_usd": DEAR}
    saved = {
        row["quality_kept"]: row["cost_saved"]
        for row in cost_quality.savings(cost_quality.frontier(table, perfect), best)
    }
    assert saved[1.0] == pytest.approx(1 - (CHEAP + DEAR) / 2 / DEAR)
    assert saved[0.9] > saved[0.95] > saved[1.0]


def test_a_quality_that_is_never_reached_has_no_cost():
    assert cost_quality.least_cost([{"cost_usd": 1.0, "quality": 0.4}], 0.5) is None
    assert cost_quality.least_cost([{"cost_usd": 1.0, "quality": 0.4}], 0.4) == 1.0


def test_the_zero_router_is_the_hull_of_the_single_models():
    single = [{"quality": q, "cost_usd": c} for q, c in ((0.2, 1.0), (0.3, 2.0), (0.9, 3.0), (0.5, 4.0), (0.7, None))]
    assert [(p["cost_usd"], p["quality"]) for p in cost_quality.zero_router(single)] == [(1.0, 0.2), (3.0, 0.9)]


def test_hypervolume_is_the_area_over_the_worst_cost():
    points = [{"cost_usd": 1.0, "quality": 0.5}, {"cost_usd": 2.0, "quality": 1.0}]
    assert cost_quality.hypervolume(points, 4.0) == pytest.approx((0.75 + 2 * 1.0) / 4)


def test_a_choice_that_knows_everything_has_no_regret(table, perfect):
    rows = cost_quality.preference_grid(table, "perfect", perfect)
    assert {row["latency"] for row in rows} == {0.0}  # no latency was measured: nothing to weigh
    assert all(row["regret_utility"] == pytest.approx(0, abs=1e-12) for row in rows)
    assert all(row["within_max_usd"] is not None for row in rows)


def test_cpt_is_where_the_curve_crosses_the_level():
    weak, strong = np.array([0.0, 0, 0, 1]), np.array([1.0, 1, 0, 1])
    share, recovered = metrics.pgr(weak, strong, np.array([4.0, 3, 2, 1]))
    assert metrics.cpt(share, recovered, 0.5) == pytest.approx(0.25)
    assert metrics.cpt(share, recovered, 0.8) == pytest.approx(0.4)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=60))
def test_calibration_counts_every_trial_once(pairs):
    guess, truth = np.array(pairs).T[:, :, None]
    rows = trust.calibration(guess, truth)
    assert sum(row["trials"] for row in rows) == len(pairs)
    assert all(row["low"] <= row["observed"] <= row["high"] for row in rows)


@pytest.mark.parametrize("name", sorted(trust.PERTURBATIONS))
def test_a_perturbation_changes_little_and_always_the_same(name):
    import random

    text = "Which of the following is a trait that a dog does NOT inherit from its parents?"
    changed = trust.PERTURBATIONS[name](text, random.Random(3))
    assert changed != text
    assert changed == trust.PERTURBATIONS[name](text, random.Random(3))
    assert len(set(changed.lower().split()) & set(text.lower().split())) >= 12


def test_flips_are_counted_per_perturbation():
    found = trust.flip_rate({"case": np.array([True, False]), "typos": np.array([True, True])})
    assert found["by_perturbation"] == {"case": 0.5, "typos": 1.0}
    assert found["flip_rate"] == 0.75
