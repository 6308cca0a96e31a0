from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from turnout.estimators.base import Level, pseudo_count, shrink, weighted_mean

cells = st.floats(0, 1) | st.just(float("nan"))
quality = hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=2, max_side=8), elements=cells)


@given(quality)
def test_equal_weights_give_the_mean_of_what_was_measured(values):
    level = weighted_mean(np.ones((1, len(values))), values)
    for j, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        assert level.trials[0, j] == pytest.approx(len(known))
        if len(known):
            assert level.mean[0, j] == pytest.approx(known.mean())
        else:
            assert np.isnan(level.mean[0, j])


@given(quality, st.floats(0, 100), st.floats(0, 1))
def test_shrinking_stays_between_the_two_means(values, tau, towards):
    level = weighted_mean(np.ones((1, len(values))), values)
    shrunk = shrink(level, np.full(level.mean.shape, towards), tau)
    own = np.where(level.trials > 0, np.nan_to_num(level.mean), towards)
    assert (shrunk >= np.minimum(own, towards) - 1e-9).all()
    assert (shrunk <= np.maximum(own, towards) + 1e-9).all()


def test_shrinkage_is_the_formula():
    shrunk = shrink(Level(np.array([[1.0]]), np.array([[30.0]])), np.array([[0.5]]), 10.0)
    assert shrunk[0, 0] == pytest.approx((30 * 1.0 + 10 * 0.5) / 40)


def test_a_batch_of_weights_is_each_row_over_its_own_values():
    rng = np.random.default_rng(0)
    weights, values = rng.random((3, 1, 5)), rng.random((3, 5, 2))
    values[1, :, 0] = np.nan
    values[2, 3, 1] = np.nan
    together = weighted_mean(weights, values)
    for i in range(3):
        alone = weighted_mean(weights[i], values[i])
        np.testing.assert_allclose(together.mean[i], alone.mean)
        np.testing.assert_allclose(together.trials[i], alone.trials)


def test_groups_that_differ_are_trusted_sooner_than_groups_that_do_not():
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(20), 50)
    chance = rng.random(20)[groups]
    different = (rng.random(1000) < chance).astype(float)[:, None]
    alike = (rng.random(1000) < 0.5).astype(float)[:, None]
    assert pseudo_count(groups, different) < 5
    assert pseudo_count(groups, alike) > 50
