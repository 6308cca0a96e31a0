"""Nearest neighbours: how each model did on the prompts most like this one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.base import Base, Level, shrink, weighted_mean
from turnout.types import Array, OutcomeTable

__all__ = ["CHUNK", "KNN", "Neighbours", "neighbour_level"]

CHUNK = 128  # prompts at a time, so that a large batch does not fill the memory


class Neighbours(Base):
    """Keeps the training prompts' vectors (rounded to half precision: half the file, cosines within 0.001)."""

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        # Rounded before use, not only in the file: a saved router must decide as the fitted one did.
        self.vectors_ = features.astype(np.float16)
        self.quality_ = outcomes.quality.astype(np.float32)
        self._vectors: Array | None = None

    def nearest(self, features: Array, count: int) -> tuple[Array, Array]:
        """Rows of the `count` most similar training prompts and their cosines, most similar first: (n, count) each."""
        self._check_fitted()
        count = min(count, len(self.vectors_))
        similarities = np.asarray(features, dtype=np.float32) @ self._columns()
        if count < similarities.shape[1]:
            rows = np.argpartition(-similarities, count - 1, axis=1)[:, :count]
        else:
            rows = np.tile(np.arange(count), (len(similarities), 1))
        near = np.take_along_axis(similarities, rows, axis=1)
        order = np.argsort(-near, axis=1, kind="stable")
        return np.take_along_axis(rows, order, axis=1), np.take_along_axis(near, order, axis=1)

    def _at_most(self, count: int) -> int:
        """`count` neighbours, or a tenth of a small data set: a neighbourhood that holds everybody is none."""
        return min(count, max(20, len(self.vectors_) // 10))

    def quality_rows(self, rows: Array) -> Array:
        """How every model did on those training prompts: (len(rows), n_models), NaN = not measured."""
        kept: Array = self.quality_[rows]
        return kept

    def _columns(self) -> Array:
        """The vectors as float32 columns, (dim, n): one prompt times this layout takes half the time of the other."""
        cached = getattr(self, "_vectors", None)
        if cached is None:
            cached = self._vectors = np.ascontiguousarray(self.vectors_.T, dtype=np.float32)
        return cached


def neighbour_level(rows: Array, similarities: Array, quality: Array, beta: float) -> Level:
    """Quality of the neighbours weighted by exp(β·(cos − nearest cos)): means and effective trials, (n, n_models)."""
    weights = np.exp(beta * (similarities - similarities[:, :1])).astype(np.float64)
    level = weighted_mean(weights[:, None, :], quality[rows])
    return Level(level.mean[:, 0], level.trials[:, 0])


class KNN(Neighbours):
    """Weighted mean quality of the `k` nearest prompts, shrunk towards the model's mean by `pseudo_trials`.

    Few neighbours are noise: 5 choose worse than no look at the prompt at all (docs/results.md), hence the large k.
    """

    def __init__(self, k: int = 400, beta: float = 10.0, pseudo_trials: float = 10.0) -> None:
        self.k = k
        self.beta = beta
        self.pseudo_trials = pseudo_trials

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        parts = []
        for start in range(0, len(features), CHUNK):
            rows, near = self.nearest(features[start : start + CHUNK], self._at_most(self.k))
            parts.append(neighbour_level(rows, near, self.quality_, self.beta))
        level = Level(np.vstack([p.mean for p in parts]), np.vstack([p.trials for p in parts]))
        return shrink(level, self.model_mean_, self.pseudo_trials), level.trials, self.pseudo_trials
