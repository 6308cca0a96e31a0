"""A real server on loopback that answers in a dialect, from a scripted Chat completion or Chat chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from turnout.gateway.dialect import BadRequest, Dialect


@dataclass
class Played:
    """Where it listens, and the Chat bodies that the clients' requests became."""

    url: str = ""
    chats: list[dict[str, Any]] = field(default_factory=list)


@asynccontextmanager
async def played(
    dialect: Dialect,
    *,
    chat: dict[str, Any] | None = None,
    chunks: Sequence[dict[str, Any]] = (),
    breaks: str | None = None,
    error: tuple[int, str] | None = None,
) -> AsyncIterator[Played]:
    """`breaks` is the message of an error after the last chunk; `error` refuses every request (status, kind)."""
    state = Played()

    async def serve(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if error is not None:
            said = dialect.error(error[0], "it hurts", error[1], None, None)
            return web.json_response(said, status=error[0])
        try:
            asked = dialect.to_chat(body)
        except BadRequest as refused:
            said = dialect.error(400, refused.message, "invalid_request_error", None, refused.param)
            return web.json_response(said, status=400)
        state.chats.append(asked)
        if not asked.get("stream"):
            assert chat is not None
            return web.json_response(dialect.answer(chat, body, "served/model", "dec-1"))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        writer = dialect.events(body, "served/model", "dec-1")
        await response.write(writer.start())
        for chunk in chunks:
            if written := writer.feed(chunk):
                await response.write(written)
        await response.write(writer.close() if breaks is None else writer.fail(breaks, "api_error"))
        assert writer.feed({}) == writer.close() == writer.fail("late", "api_error") == b""
        await response.write_eof()
        return response

    app = web.Application(client_max_size=2**24)
    app.router.add_post("/{path:.*}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield state
    finally:
        await runner.cleanup()


def completion(message: dict[str, Any], finish: str = "stop", **more: Any) -> dict[str, Any]:
    """A whole `chat.completion`."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], **more}


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A `chat.completion.chunk`; without a delta and a finish reason its choices are empty."""
    choices = [] if delta is None and finish is None else [{"index": 0, "delta": delta or {}, "finish_reason": finish}]
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}


def call(index: int | None, arguments: str | None = None, id: str | None = None, name: str | None = None) -> Any:
    """A chunk with one tool call's delta; what is None is absent."""
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    delta: dict[str, Any] = {"function": function} if function else {}
    if index is not None:
        delta["index"] = index
    if id is not None:
        delta |= {"id": id, "type": "function"}
    return chunk({"tool_calls": [delta]})


USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "total_tokens": 120,
    "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 10},
    "completion_tokens_details": {"reasoning_tokens": 5},
    "cost": 0.00125,
}

# Two calls whose deltas alternate, after some text; the second delta of each has nothing but its index.
PARALLEL = [
    chunk({"role": "assistant", "content": ""}),
    chunk({"content": "Let me "}),
    chunk({"content": "look."}),
    call(0, "", "call_a", "weather"),
    call(1, "", "call_b", "clock"),
    call(0, '{"city": "Ōs'),
    call(1, '{"zone"'),
    call(0, 'aka"}'),
    call(1, ': "Asia/Tokyo"}'),
    call(2, "", "call_c", "ping"),
    chunk({}, "tool_calls"),
    chunk(usage=USAGE),
]
CALLS = [("call_a", "weather", {"city": "Ōsaka"}), ("call_b", "clock", {"zone": "Asia/Tokyo"}), ("call_c", "ping", {})]
