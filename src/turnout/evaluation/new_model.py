"""A new model joins after a few evaluations: what share of what it is worth is had at once?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from turnout.errors import DataError, UserError
from turnout.estimators import make
from turnout.estimators.placement import Basis, Placement
from turnout.estimators.selection import medoids
from turnout.evaluation.bootstrap import group_weights, interval
from turnout.evaluation.splits import group_folds, grouped
from turnout.types import Array, OutcomeTable

__all__ = ["STRATEGIES", "ModelShare", "NewModelReport", "Placed", "Quality", "new_model"]

STRATEGIES = ("random", "medoids", "informative")
_WORTH = 0.02  # share of the summed gain below which a model's own row says nothing


@dataclass(frozen=True, slots=True)
class Quality:
    """Mean quality of the chosen model over left-out models and prompts, with its 95 % interval."""

    quality: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Placed:
    """What `labels` evaluations of each new model give. The share is of the summed gain of all left-out models."""

    labels: int
    quality: float
    low: float
    high: float
    share_of_gain: float | None  # None where no left-out model is worth anything
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True, slots=True)
class ModelShare:
    """One left-out model: the router without it, with all its labels, and with few."""

    model: str
    without: float
    full: float
    strategies: dict[str, tuple[tuple[int, float], ...]]  # (labels, quality)

    @property
    def gain(self) -> float:
        """What having the model is worth, with all its labels."""
        return self.full - self.without


@dataclass(frozen=True, slots=True)
class NewModelReport:
    """Leave one model out, let it join with few labels, on one data set."""

    data: str
    prompts: int
    models: tuple[str, ...]
    folds: int
    seeds: int
    labels: tuple[int, ...]
    estimator: str
    without: Quality
    full: Quality
    strategies: dict[str, tuple[Placed, ...]]
    per_model: tuple[ModelShare, ...]  # the most valuable first

    @property
    def summary(self) -> str:
        """In plain words: are few labels enough?"""
        worth = self.per_model[0]
        total = sum(m.gain for m in self.per_model)
        if self.full.quality <= self.without.quality:
            return "No left-out model is worth anything here: the router does as well without it."
        name, best = max(
            ((name, point) for name, points in self.strategies.items() for point in points),
            key=lambda pair: (pair[1].share_of_gain or 0.0, -pair[1].labels),
        )
        few = [p for points in self.strategies.values() for p in points if (p.share_of_gain or 0) >= 0.95]
        said = (
            f"{min(p.labels for p in few)} labels give 95 % of the gain of new models"
            if few
            else f"No number of labels tried gives 95 % of the gain of new models; {name}, {best.labels} labels, "
            f"gives {best.share_of_gain:.0%} [{best.share_low:.0%}, {best.share_high:.0%}]"
        )
        return f"{said}. {worth.model} alone makes {worth.gain / total:.0%} of that gain."

    def to_dict(self) -> dict[str, Any]:
        """Stable JSON: schema turnout.new-model/1."""
        document = asdict(self)
        for row in document["per_model"]:
            row["strategies"] = {
                name: [{"labels": n, "quality": q} for n, q in points] for name, points in row["strategies"].items()
            }
        return {"schema": "turnout.new-model/1", "protocol": "new-model", **document, "summary": self.summary}

    def table(self) -> Any:
        """A Rich table within 80 columns: strategies by labels, then the models that matter."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        overall = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        overall.add_column("prompts asked")
        for name in ("labels", "quality", "95 %", "share of gain", "95 %"):
            overall.add_column(name, justify="right")
        overall.add_row("without it", "0", *_cells(self.without), "0%", "")
        for name, points in self.strategies.items():
            for p in points:
                share, span = "–", ""
                if p.share_of_gain is not None:
                    share, span = f"{p.share_of_gain:.0%}", f"\\[{p.share_low:.0%}, {p.share_high:.0%}]"
                overall.add_row(name, f"{p.labels:,}", *_cells(Quality(p.quality, p.low, p.high)), share, span)
        overall.add_row("all labels", "all", *_cells(self.full), "100%", "", style="bold")
        each = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        each.add_column("new model", overflow="fold", max_width=36)
        for name in ("without", "all labels", "gain"):
            each.add_column(name, justify="right")
        total = sum(abs(m.gain) for m in self.per_model)
        shown = [m for m in self.per_model if total and abs(m.gain) > _WORTH * total]
        for m in shown:
            each.add_row(m.model, f"{m.without:.3f}", f"{m.full:.3f}", f"{m.gain:+.4f}")
        rest = len(self.per_model) - len(shown)
        return Group(overall, Text(), each, Text(f"{rest} more models change nothing", style="dim") if rest else Text())


