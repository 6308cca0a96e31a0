"""A judge's win rate put right by a few human labels: prediction-powered inference, and Rogan and Gladen's way."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import stdtrit  # scipy.stats has it too, and takes a second to import

from turnout.types import Array

__all__ = ["Estimate", "human_only", "ppi", "rogan_gladen"]

_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A win rate in [0, 1] and its 95 % interval."""

    rate: float
    low: float
    high: float


def human_only(human: Array) -> Estimate:
    """The mean of n ≥ 2 labels with Student's interval: what the labels say without a judge."""
    return _estimate(float(human.mean()), float(human.var(ddof=1)) / len(human), len(human))


def ppi(human: Array, judged: Array, others: Array) -> Estimate:
    """The judge's mean over all, moved by what people say of it (Angelopoulos et al. 2023, arXiv 2301.09633).

    `human` and `judged` are scores of the same n ≥ 3 answers, `others` the judge's of N further ones from the same
    population. It is unbiased whatever the judge is like. λ, how far the judge is relied on, is the one of PPI++ (arXiv
    2311.01453) that makes the interval shortest; with a useless judge it is 0 and this is `human_only`.
    """
    n, more = len(human), len(others)
    _same_length(human, judged)
    spread = float(np.concatenate([judged, others]).var(ddof=1))
    together = float(np.cov(human, judged)[0, 1])
    trust = 0.0 if spread == 0 or not more else min(1.0, max(0.0, together / (spread * (1 + n / more))))
    rest = human - trust * judged
    rate = float(rest.mean()) + (trust * float(others.mean()) if more else 0.0)
    variance = float(rest.var(ddof=1)) / n + (trust**2 * float(others.var(ddof=1)) / more if more > 1 else 0.0)
    return _estimate(rate, variance, n)


def rogan_gladen(human: Array, judged: Array, others: Array, *, rounds: int = _ROUNDS, seed: int = 0) -> Estimate:
    """The judge's mean over all, put through its error rates turned round (Rogan and Gladen 1978).

    (apparent + specificity − 1) / (sensitivity + specificity − 1), with the rates measured where `human` is known. Ties
    need a line instead of two rates: the judge's score is regressed on the human one, which for scores of 0 and 1 is
    the same formula. A judge that does not go up where people do says nothing: [0, 1]. Interval by bootstrap.
    """
    _same_length(human, judged)
    n, m = len(human), len(others) + len(human)
    everything = np.concatenate([judged, others])
    rate = float(_turned(human[None, :], judged[None, :], everything.mean(keepdims=True))[0])
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, n, size=(rounds, n))
    apparent = rng.normal(everything.mean(), everything.std() / sqrt(m), size=rounds)
    many = _turned(human[drawn], judged[drawn], apparent)
    if np.isnan(rate) or np.isnan(many).mean() > 0.025:
        return Estimate(0.5 if np.isnan(rate) else rate, 0.0, 1.0)
    low, high = np.nanquantile(many, [0.025, 0.975])
    return Estimate(rate, min(float(low), rate), max(float(high), rate))


def _turned(human: Array, judged: Array, apparent: Array) -> Array:
    """Per row: the line judged = b + s · human, solved for the human score at `apparent`; NaN when s is not above 0."""
    centre, middle = human.mean(axis=1, keepdims=True), judged.mean(axis=1, keepdims=True)
    spread = ((human - centre) ** 2).sum(axis=1)
    together = ((human - centre) * (judged - middle)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = together / spread
        found = centre[:, 0] + (apparent - middle[:, 0]) / slope
    kept: Array = np.where(slope > 1e-6, np.clip(found, 0.0, 1.0), np.nan)
    return kept


def _estimate(rate: float, variance: float, n: int) -> Estimate:
    half = float(stdtrit(n - 1, 0.975)) * sqrt(variance)
    rate = min(1.0, max(0.0, rate))
    return Estimate(rate, max(0.0, rate - half), min(1.0, rate + half))


def _same_length(human: Array, judged: Array) -> None:
    if len(human) != len(judged) or len(human) < 3:
        raise ValueError(
            f"expected the same three or more answers labelled and judged, got {len(human)}, {len(judged)}"
        )
