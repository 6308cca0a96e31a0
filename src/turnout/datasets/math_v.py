"""MATH-V (mathllm): competition questions about a picture, right or wrong for 15 vision configurations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from turnout.datasets.rows import Row, check_recorded, columns_of, csv_rows, jsonl_rows, lettered, table
from turnout.errors import InputFileError, UserError
from turnout.types import OutcomeTable

__all__ = ["read", "recorded"]


def read(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """Upstream's `test.jsonl` and `outputs/<model>.jsonl`, or `questions.jsonl.gz` and `correct.csv.gz`.

    The prompt is question and options, without the picture. Only upstream's files have the answers (`responses`).
    """
    if (folder / "outputs").is_dir():
        return _read_outputs(folder, responses)
    if responses:
        raise UserError(f"{folder} has no recorded answers; upstream's own files do: turnout data fetch math-v")
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
        [lettered(row) for row in questions],
        models,
        quality,
        categories=[row.text("subject") for row in questions],
    )


def recorded(folder: Path) -> list[str]:
    """The models whose answers are in it."""
    return [path.stem for path in _outputs(folder)]


def _outputs(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "outputs").rglob("*.jsonl") if path.stem != "Random-Chance")


def _read_outputs(folder: Path, responses: Sequence[str]) -> OutcomeTable:
    """A model's file has one line per question with `correct`; a question it lacks was not asked (NaN)."""
    questions = list(jsonl_rows(folder / "test.jsonl"))
    paths = _outputs(folder)
    if not paths:
        raise InputFileError(f"no model's .jsonl in {folder / 'outputs'}")
    check_recorded(folder, responses, [path.stem for path in paths])
    said = [{row.text("id"): row for row in jsonl_rows(path)} for path in paths]
    ids = [row.text("id") for row in questions]
    return table(
        "math-v",
        ids,
        [lettered(row) for row in questions],
        [path.stem for path in paths],
        [[_correct(rows[i]) if i in rows else math.nan for rows in said] for i in ids],
        categories=[row.text("subject") for row in questions],
        responses={
            path.stem: [rows[i].text("response") if i in rows else None for i in ids]
            for path, rows in zip(paths, said, strict=True)
            if path.stem in responses
        },
    )


def _correct(row: Row) -> float:
    verdict = row.values.get("correct")
    if not isinstance(verdict, bool):
        raise row.fault("'correct' must be true or false")
    return float(verdict)
