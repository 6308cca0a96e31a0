"""Throughput of the benchmark's runner: an upstream on loopback, a process of its own, answers in 50 ms, 64 at a time.

Ideal are 64 / 0.05 s = 1,280 calls a second. Beside the runner, in the same run and in turns, a bare loop: 64 aiohttp
workers that post the same request and read the answer, nothing parsed, scored or written. On a machine that does other
work the loop says how much of the ideal can be had at all; the CPU time of a call does not depend on that.
Run: python benchmarks/runner.py
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import tempfile
import time
from collections import deque
from collections.abc import Coroutine
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import aiohttp

from turnout.bench import Plan, Task, open_results, run
from turnout.bench.limits import BreakerModel, Lane
from turnout.bench.spending import Budget, MeteredModel
from turnout.providers import DeadlineModel, OpenAICompatibleModel, RetryingModel
from turnout.types import Model, Price

CALLS, CONCURRENCY, ANSWER_S, TURNS = 6_400, 64, 0.05, 3
IDEAL = CONCURRENCY / ANSWER_S


def _event(payload: object) -> str:
    return f"data: {json.dumps(payload)}\n\n"


EVENTS = (
    _event({"choices": [{"delta": {"content": "It is "}}]})
    + _event({"choices": [{"delta": {"content": "4."}, "finish_reason": "stop"}]})
    + _event({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}})
    + "data: [DONE]\n\n"
).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n" % len(EVENTS) + EVENTS


class Upstream(asyncio.Protocol):
    """As little of a server as will do: what it costs is taken from the cores that the runner has."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))[15:])
        if len(body) >= length:
            self.buffer = body[length:]
            asyncio.get_running_loop().call_later(ANSWER_S, self.transport.write, ANSWER)


def serve(ready: Connection) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def measured(work: Coroutine[None, None, float]) -> tuple[float, float]:
    """(calls a second, milliseconds of CPU per call)."""
    began = time.process_time()
    rate = asyncio.run(work)
    return rate, (time.process_time() - began) * 1000 / CALLS


async def bare(url: str, body: object) -> float:
    """Calls a second of the bare loop."""
    left = deque(range(CALLS))

    async def worker(session: aiohttp.ClientSession) -> None:
        while left:
            left.popleft()
            async with session.post(f"{url}/chat/completions", json=body) as answer:
                await answer.read()

    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        await asyncio.gather(*(worker(session) for _ in range(CONCURRENCY)))
        return CALLS / (time.perf_counter() - began)


async def runner(url: str, tasks: list[Task], folder: Path) -> float:
    """Calls a second of the runner, every row on the disk at the end."""
    model = Model("bench/m", "bench", "m", Price(1.0, 1.0))
    served = DeadlineModel(OpenAICompatibleModel(model, url), 60)
    ready = BreakerModel(RetryingModel(MeteredModel(served, model, Budget(1_000.0))))
    with tempfile.TemporaryDirectory(dir=folder) as place:
        async with open_results(Path(place) / "r.csv", tasks) as results:
            began = time.perf_counter()
            ending = await run(Plan({model.id: tasks}), results, {model.id: ready}, {model.id: Lane(CONCURRENCY)})
            seconds = time.perf_counter() - began
        await ready.aclose()
        assert ending.rows == CALLS, ending
        assert all(row.quality == 1.0 for row in results.rows.values())
    return CALLS / seconds


def main() -> None:
    tasks = [Task(f"t{i}", "text", "reasoning", "en", f"{i}: 2 + 2?", "4", "number", {}, 8) for i in range(CALLS)]
    body = {"model": "m", "messages": [{"role": "user", "content": "0: 2 + 2?"}], "stream": True, "max_tokens": 8}
    mine, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{mine.recv()}/v1"
    folder = Path.cwd()  # a real disk; /tmp may be memory
    found: dict[str, list[tuple[float, float]]] = {"bare aiohttp loop": [], "turnout bench": []}
    for _ in range(TURNS):
        found["bare aiohttp loop"].append(measured(bare(url, body)))
        found["turnout bench"].append(measured(runner(url, tasks, folder)))
    server.terminate()
    for name, turns in found.items():
        rates, cpu = zip(*turns, strict=True)
        each = ", ".join(f"{rate:,.0f}" for rate in rates)
        share = median(rates) / IDEAL
        print(f"{name:17s} {share:6.1%} of the ideal {IDEAL:,.0f} calls/s ({each}), {median(cpu):.2f} ms of CPU a call")


if __name__ == "__main__":
    main()
