"""Ridge regression of quality on the vector, one per model, in closed form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.base import Base
from turnout.types import Array, OutcomeTable

__all__ = ["Linear"]

_ALPHAS = np.geomspace(1.0, 3000.0, 25)


class Linear(Base):
    """quality ≈ mean + (x − x̄)·w, ‖w‖² weighted by `alpha`.

    `alpha` None chooses it per model by generalised cross-validation (Golub, Heath & Wahba 1979): the one of least
    (residual sum of squares) / (1 − degrees of freedom / n)². Models scored on different prompts are fitted apart.
    """

    def __init__(self, alpha: float | None = None) -> None:
        self.alpha = alpha

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        known = np.isfinite(outcomes.quality)
        self.centre_ = features.mean(axis=0)
        centred = (features - self.centre_).astype(np.float64)
        self.weights_ = np.zeros((features.shape[1], len(outcomes.model_ids)))
        self.freedom_ = np.ones(len(outcomes.model_ids))  # degrees of freedom that each fit uses
        # Models scored on the same prompts share one factorisation.
        patterns, which = np.unique(known.T, axis=0, return_inverse=True)
        for i, pattern in enumerate(patterns):
            models = np.flatnonzero(which.reshape(-1) == i)
            rows = centred[pattern]
            if len(rows):
                target = outcomes.quality[np.ix_(pattern, models)] - self.model_mean_[models]
                self.weights_[:, models], self.freedom_[models] = _ridge(rows, target, self.alpha)

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        mean = self.model_mean_ + (features - self.centre_) @ self.weights_
        # A line that uses d degrees of freedom of n trials is worth about n ÷ d of them at any point.
        trials = np.broadcast_to(self.model_trials_ / (1 + self.freedom_), mean.shape)
        return mean, trials, 0.0


def _ridge(rows: Array, target: Array, alpha: float | None) -> tuple[Array, Array]:
    """Weights (dim, m) and degrees of freedom (m,)."""
    values, vectors = np.linalg.eigh(rows.T @ rows)
    values = np.clip(values, 0.0, None)
    moment = vectors.T @ (rows.T @ target)
    alphas = _ALPHAS if alpha is None else np.array([alpha])
    coefficients = moment[None] / (values[None, :, None] + alphas[:, None, None])  # (alphas, dim, m)
    explained = 2 * (coefficients * moment).sum(axis=1) - (coefficients**2 * values[None, :, None]).sum(axis=1)
    freedom = (values / (values + alphas[:, None])).sum(axis=1)
    score = ((target**2).sum(axis=0) - explained) / np.maximum(1 - freedom / len(rows), 1e-3)[:, None] ** 2
    best = score.argmin(axis=0)
    chosen = coefficients[best, :, np.arange(target.shape[1])].T
    return vectors @ chosen, freedom[best]
