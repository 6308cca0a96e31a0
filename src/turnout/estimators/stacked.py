"""Several estimators, weighted by how well each foretold training prompts that it had not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from turnout.estimators.base import Base
from turnout.estimators.hierarchical import Hierarchical
from turnout.estimators.knn import KNN
from turnout.estimators.linear import Linear
from turnout.types import Array, OutcomeTable

__all__ = ["Stacked"]

_FOLDS = 3
_MEMBERS: tuple[type[Base], ...] = (Hierarchical, Linear, KNN)
_LEAST_VARIANCE = 1e-6


class Stacked(Base):
    """Weighted mean of chain, ridge and neighbours (Wolpert 1992; Breiman 1996): weights ≥ 0 of sum 1.

    The weights minimise the squared error of the *contrasts*, quality minus the prompt's mean over the models, on folds
    of the training prompts: a choice hangs on contrasts alone, and what makes all models fail would drown them. They go
    halfway to equal ones, which few data can beat (Stock & Watson 2004, "the forecast combination puzzle"). A line
    fitted on the same folds then maps the mean to observed quality (calibration).
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        self.shares_ = np.array([1.0, 0.0, 0.0])
        self.slope_, self.offset_ = 1.0, 0.0
        if len(features) >= 10 * _FOLDS:
            self._weigh(features, outcomes)
        self._members = [_fresh(member, features, outcomes) for member in _MEMBERS]

    def _weigh(self, features: Array, outcomes: OutcomeTable) -> None:
        truth = outcomes.quality
        order = np.random.default_rng(self.seed).permutation(len(features))
        foretold = np.full((len(_MEMBERS), *truth.shape), np.nan)
        for fold in range(_FOLDS):
            held, rest = (
                order[fold::_FOLDS],
                np.sort(np.concatenate([order[i::_FOLDS] for i in range(_FOLDS) if i != fold])),
            )
            for i, member in enumerate(_MEMBERS):
                fitted = _fresh(member, features[rest], outcomes.take(rest))
                foretold[i, held] = fitted.estimate(features[held]).quality
        known = np.isfinite(truth)
        several = known & (known.sum(axis=1) >= 2)[:, None]
        if not several.any():
            return
        members = np.stack([_contrasts(part, known)[several] for part in foretold], axis=1)
        best = _shares(members, _contrasts(truth, known)[several])
        self.shares_ = (best + 1 / len(_MEMBERS)) / 2
        mixed = np.tensordot(self.shares_, foretold, axes=1)[known]
        if mixed.var() > _LEAST_VARIANCE:
            self.slope_ = float(np.clip(np.cov(mixed, truth[known])[0, 1] / mixed.var(ddof=1), 0.5, 1.5))
            self.offset_ = float(truth[known].mean() - self.slope_ * mixed.mean())

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        shape = (len(features), len(self.model_ids_))
        mean, trials, pseudo = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for share, member in zip(self.shares_, self._members, strict=True):
            if share > 0:
                own, behind, prior = member._quality(features, categories)
                mean += share * own
                trials += share * behind
                pseudo += share * prior
        seen = self.model_trials_ > 0  # a model without any trial has the prior, which no line corrects
        return np.where(seen, self.slope_ * mean + self.offset_, mean), trials, pseudo

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """That of the stack, and each member's under its place."""
        header, arrays = super().state()
        header["members"] = []
        for place, member in enumerate(self._members):
            own, kept = member.state()
            header["members"].append(own)
            arrays |= {f"{place}.{name}": array for name, array in kept.items()}
        return header, arrays

    @classmethod
    def from_state(cls, header: Mapping[str, Any], arrays: Mapping[str, Array]) -> Self:
        """The fitted stack; raises `KeyError` or `TypeError` when the state is not one of this class."""
        made = super().from_state(
            {name: value for name, value in header.items() if name != "members"},
            {name: array for name, array in arrays.items() if "." not in name},
        )
        parts = [
            {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith(f"{place}.")}
            for place in range(len(_MEMBERS))
        ]
        made._members = [
            member.from_state(own, part) for member, own, part in zip(_MEMBERS, header["members"], parts, strict=True)
        ]
        return made


def _fresh(member: type[Base], features: Array, outcomes: OutcomeTable) -> Base:
    """The member fitted, without measuring how it misses: the stack does that as a whole."""
    made = member()
    made._fit(np.ascontiguousarray(features, dtype=np.float32), outcomes)
    return made


def _contrasts(values: Array, known: Array) -> Array:
    """Values minus their mean over the models that were measured on the prompt, (n, m)."""
    counted = np.where(known, values, 0.0)
    mean = counted.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    contrasts: Array = values - mean
    return contrasts


def _shares(members: Array, truth: Array) -> Array:
    """Weights ≥ 0 of sum 1 with the least squared error, from columns (cells, members)."""
    from scipy.optimize import nnls

    # A heavy last row holds the sum to 1.
    scale = 1e3 * np.sqrt(len(truth)) * max(1e-3, float(np.abs(members).mean()))
    rows = np.vstack([members, np.full((1, members.shape[1]), scale)])
    found: Array = nnls(rows, np.append(truth, scale))[0]
    shares: Array = found / found.sum()
    return shares
