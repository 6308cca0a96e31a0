"""Your own outcomes: a CSV or JSON-lines file with one trial of one model on one prompt per row.

The results of `turnout bench` are such a file too.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from turnout.datasets.rows import Row, columns_of, csv_rows, jsonl_rows
from turnout.errors import DataError, InputFileError
from turnout.types import OutcomeTable

__all__ = ["COLUMNS", "read"]

REQUIRED = ("prompt", "model", "quality")
MEASURED = ("quality", "cost_usd", "latency_s", "output_tokens")
COLUMNS = (*REQUIRED, "prompt_id", "category", "cost_usd", "latency_s", "input_tokens", "output_tokens", "error")
# What a row of `turnout bench` has beside or instead of these: `task_id` is the prompt's id.
RESULT_COLUMNS = ("task_id", "modality", "language", "metric", "ttft_s", "at", "answer")


def read(path: Path) -> OutcomeTable:
    """Columns `COLUMNS`, of which prompt, model and quality are required; empty = not measured, for quality unscored.

    Trials of one prompt belong together by `prompt_id`, without it by the prompt's text. Several trials of one model on
    one prompt are averaged, each number over the trials that have it. A trial with an `error` keeps what was measured,
    and must be unscored. Prompts and models keep the order in which they first appear. A file with the column `task_id`
    is one of benchmark results: it may have `RESULT_COLUMNS` and lack `prompt`, whose place the task's id then takes.
    """
    prompts: dict[str, str] = {}
    categories: dict[str, str] = {}
    models: dict[str, int] = {}
    trials: list[tuple[str, str, list[float]]] = []
    for row in _rows(path):
        task = _optional(row, "task_id")
        if not task and "task_id" in row.values:
            raise row.fault("'task_id' is empty")
        prompt = row.text("prompt" if not task or "prompt" in row.values else "task_id")
        model = row.text("model")
        if not model:
            raise row.fault("'model' is empty")
        key = (
            task
            or _optional(row, "prompt_id")
            or hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        )
        category = _optional(row, "category")
        if prompts.setdefault(key, prompt) != prompt:
            raise row.fault(f"prompt_id {key!r} was another prompt's before")
        if categories.setdefault(key, category) != category:
            raise row.fault(f"the prompt's category was {categories[key]!r} before, now {category!r}")
        quality = row.quality("quality")
        if _optional(row, "error") and not math.isnan(quality):
            raise row.fault("it has an error and a quality; a failed call is unscored, leave its quality empty")
        row.number_or_nan("input_tokens")  # checked, though no table holds it
        models.setdefault(model, len(models))
        trials.append((key, model, [quality, *(row.number_or_nan(name) for name in MEASURED[1:])]))
    if not trials:
        raise DataError(f"{path}: it has no outcomes")

    row_of = {key: i for i, key in enumerate(prompts)}
    total = np.zeros((len(MEASURED), len(prompts), len(models)))
    count = np.zeros_like(total)
    for key, model, numbers in trials:
        values = np.array(numbers)
        known = np.isfinite(values)
        total[known, row_of[key], models[model]] += values[known]
        count[known, row_of[key], models[model]] += 1
    mean = np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
    return OutcomeTable(
        name=path.name.split(".")[0],
        prompt_ids=tuple(prompts),
        prompts=tuple(prompts.values()),
        model_ids=tuple(models),
        quality=mean[0],
        cost_usd=mean[1],
        latency_s=mean[2],
        output_tokens=mean[3],
        categories=tuple(categories.values()) if any(categories.values()) else None,
    )


def _rows(path: Path) -> Iterator[Row]:
    kind = (path.name.removesuffix(".gz").rpartition(".")[2]).lower()
    if kind in ("jsonl", "ndjson"):
        for row in jsonl_rows(path):
            _check_columns(path, row.number, row.values)
            yield row
    elif kind == "csv":
        _check_columns(path, 1, columns_of(path))
        yield from csv_rows(path)
    else:
        raise InputFileError(f"{path} is neither .csv nor .jsonl (nor either with .gz): outcomes are read from those")


def _check_columns(path: Path, number: int, found: object) -> None:
    names = list(found) if isinstance(found, list | dict) else []
    results = "task_id" in names
    required = REQUIRED[1:] if results else REQUIRED
    allowed = [*(name for name in COLUMNS if name != "prompt_id"), *RESULT_COLUMNS] if results else COLUMNS
    missing = [name for name in required if name not in names]
    unknown = [name for name in names if name not in allowed]
    if missing or unknown:
        wrong = f"no column {missing[0]!r}" if missing else f"unknown column {unknown[0]!r}"
        raise DataError(
            f"{path}: row {number}: {wrong}; columns are {', '.join(allowed)}; required: {', '.join(required)}"
        )


def _optional(row: Row, column: str) -> str:
    return "" if row.values.get(column) in (None, "") else row.text(column)
