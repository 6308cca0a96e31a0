"""The real gateway for tests: in this process on a free loopback port, or as `turnout serve` in one of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import yaml

from turnout.config import Settings
from turnout.gateway.app import Gateway
from turnout.gateway.options import ServeOptions
from turnout.gateway.serve import listen, server
from turnout.serving import gateway

ASK = [{"role": "user", "content": "Where is the ferry?"}]


def catalogue(settings: Settings, addresses: Mapping[str, str], **fields: Mapping[str, Any]) -> None:
    """A user catalogue with a provider of each name at its address, each with the model ``NAME/m``.

    `fields` are more of a model's fields by its provider's name (``-`` as ``_``), its provider's ``api_key_env`` too.
    """
    providers: dict[str, dict[str, Any]] = {}
    models: list[dict[str, Any]] = []
    for name, url in addresses.items():
        more = dict(fields.get(name.replace("-", "_"), {}))
        providers[name] = {"base_url": url}
        if "api_key_env" in more:
            providers[name]["api_key_env"] = more.pop("api_key_env")
        entry = {"id": f"{name}/m", "provider": name, "name": "m", "price": {"input": 1.0, "output": 2.0}}
        models.append({**entry, "context": 8192, **more})
    settings.config_dir.mkdir(parents=True, exist_ok=True)
    settings.user_catalogue.write_text(yaml.safe_dump({"providers": providers, "models": models}))


@dataclass
class Answer:
    """What a client got: a whole body, or the events of a stream (parsed; ``[DONE]`` as it is)."""

    status: int
    headers: Mapping[str, str]
    raw: bytes
    events: list[Any] = field(default_factory=list)

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def id(self) -> str:
        return self.headers["x-turnout-decision-id"]

    @property
    def text(self) -> str:
        """The answer's text, whole or put together."""
        if not self.events:
            return str(self.json["choices"][0]["message"]["content"])
        chunks = [event for event in self.events if isinstance(event, dict)]
        return "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c.get("choices"))

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The error objects in it."""
        found = self.events or ([self.json] if self.raw.startswith(b"{") else [])
        return [event["error"] for event in found if isinstance(event, dict) and event.get("error")]


@dataclass
class Served:
    """A running gateway and a client of it."""

    url: str
    settings: Settings
    client: aiohttp.ClientSession
    app: Gateway | None = None

    async def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        """A request with a JSON body."""
        async with self.client.post(self.url + path, json=body, headers=headers) as answer:
            return await answer_of(answer)

    async def chat(self, model: str, *, headers: Mapping[str, str] | None = None, **body: Any) -> Answer:
        """A chat request."""
        return await self.post("/v1/chat/completions", {"model": model, "messages": ASK, **body}, headers)

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        async with self.client.get(self.url + path, headers=headers) as answer:
            return await answer_of(answer)

    async def decision(self, id: str) -> dict[str, Any]:
        """The record of one request, as soon as the store has it."""
        async with asyncio.timeout(10):
            while True:
                found = [row for row in decisions(self.settings) if row["id"] == id]
                if found:
                    return found[0]
                await asyncio.sleep(0.05)


async def answer_of(answer: aiohttp.ClientResponse) -> Answer:
    """The whole answer; a stream's events one by one, each with one line of data."""
    raw = await answer.read()
    events: list[Any] = []
    if answer.content_type == "text/event-stream":
        for event in raw.decode().split("\n\n")[:-1]:
            data = [line[5:].strip() for line in event.split("\n") if line.startswith("data:")]
            events += [item if item == "[DONE]" else json.loads(item) for item in data]
    return Answer(answer.status, answer.headers, raw, events)


def decisions(settings: Settings) -> list[dict[str, Any]]:
    """Every decision in the evidence store, oldest first."""
    return _rows(settings, "SELECT * FROM decisions ORDER BY id")


def outcomes(settings: Settings) -> list[dict[str, Any]]:
    """Every outcome in the evidence store, oldest first."""
    return _rows(settings, "SELECT * FROM outcomes ORDER BY id")


def _rows(settings: Settings, query: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(settings.state_dir / "evidence.sqlite")
    try:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]
    finally:
        connection.close()


@asynccontextmanager
async def served(
    settings: Settings, options: ServeOptions | None = None, *, models: Sequence[str] = ("*/m",)
) -> AsyncIterator[Served]:
    """`turnout serve` without its process."""
    app = gateway(settings, options or ServeOptions(), models=models)
    at = listen("127.0.0.1", 0)
    running = server(app)
    task = asyncio.create_task(running.serve(sockets=[at]))
    while not running.started:
        if task.done():
            await task
        await asyncio.sleep(0.005)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        try:
            yield Served(f"http://127.0.0.1:{at.getsockname()[1]}", settings, client, app)
        finally:
            running.should_exit = True
            await client.close()
            await task


@dataclass
class Process:
    """`turnout serve` in a process of its own; `output` is what it has said so far, whole once it has ended."""

    process: asyncio.subprocess.Process
    url: str
    output: list[str]

    async def ended(self, seconds: float = 20) -> int:
        """Its exit code."""
        async with asyncio.timeout(seconds):
            return await self.process.wait()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)


@asynccontextmanager
async def process(settings: Settings, *options: str, **env: str) -> AsyncIterator[Process]:
    """`python -m turnout serve --port 0 …`, up; killed at the end if it still runs."""
    folders = {
        "TURNOUT_CONFIG_DIR": str(settings.config_dir),
        "TURNOUT_CACHE_DIR": str(settings.cache_dir),
        "TURNOUT_STATE_DIR": str(settings.state_dir),
        "TURNOUT_DOWNLOAD": "never",
    }
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "turnout", "serve", "--port", "0", "--models", "*/m", *options,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env={**os.environ, **folders, **env},
    )  # fmt: skip
    assert started.stdout is not None
    output: list[str] = []
    url = ""
    async with asyncio.timeout(30):
        while not url:
            line = (await started.stdout.readline()).decode()
            assert line, "".join(output)
            output.append(line)
            if found := re.search(r"serving (http://\S+)/v1", line):
                url = found[1]
    reading = asyncio.create_task(_read(started.stdout, output))
    try:
        await _up(url)
        yield Process(started, url, output)
    finally:
        if started.returncode is None:
            started.send_signal(signal.SIGKILL)
        await started.wait()
        await reading


async def _read(stream: asyncio.StreamReader, output: list[str]) -> None:
    async for line in stream:
        output.append(line.decode())


async def _up(url: str) -> None:
    async with aiohttp.ClientSession() as client, asyncio.timeout(30):
        while True:
            try:
                async with client.get(url + "/health") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.02)


__all__ = [
    "ASK", "Answer", "Process", "Served", "answer_of", "catalogue", "decisions", "outcomes", "process", "served",
]  # fmt: skip
