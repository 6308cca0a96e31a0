"""The default: model mean → clusters → finer clusters → category, each level correcting the one before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.chain import correct
from turnout.estimators.clusterings import partition, principal_axes
from turnout.estimators.knn import CHUNK, Neighbours
from turnout.types import Array, OutcomeTable

__all__ = ["Hierarchical"]

_LADDER = (32, 64, 256, 1024)
_PROMPTS_A_CLUSTER = 32  # a finer level needs at least as many, on average


class Hierarchical(Neighbours):
    """Empirical-Bayes chain over clusterings of growing fineness.

    Each level clusters the prompts by k-means, `restarts` times over, on the `components` leading principal components
    of their vectors, and corrects the estimate so far by the posterior mean of its clusters' residuals
    (`chain.correct`), averaged over the restarts: a single clustering is a matter of luck. Levels have 32, 64, 256 and
    1,024 clusters, as far as the prompts suffice. A known category corrects last, in the same way.

    A decision touches only centres, whatever the number of prompts; their vectors are kept to show which are nearest.
    """

    _ladder: _Ladder | None = None  # made on the first estimate

    def __init__(self, restarts: int = 8, components: int = 96, seed: int = 0) -> None:
        self.restarts = restarts
        self.components = components
        self.seed = seed

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        super()._learn(features, outcomes)
        self.middle_, self.axes_ = principal_axes(features, self.components)
        low = (features - self.middle_) @ self.axes_
        estimate = np.tile(self.model_mean_, (len(features), 1))
        self.levels_ = 0
        self._ladder = None
        for k in _levels(len(features)):
            estimate = estimate + self._level(low, outcomes.quality - estimate, k)
        self._by_category(outcomes, estimate)

    def _level(self, low: Array, residual: Array, k: int) -> Array:
        """Learn one level; returns what it adds for each training prompt, (n, m)."""
        # The finest clusters are the dearest to compare with, and hold the least that averaging could steady.
        restarts = self.restarts if k < _LADDER[-1] else -(-self.restarts // 2)
        centres = partition(low, "kmeans", k, restarts, self.seed).centres
        centres = centres.reshape(restarts, -1, low.shape[1])
        labels = _nearest(low, centres)
        parts = [correct(residual, own, centres.shape[1]) for own in labels]
        level = self.levels_
        vars(self)[f"centres{level}_"] = centres
        vars(self)[f"shift{level}_"] = np.stack([part.mean for part in parts])
        # The finest level's trials and prior are what stands behind an estimate.
        self.trials_ = np.stack([part.trials for part in parts])
        self.pseudo_trials_ = np.median([part.pseudo_trials for part in parts], axis=0)
        self.levels_ += 1
        added: Array = np.mean([part.mean[own] for part, own in zip(parts, labels, strict=True)], axis=0)
        return added

    def _by_category(self, outcomes: OutcomeTable, estimate: Array) -> None:
        labels = outcomes.categories or ("",) * len(outcomes.prompts)
        self.categories_ = tuple(sorted({label for label in labels if label}))
        self.category_shift_ = np.zeros((len(self.categories_), len(self.model_ids_)))
        if self.categories_:
            position = {name: i for i, name in enumerate(self.categories_)}
            rows = np.array([i for i, label in enumerate(labels) if label])
            known = np.array([position[labels[i]] for i in rows])
            self.category_shift_ = correct((outcomes.quality - estimate)[rows], known, len(self.categories_)).mean

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        ladder = self._ladder or self._climb()
        starts = range(0, max(1, len(features)), CHUNK)
        parts = [ladder.correction((features[i : i + CHUNK] - self.middle_) @ self.axes_) for i in starts]
        mean, trials = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        mean = mean + self.model_mean_
        if any(categories or ()):
            position = {name: i for i, name in enumerate(self.categories_)}
            for row, label in enumerate(categories or ()):
                if (i := position.get(label, position.get(label.partition("/")[0]))) is not None:
                    mean[row] += self.category_shift_[i]
        return mean, trials, self.pseudo_trials_

    def _climb(self) -> _Ladder:
        levels = [(vars(self)[f"centres{level}_"], vars(self)[f"shift{level}_"]) for level in range(self.levels_)]
        self._ladder = _Ladder(levels, self.trials_)
        return self._ladder


class _Ladder:
    """All levels as one table of centres: with so few numbers a decision's time is that of the calls, not the products.

    `levels` are centres (restarts, k, d) and shifts (restarts, k, m), coarse to fine; `trials` are the finest level's.
    """

    def __init__(self, levels: Sequence[tuple[Array, Array]], trials: Array) -> None:
        self.centres = np.concatenate([centres.reshape(-1, centres.shape[2]) for centres, _ in levels])
        self.halves = (self.centres**2).sum(axis=1) / 2
        # Divided by the restarts, so that a sum over them is their mean.
        self.shift = np.concatenate([shift.reshape(-1, shift.shape[2]) / len(shift) for _, shift in levels])
        self.trials = trials.reshape(-1, trials.shape[2]) / len(trials)
        self.shapes = [centres.shape[:2] for centres, _ in levels]
        self.starts = np.cumsum([0, *(restarts * k for restarts, k in self.shapes)]).tolist()
        self.firsts = [k * np.arange(restarts) for restarts, k in self.shapes]  # of each restart, within its level

    def correction(self, low: Array) -> tuple[Array, Array]:
        """What the levels add to the models' means, and the trials behind it, (n, m) each, from vectors (n, d)."""
        # |v - c|² / 2 without |v|² / 2, which is the same for all centres.
        distance = self.halves - low @ self.centres.T
        added: Array = np.zeros(self.shift.shape[1])
        for (restarts, k), start, first in zip(self.shapes, self.starts, self.firsts, strict=False):
            level = distance[:, start : start + restarts * k].reshape(len(low), restarts, k)
            nearest = level.argmin(axis=2) + first  # (n, restarts)
            added = added + self.shift.take(start + nearest, axis=0).sum(axis=1)
        return added, self.trials.take(nearest, axis=0).sum(axis=1)


def _levels(prompts: int) -> list[int]:
    """Clusters of each level: as many rungs of the ladder as leave enough prompts in each, one at least."""
    fit = [k for k in _LADDER if prompts >= _PROMPTS_A_CLUSTER * k]
    return fit or [max(1, min(_LADDER[0], prompts // 8))]


def _nearest(low: Array, centres: Array) -> Array:
    """The nearest centre of each clustering, (restarts, n), from vectors (n, d) and centres (restarts, k, d)."""
    restarts, k, dim = centres.shape
    flat = centres.reshape(restarts * k, dim)
    distance = (flat**2).sum(axis=1) - 2 * (low @ flat.T)
    nearest: Array = distance.reshape(len(low), restarts, k).argmin(axis=2).T
    return nearest
