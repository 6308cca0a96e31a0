"""From rows of a run to the figures that evidence is made of."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from turnout.bench.rows import Row
from turnout.evidence.interval import bootstrap, wilson
from turnout.evidence.shipped import COLUMNS
from turnout.types import Array

__all__ = ["aggregate", "write_aggregates"]


def aggregate(rows: Iterable[Row], *, benchmark: str, source: str, date: str) -> list[dict[str, Any]]:
    """One row per model × modality × category (subjects also counted in their category) × metric.

    Of `rows` the answers scored by rule (`exact`) count; verdicts are another matter. `n` counts tasks: repeats of one
    are averaged, and unscored trials count in no mean of quality. The interval is a bootstrap over tasks. Times are of
    answered calls.
    """
    cells: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.source == "exact":
            for category in {row.category, row.category.partition("/")[0]}:
                cells[row.model, row.modality, category, row.metric].append(row)
    found = []
    for (model, modality, category, metric), members in sorted(cells.items()):
        quality = _by_task(members)
        if not len(quality):
            continue
        mean = float(quality.mean())
        # The bootstrap of twelve right answers has no width; Wilson's interval, the widest for numbers in [0, 1], has.
        intervals = bootstrap(quality), wilson(mean, len(quality))
        latency = _numbers(members, "latency_s")
        figures: dict[str, Any] = {
            "model": model,
            "modality": modality,
            "category": category,
            "benchmark": benchmark,
            "metric": metric,
            "n": len(quality),
            "quality": round(mean, 4),
            "quality_low": round(min(low for low, _ in intervals), 4),
            "quality_high": round(max(high for _, high in intervals), 4),
            "cost_usd": _mean(members, "cost_usd", 9),
            "input_tokens": _mean(members, "input_tokens", 1),
            "output_tokens": _mean(members, "output_tokens", 1),
            "latency_p50_s": _quantile(latency, 0.5),
            "latency_p95_s": _quantile(latency, 0.95),
            "ttft_p50_s": _quantile(_numbers(members, "ttft_s"), 0.5),
            "source": source,
            "date": date,
        }
        found.append(figures)
    return found


def write_aggregates(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """A CSV that `turnout.evidence.shipped.read_aggregates` reads."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _by_task(rows: Iterable[Row]) -> Array:
    """The mean quality of each task that was scored."""
    tasks: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.quality is not None:
            tasks[row.task_id].append(row.quality)
    return np.array([np.mean(scores) for scores in tasks.values()])


def _numbers(rows: Iterable[Row], name: str) -> Array:
    return np.array([value for row in rows if (value := getattr(row, name)) is not None], dtype=float)


def _mean(rows: Iterable[Row], name: str, digits: int) -> float | str:
    values = _numbers(rows, name)
    return round(float(values.mean()), digits) if len(values) else ""


def _quantile(values: Array, q: float) -> float | str:
    return round(float(np.quantile(values, q)), 3) if len(values) else ""
