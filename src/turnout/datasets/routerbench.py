"""RouterBench (Hu et al. 2024, arXiv 2403.12031): a score and the real cost (USD) per model, 0-shot and 5-shot."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from turnout.datasets.columns import Columns, csv_columns
from turnout.datasets.frame_pickle import read_columns
from turnout.datasets.rows import Row, check_recorded, columns_of, either
from turnout.errors import DataError, InputFileError
from turnout.types import OutcomeTable

__all__ = ["answering", "is_routerbench", "read", "read_5shot", "read_file", "recorded", "recorded_5shot"]

_COST, _RESPONSE = "|total_cost", "|model_response"
_0SHOT = ("routerbench_0shot.pkl", "routerbench_0shot.csv", "routerbench_0shot_slice.csv")
_5SHOT = ("routerbench_5shot.pkl", "routerbench_5shot.csv")


def read(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """Upstream's `routerbench_0shot.pkl`, or the same columns as CSV. `responses`: models whose answers to keep."""
    return read_file(either(folder, *_0SHOT), "routerbench", responses)


def read_5shot(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """`routerbench_5shot.pkl` or CSV: the same questions behind five worked examples; 154 of its scores are missing."""
    return read_file(either(folder, *_5SHOT), "routerbench-5shot", responses)


def recorded(folder: Path) -> list[str]:
    """The models whose answers are in it."""
    return answering(either(folder, *_0SHOT))


def recorded_5shot(folder: Path) -> list[str]:
    """The models whose answers are in it."""
    return answering(either(folder, *_5SHOT))


def answering(path: Path) -> list[str]:
    """The models whose answers are in a file."""
    return _answering(list(_file_columns(path).values))


def is_routerbench(path: Path) -> bool:
    """Whether a file of one's own is a copy of RouterBench: a pickle, or a CSV with its columns."""
    kind = path.name.removesuffix(".gz").rpartition(".")[2].lower()
    return kind in ("pkl", "pickle") or (kind == "csv" and bool(_costed(columns_of(path))))


def read_file(path: Path, name: str = "", responses: Sequence[str] = ()) -> OutcomeTable:
    """A table in RouterBench's columns: a model is whatever has a `<model>|total_cost`.

    A pickle is read by `frame_pickle`, which runs nothing of it. Row 1 is a pickle's first row, and a CSV's header.
    """
    table = _file_columns(path)
    models = _costed(list(table.values))
    if not models:
        raise DataError(f"{path}: row 1: no column ends in {_COST}: these are not RouterBench's columns")
    for column in ("sample_id", "prompt", "eval_name", *models):
        if column not in table.values:
            raise DataError(f"{path}: row 1: no column {column!r}")
    if not len(table):
        raise DataError(f"{path}: it has no rows")
    check_recorded(path, responses, _answering(list(table.values)))
    quality = np.column_stack([table.quality(model) for model in models])
    cost = np.column_stack([table.number(model + _COST) for model in models])
    return OutcomeTable(
        name=name or path.name.split(".")[0],
        prompt_ids=tuple(table.text("sample_id")),
        prompts=_prompts(table),
        model_ids=tuple(models),
        quality=quality,
        cost_usd=cost,
        latency_s=np.full(quality.shape, np.nan),
        output_tokens=np.full(quality.shape, np.nan),
        categories=tuple(table.text("eval_name")),
        responses={model: _answers(table, model) for model in responses},
    )


def _file_columns(path: Path) -> Columns:
    if not path.is_file():
        raise InputFileError(f"no such file: {path}")
    if path.name.removesuffix(".gz").endswith(".csv"):
        stretches = list(csv_columns(path, lambda number, names: None, size=2**62))
        return stretches[0] if stretches else Columns(path, (), dict.fromkeys(columns_of(path), ()))
    columns = read_columns(path)
    return Columns(path, range(1, 1 + len(next(iter(columns.values()), ()))), columns)


def _costed(columns: Collection[str]) -> list[str]:
    return sorted(column.removesuffix(_COST) for column in columns if column.endswith(_COST))


def _answering(columns: Collection[str]) -> list[str]:
    return [model for model in _costed(columns) if model + _RESPONSE in columns]


def _prompts(table: Columns) -> tuple[str, ...]:
    """The turns of each prompt, which upstream keeps as the repr of a Python list, one under the other."""
    found = []
    for i, written in enumerate(table.values["prompt"]):
        turns = written if isinstance(written, list) else _turns(written)
        if turns is None or not all(isinstance(turn, str) for turn in turns):
            raise Row(table.path, table.numbers[i], {}).fault("'prompt' is not a list of texts, nor the repr of one")
        found.append("\n".join(turns))
    return tuple(found)


def _answers(table: Columns, model: str) -> tuple[str | None, ...]:
    """An answer is the repr of a list of one text, too; where it is plain text, it stays as it is."""
    found: list[str | None] = []
    for written in table.values[model + _RESPONSE]:
        turns = written if isinstance(written, list) else _turns(written)
        if turns is not None and all(isinstance(turn, str) for turn in turns):
            found.append("\n".join(turns))
        else:
            found.append(written if isinstance(written, str) else None)
    return tuple(found)


def _turns(text: Any) -> list[Any] | None:
    if not isinstance(text, str) or not text.startswith("["):
        return None
    try:
        turns = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return turns if isinstance(turns, list) else None