def _cells(q: Quality) -> tuple[str, str]:
    return f"{q.quality:.3f}", f"\\[{q.low:.3f}, {q.high:.3f}]"


def new_model(
    outcomes: OutcomeTable,
    features: Array,
    *,
    labels: Sequence[int] = (10, 25, 50, 100, 400),
    estimator: str = "hierarchical",
    folds: int = 5,
    seeds: int = 2,
    strategies: Sequence[str] = STRATEGIES,
    alike: Array | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> NewModelReport:
    """Each model in turn is new: on the training folds few of its labels may be read, and all of the others'.

    `estimators.placement` makes an estimate of the few; which prompts are asked never depends on the new model's
    answers. It is chosen where its estimate exceeds the equally smooth one of the model that the router would choose.
    "All labels" is `estimator` fitted on everybody. The known models' estimates come of the same fit, whose pooled
    shrinkage constants are all that the new model's labels touch. Prompts with fewer than two scores are left out.
    `alike`: as in `splits.grouped`.
    """
    labels = tuple(sorted(set(labels)))
    if not labels or labels[0] < 1:
        raise UserError(f"labels must be positive numbers, got {labels}")
    if unknown := [name for name in strategies if name not in STRATEGIES]:
        raise UserError(f"unknown strategy {unknown[0]!r}: choose from {', '.join(STRATEGIES)}")
    count = len(outcomes.model_ids)
    if count < 3:
        raise DataError(f"{outcomes.name}: leaving a model out needs at least 3 models, it has {count}")
    data = grouped(outcomes, features, folds, alike=alike, least=2)
    outcomes, features, groups, scored = data.outcomes, data.features, data.groups, data.rows
    runs = [(name, n) for name in strategies for n in labels]
    shape = (count, len(scored))
    without, full = np.zeros(shape), np.zeros(shape)
    placed = {run: np.zeros(shape) for run in runs}
    done, total = 0, seeds * folds * count
    for seed in range(seeds):
        for train, test in group_folds(groups, folds, seed):
            fold = _Fold(outcomes, features, train, test, estimator, seed)
            spread = {n: medoids(features[train], n, seed) for n in labels} if "medoids" in strategies else {}
            for model in range(count):
                left = fold.without(model)
                without[model, test] += left.quality / seeds
                full[model, test] += left.full / seeds
                for name, n, rows in left.chosen_rows(strategies, labels, spread):
                    placed[name, n][model, test] += left.joined(rows) / seeds
                done += 1
                on_progress(done, total)
    return _report(outcomes, groups, without, full, placed, labels, strategies, folds, seeds, estimator)


class _Fold:
    """The router fitted on the training rows of one fold, and what placing needs of them."""

    def __init__(self, outcomes: OutcomeTable, features: Array, train: Array, test: Array, estimator: str, seed: int):
        fitted = make(estimator).fit(features[train], outcomes.take(train))
        measured = outcomes.quality[test]
        self.estimated = np.where(np.isfinite(measured), fitted.estimate(features[test]).quality, -1.0)
        self.train, self.measured, self.seed = outcomes.quality[train], measured, seed
        basis = Basis(features[train], seed=seed)
        self.here, self.there = basis.of(features[train]), basis.of(features[test])

    def without(self, model: int) -> _LeftOut:
        return _LeftOut(self, model)


class _LeftOut:
    """One fold, with one model new."""

    def __init__(self, fold: _Fold, model: int) -> None:
        others = np.delete(np.arange(fold.train.shape[1]), model)
        self.fold, self.model = fold, model
        known = fold.estimated[:, others]
        self.choice = np.argmax(known, axis=1)
        index = np.arange(len(known))
        self.quality: Array = fold.measured[index, others[self.choice]]
        self.own = fold.measured[:, model]
        self.full = self._where(fold.estimated[:, model] > known[index, self.choice])
        self.allowed: Array = np.isfinite(fold.train[:, model])
        self.placement = Placement(fold.train[:, others], fold.here, fold.seed)
        self.rival = self.placement.known(fold.there)[index, self.choice]

    def chosen_rows(
        self, strategies: Sequence[str], labels: Sequence[int], spread: dict[int, Array]
    ) -> Iterator[tuple[str, int, Array]]:
        """(strategy, number, training rows to label); rows that nobody scored for this model are not asked."""
        at_random = np.random.default_rng((self.fold.seed, self.model)).permutation(np.flatnonzero(self.allowed))
        best = self.placement.informative(max(labels), self.allowed) if "informative" in strategies else at_random
        for name in strategies:
            for n in labels:
                if name == "medoids":
                    yield name, n, spread[n][self.allowed[spread[n]]]
                else:
                    yield name, n, (best if name == "informative" else at_random)[:n]

    def joined(self, rows: Array) -> Array:
        """Quality on the test prompts once the new model's scores on these rows are known."""
        if not len(rows):
            return self.quality
        estimated = self.placement.estimate(rows, self.fold.train[rows, self.model], self.fold.there)
        return self._where(estimated > self.rival)

    def _where(self, better: Array) -> Array:
        """The new model's quality where it is thought better, and was measured."""
        taken: Array = np.where(better & np.isfinite(self.own), self.own, self.quality)
        return taken


def _report(
    outcomes: OutcomeTable,
    groups: Array,
    without: Array,
    full: Array,
    placed: dict[tuple[str, int], Array],
    labels: tuple[int, ...],
    strategies: Sequence[str],
    folds: int,
    seeds: int,
    estimator: str,
) -> NewModelReport:
    draws = group_weights(groups)

    def summed(values: Array) -> Quality:
        mean = values.mean(axis=0)
        return Quality(float(mean.mean()), *interval(draws @ mean))

    worth = (full - without).mean(axis=0)
    drawn_worth = draws @ worth

    def point(name: str, n: int) -> Placed:
        values = placed[name, n]
        q = summed(values)
        gained = (values - without).mean(axis=0)
        share: tuple[float | None, float | None, float | None] = (None, None, None)
        if worth.mean() > 0 and (drawn_worth > 0).all():
            share = (float(gained.mean() / worth.mean()), *interval(draws @ gained / drawn_worth))
        return Placed(n, q.quality, q.low, q.high, *share)

    models = [
        ModelShare(
            model=outcomes.model_ids[m],
            without=float(without[m].mean()),
            full=float(full[m].mean()),
            strategies={s: tuple((n, float(placed[s, n][m].mean())) for n in labels) for s in strategies},
        )
        for m in range(len(outcomes.model_ids))
    ]
    return NewModelReport(
        data=outcomes.name,
        prompts=len(outcomes.prompts),
        models=outcomes.model_ids,
        folds=folds,
        seeds=seeds,
        labels=labels,
        estimator=estimator,
        without=summed(without),
        full=summed(full),
        strategies={name: tuple(point(name, n) for n in labels) for name in strategies},
        per_model=tuple(sorted(models, key=lambda m: -m.gain)),
    )
