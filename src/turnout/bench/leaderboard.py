"""Who is best at what: models by modality and category, with intervals, ties, costs and times.

Only answers scored by rule stand here. Over a whole modality each category counts the same. Models are compared on
tasks that both answered, and who answered only a part, or gives answers that are none, does not lead.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from turnout.bench.rows import Row
from turnout.categories import CATEGORIES
from turnout.evidence.interval import wilson
from turnout.types import Array

__all__ = ["Board", "Reason", "Standing", "boards", "difference"]

Reason = tuple[str, str, str]  # of being degenerate: model, modality, category ("" = all), and why is its value

_ENOUGH = 0.9  # share of a board's tasks that must be scored to take part in the ranking
_FEW = 10  # tasks that differ between two models; of fewer the bootstrap is too sure
_MANY = 200  # tasks, from which on the normal interval will do
_ROUNDS = 2000


@dataclass(frozen=True, slots=True)
class Standing:
    """A model on a board. Intervals are 95 %, over tasks; None = not measured.

    `rank` is shared by models that the tasks do not tell apart, and None for those that cannot lead, of which `mark`
    says why. `behind` is the leader's quality less this model's, on the `paired` tasks that both answered.
    """

    model: str
    rank: int | None
    mark: str
    quality: float | None
    low: float | None
    high: float | None
    n: int  # tasks scored
    unscored: int  # trials without a score: failed calls and answers that cannot be read
    missing: int  # tasks of the board that the model was never asked
    behind: float | None
    behind_low: float | None
    behind_high: float | None
    paired: int
    cost_usd: float | None  # of a request, mean
    latency_p50_s: float | None
    latency_p95_s: float | None
    ttft_p50_s: float | None
    tokens_per_s: float | None  # of answers, from the request on


@dataclass(frozen=True, slots=True)
class Board:
    """The standings of a modality and category, best first.

    Category "" is all tasks of a modality; `scope` then names its categories where they are not all there are, because
    other models answer other tasks: a voice and a transcriber have nothing in common that could be compared.
    """

    modality: str
    category: str
    scope: tuple[str, ...]
    tasks: int
    metrics: tuple[str, ...]
    standings: tuple[Standing, ...]

    @property
    def leaders(self) -> tuple[Standing, ...]:
        """Those on the first rank."""
        return tuple(s for s in self.standings if s.rank == 1)


def boards(rows: Iterable[Row], degenerate: Mapping[Reason, str] | None = None) -> list[Board]:
    """Boards of each modality, and of each of its categories and subjects, in the order of the documentation.

    `degenerate` says of (model, modality, category or "") why its answers are none.
    """
    cells: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.source == "exact":
            for category in {"", row.category, row.category.partition("/")[0]}:
                cells[row.modality, category].append(row)
    order: dict[tuple[str, str], int] = {(c.modality, c.name): place for place, c in enumerate(CATEGORIES)}
    modalities: list[str] = list(dict.fromkeys(c.modality for c in CATEGORIES))

    def place(key: tuple[str, str]) -> tuple[int, str, int, str]:
        modality, category = key
        known = modalities.index(modality) if modality in modalities else len(modalities)
        return known, modality, order.get((modality, category.partition("/")[0]), -1 if not category else 99), category

    found = []
    for modality, category in sorted(cells, key=place):
        parts = [cells[modality, category]] if category else _connected(cells[modality, category])
        for rows_ in parts:
            scope = sorted({row.category.partition("/")[0] for row in rows_}, key=lambda name: place((modality, name)))
            own = scope if len(parts) > 1 else ()
            found.append(_board(modality, category, tuple(own), rows_, degenerate or {}))
    return found


def _connected(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows in parts, so that models of different parts have no task in common; in the order of the rows."""
    leads: dict[str, str] = {}  # task or model -> another of its part, itself at the end

    def end(name: str) -> str:
        while (further := leads.setdefault(name, name)) != name:
            leads[name] = leads[further]
            name = further
        return name

    for row in rows:
        leads[end(f"task {row.task_id}")] = end(f"model {row.model}")
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        parts[end(f"model {row.model}")].append(row)
    return list(parts.values())


