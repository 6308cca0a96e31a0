"""Clusters of prompts: how each model did in the cluster, averaged over several clusterings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.base import Base, Level, pseudo_count, shrink, weighted_mean
from turnout.types import Array, OutcomeTable

__all__ = ["Clusters", "KMeans", "cluster", "in_clusters"]


class Clusters:
    """Several k-means clusterings of the same prompts: centres (restarts, k, dim) and labels (restarts, n)."""

    def __init__(self, centres: Array, labels: Array) -> None:
        self.centres = centres
        self.labels = labels


def cluster(features: Array, k: int, restarts: int, seed: int) -> Clusters:
    """Independent k-means runs. One run is a matter of luck; the mean of several is not."""
    from sklearn.cluster import KMeans as SklearnKMeans

    k = min(k, len(np.unique(features, axis=0)))
    runs = [SklearnKMeans(k, n_init=1, max_iter=50, random_state=seed + i).fit(features) for i in range(restarts)]
    return Clusters(np.stack([run.cluster_centers_ for run in runs]), np.stack([run.labels_ for run in runs]))


def in_clusters(clusters: Clusters, quality: Array, towards: Array) -> tuple[Array, Array, float]:
    """Per clustering and cluster: shrunk mean and trials, (restarts, k, n_models) each, and the pseudo-count used."""
    means, trials = [], []
    tau = float(np.median([pseudo_count(labels, quality) for labels in clusters.labels]))
    for labels in clusters.labels:
        member = np.zeros((clusters.centres.shape[1], len(labels)))
        member[labels, np.arange(len(labels))] = 1.0
        level = weighted_mean(member, quality)
        means.append(shrink(level, towards, tau))
        trials.append(level.trials)
    return np.stack(means), np.stack(trials), tau


def assign(features: Array, centres: Array) -> Array:
    """The nearest centre in each clustering: (restarts, n)."""
    squared = (centres**2).sum(axis=2)
    return np.stack([np.argmin(own - 2 * (features @ c.T), axis=1) for c, own in zip(centres, squared, strict=True)])


def cluster_level(features: Array, centres: Array, means: Array, trials: Array) -> Level:
    """The mean over the clusterings of the cluster each prompt falls in."""
    labels = assign(features, centres)
    runs = range(len(centres))
    return Level(
        np.mean([means[r][labels[r]] for r in runs], axis=0), np.mean([trials[r][labels[r]] for r in runs], axis=0)
    )


class KMeans(Base):
    """Mean quality in the prompt's cluster of `k`, shrunk to the model's mean, averaged over `restarts` clusterings."""

    def __init__(self, k: int = 32, restarts: int = 4, seed: int = 0) -> None:
        self.k = k
        self.restarts = restarts
        self.seed = seed

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        found = cluster(features, self.k, self.restarts, self.seed)
        self.centres_ = found.centres.astype(np.float32)
        means, trials, self.pseudo_trials_ = in_clusters(found, outcomes.quality, self.model_mean_)
        self.cluster_mean_, self.cluster_trials_ = means, trials

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        level = cluster_level(features, self.centres_, self.cluster_mean_, self.cluster_trials_)
        return level.mean, level.trials, self.pseudo_trials_
