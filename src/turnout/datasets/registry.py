"""Which data sets Turnout can read, and reading them by name."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from turnout.errors import InputFileError, UserError
from turnout.types import OutcomeTable

__all__ = ["DATASETS", "DatasetInfo", "find", "load", "present", "recorded", "where"]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """A public data set. `folder` is its place in the data folder; one of `probes` is in it when the data is here."""

    name: str
    title: str
    size: str  # of upstream's release, as far as it is known
    licence: str
    source: str
    folder: str
    probes: tuple[str, ...]  # upstream's own files first, then other forms that the reader takes
    reader: str  # "module:function", imported when it is used
    recorded: str = ""  # "module:function" that lists the models whose answers can be kept, where there are any


DATASETS: Mapping[str, DatasetInfo] = MappingProxyType(
    {
        info.name: info
        for info in (
            DatasetInfo(
                "llmrouter", "LLMRouter: 13 text tasks, a score per model", "5,160 prompts × 9 models", "MIT",
                "ulab-uiuc/LLMRouter", "llmrouter", ("scores.jsonl.gz",), "llmrouter:read",
            ),
            DatasetInfo(
                "routerbench", "RouterBench 0-shot: scores, answers and real costs", "36,497 prompts × 11 models",
                "MIT (code; the data card names none)", "withmartian/routerbench", "routerbench",
                ("routerbench_0shot.pkl", "routerbench_0shot.csv", "routerbench_0shot_slice.csv"),
                "routerbench:read", "routerbench:recorded",
            ),
            DatasetInfo(
                "routerbench-5shot", "RouterBench behind five worked examples", "36,511 prompts × 11 models",
                "MIT (code; the data card names none)", "withmartian/routerbench", "routerbench",
                ("routerbench_5shot.pkl", "routerbench_5shot.csv"), "routerbench:read_5shot",
                "routerbench:recorded_5shot",
            ),
            DatasetInfo(
                "routellm-mmlu", "RouteLLM's MMLU: GPT-4 and Mixtral, 57 subjects", "≥ 11,267 prompts × 2 models",
                "Apache-2.0", "lm-sys/RouteLLM", "routellm", ("mmlu",), "routellm:read_mmlu",
            ),
            DatasetInfo(
                "routellm-gsm8k", "RouteLLM's GSM8K: GPT-4 and Mixtral, school mathematics",
                "≥ 1,066 prompts × 2 models", "Apache-2.0", "lm-sys/RouteLLM", "routellm", ("gsm8k_responses.csv",),
                "routellm:read_gsm8k", "routellm:recorded",
            ),
            DatasetInfo(
                "mmlu-pro", "MMLU-Pro: 10-way multiple choice, 14 subjects", "12,032 prompts × 29 models",
                "Apache-2.0", "TIGER-AI-Lab/MMLU-Pro", "mmlu_pro", ("model_outputs_*_5shots.zip", "correct.csv.gz"),
                "mmlu_pro:read", "mmlu_pro:recorded",
            ),
            DatasetInfo(
                "mt-bench", "MT-Bench: human votes between answers, 8 categories",
                "80 questions × 2 turns × 6 models", "CC-BY-4.0 (votes), Apache-2.0 (questions)", "lm-sys/FastChat",
                "mt_bench", ("human-00000-of-00001-25f4910818759289.parquet", "human.jsonl"), "mt_bench:read",
                "mt_bench:recorded",
            ),
            DatasetInfo(
                "llmdrift", "LLMDrift: GPT-3.5 and GPT-4 in two snapshots, measured latency and cost",
                "1,650 prompts × 4 models", "Apache-2.0", "lchen001/LLMDrift", "llmdrift",
                ("PRIME_FULL_EVAL.csv", "PRIME_FULL_EVAL.csv.gz"), "llmdrift:read", "llmdrift:recorded",
            ),
            DatasetInfo(
                "math-v", "MATH-V: competition questions about a picture", "3,040 prompts × 15 models", "MIT",
                "mathllm/MATH-V", "mathv", ("outputs", "correct.csv.gz"), "math_v:read", "math_v:recorded",
            ),
            DatasetInfo(
                "asr-librispeech", "LibriSpeech test-clean: word accuracy of four speech services",
                "2,620 prompts × 4 models", "MIT", "dighr/audio_analysis", "asr",
                ("google.csv", "librispeech_test_clean.csv.gz"), "asr_librispeech:read", "asr_librispeech:recorded",
            ),
        )
    }
)  # fmt: skip


def find(name: str) -> DatasetInfo:
    """The data set of this name; raises `UserError` for an unknown one."""
    info = DATASETS.get(name)
    if info is None:
        near = difflib.get_close_matches(name, DATASETS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ";"
        raise UserError(f"unknown data set {name!r}{hint} known: {', '.join(DATASETS)}")
    return info


def where(info: DatasetInfo, data_dir: Path | None) -> Path | None:
    """The folder that holds the data set, None when it is not in `data_dir`."""
    if data_dir is None:
        return None
    folder = data_dir / info.folder
    return folder if any(next(folder.glob(probe), None) for probe in info.probes) else None


def present(info: DatasetInfo, data_dir: Path | None) -> bool:
    """Whether the data set is in `data_dir`."""
    return where(info, data_dir) is not None


def load(name_or_path: str, data_dir: Path | None = None, responses: Sequence[str] = ()) -> OutcomeTable:
    """A data set of `DATASETS` from `data_dir`, or a file by its path: outcomes of one's own, RouterBench, or
    what `turnout data prepare` wrote.

    A file is read as RouterBench when it is a pickle, or a CSV with RouterBench's columns; else by `outcomes.read`.
    `responses` names the models whose recorded answers are wanted too. Raises `UserError` for an unknown name,
    `InputFileError` for data that is not there, `DataError` for a bad row.
    """
    path = Path(name_or_path)
    if name_or_path not in DATASETS and path.is_file():
        from turnout.datasets import outcomes, prepare, routerbench

        if prepare.is_prepared(path):
            return prepare.read(path).outcomes
        if routerbench.is_routerbench(path):
            return routerbench.read_file(path, responses=responses)
        if responses:
            raise _no_answers(name_or_path)
        return outcomes.read(path)
    if name_or_path not in DATASETS and (path.suffix or len(path.parts) > 1):
        raise InputFileError(f"no such file of outcomes: {path}")
    info = find(name_or_path)
    if responses and not info.recorded:
        raise _no_answers(name_or_path)
    folder = _folder(info, data_dir)
    read = _function(info.reader)
    table: OutcomeTable = read(folder, responses) if responses else read(folder)
    return table


def recorded(name_or_path: str, data_dir: Path | None = None) -> list[str]:
    """The models whose recorded answers `load` can give; empty where there are none."""
    path = Path(name_or_path)
    if name_or_path not in DATASETS and path.is_file():
        from turnout.datasets import routerbench

        return routerbench.answering(path) if routerbench.is_routerbench(path) else []
    info = find(name_or_path)
    names: list[str] = _function(info.recorded)(_folder(info, data_dir)) if info.recorded else []
    return names


def _folder(info: DatasetInfo, data_dir: Path | None) -> Path:
    if data_dir is None:
        raise InputFileError(
            f"where is {info.name}? Set TURNOUT_DATA (or --data-dir) to the folder that has or will have"
            f" {info.folder}/{info.probes[0]}; turnout data fetch {info.name} gets it"
        )
    folder = where(info, data_dir)
    if folder is None:
        files = " or ".join(f"{info.folder}/{probe}" for probe in info.probes)
        raise InputFileError(
            f"{info.name} is not in {data_dir}: there is no {files}; turnout data fetch {info.name} gets it,"
            f" or set TURNOUT_DATA (or --data-dir) to the folder that holds it"
        )
    from turnout.datasets import fetch  # it looks data sets up here

    if left := fetch.missing(info.name, data_dir):
        raise InputFileError(
            f"{info.name} is not whole: {len(left)} of its files were not fetched ({left[0]} is the first);"
            f" turnout data fetch {info.name} goes on"
        )
    return folder


def _function(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(f"turnout.datasets.{module}"), function)


def _no_answers(name: str) -> UserError:
    having = ", ".join(d.name for d in DATASETS.values() if d.recorded)
    return UserError(f"{name} has no recorded answers; those that have: {having}")
