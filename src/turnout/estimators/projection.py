"""A space learned from outcomes: directions along which the models' qualities differ, beside the vector itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np

from turnout.errors import UserError
from turnout.estimators import make
from turnout.estimators.base import Base
from turnout.estimators.ridge import ridge
from turnout.types import Array, OutcomeTable

__all__ = ["Projection"]

_INNER = "inner."


class Projection(Base):
    """Any estimator in a space that `rank` learned directions have been added to.

    Reduced-rank ridge regression (Izenman 1975; Mukherjee & Zhu 2011): qualities, less each model's mean, are regressed
    on the vector (‖w‖² weighted by `alpha`), and the leading principal axes of what the regression fits are the
    directions. They are scaled to `weight` times the variance of the vector, appended to it, and rows made unit again.

    A regression knows the rows it was fitted on better than any new one, and clusters of such coordinates would be
    clusters of luck. So the training rows are placed by regressions on the other `folds` (cross-fitting), along axes
    common to all; new prompts by the regression on all rows.
    """

    def __init__(
        self,
        inner: str = "kmeans",
        inner_settings: Mapping[str, Any] | None = None,
        rank: int = 4,
        alpha: float = 10.0,
        weight: float = 0.5,
        folds: int = 5,
        seed: int = 0,
    ) -> None:
        self.inner = inner
        self.inner_settings = dict(inner_settings or {})
        self.rank = rank
        self.alpha = alpha
        self.weight = weight
        self.folds = folds
        self.seed = seed

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        inner = self._made()
        self.middle_ = features.mean(axis=0)
        centred = (features - self.middle_).astype(np.float64)
        target = outcomes.quality - self.model_mean_
        weights = ridge(centred, target, self.alpha)[0]
        fitted = centred @ weights
        axes = np.linalg.eigh(fitted.T @ fitted)[1][:, ::-1][:, : self.rank]
        placed = np.empty((len(features), axes.shape[1]))
        for rest, held in _folds(len(features), self.folds, self.seed):
            placed[held] = centred[held] @ (ridge(centred[rest], target[rest], self.alpha)[0] @ axes)
        scale = np.sqrt(self.weight * (centred**2).sum() / max(float((placed**2).sum()), 1e-12))
        if not weights.any():
            scale = 0.0  # nothing was learned, nothing is added
        self.directions_ = (scale * weights @ axes).astype(np.float32)
        inner._fit(_joined(features, scale * placed), outcomes)
        self._inner = inner

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        return self._inner._quality(_joined(features, (features - self.middle_) @ self.directions_), categories)

    def _made(self) -> Base:
        made = make(self.inner, **self.inner_settings)
        if not isinstance(made, Base) or isinstance(made, Projection):
            raise UserError(f"{self.inner!r} cannot stand inside a projection")
        return made

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """The projection's own state, and the inner estimator's under a prefix."""
        header, arrays = super().state()
        inner, inner_arrays = self._inner.state()
        return {**header, "inner_state": inner}, {**arrays, **{_INNER + n: a for n, a in inner_arrays.items()}}

    @classmethod
    def from_state(cls, header: Mapping[str, Any], arrays: Mapping[str, Array]) -> Self:
        """The fitted estimator; raises `KeyError` or `TypeError` when the state is not one of this class."""
        own = {name: value for name, value in header.items() if name != "inner_state"}
        made = super().from_state(own, {n: a for n, a in arrays.items() if not n.startswith(_INNER)})
        inside = {n.removeprefix(_INNER): a for n, a in arrays.items() if n.startswith(_INNER)}
        made._inner = type(made._made()).from_state(header["inner_state"], inside)
        return made


def _folds(count: int, folds: int, seed: int) -> Iterator[tuple[Array, Array]]:
    """(other rows, rows) of each fold; fewer rows than folds make a fold each, a single one is its own."""
    order = np.random.default_rng(seed).permutation(count)
    for held in np.array_split(order, min(folds, count)):
        rest = np.setdiff1d(order, held)
        yield (rest if len(rest) else held), held


def _joined(features: Array, placed: Array) -> Array:
    """Unit rows (n, dim + r), float32."""
    joined = np.hstack([features, placed.astype(np.float32)])
    length = np.linalg.norm(joined, axis=1, keepdims=True)
    unit: Array = np.divide(joined, length, out=np.zeros_like(joined), where=length > 0).astype(np.float32)
    return unit