def difference(gaps: Array, weights: Array) -> tuple[float, float, float]:
    """Weighted mean of n differences of two scores in [0, 1], and its 95 % interval.

    Of fewer than ten tasks on which the two differ, a bootstrap would be too sure; there the interval is widened to
    what Wilson's says of the share of wins (as McNemar's test looks at these tasks only).
    """
    if not gaps.size:
        return 0.0, -1.0, 1.0
    mean, low, high = _mean(gaps, weights)
    differ = gaps[gaps != 0]
    if differ.size < _FEW:
        # Where nothing differs, one more task that does is still to be reckoned with.
        count, most = max(differ.size, 1), float(np.abs(differ).max()) if differ.size else 1.0
        share = float(weights[gaps != 0].sum() / weights.sum()) if differ.size else 1 / (gaps.size + 1)
        wins = float((differ.mean() / most + 1) / 2) if differ.size else 0.5
        worst, best = wilson(min(max(wins, 0.0), 1.0), count)
        low, high = min(low, share * most * (2 * worst - 1)), max(high, share * most * (2 * best - 1))
    return mean, min(low, mean), max(high, mean)


def _mean(values: Array, weights: Array) -> tuple[float, float, float]:
    """Weighted mean and its 95 % interval: a bootstrap over tasks, or of many the normal one, which is the same."""
    mean = float(values @ weights / weights.sum())
    if values.size >= _MANY:
        half = 1.96 * float(np.sqrt(weights**2 @ (values - mean) ** 2)) / float(weights.sum())
        return mean, mean - half, mean + half
    drawn = np.random.default_rng(0).integers(0, values.size, size=(_ROUNDS, values.size))
    means = (values * weights)[drawn].sum(axis=1) / weights[drawn].sum(axis=1)
    low, high = (float(q) for q in np.quantile(means, (0.025, 0.975)))
    return mean, min(low, mean), max(high, mean)


class _Scores:
    """What each model scored on each task of a board, and what each task counts."""

    def __init__(self, category: str, rows: Iterable[Row]) -> None:
        found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self._kind: dict[str, str] = {}
        for row in rows:
            # Over a whole modality each category counts the same, however many tasks it has.
            self._kind[row.task_id] = row.category.partition("/")[0] if not category else ""
            own = found[row.model]
            if row.quality is not None:
                own[row.task_id].append(row.quality)
        self.by_model = {model: {task: fmean(repeats) for task, repeats in own.items()} for model, own in found.items()}

    def mean(self, model: str) -> tuple[float, float, float] | None:
        """Quality and its interval: no narrower than Wilson's, as a bootstrap of twelve right answers has no width."""
        own = self.by_model[model]
        if not own:
            return None
        weights = self._weights(list(own))
        mean, low, high = _mean(np.array(list(own.values())), weights)
        mean = min(max(mean, 0.0), 1.0)
        worst, best = wilson(mean, round(float(weights.sum() ** 2 / (weights**2).sum())))
        return mean, max(0.0, min(low, worst)), min(1.0, max(high, best))

    def compare(self, one: str, other: str) -> tuple[float, float, float, int]:
        """`difference` on the tasks that both have a score on, and how many these are."""
        first, second = self.by_model[one], self.by_model[other]
        both = [task for task in first if task in second]
        return *difference(np.array([first[t] - second[t] for t in both]), self._weights(both)), len(both)

    def _weights(self, tasks: Sequence[str]) -> Array:
        sizes = Counter(self._kind[task] for task in tasks)
        return np.array([len(tasks) / sizes[self._kind[task]] for task in tasks])


