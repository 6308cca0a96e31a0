"""MMLU-Pro (TIGER-AI-Lab): 10-way multiple choice in 13 subjects, right or wrong for 29 models."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from turnout.datasets.rows import Row, check_recorded, columns_of, csv_rows, jsonl_rows, lettered, table
from turnout.errors import DataError, InputFileError
from turnout.types import OutcomeTable

__all__ = ["MODELS", "read", "recorded"]

# Upstream keeps one archive per model, `model_outputs_<model>_5shots.zip`.
MODELS = (
    "DeepSeek-Coder-V2", "Llama-2-13b-hf", "Llama-2-70b-hf", "Llama-2-7b-hf", "Meta-Llama-3-70B", "Meta-Llama-3-8B",
    "Meta-Llama-3_1-70B-Instruct", "Meta-Llama-3_1-70B", "Meta-Llama-3_1-8B-Instruct", "Meta-Llama-3_1-8B",
    "Mistral-7B-Instruct-v0.1", "Mistral-7B-Instruct-v0.2", "Mistral-7B-v0.1", "Mistral-7B-v0.2-hf",
    "Mixtral-8x7B-Instruct-v0.1", "Mixtral-8x7B-v0.1", "Phi-3-mini-4k-instruct", "Qwen1.5-110B", "Qwen1.5-72B-Chat",
    "Qwen1.5-7B-Chat", "Yi-34B", "Yi-6B", "Yi-6b-Chat", "c4ai-command-r-v01", "gemini-1.5-flash-002",
    "gemini-1.5-pro-002", "gemma-7b", "jamba-1.5-large", "mathstral-7B",
)  # fmt: skip
_BEFORE, _AFTER = "model_outputs_", "_5shots.zip"


def read(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """Upstream's archives, one per model; or `prompts.jsonl.gz`, `correct.csv.gz` (empty = not run) and the like.

    Right is what upstream's parser made of the answer (`pred`); an answer in which it found none is wrong, a question
    that a model was not asked NaN. Of the other form, `response_tokens.csv.gz` has the tokens of 12 models and
    `responses.jsonl.gz` the answers of 6 (first 600 characters each). `responses`: models whose answers to keep.
    """
    if _archives(folder):
        return _read_archives(folder, responses)
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


def recorded(folder: Path) -> list[str]:
    """The models whose answers are in it."""
    if archives := _archives(folder):
        return list(archives)
    first = next(iter(jsonl_rows(folder / "responses.jsonl.gz")), None)
    return [] if first is None else [name for name in first.values if name != "id"]


def _archives(folder: Path) -> dict[str, Path]:
    paths = sorted(folder.glob(f"{_BEFORE}*{_AFTER}"))
    return {path.name.removeprefix(_BEFORE).removesuffix(_AFTER): path for path in paths}


def _read_archives(folder: Path, responses: Sequence[str]) -> OutcomeTable:
    archives = _archives(folder)
    check_recorded(folder, responses, list(archives))
    first: dict[str, Row] = {}
    right: dict[str, dict[str, float]] = {}
    said: dict[str, dict[str, str]] = {}
    for model, path in archives.items():
        right[model], said[model] = {}, {}
        for row in _entries(path):
            question = row.text("question_id")
            first.setdefault(question, row)
            pred = row.values.get("pred")
            if "pred" not in row.values or not (pred is None or isinstance(pred, str)):
                raise row.fault("'pred' is missing or is not text")
            right[model][question] = float(pred == row.text("answer"))
            if model in responses:
                said[model][question] = row.text("model_outputs")
    return table(
        "mmlu-pro",
        list(first),
        [lettered(row) for row in first.values()],
        list(archives),
        [[right[model].get(question, math.nan) for model in archives] for question in first],
        categories=[row.text("category") for row in first.values()],
        responses={model: [said[model].get(question) for question in first] for model in responses},
    )


def _entries(path: Path) -> Iterator[Row]:
    """The answers of an archive, which holds one JSON list."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".json") and not name.startswith("__MACOSX")]
            if len(names) != 1:
                raise DataError(f"{path}: it holds {len(names)} JSON files, not one")
            entries: Any = json.loads(archive.read(names[0]))
    except (zipfile.BadZipFile, ValueError, RecursionError) as error:
        raise DataError(f"{path}: it is not an intact archive of JSON: {error}") from error
    except OSError as error:
        raise InputFileError(f"cannot read {path}: {error.strerror or error}") from error
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        if not isinstance(entry, dict):
            raise DataError(f"{path}: row {number}: not a JSON object")
        yield Row(path, number, entry)


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
