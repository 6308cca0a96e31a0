"""MMLU-Pro (TIGER-AI-Lab): 10-way multiple choice in 13 subjects, right or wrong for 29 models."""

from __future__ import annotations

import math
from pathlib import Path

from turnout.datasets.rows import columns_of, csv_rows, jsonl_rows, table
from turnout.types import OutcomeTable

__all__ = ["read"]


def read(folder: Path) -> OutcomeTable:
    """`prompts.jsonl.gz`, `correct.csv.gz` (empty = not run = NaN) and `response_tokens.csv.gz` (12 of the models)."""
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
    )
