"""Ridge regression of quality on the vector, one per model, in closed form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.base import Base
from turnout.types import Array, OutcomeTable

__all__ = ["Linear"]


class Linear(Base):
    """quality ≈ mean + (x − x̄)·w, ‖w‖² weighted by `alpha`. Models scored on different prompts are fitted apart."""

    def __init__(self, alpha: float = 10.0) -> None:
        self.alpha = alpha

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        known = np.isfinite(outcomes.quality)
        self.centre_ = features.mean(axis=0)
        centred = (features - self.centre_).astype(np.float64)
        self.weights_ = np.zeros((features.shape[1], len(outcomes.model_ids)))
        # Models scored on the same prompts share one factorisation.
        patterns, which = np.unique(known.T, axis=0, return_inverse=True)
        for i, pattern in enumerate(patterns):
            models = np.flatnonzero(which.reshape(-1) == i)
            rows = centred[pattern]
            if len(rows):
                gram = rows.T @ rows + self.alpha * np.eye(rows.shape[1])
                target = outcomes.quality[np.ix_(pattern, models)] - self.model_mean_[models]
                self.weights_[:, models] = np.linalg.solve(gram, rows.T @ target)

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        mean = self.model_mean_ + (features - self.centre_) @ self.weights_
        # A line through n trials in d dimensions is worth about n ÷ d of them at any point.
        trials = np.broadcast_to(self.model_trials_ / (1 + features.shape[1] / self.alpha), mean.shape)
        return mean, trials, 0.0
