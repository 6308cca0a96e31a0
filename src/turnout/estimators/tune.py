"""Settings chosen inside the training rows, by cross-validation among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from turnout.errors import UserError
from turnout.estimators import ESTIMATORS, Estimator, make
from turnout.estimators.base import Base
from turnout.types import Array, OutcomeTable

__all__ = ["GRIDS", "Search", "Trial", "search", "tune"]


def _grid(**values: Sequence[Any]) -> tuple[dict[str, Any], ...]:
    """Every combination, the last setting changing fastest."""
    return tuple(dict(zip(values, point, strict=True)) for point in product(*values.values()))


# At most 8 points each: with more, the best of them is more and more the luckiest.
GRIDS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "knn": _grid(k=(100, 400), beta=(0.0, 10.0), pseudo_trials=(3.0, 10.0)),
    "kmeans": _grid(k=(8, 16, 32, 64, 128)),
    "soft-kmeans": _grid(k=(32, 64, 128), soft=(0.01, 0.03)),
    "agglomerative": _grid(k=(8, 16, 32, 64, 128)),
    "density": _grid(k=(16, 32, 64, 128, 256)),
    "mixture": _grid(k=(8, 16, 32, 64)),
    "projection": _grid(weight=(0.1, 0.5, 2.0), alpha=(3.0, 30.0)),
    "logistic": _grid(alpha=(0.3, 1.0, 3.0, 10.0, 30.0)),
    "linear": _grid(alpha=(1.0, 3.0, 10.0, 30.0, 100.0)),
    "hierarchical": _grid(components=(48, 96, 192)),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One point of a grid and what it was worth on the inner folds."""

    settings: Mapping[str, Any]
    quality: float  # mean quality of the model it would have chosen
    behind: float  # the best point's quality minus this one's
    behind_se: float  # standard error of that difference, paired by group
    squared_error: float  # mean over the measured cells

    @property
    def tied(self) -> bool:
        """Within one standard error of the best."""
        return self.behind <= self.behind_se


@dataclass(frozen=True, slots=True)
class Search:
    """All points of a grid, in its order, and the one that was chosen."""

    estimator: str
    trials: tuple[Trial, ...]
    chosen: Trial
    prompts: int
    folds: int

    @property
    def reason(self) -> str:
        """Why these settings, in a sentence."""
        settings = ", ".join(f"{name}={value}" for name, value in self.chosen.settings.items())
        ties = sum(trial.tied for trial in self.trials)
        how = (
            f"the least squared error ({self.chosen.squared_error:.4f}) of {ties} within a standard error of the best"
            if ties > 1
            else "ahead of all others by more than a standard error"
        )
        return (
            f"{self.estimator}: {settings} gave {self.chosen.quality:.3f} mean quality of choice over {self.folds} "
            f"folds of {self.prompts:,} training prompts; {how}"
        )


def tune(
    name: str,
    features: Array,
    outcomes: OutcomeTable,
    *,
    groups: Array | None = None,
    folds: int = 3,
    seed: int = 0,
) -> dict[str, Any]:
    """Settings for `make(name, …)` that did best on inner folds of these rows; {} for an estimator without a grid.

    Pass training rows only: `features` (n, dim) and their outcomes; `groups` (n,) int keeps near-duplicates together.
    Too few scored prompts or groups for the folds leave the defaults, {}, as well.
    """
    found = search(name, features, outcomes, groups=groups, folds=folds, seed=seed)
    return dict(found.chosen.settings) if found else {}


def search(
    name: str,
    features: Array,
    outcomes: OutcomeTable,
    *,
    groups: Array | None = None,
    folds: int = 3,
    seed: int = 0,
) -> Search | None:
    """What `tune` does, with every point's result; None where it returns {}.

    The criterion is what a router is for, the quality of the choice. It is a coarse one: points differ on the few
    prompts where their choices differ, so many are tied within one standard error. Among those the squared error, to
    which every cell contributes, tells the better estimate from the luckier one.
    """
    if name not in ESTIMATORS:
        raise UserError(f"unknown estimator {name!r}: choose from {', '.join(ESTIMATORS)}")
    if folds < 2:
        raise UserError(f"tuning needs at least 2 folds, got {folds}")
    count = len(outcomes.prompts)
    group = np.unique(np.arange(count) if groups is None else groups, return_inverse=True)[1].reshape(-1)
    scored = np.isfinite(outcomes.quality).sum(axis=1) > 0
    if name not in GRIDS or len(np.unique(group[scored])) < 2 * folds:
        return None
    features = np.ascontiguousarray(features, dtype=np.float32)
    grid = GRIDS[name]
    chosen = np.full((len(grid), count), np.nan)
    squares, cells = np.zeros(len(grid)), 0
    for train, test in _folds(group, scored, folds, seed):
        table, quality = outcomes.take(train), outcomes.quality[test]
        known = np.isfinite(quality)
        cells += int(known.sum())
        for point, settings in enumerate(grid):
            fitted = _fit(make(name, **settings), features[train], table)
            estimated = fitted.estimate(features[test]).quality
            choice = np.where(known, estimated, -np.inf).argmax(axis=1)
            chosen[point, test] = quality[np.arange(len(test)), choice]
            squares[point] += float(((estimated - quality)[known] ** 2).sum())
    got = chosen[:, scored]
    best = int(got.mean(axis=1).argmax())
    trials = tuple(
        Trial(settings, float(own.mean()), float((got[best] - own).mean()), _error(got[best] - own, group[scored]), s)
        for settings, own, s in zip(grid, got, (squares / cells).tolist(), strict=True)
    )
    tied = [trial for trial in trials if trial.tied]
    return Search(name, trials, min(tied, key=lambda trial: trial.squared_error), int(scored.sum()), folds)


def _fit(estimator: Estimator, features: Array, outcomes: OutcomeTable) -> Estimator:
    """Fitted without its estimate of its own error, which takes as long again and changes no choice."""
    if isinstance(estimator, Base):
        estimator._fit(features, outcomes)
        return estimator
    return estimator.fit(features, outcomes)


def _folds(groups: Array, scored: Array, folds: int, seed: int) -> Iterator[tuple[Array, Array]]:
    """(train, test) rows. Groups stay together; rows without a score test nothing and always train."""
    from sklearn.model_selection import GroupKFold

    rows = np.flatnonzero(scored)
    shuffled = np.random.default_rng(seed).permutation(int(groups.max()) + 1)[groups[rows]]  # equal sizes: new order
    for _, test in GroupKFold(folds).split(rows, groups=shuffled):
        held = np.isin(groups, groups[rows[test]])
        yield np.flatnonzero(~held), rows[test]


def _error(difference: Array, groups: Array) -> float:
    """Standard error of the mean of differences (n,) whose groups are independent and its members are not."""
    sums = np.bincount(np.unique(groups, return_inverse=True)[1].reshape(-1), weights=difference - difference.mean())
    return float(np.sqrt((sums**2).sum()) / len(difference))
