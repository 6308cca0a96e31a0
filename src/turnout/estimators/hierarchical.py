"""The default: nearest neighbours → cluster → category → model mean → prior, each shrunk towards the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.base import Level, shrink
from turnout.estimators.category import Category
from turnout.estimators.kmeans import Clusters, cluster, cluster_level, in_clusters
from turnout.estimators.knn import CHUNK, Neighbours, neighbour_level
from turnout.types import Array, OutcomeTable

__all__ = ["Hierarchical"]

_GRID = (25.0, 50.0, 100.0, 200.0, 400.0, 800.0, 1600.0)
_TUNED_ON = 1000  # training prompts on which the neighbours' pseudo-count is chosen


class Hierarchical(Neighbours):
    """Empirical-Bayes chain. With n the trials at a level and τ its pseudo-count::

        estimate(level) = (n · mean(level) + τ · estimate(next level)) / (n + τ)

    Levels: the `neighbours` nearest prompts, weighted by exp(β·Δcos) → the prompt's cluster, averaged over `restarts`
    clusterings into `clusters` → its category, where it is known → the model's mean → the mean over models. τ of
    clusters and categories is the ratio of variance within to between (method of moments). τ of the neighbours is the
    one that predicts training prompts best, each left out of its own neighbourhood and cluster (squared error).
    """

    def __init__(
        self, neighbours: int = 400, beta: float = 10.0, clusters: int = 32, restarts: int = 4, seed: int = 0
    ) -> None:
        self.neighbours = neighbours
        self.beta = beta
        self.clusters = clusters
        self.restarts = restarts
        self.seed = seed

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        super()._learn(features, outcomes)
        by_category = Category().fit(features, outcomes)
        self.categories_ = by_category.categories_
        self.category_mean_ = by_category.category_mean_
        found = cluster(features, self.clusters, self.restarts, self.seed)
        self.centres_ = found.centres.astype(np.float32)
        means, trials, self.cluster_pseudo_ = in_clusters(found, outcomes.quality, self.model_mean_)
        self.cluster_mean_, self.cluster_trials_ = means, trials
        self.neighbour_pseudo_ = self._tune(features, outcomes.quality, found)

    def _tune(self, features: Array, quality: Array, found: Clusters) -> float:
        """The neighbours' τ with the least squared error on training prompts, each left out of what predicts it."""
        sample = np.random.default_rng(self.seed).permutation(len(features))[:_TUNED_ON]
        if len(sample) < 20:
            return _GRID[-1]
        rows, near = self.nearest(features[sample], self._at_most(self.neighbours) + 1)
        itself = rows == sample[:, None]
        itself[:, -1] |= ~itself.any(axis=1)  # an equal twin may have taken its place: drop the farthest instead
        keep = ~itself
        rows, near = (part[keep].reshape(len(sample), -1) for part in (rows, near))
        levels = [
            neighbour_level(rows[i : i + CHUNK], near[i : i + CHUNK], self.quality_, self.beta)
            for i in range(0, len(sample), CHUNK)
        ]
        level = Level(np.vstack([own.mean for own in levels]), np.vstack([own.trials for own in levels]))
        wider = self._cluster_without_itself(found, quality, sample)
        truth = quality[sample]
        if not np.isfinite(truth).any():
            return _GRID[-1]
        errors = [float(np.nanmean((shrink(level, wider, tau) - truth) ** 2)) for tau in _GRID]
        return _GRID[int(np.argmin(errors))]

    def _cluster_without_itself(self, found: Clusters, quality: Array, sample: Array) -> Array:
        """The sampled prompts' cluster means, each prompt's own trial taken out: (n, n_models)."""
        own, known = np.nan_to_num(quality[sample]), np.isfinite(quality[sample])
        parts = []
        for run, labels in enumerate(found.labels):
            mean, trials = self.cluster_mean_[run][labels[sample]], self.cluster_trials_[run][labels[sample]]
            total = trials + self.cluster_pseudo_
            parts.append((mean * total - np.where(known, own, 0.0)) / np.maximum(total - known, 1e-9))
        mixed: Array = np.mean(parts, axis=0)
        return mixed

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        parts = [self._chunk(features[i : i + CHUNK]) for i in range(0, len(features), CHUNK)]
        near = Level(np.vstack([n.mean for n, _ in parts]), np.vstack([n.trials for n, _ in parts]))
        wider = np.vstack([w for _, w in parts])
        if categories is not None and self.categories_:
            wider = self._with_category(wider, features, categories)
        return shrink(near, wider, self.neighbour_pseudo_), near.trials, self.neighbour_pseudo_

    def _chunk(self, features: Array) -> tuple[Level, Array]:
        rows, similarities = self.nearest(features, self._at_most(self.neighbours))
        near = neighbour_level(rows, similarities, self.quality_, self.beta)
        wider = cluster_level(features, self.centres_, self.cluster_mean_, self.cluster_trials_)
        return near, wider.mean

    def _with_category(self, wider: Array, features: Array, categories: Sequence[str]) -> Array:
        """Where the category is known, the cluster's mean shrinks towards it instead of the model's mean."""
        position = {name: i for i, name in enumerate(self.categories_)}
        clusters = cluster_level(features, self.centres_, self.cluster_mean_, self.cluster_trials_)
        share = self.cluster_pseudo_ / (clusters.trials + self.cluster_pseudo_)
        moved = wider.copy()
        for row, label in enumerate(categories):
            if (i := position.get(label)) is not None:
                moved[row] += share[row] * (self.category_mean_[i] - self.model_mean_)
        return moved
