"""95 % intervals of what was measured. Pure functions of numbers and arrays."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np

from turnout.types import Array

__all__ = ["bootstrap", "normal", "wilson"]


def _z(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(proportion: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a proportion over `n` trials (Wilson 1927); (0, 1) when nothing was tried.

    For a mean of scores anywhere in [0, 1] it is on the safe side: their variance is at most p(1 − p).
    """
    if not 0.0 <= proportion <= 1.0 or n < 0:
        raise ValueError(f"expected a proportion in [0, 1] and n ≥ 0, got {proportion} and {n}")
    if n == 0:
        return 0.0, 1.0
    z2 = _z(level) ** 2
    centre = (proportion + z2 / (2 * n)) / (1 + z2 / n)
    half = sqrt(z2 * (proportion * (1 - proportion) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    # At 0 and 1 the bounds are exactly the proportion; rounding must not move them past it.
    return max(0.0, min(centre - half, proportion)), min(1.0, max(centre + half, proportion))


def normal(values: Sequence[float] | Array, level: float = 0.95) -> tuple[float, float]:
    """Mean ± z standard errors, cut to [0, 1]: for many scores in [0, 1]. Fewer than two scores say nothing: (0, 1)."""
    array = np.asarray(values, dtype=float)
    if array.size < 2:
        return 0.0, 1.0
    mean = float(array.mean())
    half = _z(level) * float(array.std(ddof=1)) / sqrt(array.size)
    return max(0.0, mean - half), min(1.0, mean + half)


def bootstrap(
    values: Sequence[float] | Array,
    groups: Sequence[Hashable] | None = None,
    *,
    level: float = 0.95,
    rounds: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """Percentile bootstrap of the mean; with `groups`, whole groups are drawn (votes on one question stand together).

    Always contains the mean. Few groups that agree give a width near zero, so join it with `wilson` when they are few.
    """
    array = np.asarray(values, dtype=float)
    if array.size == 0:
        return 0.0, 1.0
    labels = list(range(array.size)) if groups is None else list(groups)
    if len(labels) != array.size:
        raise ValueError(f"{len(labels)} groups for {array.size} values")
    number = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    index = np.array([number[label] for label in labels])
    sums = np.bincount(index, weights=array)  # per group: the mean of a resample needs no more than sums and sizes
    sizes = np.bincount(index)
    draws = np.random.default_rng(seed).integers(0, len(sums), size=(rounds, len(sums)))
    means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    low, high = np.quantile(means, [0.5 - level / 2, 0.5 + level / 2])
    mean = float(array.mean())
    return min(float(low), mean), max(float(high), mean)
