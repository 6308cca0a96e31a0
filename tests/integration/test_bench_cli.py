"""`turnout bench` as a person runs it: real processes against a real server on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_bench_kill import CATALOGUE, environment, write_tasks
from test_cli import one_line_error, turnout

from servers import Upstream, upstream
from turnout.bench import read_rows

MORE = """
  - {{id: box/free, provider: box, price: {{input: 0, output: 0}}}}
  - {{id: box/unpriced, provider: box}}
  - {{id: dead/one, provider: dead, price: {{input: 0, output: 0}}}}
  - {{id: locked/one, provider: locked, price: {{input: 0, output: 0}}}}
"""
PROVIDERS = """
  dead: {{base_url: "{dead}"}}
  locked: {{base_url: "{url}", api_key_env: NOBODY_HAS_THIS}}
models:"""


@pytest.fixture
async def server() -> AsyncIterator[Upstream]:
    async with upstream() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: Upstream) -> Path:
    write_tasks(tmp_path / "tasks.jsonl", 12)
    (tmp_path / "config").mkdir()
    text = CATALOGUE.replace("\nmodels:", PROVIDERS) + MORE.lstrip("\n")
    (tmp_path / "config" / "models.yaml").write_text(text.format(url=server.url(), dead=server.url("500")))
    return tmp_path


async def bench(home: Path, *args: str, tasks: str = "tasks.jsonl", out: str = "r.csv"):
    command = ("bench", str(home / tasks), "-o", str(home / out), *args)
    return await asyncio.to_thread(lambda: turnout(home, *command, TURNOUT_RETRIES="0"))


async def test_its_first_word_may_be_a_command_or_the_tasks(home):
    shown = turnout(home, "bench", "--help").stdout
    assert "TASKS [OPTIONS] | COMMAND" in shown
    assert "run" in shown
    for first in (("run",), ("tasks.jsonl",), ("--suite", "core")):
        assert "--max-usd" in turnout(home, "bench", *first, "--help").stdout
    assert turnout(home, "bench").stdout.strip() == shown.strip()
    assert all(len(line) <= 80 for line in shown.splitlines())


async def test_it_asks_prints_the_standing_and_does_nothing_the_second_time(home, server):
    done = await bench(home, "--models", "box/free")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^box/free +0\.\d{3} +12 ", done.stdout, re.MULTILINE)
    assert f"turnout bench report {home / 'r.csv'}" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines()[:-1])
    assert "at most" in done.stderr
    assert {row.model for row in read_rows(home / "r.csv")} == {"box/free"}
    again = await bench(home, "--models", "box/free")
    assert again.stdout == done.stdout
    assert "nothing to do" in again.stderr
    assert len(server.seen) == 12


@pytest.mark.slow
async def test_nobody_spends_money_without_being_asked(home, server):
    line = one_line_error_after_table(await bench(home, "--models", "box/one"), 2)
    assert "about $0.00" in line
    assert "--yes" in line
    assert server.seen == []
    line = one_line_error_after_table(await bench(home, "--models", "box/unpriced"), 2)
    assert "an unknown amount" in line
    done = await bench(home, "--models", "box/one", "--yes")
    assert done.returncode == 0, done.stderr


def one_line_error_after_table(done: subprocess.CompletedProcess[str], code: int) -> str:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("turnout: ")
    return last


@pytest.mark.slow
async def test_a_budget_stops_it_and_what_the_file_holds_counts(home, server):
    # An answer is billed at 12 × 1 + 7 × 2 = 26 millionths; at worst it costs about 190.
    done = await bench(home, "--models", "box/*", "--yes", "--max-usd", "0.0004")
    assert "no price is known for box/unpriced" in one_line_error(done, 12)
    priced = ("--models", "box/one,box/two", "--yes")
    done = await bench(home, *priced, "--max-usd", "0.0004")
    line = one_line_error_after_table(done, 43)
    made = len(read_rows(home / "r.csv"))
    assert f"{24 - made} calls were not made" in line
    assert 2 <= made < 24
    assert sum(row.cost_usd or 0 for row in read_rows(home / "r.csv")) <= 0.0004
    assert "box/one" in done.stdout
    asked = len(server.seen)
    assert (await bench(home, *priced, "--max-usd", "0.0004")).returncode == 43
    assert len(server.seen) - asked <= 1
    assert (await bench(home, *priced, "--max-usd", "1")).returncode == 0
    assert len(read_rows(home / "r.csv")) == 24


async def test_judged_with_a_summary_in_json(home):
    done = await bench(home, "--models", "box/free", "--reference", "box/one", "--judge", "box/judge,box/two", "--yes",
                       "--limit", "3", "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "turnout.bench/1"
    assert (document["rows_wanted"], document["rows_written"]) == (18, 18)
    assert {m["model"]: m["rows"] for m in document["models"]} == {"box/free": 3, "box/one": 3}
    assert [(j["model"], j["verdicts"]) for j in document["judges"]] == [("box/judge", 6), ("box/two", 6)]
    assert document["spent_usd"] > 0
    # The server always says the same: two equal answers are a tie, and nobody is asked about them.
    verdicts = [row for row in read_rows(home / "r.csv") if row.source == "judge"]
    assert {(r.quality, r.model, r.against) for r in verdicts} == {(0.5, "box/free", "box/one")}
    assert {r.order for r in verdicts} == {"AB", "BA"}


async def test_a_dead_model_is_given_up_and_the_others_are_not(home, server):
    done = await bench(home, "--models", "dead/*,box/free", "--concurrency", "1")
    line = one_line_error_after_table(done, 44)
    assert "2 calls were not made: dead/one failed 10 times in a row" in line
    rows = read_rows(home / "r.csv")
    assert (sum(r.model == "dead/one" for r in rows), sum(r.model == "box/free" for r in rows)) == (10, 12)
    assert "10 answers are unscored" in done.stdout
    asked = len(server.seen)
    done = await bench(home, "--models", "box/free,dead/one", "--retry-failed", "--concurrency", "1")
    assert done.returncode == 44
    assert len(server.seen) - asked == 10
    assert len(read_rows(home / "r.csv")) == 22


@pytest.mark.slow
async def test_who_cannot_be_asked_is_named(home):
    done = await bench(home, "--models", "locked/*,box/free")
    assert done.returncode == 0
    assert "left out: locked/one: needs NOBODY_HAS_THIS" in done.stderr
    line = one_line_error(await bench(home, "--models", "box/free", "--reference", "locked/one"), 20)
    assert "locked/one cannot be asked from here: needs NOBODY_HAS_THIS" in line
    assert "--reference" in one_line_error(await bench(home, "--judge", "box/judge"), 2)
    assert "no task is left" in one_line_error(await bench(home, "--language", "fi"), 2)
    assert "no model in the catalogue" in one_line_error(await bench(home, "--models", "nobody/*"), 15)


async def test_at_a_terminal_it_asks_and_draws(home):
    command = [sys.executable, "-m", "turnout", "bench", str(home / "tasks.jsonl"), "-o", str(home / "r.csv"),
               "--models", "box/one", "--requests-per-minute", "600"]  # fmt: skip
    shown = await asyncio.to_thread(at_a_terminal, command, environment(home, TERM="xterm"), b"y\n")
    assert "Spend about $" in shown
    assert "12/12" in shown
    assert "━" in shown
    assert "\x1b[3" not in shown  # NO_COLOR
    assert len(read_rows(home / "r.csv")) == 12


def at_a_terminal(command: list[str], env: dict[str, str], typed: bytes) -> str:
    """What a terminal shows of it; `typed` is the answer to its question."""
    mine, theirs = pty.openpty()
    child = subprocess.Popen(command, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown, ends = b"", time.monotonic() + 60
    while time.monotonic() < ends:
        if not select.select([mine], [], [], 0.5)[0]:
            if child.poll() is not None:
                break
            continue
        try:
            shown += os.read(mine, 65536)
        except OSError:  # the other end is closed
            break
        if typed and b"[y/N]" in shown:
            os.write(mine, typed)
            typed = b""
    os.close(mine)
    assert child.wait(10) == 0, shown.decode()
    return shown.decode()
