from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnout.evaluation import metrics

points = st.lists(st.tuples(st.floats(0.1, 10), st.floats(0, 1)), min_size=1, max_size=12)


@given(points)
def test_the_hull_lies_above_every_point_and_rises_and_bends_down(rows):
    cost, quality = np.array(rows).T
    xs, ys = metrics.hull(cost, quality)
    assert (np.diff(xs) > 0).all()
    assert (np.diff(ys) > 0).all()
    if len(xs) > 2:
        slopes = np.diff(ys) / np.diff(xs)
        assert (np.diff(slopes) <= 1e-6 * np.abs(slopes[:-1])).all()
    assert (np.interp(cost, xs, ys) >= quality - 1e-9)[cost >= xs[0]].all()


def test_aiq_of_a_straight_line_is_its_middle():
    assert metrics.aiq(np.array([1.0, 3.0]), np.array([0.2, 0.8]), 1.0, 3.0) == pytest.approx(0.5)
    assert metrics.aiq(np.array([1.0, 3.0]), np.array([0.2, 0.8]), 1.0, 5.0) == pytest.approx((0.5 * 2 + 0.8 * 2) / 4)


def test_aiq_refuses_a_range_that_starts_before_the_first_point():
    with pytest.raises(ValueError, match="cost range"):
        metrics.aiq(np.array([1.0, 3.0]), np.array([0.2, 0.8]), 0.5, 3.0)


def test_apgr_of_a_perfect_and_a_reversed_order():
    weak, strong = np.array([1.0, 1.0, 0.0, 0.0]), np.ones(4)
    perfect = metrics.apgr(weak, strong, strong - weak)
    assert perfect == pytest.approx(0.75)
    assert metrics.apgr(weak, strong, weak - strong) == pytest.approx(0.25)


def test_apgr_of_equal_scores_does_not_depend_on_the_order_of_the_prompts():
    weak, strong = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 1.0, 1.0])
    assert metrics.apgr(weak, strong, np.zeros(4)) == pytest.approx(0.5)


@given(st.integers(0, 1000))
def test_apgr_of_a_random_order_is_a_half_on_average(seed):
    rng = np.random.default_rng(seed)
    weak, strong = (rng.random(400) < 0.5).astype(float), (rng.random(400) < 0.8).astype(float)
    runs = [metrics.apgr(weak, strong, rng.random(400)) for _ in range(20)]
    assert np.mean(runs) == pytest.approx(0.5, abs=0.1)


def test_regret_collapse_and_entropy():
    quality = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    assert metrics.regret(quality, np.array([0, 1, 0])) == 0
    assert metrics.regret(quality, np.array([1, 0, 0])) == pytest.approx(2 / 3)
    assert metrics.collapse(np.array([0, 0, 1, 0])) == 0.75
    assert metrics.entropy(np.array([0, 1, 0, 1])) == 1
    assert metrics.entropy(np.array([1, 1])) == 0


def test_a_model_that_was_not_run_on_a_prompt_is_not_picked_there():
    estimated = np.array([[0.9, 0.1], [0.9, 0.1]])
    measured = np.array([[np.nan, 0.0], [1.0, 0.0]])
    assert metrics.pick(estimated, measured).tolist() == [1, 0]
