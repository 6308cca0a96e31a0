"""Evidence that comes with the package: aggregates of public benchmarks and of Turnout's own, as small CSV files.

A row is one model on one benchmark, in one category and by one metric. Quality is only comparable between rows of the
same benchmark and metric. Empty cells were not measured. A subject's row (``reasoning/math``) counts for its category
where the benchmark has no row for the category itself.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from turnout.categories import parse_category, parse_modality
from turnout.errors import DataError, UserError
from turnout.types import Modality

__all__ = ["COLUMNS", "ROUTER_BENCHMARK", "Aggregate", "load_shipped", "read_aggregates", "router_file"]

ROUTER_BENCHMARK = "turnout-1000"
"""The benchmark whose rows the router that comes with the package was fitted on."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What `n` trials of a model on a benchmark gave. None = unmeasured; the interval is 95 %."""

    model: str  # catalogue id
    modality: Modality
    category: str  # "code" or "question-answering/physics"
    benchmark: str
    metric: str
    n: int  # trials, votes or requests
    quality: float | None  # in [0, 1]
    quality_low: float | None
    quality_high: float | None
    cost_usd: float | None  # mean per request, as billed or computed by the benchmark's authors
    input_tokens: float | None  # mean per request
    output_tokens: float | None
    latency_p50_s: float | None  # whole answer
    latency_p95_s: float | None
    ttft_p50_s: float | None
    source: str
    date: str  # year-month (or year) the measurement was made, as far as the source tells


COLUMNS = tuple(field.name for field in fields(Aggregate))


@cache
def load_shipped() -> tuple[Aggregate, ...]:
    """Every row of every CSV file in the package's data folder, files in order of name."""
    folder = resources.files("turnout") / "evidence" / "data"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda f: f.name)
    return tuple(row for file in files for row in _rows(file))


def router_file() -> Path | None:
    """The fitted router that comes with the package; None in a package without one."""
    path = Path(str(resources.files("turnout") / "evidence" / "data" / "local-router.npz"))
    return path if path.exists() else None


def read_aggregates(path: Path) -> tuple[Aggregate, ...]:
    """The rows of one CSV file; raises `DataError` naming the file, the row and the column at fault."""
    return tuple(_rows(path))


def _rows(file: Traversable) -> Iterator[Aggregate]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise DataError(f"evidence file {file} cannot be read: {error}") from None
    reader = csv.reader(lines, strict=True)
    try:
        header = tuple(next(reader, ()))
        if header != COLUMNS:
            raise DataError(f"{file}: expected the columns {','.join(COLUMNS)}, found {','.join(header)}")
        for cells in reader:
            try:
                yield _row(cells)
            except (ValueError, UserError) as error:
                raise DataError(f"{file}, row {reader.line_num}: {error}") from None
    except csv.Error as error:
        raise DataError(f"{file}, row {reader.line_num}: {error}") from None


def _row(cells: list[str]) -> Aggregate:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} cells for {len(COLUMNS)} columns")
    model, modality, category, benchmark, metric, n, *numbers, source, date = cells
    kind = parse_modality(modality)
    _check_category(kind, category)
    for name, cell in (("model", model), ("benchmark", benchmark), ("metric", metric), ("source", source)):
        if not cell.strip():
            raise ValueError(f"{name} is empty")
    if not (n.isascii() and n.isdigit() and int(n) > 0):
        raise ValueError(f"n must be a positive whole number, not {n!r}")
    values = (_number(name, cell) for name, cell in zip(COLUMNS[6:15], numbers, strict=True))
    quality, low, high, cost, tokens_in, tokens_out, p50, p95, ttft = values
    if quality is not None and (low is None or high is None or not 0 <= low <= quality <= high <= 1):
        raise ValueError(f"expected 0 ≤ quality_low ≤ quality ≤ quality_high ≤ 1, got {low}, {quality}, {high}")
    return Aggregate(
        model=model,
        modality=kind,
        category=category,
        benchmark=benchmark,
        metric=metric,
        n=int(n),
        quality=quality,
        quality_low=low,
        quality_high=high,
        cost_usd=cost,
        input_tokens=tokens_in,
        output_tokens=tokens_out,
        latency_p50_s=p50,
        latency_p95_s=p95,
        ttft_p50_s=ttft,
        source=source,
        date=date,
    )


@cache  # the same few dozen in hundreds of rows
def _check_category(modality: Modality, category: str) -> None:
    kind, subject = parse_category(modality, category)
    canonical = f"{kind.name}/{subject}" if subject else kind.name
    if category != canonical:
        raise ValueError(f"category {category!r} is spelled {canonical!r}")


def _number(name: str, cell: str) -> float | None:
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        raise ValueError(f"{name} must be a number or empty, not {cell!r}") from None
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{name} must be finite and not negative, not {cell!r}")
    return value
