"""The edge to ASGI: requests read within limits, answers written, nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import orjson

from turnout.errors import InvalidResponse
from turnout.gateway.field import DEEPEST, Field
from turnout.gateway.refusal import Refusal

__all__ = ["Headers", "Receive", "Request", "Send", "json_bytes", "read_object", "send_body", "start", "too_slow"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_JSON = (b"content-type", b"application/json")


class Request:
    """One request: method, path, headers; the body is read when it is asked for."""

    __slots__ = ("headers", "method", "path", "receive")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.receive = receive

    def header(self, name: bytes) -> str:
        """A header's text, or the empty string."""
        return self.headers.get(name, b"").decode("latin-1")

    async def body(self, limit: int, within_s: float = 30.0) -> bytes:
        """As `read`; a `Refusal` too when it is not there in time: such a client holds a place for nothing."""
        try:
            async with asyncio.timeout(within_s):
                return await self.read(limit)
        except TimeoutError:
            raise too_slow(within_s) from None

    async def read(self, limit: int) -> bytes:
        """The whole body; a `Refusal` when it is larger than `limit` bytes or breaks off."""
        declared = self.headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            raise _too_large(limit)
        message = await self._next()
        data: bytes | bytearray = message.get("body", b"")
        if message.get("more_body"):
            data = bytearray(data)
        while len(data) <= limit and message.get("more_body"):
            message = await self._next()
            data += message.get("body", b"")
        if len(data) > limit:
            raise _too_large(limit)
        return bytes(data)

    async def _next(self) -> MutableMapping[str, Any]:
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise Refusal(499, "the client left before its request was whole")
        return message


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object that a body must be; raises `Refusal` or `BadRequest`."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, f"the request's body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Refusal(400, "the request's body must be a JSON object")
    if body.count(b"[") + body.count(b"{") > DEEPEST:
        Field(value).refuse_depth()  # orjson reads deeper than it writes
    return value


def json_bytes(value: Any) -> bytes:
    """Compact UTF-8 JSON; raises `InvalidResponse` for an answer that JSON cannot hold."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except orjson.JSONEncodeError:  # half a surrogate pair, or more than 254 levels
        try:
            return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
        except (ValueError, RecursionError):
            raise InvalidResponse("the provider's answer cannot be written as JSON") from None


async def start(send: Send, status: int, headers: Headers) -> None:
    """The head of an answer whose body follows in pieces."""
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def send_body(
    send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = (), *, mime: bytes | None = None
) -> None:
    """A whole answer, JSON unless `mime` says otherwise."""
    kind = _JSON if mime is None else (b"content-type", mime)
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [kind, (b"content-length", b"%d" % len(body)), *headers],
        }
    )
    await send({"type": "http.response.body", "body": body})


def too_slow(seconds: float) -> Refusal:
    """What a client gets whose request is not whole after so long."""
    return Refusal(408, f"the request's body did not arrive within {seconds:g} s")


def _too_large(limit: int) -> Refusal:
    return Refusal(413, f"the request is larger than {limit:,} bytes; the server's --max-body sets the limit")
