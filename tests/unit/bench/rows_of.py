"""Rows of results for tests: answers, verdicts and votes with only what matters said."""

from __future__ import annotations

from typing import Any

from turnout.bench.rows import Row

__all__ = ["answer", "verdict", "vote"]


def answer(task: str, model: str, text: str, **other: Any) -> Row:
    """An answer scored by rule."""
    fields: dict[str, Any] = {
        "task_id": task, "model": model, "repeat": 0, "modality": "text", "category": "reasoning", "language": "en",
        "source": "exact", "by": "exact", "against": "", "order": "", "metric": "accuracy", "quality": 1.0,
        "error": "", "cost_usd": 0.0, "latency_s": 0.1, "ttft_s": None, "input_tokens": 1, "output_tokens": 1,
        "finish_reason": "stop", "at": "2026-01-01T00:00:00+00:00", "prompt": f"prompt of {task}", "answer": text,
    }  # fmt: skip
    return Row(**{**fields, **other})


def verdict(task: str, model: str, order: str, quality: float | None, **other: Any) -> Row:
    """A judge's verdict against the model "ref"."""
    fields: dict[str, Any] = {
        "source": "judge", "by": "judge", "against": "ref", "order": order, "metric": "win rate", "quality": quality,
        "error": "" if quality is not None else "refused", "prompt": "",
    }  # fmt: skip
    return answer(task, model, "a reason", **{**fields, **other})


def vote(task: str, model: str, quality: float, by: str = "ann", order: str = "AB", **other: Any) -> Row:
    """A human vote against the model "ref"."""
    return verdict(task, model, order, quality, **{"source": "human", "by": by, **other})
