"""Load on one server: wrk for rates, and an asyncio client of its own clock for latencies and streams."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import time
from collections.abc import Awaitable
from itertools import pairwise
from pathlib import Path
from typing import TypeVar, cast

import httptools
import uvloop

from gateway_servers import SLOW, Server, ServerFailed, body
from gateway_upstream import CHUNK_S, CHUNKS

__all__ = ["late_chunks", "latencies", "percentile", "prompt", "rate"]

# Words of one token each in MiniLM's vocabulary: 28 of them make, with the two marks, a prompt of 30 tokens.
_TEXT = (
    "time year people way day man thing woman life child world school state family student group country problem hand "
    "part place case week company system program question work government number night point home water room mother "
    "area money story fact month lot right study book eye job word business issue side kind head house service friend "
    "father power hour game line end member law car city community name president team minute idea body information "
    "back parent face others level office door health person art war history party result change morning reason "
    "research girl guy moment air teacher force education"
)
WORDS = _TEXT.split()
PROMPT_WORDS = 28
T = TypeVar("T")

_SCRIPT = """
local words = {%(words)s}
local head, tail = %(head)s, %(tail)s
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer %(key)s"
wrk.headers["Content-Type"] = "application/json"
wrk.body = head .. "Which railway switch sets a train on its track?" .. tail

function init(args)
  math.randomseed(%(seed)d)
end

function varied()
  local drawn = {}
  for i = 1, %(count)d do drawn[i] = words[math.random(#words)] end
  return wrk.format(nil, nil, nil, head .. table.concat(drawn, " ") .. tail)
end

if %(varied)s then request = varied end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\nRESULT {"requests": %%d, "us": %%d, "errors": %%d}\\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def rate(
    server: Server, model: str, *, stream: bool, seconds: float, connections: int, folder: Path
) -> tuple[float, int]:
    """(answers a second, answers) under wrk; raises `ServerFailed` when any of them was an error.

    For the model `auto` each request has another prompt of 30 tokens.
    """
    head, tail = body(server.names.get(model, model), "\0", stream=stream).decode().split("\\u0000")
    script = folder / "load.lua"
    script.write_text(
        _SCRIPT
        % {
            "words": ", ".join(f'"{word}"' for word in WORDS),
            "head": f"[==[{head}]==]",
            "tail": f"[==[{tail}]==]",
            "key": server.key,
            "seed": time.time_ns() % 2**31,
            "count": PROMPT_WORDS,
            "varied": "true" if model.startswith("auto") else "false",
        }
    )
    for length in (seconds, max(30.0, 4 * seconds)):  # a slow server may answer none of the first ones in `seconds`
        found = _wrk(server, script, length, connections)
        if found["errors"]:
            raise ServerFailed(f"{server.name}: {found['errors']} errors beside {found['requests']} answers")
        if found["requests"]:
            return found["requests"] / found["us"] * 1e6, found["requests"]
    raise ServerFailed(f"{server.name} answered nothing within {length:.0f} s")


def _wrk(server: Server, script: Path, seconds: float, connections: int) -> dict[str, int]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", str(script)]
    run = subprocess.run([*command, server.url], capture_output=True, text=True, timeout=seconds + 90)
    line = next((line for line in run.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise ServerFailed(f"wrk on {server.name}: {(run.stderr or run.stdout).strip()[-300:]}")
    found: dict[str, int] = json.loads(line.removeprefix("RESULT "))
    return found


def prompt() -> str:
    """Another prompt of 30 tokens each time, for the asyncio client."""
    return " ".join(random.choices(WORDS, k=PROMPT_WORDS))


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def latencies(server: Server, model: str, *, per_second: float, seconds: float) -> list[float]:
    """Seconds to whole answers of requests sent at fixed times, however long the answers to earlier ones take."""
    return uvloop.run(_paced(server, model, per_second, round(per_second * seconds)))


def late_chunks(server: Server, *, streams: int, seconds: float) -> list[float]:
    """Seconds by which the gaps between chunks of slow streams exceed the provider's; `streams` run at any time."""
    return uvloop.run(_slow_streams(server, streams, seconds))


class _Connection(asyncio.Protocol):
    """A kept connection with one request at a time; `arrivals` has the time of each of the answer's events."""

    def __init__(self, server: Server) -> None:
        self._head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n" + (
            f"Authorization: Bearer {server.key}\r\nContent-Type: application/json\r\nContent-Length: "
        )
        self._name, self._port = server.name, server.port
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[float] | None = None
        self._now = 0.0
        self.arrivals: list[float] = []
        self.sent = 0.0

    async def open(self) -> _Connection:
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)
        return self

    def close(self) -> None:
        self._transport.close()

    async def post(self, request: bytes) -> float:
        """Send it; returns the seconds until its last byte was there."""
        self._answer, self.arrivals = asyncio.get_running_loop().create_future(), []
        message = f"{self._head}{len(request)}\r\n\r\n".encode() + request
        self.sent = time.perf_counter()
        self._transport.write(message)
        return await self._answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ServerFailed(f"{self._name} closed a connection before its answer ({error})"))

    def data_received(self, data: bytes) -> None:
        self._now = time.perf_counter()
        self._parser.feed_data(data)

    def on_body(self, part: bytes) -> None:
        self.arrivals.extend([self._now] * part.count(b"data: "))

    def on_message_complete(self) -> None:
        assert self._answer is not None
        if (status := self._parser.get_status_code()) == 200:
            self._answer.set_result(self._now - self.sent)
        else:
            self._answer.set_exception(ServerFailed(f"{self._name} answered {status}"))


async def _paced(server: Server, model: str, per_second: float, count: int) -> list[float]:
    loop = asyncio.get_running_loop()
    name = server.names.get(model, model)
    bodies = [body(name, prompt()) for _ in range(count)]
    idle = [await _Connection(server).open() for _ in range(8)]
    opened = list(idle)

    async def one(request: bytes) -> float:
        if idle:
            connection = idle.pop()
        else:
            opened.append(connection := await _Connection(server).open())
        took = await connection.post(request)
        idle.append(connection)
        return took

    began, tasks = loop.time(), []
    for i, request in enumerate(bodies):
        await asyncio.sleep(began + i / per_second - loop.time())
        tasks.append(asyncio.create_task(one(request)))
    try:
        return await _within(asyncio.gather(*tasks), server)
    finally:
        for connection in opened:
            connection.close()


async def _slow_streams(server: Server, streams: int, seconds: float) -> list[float]:
    request = body(server.names.get(SLOW, SLOW), "Slowly, please.", stream=True)
    late: list[float] = []
    until = time.perf_counter() + seconds

    async def follow(start_s: float) -> None:
        await asyncio.sleep(start_s)
        connection = await _Connection(server).open()
        while time.perf_counter() < until:
            await connection.post(request)
            times = connection.arrivals[: CHUNKS - 1]  # LiteLLM leaves one of the 20 out
            if len(times) < CHUNKS - 1:
                raise ServerFailed(f"{server.name}: a stream of {len(connection.arrivals)} events")
            late.extend(b - a - CHUNK_S for a, b in pairwise(times))
        connection.close()

    # Starts are spread over one stream's length; together they would make one burst every 20 ms.
    span = CHUNKS * CHUNK_S
    await _within(asyncio.gather(*(follow(i / streams * span) for i in range(streams))), server)
    return late


async def _within(work: Awaitable[T], server: Server, seconds: float = 120.0) -> T:
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError:
        raise ServerFailed(f"{server.name} did not end within {seconds:.0f} s") from None
