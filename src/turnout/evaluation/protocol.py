"""The honest protocol: nothing removed, near-duplicates on one side, baselines always beside, paired intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from turnout.errors import DataError
from turnout.estimators import Estimator, make
from turnout.estimators.base import weighted_mean
from turnout.evaluation import metrics
from turnout.evaluation.report import Policy, Report
from turnout.evaluation.splits import group_folds, near_duplicate_groups
from turnout.types import Array, OutcomeTable

__all__ = ["honest"]

_ROUNDS = 1000  # of the bootstrap
# "category" is an estimator, but one that reads the data set's labels: a baseline here, never the router to recommend.
_BASELINES = ("constant best", "cheapest", "weakest", "random", "category-best", "category")


def honest(
    outcomes: OutcomeTable,
    features: Array,
    estimators: Sequence[str],
    *,
    folds: int = 5,
    seeds: int = 2,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Cross-validate routers that choose the model of highest estimated quality, beside what needs no router.

    Every choice, the baselines' too, is made from training rows alone. `category-best` reads the data set's labels,
    which a live prompt does not have; `oracle` reads the answers. Prompts on which no model was scored are left out.
    """
    scored = np.flatnonzero(np.isfinite(outcomes.quality).any(axis=1))
    if len(scored) < 2 * folds:
        raise DataError(f"{outcomes.name}: {len(scored)} scored prompts are too few for {folds} folds")
    outcomes, features = outcomes.take(scored), features[scored]
    groups = near_duplicate_groups(outcomes.prompts, features)
    if groups.max() + 1 < folds:
        raise DataError(f"{outcomes.name}: {groups.max() + 1} groups of near-duplicates are too few for {folds} folds")
    count = len(outcomes.prompts)
    # Without prices nobody knows the cheapest; the weakest model is then the floor.
    floor = "cheapest" if np.isfinite(outcomes.cost_usd).any() else "weakest"
    names = ["constant best", floor, "random", "category-best", *estimators, "oracle"]
    choices = {name: np.empty((seeds, count), dtype=np.intp) for name in names}
    strong_first = {name: np.full((seeds, count), np.nan) for name in estimators}
    done, total = 0, folds * seeds * len(estimators)
    for seed in range(seeds):
        for train, test in group_folds(groups, folds, seed):
            table, quality = outcomes.take(train), outcomes.quality[test]
            for name, estimated in _baselines(table, outcomes.take(test), floor, seed).items():
                choices[name][seed, test] = metrics.pick(estimated, quality)
            choices["oracle"][seed, test] = metrics.pick(np.nan_to_num(quality, nan=-1.0), quality)
            for name in estimators:
                fitted: Estimator = make(name).fit(features[train], table)
                labels = [outcomes.categories[i] for i in test] if name == "category" and outcomes.categories else None
                estimated = fitted.estimate(features[test], labels).quality
                choices[name][seed, test] = metrics.pick(estimated, quality)
                if len(outcomes.model_ids) == 2:
                    strong_first[name][seed, test] = estimated[:, 1] - estimated[:, 0]
                done += 1
                on_progress(done, total)
    return Report(
        data=outcomes.name,
        protocol="honest",
        prompts=count,
        groups=int(groups.max()) + 1,
        models=outcomes.model_ids,
        folds=folds,
        seeds=seeds,
        policies=tuple(_policies(outcomes, groups, names, choices, strong_first)),
    )


def _baselines(train: OutcomeTable, test: OutcomeTable, floor: str, seed: int) -> dict[str, Array]:
    """Estimated "quality" by which each baseline picks, from training rows alone: (n_test, n_models)."""
    shape = (len(test.prompts), len(test.model_ids))
    mean = _means(train.quality)
    by_category = np.tile(mean, (shape[0], 1))
    if train.categories is not None and test.categories is not None:
        for label in set(test.categories):
            inside = train.quality[[c == label for c in train.categories]]
            if len(inside):
                by_category[[c == label for c in test.categories]] = _means(inside)
    known_cost = np.isfinite(train.cost_usd).any(axis=0)
    cost = np.full(shape[1], np.inf)
    cost[known_cost] = np.nanmean(train.cost_usd[:, known_cost], axis=0)
    return {
        "constant best": np.broadcast_to(mean, shape),
        floor: np.broadcast_to(-cost if floor == "cheapest" else -mean, shape),
        "random": np.random.default_rng(seed).random(shape),
        "category-best": by_category,
    }


def _means(quality: Array) -> Array:
    """Each model's mean over its scored trials; a model without any is never the choice (−1)."""
    means: Array = weighted_mean(np.ones((1, len(quality))), quality).mean[0]
    return np.where(np.isfinite(means), means, -1.0)


def _policies(
    outcomes: OutcomeTable,
    groups: Array,
    names: Sequence[str],
    choices: dict[str, Array],
    strong_first: dict[str, Array],
) -> list[Policy]:
    quality = outcomes.quality
    got = {name: np.mean([metrics.chosen(quality, row) for row in choices[name]], axis=0) for name in names}
    best = got["constant best"]
    room = float(np.mean(got["oracle"] - best))
    draws = _bootstrap_weights(groups)
    both = np.isfinite(quality).all(axis=1)  # a gap between two models needs both measured
    two = len(outcomes.model_ids) == 2 and bool(both.any())
    weak, strong = (quality[both, 0], quality[both, 1]) if two else (best, best)
    if two and weak.mean() > strong.mean():
        weak, strong, strong_first = strong, weak, {n: -s for n, s in strong_first.items()}
    found = []
    for name in names:
        low, high = np.quantile(draws @ got[name], (0.025, 0.975))
        gain_low, gain_high = np.quantile(draws @ (got[name] - best), (0.025, 0.975))
        cost = np.concatenate([metrics.chosen(outcomes.cost_usd, row) for row in choices[name]])
        gain = float(np.mean(got[name] - best))
        first = strong_first.get(name)
        found.append(
            Policy(
                name=name,
                kind="bound" if name == "oracle" else "baseline" if name in _BASELINES else "router",
                quality=float(got[name].mean()),
                quality_low=float(low),
                quality_high=float(high),
                gain=gain,
                gain_low=float(gain_low),
                gain_high=float(gain_high),
                headroom=gain / room if room > 0 else None,
                regret=float(np.mean([metrics.regret(quality, row) for row in choices[name]])),
                collapse=float(np.mean([metrics.collapse(row) for row in choices[name]])),
                entropy=float(np.mean([metrics.entropy(row) for row in choices[name]])),
                cost_usd=float(np.nanmean(cost)) if np.isfinite(cost).any() else None,
                apgr=float(np.mean([metrics.apgr(weak, strong, f[both]) for f in first]))
                if two and first is not None and weak.mean() != strong.mean()
                else None,
            )
        )
    return found


def _bootstrap_weights(groups: Array) -> Array:
    """Weights (rounds, n) of prompts when groups are drawn with replacement; rows sum to 1."""
    rng = np.random.default_rng(0)
    count = int(groups.max()) + 1
    draws = rng.multinomial(count, np.full(count, 1 / count), size=_ROUNDS)[:, groups].astype(np.float64)
    weights: Array = draws / draws.sum(axis=1, keepdims=True)
    return weights
