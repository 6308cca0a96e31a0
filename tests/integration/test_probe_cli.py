"""`turnout models probe`: a remote model within a budget, and a real one on this machine."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_cli import turnout

from servers import TEXT, Upstream, upstream
from turnout.config import Settings

NEW = "openai/gpt-4o-mini"


@pytest.fixture
async def server() -> AsyncIterator[Upstream]:
    async with upstream() as running:
        yield running


def write_tasks(path: Path) -> Path:
    lines = [
        {"id": f"{kind}-{i}", "modality": "text", "category": kind, "content": f"Task {i} of {kind}", "scorer": "exact",
         "reference": TEXT if i % 2 else "something else", "max_tokens": 16}
        for kind in ("translation", "question-answering")
        for i in range(8)
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


async def probe(tmp_path: Path, server: Upstream, *args: str, behaviour: str = "billed"):
    tasks, rows = write_tasks(tmp_path / "tasks.jsonl"), str(tmp_path / "rows.csv")
    return await asyncio.to_thread(
        lambda: turnout(tmp_path, "models", "probe", NEW, "--tasks", str(tasks), "-o", rows, *args,
                        OPENROUTER_API_KEY="sk-right-key-123456", TURNOUT_OPENROUTER_BASE_URL=server.url(behaviour))
    )  # fmt: skip


async def test_it_asks_as_many_as_it_may_and_goes_on_from_there(tmp_path: Path, server: Upstream) -> None:
    done = await probe(tmp_path, server, "--labels", "6", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "turnout.probe/1"
    assert (document["model"], document["labels"]) == (NEW, 6)
    assert document["cost_usd"] == pytest.approx(6 * 0.0042)
    assert {place["category"]: place["asked"] for place in document["places"]} == {
        "translation": 3,
        "question-answering": 3,
    }
    assert all(place["low"] < place["quality"] < place["high"] for place in document["places"])
    more = await probe(tmp_path, server, "--labels", "8", "--yes")
    assert more.returncode == 0, more.stderr
    assert len(server.seen) == 8
    assert "8 scored answers" in more.stdout
    assert max(map(len, more.stdout.splitlines())) <= 80
    with (tmp_path / "rows.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 8


async def test_the_budget_holds_and_nothing_is_spent_unasked(tmp_path: Path, server: Upstream) -> None:
    unasked = await probe(tmp_path, server)
    assert unasked.returncode == 2
    assert "--yes" in unasked.stderr
    assert server.seen == []
    limited = await probe(tmp_path, server, "--yes", "--max-usd", "0.00005", "--json", behaviour="good")
    assert limited.returncode == 0, limited.stderr
    assert 1 <= len(server.seen) < 16
    assert json.loads(limited.stdout)["cost_usd"] <= 0.00005
    assert "calls were not made" in limited.stderr
    nothing = await probe(tmp_path, server, "--yes", "--max-usd", "0", "-o", str(tmp_path / "other.csv"))
    assert nothing.returncode == 43
    assert "budget" in nothing.stderr


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["models", "probe", "nobody/nothing"], 15, "nobody/nothing"),
        (["models", "probe", "local/smoll*"], 15, "is a pattern"),
        (["models", "probe", "openai/gpt-4o"], 20, "OPENROUTER_API_KEY"),
        (["models", "probe", "local/espeak-ng", "--tasks", "tasks.jsonl"], 2, "takes none of these tasks"),
        (["models", "probe", "local/smollm2-135m", "--tasks", "a.jsonl", "--suite", "x"], 2, "not both"),
    ],
)
def test_mistakes_are_one_line(tmp_path: Path, args: list[str], code: int, said: str) -> None:
    tasks = str(write_tasks(tmp_path / "tasks.jsonl"))
    done = turnout(tmp_path, *[tasks if arg == "tasks.jsonl" else arg for arg in args])
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_real_model_is_placed(tmp_path: Path, local_settings: Settings) -> None:
    done = turnout(
        tmp_path, "models", "probe", "local/smollm2-135m", "--labels", "8", "-o", str(tmp_path / "rows.csv"), "--json",
        "--tasks", str(write_tasks(tmp_path / "tasks.jsonl")),
        TURNOUT_STATE_DIR=str(local_settings.state_dir), TURNOUT_CACHE_DIR=str(local_settings.cache_dir),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["labels"] + document["unscored"] == 8
    assert {place["modality"] for place in document["places"]} == {"text"}
    assert 0.05 < document["half_width"] < 0.6
    assert document["cost_usd"] > 0
