from __future__ import annotations

import asyncio
import fcntl
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import turnout.gateway.record as record_module
from stores import Postgres
from turnout.errors import StoreError, UserError
from turnout.evidence.store import EvidenceStore
from turnout.gateway.budget import Budgets
from turnout.gateway.exchange import Attempt, Exchange
from turnout.gateway.journal import Journal
from turnout.gateway.keys import ClientKey
from turnout.gateway.record import Record
from turnout.gateway.rows import decision_row, exchange_of, line_of
from turnout.types import Preference

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
KEY = ClientKey(id="key-aaaaaa", name="ann", sha256="0" * 64, created=AT, max_usd=1e6, per="total")


def served(id: str, **fields: Any) -> Exchange:
    filled: dict[str, Any] = {
        "asked": "auto", "prompt_id": "p" * 64, "model_id": "a/one", "provider": "box", "status": 200, "usd": 0.001,
        "latency_s": 0.5, "ttft_s": 0.1, "input_tokens": 3, "output_tokens": 4, "key_id": KEY.id, "category": "code",
    }  # fmt: skip
    return Exchange(id, datetime.now(UTC), time.perf_counter(), "chat", **{**filled, **fields})


def journals(folder: Path) -> list[Path]:
    return sorted(folder.glob("gateway-journal-*"))


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
async def store(url: str) -> AsyncIterator[EvidenceStore]:
    with EvidenceStore(url) as store:
        yield store


async def test_what_is_observed_is_in_the_store_soon_and_no_journal_stays(store: EvidenceStore, folder: Path) -> None:
    budgets = Budgets()
    record = Record(store, folder, budgets)
    await record.start()
    for i in range(1000):
        exchange = served(f"dec-{i}")
        exchange.charged_usd = budgets.settle(budgets.reserve(KEY, 0.002), exchange.usd)
        record.observe(exchange)
        if i % 7 == 0:
            await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert record.waiting > 0
    assert len(journals(folder)) >= 1
    await until(lambda: record.waiting == 0)
    assert store.count() == 1000
    await until(lambda: journals(folder) == [])
    assert budgets.spent_usd(KEY) == pytest.approx(1.0, abs=1e-9)
    record.observe(served("dec-last"))  # and never yields to the loop again
    await record.aclose()
    assert store.count() == 1001
    assert (record.waiting, record.dropped, journals(folder)) == (0, 0, [])
    assert store.spending({"total"}) == {(KEY.id, "total"): pytest.approx(1.0)}
    await record.aclose()


async def test_a_decision_with_its_fallbacks_becomes_one_outcome_for_each_model_asked(
    store: EvidenceStore, folder: Path
) -> None:
    record = Record(store, folder)
    await record.start()
    failed = [Attempt("b/two", "RateLimited", "slow down", 0.25), Attempt("b/two", "ProviderTimeout", "late", 2.0)]
    wanted = Preference(max_usd=0.1)
    record.observe(served("dec-1", attempts=failed, preference=wanted, stream=True, reason="why: 時間"))
    record.observe(served("dec-2", model_id=None, usd=None, latency_s=None, attempts=failed, status=502, error="late"))
    record.observe(served("dec-3", status=499, error="the client left"))
    cut = [Attempt("a/one", "ProviderUnavailable", "cut", 0.5)]
    record.observe(served("dec-4", attempts=cut, status=200, error="cut"))
    record.observe(served("dec-5", model_id=None, usd=None, status=400, error="not JSON"))
    await record.aclose()
    by_decision = store.decision("dec-1")
    assert by_decision is not None
    assert (by_decision.fallbacks, by_decision.stream, by_decision.reason) == (1, True, "why: 時間")
    assert by_decision.preference == {
        "price": 0.25, "latency": 0.25, "accuracy": 0.5, "max_usd": 0.1, "max_seconds": None, "min_quality": None,
    }  # fmt: skip
    outcomes = [(o.model_id, o.error, o.latency_s, o.cost_usd) for o in store.outcomes()]
    assert sorted(outcomes, key=str) == sorted(
        [
            ("b/two", "slow down", 0.25, None), ("b/two", "late", 2.0, None), ("a/one", None, 0.5, 0.001),  # dec-1
            ("b/two", "slow down", 0.25, None), ("b/two", "late", 2.0, None),  # dec-2
            ("a/one", None, None, 0.001),  # dec-3
            ("a/one", "cut", 0.5, 0.001),  # dec-4
        ],
        key=str,
    )  # fmt: skip
    assert {(o.source, o.quality) for o in store.outcomes()} == {("unscored", None)}


