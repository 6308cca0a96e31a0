"""What a client wire format must offer, so that the relay speaks OpenAI Chat Completions to every provider.

A dialect translates without doing I/O: a request body to a Chat body, a Chat completion to its own answer, Chat chunks
to its own server-sent events, and an error to its own error body.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

from turnout.errors import UserError

__all__ = ["BadRequest", "Chat", "Dialect", "EventWriter", "sse"]


class BadRequest(UserError):
    """A request that cannot be served as it is. `param` is the path of the field at fault, `None` = the whole body."""

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param


class EventWriter(Protocol):
    """Writes one streamed answer. After `close` or `fail` every further call returns `b""`."""

    def start(self) -> bytes:
        """The bytes to send before the provider has said anything."""
        ...

    def feed(self, chunk: dict[str, Any]) -> bytes:
        """What one `chat.completion.chunk` becomes; often `b""`. Malformed parts of a chunk are left out."""
        ...

    def close(self) -> bytes:
        """The last events, with stop reason and usage."""
        ...

    def fail(self, message: str, kind: str) -> bytes:
        """An error after the stream began. `kind` is an error type in OpenAI's words."""
        ...


class Dialect(Protocol):
    """A client wire format."""

    name: str

    def to_chat(self, body: dict[str, Any]) -> dict[str, Any]:
        """A new Chat body; `model`, `stream` and `turnout` stay as they are. Raises BadRequest and nothing else."""
        ...

    def answer(self, chat: dict[str, Any], body: dict[str, Any], model: str, id: str) -> dict[str, Any]:
        """What a whole `chat.completion` becomes. `body` is the client's request; raises InvalidResponse."""
        ...

    def events(self, body: dict[str, Any], model: str, id: str) -> EventWriter:
        """A writer for one streamed answer to `body`."""
        ...

    def error(self, status: int, message: str, kind: str, code: str | None, param: str | None) -> dict[str, Any]:
        """The error body; `kind` is an error type in OpenAI's words, such as `rate_limit_error`."""
        ...


class Chat:
    """OpenAI Chat Completions: nothing to translate but errors, which the Responses API words the same way."""

    name = "chat"

    def error(self, status: int, message: str, kind: str, code: str | None, param: str | None) -> dict[str, Any]:
        """`{"error": {"message", "type", "param", "code"}}`; the status is in the HTTP line only."""
        return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def sse(event: str, data: dict[str, Any]) -> bytes:
    """One server-sent event. ASCII only, because a model may cut a surrogate pair in two."""
    return f"event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
