"""One suite for the evidence store over SQLite and a real PostgreSQL server."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

import turnout.evidence.store as store_module
from turnout.errors import MissingExtra, StoreError
from turnout.evidence.schema import HEAD, KNOWN
from turnout.evidence.store import EvidenceStore, prompt_id
from turnout.types import Outcome

AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
FULL = Outcome(
    prompt_id="p1",
    model_id="openai/gpt-4o",
    quality=0.75,
    source="exact",
    cost_usd=0.00123456789,
    latency_s=1.25,
    ttft_s=0.5,
    input_tokens=100,
    output_tokens=2_500_000_000,
    modality="text",
    category="question-answering/physics",
    error=None,
    at=AT,
)
BARE = replace(
    FULL, quality=None, source="unscored", cost_usd=None, latency_s=None, ttft_s=None, input_tokens=None,
    output_tokens=None, error="time-out: 时间 €", at=AT.astimezone(timezone(timedelta(hours=5, minutes=45))),
)  # fmt: skip


@pytest.fixture
def store(url: str) -> Iterator[EvidenceStore]:
    with EvidenceStore(url) as store:
        yield store


def at_once(task: Callable[[int], None], workers: int = 8) -> None:
    """Run the task in several threads that start together; what any of them raises is raised."""
    barrier, failures = threading.Barrier(workers), list[BaseException]()

    def run(worker: int) -> None:
        try:
            barrier.wait()
            task(worker)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_every_field_comes_back(store: EvidenceStore, url: str) -> None:
    assert store.add([BARE, FULL]) == 2
    store.close()
    with EvidenceStore(url) as again:
        full, bare = again.outcomes()  # equal times: the later written first
    assert full == FULL
    assert bare == BARE
    assert bare.quality is None
    assert bare.at.utcoffset() == timedelta(hours=5, minutes=45)
    assert full.at.tzinfo is UTC


def test_numpy_scalars_are_numbers_and_nan_is_unmeasured(store: EvidenceStore) -> None:
    odd = replace(
        FULL, quality=np.float32(0.5), latency_s=np.float64("nan"), input_tokens=np.int64(7), output_tokens=np.int32(9)
    )
    store.add([odd])
    (found,) = store.outcomes()
    assert (found.quality, found.latency_s, found.input_tokens, found.output_tokens) == (0.5, None, 7, 9)


def test_newest_first_and_filters(store: EvidenceStore) -> None:
    made = [
        replace(
            FULL,
            prompt_id=f"p{i}",
            model_id=("a/one", "b/two")[i % 2],
            category=("code", "question-answering", "question-answering/law", "question-answering-like")[i % 4],
            modality="image" if i == 5 else "text",
            quality=None if i % 3 == 0 else 0.5,
            # Two clocks: only the instant may decide the order.
            at=(AT + timedelta(minutes=i)).astimezone(timezone(timedelta(hours=9 if i % 2 else -7))),
        )
        for i in range(12)
    ]
    store.add(made[6:])
    store.add(made[:6])

    def ids(**filters: object) -> list[int]:
        return [int(o.prompt_id[1:]) for o in store.outcomes(**filters)]  # type: ignore[arg-type]

    assert ids() == list(range(11, -1, -1))
    assert ids(limit=3) == [11, 10, 9]
    assert ids(limit=0) == []
    assert ids(model="a/one") == [10, 8, 6, 4, 2, 0]
    assert ids(modality="image") == [5]
    assert ids(category="question-answering") == [10, 9, 6, 5, 2, 1]
    assert ids(category="question-answering/law") == [10, 6, 2]
    assert ids(scored=False) == [9, 6, 3, 0]
    assert ids(scored=True, model="b/two", category="code") == []
    assert ids(scored=True, model="a/one", category="code") == [8, 4]


def test_the_summary_is_numpys(store: EvidenceStore) -> None:
    rng = np.random.default_rng(0)
    latency, ttft, quality, cost = rng.random((4, 40))
    store.add(
        replace(
            FULL,
            quality=None if i % 4 == 0 else float(quality[i]),
            cost_usd=None if i % 5 == 0 else float(cost[i]),
            latency_s=float(latency[i]),
            ttft_s=float(ttft[i]),
            error="down" if i < 6 else None,
        )
        for i in range(40)
    )
    store.add([replace(BARE, model_id="aaa/first", error=None)])
    first, second = store.summary()
    assert (first.model_id, first.n, first.n_scored, first.n_errors) == ("aaa/first", 1, 0, 0)
    assert first.quality is first.cost_usd is first.latency_p50_s is first.latency_p95_s is first.ttft_p50_s is None
    assert (second.model_id, second.modality, second.category) == (FULL.model_id, FULL.modality, FULL.category)
    assert (second.n, second.n_scored, second.n_errors) == (40, 30, 6)
    index = np.arange(40)
    assert second.quality == pytest.approx(quality[index % 4 != 0].mean())
    assert second.cost_usd == pytest.approx(cost[index % 5 != 0].mean())
    assert second.latency_p50_s == pytest.approx(np.percentile(latency[6:], 50))
    assert second.latency_p95_s == pytest.approx(np.percentile(latency[6:], 95))
    assert second.ttft_p50_s == pytest.approx(np.percentile(ttft[6:], 50))


def test_many_writers_lose_nothing(store: EvidenceStore) -> None:
    def write(worker: int) -> None:
        for i in range(50):
            store.add([replace(FULL, prompt_id=f"{worker}-{i}")])

    at_once(write)
    assert store.count() == 400
    assert len({o.prompt_id for o in store.outcomes()}) == 400


def test_first_opens_at_the_same_moment_agree(url: str) -> None:
    def open_and_write(worker: int) -> None:
        with EvidenceStore(url) as store:
            store.add([replace(FULL, prompt_id=str(worker))])

    at_once(open_and_write)
    with EvidenceStore(url) as store:
        assert store.count() == 8


def test_a_batch_is_stored_whole_or_not_at_all(store: EvidenceStore) -> None:
    broken = replace(FULL)
    object.__setattr__(broken, "model_id", None)
    with pytest.raises(StoreError, match="cannot be written"):
        store.add([FULL, FULL, broken])
    assert store.count() == 0
    assert store.add([]) == 0


def test_prompts_are_kept_only_when_asked(store: EvidenceStore) -> None:
    store.add([FULL])
    assert store.prompt("p1") is None
    store.keep_prompts(["Why is the sky blue?", "Почему?"])
    store.keep_prompts(["Why is the sky blue?"])
    assert store.prompt(prompt_id("Почему?")) == "Почему?"


def test_a_store_from_a_newer_turnout_is_refused(store: EvidenceStore, url: str) -> None:
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE turnout_schema_version SET version_num = '999'"))
    with pytest.raises(StoreError, match="newer Turnout"):
        EvidenceStore(url)


def test_the_migrations_end_where_the_schema_says(store: EvidenceStore) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from turnout.evidence.schema import METADATA, VERSION, VERSION_TABLE

    config = Config()
    config.set_main_option("script_location", str(Path(store_module.__file__).parent / "migrations"))
    script = ScriptDirectory.from_config(config)
    assert script.get_current_head() == HEAD
    assert {r.revision for r in script.walk_revisions()} == KNOWN
    with store._engine.begin() as connection:
        # A new store is made at once; one that took every step must be the same.
        METADATA.drop_all(connection)
        VERSION.drop(connection)
        store_module._upgrade(connection)
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, METADATA) == []
    store.add([FULL])
    assert store.count() == 1


def test_a_failure_names_the_store_without_its_password(postgres: str) -> None:
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        EvidenceStore(f"{postgres}/nowhere")
    assert "postgresql://tester:***@127.0.0.1" in str(caught.value)
    assert "s3cret-word" not in str(caught.value)
    with pytest.raises(StoreError) as caught:
        EvidenceStore(f"{postgres.replace('s3cret-word', 'wr0ng-word')}/postgres")
    assert "wr0ng-word" not in str(caught.value)


def test_a_corrupt_file_is_reported_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "evidence.sqlite"
    file.write_bytes(b"this is not a database, " * 100)
    with pytest.raises(StoreError, match=r"evidence\.sqlite cannot be opened: file is not a database"):
        EvidenceStore(f"sqlite:///{file}")
    assert file.read_bytes() == b"this is not a database, " * 100


def test_damage_found_later_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "evidence.sqlite"
    with EvidenceStore(f"sqlite:///{file}") as store:
        store.add([FULL] * 2000)
    size = file.stat().st_size
    with file.open("r+b") as handle:
        handle.seek(size // 4)
        handle.write(b"\xff" * (size // 2))
    with EvidenceStore(f"sqlite:///{file}") as store, pytest.raises(StoreError, match="cannot be read"):
        list(store.outcomes())


def test_a_place_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        EvidenceStore(f"sqlite:///{tmp_path / 'file' / 'evidence.sqlite'}")
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        EvidenceStore(f"sqlite:///{tmp_path / 'folder.sqlite'}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://u:hunter2@h/d", "nonsense hunter2"])
def test_other_urls_are_refused_in_words(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        EvidenceStore(url)
    assert "hunter2" not in str(caught.value)


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # what Python itself does for a module that is not there
    with pytest.raises(MissingExtra, match=r"turnout\[postgres\]"):
        EvidenceStore("postgresql://u@127.0.0.1:1/d")


def test_an_existing_store_opens_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'evidence.sqlite'}"
    EvidenceStore(url).close()
    code = (
        "import sys; from turnout.evidence.store import EvidenceStore;"
        f"print(EvidenceStore({url!r}).count()); assert 'alembic' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0\n"
