"""The evidence store: every outcome, in SQLite or PostgreSQL, one schema, safe for several processes.

Importing this module loads SQLAlchemy; Alembic is loaded only for a store that is older than this Turnout.
"""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError, SQLAlchemyError

from turnout.errors import MissingExtra, StoreError
from turnout.evidence import decisions
from turnout.evidence.decisions import DecisionRow, TrafficRow
from turnout.evidence.schema import HEAD, KNOWN, METADATA, OUTCOMES, PROMPTS, VERSION, VERSION_TABLE, outcome_of, row_of
from turnout.types import Modality, Outcome

__all__ = ["EvidenceStore", "SummaryRow", "prompt_id"]

_BUSY_S = 30.0  # how long a writer waits for another process
_CONNECT_S = 10
_BATCH = 1000
_MIGRATION_LOCK = 7_461_829_305  # any number, the same in every Turnout: names the PostgreSQL advisory lock


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One model on one kind of task. Means and percentiles are over what was measured; None = nothing was.

    Latencies leave failed calls out: they say how long an answer takes.
    """

    model_id: str
    modality: Modality
    category: str
    n: int
    n_scored: int
    n_errors: int
    quality: float | None
    cost_usd: float | None
    latency_p50_s: float | None
    latency_p95_s: float | None
    ttft_p50_s: float | None


def prompt_id(text: str) -> str:
    """The id of a prompt: SHA-256 of its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class EvidenceStore:
    """Outcomes at a SQLAlchemy URL: ``sqlite:///path`` (parent folders are created) or ``postgresql://…``.

    Opening creates or upgrades the tables. Failures raise `StoreError`, which names the store without its password;
    PostgreSQL without its driver raises `MissingExtra`.
    """

    def __init__(self, url: str) -> None:
        self._url = _parse(url)
        self.name = _display(self._url)
        self._held: Connection | None = None
        with self._reporting("cannot be opened"):
            if self._url.database and self._url.get_backend_name() == "sqlite":
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            self._engine = _engine(self._url)
            try:
                self._migrate()
            except BaseException:
                self._engine.dispose()
                raise

    def add(self, outcomes: Iterable[Outcome]) -> int:
        """Store outcomes, all or none; returns how many. Other writers wait their turn."""
        rows = [row_of(outcome) for outcome in outcomes]  # before the transaction: the caller's iterator may be slow
        if rows:
            with self._reporting("cannot be written"), _writing(self._engine) as connection:
                connection.execute(OUTCOMES.insert(), rows)
        return len(rows)

    def outcomes(
        self,
        *,
        model: str | None = None,
        modality: Modality | None = None,
        category: str | None = None,
        scored: bool | None = None,
        limit: int | None = None,
    ) -> Iterator[Outcome]:
        """Outcomes, newest first, read as they are asked for. A category includes its subjects."""
        query = select(OUTCOMES).order_by(OUTCOMES.c.at.desc(), OUTCOMES.c.id.desc())
        if model is not None:
            query = query.where(OUTCOMES.c.model_id == model)
        if modality is not None:
            query = query.where(OUTCOMES.c.modality == modality)
        if category is not None:
            subject = OUTCOMES.c.category.startswith(f"{category}/", autoescape=True)
            query = query.where((OUTCOMES.c.category == category) | subject)
        if scored is not None:
            query = query.where(OUTCOMES.c.quality.is_not(None) if scored else OUTCOMES.c.quality.is_(None))
        if limit is not None:
            query = query.limit(limit)
        with self._reporting("cannot be read"), self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_BATCH).execute(query).mappings():
                yield outcome_of(dict(row))

    def summary(self) -> list[SummaryRow]:
        """One row per model × modality × category, in that order. Percentiles interpolate as NumPy's do."""
        c = OUTCOMES.c
        keys = (c.model_id, c.modality, c.category)
        query = select(*keys, c.quality, c.cost_usd, c.latency_s, c.ttft_s, c.error).order_by(*keys)
        with self._reporting("cannot be read"), self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(query)
            return [_summary(list(group)) for _, group in itertools.groupby(rows, key=lambda row: tuple(row[:3]))]

    def count(self) -> int:
        """How many outcomes there are."""
        with self._reporting("cannot be read"), self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(OUTCOMES)).scalar_one()

    def keep_prompts(self, texts: Iterable[str]) -> None:
        """Store prompts' texts under their `prompt_id`. Nothing else does: prompts may be private."""
        rows = [{"id": prompt_id(text), "text": text} for text in texts]
        if rows:
            dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
            with self._reporting("cannot be written"), _writing(self._engine) as connection:
                connection.execute(dialect.insert(PROMPTS).on_conflict_do_nothing(), rows)

    def prompt(self, id: str) -> str | None:
        """The text of a prompt that was kept, else None."""
        with self._reporting("cannot be read"), self._engine.connect() as connection:
            return connection.execute(select(PROMPTS.c.text).where(PROMPTS.c.id == id)).scalar_one_or_none()

    def add_decisions(self, rows: Iterable[DecisionRow], *, replayed: bool = False) -> int:
        """Store decisions with their outcomes and what they add to their keys' spending, all or none.

        A decision that is there already adds nothing, so that a journal may be replayed: saying so saves an attempt.
        Returns how many were new.
        """
        taken = list(rows)
        if not taken:
            return 0
        with self._reporting("cannot be written"):
            if not replayed:
                with suppress(IntegrityError), _writing(self._engine) as connection:
                    return decisions.insert(connection, taken)
            with _writing(self._engine) as connection:
                return decisions.insert(connection, taken, replayed=True)

    def keep_open(self) -> None:
        """Hold a connection until `close`, for a process that writes often.

        SQLite folds its log into its file whenever the last connection to it is closed, and that takes milliseconds.
        """
        if self._held is None and self._engine.dialect.name == "sqlite":
            with self._reporting("cannot be opened"):
                self._held = self._engine.connect()
                self._held.execute(text("SELECT 1"))
                self._held.rollback()

    def decision(self, id: str) -> DecisionRow | None:
        """One decision, without its outcomes; None when there is none of that id."""
        with self._reporting("cannot be read"), self._engine.connect() as connection:
            return decisions.find(connection, id)

    def spending(self, periods: Collection[str] | None = None) -> dict[tuple[str, str], float]:
        """USD by (key id, period); periods are days ("2026-11-29"), months ("2026-11") and "total"."""
        with self._reporting("cannot be read"), self._engine.connect() as connection:
            return decisions.spending(connection, periods)

    def traffic(self, since: datetime | None = None, key_id: str | None = None) -> list[TrafficRow]:
        """What the gateway served, a row per model, most requests first."""
        with self._reporting("cannot be read"), self._engine.connect() as connection:
            return decisions.traffic(connection, since, key_id)

    def close(self) -> None:
        """Release connections. Safe to call twice."""
        if self._held is not None:
            self._held.close()
            self._held = None
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            if self._is_current(connection):
                return
        if self._engine.dialect.name == "sqlite":
            _enter_wal(self._engine)
        with _writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            if not self._is_current(connection):  # another process may have been first
                make = _upgrade if inspect(connection).has_table(VERSION_TABLE) else _create
                make(connection)

    def _is_current(self, connection: Connection) -> bool:
        if not inspect(connection).has_table(VERSION_TABLE):
            return False
        revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608  # a constant
        if revision is not None and revision not in KNOWN:
            raise StoreError(
                f"evidence store {self.name} was written by a newer Turnout (schema {revision}, this one knows {HEAD}):"
                " upgrade Turnout, or name another store in TURNOUT_EVIDENCE_URL"
            )
        return revision == HEAD

    @contextmanager
    def _reporting(self, what: str) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError, UnicodeError) as error:
            cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            for secret in _secrets(self._url):
                cause = cause.replace(secret, "***")
            raise StoreError(f"evidence store {self.name} {what}: {cause}") from None


