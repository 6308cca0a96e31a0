"""MATH-V (mathllm): competition questions about a picture, right or wrong for 15 vision configurations."""

from __future__ import annotations

from pathlib import Path

from turnout.datasets.rows import Row, columns_of, csv_rows, jsonl_rows, table
from turnout.types import OutcomeTable

__all__ = ["read"]


def read(folder: Path) -> OutcomeTable:
    """`questions.jsonl.gz` and `correct.csv.gz`. The prompt is question and options, without the picture."""
    questions = list(jsonl_rows(folder / "questions.jsonl.gz"))
    correct = {row.text("id"): row for row in csv_rows(folder / "correct.csv.gz")}
    models = [column for column in columns_of(folder / "correct.csv.gz") if column != "id"]
    quality = []
    for question in questions:
        row = correct.get(question.text("id"))
        if row is None:
            raise question.fault(f"question {question.text('id')} has no row in correct.csv.gz")
        quality.append([row.quality(model) for model in models])
    return table(
        "math-v",
        [row.text("id") for row in questions],
        [_prompt(row) for row in questions],
        models,
        quality,
        categories=[row.text("subject") for row in questions],
    )


def _prompt(row: Row) -> str:
    options = row.values.get("options")
    if not isinstance(options, list):
        raise row.fault("'options' is missing or is not a list")
    lettered = [f"{chr(ord('A') + i)}. {option}" for i, option in enumerate(options)]
    return "\n".join([row.text("question"), *lettered])
