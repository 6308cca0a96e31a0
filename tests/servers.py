"""A real OpenAI-compatible server on loopback that answers well, or misbehaves in the way its path says.

The base URL is ``http://127.0.0.1:PORT/BEHAVIOUR/v1``; `seen` has what was asked, `gone` counts who left early,
and `left` is set by the first of them.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

TEXT = "Grüße aus 東京, said the 🦊."
USAGE = {"prompt_tokens": 12, "completion_tokens": 7}


@dataclass
class Upstream:
    """Where it listens and what happened there."""

    port: int = 0
    seen: list[dict[str, Any]] = field(default_factory=list)
    gone: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, behaviour: str = "good") -> str:
        return f"http://127.0.0.1:{self.port}/{behaviour}/v1"


@asynccontextmanager
async def upstream() -> AsyncIterator[Upstream]:
    """The server, for as long as the block runs."""
    state = Upstream()

    async def chat(request: web.Request) -> web.StreamResponse:
        behaviour = request.match_info["behaviour"]
        body = await request.json()
        state.seen.append({"body": body, "headers": dict(request.headers), "behaviour": behaviour})
        tried = sum(s["behaviour"] == behaviour for s in state.seen)
        if behaviour == "key" and request.headers.get("Authorization") != "Bearer sk-right-key-123456":
            return web.json_response({"error": {"message": "Incorrect API key: sk-wrong-key-987654"}}, status=401)
        if behaviour.isdigit():
            return web.json_response({"error": {"message": "it hurts"}}, status=int(behaviour))
        if behaviour == "429-wait":
            return web.json_response({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "7"})
        if behaviour == "redirect":
            raise web.HTTPTemporaryRedirect("/good/v1/chat/completions")
        if behaviour == "first-dies" and body["model"] == state.seen[0]["body"]["model"]:
            return web.json_response({"error": {"message": "it hurts"}}, status=500)
        if behaviour == "flaky" and tried < 3:
            return web.json_response({}, status=500)
        if behaviour == "limited" and tried < 2:
            return web.json_response({}, status=429, headers={"retry-after-ms": "40"})
        if behaviour == "hang":
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                state.gone += 1
                state.left.set()
                raise
        if behaviour == "not-json":
            return web.Response(text="<html>oops</html>", content_type="application/json")
        if behaviour == "no-choices":
            return web.json_response({"id": "x"})
        if behaviour == "error-in-200":
            return web.json_response({"error": {"code": 429, "message": "busy"}})
        if behaviour == "error-in-choice":
            error = {"code": 502, "message": "upstream died"}
            return web.json_response({"choices": [{"message": {"content": "half an ans"}, "error": error}]})
        if behaviour == "html":
            return web.Response(text="<html>welcome</html>", content_type="text/html")
        if behaviour == "huge":
            return web.Response(body=b" " * (17 * 2**20), content_type="application/json")
        text = "" if behaviour == "empty" else TEXT
        usage = {**USAGE, "cost": 0.0042} if behaviour == "billed" else USAGE
        if not body.get("stream"):
            choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            return web.json_response({"choices": [choice], "usage": usage})
        return await stream(request, behaviour, text, usage)

    async def stream(request: web.Request, behaviour: str, text: str, usage: dict[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await response.write(b": keep-alive\n\n")
            while behaviour == "flood":
                data = json.dumps({"choices": [{"delta": {"content": "word " * 10_000}}]}).encode()
                await response.write(b"data: " + data + b"\n\n")
            for i in range(0, len(text), 3):
                data = json.dumps({"choices": [{"delta": {"content": text[i : i + 3]}}]}, ensure_ascii=False).encode()
                whole = b"data: " + data + b"\r\n\r\n"
                await response.write(whole[:17])
                await response.write(whole[17:])
                if behaviour == "cut":
                    assert request.transport is not None
                    request.transport.close()
                    return response
                if behaviour == "cut-clean":
                    return response
                if behaviour == "stuck":
                    await asyncio.sleep(60)
                if behaviour == "error-event":
                    await asyncio.sleep(0.05)  # else it may come in the same piece as the event before
                    await response.write(b'data: {"error": {"code": 502, "message": "upstream died"}}\n\n')
                    return response
                if behaviour in ("drip", "watched"):
                    await asyncio.sleep(0.2)
            last = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
            await response.write(f"data: {json.dumps(last)}\n\n".encode())
            await response.write(f"data: {json.dumps({'choices': [], 'usage': usage})}\n\ndata: [DONE]\n\n".encode())
        except (ConnectionResetError, asyncio.CancelledError):
            state.gone += 1
            state.left.set()
            raise
        return response

    async def transcriptions(request: web.Request) -> web.Response:
        if request.match_info["behaviour"] == "html":
            return web.Response(text="<html>welcome</html>", content_type="text/html")
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        state.seen.append({"model": form["model"], "file": file.file.read(), "name": file.filename})
        return web.json_response({"text": TEXT})

    async def speech(request: web.Request) -> web.Response:
        if request.match_info["behaviour"] == "html":
            return web.Response(text="<html>welcome</html>", content_type="text/html")
        if request.match_info["behaviour"] == "empty":
            return web.Response(body=b"", content_type="audio/wav")
        state.seen.append({"body": await request.json()})
        return web.Response(body=b"RIFFspeech", content_type="audio/wav")

    async def models(request: web.Request) -> web.Response:
        behaviour = request.match_info["behaviour"]
        if behaviour == "bad-list":
            return web.json_response({"data": "none"})
        if behaviour == "html":
            return web.Response(text="<html>welcome</html>", content_type="text/html")
        if behaviour == "key":
            given = request.headers.get("Authorization", "")
            return web.json_response({"error": {"message": f"no such key: {given}"}}, status=401)
        if behaviour.isdigit():
            return web.Response(status=int(behaviour))
        entry = {"id": "acme/one", "pricing": {"prompt": "0.000001", "completion": "0.000002"}, "context_length": 9000}
        return web.json_response({"data": [entry]})

    app = web.Application()
    app.router.add_post("/{behaviour}/v1/chat/completions", chat)
    app.router.add_post("/{behaviour}/v1/audio/transcriptions", transcriptions)
    app.router.add_post("/{behaviour}/v1/audio/speech", speech)
    app.router.add_get("/{behaviour}/v1/models", models)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        yield state
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_upstream(answer: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The base URL of a server that answers everybody with these bytes and hangs up."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}/v1"


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody has reason to trust, for 127.0.0.1."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
