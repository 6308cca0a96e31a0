from __future__ import annotations

import numpy as np
import pytest

from turnout.estimators.placement import Basis, Hyper, Placement


def world(rows: int = 1500, seed: int = 0):
    """Prompts of six kinds; ability, kind and the prompt's own difficulty decide who is right."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 6, rows)
    features = np.eye(16)[kind] + 0.15 * rng.normal(size=(rows, 16))
    features = (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float32)
    ability = np.array([-1.0, -0.5, 0.0, 0.3, 0.5, 0.6, 0.8, 1.6])
    taste = 0.7 * rng.normal(size=(6, len(ability)))
    logit = ability + taste[kind] + 1.5 * rng.normal(size=(rows, 1))
    chance = 1 / (1 + np.exp(-logit))
    quality = (rng.random(chance.shape) < chance).astype(float)
    by_kind = np.stack([chance[kind == k].mean(axis=0) for k in range(6)])[kind]
    return features, quality, by_kind


@pytest.fixture(scope="module")
def placed():
    features, quality, by_kind = world()
    region = Basis(features).of(features)
    return Placement(quality[:, :-1], region), region, quality[:, -1], by_kind


def error(placed, rows) -> float:
    placement, region, scores, by_kind = placed
    return float(np.sqrt(np.mean((placement.estimate(rows, scores[rows], region) - by_kind[:, -1]) ** 2)))


def test_few_labels_place_new_models_better_than_their_means_overall_and_by_kind():
    features, quality, by_kind = world()
    region = Basis(features).of(features)
    kind = np.argmax(features[:, :6], axis=1)
    errors = []
    for new in range(1, 7):
        placement = Placement(np.delete(quality, new, axis=1), region)
        scores, truth = quality[:, new], by_kind[:, new]
        for seed in range(10):
            rows = np.random.default_rng(seed).choice(1500, 40, replace=False)
            inside = [scores[rows][kind[rows] == k] for k in range(6)]
            means = np.array([own.mean() if len(own) else scores[rows].mean() for own in inside])
            found = (placement.estimate(rows, scores[rows], region), scores[rows].mean(), means[kind])
            errors.append([np.sqrt(np.mean((one - truth) ** 2)) for one in found])
    ours, overall, split = np.mean(errors, axis=0)
    assert ours < 0.97 * overall
    assert ours < 0.7 * split


def test_more_labels_place_it_better(placed):
    few, many = (
        np.mean([error(placed, np.random.default_rng(s).choice(1500, n, replace=False)) for s in range(6)])
        for n in (15, 400)
    )
    assert many < 0.6 * few


def test_a_model_better_than_all_known_ones_is_seen_to_be(placed):
    placement, region, scores, _ = placed
    found = []
    for seed in range(10):
        rows = np.random.default_rng(seed).choice(1500, 150, replace=False)
        found.append(placement.estimate(rows, scores[rows], region).mean())
    assert np.mean(found) > placement.known(region).mean(axis=0).max() + 0.03
    assert np.mean(found) == pytest.approx(scores.mean(), abs=0.03)


def test_without_a_label_it_is_the_mean_of_the_strongest(placed):
    placement, region, _, _ = placed
    nothing = placement.estimate(np.array([3, 4]), np.array([np.nan, np.nan]), region)
    np.testing.assert_allclose(nothing, placement.known(region)[:, placement.panel].mean(axis=1).clip(0, 1))


def test_the_known_are_estimated_where_they_were_not_measured():
    features, quality, by_kind = world()
    known = quality[:, :-1].copy()
    known[np.random.default_rng(0).random(known.shape) < 0.3] = np.nan
    region = Basis(features).of(features)
    found = Placement(known, region).known(region)
    assert np.sqrt(np.mean((found - by_kind[:, :-1]) ** 2)) < 0.06


def test_informative_prompts_are_distinct_allowed(placed):
    placement = placed[0]
    allowed = np.zeros(1500, dtype=bool)
    allowed[::2] = True
    rows = placement.informative(60, allowed)
    assert len(set(rows)) == 60
    assert allowed[rows].all()
    assert len(placement.informative(60, np.arange(1500) < 20)) == 20


def test_a_wider_prior_follows_the_labels_more():
    features, quality, _ = world()
    region = Basis(features).of(features)
    rows = np.arange(10)
    narrow, wide = (
        Placement(quality[:, :-1], region, hyper=Hyper((a,), (0.0,), 0.1, 0.03))
        .estimate(rows, np.ones(10), region)
        .mean()
        for a in (0.03, 0.5)
    )
    assert wide > narrow + 0.05


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="does not fit"):
        Placement(np.zeros((3, 2)), np.zeros((4, 2)))
