"""Which data sets Turnout can read, and reading them by name."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from turnout.errors import InputFileError, UserError
from turnout.types import OutcomeTable

__all__ = ["DATASETS", "DatasetInfo", "load", "present"]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """A public data set. `folder` is its place in the data folder, `probe` what is in it when the data is here."""

    name: str
    title: str
    size: str  # "5,160 prompts × 9 models", of the part this was written for
    licence: str
    source: str
    folder: str
    probe: str
    reader: str  # "module:function", imported when it is used
    responses: bool = (
        False  # whether recorded answers are in it: its reader then takes the models whose answers to keep
    )


DATASETS: Mapping[str, DatasetInfo] = MappingProxyType(
    {
        info.name: info
        for info in (
            DatasetInfo(
                "llmrouter", "LLMRouter: 13 text tasks, a score per model", "5,160 prompts × 9 models", "MIT",
                "ulab-uiuc/LLMRouter", "llmrouter", "scores.jsonl.gz", "llmrouter:read",
            ),
            DatasetInfo(
                "routellm-mmlu", "RouteLLM's MMLU: GPT-4 and Mixtral, 57 subjects", "11,267 prompts × 2 models",
                "Apache-2.0", "lm-sys/RouteLLM", "routellm", "mmlu", "routellm:read_mmlu",
            ),
            DatasetInfo(
                "routellm-gsm8k", "RouteLLM's GSM8K: GPT-4 and Mixtral, school mathematics", "1,066 prompts × 2 models",
                "Apache-2.0", "lm-sys/RouteLLM", "routellm", "gsm8k_responses.csv", "routellm:read_gsm8k",
                responses=True,
            ),
            DatasetInfo(
                "mmlu-pro", "MMLU-Pro: 10-way multiple choice, 13 subjects", "8,704 prompts × 29 models", "Apache-2.0",
                "TIGER-AI-Lab/MMLU-Pro", "mmlu_pro", "correct.csv.gz", "mmlu_pro:read", responses=True,
            ),
            DatasetInfo(
                "routerbench", "RouterBench 0-shot (a slice): scores and real costs", "122 prompts × 11 models", "MIT",
                "RouterBench via FrontierCS/Frontier-CS", "routerbench", "routerbench_0shot_slice.csv",
                "routerbench:read", responses=True,
            ),
            DatasetInfo(
                "math-v", "MATH-V: competition questions about a picture", "2,440 prompts × 15 models", "MIT",
                "mathllm/MATH-V", "mathv", "correct.csv.gz", "math_v:read",
            ),
            DatasetInfo(
                "asr-librispeech", "LibriSpeech test-clean: word accuracy of four speech services",
                "2,620 prompts × 4 models", "MIT", "dighr/audio_analysis", "asr", "librispeech_test_clean.csv.gz",
                "asr_librispeech:read",
            ),
        )
    }
)  # fmt: skip


def present(info: DatasetInfo, data_dir: Path | None) -> bool:
    """Whether the data set is in `data_dir`."""
    return data_dir is not None and (data_dir / info.folder / info.probe).exists()


def load(name_or_path: str, data_dir: Path | None = None, responses: Sequence[str] = ()) -> OutcomeTable:
    """A data set of `DATASETS` from `data_dir`, or a file of outcomes by its path (see `outcomes.read`).

    `responses` names the models whose recorded answers are wanted too. Raises `UserError` for an unknown
    name, `InputFileError` for data that is not there, `DataError` for a bad row.
    """
    info = DATASETS.get(name_or_path)
    if responses and (info is None or not info.responses):
        having = ", ".join(d.name for d in DATASETS.values() if d.responses)
        raise UserError(f"{name_or_path} has no recorded answers; those that have: {having}")
    if info is None:
        return _load_file(name_or_path)
    if data_dir is None:
        raise InputFileError(
            f"where is {info.name}? Set TURNOUT_DATA (or --data-dir) to the folder with {info.folder}/{info.probe}"
        )
    if not present(info, data_dir):
        raise InputFileError(
            f"{info.name} is not in {data_dir}: there is no {info.folder}/{info.probe}; get it from {info.source},"
            f" or set TURNOUT_DATA (or --data-dir) to the folder that holds it"
        )
    module, _, function = info.reader.partition(":")
    read = getattr(importlib.import_module(f"turnout.datasets.{module}"), function)
    outcomes: OutcomeTable = read(data_dir / info.folder, responses) if responses else read(data_dir / info.folder)
    return outcomes


def _load_file(name_or_path: str) -> OutcomeTable:
    path = Path(name_or_path)
    if path.is_file():
        from turnout.datasets import outcomes

        return outcomes.read(path)
    if path.suffix or len(path.parts) > 1:
        raise InputFileError(f"no such file of outcomes: {path}")
    near = difflib.get_close_matches(name_or_path, DATASETS, n=1)
    hint = f"; did you mean {near[0]}?" if near else ";"
    raise UserError(
        f"unknown data set {name_or_path!r}{hint} known: {', '.join(DATASETS)}; or the path of a .csv or .jsonl file"
    )
