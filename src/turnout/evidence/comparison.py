"""Which measured qualities may be compared, and what a thin one is worth.

Figures are compared only on one yardstick: the same tasks (benchmark) and the same metric. Shrinkage and fall-back:
subject → its category (as if by 10 more trials) → the model's mean over other categories on that yardstick, with an
error that says so → nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, pstdev

from turnout.evidence.shipped import Aggregate
from turnout.types import Basis, Modality

__all__ = ["Measured", "Qualities"]

_PSEUDO_TRIALS = 10
_BETWEEN_SD = 0.1  # how far one category's quality lies from what the others suggest, at the least
_Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Measured:
    """A quality with its standard error, the trials behind it, and where it comes from."""

    mean: float
    se: float
    support: int
    basis: Basis
    output_tokens: float | None = None
    input_tokens: float | None = None
    cost_usd: float | None = None  # measured bill, for models without a listed price


_Yardstick = tuple[str, str]  # benchmark, metric
_Rows = dict[str, Measured]  # by category or category/subject


class Qualities:
    """All scored aggregates, arranged so that only comparable ones meet."""

    def __init__(self, aggregates: Iterable[Aggregate]) -> None:
        self._rows: dict[Modality, dict[_Yardstick, dict[str, _Rows]]] = {}
        for row in aggregates:
            if row.quality is not None:
                yardsticks = self._rows.setdefault(row.modality, {})
                by_model = yardsticks.setdefault((row.benchmark, row.metric), {})
                by_model.setdefault(row.model, {})[row.category] = _measured(row, row.quality)

    def benchmarks(self) -> frozenset[str]:
        """Every benchmark with a scored figure."""
        return frozenset(benchmark for yardsticks in self._rows.values() for benchmark, _ in yardsticks)

    def on_category(
        self, modality: Modality, category: str, models: Collection[str], benchmark: str | None
    ) -> dict[str, Measured]:
        """Per model, on the yardstick that covers most of `models` (then: has most trials)."""

        def coverage(item: tuple[_Yardstick, dict[str, _Rows]]) -> tuple[int, int, _Yardstick]:
            direct = [row for m, rows in item[1].items() if m in models and (row := _direct(rows, category))]
            return len(direct), sum(row.support for row in direct), item[0]

        offered = [item for item in self._rows.get(modality, {}).items() if benchmark in (None, item[0][0])]
        best = max(offered, key=coverage, default=None)
        if best is None or coverage(best)[0] == 0:
            return {}
        return {m: _on(best[1][m], category) for m in models if m in best[1]}

    def over_categories(
        self, modality: Modality, models: Collection[str], benchmark: str | None
    ) -> dict[str, Measured]:
        """No category given: each model's mean over the categories in which all covered models were measured."""
        by_benchmark: dict[str, dict[str, _Rows]] = defaultdict(lambda: defaultdict(dict))
        for (name, metric), by_model in self._rows.get(modality, {}).items():
            for model in by_model.keys() & set(models) if benchmark in (None, name) else ():
                top = {f"{c} ({metric})": row for c, row in by_model[model].items() if "/" not in c}
                by_benchmark[name][model].update(top)
        best: dict[str, Measured] = {}
        best_rank = (0, 0)
        for by_model in by_benchmark.values():
            common = set.intersection(*(set(rows) for rows in by_model.values()))
            if common and (len(by_model), len(common)) > best_rank:
                best_rank = (len(by_model), len(common))
                best = {m: _mean([rows[c] for c in sorted(common)]) for m, rows in by_model.items()}
                if len(common) > 1:
                    metric = f"mean over {len(common)} categories"
                    best = {m: replace(q, basis=replace(q.basis, metric=metric)) for m, q in best.items()}
        return best


def _measured(row: Aggregate, quality: float) -> Measured:
    if row.quality_low is None or row.quality_high is None:
        se = 0.5 / math.sqrt(max(row.n, 1))  # the widest that a mean of numbers in [0, 1] can be
    else:
        se = (row.quality_high - row.quality_low) / (2 * _Z)
    basis = Basis(row.metric, row.benchmark, row.source, row.date, "category")
    return Measured(quality, se, row.n, basis, row.output_tokens, row.input_tokens, row.cost_usd)


def _direct(rows: Mapping[str, Measured], category: str) -> Measured | None:
    """The subject's row, else its category's."""
    return rows.get(category) or rows.get(category.partition("/")[0])


def _on(rows: Mapping[str, Measured], category: str) -> Measured:
    exact, parent = rows.get(category), rows.get(category.partition("/")[0])
    if exact and parent and exact is not parent:
        share = exact.support / (exact.support + _PSEUDO_TRIALS)
        se = math.hypot(share * exact.se, (1 - share) * math.hypot(parent.se, _BETWEEN_SD))
        return replace(exact, mean=share * exact.mean + (1 - share) * parent.mean, se=se)
    if exact:
        return exact
    if parent:  # a subject was asked for, only its category was measured
        return replace(parent, se=math.hypot(parent.se, _BETWEEN_SD))
    top = [row for name, row in rows.items() if "/" not in name] or list(rows.values())
    guess = _mean(top)
    spread = max(_BETWEEN_SD, pstdev([row.mean for row in top]))
    return replace(guess, se=math.hypot(guess.se, spread))


def _mean(rows: Sequence[Measured]) -> Measured:
    return Measured(
        mean=fmean(row.mean for row in rows),
        se=math.sqrt(sum(row.se**2 for row in rows)) / len(rows),
        support=sum(row.support for row in rows),
        basis=replace(rows[0].basis, scope="model"),
    )
