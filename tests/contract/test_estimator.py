"""Every estimator keeps the same promises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from turnout.errors import NotFitted, UserError
from turnout.estimators import ESTIMATORS, Estimator, load_state, make
from turnout.types import OutcomeTable

N, DIM, MODELS = 120, 16, 4


def table(quality: np.ndarray, categories: tuple[str, ...] | None = None) -> OutcomeTable:
    rows, models = quality.shape
    blank = np.full(quality.shape, np.nan)
    cost = np.tile(np.arange(1.0, models + 1), (rows, 1))
    names = tuple(f"p{i}" for i in range(rows))
    return OutcomeTable(
        "t", names, names, tuple(f"m{j}" for j in range(models)), quality, cost, blank, blank, categories
    )


@pytest.fixture(scope="module")
def world() -> tuple[np.ndarray, OutcomeTable]:
    """Two kinds of prompts; models 0 and 1 are each good at one, 2 is fair at both, 3 was never tried."""
    rng = np.random.default_rng(0)
    kind = np.arange(N) % 2
    features = rng.normal(size=(N, DIM)) * 0.2
    features[:, 0] += np.where(kind == 0, 1.0, -1.0)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    chance = np.stack([np.where(kind == 0, 0.9, 0.1), np.where(kind == 1, 0.9, 0.1), np.full(N, 0.6)], axis=1)
    quality = (rng.random((N, 3)) < chance).astype(float)
    quality[rng.random((N, 3)) < 0.2] = np.nan
    quality = np.hstack([quality, np.full((N, 1), np.nan)])
    return features.astype(np.float32), table(quality, tuple("ab"[k] for k in kind))


@pytest.fixture(params=sorted(ESTIMATORS))
def name(request) -> str:
    return request.param


def fit(name: str, world) -> Estimator:
    return make(name).fit(*world)


def test_it_is_an_estimator_and_refuses_to_work_unfitted(name):
    estimator = make(name)
    assert isinstance(estimator, Estimator)
    with pytest.raises(NotFitted):
        estimator.estimate(np.zeros((1, DIM), dtype=np.float32))
    with pytest.raises(NotFitted):
        estimator.state()


def test_numbers_have_their_shapes_and_ranges(name, world):
    estimates = fit(name, world).estimate(world[0][:7])
    assert estimates.model_ids == ("m0", "m1", "m2", "m3")
    for array in (estimates.quality, estimates.quality_se, estimates.support):
        assert array.shape == (7, MODELS)
        assert np.isfinite(array).all()
        assert (array >= 0).all()
    assert (estimates.quality <= 1).all()
    assert estimates.cost_usd[0].tolist() == [1, 2, 3, 4]
    assert np.isnan(estimates.latency_s).all()


def test_a_model_that_was_never_tried_gets_the_prior_with_no_support_and_a_wide_error(name, world):
    estimates = fit(name, world).estimate(world[0][:5])
    assert (estimates.support[:, 3] == 0).all()
    assert (estimates.quality_se[:, 3] > estimates.quality_se[:, :3].max()).all() or name == "hierarchical"
    assert (estimates.quality_se[:, 3] >= 0.3).all()
    assert ((estimates.quality[:, 3] > 0.3) & (estimates.quality[:, 3] < 0.8)).all()


def test_the_order_of_the_models_does_not_matter(name, world):
    features, outcomes = world
    order = [2, 0, 3, 1]
    moved = replace(
        outcomes,
        model_ids=tuple(outcomes.model_ids[j] for j in order),
        **{n: getattr(outcomes, n)[:, order] for n in ("quality", "cost_usd", "latency_s", "output_tokens")},
    )
    straight = make(name).fit(features, outcomes).estimate(features[:9])
    turned = make(name).fit(features, moved).estimate(features[:9])
    np.testing.assert_allclose(straight.quality[:, order], turned.quality, atol=1e-9)
    np.testing.assert_allclose(straight.quality_se[:, order], turned.quality_se, atol=1e-9)


def test_a_batch_is_the_same_as_one_by_one(name, world):
    estimator = fit(name, world)
    batch = estimator.estimate(world[0][:11])
    single = [estimator.estimate(world[0][i : i + 1]) for i in range(11)]
    np.testing.assert_allclose(batch.quality, np.vstack([e.quality for e in single]), atol=1e-6)


def test_fitting_twice_gives_the_same(name, world):
    one, two = fit(name, world).estimate(world[0]), fit(name, world).estimate(world[0])
    np.testing.assert_array_equal(one.quality, two.quality)


def test_its_state_brings_it_back(name, world):
    estimator = fit(name, world)
    header, arrays = estimator.state()
    again = load_state(name, header, arrays)
    np.testing.assert_array_equal(again.estimate(world[0]).quality, estimator.estimate(world[0]).quality)
    np.testing.assert_array_equal(again.estimate(world[0]).quality_se, estimator.estimate(world[0]).quality_se)


def test_one_prompt_is_enough_to_fit(name):
    features = np.eye(1, DIM, dtype=np.float32)
    estimates = make(name).fit(features, table(np.array([[1.0, 0.0]]))).estimate(features)
    assert estimates.quality[0, 0] > estimates.quality[0, 1]


def test_many_prompts_without_a_score_are_no_evidence(name):
    features = np.eye(60, dtype=np.float32)
    estimates = make(name).fit(features, table(np.full((60, 2), np.nan))).estimate(features[:3])
    assert (estimates.quality == 0.5).all()
    assert (estimates.support == 0).all()


def test_nothing_to_fit_is_refused(name):
    with pytest.raises(ValueError, match="nothing to fit"):
        make(name).fit(np.zeros((0, DIM), dtype=np.float32), table(np.zeros((0, 2))))
    with pytest.raises(ValueError, match="do not fit"):
        make(name).fit(np.zeros((3, DIM), dtype=np.float32), table(np.zeros((2, 2))))


@pytest.mark.parametrize(
    "reader",
    [
        "hierarchical",
        "knn",
        "kmeans",
        "soft-kmeans",
        "agglomerative",
        "density",
        "mixture",
        "projection",
        "logistic",
        "linear",
        "process",
    ],
)
def test_what_reads_the_prompt_tells_the_two_kinds_apart(reader, world):
    features, outcomes = world
    quality = fit(reader, world).estimate(features).quality
    kind = np.array([c == "a" for c in outcomes.categories])
    assert (quality[kind, 0] > quality[kind, 1]).mean() > 0.9
    assert (quality[~kind, 1] > quality[~kind, 0]).mean() > 0.9


@pytest.mark.parametrize("reader", ["hierarchical", "category"])
def test_a_known_category_moves_the_estimate_towards_it(reader, world):
    estimator = fit(reader, world)
    middle = np.zeros((1, DIM), dtype=np.float32)
    middle[0, 1] = 1.0
    as_a, as_b = estimator.estimate(middle, ["a"]).quality[0], estimator.estimate(middle, ["b"]).quality[0]
    assert as_a[0] > as_b[0]
    assert as_a[1] < as_b[1]
    unknown = estimator.estimate(middle, ["never seen"]).quality
    np.testing.assert_array_equal(unknown, estimator.estimate(middle).quality)


def test_neighbours_are_sorted_and_find_the_prompt_itself(world):
    rows, similarities = fit("hierarchical", world).nearest(world[0][:4], 6)
    assert rows[:, 0].tolist() == [0, 1, 2, 3]
    assert (np.diff(similarities, axis=1) <= 0).all()


def test_an_unknown_name_says_which_are_known():
    with pytest.raises(UserError, match="hierarchical"):
        make("magic")
