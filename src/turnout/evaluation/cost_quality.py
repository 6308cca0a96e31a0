"""What routing costs and saves: frontiers over the weight of price, and what is read off them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from turnout import preference as pref
from turnout.evaluation import metrics
from turnout.types import Array, OutcomeTable, Preference

__all__ = ["Foretold", "frontier", "hypervolume", "least_cost", "preference_grid", "savings", "zero_router"]

_WEIGHTS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_KEPT = (0.9, 0.95, 1.0)
_STEPS = 4  # of the preference grid, along each edge of the simplex


@dataclass(frozen=True, slots=True)
class Foretold:
    """A router's estimates of the test prompts, each prompt's from the fold that held it out: (seeds, n, m) each."""

    quality: Array
    cost_usd: Array
    latency_s: Array


def choose(preference: Preference, foretold: Foretold, measured: Array) -> Array:
    """The model of highest utility among those measured on the prompt: (seeds, n)."""
    utility = pref.utility(preference, foretold.quality, foretold.cost_usd, foretold.latency_s)
    chosen: Array = np.where(np.isfinite(measured), utility, -np.inf).argmax(axis=2)
    return chosen


def frontier(outcomes: OutcomeTable, foretold: Foretold) -> list[dict[str, float]]:
    """Mean cost and quality of the choices as the weight of price falls from 1 to 0, against accuracy alone."""
    points = []
    for weight in reversed(_WEIGHTS):
        choice = choose(Preference(price=weight, latency=0.0, accuracy=1 - weight), foretold, outcomes.quality)
        points.append(
            {
                "weight": weight,
                "cost_usd": _mean_of(outcomes.cost_usd, choice),
                "quality": _mean_of(outcomes.quality, choice),
                "top_share": float(np.mean([metrics.collapse(row) for row in choice])),
                "entropy": float(np.mean([metrics.entropy(row) for row in choice])),
            }
        )
    return points


def zero_router(single: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The hull of the single models: what random mixing reaches without a look at the prompt (Hu et al. 2024)."""
    known = [m for m in single if m["cost_usd"] is not None and m["quality"] is not None]
    if not known:
        return []
    xs, ys = metrics.hull(np.array([m["cost_usd"] for m in known]), np.array([m["quality"] for m in known]))
    return [
        {"weight": None, "cost_usd": float(x), "quality": float(y), "top_share": None, "entropy": None}
        for x, y in zip(xs, ys, strict=True)
    ]


def least_cost(points: Sequence[Mapping[str, Any]], quality: float) -> float | None:
    """The least cost at which the points' hull reaches a quality; None when it never does."""
    xs, ys = metrics.hull(np.array([p["cost_usd"] for p in points]), np.array([p["quality"] for p in points]))
    if ys[-1] < quality - 1e-12:
        return None
    return float(xs[0]) if ys[0] >= quality else float(np.interp(quality, ys, xs))


def savings(points: Sequence[Mapping[str, Any]], best: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Share of the best single model's cost that is saved while keeping a share of its quality."""
    found = []
    for kept in _KEPT:
        cost = least_cost(points, kept * best["quality"])
        saved = None if cost is None or not best["cost_usd"] else 1 - cost / best["cost_usd"]
        found.append({"quality_kept": kept, "cost_saved": saved})
    return found


def hypervolume(points: Sequence[Mapping[str, Any]], worst_cost: float) -> float:
    """Area under the hull from its cheapest point to the worst cost, over the worst cost; its floor is quality 0."""
    cost, quality = np.array([p["cost_usd"] for p in points]), np.array([p["quality"] for p in points])
    low = float(metrics.hull(cost, quality)[0][0])
    if not low < worst_cost:
        return 0.0
    return metrics.aiq(cost, quality, low, worst_cost) * (worst_cost - low) / worst_cost


def preference_grid(outcomes: OutcomeTable, name: str, foretold: Foretold) -> list[dict[str, Any]]:
    """What is chosen on a grid of weights, and how far its utility is from that of a choice that knows the outcomes.

    `within_max_usd`: share of requests that cost no more than the models' median mean cost, when that is the limit.
    """
    priced, timed = np.isfinite(outcomes.cost_usd).any(), np.isfinite(outcomes.latency_s).any()
    if not priced and not timed:
        return []
    limit = float(np.nanmedian(np.nanmean(outcomes.cost_usd, axis=0))) if priced else None
    rows = []
    for price in range(_STEPS + 1 if priced else 1):
        for latency in range(_STEPS + 1 - price if timed else 1):
            rest = _STEPS - price - latency
            wish = Preference(price=price / _STEPS, latency=latency / _STEPS, accuracy=rest / _STEPS)
            choice = choose(wish, foretold, outcomes.quality)
            gained = pref.utility(wish, outcomes.quality, outcomes.cost_usd, outcomes.latency_s)
            possible = np.where(np.isfinite(outcomes.quality), gained, -np.inf).max(axis=1)
            rows.append(
                {
                    "policy": name,
                    "price": wish.price,
                    "latency": wish.latency,
                    "accuracy": wish.accuracy,
                    "quality": _mean_of(outcomes.quality, choice),
                    "cost_usd": _mean_of(outcomes.cost_usd, choice) if priced else None,
                    "latency_s": _mean_of(outcomes.latency_s, choice) if timed else None,
                    "regret_utility": float(np.mean([possible - metrics.chosen(gained, row) for row in choice])),
                    "within_max_usd": None if limit is None else _within(outcomes, foretold, wish, limit),
                }
            )
    return rows


def _within(outcomes: OutcomeTable, foretold: Foretold, wish: Preference, limit: float) -> float | None:
    measured = np.where(foretold.cost_usd <= limit, outcomes.quality, np.nan)
    choice = choose(wish, foretold, measured)
    cost = np.concatenate([metrics.chosen(outcomes.cost_usd, row) for row in choice])
    known = cost[np.isfinite(cost)]
    return float((known <= limit).mean()) if known.size else None


def _mean_of(values: Array, choice: Array) -> float:
    """Mean over seeds and prompts of what the chosen models gave, where it was measured."""
    return float(np.nanmean([metrics.chosen(values, row) for row in choice]))
