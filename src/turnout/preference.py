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


def _log_scale(values: Array, ends: tuple[float, float]) -> Array:
    good, bad = math.log(ends[0]), math.log(ends[1])
    with np.errstate(divide="ignore"):
        scaled = (bad - np.log(np.asarray(values, dtype=np.float64))) / (bad - good)
    clipped: Array = np.clip(np.nan_to_num(scaled, nan=0.0), 0.0, 1.0)
    return clipped


def criteria(quality: Array, cost_usd: Array, latency_s: Array) -> Criteria:
    """The three criteria of each model; NaN (unmeasured) gives 0."""
    return Criteria(
        price=_log_scale(cost_usd, PRICE_ENDS_USD),
        latency=_log_scale(latency_s, LATENCY_ENDS_S),
        accuracy=np.clip(np.nan_to_num(np.asarray(quality, dtype=np.float64), nan=0.0), 0.0, 1.0),
    )


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


def pareto_front(quality: Array, cost_usd: Array, latency_s: Array) -> Array:
    """Which of n models no other beats in one of the three and equals in the rest: (n,) bool. Unmeasured is worst."""
    points = np.column_stack(
        [
            np.nan_to_num(quality, nan=-np.inf),
            -np.nan_to_num(cost_usd, nan=np.inf, posinf=np.inf),
            -np.nan_to_num(latency_s, nan=np.inf, posinf=np.inf),
        ]
    )
    no_worse = (points[:, None, :] >= points[None, :, :]).all(axis=2)  # [i, j]: i is nowhere worse than j
    better = (points[:, None, :] > points[None, :, :]).any(axis=2)
    return np.logical_not((no_worse & better).any(axis=0))


def rank(preference: Preference, ids: Sequence[str], quality: Array, cost_usd: Array, latency_s: Array) -> list[int]:
    """Indices from best to worst fit. Ties go to the cheaper, then better, then faster model, then by name.

    Utilities are compared to 12 digits, so that rounding cannot decide.
    """
    fits = np.round(utility(preference, quality, cost_usd, latency_s), 12)
    cost = np.nan_to_num(cost_usd, nan=np.inf, posinf=np.inf)
    seconds = np.nan_to_num(latency_s, nan=np.inf, posinf=np.inf)
    good = np.nan_to_num(quality, nan=-np.inf)
    return sorted(range(len(ids)), key=lambda i: (-fits[i], cost[i], -good[i], seconds[i], ids[i]))
