from __future__ import annotations

import numpy as np
import pytest

from turnout.errors import UserError
from turnout.estimators import ESTIMATORS, make, tune
from turnout.types import OutcomeTable


def table(quality: np.ndarray) -> OutcomeTable:
    blank, names = np.full(quality.shape, np.nan), tuple(str(i) for i in range(len(quality)))
    return OutcomeTable("t", names, names, tuple("abcd"[: quality.shape[1]]), quality, blank, blank, blank)


def world(rows: int, kinds: int, seed: int = 0) -> tuple[np.ndarray, OutcomeTable]:
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, kinds, rows)
    features = rng.normal(size=(kinds, 24))[kind] + 0.4 * rng.normal(size=(rows, 24))
    features = (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float32)
    chance = rng.beta(0.6, 0.6, size=(kinds, 3))[kind]
    return features, table((rng.random(chance.shape) < chance).astype(float))


@pytest.mark.parametrize("name", sorted(tune.GRIDS))
def test_every_grid_is_small_and_of_settings_that_exist(name):
    assert name in ESTIMATORS
    assert 2 <= len(tune.GRIDS[name]) <= 8
    for settings in tune.GRIDS[name]:
        made = make(name, **settings)
        assert {key: vars(made)[key] for key in settings} == settings


def test_as_many_clusters_as_there_are_kinds():
    features, outcomes = world(1500, 40)
    found = tune.search("kmeans", features, outcomes)
    assert found.chosen.settings["k"] >= 32
    worst = min(found.trials, key=lambda trial: trial.quality)
    assert worst.settings["k"] == 8
    assert not worst.tied
    assert tune.tune("kmeans", features, outcomes) == dict(found.chosen.settings)


def test_among_ties_the_least_squared_error_decides():
    features, outcomes = world(300, 1)  # one kind: no setting can choose better than another but by luck
    found = tune.search("linear", features, outcomes)
    assert sum(trial.tied for trial in found.trials) > 1
    assert found.chosen.squared_error == min(t.squared_error for t in found.trials if t.tied)
    assert "squared error" in found.reason


def test_the_choice_is_tied_with_the_best_and_the_best_is_behind_nobody():
    found = tune.search("knn", *world(400, 6))
    assert found.chosen.tied
    assert min(trial.behind for trial in found.trials) == 0
    assert all(trial.behind >= 0 for trial in found.trials)
    assert len(found.trials) == len(tune.GRIDS["knn"])


def test_what_has_no_grid_or_too_few_prompts_keeps_its_defaults():
    features, outcomes = world(60, 2)
    assert tune.tune("constant", features, outcomes) == {}
    assert tune.tune("kmeans", features[:5], outcomes.take(range(5))) == {}
    assert tune.tune("kmeans", features, outcomes, groups=np.zeros(60, dtype=int)) == {}


def test_groups_stay_on_one_side():
    """Copies of one prompt with one outcome: a leak would make the nearest neighbour look all-knowing."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(100, 64))
    features = np.repeat(features / np.linalg.norm(features, axis=1, keepdims=True), 6, axis=0).astype(np.float32)
    outcomes = table(np.repeat((rng.random((100, 2)) < 0.5).astype(float), 6, axis=0))
    groups = np.repeat(np.arange(100), 6) * 7  # names need not be consecutive
    leaking = tune.search("knn", features, outcomes)
    kept = tune.search("knn", features, outcomes, groups=groups)
    assert max(t.quality for t in leaking.trials) > max(t.quality for t in kept.trials) + 0.05
    assert min(t.squared_error for t in kept.trials) > 0.25


def test_no_row_is_scored_by_an_estimator_that_was_fitted_on_it(monkeypatch):
    features, outcomes = world(90, 3)
    outcomes.quality[10:30] = np.nan
    seen: list[tuple[set[str], int]] = []
    learn = type(make("linear"))._fit

    def recorded(self, rows, fitted):
        seen.append((set(fitted.prompts), len(rows)))
        learn(self, rows, fitted)

    monkeypatch.setattr(type(make("linear")), "_fit", recorded)
    tune.search("linear", features, outcomes, folds=3)
    unlabelled = {str(i) for i in range(10, 30)}
    everybody = {str(i) for i in range(90)}
    trained = {frozenset(prompts) for prompts, _ in seen}
    assert len(trained) == 3
    assert all(unlabelled <= prompts for prompts in trained)  # they shape a space and test nothing
    held = [everybody - prompts for prompts in trained]
    assert sum(map(len, held)) == 70
    assert set.union(*held) == everybody - unlabelled


def test_the_same_seed_gives_the_same_answer():
    features, outcomes = world(300, 5)
    assert tune.search("logistic", features, outcomes, seed=3) == tune.search("logistic", features, outcomes, seed=3)


def test_misuse_is_named():
    features, outcomes = world(30, 2)
    with pytest.raises(UserError, match="hierarchical"):
        tune.tune("magic", features, outcomes)
    with pytest.raises(UserError, match="at least 2"):
        tune.tune("kmeans", features, outcomes, folds=1)
