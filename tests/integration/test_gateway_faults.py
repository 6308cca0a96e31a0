"""Every way in which a provider fails, whole and streamed, alone and with a model to fall back on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway import ASK, Answer, Served, catalogue, decisions, outcomes, served
from servers import TEXT, raw_upstream, self_signed, upstream
from turnout.config import Settings

SECRET = "sk-wrong-key-987654"
HALF = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"choices": [{"mess'
HALF_EVENT = b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {"choices": [{"delta": {"content"'
GARBLED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: <html>\n\ndata: [DONE]\n\n"
DONE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: [DONE]\n\n"

# What a client gets when nobody else can be asked: HTTP status and the error's code.
UNAVAILABLE = (502, "provider_unavailable")
INVALID = (502, "invalid_provider_response")
LIMITED = (429, "rate_limited")
BEFORE_ANY_BYTE = {
    "429": LIMITED,
    "429-wait": LIMITED,
    "500": UNAVAILABLE,
    "503": UNAVAILABLE,
    "400": (400, "rejected_by_provider"),
    "404": (400, "rejected_by_provider"),
    "hang": (504, "provider_timeout"),
    "not-json": INVALID,
    "html": INVALID,
    "huge": INVALID,
    "no-choices": INVALID,
    "error-in-200": LIMITED,
    "error-in-choice": UNAVAILABLE,
    "redirect": (502, "provider_unavailable"),
    "key": (502, "provider_refused_key"),
    "refused": UNAVAILABLE,
    "tls": UNAVAILABLE,
    "not-http": INVALID,
    "half": UNAVAILABLE,
}
WELL_WHOLE = {"good", "billed", "empty", "flaky", "limited", "drip", "cut", "cut-clean", "stuck", "error-event"}
PATIENT = "flaky"  # answers at the third try, for which there may be no time where another model can be asked
WELL_STREAMED = {"good", "billed", "empty", "flaky", "limited", "drip"}
BEFORE_ANY_EVENT = {**BEFORE_ANY_BYTE, "half-event": UNAVAILABLE, "garbled": INVALID, "done": INVALID}
AFTER_AN_EVENT = {
    "cut": "ProviderUnavailable",
    "cut-clean": "ProviderUnavailable",
    "stuck": "ProviderTimeout",
    "error-event": "ProviderUnavailable",
}
RAW = {"not-http": b"SSH-2.0-nobody\r\n", "half": HALF, "half-event": HALF_EVENT, "garbled": GARBLED, "done": DONE}


@asynccontextmanager
async def everybody(settings: Settings, folder: Path, behaviours: set[str]) -> AsyncIterator[Served]:
    """A gateway with a provider of each behaviour, and one called ``spare`` that answers well."""
    async with AsyncExitStack() as stack:
        real = await stack.enter_async_context(upstream())
        addresses = {name: real.url(name) for name in sorted(behaviours)} | {"spare": real.url()}
        for name in sorted(RAW.keys() & behaviours):
            addresses[name] = await stack.enter_async_context(raw_upstream(RAW[name]))
        if "tls" in behaviours:
            addresses["tls"] = await stack.enter_async_context(raw_upstream(b"", self_signed(folder)))
        addresses["refused"] = "http://127.0.0.1:1/v1"
        catalogue(settings, addresses, key={"api_key_env": "TURNOUT_TEST_UPSTREAM_KEY"})
        yield await stack.enter_async_context(served(settings))


async def ask_all(running: Served, behaviours: set[str], **body: Any) -> dict[str, Answer]:
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(running.chat(f"{name}/m", **body)) for name in sorted(behaviours)}
    return {name: task.result() for name, task in tasks.items()}


@pytest.fixture
def impatient(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TURNOUT_TEST_UPSTREAM_KEY", SECRET)
    return settings.model_copy(update={"timeout_s": 2.0, "retries": 2})


def summary(answer: Answer) -> tuple[int, Any]:
    """Status, and the code of its one error or the answer's text."""
    if answer.errors:
        (error,) = answer.errors
        assert set(error) == {"message", "type", "param", "code"}
        assert error["message"]
        return answer.status, error["code"]
    return answer.status, answer.text


def check_quiet(answers: dict[str, Answer], caplog: pytest.LogCaptureFixture) -> None:
    for name, answer in answers.items():
        said = answer.raw + repr(answer.headers).encode()
        assert b"Traceback" not in said, name
        assert SECRET.encode() not in said, name
    assert not [record for record in caplog.records if record.exc_info]
    assert SECRET not in caplog.text


def check_record(settings: Settings, answers: dict[str, Answer], spare: bool) -> None:
    """One decision per request, and its attempts as outcomes."""
    found = {row["id"]: row for row in decisions(settings)}
    assert len(found) == len(answers) + 1  # with the one that shows that it goes on
    kept = outcomes(settings)
    for name, answer in answers.items():
        row = found[answer.id]
        broken = [event for event in answer.events if isinstance(event, dict) and event.get("error")]
        assert row["status"] == answer.status, name
        assert bool(row["error"]) == (answer.status != 200 or bool(broken)), name
        assert row["model_id"] == answer.headers.get("x-turnout-model"), name
        mine = [outcome for outcome in kept if outcome["prompt_id"] == row["prompt_id"]]
        failed = [outcome for outcome in mine if outcome["error"]]
        if answer.headers.get("x-turnout-model") == "spare/m":
            assert spare, name
            assert {outcome["model_id"] for outcome in failed} == {f"{name}/m"}, name
            assert [outcome["model_id"] for outcome in mine if not outcome["error"]] == ["spare/m"], name
            assert row["fallbacks"] == 1, name
        elif answer.status != 200 or broken:
            assert failed, name
            assert len(failed) == len(mine), name
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in settings.state_dir.rglob("*.sqlite*"))


