"""The tables of the evidence store, and how a row becomes an `Outcome` and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, overload

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from turnout.types import Outcome

__all__ = [
    "DECISIONS",
    "HEAD",
    "KNOWN",
    "METADATA",
    "OUTCOMES",
    "PROMPTS",
    "SPENDING",
    "VERSION",
    "VERSION_TABLE",
    "fit_count",
    "fit_number",
    "fit_text",
    "outcome_of",
    "row_of",
]

# The newest migration, and every one this Turnout can upgrade from. A store at any other revision is from a newer one.
HEAD = "2"
KNOWN = frozenset({"1", "2"})
# Not Alembic's default name: the database may be shared with an application that uses that one.
VERSION_TABLE = "turnout_schema_version"

METADATA = MetaData()

# Alembic's own table, of no metadata that is compared with what the migrations make.
VERSION = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True, nullable=False))

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

# What the gateway decided and served, a row for each request.
DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("at", DateTime, nullable=False),  # UTC
    Column("endpoint", String(32), nullable=False),
    Column("asked", String(256), nullable=False),
    Column("model_id", String(256)),  # NULL = nobody served
    Column("provider", String(128)),
    Column("key_id", String(64)),  # NULL = anonymous
    Column("prompt_id", String(128), nullable=False),
    Column("modality", String(16), nullable=False),
    Column("category", String(128), nullable=False),
    Column("preference", JSON(none_as_null=True)),  # NULL = the client named the model
    Column("reason", Text, nullable=False),
    Column("estimated_usd", Float(53)),
    Column("usd", Float(53)),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("latency_s", Float(53)),
    Column("ttft_s", Float(53)),
    Column("overhead_s", Float(53)),
    Column("status", Integer, nullable=False),
    Column("error", Text),
    Column("fallbacks", Integer, nullable=False),
    Column("stream", Boolean, nullable=False),
    Index("decisions_by_time", "at"),
    Index("decisions_by_key", "key_id", "at"),
)

# What each key of the gateway has spent: a row for each day, for each month, and one for all time.
SPENDING = Table(
    "spending",
    METADATA,
    Column("key_id", String(64), primary_key=True),
    Column("period", String(16), primary_key=True),  # "2026-11-29", "2026-11", "total"
    Column("usd", Float(53), nullable=False),
)

_LARGEST = 2**63 - 1


def row_of(outcome: Outcome) -> dict[str, Any]:
    """Column values. NumPy scalars become plain numbers; NaN, which means unmeasured, becomes NULL."""
    offset = outcome.at.utcoffset() or timedelta()
    return {
        "prompt_id": fit_text(outcome.prompt_id, 128),
        "model_id": fit_text(outcome.model_id, 256),
        "modality": outcome.modality,
        "category": fit_text(outcome.category, 128),
        "quality": fit_number(outcome.quality),
        "source": outcome.source,
        "cost_usd": fit_number(outcome.cost_usd),
        "latency_s": fit_number(outcome.latency_s),
        "ttft_s": fit_number(outcome.ttft_s),
        "input_tokens": fit_count(outcome.input_tokens),
        "output_tokens": fit_count(outcome.output_tokens),
        "error": fit_text(outcome.error),
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


def fit_number(value: float | None) -> float | None:
    """A plain float; None for what is not finite."""
    return None if value is None or not math.isfinite(value) else float(value)


def fit_count(value: int | None) -> int | None:
    """A plain integer; None for what no column can hold."""
    return None if value is None or abs(value) > _LARGEST else int(value)


@overload
def fit_text(value: str, length: int | None = None) -> str: ...
@overload
def fit_text(value: str | None, length: int | None = None) -> str | None: ...
def fit_text(value: str | None, length: int | None = None) -> str | None:
    """Text that both databases take: PostgreSQL refuses NUL, surrogates, and what is longer than its column.

    One such row would keep all that wait with it from being stored.
    """
    if value is None:
        return None
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode("utf-8")
    return value.replace("\0", "")[:length]
