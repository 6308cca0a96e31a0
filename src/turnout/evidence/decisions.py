"""What the gateway decided and served, as the store keeps it, and what it adds to the spending of clients' keys."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from turnout.evidence.schema import DECISIONS, OUTCOMES, SPENDING, fit_count, fit_number, fit_text, row_of
from turnout.types import Modality, Outcome

__all__ = ["TOTAL", "DecisionRow", "TrafficRow", "find", "insert", "periods_of", "spending", "traffic"]

TOTAL = "total"


@dataclass(slots=True)  # not frozen: thousands are made a second, and that doubles what one costs
class DecisionRow:
    """One request: what was asked, who was chosen and why, what came of it. None = unknown."""

    id: str
    at: datetime
    endpoint: str
    asked: str
    model_id: str | None  # None = nobody served
    provider: str | None
    key_id: str | None  # None = anonymous
    prompt_id: str
    modality: Modality
    category: str
    preference: dict[str, float | None] | None  # None = the client named the model
    reason: str
    estimated_usd: float | None
    usd: float | None
    input_tokens: int | None
    output_tokens: int | None
    latency_s: float | None
    ttft_s: float | None
    overhead_s: float | None
    status: int
    error: str | None
    fallbacks: int
    stream: bool
    charged_usd: float = 0.0  # counted against the key's budget; goes to the key's spending
    outcomes: tuple[Outcome, ...] = field(default=(), repr=False)  # of each model that was asked


@dataclass(frozen=True, slots=True)
class TrafficRow:
    """Requests that one model served. `latency_p50_s` is over those without an error; None = nothing was measured."""

    model_id: str | None  # None = requests that no model served
    requests: int
    usd: float  # of those whose cost is known
    latency_p50_s: float | None
    errors: int
    fallbacks: int  # requests that came here after another model had failed


@lru_cache(maxsize=64)
def periods_of(day: date) -> tuple[str, str, str]:
    """The periods that a day's spending counts in: the day, its month, and all time."""
    return day.isoformat(), f"{day:%Y-%m}", TOTAL


def insert(connection: Connection, rows: Sequence[DecisionRow], *, replayed: bool = False) -> int:
    """Add decisions with their outcomes and charges; returns how many were new.

    One that is there already is left out when they are `replayed`; else it raises `IntegrityError`.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    # Sorted, here and below, so that two servers that write the same rows never wait for each other in a circle.
    by_id = dict(sorted({fit_text(row.id, 64): row for row in rows}.items()))
    made = [_columns(id, row) for id, row in by_id.items()]
    if replayed:
        new = dialect.insert(DECISIONS).on_conflict_do_nothing().returning(DECISIONS.c.id)
        by_id = {id: by_id[id] for id in connection.execute(new, made).scalars().all()}
    else:
        _insert(connection, DECISIONS, made)
    _insert(connection, OUTCOMES, [row_of(outcome) for row in by_id.values() for outcome in row.outcomes])
    charges: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in by_id.values():
        charged = fit_number(row.charged_usd)
        if row.key_id is not None and charged:
            for period in periods_of(row.at.astimezone(UTC).date()):
                charges[fit_text(row.key_id, 64), period] += charged
    if charges:
        add = dialect.insert(SPENDING)
        add = add.on_conflict_do_update(
            index_elements=["key_id", "period"], set_={"usd": SPENDING.c.usd + add.excluded.usd}
        )
        connection.execute(add, [{"key_id": k, "period": p, "usd": usd} for (k, p), usd in sorted(charges.items())])
    return len(by_id)


def find(connection: Connection, id: str) -> DecisionRow | None:
    """The decision of that id."""
    row = connection.execute(select(DECISIONS).where(DECISIONS.c.id == fit_text(id))).mappings().one_or_none()
    return None if row is None else DecisionRow(**{**row, "at": row["at"].replace(tzinfo=UTC)})


def spending(connection: Connection, periods: Collection[str] | None = None) -> dict[tuple[str, str], float]:
    """USD by (key id, period)."""
    query = select(SPENDING)
    if periods is not None:
        query = query.where(SPENDING.c.period.in_(periods))
    return {(key_id, period): usd for key_id, period, usd in connection.execute(query)}


def traffic(connection: Connection, since: datetime | None = None, key_id: str | None = None) -> list[TrafficRow]:
    """Requests per model since a moment, of one key or of all, most requests first."""
    c = DECISIONS.c
    failed = (c.status >= 400) | c.error.is_not(None)
    conditions = []
    if since is not None:
        conditions.append(c.at >= since.astimezone(UTC).replace(tzinfo=None))
    if key_id is not None:
        conditions.append(c.key_id == key_id)
    sums = (
        select(
            c.model_id,
            func.count(),
            func.coalesce(func.sum(c.usd), 0.0),
            func.sum(case((failed, 1), else_=0)),
            func.sum(case((c.fallbacks > 0, 1), else_=0)),
        )
        .where(*conditions)
        .group_by(c.model_id)
    )
    timed = select(c.model_id, c.latency_s).where(*conditions, ~failed, c.latency_s.is_not(None))
    seconds: defaultdict[str | None, array[float]] = defaultdict(lambda: array("d"))
    for model_id, latency in connection.execution_options(yield_per=1000).execute(timed):
        seconds[model_id].append(latency)
    rows = [
        TrafficRow(
            model_id=model_id,
            requests=requests,
            usd=float(usd),
            latency_p50_s=float(np.median(seconds[model_id])) if model_id in seconds else None,
            errors=errors,
            fallbacks=fallbacks,
        )
        for model_id, requests, usd, errors, fallbacks in connection.execute(sums)
    ]
    return sorted(rows, key=lambda row: (-row.requests, row.model_id or ""))


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    # Straight to the driver: a server writes thousands of rows a second beside its requests, and SQLAlchemy's work on
    # the parameters costs three times what the database does with them. So what it does is done here.
    if not rows:
        return
    lite = connection.dialect.name == "sqlite"
    for row in rows:
        if lite:
            row["at"] = row["at"].isoformat(" ", "microseconds")
        if row.get("preference") is not None:
            row["preference"] = json.dumps(row["preference"])
    names = list(rows[0])
    marks = ", ".join(["?" if lite else "%s"] * len(names))
    query = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  # our own names
    connection.exec_driver_sql(query, [tuple(row.values()) for row in rows])


def _columns(id: str, row: DecisionRow) -> dict[str, Any]:
    wanted = row.preference
    return {
        "id": id,
        "at": row.at.astimezone(UTC).replace(tzinfo=None),
        "endpoint": fit_text(row.endpoint, 32),
        "asked": fit_text(row.asked, 256),
        "model_id": fit_text(row.model_id, 256),
        "provider": fit_text(row.provider, 128),
        "key_id": fit_text(row.key_id, 64),
        "prompt_id": fit_text(row.prompt_id, 128),
        "modality": row.modality,
        "category": fit_text(row.category, 128),
        "preference": None if wanted is None else {name: fit_number(value) for name, value in wanted.items()},
        "reason": fit_text(row.reason),
        "estimated_usd": fit_number(row.estimated_usd),
        "usd": fit_number(row.usd),
        "input_tokens": fit_count(row.input_tokens),
        "output_tokens": fit_count(row.output_tokens),
        "latency_s": fit_number(row.latency_s),
        "ttft_s": fit_number(row.ttft_s),
        "overhead_s": fit_number(row.overhead_s),
        "status": row.status,
        "error": fit_text(row.error),
        "fallbacks": row.fallbacks,
        "stream": row.stream,
    }
