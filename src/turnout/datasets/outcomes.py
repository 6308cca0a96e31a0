"""Your own outcomes: a CSV, JSON-lines or Parquet file with one trial of one model on one prompt per row.

The results of `turnout bench` are such a file too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from turnout.datasets.columns import Columns, csv_columns, jsonl_columns, parquet_columns
from turnout.errors import DataError, InputFileError
from turnout.types import Array, OutcomeTable

__all__ = ["COLUMNS", "read"]

REQUIRED = ("prompt", "model", "quality")
MEASURED = ("quality", "cost_usd", "latency_s", "output_tokens")
COLUMNS = (*REQUIRED, "prompt_id", "category", "cost_usd", "latency_s", "input_tokens", "output_tokens", "error")
# What a row of `turnout bench` has beside or instead of these: `task_id` is the prompt's id.
RESULT_COLUMNS = (
    "task_id", "repeat", "modality", "language", "source", "by", "against", "order", "metric", "ttft_s",
    "finish_reason", "at", "answer",
)  # fmt: skip


def read(path: Path) -> OutcomeTable:
    """Columns `COLUMNS`, of which prompt, model and quality are required; empty = not measured, for quality unscored.

    Trials of one prompt belong together by `prompt_id`, without it by the prompt's text. Several trials of one model on
    one prompt are averaged, each number over the trials that have it. A trial with an `error` keeps what was measured,
    and must be unscored. Prompts and models keep the order in which they first appear. A file with the column `task_id`
    is one of benchmark results: it may have `RESULT_COLUMNS` and lack `prompt`, whose place the task's id then takes.
    Of its rows only the answers scored by rule count, not verdicts and votes on them.
    """
    trials = _Trials()
    for stretch in _stretches(path):
        sources = stretch.text_or_empty("source")
        answers = [i for i, source in enumerate(sources) if source in ("", "exact")]
        trials.add(stretch if len(answers) == len(sources) else stretch.only(answers))
    return trials.table(path)


class _Trials:
    """The trials of a file, gathered stretch by stretch."""

    def __init__(self) -> None:
        self.prompts: dict[str, str] = {}  # key → prompt
        self.categories: dict[str, str] = {}
        self.models: dict[str, int] = {}
        self.rows: dict[str, int] = {}  # key → row of the table
        self.hashed: dict[str, str] = {}  # prompt → key
        self.where: list[tuple[Array, Array]] = []  # row and column of each trial
        self.measured: list[Array] = []  # shape (len(MEASURED), n_trials)

    def add(self, stretch: Columns) -> None:
        """Check the rows and keep their numbers."""
        models = stretch.text("model")
        if "" in models:
            raise stretch.row(models.index("")).fault("'model' is empty")
        quality = stretch.quality("quality")
        failed = [i for i, error in enumerate(stretch.text_or_empty("error")) if error and not np.isnan(quality[i])]
        if failed:
            raise stretch.row(failed[0]).fault(
                "it has an error and a quality; a failed call is unscored, leave its quality empty"
            )
        stretch.number("input_tokens")  # checked, though no table holds it
        keys = self._keys(stretch)
        self.measured.append(np.stack([quality, *(stretch.number(name) for name in MEASURED[1:])]))
        columns = [self.models.setdefault(model, len(self.models)) for model in models]
        self.where.append((np.array([self.rows[key] for key in keys]), np.array(columns)))

    def _keys(self, stretch: Columns) -> Sequence[str]:
        tasks, ids = stretch.text_or_empty("task_id"), stretch.text_or_empty("prompt_id")
        results = "task_id" in stretch.values
        if results and "" in tasks:
            raise stretch.row(tasks.index("")).fault("'task_id' is empty")
        prompts = stretch.text("prompt" if not results or "prompt" in stretch.values else "task_id")
        given = tasks if results else ids
        keys = [key or self._hash(prompt) for key, prompt in zip(given, prompts, strict=True)]
        categories = stretch.text_or_empty("category")
        for i, (key, prompt, category) in enumerate(zip(keys, prompts, categories, strict=True)):
            if self.prompts.setdefault(key, prompt) != prompt:
                raise stretch.row(i).fault(f"prompt_id {key!r} was another prompt's before")
            if self.categories.setdefault(key, category) != category:
                before = self.categories[key]
                raise stretch.row(i).fault(f"the prompt's category was {before!r} before, now {category!r}")
            self.rows.setdefault(key, len(self.rows))
        return keys

    def _hash(self, prompt: str) -> str:
        if prompt not in self.hashed:
            self.hashed[prompt] = hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return self.hashed[prompt]

    def table(self, path: Path) -> OutcomeTable:
        """The means over trials; a number that no trial has is NaN."""
        if not self.measured:
            raise DataError(f"{path}: it has no outcomes")
        shape = (len(self.prompts), len(self.models))
        rows, columns = (np.concatenate(part) for part in zip(*self.where, strict=True))
        cell = rows * shape[1] + columns
        means = []
        for values in np.concatenate(self.measured, axis=1):
            known = np.isfinite(values)
            size = shape[0] * shape[1]
            count = np.bincount(cell[known], minlength=size)
            total = np.bincount(cell[known], weights=values[known], minlength=size)
            means.append(np.divide(total, count, out=np.full(size, np.nan), where=count > 0).reshape(shape))
        return OutcomeTable(
            name=path.name.split(".")[0],
            prompt_ids=tuple(self.prompts),
            prompts=tuple(self.prompts.values()),
            model_ids=tuple(self.models),
            quality=means[0],
            cost_usd=means[1],
            latency_s=means[2],
            output_tokens=means[3],
            categories=tuple(self.categories.values()) if any(self.categories.values()) else None,
        )


def _stretches(path: Path) -> Iterator[Columns]:
    kind = (path.name.removesuffix(".gz").rpartition(".")[2]).lower()

    def check(number: int, names: Sequence[str]) -> None:
        _check_columns(path, number, names)

    if kind in ("jsonl", "ndjson"):
        yield from jsonl_columns(path, check)
    elif kind == "csv":
        yield from csv_columns(path, check)
    elif kind == "parquet" and path.suffix != ".gz":
        yield from parquet_columns(path, check)
    else:
        raise InputFileError(f"{path} is neither .csv, .jsonl (nor either with .gz) nor .parquet: outcomes are those")


def _check_columns(path: Path, number: int, names: Sequence[str]) -> None:
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
