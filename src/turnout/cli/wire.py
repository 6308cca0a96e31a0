"""The JSON that commands print: documented, versioned by `schema`, never reshaped without a new number."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from turnout.session import Answer, Session
from turnout.types import Candidate, Decision

__all__ = ["answer_document", "decision_document", "print_json"]


def print_json(document: dict[str, Any]) -> None:
    """One document on standard output."""
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def decision_document(chosen: Decision, session: Session) -> dict[str, Any]:
    """Everything a Decision holds."""
    return {
        "schema": "turnout.decision/1",
        "modality": chosen.modality,
        "category": chosen.category,
        "preference": asdict(chosen.preference),
        "chosen": chosen.winner.model_id,
        "explanation": chosen.explanation,
        "candidates": [_candidate(c, session.unavailable(c.model_id)) for c in chosen.candidates],
        "excluded": [asdict(e) for e in chosen.excluded],
        "neighbours": [asdict(n) for n in chosen.neighbours],
    }


def answer_document(answer: Answer, session: Session, written: Path | None) -> dict[str, Any]:
    """The decision, the answer with its bill, and what others would have cost."""
    response = answer.response
    return {
        "schema": "turnout.ask/1",
        "decision": decision_document(answer.decision, session),
        "answer": {
            "model": response.model_id,
            "text": response.text,
            "file": None if written is None else str(written),
            "finish_reason": response.finish_reason,
            "usd": response.usage.cost_usd,
            "latency_s": response.latency_s,
            "ttft_s": response.ttft_s,
            "input_tokens": response.usage.input_tokens,
            "output_tokens": response.usage.output_tokens,
        },
        "alternatives": [
            {"role": other.role, "model": other.model_id, "estimated_usd": other.estimated_usd}
            for other in answer.alternatives
        ],
    }


def _candidate(c: Candidate, unavailable: str | None) -> dict[str, Any]:
    return {
        "rank": c.rank,
        "model": c.model_id,
        "fit": round(c.utility, 6),
        "quality": c.quality,
        "quality_95": None if c.quality is None else [c.quality_low, c.quality_high],
        "n": c.support,
        "usd_per_request": c.cost_usd,
        "latency_p50_s": c.latency_s,
        "pareto": c.on_pareto_front,
        "can_be_asked": unavailable is None,
        "why_not": unavailable,
        "evidence": asdict(c.basis),
    }
