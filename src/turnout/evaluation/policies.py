"""Figures of every policy, from what it chose and what its estimates were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from turnout.evaluation import cost_quality, metrics, trust
from turnout.evaluation.bootstrap import group_weights, interval
from turnout.evaluation.cost_quality import Foretold
from turnout.evaluation.report import Policy
from turnout.types import Array, OutcomeTable

__all__ = ["Measured", "measure"]

# "category" is an estimator, but one that reads the data set's labels: a baseline here, never the router to recommend.
_BASELINES = ("constant best", "cheapest", "weakest", "random", "category-best", "category")
_ZERO = "zero router"
_CURVE = 41  # points of a PGR curve
_DRAWS = 200  # of the APGR's interval


@dataclass(frozen=True, slots=True)
class Measured:
    """What a cross-validation collected: choices (seeds, n) by policy, estimates by router, folds (seeds, n).

    `paid` are the outcomes with what a router pays for its vector; equal to `outcomes` in the prompt space.
    """

    outcomes: OutcomeTable
    paid: OutcomeTable
    groups: Array
    folds: Array
    choices: Mapping[str, Array]
    foretold: Mapping[str, Foretold]


def measure(run: Measured) -> tuple[tuple[Policy, ...], dict[str, Any]]:
    """Every policy's figures, and the sections of the report that are more than one number a policy."""
    outcomes, draws = run.outcomes, group_weights(run.groups)
    single = _single_models(outcomes, draws)
    frontiers = _frontiers(run, single)
    two = _two_models(run)
    policies = _policies(run, draws, single, frontiers, two)
    best = max((m for m in single if m["quality"] is not None), key=lambda m: m["quality"])
    return policies, {
        "single_models": single,
        "shares": {
            name: dict(zip(outcomes.model_ids, _shares(choice, len(outcomes.model_ids)), strict=True))
            for name, choice in run.choices.items()
        },
        "frontiers": frontiers,
        "savings": {name: cost_quality.savings(points, best) for name, points in frontiers.items()},
        "pgr": {name: found["curve"] for name, found in two.items()},
        "calibration": {
            name: trust.calibration(own.quality[0], outcomes.quality) for name, own in run.foretold.items()
        },
        "preference": [
            row for name, own in run.foretold.items() for row in cost_quality.preference_grid(run.paid, name, own)
        ],
        "monotone": {name: _monotone(points) for name, points in frontiers.items() if name != _ZERO},
    }


def _single_models(outcomes: OutcomeTable, draws: Array) -> list[dict[str, Any]]:
    rows = []
    for j, model in enumerate(outcomes.model_ids):
        quality = outcomes.quality[:, j]
        known = np.isfinite(quality)
        low, high = (None, None)
        if known.any():
            mass = draws[:, known]
            low, high = interval(mass @ quality[known] / np.maximum(mass.sum(axis=1), 1e-12))
        rows.append(
            {
                "model": model,
                "quality": _mean(quality),
                "low": low,
                "high": high,
                "cost_usd": _mean(outcomes.cost_usd[:, j]),
                "latency_s": _mean(outcomes.latency_s[:, j]),
                "trials": int(known.sum()),
            }
        )
    return rows


def _frontiers(run: Measured, single: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    hull = cost_quality.zero_router(single)
    if not hull:
        return {}
    if not np.isfinite(run.paid.cost_usd).any():  # what the space needs before routing has no known price
        return {_ZERO: hull}
    return {_ZERO: hull, **{name: cost_quality.frontier(run.paid, own) for name, own in run.foretold.items()}}


def _monotone(points: list[dict[str, Any]]) -> bool:
    """Whether more weight on price never chose a dearer mix, to a thousandth."""
    cost = np.array([p["cost_usd"] for p in points])  # the weight falls along the list
    return bool((np.diff(cost) >= -1e-3 * cost[:-1]).all())


def _two_models(run: Measured) -> dict[str, dict[str, Any]]:
    """Per router of two models: APGR with its interval, calls to the strong model for half and 80 % of the gap.

    Each fold has a router of its own, whose scores rank that fold's prompts only; figures are means over the folds.
    """
    quality = run.outcomes.quality
    both = np.isfinite(quality).all(axis=1)  # a gap between two models needs both measured
    if quality.shape[1] != 2 or not both.any() or quality[both, 0].mean() == quality[both, 1].mean():
        return {}
    weak, strong = (0, 1) if quality[both, 0].mean() < quality[both, 1].mean() else (1, 0)
    rows, groups, folds = quality[both], run.groups[both], run.folds[:, both]
    found = {}
    for name, own in run.foretold.items():
        scores = own.quality[:, both, strong] - own.quality[:, both, weak]

        def value(which: Array, scores: Array = scores) -> float:
            found = []
            for own, fold in zip(scores, folds, strict=True):
                for part in (which[fold[which] == f] for f in range(fold.max() + 1)):
                    found.append(metrics.apgr(rows[part, weak], rows[part, strong], own[part]))
            known = [each for each in found if np.isfinite(each)]  # a fold in which both are equally good has no gap
            return float(np.mean(known)) if known else float("nan")

        whole = value(np.arange(len(rows)))
        if not np.isfinite(whole):
            continue
        drawn = np.array([value(which) for which in _drawn(groups)])
        low, high = interval(drawn[np.isfinite(drawn)])  # a draw in which both are equally good has no gap
        curves = [
            metrics.pgr(rows[fold == f, weak], rows[fold == f, strong], own[fold == f])
            for own, fold in zip(scores, folds, strict=True)
            for f in range(fold.max() + 1)
        ]
        share = np.linspace(0, 1, _CURVE)
        recovered = np.mean([np.interp(share, x, y) for x, y in curves], axis=0)
        found[name] = {
            "apgr": whole,
            "apgr_low": low,
            "apgr_high": high,
            "cpt50": float(np.mean([metrics.cpt(x, y, 0.5) for x, y in curves])),
            "cpt80": float(np.mean([metrics.cpt(x, y, 0.8) for x, y in curves])),
            "curve": [{"strong_share": float(x), "pgr": float(y)} for x, y in zip(share, recovered, strict=True)],
        }
    return found


def _drawn(groups: Array) -> list[Array]:
    """Rows of prompts whose groups were drawn with replacement."""
    rng = np.random.default_rng(0)
    labels = np.unique(groups, return_inverse=True)[1]
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(labels.max() + 2))
    parts = [order[starts[g] : starts[g + 1]] for g in range(labels.max() + 1)]
    return [np.concatenate([parts[g] for g in rng.integers(0, len(parts), len(parts))]) for _ in range(_DRAWS)]


