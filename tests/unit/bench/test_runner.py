"""A run loses nothing and doubles nothing, keeps to its lanes, and leaves out what it must, saying so."""

from __future__ import annotations

import asyncio
import csv
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from turnout.bench import Ending, Plan, Row, aggregate, open_results, read_rows, run, write_aggregates
from turnout.bench.judge import Verdict
from turnout.bench.limits import BreakerModel, Lane
from turnout.bench.results import failed
from turnout.bench.runner import check_scorers
from turnout.bench.tasks import Task
from turnout.errors import DataError, InputFileError, LocalServerError, ProviderUnavailable, RequestRejected
from turnout.evidence.shipped import read_aggregates
from turnout.providers import ChatChunk, ChatRequest, ChatResponse, RecordedAnswer, ReplayModel
from turnout.types import Media, Usage


def tasks(count: int = 12) -> list[Task]:
    return [
        Task(f"t{i}", "text", "reasoning/math" if i % 2 else "reasoning", "en", f"What is\n{i} + 1, \"please\"?",
             str(i + 1), "number", {}, 8)
        for i in range(count)
    ]  # fmt: skip


def model(name: str) -> ReplayModel:
    answers = {
        t.prompt: RecordedAnswer(f'It is\n"{i + 1}", I think.' if i % 3 else "Zero: 0", Usage(5, 4, 1e-5), 0.02, 0.01)
        for i, t in enumerate(tasks())
    }
    return ReplayModel(f"x/{name}", answers)


def saying(text: str, finish: str = "stop", name: str = "a", pace: float = 0.0) -> ReplayModel:
    answer = RecordedAnswer(text, Usage(5, 4, 0.0), 0.1, 0.1, finish)
    return ReplayModel(f"x/{name}", {t.prompt: answer for t in tasks()}, pace=pace)


class Watched:
    """Answers at its own pace and notes who asked what, and how many at once."""

    def __init__(self, name: str, busy: set[Watched], *, media: tuple[Media, ...] = ()) -> None:
        self.model_id, self.requests, self.most = name, [], 0
        self._busy, self._media, self._now = busy, media, 0

    async def complete(self, request: ChatRequest) -> ChatResponse:
        self.requests.append(request)
        self._now += 1
        self._busy.add(self)
        self.most = max(self.most, self._now, len(self._busy))
        await asyncio.sleep(0.003)
        self._now -= 1
        self._busy.discard(self)
        return ChatResponse("1", self.model_id, Usage(1, 1, 0.0), 0.003, None, "stop", self._media)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        yield ChatChunk("", await self.complete(request))

    async def aclose(self) -> None:
        pass


class Judging:
    """Prefers the longer answer."""

    model_id = "x/judge"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def compare(
        self, task: Task, answer: str, reference_answer: str, *, order: Literal["AB", "BA"]
    ) -> Verdict:  # fmt: skip
        self.asked.append((task.id, order))
        won = 0.5 if len(answer) == len(reference_answer) else float(len(answer) > len(reference_answer))
        return Verdict(won, "longer", "", Usage(9, 3, 0.001), 0.2)


async def measure(out: Path, *models, own: list[Task] | None = None, lane: Lane | None = None, **more) -> Ending:
    given = {m.model_id: m for m in models}
    own = tasks() if own is None else own
    judges, drop = more.pop("judges", ()), more.pop("drop", lambda row: False)
    calls = {name: more.pop(name) for name in ("listener", "on_row") if name in more}
    plan = Plan(dict.fromkeys(given, own), judges=[j.model_id for j in judges], **more)
    lane = lane or Lane(4)
    lanes = dict.fromkeys([*given, *plan.judges, *([calls["listener"].model_id] if "listener" in calls else [])], lane)
    async with open_results(out, own, drop=drop) as results:
        return await run(plan, results, given, lanes, judges=judges, **calls)


def kept(path: Path) -> list[Row]:
    """Rows without what a clock decides, in one order."""
    return sorted((replace(r, at="", latency_s=None, ttft_s=None) for r in read_rows(path)), key=lambda r: r.key)


async def test_every_task_to_every_model_once(tmp_path):
    out, seen = tmp_path / "r.csv", []
    ending = await measure(out, model("a"), model("b"), on_row=seen.append)
    assert ending.rows == len(seen) == 24
    assert len({row.key for row in read_rows(out)}) == 24
    assert {row.quality for row in read_rows(out)} == {0.0, 1.0}
    before = out.read_bytes()
    assert (await measure(out, model("a"), model("b"))).rows == 0
    assert out.read_bytes() == before


async def test_a_torn_last_row_is_taken_out_and_asked_again(tmp_path):
    out = tmp_path / "r.csv"
    await measure(out, model("a"))
    expected, data = kept(out), out.read_bytes()
    for cut in (1, 3, 25, 60, 130, len(data) - 20):
        out.write_bytes(data[:-cut])
        await measure(out, model("a"))
        assert kept(out) == expected


