"""Which answers to pay for when labels are few: which prompts to ask, and which models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from turnout.errors import UserError
from turnout.types import Array

__all__ = ["Labelled", "eliminate", "medoids", "rounds"]

_FINALISTS = 3
_NARROWING = 0.45  # share of the budget that finds the finalists


@dataclass(frozen=True, slots=True)
class Labelled:
    """What was asked. `rows` are those on which every finalist answered."""

    quality: Array  # (n_prompts, n_models); NaN = not asked, or unscored
    finalists: tuple[int, ...]  # columns
    rows: Array
    asked: int  # cells paid for


def medoids(features: Array, count: int, seed: int = 0) -> Array:
    """Rows nearest to the centres of `count` clusters of the prompts; distinct, the largest cluster first."""
    from sklearn.cluster import MiniBatchKMeans

    distinct = len(np.unique(features, axis=0))
    run = MiniBatchKMeans(min(count, distinct), n_init=1, batch_size=1024, max_iter=30, random_state=seed)
    found = run.fit(features)
    size = np.bincount(found.labels_, minlength=len(found.cluster_centers_))
    distance = found.transform(features)
    free = np.ones(len(features), dtype=bool)
    rows = []
    for centre in np.argsort(-size, kind="stable"):
        row = int(np.argmin(np.where(free, distance[:, centre], np.inf)))
        rows.append(row)
        free[row] = False
    return np.array(rows, dtype=np.intp)


def rounds(models: int, finalists: int = _FINALISTS) -> tuple[int, ...]:
    """How many models each round still asks: half as many each time down to five, then one fewer, to `finalists`."""
    finalists = min(models, finalists)
    counts = [models]
    while counts[-1] > finalists:
        last = counts[-1]
        counts.append(max(finalists, -(-last // 2) if last > 5 else last - 1))
    return tuple(counts)


def eliminate(
    ask: Callable[[Array, Array], Array],
    prompts: int,
    models: int,
    budget: int,
    *,
    finalists: int = _FINALISTS,
    seed: int = 0,
) -> Labelled:
    """Spend `budget` single evaluations where they decide: all models at first, soon only those that lead.

    `ask(rows, columns)` gives the quality of these models on these prompts, (len(rows), len(columns)), NaN = unscored.
    Each round asks new prompts, drawn at random; between rounds the models of lowest mean leave. The rounds before the
    last share 45 % of the budget in equal parts (successive halving: Karnin et al. 2013, with a smaller last cut).
    Raises `UserError` for a budget that does not give every model two prompts in the first round.
    """
    plan = rounds(models, finalists)
    early = budget * _NARROWING / max(1, len(plan) - 1)
    order = np.random.default_rng(seed).permutation(prompts)
    quality = np.full((prompts, models), np.nan)
    left, used, asked = np.arange(models), 0, 0
    for turn, count in enumerate(plan):
        if count < len(left):
            with np.errstate(invalid="ignore"):
                known = np.isfinite(quality[order[:used]][:, left])
                mean = np.nansum(quality[order[:used]][:, left], axis=0) / np.maximum(known.sum(axis=0), 1)
            left = np.sort(left[np.argsort(-mean, kind="stable")[:count]])
        share = budget - asked if turn == len(plan) - 1 else early
        new = min(int(share // count), prompts - used)
        if turn == 0 and new < 2:
            raise UserError(f"{budget} labels are too few for {models} models: at least {_least(plan)} are needed")
        rows = order[used : used + new]
        quality[np.ix_(rows, left)] = ask(rows, left)
        used, asked = used + new, asked + new * count
    return Labelled(quality, tuple(int(m) for m in left), order[:used], asked)


def _least(plan: tuple[int, ...]) -> int:
    return 2 * plan[0] if len(plan) == 1 else int(np.ceil(2 * plan[0] * (len(plan) - 1) / _NARROWING))
