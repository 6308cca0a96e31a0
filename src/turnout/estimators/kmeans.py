"""Clusters of prompts: how each model did in the cluster, averaged over several clusterings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.errors import UserError
from turnout.estimators.base import Base, pseudo_count, shrink, weighted_mean
from turnout.estimators.clusterings import Clustering, Partition, partition
from turnout.types import Array, OutcomeTable

__all__ = ["KMeans"]


class KMeans(Base):
    """Mean quality in the prompt's cluster of `k`, shrunk to the model's mean, averaged over `restarts` clusterings.

    `clustering` may be another than k-means (see `clusterings.partition`). `soft` spreads a prompt over the clusters,
    in fitting as in estimating: the temperature in units of the mean squared distance to the nearest centre, 0.01 to
    0.05 being of use. A mixture is soft by nature; there, `soft` tempers its responsibilities. How far a cluster's mean
    gives way to the model's is estimated (`base.pseudo_count`). Prompts without any label shape the clusters too.
    """

    def __init__(
        self,
        k: int = 32,
        restarts: int = 4,
        seed: int = 0,
        clustering: Clustering = "kmeans",
        soft: float | None = None,
    ) -> None:
        self.k = k
        self.restarts = restarts
        self.seed = seed
        self.clustering = clustering
        self.soft = soft

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        if self.soft is not None and not self.soft > 0:
            raise UserError(f"soft must be above 0, got {self.soft}; leave it out for hard clusters")
        found = partition(features, self.clustering, self.k, self.restarts, self.seed)
        for name in Partition.__dataclass_fields__:
            setattr(self, f"{name}_", getattr(found, name))
        weights = found.weights(features, self._temperature())
        labels = [weights[:, columns].argmax(axis=1) for columns in found.runs()]
        self.pseudo_trials_ = float(np.median([pseudo_count(own, outcomes.quality) for own in labels]))
        level = weighted_mean(weights.T, outcomes.quality)
        self.cluster_mean_ = shrink(level, self.model_mean_, self.pseudo_trials_)
        self.cluster_trials_ = level.trials

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        found = Partition(**{name: vars(self)[f"{name}_"] for name in Partition.__dataclass_fields__})
        weights = found.weights(features, self._temperature()) / self.restarts
        mean = self.model_mean_ + weights @ (self.cluster_mean_ - self.model_mean_)
        return mean, weights @ self.cluster_trials_, self.pseudo_trials_

    def _temperature(self) -> float | None:
        return 1.0 if self.soft is None and self.clustering == "mixture" else self.soft
