"""The provider behind every gateway that `gateway.py` measures: one process that answers at once.

It reads of a request what it needs and no more: the length of its body, whether it asks for a stream, and whether it
names the model `slow`. Answers are made once. A stream has 20 chunks and then one with `usage`, each a buffer and a
chunk of HTTP's chunked coding; the loop sends them in one system call. Chunks of the model `slow` leave 20 ms apart.
Run: python benchmarks/gateway_upstream.py PORT
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, cast

import uvloop

__all__ = ["ANSWER", "CHUNKS", "CHUNK_S", "CONTENT"]

CHUNKS, CHUNK_S = 20, 0.02
CONTENT = "A turnout is the railway switch that sets each train on its track; points is the British word for it."
USAGE = {"prompt_tokens": 30, "completion_tokens": 20, "total_tokens": 50}
_ID = {"id": "chatcmpl-bench0000000000000000", "created": 1_760_000_000, "model": "fixed"}


def _head(kind: bytes, rest: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\n" + rest + b"\r\n\r\n"


def _event(data: str) -> bytes:
    event = f"data: {data}\n\n".encode()
    return b"%x\r\n%b\r\n" % (len(event), event)


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _event(json.dumps({**_ID, "object": "chat.completion.chunk", "choices": [choice]}))


def _answer() -> bytes:
    message = {"role": "assistant", "content": CONTENT}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    body = json.dumps({**_ID, "object": "chat.completion", "choices": [choice], "usage": USAGE}).encode()
    return _head(b"application/json", b"Content-Length: %d" % len(body)) + body


def _stream() -> tuple[bytes, ...]:
    """20 chunks, the first with HTTP's head before it; then, together, usage, the end mark and HTTP's last chunk."""
    chunks = [_chunk({"content": f"word{i:02d} "}) for i in range(CHUNKS - 2)]
    chunks = [_chunk({"role": "assistant", "content": ""}), *chunks, _chunk({}, "stop")]
    chunks[0] = _head(b"text/event-stream; charset=utf-8", b"Transfer-Encoding: chunked") + chunks[0]
    usage = _event(json.dumps({**_ID, "object": "chat.completion.chunk", "choices": [], "usage": USAGE}))
    return (*chunks, usage + _event("[DONE]") + b"0\r\n\r\n")


ANSWER, STREAM = _answer(), _stream()
_BAD = b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Upstream(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as little of it as the gateways need."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer = data = self._buffer + data if self._buffer else data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return
        start = data.find(b"ontent-Length: ", 0, end)
        if start < 0:
            start = data.lower().find(b"ontent-length: ", 0, end)
        if start < 0 and data.startswith(b"POST"):
            self._transport.write(_BAD)
            self._transport.close()
            return
        length = int(data[start + 15 : data.index(b"\r", start)]) if start >= 0 else 0
        if len(data) < end + 4 + length:
            return
        self._buffer = data[end + 4 + length :]
        if b'"stream":true' not in data and b'"stream": true' not in data:
            self._transport.write(ANSWER)
        elif b'"slow"' in data:
            self._slowly(0, self._loop.time())
        else:
            self._transport.writelines(STREAM)

    def _slowly(self, position: int, began: float) -> None:
        """Chunk after chunk at fixed times, so that a late one does not make the next ones late."""
        if self._transport.is_closing():
            return
        self._transport.write(STREAM[position])
        if position < CHUNKS:
            self._loop.call_at(began + (position + 1) * CHUNK_S, self._slowly, position + 1, began)


async def _main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1])))