def _policies(
    run: Measured,
    draws: Array,
    single: list[dict[str, Any]],
    frontiers: Mapping[str, list[dict[str, Any]]],
    two: Mapping[str, Mapping[str, Any]],
) -> tuple[Policy, ...]:
    outcomes, quality = run.outcomes, run.outcomes.quality
    got = {n: np.mean([metrics.chosen(quality, row) for row in c], axis=0) for n, c in run.choices.items()}
    best = got["constant best"]
    room = float(np.mean(got["oracle"] - best))
    cheapest_best = _labels(outcomes)
    dearest = max((m["cost_usd"] for m in single if m["cost_usd"] is not None), default=None)
    # AIQ needs a range of costs in which every system has a point.
    low = max((min(p["cost_usd"] for p in points) for points in frontiers.values()), default=0.0)
    winner = max((m for m in single if m["quality"] is not None), key=lambda m: m["quality"])
    found = []
    for name, choice in run.choices.items():
        gain = float(np.mean(got[name] - best))
        bill = run.paid if name in run.foretold else outcomes
        cost, seconds = (
            np.concatenate([metrics.chosen(v, row) for row in choice]) for v in (bill.cost_usd, bill.latency_s)
        )
        points = frontiers.get(name)
        reached = cost_quality.least_cost(points, winner["quality"]) if points and winner["cost_usd"] else None
        ratio = reached / winner["cost_usd"] if reached is not None else None
        quality_low, quality_high = interval(draws @ got[name])
        gain_low, gain_high = interval(draws @ (got[name] - best))
        gap = two.get(name, {})
        found.append(
            Policy(
                name=name,
                kind="bound" if name == "oracle" else "baseline" if name in _BASELINES else "router",
                quality=float(got[name].mean()),
                quality_low=quality_low,
                quality_high=quality_high,
                gain=gain,
                gain_low=gain_low,
                gain_high=gain_high,
                headroom=gain / room if room > 0 else None,
                regret=float(np.mean([metrics.regret(quality, row) for row in choice])),
                collapse=float(np.mean([metrics.collapse(row) for row in choice])),
                entropy=float(np.mean([metrics.entropy(row) for row in choice])),
                cost_usd=_mean(cost),
                latency_s=_mean(seconds),
                any_correct=float(np.mean([metrics.chosen(quality, row) >= 1 for row in choice])),
                label_accuracy=None if cheapest_best is None else float((choice == cheapest_best).mean()),
                apgr=gap.get("apgr"),
                apgr_low=gap.get("apgr_low"),
                apgr_high=gap.get("apgr_high"),
                cpt50=gap.get("cpt50"),
                cpt80=gap.get("cpt80"),
                aiq=_aiq(points, low, dearest),
                hypervolume=None if not points or dearest is None else cost_quality.hypervolume(points, dearest),
                cost_save=None if ratio is None else 1 - ratio,
                qnc=ratio,
            )
        )
    return tuple(found)


def _aiq(points: list[dict[str, Any]] | None, low: float, high: float | None) -> float | None:
    if not points or high is None or not low < high:
        return None
    return metrics.aiq(np.array([p["cost_usd"] for p in points]), np.array([p["quality"] for p in points]), low, high)


def _labels(outcomes: OutcomeTable) -> Array | None:
    """The cheapest of the best models of each prompt, (n,); None without costs."""
    if not np.isfinite(outcomes.cost_usd).any():
        return None
    top = outcomes.quality == np.nanmax(outcomes.quality, axis=1, keepdims=True)
    cost = np.where(np.isfinite(outcomes.cost_usd), outcomes.cost_usd, np.inf)
    labels: Array = np.where(top, cost, np.inf).argmin(axis=1)
    return labels


def _shares(choice: Array, models: int) -> list[float]:
    share: list[float] = (np.bincount(choice.ravel(), minlength=models) / choice.size).tolist()
    return share


def _mean(values: Array) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else None
