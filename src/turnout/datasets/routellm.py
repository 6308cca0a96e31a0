"""RouteLLM (lm-sys): which of two models answered MMLU and GSM8K questions right, as its repository ships the files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from turnout.datasets.rows import check_recorded, csv_rows, table
from turnout.errors import InputFileError
from turnout.types import OutcomeTable

__all__ = ["MODELS", "read_gsm8k", "read_mmlu", "recorded"]

MODELS = ("mistralai/Mixtral-8x7B-Instruct-v0.1", "gpt-4-1106-preview")


def read_mmlu(folder: Path) -> OutcomeTable:
    """`mmlu/mmlu_<subject>.csv`, 57 of them; the category is the subject. Exact duplicates of a prompt are kept."""
    paths = sorted((folder / "mmlu").glob("mmlu_*.csv"))
    if not paths:
        raise InputFileError(f"no mmlu_*.csv in {folder / 'mmlu'}")
    return _read("routellm-mmlu", [(path, path.stem.removeprefix("mmlu_")) for path in paths])


def read_gsm8k(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """`gsm8k_responses.csv`. The answers are there (`responses`: whose to keep), their token counts are not: NaN."""
    path = folder / "gsm8k_responses.csv"
    check_recorded(path, responses, MODELS)
    return _read("routellm-gsm8k", [(path, "grade_school_math")], responses)


def recorded(folder: Path) -> list[str]:
    """The models whose answers to GSM8K are in it: both."""
    return list(MODELS)


def _read(name: str, files: list[tuple[Path, str]], responses: Sequence[str] = ()) -> OutcomeTable:
    rows = [(row, subject) for path, subject in files for row in csv_rows(path)]
    for row, _ in rows:
        for model in MODELS:
            if row.values.get(model) not in ("True", "False"):
                raise row.fault(f"{model!r} must be True or False")
    return table(
        name,
        [f"{subject}/{row.number}" for row, subject in rows],
        [row.text("prompt") for row, _ in rows],
        MODELS,
        [[row.quality(model) for model in MODELS] for row, _ in rows],
        categories=[subject for _, subject in rows],
        responses={model: [row.text(f"{model}_response") for row, _ in rows] for model in responses},
    )
