"""The record: every request's decision, outcomes and cost go to the evidence store, off the path of the answer.

What is observed is in a journal file by the end of the event loop's turn, and in the store half a second later. A
process that is killed (``kill -9``, out of memory) loses at most what it observed in its last turn: the next start
replays the journal, and what the store had already is not counted twice. A machine that loses power may lose what its
operating system had not written yet. A store that is down delays everything and loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import random
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from turnout.errors import StoreError, UserError
from turnout.evidence.store import EvidenceStore
from turnout.gateway.budget import Budgets
from turnout.gateway.exchange import Exchange
from turnout.gateway.journal import Journal
from turnout.gateway.rows import decision_row, exchange_of, line_of
from turnout.types import Modality, Outcome

__all__ = ["Record"]

_LOG = logging.getLogger(__name__)
_EVERY_S = 0.5
_ROWS = 500  # so many do not wait for the half second, and go into one transaction
_IN_MEMORY = 50_000
_REMEMBERED = 2_000
_TOTALS_S = 2.0  # how old the store's totals may get: other servers spend from the same budgets
_BACKOFF_S = (0.5, 30.0)


@dataclass(slots=True)
class _Segment:
    """Requests that go to the store together, and the journal that keeps them until then."""

    journal: Journal | None  # None = it could not be written: they are in memory only
    rows: list[Exchange] = field(default_factory=list)
    spilled: bool = False  # they are in the journal only
    own: bool = True  # observed by this process


class Record:
    """An `Observer` that writes to the store; `start` it on the event loop that observes, and `aclose` it at the end.

    `waiting` counts requests that are not in the store yet, `dropped` those that never will be: only with a disk that
    cannot be written *and* a store that is down, and then only what memory cannot hold.
    """

    def __init__(self, store: EvidenceStore, folder: Path, budgets: Budgets | None = None) -> None:
        self._store = store
        self._folder = folder
        self._budgets = budgets
        self.waiting = 0
        self.dropped = 0
        self._turn: list[Exchange] = []
        self._current: _Segment | None = None
        self._sealed: deque[_Segment] = deque()
        self._in_memory = 0
        self._remembered: OrderedDict[str, tuple[str, str, Modality, str, str | None]] = OrderedDict()
        self._totals_at = -math.inf
        self._full = asyncio.Event()
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take over what killed processes left, read what keys have spent, and begin. Raises `StoreError`."""
        left = await asyncio.to_thread(lambda: list(Journal.abandoned(self._folder)))
        self._sealed.extend(_Segment(journal, spilled=True, own=False) for journal in left)
        try:
            await asyncio.to_thread(self._store.keep_open)
            await asyncio.to_thread(self._store.spending, ())  # that it answers
            await self._store_rows([])
        except StoreError:
            self._release()
            raise
        self._task = asyncio.create_task(self._run(), name="turnout-record")
        self._task.add_done_callback(_tell)

    def observe(self, exchange: Exchange) -> None:
        """Note the request; it is in the journal at the end of this turn of the loop."""
        if not self._turn:
            asyncio.get_running_loop().call_soon(self._write_turn)
        self._turn.append(exchange)

    async def feedback(self, decision_id: str, quality: float, key_id: str | None = None) -> None:
        """Add a score in [0, 1] for what a decision led to. With `key_id`, only that key's own decisions are known.

        Raises `UserError` for an unknown decision, one that no model served, or another score; `StoreError`.
        """
        if not 0.0 <= quality <= 1.0:
            raise UserError(f"a quality lies between 0 and 1, got {quality:g}")
        found = await self._find(decision_id)
        if found is None or (key_id is not None and found[4] != key_id):
            raise UserError(f"no decision has the id {decision_id!r}")
        model_id, prompt_id, modality, category, _ = found
        if not model_id:
            raise UserError(f"decision {decision_id} led to no answer: there is nothing to score")
        outcome = Outcome(
            prompt_id=prompt_id,
            model_id=model_id,
            quality=quality,
            source="feedback",
            cost_usd=None,
            latency_s=None,
            ttft_s=None,
            input_tokens=None,
            output_tokens=None,
            modality=modality,
            category=category,
            error=None,
            at=datetime.now(UTC),
        )
        await asyncio.to_thread(self._store.add, [outcome])

    async def _find(self, decision_id: str) -> tuple[str, str, Modality, str, str | None] | None:
        # Its answer reaches a client a moment before it is observed here, and the store half a second later.
        for pause in (0.0, 0.05, _EVERY_S):
            await asyncio.sleep(pause)
            found = self._remembered.get(decision_id) or await asyncio.to_thread(self._look_up, decision_id)
            if found is not None:
                return found
        return None

    async def aclose(self) -> None:
        """Store everything. What a store that is down does not take stays in the journal for the next start."""
        if self._task is None:
            return
        self._closing.set()
        self._full.set()
        try:
            await self._task
        finally:
            self._task = None
            if self._turn:
                self._write_turn()
            self._release()

    def _write_turn(self) -> None:
        turn, self._turn = self._turn, []
        if not turn:
            return
        segment = self._journaled(turn)
        self.waiting += len(turn)
        if self._in_memory + len(turn) > _IN_MEMORY and not segment.spilled:
            if segment.journal is None:
                self.waiting -= len(turn)
                self.dropped += len(turn)
                _LOG.error("%d requests are not recorded: no journal, no store, no more memory", len(turn))
                return
            self._in_memory -= len(segment.rows)
            segment.rows, segment.spilled = [], True
        if not segment.spilled:
            segment.rows += turn
            self._in_memory += len(turn)
        for x in turn:
            self._remembered[x.id] = (x.model_id or "", x.prompt_id, x.modality, x.category, x.key_id)
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        if self.waiting >= _ROWS:
            self._full.set()

    def _journaled(self, turn: list[Exchange]) -> _Segment:
        """The segment that the turn belongs to, after its lines were written to that one's journal."""
        try:
            if self._current is None:
                self._current = _Segment(Journal.create(self._folder))
            if self._current.journal is not None:
                self._current.journal.append(b"".join(map(line_of, turn)))
        except OSError as error:
            _LOG.error("the record's journal cannot be written, requests wait in memory: %s", error.strerror)
            if self._current is not None:
                self._sealed.append(self._current)
            self._current = _Segment(None)
        return self._current

    async def _run(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), _EVERY_S)
            self._full.clear()
            await self._drain()
        self._write_turn()
        await self._drain()

    async def _drain(self) -> None:
        """Store what there is, oldest first, however often that has to be tried."""
        while True:
            if not self._sealed:
                if self._current is None:
                    break
                self._sealed.append(self._current)
                self._current = None
            segment = self._sealed[0]
            if not await self._store_segment(segment):
                return
            self._sealed.popleft()
            if not self._sealed and self.waiting < _ROWS and not self._closing.is_set():
                break  # what came meanwhile is the next half second's
        if self._budgets is not None and time.monotonic() - self._totals_at > _TOTALS_S:
            with contextlib.suppress(StoreError):  # the next rows will tell
                await self._store_rows([])

    async def _store_segment(self, segment: _Segment) -> bool:
        """Whether all of it is in the store now, and its journal gone; False = closing, and the store is down."""
        damaged: list[int] = []
        chunks = _read_back(segment.journal, damaged) if segment.spilled and segment.journal else _in_memory(segment)
        while rows := await asyncio.to_thread(next, chunks, None):
            wait, longest = _BACKOFF_S
            replayed = not segment.own
            while True:
                try:
                    await self._store_rows(rows, own=segment.own, replayed=replayed)
                    break
                except StoreError as error:
                    if self._closing.is_set():
                        return False
                    _LOG.warning("%s; %d requests wait in the journal", error, self.waiting)
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._closing.wait(), wait * random.uniform(0.5, 1.0))  # noqa: S311
                    wait = min(2 * wait, longest)
                    replayed = True  # a connection that broke may have broken after the commit
            if segment.own:
                self.waiting -= len(rows)
        self._in_memory -= len(segment.rows)
        segment.rows = []
        if segment.journal is None:
            return True
        if damaged:
            kept = await asyncio.to_thread(segment.journal.set_aside)
            _LOG.error("%d lines of a journal cannot be read; it is kept as %s", len(damaged), kept)
        else:
            await asyncio.to_thread(segment.journal.discard)
        return True

    async def _store_rows(self, exchanges: list[Exchange], *, own: bool = True, replayed: bool = False) -> None:
        budgets = self._budgets
        periods = None if budgets is None else budgets.periods()

        def write() -> tuple[list[tuple[str, datetime, float]], dict[tuple[str, str], float]]:
            rows = [decision_row(exchange) for exchange in exchanges]
            self._store.add_decisions(rows, replayed=replayed)
            charges = [(row.key_id, row.at, row.charged_usd) for row in rows if own and row.key_id is not None]
            # After the rows, and nobody else here writes: these totals hold exactly what was settled and is stored.
            return charges, {} if periods is None else self._store.spending(periods)

        charges, totals = await asyncio.to_thread(write)
        if budgets is not None:
            budgets.stored(charges, totals)
            self._totals_at = time.monotonic()

    def _look_up(self, decision_id: str) -> tuple[str, str, Modality, str, str | None] | None:
        row = self._store.decision(decision_id)
        return None if row is None else (row.model_id or "", row.prompt_id, row.modality, row.category, row.key_id)

    def _release(self) -> None:
        """Leave to the next process what is not stored."""
        for segment in (*self._sealed, *([self._current] if self._current else [])):
            if segment.journal is not None:
                segment.journal.release()
            else:
                self.dropped += len(segment.rows)
                _LOG.error("%d requests are not recorded: neither journal nor store took them", len(segment.rows))
        self._sealed.clear()
        self._current = None


def _tell(task: asyncio.Task[None]) -> None:
    # Whatever it is, the journals have everything; but nobody waits for this task before the server ends.
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.critical("the record stopped writing to the store: %r; requests wait in the journal", error)


def _in_memory(segment: _Segment) -> Iterator[list[Exchange]]:
    for first in range(0, len(segment.rows), _ROWS):
        yield segment.rows[first : first + _ROWS]


def _read_back(journal: Journal, damaged: list[int]) -> Iterator[list[Exchange]]:
    rows: list[Exchange] = []
    for number, line in enumerate(journal.lines(), start=1):
        try:
            rows.append(exchange_of(line))
        except ValueError:
            damaged.append(number)
        if len(rows) == _ROWS:
            yield rows
            rows = []
    if rows:
        yield rows
