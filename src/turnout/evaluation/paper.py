"""The source paper's protocol, kept so that its tables can be drawn again, and what its headline is to be held against.

Prompts on which no model is right are removed; the rest is split at random; the label of a prompt is its cheapest right
model; a router picks a label by kNN vote or from the nearest medoid (`turnout.estimators.vote`, `.medoid`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from turnout.errors import DataError, UserError
from turnout.estimators import make
from turnout.estimators.medoid import Medoids
from turnout.estimators.vote import LabelVote
from turnout.evaluation.metrics import collapse, pick
from turnout.evaluation.paper_report import Constant, Curve, PaperReport, Point
from turnout.evaluation.price_order import labels, price_order
from turnout.spaces import SpaceVectors
from turnout.types import Array, OutcomeTable

__all__ = ["CLUSTERS", "NEIGHBOURS", "paper"]

NEIGHBOURS = (1, 3, 5, 10, 20, 40, 80, 160)
CLUSTERS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_NAMES = {"knn": ("knn-vote", "k"), "kmeans": ("kmeans-medoid", "N")}
_ROUNDS = 1000  # of the bootstrap
_FEWEST = 10  # prompts

_Progress = Callable[[int, int], None]


class _Hits:
    """Was the chosen model right, and was it the label: (seeds, n) each, NaN = not a test row, or not run there."""

    def __init__(self, seeds: int, count: int) -> None:
        self.right = np.full((seeds, count), np.nan)
        self.label = np.full((seeds, count), np.nan)
        self.top_shares: list[float] = []

    def record(self, seed: int, rows: Array, choice: Array, right: Array, label: Array) -> None:
        self.right[seed, rows] = right[rows, choice]
        self.label[seed, rows] = np.where(np.isfinite(right[rows, choice]), choice == label[rows], np.nan)
        self.top_shares.append(collapse(choice))


def paper(
    outcomes: OutcomeTable,
    vectors: Mapping[str, SpaceVectors],
    *,
    estimators: Sequence[str] = ("knn", "kmeans"),
    train_share: float = 0.8,
    seeds: int = 3,
    neighbours: Sequence[int] = NEIGHBOURS,
    clusters: Sequence[int] = CLUSTERS,
    prices: Mapping[str, float] | None = None,
    right_at: float = 1.0,
    reference: str | None = "knn",
    on_progress: _Progress = lambda done, total: None,
) -> PaperReport:
    """Accuracy of the paper's routers in each space of `vectors` (by name, rows as in `outcomes`), over k and N.

    Right is a quality of at least `right_at`; where scores are graded and that is below 1, the label is the cheapest of
    the best, as in RouterBench's own column. `prices` serve where `outcomes` has no costs (see `price_order`). Splits
    are random, one per seed: near-duplicates may be on both sides, as in the paper. A space's unusable rows are left
    out of its curves; a prompt on which the chosen model was not run counts for no policy that chose it. `reference` is
    an estimator of quality (`turnout.estimators`) that chooses on the same splits, for comparison. Raises `UserError`
    for a setting without meaning, `DataError` when too few prompts are left.
    """
    _check(outcomes, vectors, estimators, train_share, seeds)
    quality = outcomes.quality
    right = np.where(np.isfinite(quality), (quality >= right_at) * 1.0, np.nan)
    kept = np.flatnonzero((right == 1).any(axis=1))
    if len(kept) < _FEWEST:
        raise DataError(f"{outcomes.name}: only {len(kept)} prompts have a model that is right")
    removed = len(right) - len(kept)
    outcomes, right = outcomes.take(kept), right[kept]
    vectors = {name: v.take(kept) for name, v in vectors.items()}
    order = price_order(outcomes, prices)
    label = labels(outcomes, order)
    splits = [_split(len(kept), train_share, seed) for seed in range(seeds)]
    sweep = {"knn": neighbours, "kmeans": clusters}

    draws = _draws(len(kept))
    best = _constants(right, label, splits)
    curves, references = [], []
    done, total = 0, len(vectors) * (len(estimators) + (reference is not None)) * seeds
    for name, space in vectors.items():
        for estimator in estimators:
            hits: dict[int, _Hits] = {}
            trained = min(int(space.usable[train].sum()) for train, _ in splits)
            values = [v for v in dict.fromkeys(sweep[estimator]) if v <= trained]
            for seed, (train, test) in enumerate(splits):
                train, test = train[space.usable[train]], test[space.usable[test]]
                choose = _votes if estimator == "knn" else _medoids
                for value, choice in choose(space, train, test, label, right, outcomes.model_ids, values, seed):
                    hits.setdefault(value, _Hits(seeds, len(kept))).record(seed, test, choice, right, label)
                done += 1
                on_progress(done, total)
            share = {v: v / trained if estimator == "kmeans" else 1.0 for v in hits}
            points = [_point(v, share[v], h, best, draws) for v, h in hits.items()]
            curves.append(_curve(name, space, *_NAMES[estimator], points))
        if reference is not None:
            by_quality = _Hits(seeds, len(kept))
            for seed, (train, test) in enumerate(splits):
                train, test = train[space.usable[train]], test[space.usable[test]]
                fitted = make(reference).fit(space.features[train], outcomes.take(train))
                choice = pick(fitted.estimate(space.features[test]).quality, right[test])
                by_quality.record(seed, test, choice, right, label)
                done += 1
                on_progress(done, total)
            references.append(_curve(name, space, reference, "", [_point(0, 1.0, by_quality, best, draws)]))
    everyone = [_always(j, right, label, splits) for j in range(right.shape[1])]
    return PaperReport(
        data=outcomes.name,
        prompts=len(kept),
        removed=removed,
        models=outcomes.model_ids,
        train_share=train_share,
        seeds=seeds,
        encoder=next(iter(vectors.values())).encoder,
        price_source=order.source,
        price_order=order.models,
        constants=tuple(
            Constant(model, *_interval(h.right, draws), *_interval(h.label, draws))
            for model, h in zip(outcomes.model_ids, everyone, strict=True)
            if np.isfinite(h.right).any()
        ),
        best_constant=_interval(best.right, draws),
        category_best=_category_best(outcomes, right, label, splits),
        random=float(np.nanmean(right)),
        curves=tuple(curves),
        references=tuple(references),
    )


def _check(
    outcomes: OutcomeTable,
    vectors: Mapping[str, SpaceVectors],
    estimators: Sequence[str],
    train_share: float,
    seeds: int,
) -> None:
    if not vectors:
        raise UserError("name at least one space")
    for name, space in vectors.items():
        if len(space.features) != len(outcomes.prompts):
            raise UserError(f"{len(space.features)} vectors in the space {name} for {len(outcomes.prompts)} prompts")
    unknown = [name for name in estimators if name not in _NAMES]
    if unknown or not estimators:
        raise UserError(f"the paper's protocol has the estimators knn and kmeans, not {', '.join(unknown) or 'none'}")
    if not 0 < train_share < 1 or seeds < 1:
        raise UserError(f"a training share of {train_share:g} and {seeds} seeds make no split")


def _split(count: int, train_share: float, seed: int) -> tuple[Array, Array]:
    order = np.random.default_rng(seed).permutation(count)
    at = min(max(1, round(train_share * count)), count - 1)
    return np.sort(order[:at]), np.sort(order[at:])


def _votes(
    space: SpaceVectors,
    train: Array,
    test: Array,
    label: Array,
    right: Array,
    model_ids: tuple[str, ...],
    ks: Sequence[int],
    seed: int,
) -> Iterator[tuple[int, Array]]:
    """For each k the model of most votes among those run on the prompt; of equals the first by name (the paper's)."""
    by_name = np.argsort(np.array(model_ids), kind="stable")
    vote = LabelVote(right.shape[1]).fit(space.features[train], label[train])
    run = np.isfinite(right[test])
    for k, shares in vote.shares(space.features[test], ks).items():
        yield k, by_name[np.argmax(np.where(run, shares, -1.0)[:, by_name], axis=1)]


def _medoids(
    space: SpaceVectors,
    train: Array,
    test: Array,
    label: Array,
    right: Array,
    model_ids: tuple[str, ...],
    numbers: Sequence[int],
    seed: int,
) -> Iterator[tuple[int, Array]]:
    """For each N the label of the nearest of N medoids. Differences are clustered at their own length, as in the paper.

    A training set of fewer than N different vectors has fewer clusters, and no point for that N.
    """
    as_they_were = space.features[train] * space.lengths[train, None]
    found = Medoids(seed).fit(as_they_were, max(numbers))
    for number in numbers:
        if number <= len(found.seeds_):
            yield number, label[train][found.nearest(space.features[test], found.rows(number))]


def _always(model: int, right: Array, label: Array, splits: Sequence[tuple[Array, Array]]) -> _Hits:
    hits = _Hits(len(splits), len(right))
    for seed, (_, test) in enumerate(splits):
        hits.record(seed, test, np.full(len(test), model), right, label)
    return hits


def _constants(right: Array, label: Array, splits: Sequence[tuple[Array, Array]]) -> _Hits:
    """Always the model that is right most often in the training rows."""
    hits = _Hits(len(splits), len(right))
    for seed, (train, test) in enumerate(splits):
        hits.record(seed, test, np.full(len(test), _most_often_right(right[train])), right, label)
    return hits


def _category_best(
    outcomes: OutcomeTable, right: Array, label: Array, splits: Sequence[tuple[Array, Array]]
) -> float | None:
    """Accuracy of the training rows' best model of each category, which a live prompt does not have."""
    if outcomes.categories is None:
        return None
    category = np.unique(np.array(outcomes.categories), return_inverse=True)[1]
    hits = _Hits(len(splits), len(right))
    for seed, (train, test) in enumerate(splits):
        best = np.full(category.max() + 1, _most_often_right(right[train]))
        for c in np.unique(category[train]):
            best[c] = _most_often_right(right[train[category[train] == c]])
        hits.record(seed, test, best[category[test]], right, label)
    return float(np.nanmean(hits.right))


def _most_often_right(right: Array) -> int:
    run = np.isfinite(right).sum(axis=0)
    share = np.divide(np.nansum(right, axis=0), run, out=np.full(right.shape[1], -1.0), where=run > 0)
    return int(np.argmax(share))


def _point(value: int, share: float, hits: _Hits, best: _Hits, draws: Array) -> Point:
    accuracy, low, high = _interval(hits.right, draws)
    label, label_low, label_high = _interval(hits.label, draws)
    gain, gain_low, gain_high = _interval(hits.right - best.right, draws)
    top_share = float(np.mean(hits.top_shares))
    return Point(value, share, accuracy, low, high, label, label_low, label_high, gain, gain_low, gain_high, top_share)


def _draws(count: int) -> Array:
    """How often each prompt is drawn in each round of a bootstrap over prompts: (rounds, n)."""
    draws = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), size=_ROUNDS)
    return draws.astype(np.float32)


def _interval(hits: Array, draws: Array) -> tuple[float, float, float]:
    """Mean over all test rows of all seeds and its 95 % interval; a prompt drawn comes with all its test rows."""
    known = np.isfinite(hits)
    total, count = np.where(known, hits, 0.0).sum(axis=0), known.sum(axis=0)
    drawn = draws @ count.astype(np.float32)
    means = (draws @ total.astype(np.float32))[drawn > 0] / drawn[drawn > 0]
    low, high = np.quantile(means, (0.025, 0.975))
    return float(total.sum() / count.sum()), float(low), float(high)


def _curve(name: str, space: SpaceVectors, estimator: str, parameter: str, points: Sequence[Point]) -> Curve:
    return Curve(
        space=name,
        upper_bound=space.upper_bound,
        charged_usd=_mean(space.charged_usd[space.usable]),
        charged_s=_mean(space.charged_s[space.usable]),
        prompts=int(space.usable.sum()),
        estimator=estimator,
        parameter=parameter,
        points=tuple(points),
    )


def _mean(values: Array) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
