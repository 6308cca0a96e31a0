"""The OpenAI Responses API (`/v1/responses`) in front of Chat Completions, without state.

`store` is accepted and nothing is stored. What needs stored state or OpenAI's own servers is refused: earlier
responses, conversations, prompts, background work, hosted and custom tools. Reasoning items of earlier turns are left
out. A provider's reasoning is passed on as a reasoning item to clients that sent a `reasoning` object.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from turnout.errors import InvalidResponse
from turnout.gateway.dialect import Chat, sse
from turnout.gateway.parts import Part, Parts, Step, Usage
from turnout.gateway.responses_request import to_chat

__all__ = ["Responses"]

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
_ECHOED = ("instructions", "max_output_tokens", "temperature", "text", "top_p", "user")
_ITEM_IDS = {"text": "msg", "refusal": "msg", "reasoning": "rs", "call": "fc"}
_EVENTS = {
    "text": "response.output_text",
    "refusal": "response.refusal",
    "reasoning": "response.reasoning_text",
    "call": "response.function_call_arguments",
}


class Responses(Chat):
    """The dialect of `client.responses` in the official `openai` SDKs; its error bodies are Chat's."""

    name = "responses"

    def to_chat(self, body: dict[str, Any]) -> dict[str, Any]:
        """The Chat body; see `Dialect`."""
        return to_chat(body)

    def answer(self, chat: dict[str, Any], body: dict[str, Any], model: str, id: str) -> dict[str, Any]:
        """A `response`. Raises InvalidResponse without a choice."""
        parts = Parts(id, _reasons(body))
        if not isinstance(chat.get("choices"), list) or not chat["choices"]:
            raise InvalidResponse(f"{model} answered without a choice")
        for _ in (*parts.feed(chat), *parts.end()):
            pass
        return _response(body, model, id, int(time.time())) | _outcome(parts, id)

    def events(self, body: dict[str, Any], model: str, id: str) -> ResponseEvents:
        """A writer of `response.created` … `response.completed`."""
        return ResponseEvents(body, model, id)


class ResponseEvents:
    """Writes the events of one response, numbered from 0."""

    def __init__(self, body: dict[str, Any], model: str, id: str) -> None:
        self._response = _response(body, model, id, int(time.time()))
        self._parts = Parts(id, _reasons(body))
        self._id = id
        self._sent = 0
        self._over = False

    def start(self) -> bytes:
        """`response.created` and `response.in_progress`."""
        return b"".join(
            self._event(f"response.{name}", {"response": self._response}) for name in ("created", "in_progress")
        )

    def feed(self, chunk: dict[str, Any]) -> bytes:
        """The item events that a chunk allows."""
        return b"" if self._over else self._write(self._parts.feed(chunk))

    def close(self) -> bytes:
        """The items' ends, then `response.completed` or `response.incomplete` with the whole response."""
        if self._over:
            return b""
        written = self._write(self._parts.end())
        self._over = True
        outcome = _outcome(self._parts, self._id)
        return written + self._event(f"response.{outcome['status']}", {"response": self._response | outcome})

    def fail(self, message: str, kind: str) -> bytes:
        """An `error` event and `response.failed`: some clients watch for the one, some for the other."""
        if self._over:
            return b""
        self._over = True
        code = "rate_limit_exceeded" if kind == "rate_limit_error" else "server_error"
        self._parts.finish = "length"  # whatever was being said is cut off here
        failed = self._response | _outcome(self._parts, self._id)
        failed |= {"status": "failed", "incomplete_details": None, "error": {"code": code, "message": message}}
        return self._event("error", {"code": code, "message": message, "param": None}) + self._event(
            "response.failed", {"response": failed}
        )

    def _write(self, steps: Iterable[Step]) -> bytes:
        return b"".join([self._step(*step) for step in steps])

    def _event(self, kind: str, data: dict[str, Any]) -> bytes:
        event = sse(kind, {"type": kind, "sequence_number": self._sent, **data})
        self._sent += 1
        return event

    def _step(self, what: str, part: Part, piece: str) -> bytes:
        place: dict[str, Any] = {"item_id": _item_id(part, self._id), "output_index": part.number}
        if part.kind != "call":
            place["content_index"] = 0
        if what == "begin":
            item = _item(part, self._id, "in_progress")
            written = self._event("response.output_item.added", {"output_index": part.number, "item": item})
            if part.kind != "call":
                written += self._event("response.content_part.added", place | {"part": _content(part)})
            return written
        if what == "piece":
            delta = {"delta": piece, "logprobs": []} if part.kind == "text" else {"delta": piece}
            return self._event(f"{_EVENTS[part.kind]}.delta", place | delta)
        if part.kind == "call":
            whole = {"name": part.name, "arguments": part.text}
            written = self._event(f"{_EVENTS['call']}.done", place | whole)
        else:
            content = _content(part)
            whole = {key: content[key] for key in ("text", "refusal", "logprobs") if key in content}
            written = self._event(f"{_EVENTS[part.kind]}.done", place | whole)
            written += self._event("response.content_part.done", place | {"part": content})
        item = _item(part, self._id, _status(part, self._parts))
        return written + self._event("response.output_item.done", {"output_index": part.number, "item": item})


