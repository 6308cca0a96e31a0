"""LLMDrift (lchen001/LLMDrift, arXiv 2307.09009): two snapshots each of GPT-3.5 and GPT-4 on four tasks, timed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from turnout.datasets.rows import Row, check_recorded, csv_rows, either, table
from turnout.errors import DataError
from turnout.types import OutcomeTable

__all__ = ["FILES", "read", "recorded"]

_YES_NO = re.compile(r"\b(yes|no)\b")
_BRACKETED = re.compile(r"\[(yes|no)\b")
_BOXED = re.compile(r"boxed\s*\{+\s*(\d+)")
_HIGHEST = 0.99  # retries of hours are in the data: latency is cut at this quantile


def _prime(row: Row) -> float:
    said = row.text("answer").lower()
    verdicts = _BRACKETED.findall(said) or _YES_NO.findall(said)
    return float(bool(verdicts) and verdicts[-1] == row.text("ref_answer").lower())


def _happy(row: Row) -> float:
    boxed, right = _BOXED.findall(row.text("answer")), re.search(r"\d+", row.text("ref_answer"))
    if right is None:
        raise row.fault("'ref_answer' has no number")
    return float(bool(boxed) and boxed[-1] == right[0])


def _leetcode(row: Row) -> float:
    return float("Accepted" in row.text("Clean_Code_Submit"))


def _unscored(row: Row) -> float:
    return math.nan


FILES: dict[str, tuple[str, Callable[[Row], float]]] = {
    "PRIME_FULL_EVAL.csv": ("prime", _prime),
    "COUNTAHAPPYNUMBER_EVAL.csv": ("happy-numbers", _happy),
    "LEETCODE_EASY_EVAL.csv": ("leetcode-easy", _leetcode),
    "SENSITIVEQ_EVAL.csv": ("sensitive-questions", _unscored),
}


@dataclass(frozen=True, slots=True)
class _Call:
    quality: float
    latency_s: float
    cost_usd: float
    output_tokens: float
    answer: str


def read(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """The four CSVs of upstream's `generation` folder, plain or .gz; the category is the task.

    Quality per task: *prime* the last [Yes] or [No] of the answer is the reference; *happy-numbers* the last boxed
    number is; *leetcode-easy* LeetCode accepted the code once its Markdown fences were off (the paper's "directly
    usable" keeps them on); an answer that gives none of these is wrong. *sensitive-questions* are unscored (NaN): that
    a model answered one is not a merit. Latency (s) was measured, and is cut at the 99th percentile of a task and
    model: retries of hours are in it. Cost (USD) and output tokens are upstream's.
    """
    prompts: dict[tuple[str, str], str] = {}
    calls: dict[tuple[str, str], dict[str, _Call]] = {}
    for name, (task, score) in FILES.items():
        path = either(folder, name, name + ".gz")
        rows = list(csv_rows(path))
        ceilings = _ceilings(rows)
        for row in rows:
            key, model = (task, row.text("id")), row.text("model")
            if prompts.setdefault(key, row.text("query")) != row.text("query"):
                raise row.fault(f"id {key[1]} was another query's before")
            if model in calls.setdefault(key, {}):
                raise row.fault(f"{model} answered {key[1]} before")
            calls[key][model] = _Call(
                quality=score(row),
                latency_s=min(row.number_or_nan("latency"), ceilings[model]),
                cost_usd=row.number_or_nan("cost"),
                output_tokens=row.number_or_nan("answer_token"),
                answer=row.text("answer"),
            )
    if not calls:
        raise DataError(f"{folder}: there are no answers")
    models = sorted({model for by_model in calls.values() for model in by_model})
    check_recorded(folder, responses, models)
    nothing = _Call(*(math.nan,) * 4, "")
    grid = [[by_model.get(model, nothing) for model in models] for by_model in calls.values()]
    return table(
        "llmdrift",
        ["/".join(key) for key in calls],
        [prompts[key] for key in calls],
        models,
        [[call.quality for call in row] for row in grid],
        categories=[task for task, _ in calls],
        cost_usd=[[call.cost_usd for call in row] for row in grid],
        latency_s=[[call.latency_s for call in row] for row in grid],
        output_tokens=[[call.output_tokens for call in row] for row in grid],
        responses={
            model: [by_model[model].answer if model in by_model else None for by_model in calls.values()]
            for model in responses
        },
    )


def recorded(folder: Path) -> list[str]:
    """The models whose answers are in it: all."""
    paths = [either(folder, name, name + ".gz") for name in FILES]
    return sorted({row.text("model") for path in paths for row in csv_rows(path)})


def _ceilings(rows: Sequence[Row]) -> dict[str, float]:
    latency: dict[str, list[float]] = {}
    for row in rows:
        latency.setdefault(row.text("model"), []).append(row.number_or_nan("latency"))
    # The value below, not one in between: of 50 calls, 49½ would be half the way to a retry of two hours.
    return {model: float(np.nanquantile(values, _HIGHEST, method="lower")) for model, values in latency.items()}
