from __future__ import annotations

import json
import multiprocessing
import os
import stat
import time
from pathlib import Path

import pytest

from turnout.errors import ConfigError, UserError
from turnout.gateway.keys import KeyRing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "keys.json"


def test_a_key_opens_what_it_was_made_for_and_is_kept_nowhere(path: Path) -> None:
    ring = KeyRing.open(path)
    assert ring.empty
    key, secret = ring.create("ann", models=["openai/*", "local/smollm2-135m"], max_usd=5, per="day")
    assert secret.startswith("tk-")
    assert len(secret) == 46
    assert secret not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.sha256 not in repr(key)
    again = KeyRing.open(path)
    assert not again.empty
    assert again.find(secret) == key == ring.find(secret)
    assert (key.max_usd, key.per, key.revoked) == (5, "day", False)
    assert key.allows("openai/gpt-4o")
    assert key.allows("local/smollm2-135m")
    assert not key.allows("anthropic/claude")
    assert not key.allows("OpenAI/gpt-4o")
    other, _ = ring.create("bob")
    assert other.allows("anything/at-all")


@pytest.mark.parametrize("shown", ["", "tk-", "x" * 100_000, "tk-\udcff", "tk-ключ", "\0"])
def test_other_secrets_open_nothing(path: Path, shown: str) -> None:
    ring = KeyRing.open(path)
    _, secret = ring.create("ann")
    assert ring.find(shown) is None
    assert ring.find(secret[:-1]) is None
    assert ring.find(secret + "=") is None


def test_a_revoked_key_stops_working_on_a_running_ring(path: Path) -> None:
    _, secret = KeyRing.open(path).create("ann")
    running = KeyRing.open(path)
    found = running.find(secret)
    assert found is not None
    KeyRing.open(path).revoke(found.id)
    deadline = time.monotonic() + 3
    while running.find(secret) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert not running.empty
    assert running.keys[0].revoked


def test_a_new_key_and_a_changed_one_are_seen_by_a_running_ring(path: Path) -> None:
    running = KeyRing.open(path)
    writer = KeyRing.open(path)
    key, secret = writer.create("ann", max_usd=1)
    writer.change(key.id, name="ann b", models=["a/*"], max_usd=2, per="month")
    time.sleep(1.05)
    found = running.find(secret)
    assert found is not None
    assert (found.name, found.models, found.max_usd, found.per) == ("ann b", ("a/*",), 2, "month")
    assert writer.change(key.id, models=[], unlimited=True).models == ()
    assert writer.keys[0].max_usd is None


def test_a_file_that_goes_away_locks_everybody_out_and_is_not_empty(path: Path) -> None:
    ring = KeyRing.open(path)
    _, secret = ring.create("ann")
    path.unlink()
    time.sleep(1.05)
    assert ring.find(secret) is None
    assert not ring.empty


def test_a_file_damaged_under_a_running_ring_changes_nothing(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ring = KeyRing.open(path)
    _, secret = ring.create("ann")
    path.write_text('{"schema": "turnout.keyring/1", "keys": [{"id":')
    time.sleep(1.05)
    assert ring.find(secret) is not None
    assert "keys.json" in caplog.text


GOOD = {"id": "key-1", "name": "ann", "sha256": "0" * 64, "created": "2026-01-01T00:00:00+00:00", "models": [],
        "max_usd": None, "per": "total", "revoked": False}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        "", "{}", "[]", "null", "\0", '{"schema": "turnout.keyring/2", "keys": []}', '{"schema": "turnout.keyring/1"}',
        *(
            json.dumps({"schema": "turnout.keyring/1", "keys": [{**GOOD, **bad}]})
            for bad in ({"sha256": "tk-s3cret"}, {"per": "week"}, {"max_usd": -1}, {"max_usd": "x"}, {"models": "a/*"},
                        {"models": [3]}, {"models": None}, {"revoked": 0}, {"created": "now"}, {"name": ""}, {"id": ""},
                        {"id": None}, {"max_usd": float("nan")})
        ),
        json.dumps({"schema": "turnout.keyring/1", "keys": [GOOD, GOOD]}),
    ],
)  # fmt: skip
def test_a_damaged_file_is_named_and_left_alone(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(ConfigError, match=r"keys\.json") as caught:
        KeyRing.open(path)
    assert "s3cret" not in str(caught.value)
    with pytest.raises(ConfigError, match=r"keys\.json"):
        KeyRing(path).create("bob")
    assert path.read_text() == content


def test_bytes_that_are_no_text_are_damage_too(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"keys\.json"):
        KeyRing.open(path)


def test_what_has_no_meaning_is_refused(path: Path) -> None:
    ring = KeyRing.open(path)
    for name, fields in (
        ("", {}), ("  ", {}), ("a\nb", {}), ("x" * 101, {}), ("a", {"max_usd": -1.0}), ("a", {"max_usd": float("nan")}),
        ("a", {"per": "week"}), ("a", {"models": [""]}),
    ):  # fmt: skip
        with pytest.raises(UserError):
            ring.create(name, **fields)  # type: ignore[arg-type]
    with pytest.raises(UserError, match="key-nobody"):
        ring.revoke("key-nobody")
    with pytest.raises(UserError, match="key-nobody"):
        ring.change("key-nobody", name="x")
    assert ring.empty


def _create(path: Path, count: int) -> None:
    for i in range(count):
        KeyRing.open(path).create(f"{os.getpid()}-{i}")


def test_writers_of_several_processes_lose_nothing(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_create, args=(path, 15)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    keys = KeyRing.open(path).keys
    assert len({key.id for key in keys}) == len({key.name for key in keys}) == 60
    assert sorted(p.name for p in path.parent.iterdir()) == ["keys.json", "keys.json.lock"]


def test_looking_a_key_up_takes_microseconds(path: Path) -> None:
    ring = KeyRing.open(path)
    for i in range(50):
        _, secret = ring.create(f"client {i}")
    best = float("inf")
    for _ in range(20):
        began = time.perf_counter()
        for _ in range(1000):
            ring.find(secret)
        best = min(best, (time.perf_counter() - began) / 1000)
    assert best < 20e-6  # 2 µs on a machine that has nothing else to do
