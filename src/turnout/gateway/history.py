"""What of a conversation a model can take: thinking is for the model that thought it, tools for models with tools."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from turnout.types import Model

__all__ = ["fit_history"]

_THOUGHTS = frozenset({"reasoning", "reasoning_content", "reasoning_details", "thinking", "thinking_blocks"})
_THOUGHT_PARTS = ("thinking", "redacted_thinking", "reasoning")


def fit_history(messages: Sequence[dict[str, Any]], model: Model, *, thinks: bool) -> list[dict[str, Any]]:
    """The messages as `model` can take them; the same objects where nothing had to change.

    `thinks` says that the model itself made the thinking in them, so that it may have it back. Calls of tools and
    their results become plain text for a model that calls none: what was found out stays known.
    """
    fitted = []
    for message in messages:
        if not thinks:
            message = _without_thoughts(message)
        if not model.tools:
            message = _without_tools(message)
        fitted.append(message)
    return fitted


def _without_thoughts(message: dict[str, Any]) -> dict[str, Any]:
    if not _THOUGHTS.isdisjoint(message):
        message = {name: value for name, value in message.items() if name not in _THOUGHTS}
    content = message.get("content")
    if isinstance(content, list) and any(part.get("type") in _THOUGHT_PARTS for part in content):
        kept = [part for part in content if part.get("type") not in _THOUGHT_PARTS]
        message = {**message, "content": kept or ""}
    return message


def _without_tools(message: dict[str, Any]) -> dict[str, Any]:
    calls = message.get("tool_calls")
    if isinstance(calls, list) and calls:
        said = [_plain(message.get("content"))] + [_call(call) for call in calls if isinstance(call, Mapping)]
        kept = {name: value for name, value in message.items() if name != "tool_calls"}
        return {**kept, "content": "\n".join(text for text in said if text)}
    if message.get("role") in ("tool", "function"):
        return {"role": "user", "content": f"[Result of a tool]\n{_plain(message.get('content'))}"}
    return message


def _call(call: Mapping[str, Any]) -> str:
    function = call.get("function")
    if not isinstance(function, Mapping):
        return ""
    return f"[Called the tool {function.get('name')} with {function.get('arguments')}]"


def _plain(content: Any) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, list):
        return "\n".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    return json.dumps(content)
