"""The JSON that commands print: documented, versioned by `schema`, never reshaped without a new number."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from turnout.explain import decision_document
from turnout.session import Answer, Session

__all__ = ["answer_document", "print_json"]


def print_json(document: dict[str, Any]) -> None:
    """One document on standard output."""
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def answer_document(answer: Answer, session: Session, written: Path | None) -> dict[str, Any]:
    """The decision, the answer with its bill, and what others would have cost."""
    response = answer.response
    return {
        "schema": "turnout.ask/1",
        "decision": decision_document(answer.decision, session.unavailable),
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
