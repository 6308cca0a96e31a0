"""The OpenAI-compatible endpoints of speech and image models, over one `Engine` or `Reader`."""

from __future__ import annotations

import asyncio
import hmac
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from turnout.providers.local import chat
from turnout.providers.local.catalogue import LocalModel
from turnout.providers.local.engines import Engine
from turnout.providers.local.media import BadInput
from turnout.providers.local.reader import Reader

__all__ = ["start"]

_MAX_BYTES = 128 << 20
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def start(model: LocalModel, engine: Engine | Reader, key: str) -> tuple[int, Callable[[], bool], Callable[[], None]]:
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

    def __init__(self, model: LocalModel, engine: Engine | Reader) -> None:
        self.running = 0
        self._model = model
        self._engine = engine
        self._turn = asyncio.Semaphore(1)

    def routes(self) -> list[web.RouteDef]:
        work = {
            "asr": web.post("/v1/audio/transcriptions", self.transcribe),
            "tts": web.post("/v1/audio/speech", self.speak),
            "ocr": web.post("/v1/chat/completions", self.read),
            "reader": web.post("/v1/chat/completions", self.answer),
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
        body = await chat.json_body(request)
        text = body.get("input")
        if not isinstance(text, str) or not text.strip():
            raise BadInput("'input' must be the text to speak")
        if body.get("response_format", "wav") != "wav":
            raise BadInput("response_format must be wav: this server encodes nothing else")
        return web.Response(body=await self._run(text.encode()), content_type="audio/wav")

    async def read(self, request: web.Request) -> web.StreamResponse:
        body = await chat.json_body(request)
        read = [(await self._run(image)).decode().strip() for image in _images(body)]
        return await chat.say(request, "\n\n".join(read), body, self._model.id)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await chat.json_body(request)
        assert isinstance(self._engine, Reader)  # noqa: S101  as its catalogue entry says
        self.running += 1
        try:
            async with self._turn:
                return await self._engine.answer(request, body)
        finally:
            self.running -= 1

    async def _run(self, data: bytes) -> bytes:
        assert not isinstance(self._engine, Reader)  # noqa: S101
        self.running += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._engine, data)
        finally:
            self.running -= 1


def _images(body: dict[str, Any]) -> list[bytes]:
    """The images of the last user message, from their data URLs."""
    asked = [message for message in chat.messages_of(body) if message.get("role") == "user"]
    images = [data for kind, data in chat.media_of(asked[-1]) if kind == "image"] if asked else []
    if not images:
        raise BadInput("this model reads images: the last user message has none")
    return images