async def test_feedback_becomes_an_outcome(store: EvidenceStore, folder: Path) -> None:
    record = Record(store, folder)
    await record.start()
    record.observe(served("dec-1"))
    record.observe(served("dec-2", model_id=None, status=502, error="down"))
    await asyncio.sleep(0)
    await record.feedback("dec-1", 0.75)  # whether or not it is in the store by now
    await record.aclose()
    later = Record(store, folder)
    await later.start()
    await later.feedback("dec-1", 0.0, KEY.id)
    for id, quality, key, said in (
        ("dec-9", 0.5, None, "no decision has the id 'dec-9'"),
        ("dec-1", 0.5, "key-bbbbbb", "no decision has the id"),
        ("dec-2", 0.5, None, "led to no answer"),
        ("dec-1", 1.5, None, "between 0 and 1"),
        ("dec-1", float("nan"), None, "between 0 and 1"),
    ):
        with pytest.raises(UserError, match=said):
            await later.feedback(id, quality, key)
    await later.aclose()
    scored = [(o.quality, o.source, o.model_id, o.prompt_id, o.category) for o in store.outcomes(scored=True)]
    assert scored == [(0.0, "feedback", "a/one", "p" * 64, "code"), (0.75, "feedback", "a/one", "p" * 64, "code")]


@pytest.mark.slow
@pytest.mark.parametrize("round", range(2))
def test_kill_9_at_full_speed_loses_nothing_that_was_acknowledged(url: str, folder: Path, round: int) -> None:
    EvidenceStore(url).close()
    chance = random.Random(round)
    promised: dict[str, int] = {}
    for i in range(3):  # each start takes over what the one before left
        child = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "observe_forever.py"), url, str(folder), f"run{i}"],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.3))
        child.kill()
        lines = [line for line in (first + child.stdout.read()).splitlines(keepends=True) if line.endswith(b"\n")]
        child.stdout.close()
        child.wait()
        promised[f"run{i}"] = int(lines[-1])

    async def replay() -> None:
        record = Record(store, folder)
        await record.start()
        await until(lambda: journals(folder) == [], 120)
        await record.aclose()
        assert record.dropped == 0

    with EvidenceStore(url) as store:
        asyncio.run(replay())
        rows = {row.model_id: row.requests for row in store.traffic()}
        for name, count in promised.items():
            assert count > 0
            assert store.decision(f"{name}-0") is not None
            assert store.decision(f"{name}-{count - 1}") is not None
        total = rows["a/one"]
        assert sum(promised.values()) <= total <= sum(promised.values()) + 3 * 20  # at most one turn's more
        assert store.count() == total  # one outcome each: nothing twice
        assert store.spending({"total"})[KEY.id, "total"] == pytest.approx(total * 0.001)


async def test_a_live_servers_journal_is_left_alone(store: EvidenceStore, folder: Path) -> None:
    one, other = Record(store, folder), Record(store, folder)
    live = Journal.create(folder)
    live.append(line_of(served("dec-live")))
    await one.start()
    await other.start()
    await asyncio.sleep(1.2)
    assert store.count() == 0
    assert journals(folder) == [live.path]
    live.release()
    third = Record(store, folder)
    await third.start()
    await until(lambda: store.count() == 1)
    for record in (one, other, third):
        await record.aclose()
    assert journals(folder) == []


