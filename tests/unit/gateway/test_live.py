"""Streamed answers through a real connection, however they are cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from aiohttp import web

from turnout.catalog import Catalogue, Endpoint
from turnout.errors import InvalidResponse, ProviderError, ProviderUnavailable, RateLimited
from turnout.gateway.answers import Live
from turnout.gateway.upstream import Upstreams
from turnout.types import Model, Price, Usage

MODEL = Model("box/m", "box", "m", Price(1.0, 2.0))
TEXT = 'Grüße: "error": {"usage": {"x"}} data: [DONE] 🦊'


def event(**chunk: Any) -> bytes:
    return b"data: " + orjson.dumps({"model": "theirs", **chunk}) + b"\n\n"


def said(text: str) -> bytes:
    return event(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": None}])


STOP = event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
USAGE = {"prompt_tokens": 10, "completion_tokens": 5}
BILL = event(choices=[], usage=USAGE)
DONE = b"data: [DONE]\n\n"
ALL = b": thinking\n\n" + said(TEXT) + b": still\n\n" + said("!") + STOP + BILL + DONE


@asynccontextmanager
async def live(settings: Any, *pieces: bytes, kind: str = "text/event-stream") -> AsyncIterator[Live]:
    """An answer whose bytes come in these pieces."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
            await asyncio.sleep(0.002)
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    known = Catalogue({MODEL.id: MODEL}, {"box": Endpoint("box", url)})
    upstreams = Upstreams(settings, known, lambda model: (url, ""), lambda model: None)
    try:
        target = await upstreams.target(MODEL)
        made = Live(upstreams, target, await upstreams.post(target, "/chat/completions", b"{}"))
        try:
            yield made
        finally:
            made.close()
    finally:
        await upstreams.aclose()
        await runner.cleanup()


async def passed(settings: Any, *pieces: bytes, usage_asked: bool = False) -> tuple[list[Any], Live]:
    """What a client gets, event by event, and the answer that was read."""
    async with live(settings, *pieces) as answer:
        await answer.open()
        out = b"".join([piece async for piece in answer.pieces(lambda usage: 0.5, usage_asked=usage_asked)])
    assert out.endswith(b"\n\n")
    data = [line[6:] for line in out.split(b"\n") if line.startswith(b"data: ")]
    return [item.decode() if item == b"[DONE]" else json.loads(item) for item in data], answer


async def check_all(settings: Any, *pieces: bytes) -> None:
    events, answer = await passed(settings, *pieces)
    *chunks, bill, done = events
    assert done == "[DONE]"
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks) == TEXT + "!"
    assert {c["model"] for c in chunks} == {"box/m"}
    assert bill["usage"] == {**USAGE, "cost": 0.5}
    assert bill["choices"] == [{"index": 0, "delta": {}, "finish_reason": None}]
    assert (answer.usage, answer.finish_reason) == (Usage(10, 5), "stop")


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
async def test_events_may_be_cut_anywhere(settings, ends):
    data = ALL.replace(b"\n", ends)
    for first in range(0, len(data), 60):
        cuts = range(max(1, first), min(first + 60, len(data)))
        await asyncio.gather(*(check_all(settings, data[:cut], data[cut:]) for cut in cuts))


async def read_on(answer: Live, got: list[bytes]) -> None:
    async for piece in answer.pieces(lambda usage: None, usage_asked=False):
        got.append(piece)


async def test_every_byte_may_come_alone(settings):
    await check_all(settings, *(ALL[i : i + 1] for i in range(len(ALL))))


async def test_a_client_that_asked_for_usage_gets_it_as_it_came(settings):
    events, _ = await passed(settings, ALL, usage_asked=True)
    assert events[-2]["choices"] == []
    assert events[-2]["usage"]["cost"] == 0.5


async def test_the_providers_own_bill_stays(settings):
    last = event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}], usage={**USAGE, "cost": 0.25})
    events, answer = await passed(settings, said("x") + last + DONE)
    assert events[-2]["usage"]["cost"] == 0.25
    assert answer.usage == Usage(10, 5, 0.25)


@pytest.mark.parametrize("written", [b'"%s":', b'"%s": ', b'"%s" :', b'"%s":  '])
async def test_usage_is_found_however_json_is_spaced(settings, written):
    spaced = ALL
    for name in (b"choices", b"usage", b"finish_reason", b"model"):
        spaced = spaced.replace(b'"%s":' % name, written % name)
    events, answer = await passed(settings, spaced)
    assert (answer.usage, answer.finish_reason) == (Usage(10, 5), "stop")
    assert {e["model"] for e in events[:-1]} == {"box/m"}


