"""Who is best at what: models by modality and category, with intervals, ties, costs and times.

Only answers scored by rule stand here. Models are compared on tasks that both answered, and who answered only a part,
or gives answers that are none, does not lead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from turnout.bench.rows import Row
from turnout.categories import CATEGORIES
from turnout.evidence.interval import bootstrap, wilson
from turnout.types import Array

__all__ = ["Board", "Reason", "Standing", "boards", "difference"]

Reason = tuple[str, str, str]  # of being degenerate: model, modality, category ("" = all), and why is its value

_ENOUGH = 0.9  # share of a board's tasks that must be scored to take part in the ranking
_FEW = 10  # tasks that differ between two models; of fewer the bootstrap is too sure


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
    """The standings of a modality and category ("" = all its tasks), best first."""

    modality: str
    category: str
    tasks: int
    metrics: tuple[str, ...]
    standings: tuple[Standing, ...]

    @property
    def leaders(self) -> tuple[Standing, ...]:
        """Those on the first rank."""
        return tuple(s for s in self.standings if s.rank == 1)


def boards(rows: Iterable[Row], degenerate: Mapping[Reason, str] | None = None) -> list[Board]:
    """A board for each modality and each of its categories and subjects, in the order of the documentation.

    `degenerate` says of (model, modality, category or "") why its answers are none.
    """
    cells: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.source == "exact":
            for category in {"", row.category, row.category.partition("/")[0]}:
                cells[row.modality, category].append(row)
    order = {(c.modality, c.name): place for place, c in enumerate(CATEGORIES)}
    modalities = list(dict.fromkeys(c.modality for c in CATEGORIES))

    def place(key: tuple[str, str]) -> tuple[int, str, int, str]:
        modality, category = key
        known = modalities.index(modality) if modality in modalities else len(modalities)
        return known, modality, order.get((modality, category.partition("/")[0]), -1 if not category else 99), category

    return [_board(*key, cells[key], degenerate or {}) for key in sorted(cells, key=place)]


def difference(one: Array, other: Array) -> tuple[float, float, float]:
    """Mean of `one` − `other`, two scores in [0, 1] of each of n tasks, with its 95 % interval.

    A bootstrap over tasks. Of fewer than ten tasks on which the two differ it would be too sure; there the interval is
    widened to what Wilson's says of the share of wins (as McNemar's test looks at these tasks only).
    """
    gaps = one - other
    if not gaps.size:
        return 0.0, -1.0, 1.0
    mean = float(gaps.mean())
    drawn = np.random.default_rng(0).integers(0, gaps.size, size=(2000, gaps.size))
    low, high = (float(q) for q in np.quantile(gaps[drawn].mean(axis=1), (0.025, 0.975)))
    differ = gaps[gaps != 0]
    if differ.size < _FEW:
        # Without a difference, one more task that differs is what must still be reckoned with.
        most, count = (float(np.abs(differ).max()), differ.size) if differ.size else (1.0, 1)
        share = count / gaps.size if differ.size else 1 / (gaps.size + 1)
        wins = float((differ.mean() / most + 1) / 2) if differ.size else 0.5
        narrow, wide = wilson(min(max(wins, 0.0), 1.0), count)
        low, high = min(low, share * most * (2 * narrow - 1)), max(high, share * most * (2 * wide - 1))
    return mean, min(low, mean), max(high, mean)


def _board(modality: str, category: str, rows: Sequence[Row], degenerate: Mapping[Reason, str]) -> Board:
    by_model: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_model[row.model].append(row)
    tasks = {row.task_id for row in rows}
    scores = {model: _scores(own) for model, own in by_model.items()}
    marks: dict[str, str] = {}
    for model, own in by_model.items():
        share = len(scores[model]) / len(tasks)
        if why := _why(model, modality, category, degenerate):
            marks[model] = why
        elif share < _ENOUGH:
            asked = len({row.task_id for row in own})
            marks[model] = f"only {len(scores[model])} of {len(tasks)} tasks scored ({asked} asked)"
    sound = [model for model in by_model if not _why(model, modality, category, degenerate)]
    if all(model in marks for model in sound):  # everybody answered a part: then the tasks in common decide
        marks = {model: why for model, why in marks.items() if model not in sound}
    means = {model: fmean(own.values()) if own else -1.0 for model, own in scores.items()}
    ordered = sorted(by_model, key=lambda m: (_last(m, modality, category, degenerate, marks), -means[m], m))
    ranked = [model for model in ordered if model not in marks and scores[model]]
    ranks = _ranks(ranked, scores)
    leader = ranked[0] if ranked else ""
    standings = tuple(
        _standing(model, by_model[model], scores[model], scores.get(leader, {}), ranks.get(model), marks, len(tasks))
        for model in ordered
    )
    metrics = tuple(sorted({row.metric for row in rows}))
    return Board(modality, category, len(tasks), metrics, standings)


def _why(model: str, modality: str, category: str, degenerate: Mapping[Reason, str]) -> str:
    """Why the model is degenerate here; what is so in the whole modality or category is so in its parts."""
    for part in ("", category.partition("/")[0], category):
        if reason := degenerate.get((model, modality, part)):
            return reason
    return ""


def _last(model: str, modality: str, category: str, degenerate: Mapping[Reason, str], marks: Mapping[str, str]) -> int:
    return 2 if _why(model, modality, category, degenerate) else 1 if model in marks else 0


def _ranks(ordered: Sequence[str], scores: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """Ranks of models, best first. Whom the tasks do not tell from the first of a rank shares it."""
    ranks: dict[str, int] = {}
    left = list(ordered)
    while left:
        first, rank = left[0], len(ranks) + 1
        own = [m for m in left if m == first or _compared(scores[first], scores[m])[1] <= 0]
        ranks |= dict.fromkeys(own, rank)
        left = [m for m in left if m not in ranks]
    return ranks


def _compared(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[float, float, float, int]:
    both = [task for task in one if task in other]
    return *difference(np.array([one[t] for t in both]), np.array([other[t] for t in both])), len(both)


def _scores(rows: Iterable[Row]) -> dict[str, float]:
    """Quality by task: the mean of its repeats."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.quality is not None:
            found[row.task_id].append(row.quality)
    return {task: fmean(values) for task, values in found.items()}


