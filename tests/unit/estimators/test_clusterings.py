from __future__ import annotations

import numpy as np
import pytest

from turnout.errors import UserError
from turnout.estimators import make
from turnout.estimators.clusterings import CLUSTERINGS, partition
from turnout.estimators.kmeans import KMeans
from turnout.types import OutcomeTable


def blobs(sizes: list[int], seed: int = 0, dim: int = 12, spread: float = 0.08) -> tuple[np.ndarray, np.ndarray]:
    """Unit rows around orthogonal directions, and which direction each is of."""
    kind = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.eye(dim)[kind] + spread * np.random.default_rng(seed).normal(size=(len(kind), dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), kind


def table(quality: np.ndarray) -> OutcomeTable:
    blank, names = np.full(quality.shape, np.nan), tuple(str(i) for i in range(len(quality)))
    return OutcomeTable("t", names, names, tuple("abc"[: quality.shape[1]]), quality, blank, blank, blank)


@pytest.mark.parametrize("clustering", CLUSTERINGS)
def test_each_clustering_finds_the_groups_there_are(clustering):
    features, kind = blobs([150, 100, 50])
    found = partition(features, clustering, 3, 2, 0)
    weights = found.weights(features, 1.0 if clustering == "mixture" else None)
    for columns in found.runs():
        labels = weights[:, columns].argmax(axis=1)
        # No cluster mixes two groups; density may find several in one.
        assert all(len(set(kind[labels == label])) == 1 for label in set(labels))
    np.testing.assert_allclose(weights.sum(axis=1), 2.0)


@pytest.mark.parametrize("clustering", CLUSTERINGS)
@pytest.mark.parametrize("rows", [1, 2, 7])
def test_a_handful_of_prompts_or_equal_ones_can_be_clustered(clustering, rows):
    for features in (blobs([rows])[0], np.tile(np.eye(1, 12, dtype=np.float32), (rows, 1))):
        weights = partition(features, clustering, 32, 3, 0).weights(features, None)
        assert (weights.sum(axis=1) == 3).all()


def test_the_density_decides_how_many_clusters_there_are():
    features, _ = blobs([200, 200, 200, 200])
    assert partition(features, "density", 1, 1, 0).sizes == (4,)


def test_noise_belongs_to_the_nearest_cluster():
    features, _ = blobs([100, 100])
    stray = np.zeros((1, 12), dtype=np.float32)
    stray[0, :2] = (0.9, 0.4)  # far from both, nearer the first
    both = np.vstack([features, stray])
    found = partition(both, "density", 2, 1, 0)
    weights = found.weights(both, None)
    assert weights[-1] @ weights[:100].mean(axis=0) > 0.4
    assert weights[-1] @ weights[100:-1].mean(axis=0) == 0


def test_a_prompt_between_two_clusters_is_shared_between_them_when_assignment_is_soft():
    features, _ = blobs([100, 100], spread=0.05)
    between = np.zeros((1, 12), dtype=np.float32)
    between[0, :2] = np.sqrt(0.5)
    found = partition(features, "kmeans", 2, 1, 0)
    hard, barely, soft = (found.weights(between, s)[0] for s in (None, 1e-6, 5.0))
    assert sorted(hard) == [0, 1]
    assert sorted(barely.round(6)) == [0, 1]
    assert 0.2 < soft.min() < 0.8
    np.testing.assert_array_equal(found.weights(features, 1e-6).round(6), found.weights(features, None))


# HDBSCAN needs groups that stand further apart than the others do.
@pytest.mark.parametrize(
    ("clustering", "spread"), [("kmeans", 0.2), ("agglomerative", 0.2), ("density", 0.12), ("mixture", 0.2)]
)
def test_prompts_without_a_label_shape_the_clusters(clustering, spread):
    """Three labelled prompts of each of two groups cannot show where one ends; 300 others of each can."""
    labelled, right, alone = 6, [], []
    for seed in range(3):
        kind = np.arange(600 + labelled) % 2
        rows = spread * np.random.default_rng(seed).normal(size=(len(kind), 24))
        rows[:, 0] += 1.0
        rows[:, 1] += kind
        features = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        quality = np.stack([kind == 0, kind == 1], axis=1).astype(float)
        quality[labelled:] = np.nan
        for rows_seen, into in ((len(kind), right), (labelled, alone)):
            fitted = make(clustering, k=2).fit(features[:rows_seen], table(quality[:rows_seen]))
            chosen = fitted.estimate(features[labelled:]).quality.argmax(axis=1)
            into.append((chosen == kind[labelled:]).mean())
    assert np.mean(right) > 0.97
    assert np.mean(right) > np.mean(alone) + 0.05


def test_unlabelled_prompts_change_the_centres_and_are_no_trials():
    features, _ = blobs([40, 40])
    quality = np.full((80, 2), np.nan)
    quality[:40] = [1.0, 0.0]
    found = KMeans(k=2).fit(features, table(quality))
    estimates = found.estimate(features[[0, 79]])
    assert estimates.support[0].tolist() == [40, 40]
    assert estimates.support[1].tolist() == [0, 0]
    np.testing.assert_allclose(estimates.quality[1], found.model_mean_)  # nothing known there: the wider mean


def test_a_small_cluster_gives_way_to_the_models_mean():
    features, kind = blobs([400, 4], spread=0.02)
    quality = np.random.default_rng(0).random((404, 1)).round()
    quality[kind == 1] = 1.0
    estimated = KMeans(k=2).fit(features, table(quality)).estimate(features[kind == 1]).quality
    assert (estimated < 0.97).all()
    assert (estimated > quality.mean()).all()


def test_names_carry_settings_that_a_caller_may_change():
    assert make("agglomerative").clustering == "agglomerative"
    assert make("mixture", k=5).k == 5
    assert make("soft-kmeans").soft > 0
    assert make("soft-kmeans", soft=0.5).soft == 0.5


def test_misuse_is_named():
    features, _ = blobs([10])
    with pytest.raises(UserError, match="agglomerative"):
        make("kmeans", clustering="spectral").fit(features, table(np.zeros((10, 1))))
    with pytest.raises(UserError, match="above 0"):
        make("kmeans", soft=0.0).fit(features, table(np.zeros((10, 1))))
