"""LLMRouter (ulab-uiuc): one JSON line per question with a score in [0, 1] per model, 13 tasks."""

from __future__ import annotations

from pathlib import Path

from turnout.datasets.rows import Row, jsonl_rows, table
from turnout.errors import DataError
from turnout.types import OutcomeTable

__all__ = ["read"]


def read(folder: Path) -> OutcomeTable:
    """`scores.jsonl.gz`: task, question, scores. The release has no answers, so no output tokens and no cost: NaN.

    (Its `prices.json` lists prices per token. A cost without the output, the dearer part, would be made up.)
    """
    path = folder / "scores.jsonl.gz"
    rows = list(jsonl_rows(path))
    if not rows:
        raise DataError(f"{path}: it is empty")
    models = sorted(_scores(rows[0]).values)  # the order of the keys differs from row to row
    quality = []
    for row in rows:
        scores = _scores(row)
        if sorted(scores.values) != models:
            raise row.fault("its models are not those of the first row")
        quality.append([scores.quality(model) for model in models])
    return table(
        "llmrouter",
        [str(row.number) for row in rows],
        [row.text("question") for row in rows],
        models,
        quality,
        categories=[row.text("task") for row in rows],
    )


def _scores(row: Row) -> Row:
    scores = row.values.get("scores")
    if not isinstance(scores, dict):
        raise row.fault("'scores' is missing or is not an object")
    return Row(row.path, row.number, scores)