async def still_serves(running: Served) -> None:
    answer = await running.chat("spare/m")
    assert (answer.status, answer.text) == (200, TEXT)
    assert (await running.get("/health")).status == 200


async def test_whole_answers_alone(impatient, tmp_path, caplog):
    behaviours = WELL_WHOLE | set(BEFORE_ANY_BYTE)
    async with everybody(impatient, tmp_path, behaviours) as running:
        answers = await ask_all(running, behaviours)
        await still_serves(running)
    well = {name: (200, "" if name == "empty" else TEXT) for name in WELL_WHOLE}
    assert {name: summary(answer) for name, answer in answers.items()} == well | BEFORE_ANY_BYTE
    assert answers["429-wait"].headers["Retry-After"] == "7"
    assert answers["429"].headers["Retry-After"]
    check_quiet(answers, caplog)
    check_record(impatient, answers, spare=False)


async def test_whole_answers_with_a_model_to_fall_back_on(impatient, tmp_path, caplog):
    behaviours = WELL_WHOLE - {PATIENT} | set(BEFORE_ANY_BYTE)
    async with everybody(impatient, tmp_path, behaviours) as running:
        answers = await ask_all(running, behaviours, models=["spare/m"])
        await still_serves(running)
    assert {summary(answer) for name, answer in answers.items() if name != "empty"} == {(200, TEXT)}
    served_by = {name: answer.headers["x-turnout-model"] for name, answer in answers.items()}
    assert served_by == {name: f"{name}/m" if name in WELL_WHOLE else "spare/m" for name in behaviours}
    assert {answer.json["model"] for answer in answers.values()} == set(served_by.values())
    check_quiet(answers, caplog)
    check_record(impatient, answers, spare=True)


async def test_streams_alone(impatient, tmp_path, caplog):
    behaviours = WELL_STREAMED | set(BEFORE_ANY_EVENT) | set(AFTER_AN_EVENT)
    async with everybody(impatient, tmp_path, behaviours) as running:
        answers = await ask_all(running, behaviours, stream=True)
        await still_serves(running)
    well = {name: (200, "" if name == "empty" else TEXT) for name in WELL_STREAMED}
    late = {name: (200, kind) for name, kind in AFTER_AN_EVENT.items()}
    assert {name: summary(answer) for name, answer in answers.items()} == well | BEFORE_ANY_EVENT | late
    for name in WELL_STREAMED:
        assert answers[name].events[-1] == "[DONE]", name
    for name in AFTER_AN_EVENT:
        assert answers[name].events[-1]["error"], name
        assert "[DONE]" not in answers[name].events, name
        assert answers[name].text == TEXT[:3], name
    check_quiet(answers, caplog)
    check_record(impatient, answers, spare=False)


async def test_streams_with_a_model_to_fall_back_on(impatient, tmp_path, caplog):
    behaviours = WELL_STREAMED - {PATIENT} | set(BEFORE_ANY_EVENT) | set(AFTER_AN_EVENT)
    async with everybody(impatient, tmp_path, behaviours) as running:
        answers = await ask_all(running, behaviours, stream=True, models=["spare/m"])
        await still_serves(running)
    for name, answer in answers.items():
        if name in AFTER_AN_EVENT:  # half an answer of one model is not gone on with by another
            assert summary(answer) == (200, AFTER_AN_EVENT[name]), name
            assert answer.events[-1]["error"], name
        else:
            assert summary(answer) == (200, "" if name == "empty" else TEXT), name
            assert answer.events[-1] == "[DONE]", name
            assert answer.headers["x-turnout-model"] == ("spare/m" if name in BEFORE_ANY_EVENT else f"{name}/m"), name
    check_quiet(answers, caplog)
    check_record(impatient, answers, spare=True)


@pytest.mark.parametrize("path", ["messages", "responses"])
async def test_streams_in_other_formats(impatient, tmp_path, caplog, path):
    behaviours = {"good", "500", "hang", "not-json", "garbled", "done", *AFTER_AN_EVENT}
    asked = {"input": "Hello"} if path == "responses" else {"messages": ASK, "max_tokens": 50}
    async with everybody(impatient, tmp_path, behaviours) as running:

        async def ask(name: str) -> Answer:
            return await running.post(f"/v1/{path}", {"model": f"{name}/m", "stream": True, **asked})

        answers = dict(zip(behaviours, await asyncio.gather(*map(ask, behaviours)), strict=True))
        await still_serves(running)
    for name, answer in answers.items():
        kinds = [event["type"] for event in answer.events]
        if name == "good":
            assert kinds[-1] in ("message_stop", "response.completed")
        elif name in AFTER_AN_EVENT:
            assert answer.status == 200, name
            assert kinds.count("error") == 1, name
            assert kinds[-1] in ("error", "response.failed"), name
            assert not {"message_stop", "response.completed"} & set(kinds), name
        else:
            assert answer.status == BEFORE_ANY_EVENT[name][0], name
            assert answer.json["error"]["message"], name
    check_quiet(answers, caplog)
    found = {row["id"]: row["status"] for row in decisions(impatient)}
    assert {answer.id: answer.status for answer in answers.values()}.items() <= found.items()
