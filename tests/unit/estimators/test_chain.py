"""Corrections shrink as they should, and models without trials follow those they go with."""

from __future__ import annotations

import numpy as np
import pytest

from turnout.estimators.chain import correct


@pytest.fixture
def world():
    """Forty groups with true shifts over three models; models 0 and 1 move together."""
    rng = np.random.default_rng(0)
    common = 0.3 * rng.normal(size=(40, 1))
    shift = np.hstack([common, common, 0.3 * rng.normal(size=(40, 1))]) + 0.02 * rng.normal(size=(40, 3))
    labels = np.repeat(np.arange(40), 12)
    return shift, labels, shift[labels] + 0.4 * rng.normal(size=(480, 3))


def test_the_corrected_means_are_nearer_the_truth_than_the_groups_own(world):
    shift, labels, residual = world
    own = np.stack([residual[labels == g].mean(axis=0) for g in range(40)])
    found = correct(residual, labels, 40)
    assert ((found.mean - shift) ** 2).mean() < 0.8 * ((own - shift) ** 2).mean()
    assert (found.trials == 12).all()


def test_a_model_without_trials_in_a_group_moves_with_the_others(world):
    shift, labels, residual = world
    hidden = residual.copy()
    hidden[labels < 20, 1] = np.nan
    found = correct(hidden, labels, 40)
    assert (found.trials[:20, 1] == 0).all()
    assert np.corrcoef(found.mean[:20, 1], shift[:20, 1])[0, 1] > 0.8


def test_groups_that_do_not_differ_are_hardly_corrected():
    residual, labels = np.random.default_rng(1).normal(size=(3000, 4)), np.arange(3000) % 30
    own = np.stack([residual[labels == g].mean(axis=0) for g in range(30)])
    assert np.abs(correct(residual, labels, 30).mean).mean() < 0.3 * np.abs(own).mean()


def test_an_empty_group_has_none():
    found = correct(np.ones((10, 2)), np.zeros(10, dtype=int), 3)
    np.testing.assert_allclose(found.mean[1:], 0, atol=1e-9)
