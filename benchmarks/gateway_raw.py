"""The raw pass-through that `gateway.py` measures beside the gateways: what Python can do at all on one core.

A bare ASGI application on uvicorn (httptools, uvloop) with an aiohttp client. Bytes are copied: no body is parsed,
no key looked at, nothing recorded; a streamed answer is passed on as it comes.
Run: python benchmarks/gateway_raw.py PORT UPSTREAM_URL
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import uvicorn

__all__ = ["PassThrough"]

_Receive = Callable[[], Awaitable[dict[str, Any]]]
_Send = Callable[[dict[str, Any]], Awaitable[None]]
_HEADERS = {"Content-Type": "application/json"}


class PassThrough:
    """Every request goes to the same path of `upstream`, a URL without a slash at its end."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._client: aiohttp.ClientSession | None = None

    async def __call__(self, scope: dict[str, Any], receive: _Receive, send: _Send) -> None:
        """One ASGI connection: HTTP only."""
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), auto_decompress=False, timeout=aiohttp.ClientTimeout(60)
            )
        url = self._upstream + scope["path"]
        async with self._client.request(scope["method"], url, data=body, headers=_HEADERS) as answer:
            headers = [(b"content-type", answer.headers.get("Content-Type", "").encode())]
            length = answer.headers.get("Content-Length")
            if length is not None:
                headers.append((b"content-length", length.encode()))
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            if length is not None:
                await send({"type": "http.response.body", "body": await answer.read()})
                return
            async for chunk in answer.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    uvicorn.run(
        PassThrough(sys.argv[2]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )
