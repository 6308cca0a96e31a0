"""The gateway as an ASGI application: who asks for what, and every failure as one clear error."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from turnout.errors import TurnoutError
from turnout.gateway.access import Access
from turnout.gateway.admission import Admission
from turnout.gateway.call import Call, answer_headers
from turnout.gateway.chat import ChatService
from turnout.gateway.chooser import Chooser
from turnout.gateway.dialect import Chat, Dialect
from turnout.gateway.docs_page import page
from turnout.gateway.exchange import Exchange, Observer
from turnout.gateway.http import Headers, Receive, Request, Scope, Send, json_bytes, send_body
from turnout.gateway.media import MediaService
from turnout.gateway.messages import Messages
from turnout.gateway.metrics import CONTENT_TYPE, Metrics
from turnout.gateway.openapi import DOCUMENT
from turnout.gateway.refusal import Refusal, refusal_of
from turnout.gateway.responses import Responses
from turnout.gateway.service import Service
from turnout.providers.failures import scrub
from turnout.types import Model

__all__ = ["Gateway"]

_LOG = logging.getLogger(__name__)
_CHAT = Chat()
_HTML = b"text/html; charset=utf-8"
Handler = Callable[[Call], Awaitable[None]]


class Gateway:
    """Routes requests to services. `begin` and `end` run when the server starts and stops; observers hear of every
    request that asked for a model."""

    def __init__(
        self,
        *,
        access: Access,
        admission: Admission,
        chat: ChatService,
        media: MediaService,
        service: Service,
        chooser: Chooser,
        metrics: Metrics,
        observers: Sequence[Observer],
        begin: Callable[[], Awaitable[None]],
        end: Callable[[], Awaitable[None]],
        open_metrics: bool = False,
        patience_s: float = 30.0,
    ) -> None:
        self._access = access
        self._admission = admission
        self._service = service
        self._chooser = chooser
        self._metrics = metrics
        self._observers = tuple(observers)
        self._begin = begin
        self._end = end
        self._open_metrics = open_metrics
        self._patience_s = patience_s
        messages, responses = Messages(), Responses()
        self._calls: dict[str, tuple[str, Handler, Dialect | None]] = {
            "/v1/chat/completions": ("chat", lambda call: chat.serve(call, None), None),
            "/v1/messages": ("messages", lambda call: chat.serve(call, messages), messages),
            "/v1/responses": ("responses", lambda call: chat.serve(call, responses), responses),
            "/v1/embeddings": ("embeddings", media.embeddings, None),
            "/v1/audio/transcriptions": ("transcription", media.transcriptions, None),
            "/v1/audio/speech": ("speech", media.speech, None),
            "/v1/images/generations": ("image", media.images, None),
        }

    @property
    def available(self) -> tuple[Model, ...]:
        """The models that can be asked."""
        return self._chooser.available

    @property
    def is_open(self) -> bool:
        """Whether clients need no key."""
        return self._access.open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http":
            request = Request(scope, receive)
            found = self._calls.get(request.path)
            if found is not None and request.method == "POST":
                await self._call(request, send, *found)
            else:
                await self._other(request, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _call(
        self, request: Request, send: Send, endpoint: str, handler: Handler, dialect: Dialect | None
    ) -> None:
        """A request for a model: let in, served, observed."""
        began = time.perf_counter()
        headers: Headers = []
        try:
            headers = self._access.check_origin(request)
            key = self._access.client(request)
            entered = await self._admission.enter()
        except Refusal as refusal:
            await _refuse(send, refusal, headers, dialect)
            return
        if headers:
            send = _with_headers(send, headers)
        call = Call(request, send, endpoint, began, key, self._patience_s)
        call.exchange.traceparent = request.header(b"traceparent")
        try:
            await handler(call)
        except Refusal as refusal:
            await self._failed(call, refusal, dialect)
        except TurnoutError as error:
            await self._failed(call, refusal_of(error), dialect)
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) is not None:
                task.uncancel()
            if not (call.presence.gone or call.presence.stalled):  # the time to finish is over, or was cut short
                stopped = Refusal(503, "the server stopped", kind="api_error", code="stopped", retry_after_s=1.0)
                await self._failed(call, stopped, dialect)
                return
            if call.ended:  # it has all it asked for
                return
            call.exchange.status = 499
            # uvicorn closes the connection of an answer that is not whole
            call.exchange.error = "the client left" if call.presence.gone else "the client took no more bytes"
        except Exception as error:  # a bug: the client gets an answer all the same, and the log what happened
            _LOG.exception("a request failed")
            await self._failed(call, Refusal(500, f"{type(error).__name__} in the server", kind="api_error"), dialect)
        finally:
            call.presence.over()
            self._admission.leave(entered)
            # In the loop's next turn: what was sent leaves at the end of this one.
            asyncio.get_running_loop().call_soon(self._observe, call.exchange)

    def _observe(self, exchange: Exchange) -> None:
        for observer in self._observers:
            observer.observe(exchange)

    async def _failed(self, call: Call, refusal: Refusal, dialect: Dialect | None) -> None:
        exchange = call.exchange
        exchange.error = exchange.error or scrub(refusal.message)
        exchange.status = exchange.status if call.started else refusal.status
        if call.started or refusal.status == 499:
            return  # a stream's own error event has said it, or nobody is there
        await _refuse(call.send, refusal, answer_headers(exchange), dialect)

    async def _other(self, request: Request, send: Send) -> None:
        """Everything that asks no model. Nothing here is recorded."""
        headers: Headers = []
        try:
            headers = self._access.check_origin(request)
            await self._page(request, send, headers)
        except Refusal as refusal:
            await _refuse(send, refusal, headers, None)
        except TurnoutError as error:
            await _refuse(send, refusal_of(error), headers, None)
        except Exception:  # a bug, as above
            _LOG.exception("a request failed")
            await _refuse(send, Refusal(500, "an error in the server", kind="api_error"), headers, None)

    async def _page(self, request: Request, send: Send, headers: Headers) -> None:
        path, method = request.path, "GET" if request.method == "HEAD" else request.method  # the server drops its body
        if method == "OPTIONS" and headers:  # a browser asks before it sends
            allow = [(b"access-control-allow-methods", b"GET, POST"), (b"access-control-allow-headers", b"*")]
            await send_body(send, 204, b"", [*headers, *allow])
        elif path == "/health" and method == "GET":
            await self._service.health(send, headers)
        elif path == "/ready" and method == "GET":
            await self._service.ready(send, headers)
        elif path == "/openapi.json" and method == "GET":
            await send_body(send, 200, DOCUMENT, headers)
        elif path in ("/", "/docs") and method == "GET":
            secure = request.header(b"x-forwarded-proto") == "https"
            shown = page(request.header(b"host"), secure=secure, needs_key=not self._access.open)
            await send_body(send, 200, shown, headers, mime=_HTML)
        elif path == "/metrics" and method == "GET":
            if not self._open_metrics:
                self._access.client(request)
            await send_body(send, 200, self._metrics.render(), headers, mime=CONTENT_TYPE)
        elif (path == "/v1/models" or path.startswith("/v1/models/")) and method == "GET":
            await self._service.models(request, send, self._access.client(request), headers)
        elif path == "/v1/route" and method == "POST":
            await self._service.route(request, send, self._access.client(request), headers)
        elif path == "/v1/feedback" and method == "POST":
            await self._service.feedback(request, send, self._access.client(request), headers)
        else:
            raise _nothing_there(path, method, self._calls)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            try:
                message = await receive()
            except asyncio.CancelledError:  # cut off: what is known is recorded all the same
                with contextlib.suppress(asyncio.CancelledError):
                    await self._end()
                return
            if message["type"] == "lifespan.startup":
                try:
                    await self._begin()
                except TurnoutError as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._end()
                await send({"type": "lifespan.shutdown.complete"})
                return


_GETS = ("/health", "/ready", "/metrics", "/docs", "/openapi.json", "/v1/models")
_POSTS = ("/v1/route", "/v1/feedback")


def _nothing_there(path: str, method: str, calls: dict[str, Any]) -> Refusal:
    if path in calls or path in _POSTS:
        return Refusal(405, f"{path} takes POST, not {method}", allow="POST")
    if path in _GETS:
        return Refusal(405, f"{path} takes GET, not {method}", allow="GET")
    return Refusal(404, f"there is nothing at {path[:100]}; GET /docs lists what there is", code="not_found")


def _with_headers(send: Send, headers: Headers) -> Send:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *headers]}
        await send(message)

    return sending


async def _refuse(send: Send, refusal: Refusal, headers: Headers, dialect: Dialect | None) -> None:
    body = (dialect or _CHAT).error(refusal.status, refusal.message, refusal.kind, refusal.code, refusal.param)
    await send_body(send, refusal.status, json_bytes(body), [*headers, *refusal.headers()])
