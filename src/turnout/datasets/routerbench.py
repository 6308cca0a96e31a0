"""RouterBench, 0-shot (Hu et al. 2024, arXiv 2403.12031): a score and the real cost (USD) per model."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from turnout.datasets.rows import Row, check_recorded, columns_of, csv_rows, table
from turnout.errors import DataError
from turnout.types import OutcomeTable

__all__ = ["read"]

_COST = "|total_cost"


def read(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """`routerbench_0shot_slice.csv`, upstream's columns: a model is whatever has a `<model>|total_cost`.

    `responses`: models whose recorded answers to keep.
    """
    path = folder / "routerbench_0shot_slice.csv"
    models = sorted(c.removesuffix(_COST) for c in columns_of(path) if c.endswith(_COST))
    if not models:
        raise DataError(f"{path}: row 1: no column ends in {_COST}")
    check_recorded(path, responses, models)
    rows = list(csv_rows(path))
    return table(
        "routerbench",
        [row.text("sample_id") for row in rows],
        [_prompt(row) for row in rows],
        models,
        [[row.quality(model) for model in models] for row in rows],
        categories=[row.text("eval_name") for row in rows],
        cost_usd=[[row.number_or_nan(model + _COST) for model in models] for row in rows],
        responses={model: [row.text(model + "|model_response") for row in rows] for model in responses},
    )


def _prompt(row: Row) -> str:
    """The turns of the prompt, which upstream keeps as the repr of a Python list, one under the other."""
    text = row.text("prompt")
    try:
        turns = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise row.fault("'prompt' is not the repr of a list") from None
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise row.fault("'prompt' is not a list of texts")
    return "\n".join(turns)
