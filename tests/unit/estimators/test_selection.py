from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnout.errors import UserError
from turnout.estimators.selection import eliminate, medoids, rounds


class Asked:
    """Models of known chances, and a record of what was asked of them."""

    def __init__(self, chance: np.ndarray, prompts: int, seed: int = 0) -> None:
        self.quality = (np.random.default_rng(seed).random((prompts, len(chance))) < chance).astype(float)
        self.calls: list[tuple[np.ndarray, np.ndarray]] = []

    def __call__(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        self.calls.append((rows, columns))
        return self.quality[np.ix_(rows, columns)]


@given(st.integers(1, 60), st.integers(1, 6))
def test_rounds_narrow_down_to_the_finalists(models, finalists):
    plan = rounds(models, finalists)
    assert plan[0] == models
    assert plan[-1] == min(models, finalists)
    assert all(later < earlier for earlier, later in pairwise(plan))


@given(st.integers(2, 12), st.integers(300, 3000), st.integers(0, 5))
def test_it_never_spends_more_than_the_budget_and_never_asks_twice(models, budget, seed):
    ask = Asked(np.linspace(0.2, 0.8, models), 5000)
    found = eliminate(ask, 5000, models, budget, seed=seed)
    cells = [(int(r), int(c)) for rows, columns in ask.calls for r in rows for c in columns]
    assert len(cells) == len(set(cells)) == found.asked == np.isfinite(found.quality).sum()
    assert budget - models < found.asked <= budget
    assert np.isfinite(found.quality[np.ix_(found.rows, found.finalists)]).all()


def test_the_finalists_are_the_good_models_and_get_most_labels():
    chance = np.array([0.1, 0.7, 0.2, 0.8, 0.15, 0.75, 0.3, 0.1, 0.25])
    found = eliminate(Asked(chance, 4000), 4000, 9, 2880)
    assert found.finalists == (1, 3, 5)
    trials = np.isfinite(found.quality).sum(axis=0)
    assert trials[[1, 3, 5]].min() > 700
    assert trials[[0, 4, 7]].max() < 60


def test_when_every_prompt_has_been_asked_it_stops():
    found = eliminate(Asked(np.array([0.2, 0.5, 0.9, 0.4]), 50), 50, 4, 10_000)
    assert len(found.rows) == 50
    assert found.asked <= 200


def test_an_unscored_answer_is_no_zero():
    quality = Asked(np.array([0.9, 0.3, 0.3, 0.3]), 2000).quality
    quality[np.random.default_rng(1).random(2000) < 0.6, 0] = np.nan  # the best model often fails to answer
    found = eliminate(lambda rows, columns: quality[np.ix_(rows, columns)], 2000, 4, 2000)
    assert 0 in found.finalists


def test_a_budget_too_small_says_what_is_needed():
    ask = Asked(np.full(9, 0.5), 100)
    with pytest.raises(UserError, match="at least 120"):
        eliminate(ask, 100, 9, 50)
    eliminate(ask, 100, 9, 120)


def test_medoids_are_distinct_prompts_one_per_cluster():
    rng = np.random.default_rng(0)
    kind = np.repeat(np.arange(4), [100, 60, 30, 10])
    features = (10 * np.eye(4)[kind] + 0.1 * rng.normal(size=(200, 4))).astype(np.float32)
    rows = medoids(features, 4)
    assert sorted(kind[rows]) == [0, 1, 2, 3]
    assert kind[rows[0]] == 0  # the largest cluster first
    assert len(set(medoids(features, 50))) == 50


def test_equal_prompts_give_fewer_medoids_than_asked_for():
    features = np.repeat(np.eye(3, dtype=np.float32), 5, axis=0)
    assert len(medoids(features, 10)) == 3