def _standing(
    model: str,
    rows: Sequence[Row],
    scores: Mapping[str, float],
    leader: Mapping[str, float],
    rank: int | None,
    marks: Mapping[str, str],
    tasks: int,
) -> Standing:
    values = np.array(list(scores.values()))
    quality = float(values.mean()) if scores else None
    # The bootstrap of twelve right answers has no width; Wilson's interval, the widest for numbers in [0, 1], has.
    intervals = (bootstrap(values), wilson(min(quality, 1.0), len(values))) if quality is not None else ()
    gap = _compared(leader, scores) if leader and scores else None
    costs = [row.cost_usd for row in rows if row.cost_usd is not None]
    latency = np.array([row.latency_s for row in rows if row.latency_s is not None])
    first = np.array([row.ttft_s for row in rows if row.ttft_s is not None])
    timed = [(row.output_tokens, row.latency_s) for row in rows if row.output_tokens and row.latency_s]
    seconds = sum(s for _, s in timed)
    return Standing(
        model=model,
        rank=rank,
        mark=marks.get(model, ""),
        quality=quality,
        low=min(low for low, _ in intervals) if intervals else None,
        high=max(high for _, high in intervals) if intervals else None,
        n=len(scores),
        unscored=sum(row.quality is None for row in rows),
        missing=tasks - len({row.task_id for row in rows}),
        behind=gap[0] if gap else None,
        behind_low=gap[1] if gap else None,
        behind_high=gap[2] if gap else None,
        paired=gap[3] if gap else 0,
        cost_usd=fmean(costs) if costs else None,
        latency_p50_s=_quantile(latency, 0.5),
        latency_p95_s=_quantile(latency, 0.95),
        ttft_p50_s=_quantile(first, 0.5),
        tokens_per_s=sum(t for t, _ in timed) / seconds if seconds else None,
    )


def _quantile(values: Array, q: float) -> float | None:
    return float(np.quantile(values, q)) if values.size else None
