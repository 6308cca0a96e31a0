"""Reads a client's JSON and, when something is wrong, says where."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from turnout.gateway.dialect import BadRequest

__all__ = ["DEEPEST", "Field", "common_fields"]

DEEPEST = 100  # levels of nesting; what encodes a request to a provider stops at 254


class Field:
    """A JSON value and its path, such as `messages.2.content.0`. A value of the wrong kind raises BadRequest."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str = "") -> None:
        self.value = value
        self.path = path

    def refuse(self, problem: str) -> NoReturn:
        """Raises BadRequest with the path before the problem."""
        raise BadRequest(f"{self.path or 'the request'}: {problem}", self.path or None)

    def _at(self, key: str | int) -> str:
        return f"{self.path}.{key}" if self.path else str(key)

    def get(self, key: str) -> Field | None:
        """The member `key`, or `None` where it is absent or null."""
        value = self.object().get(key)
        return None if value is None else Field(value, self._at(key))

    def need(self, key: str) -> Field:
        """The member `key`, which must be there."""
        value = self.object().get(key)
        field = Field(value, self._at(key))
        if value is None:
            field.refuse("this field is required")
        return field

    def object(self) -> dict[str, Any]:
        """The value, an object."""
        if not isinstance(self.value, dict):
            self.refuse("must be an object")
        return self.value

    def array(self) -> list[Field]:
        """The items of an array."""
        if not isinstance(self.value, list):
            self.refuse("must be an array")
        return [Field(item, self._at(number)) for number, item in enumerate(self.value)]

    def text(self) -> str:
        """The value, a string."""
        if not isinstance(self.value, str):
            self.refuse("must be a string")
        return self.value

    def name(self) -> str:
        """The value, a string that is not empty."""
        if not self.text():
            self.refuse("must not be empty")
        return self.text()

    def whole(self, least: int) -> int:
        """The value, an integer of at least `least`."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < least:
            self.refuse(f"must be an integer of at least {least}")
        return self.value

    def number(self, low: float, high: float) -> float:
        """The value, a number from `low` to `high`."""
        value = self.value
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            self.refuse(f"must be a number from {low:g} to {high:g}")
        return value

    def flag(self) -> bool:
        """The value, true or false."""
        if not isinstance(self.value, bool):
            self.refuse("must be true or false")
        return self.value

    def one_of(self, *words: str) -> str:
        """The value, one of `words`."""
        if self.value not in words:
            self.refuse(f"must be one of {', '.join(words)}, not {self.shown()}")
        return self.text()

    def shown(self) -> str:
        """The value as an error may repeat it: short strings only."""
        return repr(self.value[:40]) if isinstance(self.value, str) else f"a {type(self.value).__name__}"

    def encoded(self) -> str:
        """The value as JSON text."""
        try:
            return json.dumps(self.value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        except ValueError:
            self.refuse("holds a number that JSON cannot express")

    def refuse_depth(self) -> None:
        """Raises BadRequest when the value is nested deeper than `DEEPEST`."""
        level = [self.value]
        for _ in range(DEEPEST):
            level = [
                inner
                for outer in level
                for inner in (outer.values() if isinstance(outer, dict) else outer)
                if isinstance(inner, dict | list)
            ]
            if not level:
                return
        self.refuse(f"nested deeper than {DEEPEST} levels")


def common_fields(request: Field, *, limit: str) -> dict[str, Any]:
    """What a request of any format says in the same way, as Chat; `limit` is its name for the most tokens."""
    chat: dict[str, Any] = {"model": request.need("model").name()}
    if (turnout := request.get("turnout")) is not None:
        chat["turnout"] = turnout.object()
    if (stream := request.get("stream")) is not None:
        chat["stream"] = stream.flag()
    if (most := request.get(limit)) is not None:
        chat["max_tokens"] = most.whole(1)
    return chat
