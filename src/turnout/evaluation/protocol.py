"""The honest protocol: nothing removed, near-duplicates on one side, baselines always beside, paired intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import numpy as np

from turnout.encoders.protocol import Encoder
from turnout.errors import DataError, UserError
from turnout.estimators import Estimator, make
from turnout.evaluation import metrics, trust
from turnout.evaluation.cost_quality import Foretold
from turnout.evaluation.policies import Measured, measure
from turnout.evaluation.report import Report
from turnout.evaluation.splits import group_folds, grouped
from turnout.spaces import SpaceVectors
from turnout.types import Array, OutcomeTable

__all__ = ["honest"]

_PERTURBED = 300  # prompts on which steadiness is measured


@dataclass
class _Run:
    """What is collected fold by fold: choices (seeds, n) by policy, estimates (3, seeds, n, m) by router."""

    choices: dict[str, Array]
    estimates: dict[str, Array]
    flipped: dict[str, dict[str, list[bool]]] = field(default_factory=dict)
    speeds: dict[str, dict[str, Any]] = field(default_factory=dict)


def honest(
    outcomes: OutcomeTable,
    features: Array,
    estimators: Sequence[str],
    *,
    folds: int = 5,
    seeds: int = 2,
    labels: int | None = None,
    tune: bool = False,
    encoder: Encoder | None = None,
    space: SpaceVectors | None = None,
    alike: Array | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Cross-validate routers that choose the model of highest estimated quality, beside what needs no router.

    Every choice, the baselines' too, is made from training rows alone. `category-best` reads the data set's labels,
    which a live prompt does not have; `oracle` reads the answers. Prompts on which no model was scored are left out.
    `labels` keeps that many training prompts of each fold; `tune` chooses settings inside the training rows. `alike`:
    as in `splits.grouped`. `space` says where the features come from: prompts without a vector there are left out, and
    what it needs before routing is charged to every router. With the `encoder` of the prompts, steadiness and encoding
    time are measured too.
    """
    _check(outcomes, estimators, labels)
    if space is not None and not space.usable.all() and space.space != "task":  # there, the prompt's vector stands in
        rows = np.flatnonzero(space.usable)
        outcomes, features, space = outcomes.take(rows), features[rows], space.take(rows)
        alike = None if alike is None else alike[rows]
    data = grouped(outcomes, features, folds, alike=alike)
    outcomes, features, groups = data.outcomes, data.features, data.groups
    # A router in this space pays for its vector before it pays for the answer.
    paid = outcomes if space is None else _charged(outcomes, space.take(data.rows))
    count, models = outcomes.quality.shape
    # Without prices nobody knows the cheapest; the weakest model is then the floor.
    floor = "cheapest" if np.isfinite(outcomes.cost_usd).any() else "weakest"
    names = ["constant best", floor, "random", "category-best", *estimators, "oracle"]
    run = _Run(
        {name: np.empty((seeds, count), dtype=np.intp) for name in names},
        {name: np.full((3, seeds, count, models), np.nan) for name in estimators},
    )
    name_of_space = "prompt" if space is None else space.space
    changed = _perturbed(outcomes, encoder) if encoder is not None and name_of_space == "prompt" else {}
    fold_of = np.empty((seeds, count), dtype=np.intp)
    done, total = 0, folds * seeds * len(estimators)
    for seed in range(seeds):
        for fold, (train, test) in enumerate(group_folds(groups, folds, seed)):
            fold_of[seed, test] = fold
            if labels is not None:
                train = np.sort(np.random.default_rng(seed).permutation(train)[:labels])
            table, quality = paid.take(train), outcomes.quality[test]
            for name, estimated in _baselines(outcomes.take(train), outcomes.take(test), floor, seed).items():
                run.choices[name][seed, test] = metrics.pick(estimated, quality)
            run.choices["oracle"][seed, test] = metrics.pick(np.nan_to_num(quality, nan=-1.0), quality)
            for name in estimators:
                fitted = _fit(name, features[train], table, groups[train], tune)
                known = [outcomes.categories[i] for i in test] if name == "category" and outcomes.categories else None
                found = fitted.estimate(features[test], known)
                run.estimates[name][:, seed, test] = found.quality, found.cost_usd, found.latency_s
                run.choices[name][seed, test] = metrics.pick(found.quality, quality)
                if seed == 0:
                    _note_flips(run, name, fitted, features, test, changed)
                    if name not in run.speeds:
                        run.speeds[name] = trust.speed(fitted, features[test])
                done += 1
                on_progress(done, total)
    measured = Measured(
        outcomes, paid, groups, fold_of, run.choices, {name: Foretold(*found) for name, found in run.estimates.items()}
    )
    policies, sections = measure(measured)
    encoding = None if encoder is None else trust.encoding_ms(encoder, outcomes.prompts)
    speeds = {name: {**found, "encode_p50_ms": encoding} for name, found in run.speeds.items()}
    steady = {name: trust.flip_rate({k: np.array(v) for k, v in by.items()}) for name, by in run.flipped.items()}
    return Report(
        data=outcomes.name,
        protocol="honest",
        prompts=count,
        groups=int(groups.max()) + 1,
        models=outcomes.model_ids,
        folds=folds,
        seeds=seeds,
        labels=labels,
        tuned=tune,
        encoder=encoder.name if encoder is not None else space.encoder if space is not None else "",
        space=name_of_space,
        upper_bound=space is not None and space.upper_bound,
        policies=policies,
        sections={**sections, "stability": steady, "speed": speeds},
    )


