"""From rows of a run to the figures that evidence is made of."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from turnout.bench.runner import LONGEST_FIELD
from turnout.errors import DataError, InputFileError
from turnout.evidence.interval import bootstrap, wilson
from turnout.evidence.shipped import COLUMNS

__all__ = ["aggregate", "read_results", "write_aggregates"]


def read_results(path: Path) -> list[dict[str, str]]:
    """The rows of a run."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file, strict=True))
    except csv.Error as error:
        raise DataError(f"{path} is no table of results: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    if not rows or "task_id" not in rows[0]:
        raise DataError(f"{path} holds no benchmark results")
    return rows


def aggregate(rows: Sequence[dict[str, str]], *, benchmark: str, source: str, date: str) -> list[dict[str, Any]]:
    """One row per model × modality × category (subjects also counted in their category) × metric.

    Unscored trials count in no mean of quality. The interval is a bootstrap over tasks. Times are of answered calls.
    """
    cells: dict[tuple[str, str, str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        parent = row["category"].partition("/")[0]
        for category in {row["category"], parent}:
            cells[row["model"], row["modality"], category, row["metric"]].append(row)
    found = []
    for (model, modality, category, metric), members in sorted(cells.items()):
        quality = _numbers(members, "quality")
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


def _numbers(rows: Sequence[dict[str, str]], name: str) -> Any:
    return np.array([float(row[name]) for row in rows if row[name] != ""])


def _mean(rows: Sequence[dict[str, str]], name: str, digits: int) -> float | str:
    values = _numbers(rows, name)
    return round(float(values.mean()), digits) if len(values) else ""


def _quantile(values: Any, q: float) -> float | str:
    return round(float(np.quantile(values, q)), 3) if len(values) else ""
