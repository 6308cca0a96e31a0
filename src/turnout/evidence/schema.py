"""The tables of the evidence store, and how a row becomes an `Outcome` and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Float, Index, Integer, MetaData, String, Table, Text

from turnout.types import Outcome

__all__ = ["HEAD", "KNOWN", "METADATA", "OUTCOMES", "PROMPTS", "VERSION_TABLE", "outcome_of", "row_of"]

# The newest migration, and every one this Turnout can upgrade from. A store at any other revision is from a newer one.
HEAD = "1"
KNOWN = frozenset({"1"})
# Not Alembic's default name: the database may be shared with an application that uses that one.
VERSION_TABLE = "turnout_schema_version"

METADATA = MetaData()

OUTCOMES = Table(
    "outcomes",
    METADATA,
    # SQLite only counts up by itself for exactly INTEGER.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("prompt_id", String(128), nullable=False),
    Column("model_id", String(256), nullable=False),
    Column("modality", String(16), nullable=False),
    Column("category", String(128), nullable=False),
    Column("quality", Float(53)),  # NULL = unscored
    Column("source", String(16), nullable=False),
    Column("cost_usd", Float(53)),
    Column("latency_s", Float(53)),
    Column("ttft_s", Float(53)),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("error", Text),
    Column("at", DateTime, nullable=False),  # UTC, so that it sorts; the offset brings the writer's clock back
    Column("utc_offset_s", Integer, nullable=False),
    Index("outcomes_by_task", "modality", "category", "model_id"),
    Index("outcomes_by_model", "model_id"),
    Index("outcomes_by_time", "at"),
)

PROMPTS = Table(
    "prompts",
    METADATA,
    Column("id", String(64), primary_key=True),  # SHA-256 of the text
    Column("text", Text, nullable=False),
)


def row_of(outcome: Outcome) -> dict[str, Any]:
    """Column values. NumPy scalars become plain numbers; NaN, which means unmeasured, becomes NULL."""
    offset = outcome.at.utcoffset() or timedelta()
    return {
        "prompt_id": outcome.prompt_id,
        "model_id": outcome.model_id,
        "modality": outcome.modality,
        "category": outcome.category,
        "quality": _number(outcome.quality),
        "source": outcome.source,
        "cost_usd": _number(outcome.cost_usd),
        "latency_s": _number(outcome.latency_s),
        "ttft_s": _number(outcome.ttft_s),
        "input_tokens": None if outcome.input_tokens is None else int(outcome.input_tokens),
        "output_tokens": None if outcome.output_tokens is None else int(outcome.output_tokens),
        "error": outcome.error,
        "at": outcome.at.astimezone(UTC).replace(tzinfo=None),
        "utc_offset_s": int(offset.total_seconds()),
    }


def outcome_of(row: Mapping[str, Any]) -> Outcome:
    """The outcome that `row_of` made the row of."""
    at: datetime = row["at"]
    zone = timezone(timedelta(seconds=row["utc_offset_s"])) if row["utc_offset_s"] else UTC
    return Outcome(
        prompt_id=row["prompt_id"],
        model_id=row["model_id"],
        quality=row["quality"],
        source=row["source"],
        cost_usd=row["cost_usd"],
        latency_s=row["latency_s"],
        ttft_s=row["ttft_s"],
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        modality=row["modality"],
        category=row["category"],
        error=row["error"],
        at=at.replace(tzinfo=UTC).astimezone(zone),
    )


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
