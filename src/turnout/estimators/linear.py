"""Ridge regression of quality on the vector, one per model, in closed form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.base import Base
from turnout.estimators.ridge import ridge
from turnout.types import Array, OutcomeTable

__all__ = ["Linear"]


class Linear(Base):
    """quality ≈ mean + (x − x̄)·w, ‖w‖² weighted by `alpha`.

    `alpha` None chooses it per model by generalised cross-validation (`ridge.ridge`).
    """

    def __init__(self, alpha: float | None = None) -> None:
        self.alpha = alpha

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        self.centre_ = features.mean(axis=0)
        centred = (features - self.centre_).astype(np.float64)
        self.weights_, self.freedom_ = ridge(centred, outcomes.quality - self.model_mean_, self.alpha)

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        mean = self.model_mean_ + (features - self.centre_) @ self.weights_
        # A line that uses d degrees of freedom of n trials is worth about n ÷ d of them at any point.
        trials = np.broadcast_to(self.model_trials_ / (1 + self.freedom_), mean.shape)
        return mean, trials, 0.0