def _check(outcomes: OutcomeTable, estimators: Sequence[str], labels: int | None) -> None:
    twice = next((name for name in estimators if list(estimators).count(name) > 1), None)
    if twice:
        raise UserError(f"the estimator {twice} is named twice")
    for name in estimators:
        make(name)  # an unknown name is refused before anything is fitted
    if labels is not None and labels < 2:
        raise UserError(f"{labels} labelled prompts are too few to learn from")
    if len(outcomes.model_ids) < 2:
        raise DataError(f"{outcomes.name}: there is nothing to choose between, its only model is {outcomes.model_ids}")


def _charged(outcomes: OutcomeTable, space: SpaceVectors) -> OutcomeTable:
    """The same outcomes at the cost and latency of getting the vector and the answer; NaN where a bill is unknown."""
    return replace(
        outcomes,
        cost_usd=outcomes.cost_usd + space.charged_usd[:, None],
        latency_s=outcomes.latency_s + space.charged_s[:, None],
    )


def _fit(name: str, features: Array, table: OutcomeTable, groups: Array, tune: bool) -> Estimator:
    settings: dict[str, Any] = {}
    if tune:
        from turnout.estimators.tune import tune as tuned

        settings = tuned(name, features, table, groups=groups)
    return make(name, **settings).fit(features, table)


def _perturbed(outcomes: OutcomeTable, encoder: Encoder) -> dict[str, dict[int, Array]]:
    """Vectors of changed prompts, by perturbation and row."""
    rows = np.sort(np.random.default_rng(7).permutation(len(outcomes.prompts))[:_PERTURBED])
    found = {}
    for name, change in trust.PERTURBATIONS.items():
        texts = [change(outcomes.prompts[i], Random(int(i))) for i in rows]  # noqa: S311 -- reproducible, not secret
        found[name] = dict(zip(rows.tolist(), encoder.encode(texts), strict=True))
    return found


def _note_flips(
    run: _Run, name: str, fitted: Estimator, features: Array, test: Array, changed: Mapping[str, Mapping[int, Array]]
) -> None:
    for kind, vectors in changed.items():
        rows = [i for i in test.tolist() if i in vectors]
        if rows:
            before = fitted.estimate(features[rows]).quality.argmax(axis=1)
            after = fitted.estimate(np.stack([vectors[i] for i in rows])).quality.argmax(axis=1)
            run.flipped.setdefault(name, {}).setdefault(kind, []).extend((before != after).tolist())


def _baselines(train: OutcomeTable, test: OutcomeTable, floor: str, seed: int) -> dict[str, Array]:
    """Estimated "quality" by which each baseline picks, from training rows alone: (n_test, n_models)."""
    shape = (len(test.prompts), len(test.model_ids))
    mean = metrics.means(train.quality)
    by_category = np.tile(mean, (shape[0], 1))
    if train.categories is not None and test.categories is not None:
        for label in set(test.categories):
            inside = train.quality[[c == label for c in train.categories]]
            if len(inside):
                by_category[[c == label for c in test.categories]] = metrics.means(inside)
    known_cost = np.isfinite(train.cost_usd).any(axis=0)
    cost = np.full(shape[1], np.inf)
    cost[known_cost] = np.nanmean(train.cost_usd[:, known_cost], axis=0)
    return {
        "constant best": np.broadcast_to(mean, shape),
        floor: np.broadcast_to(-cost if floor == "cheapest" else -mean, shape),
        "random": np.random.default_rng(seed).random(shape),
        "category-best": by_category,
    }