async def test_a_torn_last_line_is_left_out_and_damage_is_kept(
    store: EvidenceStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.mkdir()  # noqa: ASYNC240
    good = line_of(served("dec-1"))
    (folder / "gateway-journal-1-torn.jsonl").write_bytes(good + line_of(served("dec-2"))[:-9])
    bad = (
        b'\0\0\0\n[]\n{"id": 3}\n{"at": "x"}\n{"id": "d", "at": "2026-01-01", "began": 0, "endpoint": "chat"}\n'
        + line_of(served("dec-3")).replace(b'"usd"', b'"newer_field"')
    )
    (folder / "gateway-journal-2-bad.jsonl").write_bytes(bad)
    (folder / "gateway-journal-3-empty.jsonl").touch()
    record = Record(store, folder)
    await record.start()
    await until(lambda: store.count() == 2)
    await record.aclose()
    assert [path.name for path in journals(folder)] == ["gateway-journal-2-bad.damaged"]
    assert "5 lines" in caplog.text
    assert (folder / "gateway-journal-2-bad.damaged").read_bytes() == bad
    assert store.decision("dec-1") is not None
    assert store.decision("dec-2") is None
    assert store.decision("dec-3") is not None


async def test_a_store_that_is_down_delays_and_loses_nothing(
    postgres_server: Postgres, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_module, "_IN_MEMORY", 1000)  # so that most of them wait in the journal only
    monkeypatch.setattr(record_module, "_BACKOFF_S", (0.1, 0.5))
    url, budgets = postgres_server.new_database(), Budgets()
    with EvidenceStore(url) as store:
        record = Record(store, folder, budgets)
        await record.start()
        record.observe(served("dec-before"))
        await until(lambda: record.waiting == 0 and store.decision("dec-before") is not None)
        postgres_server.stop()
        try:
            for i in range(6000):
                exchange = served(f"dec-{i}")
                exchange.charged_usd = budgets.settle(budgets.reserve(KEY, 0.001), exchange.usd)
                record.observe(exchange)
                if i % 50 == 0:
                    await asyncio.sleep(0.002)
            await asyncio.sleep(0.5)
            assert record.waiting == 6000
            assert record._in_memory <= 1000
            with pytest.raises(StoreError):
                await record.feedback("dec-nobody", 1.0)
        finally:
            postgres_server.start()
        await until(lambda: record.waiting == 0, 60)
        await record.aclose()
        assert store.count() == 6001
        assert budgets.spent_usd(KEY) == pytest.approx(6.0)
        assert (record.dropped, journals(folder)) == (0, [])


async def test_a_server_that_ends_while_the_store_is_down_leaves_its_journal(
    postgres_server: Postgres, folder: Path
) -> None:
    url = postgres_server.new_database()
    with EvidenceStore(url) as store:
        record = Record(store, folder)
        await record.start()
        postgres_server.stop()
        try:
            for i in range(500):
                record.observe(served(f"dec-{i}"))
                await asyncio.sleep(0)
            await asyncio.wait_for(record.aclose(), 20)
            assert len(journals(folder)) >= 1
            with pytest.raises(StoreError):
                await Record(store, folder).start()
        finally:
            postgres_server.start()
        again = Record(store, folder)
        await again.start()
        await until(lambda: journals(folder) == [])
        await again.aclose()
        assert store.count() == 500
        assert record.dropped == 0


async def test_a_journal_that_cannot_be_written_keeps_rows_in_memory(
    store: EvidenceStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    record = Record(store, tmp_path / "file" / "state")
    await record.start()
    for i in range(300):
        record.observe(served(f"dec-{i}"))
        await asyncio.sleep(0)
    await record.aclose()
    assert store.count() == 300
    assert record.dropped == 0
    assert "cannot be written" in caplog.text


def test_a_full_disk_leaves_whole_lines(folder: Path) -> None:
    journal = Journal.create(folder)
    journal.append(b"one\n")
    code = (
        "import resource, signal, sys; from pathlib import Path; from turnout.gateway.journal import Journal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "journal = Journal.create(Path(sys.argv[1])); journal.append(b'x' * 600 + b'\\n')\n"
        "try: journal.append(b'y' * 600 + b'\\n')\n"
        "except OSError as error: print(error.errno, journal.path.stat().st_size)\n"
        "journal.append(b'z\\n'); print(journal.path.read_bytes()[-3:])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout == "27 601\nb'\\nz\\n'\n"
    journal.release()


async def test_a_journal_deleted_by_whoever_replays_it_is_not_written_to(folder: Path) -> None:
    journal = Journal.create(folder)
    descriptor = os.open(journal.path, os.O_RDONLY)
    with pytest.raises(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)
    assert list(Journal.abandoned(folder)) == []
    journal.discard()
    assert list(Journal.abandoned(folder)) == []


TEXT = st.text(st.characters(), max_size=300)
NUMBER = st.none() | st.floats() | st.floats(0, 100)
COUNT = st.none() | st.integers()
EXCHANGES = st.builds(
    Exchange, id=TEXT, at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    began=st.floats(), endpoint=TEXT, asked=TEXT, key_id=st.none() | TEXT, stream=st.booleans(), prompt_id=TEXT,
    modality=st.sampled_from(["text", "image", "audio", "video"]), category=TEXT, reason=TEXT,
    preference=st.none() | st.builds(Preference, price=st.floats(), max_usd=NUMBER), estimated_usd=NUMBER,
    model_id=st.none() | TEXT, provider=st.none() | TEXT, status=st.integers(0, 599), error=st.none() | TEXT,
    attempts=st.lists(st.builds(Attempt, TEXT, TEXT, TEXT, st.floats()), max_size=3), input_tokens=COUNT,
    output_tokens=COUNT, usd=NUMBER, charged_usd=NUMBER, latency_s=NUMBER, ttft_s=NUMBER, overhead_s=NUMBER,
    finish_reason=st.none() | TEXT,
)  # fmt: skip


@pytest.fixture(scope="module")
def stores(postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[EvidenceStore]]:
    file = tmp_path_factory.mktemp("odd") / "evidence.sqlite"
    with EvidenceStore(f"sqlite:///{file}") as lite, EvidenceStore(postgres_server.new_database()) as full:
        yield [lite, full]


@settings(max_examples=150)
@given(EXCHANGES)
def test_whatever_a_request_was_it_can_be_journaled_and_stored(stores: list[EvidenceStore], exchange: Exchange) -> None:
    line = line_of(exchange)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    again = exchange_of(line)
    id = uuid.uuid4().hex
    for store in stores:
        rows = [decision_row(replace(exchange, id=f"{id}-a")), decision_row(replace(again, id=f"{id}-b"))]
        assert store.add_decisions(rows) == 2
        first, second = (store.decision(f"{id}-{which}") for which in "ab")
        assert first is not None
        assert second == replace(first, id=f"{id}-b")
