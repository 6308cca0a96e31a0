"""`turnout keys` and `turnout evidence traffic` as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from turnout.evidence.decisions import DecisionRow
from turnout.evidence.store import EvidenceStore
from turnout.gateway.keys import KeyRing


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def turnout(home: Path, *args: str, code: int = 0) -> str:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TURNOUT", "OPENROUTER"))}
    folders = {f"TURNOUT_{kind.upper()}_DIR": str(home / kind) for kind in ("config", "cache", "state")}
    done = subprocess.run(
        [sys.executable, "-m", "turnout", *args], capture_output=True, text=True, timeout=60, check=False,
        env={**inherited, **folders, "NO_COLOR": "1", "COLUMNS": "80"},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    if code:
        assert done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1
        return done.stderr
    return done.stdout


def served(id: str, **fields: object) -> DecisionRow:
    filled: dict[str, object] = {
        "at": datetime.now(UTC), "endpoint": "chat", "asked": "auto", "model_id": "box/one", "provider": "box",
        "key_id": None, "prompt_id": "p", "modality": "text", "category": "code", "preference": None, "reason": "",
        "estimated_usd": None, "usd": 0.01, "input_tokens": 1, "output_tokens": 1, "latency_s": 1.25, "ttft_s": 0.1,
        "overhead_s": 0.001, "status": 200, "error": None, "fallbacks": 0, "stream": False,
    }  # fmt: skip
    return DecisionRow(id=id, **{**filled, **fields})  # type: ignore[arg-type]


def store(home: Path) -> EvidenceStore:
    return EvidenceStore(f"sqlite:///{home / 'state' / 'evidence.sqlite'}")


@pytest.mark.slow
def test_a_key_from_its_creation_to_its_end(home: Path) -> None:
    assert "no key yet" in turnout(home, "keys", "list")
    secret = turnout(home, "keys", "create", "ann", "--models", "openai/*, local/*", "--max-usd", "0.5", "--per", "day")
    ring = KeyRing.open(home / "config" / "keys.json")
    key = ring.find(secret.strip())
    assert key is not None
    assert (key.name, key.models, key.max_usd, key.per) == ("ann", ("openai/*", "local/*"), 0.5, "day")
    made = json.loads(turnout(home, "keys", "create", "a rather long name of a client or of its team", "--json"))
    assert made["schema"] == "turnout.key/1"
    other = KeyRing.open(home / "config" / "keys.json").find(made["key"])
    assert other is not None
    assert (other.id, other.models, other.max_usd) == (made["id"], (), None)
    with store(home) as opened:
        opened.add_decisions([served("d1", key_id=key.id, charged_usd=0.75), served("d2", charged_usd=9.0)])
    table = turnout(home, "keys", "list")
    assert max(map(len, table.splitlines())) <= 80
    assert secret.strip() not in table
    assert [line.split()[-2:] for line in table.splitlines() if line.startswith(key.id)] == [["used", "up"]]
    listed = json.loads(turnout(home, "keys", "list", "--json"))
    assert [(entry["id"], entry["spent_usd"]) for entry in listed["keys"]] == [(key.id, 0.75), (made["id"], 0.0)]
    assert "sha256" not in json.dumps(listed)
    told = turnout(home, "keys", "change", key.id, "--models", "*", "--max-usd", "20", "--per", "month")
    assert told.strip() == f"{key.id} for ann: all models, $20.00 a month"
    assert "no budget" in turnout(home, "keys", "change", key.id, "--unlimited")
    assert json.loads(turnout(home, "keys", "revoke", key.id, "--json"))["revoked"] is True
    assert "revoked" in turnout(home, "keys", "list")
    assert KeyRing.open(home / "config" / "keys.json").find(secret.strip()) is None


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["create", ""], 2, "name"),
        (["create", "a", "--max-usd", "-1"], 2, "budget"),
        (["create", "a", "--max-usd", "nan"], 2, "budget"),
        (["create", "a", "--max-usd", "1", "--per", "week"], 2, "day, month, total"),
        (["create", "a", "--per", "day"], 2, "--max-usd"),
        (["revoke", "key-nobody"], 2, "key-nobody"),
        (["change", "key-nobody", "--name", "b"], 2, "key-nobody"),
        (["change", "key-nobody"], 2, "nothing to change"),
        (["change", "key-nobody", "--unlimited", "--max-usd", "1"], 2, "--unlimited"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_no_key(home: Path, arguments: list[str], code: int, said: str) -> None:
    assert said in turnout(home, "keys", *arguments, code=code)
    assert not (home / "config" / "keys.json").exists()


def test_a_damaged_file_is_named(home: Path) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config" / "keys.json").write_text('{"keys": "tk-s3cret"}')
    for command in (["list"], ["create", "ann"], ["revoke", "key-1"]):
        said = turnout(home, "keys", *command, code=17)
        assert "keys.json" in said
        assert "s3cret" not in said


def test_traffic_is_a_picture_that_fits_80_columns(home: Path) -> None:
    assert "no request in the last 30 days" in turnout(home, "evidence", "traffic")
    long_name = "a-provider-of-long-names/model-of-a-very-long-name-20261129-preview"
    with store(home) as opened:
        opened.add_decisions([served(f"a{i}") for i in range(1200)])
        opened.add_decisions([served(f"b{i}", model_id=long_name, fallbacks=1, usd=1234.5) for i in range(300)])
        opened.add_decisions([served("c", model_id=None, status=502, error="nobody", usd=None, latency_s=None)])
        opened.add_decisions([served("old", at=datetime.now(UTC) - timedelta(days=31))])
    shown = turnout(home, "evidence", "traffic")
    assert max(map(len, shown.splitlines())) <= 80
    first = next(line for line in shown.splitlines() if line.startswith("box/one"))
    assert first.split() == ["box/one", "1,200", "█" * 12, "80%", "12.00", "1.2", "–", "–"]
    assert "███ " in shown
    assert "(nobody served)" in shown
    assert "1,501 requests, $370,362.00, 1 error" in shown
    document = json.loads(turnout(home, "evidence", "traffic", "--json", "--days", "60"))
    assert document["schema"] == "turnout.traffic/1"
    assert [(m["model_id"], m["requests"], m["errors"], m["fallbacks"]) for m in document["models"]] == [
        ("box/one", 1201, 0, 0), (long_name, 300, 0, 300), (None, 1, 1, 0)
    ]  # fmt: skip
    assert "no request of key-1" in turnout(home, "evidence", "traffic", "--key", "key-1")
    assert "calendar" in turnout(home, "evidence", "traffic", "--days", "1e99", code=2)
