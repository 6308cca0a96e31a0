"""The Anthropic Messages API (`/v1/messages`) in front of Chat Completions.

What Chat cannot say is left out: thinking of earlier turns, cache breakpoints, citations, `top_k`. What would change
the answer if it were left out is refused: Anthropic's hosted and schemaless tools, files by id, PDFs by URL. A
provider's reasoning is passed on as a thinking block, with an empty signature, to clients that asked for thinking.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from turnout.errors import InvalidResponse
from turnout.gateway.dialect import sse
from turnout.gateway.messages_request import to_chat
from turnout.gateway.parts import Part, Parts, Step, Usage

__all__ = ["Messages"]

_ERRORS = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_KINDS = ("invalid_request_error", "overloaded_error", "timeout_error", *_ERRORS.values())
_STOPS = {"length": "max_tokens", "tool_calls": "tool_use", "function_call": "tool_use", "content_filter": "refusal"}
_DELTAS = {"reasoning": ("thinking_delta", "thinking"), "call": ("input_json_delta", "partial_json")}


class Messages:
    """The dialect of the official `anthropic` SDKs and of Claude Code."""

    name = "messages"

    def to_chat(self, body: dict[str, Any]) -> dict[str, Any]:
        """The Chat body; see `Dialect`."""
        return to_chat(body)

    def answer(self, chat: dict[str, Any], body: dict[str, Any], model: str, id: str) -> dict[str, Any]:
        """A `message`. Raises InvalidResponse without a choice, or when a tool's arguments are no JSON object."""
        parts = Parts(id, _thinks(body))
        if not isinstance(chat.get("choices"), list) or not chat["choices"]:
            raise InvalidResponse(f"{model} answered without a choice")
        for _ in (*parts.feed(chat), *parts.end()):
            pass
        message = _message(id, model)
        for part in parts.done:
            if part.kind != "call":
                message["content"].append(_block(part, part.text))
            elif (arguments := part.arguments()) is not None:
                message["content"].append(_block(part, "") | {"input": arguments})
            elif parts.finish != "length":  # a call that was cut off is left out: nobody can run it
                raise InvalidResponse(f"{model} called the tool {part.name} with what is not a JSON object")
        return message | _stop(parts, body) | {"usage": _usage(parts.usage)}

    def events(self, body: dict[str, Any], model: str, id: str) -> MessageEvents:
        """A writer of `message_start` … `message_stop`."""
        return MessageEvents(body, model, id)

    def error(self, status: int, message: str, kind: str, code: str | None, param: str | None) -> dict[str, Any]:
        """`{"type": "error", "error": {"type", "message"}}`; the type follows from the status."""
        named = _ERRORS.get(status) or ("api_error" if status >= 500 else "invalid_request_error")
        if param and param not in message:
            message = f"{param}: {message}"
        return _error(message, named)


class MessageEvents:
    """Writes the events of one message; blocks follow one another, as Anthropic's own do."""

    def __init__(self, body: dict[str, Any], model: str, id: str) -> None:
        self._body, self._model, self._id = body, model, id
        self._parts = Parts(id, _thinks(body))
        self._over = False

    def start(self) -> bytes:
        """`message_start`; how many tokens went in is known only at the end."""
        return sse("message_start", {"type": "message_start", "message": _message(self._id, self._model)})

    def feed(self, chunk: dict[str, Any]) -> bytes:
        """The block events that a chunk allows."""
        return b"" if self._over else self._write(self._parts.feed(chunk))

    def close(self) -> bytes:
        """The blocks' ends, `message_delta` with stop reason and usage, `message_stop`.

        Instead an error event, when a tool was called with what is not a JSON object.
        """
        if self._over:
            return b""
        written = self._write(self._parts.end())
        if self._parts.finish != "length":
            for part in self._parts.done:
                if part.kind == "call" and part.arguments() is None:
                    message = f"{self._model} called the tool {part.name} with what is not a JSON object"
                    return written + self.fail(message, "api_error")
        self._over = True
        stop, usage = _stop(self._parts, self._body), _usage(self._parts.usage)
        written += sse("message_delta", {"type": "message_delta", "delta": stop, "usage": usage})
        return written + sse("message_stop", {"type": "message_stop"})

    def fail(self, message: str, kind: str) -> bytes:
        """An `error` event, which the SDKs raise."""
        if self._over:
            return b""
        self._over = True
        return sse("error", _error(message, kind if kind in _KINDS else "api_error"))

    def _write(self, steps: Iterable[Step]) -> bytes:
        return b"".join([_event(*step) for step in steps])


def _event(what: str, part: Part, piece: str) -> bytes:
    if what == "begin":
        start = {"type": "content_block_start", "index": part.number, "content_block": _block(part, "")}
        return sse("content_block_start", start)
    if what == "end":
        return sse("content_block_stop", {"type": "content_block_stop", "index": part.number})
    kind, key = _DELTAS.get(part.kind, ("text_delta", "text"))
    delta = {"type": "content_block_delta", "index": part.number, "delta": {"type": kind, key: piece}}
    return sse("content_block_delta", delta)


def _message(id: str, model: str) -> dict[str, Any]:
    """A message without content."""
    return {
        "id": id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": _usage(None),
    }


def _block(part: Part, text: str) -> dict[str, Any]:
    if part.kind == "call":
        return {"type": "tool_use", "id": part.id, "name": part.name, "input": {}}
    if part.kind == "reasoning":
        return {"type": "thinking", "thinking": text, "signature": ""}
    return {"type": "text", "text": text}


def _thinks(body: dict[str, Any]) -> bool:
    thinking = body.get("thinking")
    if not isinstance(thinking, dict) or thinking.get("display") == "omitted":
        return False
    return thinking.get("type") in ("enabled", "adaptive")


def _stop(parts: Parts, body: dict[str, Any]) -> dict[str, Any]:
    """Chat's `stop` may be the end or a stop sequence; a few providers tell which."""
    asked = body.get("stop_sequences")
    words = asked if isinstance(asked, list) else []
    reason = _STOPS.get(parts.finish or "", "end_turn")
    matched = None
    if any(part.kind == "refusal" for part in parts.done):
        reason = "refusal"
    elif reason == "end_turn" and any(part.kind == "call" for part in parts.done):
        reason = "tool_use"
    elif reason == "end_turn" and parts.matched in words:
        reason, matched = "stop_sequence", parts.matched
    elif reason == "end_turn" and words and parts.native == "stop_sequence":
        reason, matched = "stop_sequence", words[0] if len(words) == 1 else None
    return {"stop_reason": reason, "stop_sequence": matched}


def _usage(usage: Usage | None) -> dict[str, Any]:
    """Anthropic counts tokens of the cache beside the input, Chat within it. Zeros where nothing is known."""
    usage = usage or Usage()
    counts: dict[str, Any] = {
        "input_tokens": max(0, usage.input - usage.cached - usage.written),
        "cache_creation_input_tokens": usage.written,
        "cache_read_input_tokens": usage.cached,
        "output_tokens": usage.output,
    }
    if usage.reasoning:
        counts["output_tokens_details"] = {"thinking_tokens": usage.reasoning}
    if usage.cost is not None:
        counts["cost"] = usage.cost
    return counts


def _error(message: str, kind: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}}
