"""Bradley–Terry with ties: known strengths are found again."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from turnout.bench.strength import bradley_terry
from turnout.bench.winrate import Comparison
from turnout.errors import DataError


def comparison(task: int, model: str, against: str, score: float | None) -> Comparison:
    return Comparison(f"t{task}", model, against, 0, "j", "text", "code", score, None, None)


def test_known_strengths_and_ties_are_found_again():
    rng = np.random.default_rng(0)
    beta, nu = {"a": 1.0, "b": 0.0, "c": -0.7}, 1.5
    made = []
    for task in range(1500):
        for one, other in (("a", "b"), ("c", "b"), ("a", "c")):
            gap = beta[one] - beta[other]
            wins, losses = 1 / (1 + nu * exp(-gap)), 1 / (1 + nu * exp(gap))
            score = rng.choice([1.0, 0.0, 0.5], p=[wins, losses, 1 - wins - losses])
            made.append(comparison(task, one, other, float(score)))
    found = bradley_terry(made, "b", rounds=100)
    assert found.models == ("a", "b", "c")
    assert found.log_strength == pytest.approx((1.0, 0.0, -0.7), abs=0.12)
    assert found.ties == pytest.approx(1.5, abs=0.08)
    assert all(low <= value <= high for low, value, high in
               zip(found.low, found.log_strength, found.high, strict=True))  # fmt: skip
    assert found.low[0] < 1.0 < found.high[0]
    assert (found.low[1], found.high[1]) == (0.0, 0.0), "the anchor's own is 0 by definition"
    scores = [c.score for c in made if (c.model, c.against) == ("a", "b")]
    assert found.win_rate("a", "b") == pytest.approx(np.mean(scores), abs=0.02)
    assert found.win_rate("a", "b") + found.win_rate("b", "a") == pytest.approx(1)


def test_two_who_met_only_the_reference_can_be_compared():
    made = [comparison(t, m, "ref", s) for t in range(20) for m, s in (("a", float(t < 15)), ("b", float(t < 8)))]
    found = bradley_terry(made, "ref", rounds=50)
    assert found.models == ("a", "ref", "b")
    assert found.win_rate("a", "b") > 0.75


def test_a_model_that_won_everything_has_a_finite_strength():
    found = bradley_terry([comparison(t, "a", "ref", 1.0) for t in range(20)], "ref", rounds=20)
    assert 2 < found.log_strength[0] < 20
    assert found.win_rate("a", "ref") > 0.95


def test_models_that_never_met_are_refused():
    apart = [comparison(1, "a", "ref", 1.0), comparison(1, "x", "y", 0.0), comparison(2, "z", "ref", None)]
    with pytest.raises(DataError, match="x, y were never compared with ref"):
        bradley_terry(apart, "ref")
    with pytest.raises(DataError, match="no scored comparison has nobody"):
        bradley_terry(apart, "nobody")
