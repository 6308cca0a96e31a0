"""Clients that leave, stop reading, send slowly or too much, and a server that is told to stop or killed."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway import ASK, Served, answer_of, catalogue, decisions, process, served
from servers import TEXT, Upstream, upstream
from turnout.config import Settings
from turnout.gateway.options import ServeOptions

BEHAVIOURS = ("good", "billed", "hang", "drip", "flood")


@pytest.fixture
async def real() -> AsyncIterator[Upstream]:
    async with upstream() as running:
        yield running


@asynccontextmanager
async def running(settings: Settings, real: Upstream, **options: Any) -> AsyncIterator[Served]:
    catalogue(settings, {name: real.url(name) for name in BEHAVIOURS})
    async with served(settings.model_copy(update={"timeout_s": 20.0}), ServeOptions(**options)) as gateway:
        yield gateway


def request(model: str, *, headers: str = "", **body: Any) -> tuple[bytes, bytes]:
    """Head and body of a chat request."""
    sent = json.dumps({"model": model, "messages": ASK, **body}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(sent)}\r\n{headers}\r\n"
    return head.encode(), sent


@asynccontextmanager
async def connection(gateway: Served) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(gateway.url.rpartition(":")[2]), limit=2**20)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def only_decision(gateway: Served) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            if found := decisions(gateway.settings):
                (row,) = found
                return row
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(("model", "stream"), [("hang/m", False), ("hang/m", True), ("drip/m", True)])
async def test_who_leaves_ends_the_call_that_is_paid_for(settings, real, model, stream):
    async with running(settings, real) as gateway:
        async with connection(gateway) as (reader, writer):
            writer.writelines(request(model, stream=stream))
            await (reader.readuntil(b"data: ") if model == "drip/m" else asyncio.sleep(0.3))
        await asyncio.wait_for(real.left.wait(), 5)
        row = await only_decision(gateway)
        assert (row["status"], row["error"], row["model_id"]) == (499, "the client left", model)
        assert row["usd"] > 0
        assert (await gateway.chat("good/m")).text == TEXT


async def test_who_leaves_after_a_slow_upload_is_noticed_too(settings, real):
    async with running(settings, real) as gateway:
        async with connection(gateway) as (_, writer):
            head, body = request("hang/m")
            writer.write(head)
            for byte in range(0, len(body), 30):
                await asyncio.sleep(0.15)  # longer in all than a client is left unwatched
                writer.write(body[byte : byte + 30])
            await asyncio.sleep(0.3)
            assert real.seen[-1]["body"]["messages"] == ASK
        await asyncio.wait_for(real.left.wait(), 5)
        assert (await only_decision(gateway))["status"] == 499


async def test_who_leaves_before_the_request_is_whole_asks_nobody(settings, real):
    async with running(settings, real) as gateway:
        async with connection(gateway) as (_, writer):
            writer.write(request("good/m")[0] + b'{"model"')
            await writer.drain()
            await asyncio.sleep(0.1)
        row = await only_decision(gateway)
        assert (row["status"], row["model_id"]) == (499, None)
        assert real.seen == []


async def test_who_stops_reading_is_given_up(settings, real, caplog):
    async with running(settings, real, patience_s=0.6) as gateway:
        async with connection(gateway) as (reader, writer):
            writer.writelines(request("flood/m", stream=True))
            await reader.readuntil(b"data: ")
            await asyncio.wait_for(real.left.wait(), 15)
        row = await only_decision(gateway)
        assert (row["status"], row["error"]) == (499, "the client took no more bytes")
        assert row["usd"] > 0
        assert (await gateway.chat("good/m")).text == TEXT
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_slow_reader_is_not_given_up(settings, real):
    async with running(settings, real, patience_s=0.6) as gateway, connection(gateway) as (reader, writer):
        writer.writelines(request("flood/m", stream=True))
        for _ in range(40):
            await asyncio.sleep(0.05)
            assert await reader.read(2**20)
        assert not real.left.is_set()


async def test_a_body_that_does_not_come_is_given_up(settings, real):
    head, body = request("good/m")
    async with running(settings, real, patience_s=0.4) as gateway:
        for sent in (head, head + body[:10]):
            async with connection(gateway) as (reader, writer):
                writer.write(sent)
                assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
    assert {row["status"] for row in decisions(settings)} == {408}


async def test_what_is_too_large_is_refused(settings, real):
    async with running(settings, real, max_body=2000) as gateway:
        declared = await gateway.chat("good/m", user="x" * 3000)
        assert (declared.status, declared.json["error"]["type"]) == (413, "invalid_request_error")

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(30):
                yield b" " * 100

        async with gateway.client.post(gateway.url + "/v1/chat/completions", data=pieces()) as answer:
            assert answer.status == 413
        async with gateway.client.post(gateway.url + "/v1/route", data=pieces()) as answer:
            assert answer.status == 413
        assert (await gateway.chat("good/m")).status == 200
        assert real.seen[0]["body"]["messages"] == ASK


async def test_a_full_queue_says_when_to_come_back(settings, real):
    async with running(settings, real, concurrent=1, queue=1) as gateway:
        first = asyncio.create_task(gateway.chat("drip/m", stream=True))
        await asyncio.sleep(0.3)
        second = asyncio.create_task(gateway.chat("good/m"))
        await asyncio.sleep(0.1)
        refused = await gateway.chat("good/m")
        assert (refused.status, refused.json["error"]["code"]) == (429, "overloaded")
        assert int(refused.headers["Retry-After"]) >= 1
        assert (await gateway.get("/health")).status == 200
        assert (await first).text == TEXT
        assert (await second).text == TEXT


async def test_sigterm_lets_streams_end_and_takes_no_more(settings, real):
    catalogue(settings, {name: real.url(name) for name in BEHAVIOURS})
    async with process(settings) as gateway, aiohttp.ClientSession() as client:
        body = {"model": "drip/m", "messages": ASK, "stream": True}
        async with client.post(gateway.url + "/v1/chat/completions", json=body) as stream:
            assert stream.status == 200
            gateway.signal(signal.SIGTERM)
            await asyncio.sleep(0.5)
            async with aiohttp.ClientSession() as late:
                with pytest.raises(aiohttp.ClientConnectionError):
                    await late.get(gateway.url + "/health")
            answer = await answer_of(stream)
        assert answer.text == TEXT
        assert answer.events[-1] == "[DONE]"
        assert await gateway.ended() == 0
    assert "Traceback" not in "".join(gateway.output)
    (row,) = decisions(settings)
    assert (row["id"], row["status"], row["error"]) == (stream.headers["x-turnout-decision-id"], 200, None)


@pytest.mark.slow
async def test_kill_9_under_load_loses_no_decision_but_the_last_turns(settings, real):
    catalogue(settings, {name: real.url(name) for name in BEHAVIOURS})
    told: list[str] = []
    at_a_time = 8

    async def ask(client: aiohttp.ClientSession, url: str) -> None:
        while True:
            body = {"model": "good/m", "messages": ASK}
            async with client.post(url + "/v1/chat/completions", json=body) as answer:
                await answer.read()
                told.append(answer.headers["x-turnout-decision-id"])

    async with process(settings) as gateway, aiohttp.ClientSession() as client:
        asking = [asyncio.create_task(ask(client, gateway.url)) for _ in range(at_a_time)]
        await asyncio.sleep(1.3)
        gateway.signal(signal.SIGKILL)
        await asyncio.gather(*asking, return_exceptions=True)
        assert await gateway.ended() == -signal.SIGKILL
    before = {row["id"] for row in decisions(settings)}
    async with process(settings) as gateway:
        gateway.signal(signal.SIGTERM)
        assert await gateway.ended() == 0
    kept = [row["id"] for row in decisions(settings)]
    assert len(told) > 50
    assert before
    assert set(told) - before, "everything was stored before the kill: the journal had nothing to do"
    assert len(set(told) - set(kept)) <= at_a_time
    assert len(kept) == len(set(kept))