async def test_a_cancelled_run_keeps_what_it_has(tmp_path):
    out, slow, seen = tmp_path / "r.csv", Watched("x/slow", set()), []

    def on_row(row: Row) -> None:
        seen.append(row)
        if len(seen) == 4:
            running.cancel()

    running = asyncio.create_task(measure(out, slow, lane=Lane(2), on_row=on_row))
    with pytest.raises(asyncio.CancelledError):
        await running
    have = {row.key for row in read_rows(out)}
    assert 4 <= len(have) < 12
    await measure(out, slow, lane=Lane(2))
    rows = read_rows(out)
    assert len(rows) == len({row.key for row in rows}) == 12


async def test_a_failed_call_is_unscored_says_why_and_can_be_made_again(tmp_path):
    out = tmp_path / "r.csv"
    down = ReplayModel("x/a", {t.prompt: RecordedAnswer(error=RequestRejected("too long")) for t in tasks()})
    await measure(out, down)
    assert {(row.quality, row.error, row.latency_s) for row in read_rows(out)} == {(None, "too long", None)}
    assert (await measure(out, model("a"))).rows == 0
    assert (await measure(out, model("a"), drop=failed)).rows == 12
    assert {row.error for row in read_rows(out)} == {""}
    assert (await measure(out, model("a"), drop=failed)).rows == 0


async def test_an_answer_that_cannot_be_read_is_unscored_and_kept(tmp_path):
    out = tmp_path / "r.csv"
    await measure(out, saying("Let me think about", "length"))
    rows = read_rows(out)
    assert {(row.quality, row.answer, row.finish_reason) for row in rows} == {(None, "Let me think about", "length")}
    assert all("cut off" in row.error for row in rows)
    assert not any(map(failed, rows))


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
        asyncio.run(measure(out, model("a")))
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    out.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="not a result file"):
        asyncio.run(measure(out, model("a")))
    with pytest.raises(InputFileError, match="cannot write"):
        asyncio.run(measure(out / "r.csv", model("a")))


async def test_a_changed_task_is_not_taken_for_answered(tmp_path):
    out = tmp_path / "r.csv"
    await measure(out, model("a"))
    before = out.read_bytes()
    with pytest.raises(DataError, match="another wording of task t3"):
        await measure(out, model("a"), own=[replace(tasks()[3], prompt="Another wording")])
    with pytest.raises(DataError, match="scored by number, not contains"):
        await measure(out, model("a"), own=[replace(tasks()[3], scorer="contains")])
    assert out.read_bytes() == before


@pytest.mark.parametrize("answer", ["one\rtwo", "one\r\ntwo", "nul\0", '"', "\ud83d", "x" * 200_000])
async def test_any_answer_is_kept_and_read_again(tmp_path, answer):
    out = tmp_path / "r.csv"
    assert (await measure(out, saying(answer))).rows == 12
    assert (await measure(out, saying(answer))).rows == 0
    assert {row.answer for row in read_rows(out)} == {answer.encode("utf-8", "backslashreplace").decode()}


async def test_repeats_differ_in_their_seed_and_are_rows_of_their_own(tmp_path):
    asked = Watched("x/a", set())
    await measure(tmp_path / "r.csv", asked, own=tasks(2), repeats=3)
    assert [(r.messages[0].text[8:9], r.seed) for r in asked.requests] == [(t, s) for s in (7, 8, 9) for t in "01"]
    assert sorted((r.task_id, r.repeat) for r in read_rows(tmp_path / "r.csv")) == [
        (f"t{i}", n) for i in range(2) for n in range(3)
    ]


async def test_a_lane_keeps_its_width_and_models_of_this_machine_come_one_after_another(tmp_path):
    busy: set[Watched] = set()
    remote = [Watched(f"x/{n}", busy) for n in "ab"]
    await measure(tmp_path / "remote.csv", *remote, lane=Lane(5))
    assert sum(m.most for m in remote) > 2
    assert all(m.most <= 5 for m in remote)
    local = [Watched(f"local/{n}", busy) for n in "ab"]
    await measure(tmp_path / "local.csv", *local, lane=Lane(1, in_turn=True))
    assert [m.most for m in local] == [1, 1]
    assert [len(m.requests) for m in local] == [13, 13]  # each is asked once before its times count
    assert [r.model for r in read_rows(tmp_path / "local.csv")] == ["local/a"] * 12 + ["local/b"] * 12


@pytest.mark.parametrize("width", [1, 3])
async def test_speech_is_written_down_by_the_listener(tmp_path, width):
    speech = Watched("x/voice", set(), media=(Media(b"RIFF", "audio/wav"),))
    spoken = [replace(task, scorer="heard", reference="one") for task in tasks(4)]
    ear = saying("one", name="ear")
    ear._answers[""] = RecordedAnswer("One.")
    lane = Lane(width, in_turn=width == 1)
    await measure(tmp_path / "r.csv", speech, own=spoken, listener=ear, lane=lane)
    assert {(r.answer, r.quality) for r in read_rows(tmp_path / "r.csv")} == {("One.", 1.0)}
    await measure(tmp_path / "deaf.csv", speech, own=spoken, lane=lane)
    assert {r.error for r in read_rows(tmp_path / "deaf.csv")} == {"nobody listened"}


