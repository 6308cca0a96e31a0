"""What matters, applied last: limits → Pareto front → utility on fixed scales. Pure functions of arrays.

The utility of a model is a weighted mean of three criteria in [0, 1]: accuracy as estimated, and price and latency on
logarithmic scales whose ends never move. A criterion therefore depends on the model alone, so that adding or removing
a model never reorders the others. An unmeasured price or latency counts as the bad end of its scale (and is shown as
unmeasured); a limit on something unmeasured is not met.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from turnout.errors import InvalidPreference
from turnout.types import Array, Preference

__all__ = [
    "LATENCY_ENDS_S",
    "LEVELS",
    "PRESETS",
    "PRICE_ENDS_USD",
    "Criteria",
    "criteria",
    "limits_met",
    "pareto_front",
    "parse_weight",
    "prefer",
    "rank",
    "utility",
]

PRICE_ENDS_USD = (1e-6, 1.0)  # per request: a millionth of a dollar is as good as free, a dollar is as dear as it gets
LATENCY_ENDS_S = (0.1, 100.0)
_GOOD, _BAD = np.array([[math.log(end) for end in ends] for ends in (PRICE_ENDS_USD, LATENCY_ENDS_S)]).T
_SPAN = _BAD - _GOOD

LEVELS = {"low": 0.25, "medium": 0.5, "high": 1.0}
PRESETS = {
    "balanced": Preference(price=0.25, latency=0.25, accuracy=0.5),
    "cheapest": Preference(price=1.0, latency=0.0, accuracy=0.0),
    "fastest": Preference(price=0.0, latency=1.0, accuracy=0.0),
    "best": Preference(price=0.0, latency=0.0, accuracy=1.0),
}


def parse_weight(name: str, text: str | float) -> float:
    """A weight as a number ≥ 0 or one of low, medium, high."""
    if isinstance(text, str) and text.strip().lower() in LEVELS:
        return LEVELS[text.strip().lower()]
    try:
        value = float(text)
    except ValueError:
        raise InvalidPreference(
            f"{name} weight {text!r} is neither a number ≥ 0 nor one of {', '.join(LEVELS)}"
        ) from None
    if not math.isfinite(value) or value < 0:
        raise InvalidPreference(f"{name} weight must be a finite number ≥ 0, got {text}")
    return value


def prefer(
    preset: str = "balanced",
    *,
    price: str | float | None = None,
    latency: str | float | None = None,
    accuracy: str | float | None = None,
    max_usd: float | None = None,
    max_seconds: float | None = None,
    min_quality: float | None = None,
) -> Preference:
    """A checked preference: a preset, any weight that replaces the preset's, and limits."""
    if preset not in PRESETS:
        raise InvalidPreference(f"unknown preference {preset!r}: choose one of {', '.join(PRESETS)}")
    base = PRESETS[preset]
    weights = {
        name: getattr(base, name) if given is None else parse_weight(name, given)
        for name, given in (("price", price), ("latency", latency), ("accuracy", accuracy))
    }
    if not any(weights.values()):
        raise InvalidPreference("at least one of the weights price, latency, accuracy must be above 0")
    for name, limit in (("max-usd", max_usd), ("max-seconds", max_seconds)):
        if limit is not None and not (math.isfinite(limit) and limit > 0):
            raise InvalidPreference(f"{name} must be a finite number above 0, got {limit}")
    if min_quality is not None and not 0 <= min_quality <= 1:
        raise InvalidPreference(f"min-quality must lie between 0 and 1, got {min_quality}")
    return replace(base, **weights, max_usd=max_usd, max_seconds=max_seconds, min_quality=min_quality)


@dataclass(frozen=True, slots=True)
class Criteria:
    """Three arrays of one shape in [0, 1], larger is better."""

    price: Array
    latency: Array
    accuracy: Array


def criteria(quality: Array, cost_usd: Array, latency_s: Array) -> Criteria:
    """The three criteria of each model; NaN (unmeasured) gives 0."""
    # All three as one array: of a handful of models each step costs its call, whatever it works on.
    values = np.array([cost_usd, latency_s, quality], dtype=np.float64)
    with np.errstate(divide="ignore"):
        logs = np.log(values[:2])
    values[:2] = ((_BAD - logs.T) / _SPAN).T
    # Of a number and NaN `fmax` takes the number.
    price, latency, accuracy = np.minimum(np.fmax(values, 0.0), 1.0)
    return Criteria(price, latency, accuracy)


def utility(preference: Preference, quality: Array, cost_usd: Array, latency_s: Array) -> Array:
    """Weighted mean of the criteria, in [0, 1], same shape as the inputs."""
    c = criteria(quality, cost_usd, latency_s)
    total = preference.price + preference.latency + preference.accuracy
    # Normalised first: huge or tiny weights must not overflow or vanish.
    mixed: Array = (
        (preference.price / total) * c.price
        + (preference.latency / total) * c.latency
        + (preference.accuracy / total) * c.accuracy
    )
    return mixed


def limits_met(preference: Preference, quality_low: Array, cost_usd: Array, latency_s: Array) -> dict[str, Array]:
    """For each limit that is set, which models meet it. Keys: price, latency, quality. NaN never meets a limit."""
    met: dict[str, Array] = {}
    if preference.max_usd is not None:
        met["price"] = np.asarray(cost_usd) <= preference.max_usd
    if preference.max_seconds is not None:
        met["latency"] = np.asarray(latency_s) <= preference.max_seconds
    if preference.min_quality is not None:
        met["quality"] = np.asarray(quality_low) >= preference.min_quality
    return met


def _losses(quality: Array, cost_usd: Array, latency_s: Array) -> Array:
    """What to avoid of each of n models, (3, n): negative quality, cost, latency. Unmeasured is worst (infinite)."""
    return np.fmin(np.array([np.negative(quality), cost_usd, latency_s], dtype=np.float64), np.inf)


def pareto_front(quality: Array, cost_usd: Array, latency_s: Array) -> Array:
    """Which of n models no other beats in one of the three and equals in the rest: (n,) bool. Unmeasured is worst."""
    losses = _losses(quality, cost_usd, latency_s)
    no_worse = (losses[:, :, None] <= losses[:, None, :]).all(axis=0)  # [i, j]: i is nowhere worse than j
    return np.logical_not((no_worse & ~no_worse.T).any(axis=0))


def rank(
    preference: Preference,
    ids: Sequence[str],
    quality: Array,
    cost_usd: Array,
    latency_s: Array,
    *,
    fits: Array | None = None,
) -> list[int]:
    """Indices from best to worst fit. Ties go to the cheaper, then better, then faster model, then by name.

    `fits` is the `utility` of the same arrays, for who has it already. Utilities are compared to 12 digits, so that
    rounding cannot decide.
    """
    if fits is None:
        fits = utility(preference, quality, cost_usd, latency_s)
    worse, dear, slow = _losses(quality, cost_usd, latency_s).tolist()
    keys = list(zip((-fits.round(12)).tolist(), dear, worse, slow, ids, strict=True))
    return sorted(range(len(keys)), key=keys.__getitem__)
