"""MMLU-Pro (TIGER-AI-Lab): 10-way multiple choice in 13 subjects, right or wrong for 29 models."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from turnout.datasets.rows import check_recorded, columns_of, csv_rows, jsonl_rows, table
from turnout.types import OutcomeTable

__all__ = ["read"]


def read(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """`prompts.jsonl.gz`, `correct.csv.gz` (empty = not run = NaN) and `response_tokens.csv.gz` (12 of the models).

    `responses`: models whose answers to read from `responses.jsonl.gz` (6 of the models, first 600 characters each).
    """
    prompts = list(jsonl_rows(folder / "prompts.jsonl.gz"))
    correct = {row.text("id"): row for row in csv_rows(folder / "correct.csv.gz")}
    tokens = {row.text("id"): row for row in csv_rows(folder / "response_tokens.csv.gz")}
    models = [column for column in columns_of(folder / "correct.csv.gz") if column != "id"]
    quality, output_tokens = [], []
    for prompt in prompts:
        row, counted = correct.get(prompt.text("id")), tokens.get(prompt.text("id"))
        if row is None:
            raise prompt.fault(f"question {prompt.text('id')} has no row in correct.csv.gz")
        quality.append([row.quality(model) for model in models])
        output_tokens.append([math.nan if counted is None else counted.number_or_nan(model) for model in models])
    return table(
        "mmlu-pro",
        [row.text("id") for row in prompts],
        [row.text("prompt") for row in prompts],
        models,
        quality,
        categories=[row.text("task") for row in prompts],
        output_tokens=output_tokens,
        responses=_responses(folder / "responses.jsonl.gz", [row.text("id") for row in prompts], responses),
    )


def _responses(path: Path, ids: Sequence[str], models: Sequence[str]) -> dict[str, list[str | None]]:
    if not models:
        return {}
    kept: dict[str, dict[str, str]] = {model: {} for model in models}
    seen: set[str] = set()
    for row in jsonl_rows(path):
        seen.update(row.values)
        for model in models:
            if row.values.get(model) is not None:
                kept[model][row.text("id")] = row.text(model)
    check_recorded(path, models, seen - {"id"})
    return {model: [texts.get(i) for i in ids] for model, texts in kept.items()}