async def test_each_pair_is_judged_in_both_orders_as_soon_as_it_is_complete(tmp_path):
    out, judge, order = tmp_path / "r.csv", Judging(), []
    models = [saying(text, name=name, pace=0.1) for text, name in (("1", "ref"), ("long 1", "a"), ("2", "b"))]
    ending = await measure(out, *models, judges=[judge], reference="x/ref", lane=Lane(1),
                           on_row=lambda row: order.append(row.source))  # fmt: skip
    assert ending.rows == 12 * 3 + 12 * 2 * 2
    assert order.index("judge") < 9
    verdicts = [row for row in read_rows(out) if row.source == "judge"]
    assert {(r.model, r.quality, r.against, r.by, r.cost_usd) for r in verdicts} == {
        ("x/a", 1.0, "x/ref", "x/judge", 0.001), ("x/b", 0.5, "x/ref", "x/judge", 0.001)}  # fmt: skip
    # A second judge, or a part that is missing, is made up for; the rest is not done again.
    data = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join(line for line in data if b"t3,x/a,0" not in line or b"judge" not in line))
    judge.asked.clear()
    assert (await measure(out, *models, judges=[judge], reference="x/ref")).rows == 2
    assert sorted(judge.asked) == [("t3", "AB"), ("t3", "BA")]


async def test_a_model_that_only_fails_is_given_up_without_rows_for_what_was_not_asked(tmp_path):
    out, died = tmp_path / "r.csv", RecordedAnswer(error=ProviderUnavailable("it died"))
    down = ReplayModel("x/down", {t.prompt: died for t in tasks()})
    ending = await measure(out, BreakerModel(down), model("a"), lane=Lane(1))
    assert ending.not_made == {"x/down failed 10 times in a row, last: it died": 2}
    assert sum(row.model == "x/down" for row in read_rows(out)) == 10
    assert sum(row.model == "x/a" for row in read_rows(out)) == 12
    refusing = ReplayModel("x/no", {t.prompt: RecordedAnswer(error=RequestRejected("no")) for t in tasks()})
    assert not (await measure(tmp_path / "no.csv", BreakerModel(refusing))).not_made  # says something of the request


async def test_a_model_that_cannot_be_started_does_not_stop_the_others(tmp_path):
    class Broken(Watched):
        async def complete(self, request: ChatRequest) -> ChatResponse:
            raise LocalServerError("no memory")

    ending = await measure(tmp_path / "r.csv", BreakerModel(Broken("local/big", set())), model("a"))
    assert ending.not_made == {"local/big cannot be started: no memory": 12}
    assert len(read_rows(tmp_path / "r.csv")) == 12


async def test_a_mistake_in_a_scorer_stops_the_run_and_loses_no_row(tmp_path):
    broken = replace(tasks()[5], scorer="choice")  # without the choices
    with pytest.raises(KeyError):
        await measure(tmp_path / "r.csv", model("a"), own=[*tasks()[:5], broken], lane=Lane(1))
    assert len(read_rows(tmp_path / "r.csv")) == 5


def test_what_scoring_needs_is_checked_before_anything_is_spent():
    check_scorers(tasks())
    with pytest.raises(DataError, match="task t5: scorer 'choice' needs the option 'among'"):
        check_scorers([*tasks()[:5], replace(tasks()[5], scorer="choice")])


async def test_code_is_scored_beside_the_calls(tmp_path):
    task = replace(tasks()[1], scorer="tests", options={"tests": ["assert f(2) == 4", "assert f(0) == 1"]})
    await measure(tmp_path / "r.csv", saying("```python\ndef f(x):\n    return x * x\n```"), own=[task])
    assert [row.quality for row in read_rows(tmp_path / "r.csv")] == [0.5]


async def test_figures_are_what_the_rows_say_and_evidence_can_read_them(tmp_path):
    out = tmp_path / "r.csv"
    await measure(out, model("a"), saying("1", name="ref"), judges=[Judging()], reference="x/ref", repeats=2)
    figures = aggregate(read_rows(out), benchmark="mine", source="a test", date="2026-11")
    write_aggregates(figures, tmp_path / "mine.csv")
    read = {a.category: a for a in read_aggregates(tmp_path / "mine.csv") if a.model == "x/a"}
    assert {a.metric for a in read_aggregates(tmp_path / "mine.csv")} == {"accuracy"}
    assert read["reasoning"].n == 12
    assert read["reasoning/math"].n == 6
    assert read["reasoning"].quality == pytest.approx(8 / 12, abs=1e-4)
    assert read["reasoning"].quality_low < 8 / 12 < read["reasoning"].quality_high
    assert read["reasoning"].cost_usd == pytest.approx(1e-5)
    with out.open() as file:
        assert len(list(csv.reader(file))) == 1 + 24 * 2 + 24 * 2