async def test_done_may_be_forgotten_once_a_reason_to_stop_came(settings):
    events, _ = await passed(settings, said("x") + STOP)
    assert events[-1] == "[DONE]"
    events, _ = await passed(settings, said("x") + STOP + b"data: [DONE]")
    assert events[-1] == "[DONE]"
    assert events.count("[DONE]") == 1


@pytest.mark.parametrize("rest", [b"", STOP[:-20], said("half")[:-9], b"data: {", b": comment"])
async def test_what_breaks_off_never_ends_in_half_an_event(settings, rest):
    async with live(settings, said("x"), rest) as answer:
        await answer.open()
        got: list[bytes] = []
        with pytest.raises(ProviderUnavailable, match="cut its answer off"):
            await read_on(answer, got)
    assert b"".join(got) == said("x").replace(b"theirs", b"box/m")


ERROR = b'data: {"error": {"code": 429, "message": "slow down"}}\n\n'


async def test_an_error_before_anything_else_is_raised_before_a_byte_is_out(settings):
    for pieces in ([ERROR], [b": wait\n\n", ERROR], [b": wait\n\n" + ERROR], [said("x") + ERROR]):
        async with live(settings, *pieces) as answer:
            with pytest.raises(RateLimited, match="slow down"):
                await answer.open()


async def test_a_later_error_comes_after_what_was_said(settings):
    for pieces in ([said("x"), ERROR], [said("x"), said("y") + ERROR]):
        async with live(settings, *pieces) as answer:
            await answer.open()
            got: list[bytes] = []
            with pytest.raises(RateLimited):
                await read_on(answer, got)
        assert b"".join(got).count(b"data:") == b"".join(pieces).count(b"data:") - 1


@pytest.mark.parametrize(
    "data",
    [
        DONE,
        b"data: \n\n" + DONE,
        b": hello\n\n",
        b"",
        b"data: <html>\n\n" + DONE,
        b"data: [1]\n\n",
        b"\n\n\n\n",
        b"data:{",
    ],
)
async def test_what_is_no_answer_is_an_error_before_it_begins(settings, data):
    async with live(settings, data) as answer:
        with pytest.raises(ProviderError):
            await answer.open()


async def test_other_content_is_no_stream(settings):
    for data, kind, error in (
        (b'{"error": {"code": 429}}', "application/json", RateLimited),
        (b'{"choices": []}', "application/json", InvalidResponse),
        (b"<html>", "text/html", InvalidResponse),
    ):
        async with live(settings, data, kind=kind) as answer:
            with pytest.raises(error):
                await answer.open()


async def test_half_a_surrogate_pair_passes(settings):
    halves = [said("x").replace(b'"x"', half) for half in (b'"\\ud83e"', b'"\\udd8a"')]
    events, _ = await passed(settings, *halves, STOP, DONE)
    assert (
        "".join(e["choices"][0]["delta"].get("content", "") for e in events[:-1])
        .encode("utf-16", "surrogatepass")
        .decode("utf-16")
        == "🦊"
    )
    async with live(settings, *halves, STOP, DONE) as answer:
        await answer.open()
        assert len([chunk async for chunk in answer.chunks()]) == 3
    last = (
        halves[0]
        .replace(b'"finish_reason":null', b'"finish_reason":"length"')
        .replace(b'"model"', b'"usage":{"prompt_tokens":1,"completion_tokens":1},"model"')
    )
    events, _ = await passed(settings, last, DONE)
    assert events[0]["usage"]["cost"] == 0.5


async def test_an_answer_that_came_whole_becomes_a_stream(settings):
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    message = {"role": "assistant", "content": TEXT, "tool_calls": [call]}
    whole = {
        "model": "theirs",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": USAGE,
    }
    async with live(settings, orjson.dumps(whole), kind="application/json") as answer:
        await answer.open()
        pieces = [piece async for piece in answer.pieces(lambda usage: 0.5, usage_asked=False)]
    first, done = b"".join(pieces).split(b"\n\n")[:2]
    chunk = json.loads(first.removeprefix(b"data: "))
    assert chunk["object"] == "chat.completion.chunk"
    assert chunk["model"] == "box/m"
    assert chunk["choices"][0]["delta"]["content"] == TEXT
    assert chunk["choices"][0]["delta"]["tool_calls"] == [{"index": 0, **call}]
    assert chunk["usage"]["cost"] == 0.5
    assert done == b"data: [DONE]"
    assert (answer.usage, answer.finish_reason) == (Usage(10, 5), "tool_calls")


async def test_an_error_in_place_of_a_stream_is_one(settings):
    async with live(settings, b'{"error": {"code": 429, "message": "busy"}}', kind="application/json") as answer:
        with pytest.raises(RateLimited):
            await answer.open()
