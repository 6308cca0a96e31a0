"""Logistic regression of quality on the vector, one per model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.base import Base
from turnout.estimators.clusterings import principal_axes
from turnout.types import Array, OutcomeTable

__all__ = ["Logistic"]

_STEPS = 30  # of Newton; about 5 suffice
_LEVEL = 0.25  # precision of the prior over a model's level, centred on its mean: one trial of a fair coin


class Logistic(Base):
    """logit(quality) = level + z·w on the `components` leading principal components z, ‖w‖² weighted by `alpha`.

    A quality y between 0 and 1 counts as y of a success and 1 − y of a failure (Papke & Wooldridge 1996). A model that
    has only ever succeeded, or only failed, keeps its mean: nothing separates its prompts.
    """

    def __init__(self, alpha: float = 3.0, components: int = 128) -> None:
        self.alpha = alpha
        self.components = components

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        self.middle_, self.axes_ = principal_axes(features, self.components)
        placed = ((features - self.middle_) @ self.axes_).astype(np.float64)
        self.level_ = np.log(self.model_mean_ / (1 - self.model_mean_))
        self.weights_ = np.zeros((placed.shape[1], len(outcomes.model_ids)))
        self.trials_ = self.model_trials_.copy()
        for model in range(len(outcomes.model_ids)):
            known = np.isfinite(outcomes.quality[:, model])
            target = outcomes.quality[known, model].astype(np.float64)
            if target.sum() > 0 and (1 - target).sum() > 0:
                level, weights, parameters = _newton(placed[known], target, self.level_[model], self.alpha)
                self.level_[model], self.weights_[:, model] = level, weights
                # A surface of e effective parameters through n trials is worth about n ÷ e of them at any point.
                self.trials_[model] /= max(1.0, parameters)

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        placed = (features - self.middle_) @ self.axes_
        untouched = ~self.weights_.any(axis=0)
        mean = np.where(untouched, self.model_mean_, _sigmoid(self.level_ + placed @ self.weights_))
        return mean, np.broadcast_to(self.trials_, mean.shape), 0.0


def _newton(placed: Array, target: Array, level: float, alpha: float) -> tuple[float, Array, float]:
    """Level, weights (d,) and effective number of parameters at the penalised maximum of the likelihood."""
    rows = np.hstack([np.ones((len(placed), 1)), placed])
    penalty = np.full(rows.shape[1], alpha)
    penalty[0] = _LEVEL
    centre = np.zeros(rows.shape[1])
    centre[0] = level

    def loss(at: Array) -> float:
        logit = rows @ at
        # −log likelihood of a fractional target, without overflow
        return float((np.logaddexp(0.0, logit) - target * logit).sum() + 0.5 * penalty @ (at - centre) ** 2)

    at, lowest = centre.copy(), loss(centre)
    for _ in range(_STEPS):
        chance = _sigmoid(rows @ at)
        curvature = rows.T @ (rows * (chance * (1 - chance))[:, None])
        slope = rows.T @ (chance - target) + penalty * (at - centre)
        step = np.linalg.solve(curvature + np.diag(penalty), slope)
        if slope @ step < 1e-8:
            break
        size = 1.0
        while (reached := loss(at - size * step)) > lowest and size > 1e-4:  # far from the optimum it may overshoot
            size /= 2
        at, lowest = at - size * step, reached
    parameters = float(np.trace(np.linalg.solve(curvature + np.diag(penalty), curvature)))
    return float(at[0]), at[1:], parameters


def _sigmoid(logit: Array) -> Array:
    made: Array = 0.5 * (1 + np.tanh(0.5 * logit))
    return made
