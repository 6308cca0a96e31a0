"""A run loses nothing, doubles nothing, and a killed one ends like an uninterrupted one."""

from __future__ import annotations

import asyncio
import csv
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from turnout.bench import aggregate, read_results, run, write_aggregates
from turnout.bench.tasks import Task
from turnout.errors import DataError, InputFileError, ProviderUnavailable
from turnout.evidence.shipped import read_aggregates
from turnout.providers import RecordedAnswer, ReplayModel
from turnout.types import Usage

TIMED = {"latency_s", "ttft_s", "at"}

SCRIPT = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {here!r})
from test_runner import model, tasks
from turnout.bench import run
asyncio.run(run(tasks(), [model("a", 1.0), model("b", 1.0)], Path(sys.argv[1])))
"""


def tasks(count: int = 12) -> list[Task]:
    return [
        Task(f"t{i}", "text", "reasoning/math" if i % 2 else "reasoning", "en", f"What is\n{i} + 1, \"please\"?",
             str(i + 1), "number", {}, 8)
        for i in range(count)
    ]  # fmt: skip


def model(name: str, pace: float = 0.0, count: int = 12) -> ReplayModel:
    answers = {
        t.prompt: RecordedAnswer(
            f'It is\n"{i + 1}", I think.' if i % 3 else "No idea, 0", Usage(5, 4, 1e-5), 0.02, 0.01
        )
        for i, t in enumerate(tasks(count))
    }
    return ReplayModel(f"local/{name}", answers, pace=pace)


def rows(path: Path) -> list[dict[str, str]]:
    return [{k: v for k, v in row.items() if k not in TIMED} for row in read_results(path)]


async def test_every_task_to_every_model_once(tmp_path):
    out, seen = tmp_path / "r.csv", []
    await run(tasks(), [model("a"), model("b")], out, on_result=lambda r, done, total: seen.append((done, total)))
    assert seen == [(i, 24) for i in range(1, 25)]
    assert len({(r["task_id"], r["model"]) for r in rows(out)}) == 24
    assert {r["quality"] for r in rows(out)} == {"0.0", "1.0"}
    before = out.read_bytes()
    await run(tasks(), [model("a"), model("b")], out)
    assert out.read_bytes() == before


def test_a_run_killed_again_and_again_ends_like_an_uninterrupted_one(tmp_path):
    script = SCRIPT.format(here=str(Path(__file__).parent))
    whole, torn = tmp_path / "whole.csv", tmp_path / "torn.csv"
    subprocess.run([sys.executable, "-c", script, str(whole)], check=True)
    for delay in (0.5, 0.62, 0.7, 0.81):
        child = subprocess.Popen([sys.executable, "-c", script, str(torn)])
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
    subprocess.run([sys.executable, "-c", script, str(torn)], check=True)
    assert rows(torn) == rows(whole)


async def test_a_torn_last_row_is_taken_out_and_asked_again(tmp_path):
    out = tmp_path / "r.csv"
    await run(tasks(), [model("a")], out)
    expected = rows(out)
    data = out.read_bytes()
    for cut in (3, 25, 60, 130):
        out.write_bytes(data[:-cut])
        await run(tasks(), [model("a")], out)
        assert rows(out) == expected


async def test_a_failed_call_is_unscored_and_says_why(tmp_path):
    down = ReplayModel("local/down", {t.prompt: RecordedAnswer(error=ProviderUnavailable("it died")) for t in tasks()})
    await run(tasks(), [down], tmp_path / "r.csv")
    assert {(r["quality"], r["error"]) for r in rows(tmp_path / "r.csv")} == {("", "it died")}


def test_a_second_writer_and_a_foreign_file_are_refused(tmp_path):
    out = tmp_path / "r.csv"
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys, time; from filelock import FileLock\n"
         "with FileLock(sys.argv[1]): print('held', flush=True); time.sleep(30)", f"{out}.lock"],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(InputFileError, match="another run is writing"):
        asyncio.run(run(tasks(), [model("a")], out))
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    out.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="not a result file"):
        asyncio.run(run(tasks(), [model("a")], out))


async def test_a_changed_task_is_not_taken_for_answered(tmp_path):
    out = tmp_path / "r.csv"
    await run(tasks(), [model("a")], out)
    before = out.read_bytes()
    other = replace(tasks()[3], prompt="Another wording")
    with pytest.raises(DataError, match="another wording of task t3"):
        await run([other], [model("a")], out)
    assert out.read_bytes() == before


@pytest.mark.parametrize("answer", ["one\rtwo", "one\r\ntwo", "nul\0", '"', "\ud83d", "x" * 200_000])
async def test_any_answer_is_kept_and_read_again(tmp_path, answer):
    out, asked = tmp_path / "r.csv", []
    teller = ReplayModel("local/a", {t.prompt: RecordedAnswer(answer, Usage(5, 4, 0.0), 0.0, 0.0) for t in tasks()})
    for _ in range(2):
        await run(tasks(), [teller], out, on_result=lambda *row: asked.append(row))
    assert len(asked) == 12
    expected = answer.encode("utf-8", "backslashreplace").decode()
    assert {r["answer"] for r in read_results(out)} == {expected}


async def test_figures_are_what_the_rows_say_and_evidence_can_read_them(tmp_path):
    out = tmp_path / "r.csv"
    await run(tasks(), [model("a")], out)
    figures = aggregate(read_results(out), benchmark="mine", source="a test", date="2026-11")
    write_aggregates(figures, tmp_path / "mine.csv")
    read = {a.category: a for a in read_aggregates(tmp_path / "mine.csv")}
    assert read["reasoning"].n == 12
    assert read["reasoning/math"].n == 6
    assert read["reasoning"].quality == pytest.approx(8 / 12, abs=1e-4)
    assert read["reasoning"].quality_low < 8 / 12 < read["reasoning"].quality_high
    assert read["reasoning"].cost_usd == pytest.approx(1e-5)
    with out.open() as file:
        assert len(list(csv.reader(file))) == 13
