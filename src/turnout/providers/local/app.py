"""The OpenAI-compatible endpoints of speech and image models, over one `Engine`."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from turnout.providers.local.catalogue import LocalModel
from turnout.providers.local.engines import BadInput, Engine

__all__ = ["start"]

_MAX_BYTES = 128 << 20
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def start(model: LocalModel, engine: Engine, key: str) -> tuple[int, Callable[[], bool], Callable[[], None]]:
    """Serve on a free loopback port in a thread: (port, is a request running, close)."""
    endpoints = _Endpoints(model, engine)
    loop, ready = asyncio.new_event_loop(), threading.Event()
    ports: list[int] = []

    async def serve() -> None:
        app = web.Application(middlewares=[_guard(key)], client_max_size=_MAX_BYTES)
        app.add_routes(endpoints.routes())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(runner.addresses[0][1])
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    if not ready.wait(10):
        raise SystemExit("no loopback port could be opened")
    return ports[0], lambda: endpoints.running > 0, lambda: None


def _guard(key: str) -> Any:
    """Who has no key learns nothing; bad input is status 400 with the reason."""

    @web.middleware
    async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), key.encode()):
            return _error(401, "wrong or missing key")
        try:
            return await handler(request)
        except BadInput as error:
            return _error(400, str(error))
        except web.HTTPException as error:
            return _error(error.status, error.reason)

    return guard


def _error(status: int, message: str) -> web.Response:
    kind = "invalid_request_error" if status < 500 else "server_error"
    return web.json_response({"error": {"message": message, "type": kind, "code": status}}, status=status)


class _Endpoints:
    """The handlers. `running` counts the requests that wait for the engine or use it."""

    def __init__(self, model: LocalModel, engine: Engine) -> None:
        self.running = 0
        self._model = model
        self._engine = engine
        self._turn = asyncio.Semaphore(1)

    def routes(self) -> list[web.RouteDef]:
        work = {
            "asr": web.post("/v1/audio/transcriptions", self.transcribe),
            "tts": web.post("/v1/audio/speech", self.speak),
            "ocr": web.post("/v1/chat/completions", self.read),
        }[self._model.engine]
        return [web.get("/health", self.health), web.get("/v1/models", self.models), work]

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def models(self, _: web.Request) -> web.Response:
        return web.json_response(
            {"object": "list", "data": [{"id": self._model.id, "object": "model", "owned_by": "local"}]}
        )

    async def transcribe(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form.get("file")
        audio = file.file.read() if isinstance(file, web.FileField) else b""
        if not audio:
            raise BadInput("send multipart/form-data with the recording as the part 'file'")
        text = (await self._run(audio)).decode()
        if form.get("response_format") == "text":
            return web.Response(text=text + "\n")
        return web.json_response({"text": text})

    async def speak(self, request: web.Request) -> web.Response:
        body = await _json(request)
        text = body.get("input")
        if not isinstance(text, str) or not text.strip():
            raise BadInput("'input' must be the text to speak")
        if body.get("response_format", "wav") != "wav":
            raise BadInput("response_format must be wav: this server encodes nothing else")
        return web.Response(body=await self._run(text.encode()), content_type="audio/wav")

    async def read(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        text = "\n\n".join([(await self._run(image)).decode().strip() for image in _images(body)])
        head = {"id": f"chatcmpl-{time.time_ns():x}", "created": int(time.time()), "model": self._model.id}
        if body.get("stream") is not True:
            message = {"role": "assistant", "content": text}
            choices: list[dict[str, Any]] = [{"index": 0, "message": message, "finish_reason": "stop"}]
            return web.json_response({**head, "object": "chat.completion", "choices": choices})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        delta = {"role": "assistant", "content": text}
        for choice in (
            {"index": 0, "delta": delta, "finish_reason": None},
            {"index": 0, "delta": {}, "finish_reason": "stop"},
        ):
            chunk = {**head, "object": "chat.completion.chunk", "choices": [choice]}
            await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    async def _run(self, data: bytes) -> bytes:
        self.running += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._engine, data)
        finally:
            self.running -= 1


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise BadInput("the body is not JSON") from None
    if not isinstance(body, dict):
        raise BadInput("the body must be a JSON object")
    return body


def _images(body: dict[str, Any]) -> list[bytes]:
    """The images of the last user message, from their data URLs."""
    messages = body.get("messages")
    asked = (
        [m for m in messages if isinstance(m, dict) and m.get("role") == "user"] if isinstance(messages, list) else []
    )
    content = asked[-1].get("content") if asked else None
    urls = [
        str(part["image_url"].get("url", ""))
        for part in (content if isinstance(content, list) else ())
        if isinstance(part, dict) and part.get("type") == "image_url" and isinstance(part.get("image_url"), dict)
    ]
    if not urls:
        raise BadInput("this model reads images: the last user message has none")
    images = []
    for url in urls:
        head, comma, data = url.partition(",")
        if not (comma and head.startswith("data:") and head.endswith(";base64")):
            raise BadInput("an image must be a data: URL in base64; addresses are not fetched")
        try:
            images.append(base64.b64decode(data, validate=True))
        except binascii.Error:
            raise BadInput("an image's base64 is damaged") from None
    return images
