"""The 95 % interval is of the prompt's own expected quality, which a made-up world knows."""

from __future__ import annotations

import numpy as np
import pytest

from turnout.estimators import ESTIMATORS, make
from turnout.types import OutcomeTable


def world(rows: int, kinds: int) -> tuple[np.ndarray, OutcomeTable, np.ndarray]:
    """Prompts of several kinds in as many directions; each model has its own chance on each kind."""
    rng = np.random.default_rng(0)
    kind = rng.integers(0, kinds, rows)
    features = rng.normal(size=(kinds, 32))[kind] + 0.5 * rng.normal(size=(rows, 32))
    features = (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float32)
    chance = rng.beta(2, 2, size=(kinds, 3))[kind]
    quality = (rng.random(chance.shape) < chance).astype(float)
    blank, names = np.full(quality.shape, np.nan), tuple(str(i) for i in range(rows))
    table = OutcomeTable("t", names, names, ("a", "b", "c"), quality, blank, blank, blank, tuple(map(str, kind)))
    return features, table, chance


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_the_interval_holds_the_prompts_own_expected_quality(name):
    features, table, chance = world(1200, 12)
    train, test = np.arange(900), np.arange(900, 1200)
    estimator = make(name).fit(features[train], table.take(train))
    labels = [table.categories[i] for i in test] if name == "category" else None
    found = estimator.estimate(features[test], labels)
    inside = np.abs(found.quality - chance[test]) < 1.96 * found.quality_se
    assert inside.mean() > 0.85


def test_an_estimate_that_misses_prompts_says_so():
    features, table, _ = world(1200, 12)
    blind, seeing = make("constant").fit(features, table), make("kmeans").fit(features, table)
    assert blind.estimate(features).quality_se.mean() > 2 * seeing.estimate(features).quality_se.mean()
