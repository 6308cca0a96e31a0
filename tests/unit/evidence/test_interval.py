from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnout.evidence.interval import bootstrap, normal, wilson

scores = st.lists(st.floats(0, 1), min_size=1, max_size=60)


@given(st.floats(0, 1), st.integers(1, 10**7))
def test_wilson_contains_the_proportion_and_stays_in_range(p: float, n: int) -> None:
    low, high = wilson(p, n)
    assert 0 <= low <= p <= high <= 1


@given(st.floats(0, 1), st.integers(1, 10**5))
def test_wilson_shrinks_with_trials(p: float, n: int) -> None:
    def width(trials: int) -> float:
        low, high = wilson(p, trials)
        return high - low

    assert width(4 * n) < width(n)


def test_wilson_is_the_published_formula() -> None:
    # Newcombe 1998, table I: 81 of 263, and 0 of 20.
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(0.5, 0) == (0, 1)


def test_wilson_covers_at_its_level() -> None:
    rng = np.random.default_rng(3)
    hits = rng.binomial(40, 0.3, 2000)
    covered = [low <= 0.3 <= high for low, high in (wilson(h / 40, 40) for h in hits)]
    assert 0.93 <= np.mean(covered) <= 0.97


@given(scores)
def test_means_lie_in_their_intervals(values: list[float]) -> None:
    mean = float(np.mean(values))
    for low, high in (normal(values), bootstrap(values, rounds=200)):
        assert 0 <= low <= mean + 1e-12
        assert mean - 1e-12 <= high <= 1


def test_means_are_surer_of_more_values() -> None:
    values = np.random.default_rng(1).random(400)
    for interval in (normal, bootstrap):
        few, many = interval(values[:50]), interval(values)
        assert many[1] - many[0] < 0.6 * (few[1] - few[0])


def test_bootstrap_of_independent_values_agrees_with_the_normal_interval() -> None:
    values = np.random.default_rng(2).random(500)
    assert bootstrap(values) == pytest.approx(normal(values), abs=0.005)


def test_values_that_stand_together_count_as_one() -> None:
    rng = np.random.default_rng(4)
    level = np.repeat(rng.random(20), 10)  # 20 questions of 10 equal votes
    alone = bootstrap(level)
    together = bootstrap(level, np.repeat(np.arange(20), 10).tolist())
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])


def test_nothing_measured_says_nothing() -> None:
    assert normal([]) == normal([0.4]) == bootstrap([]) == (0, 1)


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="proportion"):
        wilson(1.2, 5)
    with pytest.raises(ValueError, match="groups"):
        bootstrap([1.0, 0.0], ["a"])