def _response(body: dict[str, Any], model: str, id: str, at: int) -> dict[str, Any]:
    """A response without output; says back what was asked, with the API's own defaults."""
    reasoning = body.get("reasoning") or {}
    metadata = body.get("metadata") or {}
    response: dict[str, Any] = {
        "id": id,
        "object": "response",
        "created_at": at,
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "metadata": {key: value for key, value in metadata.items() if value is not None},
        "model": model,
        "output": [],
        "parallel_tool_calls": body.get("parallel_tool_calls") is not False,
        "previous_response_id": None,
        "reasoning": {"effort": reasoning.get("effort"), "summary": reasoning.get("summary")},
        "store": False,
        "temperature": None,
        "text": {"format": {"type": "text"}},
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": [_tool(tool) for tool in body.get("tools") or ()],
        "top_p": None,
        "truncation": "disabled",
        "usage": None,
        "user": None,
    }
    response |= {key: body[key] for key in _ECHOED if body.get(key) is not None}
    return response


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "function",
        "name": tool.get("name"),
        "description": tool.get("description"),
        "parameters": tool.get("parameters"),
        "strict": tool.get("strict"),
    }


def _outcome(parts: Parts, id: str) -> dict[str, Any]:
    """What of a response is known at the end."""
    reason = _INCOMPLETE.get(parts.finish or "")
    return {
        "status": "completed" if reason is None else "incomplete",
        "incomplete_details": None if reason is None else {"reason": reason},
        "output": [_item(part, id, _status(part, parts)) for part in parts.done],
        "usage": None if parts.usage is None else _usage(parts.usage),
    }


def _status(part: Part, parts: Parts) -> str:
    cut = parts.finish in _INCOMPLETE and part is parts.done[-1]
    return "incomplete" if cut else "completed"


def _item_id(part: Part, id: str) -> str:
    return f"{_ITEM_IDS[part.kind]}_{id}_{part.number}"


def _item(part: Part, id: str, status: str) -> dict[str, Any]:
    """An output item; `in_progress` has no content yet."""
    item: dict[str, Any] = {"id": _item_id(part, id), "status": status}
    if part.kind == "call":
        call = {"type": "function_call", "call_id": part.id, "name": part.name, "arguments": part.text}
        return item | call
    content = [] if status == "in_progress" else [_content(part)]
    if part.kind == "reasoning":
        return item | {"type": "reasoning", "summary": [], "content": content}
    return item | {"type": "message", "role": "assistant", "content": content}


def _content(part: Part) -> dict[str, Any]:
    if part.kind == "refusal":
        return {"type": "refusal", "refusal": part.text}
    if part.kind == "reasoning":
        return {"type": "reasoning_text", "text": part.text}
    return {"type": "output_text", "text": part.text, "annotations": [], "logprobs": []}


def _reasons(body: dict[str, Any]) -> bool:
    return isinstance(body.get("reasoning"), dict) and body["reasoning"].get("effort") != "none"


def _usage(usage: Usage) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": usage.written},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.input + usage.output,
    }
    if usage.cost is not None:
        counts["cost"] = usage.cost
    return counts
