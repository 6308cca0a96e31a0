"""Puts the deltas of a Chat stream into parts that follow one another: text, reasoning, a refusal, each tool call.

Chat lets deltas of several tool calls alternate; the other dialects' clients expect one part to end before the next
begins. The first unfinished part is passed on as it grows, what belongs to later ones waits until its turn.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Part", "Parts", "Step", "Usage"]


@dataclass(slots=True)
class Part:
    """One part of an answer. `number` counts the parts that were begun; `id` and `name` belong to tool calls."""

    kind: Literal["text", "reasoning", "refusal", "call"]
    number: int = -1
    id: str = ""
    name: str = ""
    index: int | None = None  # the provider's number of a tool call
    passed: list[str] = field(default_factory=list)  # pieces that a step has announced
    waiting: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, or a tool call's arguments as JSON text."""
        return "".join(self.passed)

    def arguments(self) -> dict[str, Any] | None:
        """A tool call's arguments; none at all counts as `{}`, and what is no JSON object gives `None`."""
        text = self.text + "".join(self.waiting)
        if not text.strip():
            return {}
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    def whole(self) -> bool:
        """Nothing can follow any more."""
        last = (self.waiting or self.passed or [""])[-1]
        return self.kind != "call" or (last.rstrip().endswith("}") and self.arguments() is not None)


Step = tuple[Literal["begin", "piece", "end"], Part, str]


@dataclass(slots=True)
class Usage:
    """Tokens as Chat counts them: `input` includes `cached` and `written`, `output` includes `reasoning`."""

    input: int = 0
    output: int = 0
    cached: int = 0
    written: int = 0
    reasoning: int = 0
    cost: float | None = None  # US dollars, where the provider or the gateway filled it in

    @classmethod
    def read(cls, chat: dict[str, Any]) -> Usage | None:
        """The `usage` of a completion or chunk, `None` if it has none. What is no count is taken as 0."""
        usage = chat.get("usage")
        if not isinstance(usage, dict):
            return None
        given, made = _object(usage.get("prompt_tokens_details")), _object(usage.get("completion_tokens_details"))
        return cls(
            input=_count(usage.get("prompt_tokens")),
            output=_count(usage.get("completion_tokens")),
            cached=_count(given.get("cached_tokens")),
            written=_count(given.get("cache_write_tokens")),
            reasoning=_count(made.get("reasoning_tokens")),
            cost=_number(usage.get("cost")),
        )


class Parts:
    """Gathers one answer; also takes a whole completion. `reasoning` false leaves the provider's reasoning out."""

    def __init__(self, id: str, reasoning: bool) -> None:
        self.done: list[Part] = []  # begun, in order; all of them once `end` was read
        self.finish: str | None = None
        self.usage: Usage | None = None
        self.matched: str | None = None  # the stop sequence, where the provider tells
        self.native: str | None = None  # the finish reason in the provider's own words
        self._id = id
        self._reasoning = reasoning
        self._queue: list[Part] = []
        self._last: Part | None = None
        self._calls: dict[int | None, Part] = {}

    def feed(self, chunk: dict[str, Any]) -> Iterator[Step]:
        """The steps that a chunk allows. To be read to the end."""
        self._take(chunk)
        return self._steps(ended=False)

    def end(self) -> Iterator[Step]:
        """The steps that are left. To be read to the end."""
        return self._steps(ended=True)

    def _take(self, chunk: dict[str, Any]) -> None:
        self.usage = Usage.read(chunk) or self.usage
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return
        for key in ("delta", "message"):
            if isinstance(choice.get(key), dict):
                self._take_delta(choice[key])
                break
        self.finish = _text(choice.get("finish_reason")) or self.finish
        self.native = _text(choice.get("native_finish_reason")) or self.native
        self.matched = _text(choice.get("stop_reason")) or _text(choice.get("matched_stop")) or self.matched

    def _take_delta(self, delta: dict[str, Any]) -> None:
        if self._reasoning:
            # Two names are in use for the same text, and some providers send both.
            self._add("reasoning", _text(delta.get("reasoning")) or _text(delta.get("reasoning_content")))
        self._add("text", _content(delta.get("content")))
        self._add("refusal", _text(delta.get("refusal")))
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            if isinstance(call, dict):
                self._take_call(call)

    def _add(self, kind: Literal["text", "reasoning", "refusal"], text: str) -> None:
        if not text:
            return
        if self._last is None or self._last.kind != kind:
            self._last = Part(kind)
            self._queue.append(self._last)
        self._last.waiting.append(text)

    def _take_call(self, call: dict[str, Any]) -> None:
        function = _object(call.get("function"))
        id, name = _text(call.get("id")), _text(function.get("name"))
        index = call.get("index") if isinstance(call.get("index"), int) else None
        part = self._calls.get(index)
        # Some providers number every call 0, or none of them: another id with a name of its own is another call.
        if part is None or (id and name and part.name and id != part.id) or (index is None and not id and name):
            part = Part("call", index=index)
            self._calls[index] = self._last = part
            self._queue.append(part)
        part.id = part.id or id
        part.name = part.name or name
        given = function.get("arguments")
        arguments = json.dumps(given) if isinstance(given, dict) else _text(given)
        if arguments:
            part.waiting.append(arguments)

    def _steps(self, ended: bool) -> Iterator[Step]:
        while self._queue:
            part = self._queue[0]
            if part.kind == "call" and not part.name:
                if not ended:
                    return
                self._queue.pop(0)  # a call of no function cannot be told to anybody
                continue
            if part.number < 0:
                part.number = len(self.done)
                part.id = part.id or f"call_{self._id}_{part.number}"
                self.done.append(part)
                yield "begin", part, ""
            if part.waiting:
                piece = "".join(part.waiting)
                part.waiting.clear()
                part.passed.append(piece)
                yield "piece", part, piece
            if not ended and (len(self._queue) == 1 or not part.whole()):
                return
            self._queue.pop(0)
            yield "end", part, ""


def _content(value: Any) -> str:
    """The text of a message's content, which is a string or, from a few providers, a list of parts."""
    if isinstance(value, list):
        return "".join(_text(part.get("text")) for part in value if isinstance(part, dict))
    return _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int:
    number = _number(value)
    return 0 if number is None else max(0, int(number))


def _number(value: Any) -> float | None:
    """A number that JSON can express."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else None
