"""Decisions, spending and traffic in the evidence store, over SQLite and a real PostgreSQL server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text

import turnout.evidence.store as store_module
from turnout.errors import StoreError
from turnout.evidence.decisions import DecisionRow, TrafficRow
from turnout.evidence.store import EvidenceStore
from turnout.types import Outcome

AT = datetime(2026, 11, 29, 23, 59, 59, 500000, tzinfo=UTC)
OUTCOME = Outcome(
    prompt_id="p1", model_id="openai/gpt-4o", quality=None, source="unscored", cost_usd=0.001, latency_s=1.5,
    ttft_s=0.5, input_tokens=10, output_tokens=20, modality="text", category="code", error=None, at=AT,
)  # fmt: skip
FULL = DecisionRow(
    id="dec-0001", at=AT, endpoint="chat", asked="auto:best", model_id="openai/gpt-4o", provider="openrouter",
    key_id="key-aaaaaa", prompt_id="p1", modality="text", category="code",
    preference={"price": 0.25, "latency": 0.25, "accuracy": 0.5, "max_usd": None}, reason="fits best: 時間",
    estimated_usd=0.002, usd=0.001, input_tokens=10, output_tokens=20, latency_s=1.5, ttft_s=0.5, overhead_s=0.0007,
    status=200, error=None, fallbacks=1, stream=True, charged_usd=0.001, outcomes=(OUTCOME, OUTCOME),
)  # fmt: skip
BARE = DecisionRow(
    id="dec-0002", at=AT, endpoint="chat", asked="nobody/none", model_id=None, provider=None, key_id=None, prompt_id="",
    modality="text", category="", preference=None, reason="", estimated_usd=None, usd=None, input_tokens=None,
    output_tokens=None, latency_s=None, ttft_s=None, overhead_s=None, status=404, error="no such model", fallbacks=0,
    stream=False,
)  # fmt: skip


@pytest.fixture
def store(url: str) -> Iterator[EvidenceStore]:
    with EvidenceStore(url) as store:
        yield store


def test_every_field_comes_back(store: EvidenceStore) -> None:
    assert store.add_decisions([FULL, BARE]) == 2
    assert store.decision("dec-0001") == replace(FULL, charged_usd=0.0, outcomes=())
    assert store.decision("dec-0002") == BARE
    assert store.decision("dec-0003") is None
    assert list(store.outcomes()) == [OUTCOME, OUTCOME]
    assert store.spending() == {
        ("key-aaaaaa", "2026-11-29"): 0.001,
        ("key-aaaaaa", "2026-11"): 0.001,
        ("key-aaaaaa", "total"): 0.001,
    }


def test_a_decision_that_is_there_adds_nothing(store: EvidenceStore) -> None:
    store.add_decisions([FULL])
    assert store.add_decisions([FULL, replace(FULL, id="dec-0003"), BARE, BARE, FULL]) == 2
    assert store.add_decisions([BARE, FULL]) == 0
    assert store.add_decisions([]) == 0
    assert store.count() == 4
    assert store.spending({"total"}) == {("key-aaaaaa", "total"): 0.002}


def test_all_or_nothing(store: EvidenceStore) -> None:
    broken = replace(FULL, id="dec-0009", status=None)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="cannot be written"):
        store.add_decisions([FULL, BARE, broken])
    assert store.decision(FULL.id) is None
    assert store.count() == 0
    assert store.spending() == {}


def test_what_no_column_holds_does_not_stop_the_rest(store: EvidenceStore) -> None:
    odd = "\0\ud800" + "x" * 9000
    bad = replace(
        FULL, id="dec-\0" + "9" * 99, asked=odd, model_id=odd, provider=odd, key_id=odd, prompt_id=odd, category=odd,
        endpoint=odd, reason=odd, error=odd, usd=float("inf"), latency_s=float("nan"), input_tokens=10**30,
        preference={"price": float("nan")},
        outcomes=(replace(OUTCOME, model_id=odd, prompt_id=odd, category=odd, error=odd, output_tokens=-(10**30)),),
    )  # fmt: skip
    assert store.add_decisions([bad, FULL]) == 2
    assert store.decision(bad.id) is None
    found = store.decision(("dec-" + "9" * 99)[:64])
    assert found is not None
    assert (found.asked, found.usd, found.input_tokens, found.preference) == (
        "?" + "x" * 255, None, None, {"price": None}
    )  # fmt: skip
    assert found.error == "?" + "x" * 9000


def test_concurrent_writers_add_up_and_count_each_decision_once(store: EvidenceStore) -> None:
    def write(worker: int) -> None:
        for i in range(20):  # half of them are also written by the worker beside this one
            mine = [replace(FULL, id=f"d{(worker * 5 + j) % 40}-{i}", key_id=f"key-{j % 3}") for j in range(10)]
            store.add_decisions(mine if worker % 2 else reversed(mine))

    failures: list[BaseException] = []

    def run(worker: int) -> None:
        try:
            write(worker)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.count() == 40 * 20 * 2
    assert sum(store.spending({"2026-11"}).values()) == pytest.approx(40 * 20 * 0.001)


def test_traffic_per_model(store: EvidenceStore) -> None:
    def of(i: int, **fields: object) -> DecisionRow:
        return replace(FULL, id=f"t{i}", fallbacks=0, **fields)  # type: ignore[arg-type]

    store.add_decisions([of(i, latency_s=float(i), usd=None if i == 3 else 0.5) for i in range(1, 6)])
    store.add_decisions([of(6, model_id="b/two", status=502, error="gone", latency_s=99.0)])
    store.add_decisions([replace(FULL, id="t7", model_id="b/two", latency_s=7.0, key_id="key-b", usd=1.0), BARE])
    store.add_decisions([of(8, model_id="old/one", at=AT - timedelta(days=40))])
    assert store.traffic(AT - timedelta(days=1)) == [
        TrafficRow("openai/gpt-4o", 5, 2.0, 3.0, 0, 0),
        TrafficRow("b/two", 2, 1.001, 7.0, 1, 1),
        TrafficRow(None, 1, 0.0, None, 1, 0),
    ]
    assert [row.model_id for row in store.traffic()] == ["openai/gpt-4o", "b/two", None, "old/one"]
    assert store.traffic(key_id="key-b") == [TrafficRow("b/two", 1, 1.0, 7.0, 0, 1)]


def test_a_store_of_the_first_schema_is_upgraded_with_its_rows(url: str) -> None:
    config = Config()
    folder = str(Path(store_module.__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "1")
        connection.execute(
            text(
                "INSERT INTO outcomes (prompt_id, model_id, modality, category, source, at, utc_offset_s)"
                " VALUES ('p', 'a/one', 'text', 'code', 'unscored', '2026-01-02 03:04:05.000000', 0)"
            )
        )
        assert "decisions" not in inspect(connection).get_table_names()
    engine.dispose()
    with EvidenceStore(url) as store:
        assert [o.model_id for o in store.outcomes()] == ["a/one"]
        assert store.add_decisions([FULL]) == 1
    with EvidenceStore(url) as again:
        assert again.count() == 3
        assert again.decision(FULL.id) is not None


def test_an_upgrade_at_the_same_moment_by_several_processes(url: str) -> None:
    with EvidenceStore(url) as store:
        store.add_decisions([FULL])
        config = Config()
        folder = str(Path(store_module.__file__).parent / "migrations")
        config.set_main_option("script_location", folder.replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with store._engine.begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "1")
    failures: list[BaseException] = []

    def open_it(worker: int) -> None:
        try:
            with EvidenceStore(url) as store:
                store.add_decisions([replace(FULL, id=f"d{worker}")])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with EvidenceStore(url) as store:
        assert sum(row.requests for row in store.traffic()) == 6
