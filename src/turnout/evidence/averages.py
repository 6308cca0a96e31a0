"""Measured averages as an estimate source: what evidence says when only the task is known, not the prompt's vector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from turnout.categories import categories_of, parse_category
from turnout.evidence.comparison import Measured, Qualities
from turnout.evidence.shipped import Aggregate
from turnout.pricing import RequestPrices
from turnout.recall import Recall
from turnout.types import Array, Basis, Estimates, Modality, Model, Neighbour, Prompt

__all__ = ["LIVE", "Averages"]

LIVE = "live"  # the benchmark name of aggregates made from one's own traffic
_LIVE_CALLS = 5  # from this many calls on, one's own latency replaces the shipped one


@dataclass(frozen=True, slots=True)
class _Known:
    """What the aggregates say of some models on one kind of task, whatever the prompt. Arrays: (1, n_models)."""

    ids: tuple[str, ...]
    quality: Array
    quality_se: Array
    latency_s: Array
    support: Array
    prices: RequestPrices
    basis: tuple[Basis, ...]


class Averages:
    """Estimates from aggregates, compared as `comparison` says.

    `benchmark` pins the tasks to compare on; otherwise coverage decides. Cost is list price × tokens (the prompt's own
    where there is one, else the category's usual), time × price for models on this machine, and a measured bill only
    where no price is listed.
    """

    def __init__(self, aggregates: Iterable[Aggregate], *, benchmark: str | None = None) -> None:
        rows = tuple(aggregates)
        self.benchmark = benchmark
        self.qualities = Qualities(rows)
        self._timed: dict[tuple[str, Modality], list[Aggregate]] = defaultdict(list)
        for row in rows:
            if row.latency_p50_s is not None and (row.benchmark != LIVE or row.n >= _LIVE_CALLS):
                self._timed[row.model, row.modality].append(row)
        self._known: Recall[_Known] = Recall()

    def benchmarks(self) -> frozenset[str]:
        """Every benchmark with a scored figure."""
        return self.qualities.benchmarks()

    def estimate(self, prompts: Sequence[Prompt], models: Sequence[Model]) -> Estimates:
        """One row per prompt (all of one modality and category), one column per model."""
        modality, category, count = prompts[0].modality, prompts[0].category, len(prompts)
        known = self._known.get((modality, category), models, lambda: self._look_up(modality, category, models))
        return Estimates(
            model_ids=known.ids,
            quality=known.quality.repeat(count, axis=0),
            quality_se=known.quality_se.repeat(count, axis=0),
            cost_usd=known.prices.costs(prompts),
            latency_s=known.latency_s.repeat(count, axis=0),
            support=known.support.repeat(count, axis=0),
            basis=known.basis,
        )

    def _look_up(self, modality: Modality, category: str | None, models: Sequence[Model]) -> _Known:
        ids = [model.id for model in models]
        if category is None:
            found = self.qualities.over_categories(modality, ids, self.benchmark)
        else:
            found = self.qualities.on_category(modality, category, ids, self.benchmark)
        measured = [found.get(i) for i in ids]
        benchmark = next((m.basis.benchmark for m in measured if m), "")
        times = [self._latency(modality, category, i, benchmark) for i in ids]
        latency = _row([seconds for seconds, _ in times])
        prices = _prices(modality, category, models, measured, latency)
        return _Known(
            ids=tuple(ids),
            quality=_row([m.mean if m else None for m in measured])[None],
            quality_se=_row([m.se if m else None for m in measured])[None],
            latency_s=latency[None],
            support=np.array([[m.support if m else 0 for m in measured]]),
            prices=prices,
            basis=tuple(
                replace(m.basis if m else Basis(), latency_source=source, cost_is_estimate=not bill)
                for m, (_, source), bill in zip(measured, times, prices.billed, strict=True)
            ),
        )

    def neighbours(self, prompt: Prompt) -> tuple[Neighbour, ...]:
        """Averages know no single prompts."""
        return ()

    def _latency(
        self, modality: Modality, category: str | None, model: str, benchmark: str
    ) -> tuple[float | None, str]:
        """Median seconds, and where they were measured: own traffic, else the same tasks, the category, anywhere."""
        parent = (category or "").partition("/")[0]

        def nearness(row: Aggregate) -> tuple[bool, bool, bool, bool, int]:
            same_parent = row.category.partition("/")[0] == parent
            exact = row.category == category
            return (
                row.benchmark == LIVE and same_parent,
                row.benchmark == benchmark and exact,
                exact,
                same_parent,
                row.n,
            )

        row = max(self._timed.get((model, modality), ()), key=nearness, default=None)
        if row is None:
            return None, ""
        elsewhere = row.category.partition("/")[0] != parent
        return row.latency_p50_s, f"{row.benchmark}, {row.category}" if elsewhere else row.benchmark


def _row(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _prices(
    modality: Modality,
    category: str | None,
    models: Sequence[Model],
    measured: Sequence[Measured | None],
    latency: Array,
) -> RequestPrices:
    kind = parse_category(modality, category)[0] if category else categories_of(modality)[0]
    taken = [m.input_tokens for m in measured if m and m.input_tokens]
    produced = [m.output_tokens for m in measured if m and m.output_tokens is not None]
    usual_out = fmean(produced) if produced else kind.typical_output_tokens
    return RequestPrices(
        models,
        usual_input_tokens=fmean(taken) if taken else kind.typical_input_tokens,
        output_tokens=[m.output_tokens if m and m.output_tokens is not None else usual_out for m in measured],
        latency_s=latency,
        bills=_row([m.cost_usd if m else None for m in measured]),
    )