def _parse(url: str) -> URL:
    # The messages never repeat the URL: what cannot be parsed may still hold a password.
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("the evidence store's URL cannot be read; expected sqlite:///path or postgresql://…") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StoreError("the evidence store needs a file, as in sqlite:///path: memory keeps nothing")
        return parsed
    if backend in {"postgres", "postgresql"}:
        # The one driver that the extra installs, whatever SQLAlchemy's default is.
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(f"the evidence store can be SQLite or PostgreSQL, not {backend!r}")


def _display(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def _secrets(url: URL) -> list[str]:
    hidden = [url.password, *(value for key, value in url.query.items() if "password" in key)]
    return [str(secret) for secret in hidden if secret]


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        try:
            # A server that does not answer must not hold a thread for the minutes that TCP would wait.
            patience = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_S}
            return create_engine(url, pool_pre_ping=True, connect_args=patience)
        except (ModuleNotFoundError, ImportError, NoSuchModuleError):
            raise MissingExtra("PostgreSQL evidence", "postgres") from None
    # A SQLite connection is cheap: each use has its own, so that no two threads ever meet in one.
    apart = {"timeout": _BUSY_S, "check_same_thread": False}  # it may be closed by another thread than opened it
    engine = create_engine(url, poolclass=NullPool, connect_args=apart)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for a lock to be waited for
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("turnout_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        connection = connection.execution_options(turnout_write=True)
        with connection.begin():
            yield connection


def _enter_wal(engine: Engine) -> None:
    # The mode is kept in the file. SQLite does not wait for a lock here as it does elsewhere, so processes that open
    # a new store at the same moment try again.
    deadline = time.monotonic() + _BUSY_S
    while True:
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode=WAL")
            return
        except engine.dialect.loaded_dbapi.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise OperationalError("PRAGMA journal_mode=WAL", None, error) from None
            time.sleep(0.02)
        finally:
            raw.close()


def _create(connection: Connection) -> None:
    """A new store, as all migrations in turn would leave it: Alembic takes long to load, and stays in memory."""
    METADATA.create_all(connection)
    VERSION.create(connection)
    connection.execute(VERSION.insert(), {"version_num": HEAD})


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _summary(rows: list[Any]) -> SummaryRow:
    scores = [r.quality for r in rows if r.quality is not None]
    costs = [r.cost_usd for r in rows if r.cost_usd is not None]
    seconds = [r.latency_s for r in rows if r.latency_s is not None and r.error is None]
    first = [r.ttft_s for r in rows if r.ttft_s is not None and r.error is None]
    return SummaryRow(
        model_id=rows[0].model_id,
        modality=rows[0].modality,
        category=rows[0].category,
        n=len(rows),
        n_scored=len(scores),
        n_errors=sum(r.error is not None for r in rows),
        quality=float(np.mean(scores)) if scores else None,
        cost_usd=float(np.mean(costs)) if costs else None,
        latency_p50_s=float(np.percentile(seconds, 50)) if seconds else None,
        latency_p95_s=float(np.percentile(seconds, 95)) if seconds else None,
        ttft_p50_s=float(np.percentile(first, 50)) if first else None,
    )
