"""Intervals by drawing groups of near-duplicate prompts with replacement."""

from __future__ import annotations

import numpy as np

from turnout.types import Array

__all__ = ["group_weights", "interval"]

_ROUNDS = 1000


def group_weights(groups: Array) -> Array:
    """Weights (rounds, n) of prompts when their groups are drawn with replacement; rows sum to 1."""
    count = int(groups.max()) + 1
    draws = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), size=_ROUNDS)
    weights = draws[:, groups].astype(np.float64)
    scaled: Array = weights / weights.sum(axis=1, keepdims=True)
    return scaled


def interval(draws: Array) -> tuple[float, float]:
    """The middle 95 % of bootstrap draws."""
    low, high = np.quantile(draws, (0.025, 0.975))
    return float(low), float(high)