def _board(
    modality: str, category: str, scope: tuple[str, ...], rows: Sequence[Row], degenerate: Mapping[Reason, str]
) -> Board:
    by_model: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_model[row.model].append(row)
    tasks = len({row.task_id for row in rows})
    scores = _Scores(category, rows)
    means = {model: scores.mean(model) for model in by_model}
    empty = {model: why for model in by_model if (why := _why(model, modality, category, degenerate))}
    partial = {
        model: f"only {len(own)} of {tasks:,} tasks scored"
        for model, own in scores.by_model.items()
        if model not in empty and len(own) < _ENOUGH * tasks
    }
    if len(partial) + len(empty) == len(by_model):  # everybody answered a part: then the tasks in common decide
        partial = {}
    marks = partial | empty

    def place(model: str) -> tuple[int, float, str]:
        mean = means[model]
        return 2 if model in empty else 1 if model in partial else 0, -mean[0] if mean else 1.0, model

    first = min(by_model, key=place)
    for model in by_model:
        if model != first and model not in marks and means[model] and not scores.compare(first, model)[3]:
            partial[model] = marks[model] = f"no task in common with {first}"
    ordered = sorted(by_model, key=place)
    ranks = _ranks([model for model in ordered if model not in marks and means[model]], scores)
    leader = next(iter(ranks), None)
    standings = tuple(
        _standing(
            model, by_model[model], tasks, rank=ranks.get(model), mark=marks.get(model, ""), mean=means[model],
            n=len(scores.by_model[model]),
            gap=scores.compare(leader, model) if leader and means[model] else None,
        )
        for model in ordered
    )  # fmt: skip
    return Board(modality, category, scope, tasks, tuple(sorted({row.metric for row in rows})), standings)


def _why(model: str, modality: str, category: str, degenerate: Mapping[Reason, str]) -> str:
    """Why the model is degenerate here; what is so in the whole modality or category is so in its parts."""
    for part in ("", category.partition("/")[0], category):
        if reason := degenerate.get((model, modality, part)):
            return reason
    return ""


def _ranks(ordered: Sequence[str], scores: _Scores) -> dict[str, int]:
    """Ranks of models, best first. Whom the tasks do not tell from the first of a rank shares it."""
    ranks: dict[str, int] = {}
    left = list(ordered)
    while left:
        first, rank = left[0], len(ranks) + 1
        own = [model for model in left if model == first or scores.compare(first, model)[1] <= 0]
        ranks |= dict.fromkeys(own, rank)
        left = [model for model in left if model not in ranks]
    return ranks


def _standing(
    model: str,
    rows: Sequence[Row],
    tasks: int,
    *,
    rank: int | None,
    mark: str,
    mean: tuple[float, float, float] | None,
    n: int,
    gap: tuple[float, float, float, int] | None,
) -> Standing:
    costs = [row.cost_usd for row in rows if row.cost_usd is not None]
    latency = np.array([row.latency_s for row in rows if row.latency_s is not None])
    first = np.array([row.ttft_s for row in rows if row.ttft_s is not None])
    timed = [(row.output_tokens, row.latency_s) for row in rows if row.output_tokens and row.latency_s]
    seconds = sum(s for _, s in timed)
    quality, low, high = mean or (None, None, None)
    behind, behind_low, behind_high, paired = gap or (None, None, None, 0)
    return Standing(
        model=model, rank=rank, mark=mark, quality=quality, low=low, high=high, n=n,
        unscored=sum(row.quality is None for row in rows), missing=tasks - len({row.task_id for row in rows}),
        behind=behind, behind_low=behind_low, behind_high=behind_high, paired=paired,
        cost_usd=fmean(costs) if costs else None,
        latency_p50_s=_quantile(latency, 0.5), latency_p95_s=_quantile(latency, 0.95),
        ttft_p50_s=_quantile(first, 0.5), tokens_per_s=sum(t for t, _ in timed) / seconds if seconds else None,
    )  # fmt: skip


def _quantile(values: Array, q: float) -> float | None:
    return float(np.quantile(values, q)) if values.size else None
