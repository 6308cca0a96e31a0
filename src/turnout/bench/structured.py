"""Answers with structure: JSON objects field by field, and lists as sets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from turnout.errors import MissingExtra

__all__ = ["fields_f1", "first_json", "items_f1", "plain", "valid"]

_NUMBER = re.compile(r"[-+]?\d+(?:[ ,']\d{3})*(?:\.\d+)?")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%Y/%m/%d")
_NOTHING = frozenset({"", "null", "none", "n a", "na", "not said", "not mentioned", "not given", "unknown"})


def plain(text: str) -> str:
    """Lower case, words and numbers only, single spaces."""
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def first_json(text: str) -> Any:
    """The first JSON object in a text, or the first list when there is no object; None when there is neither."""
    decoder = json.JSONDecoder()
    for opening in ("{", "["):
        for start in (m.start() for m in re.finditer(re.escape(opening), text)):
            try:
                value, _ = decoder.raw_decode(text[start:])
            except (ValueError, RecursionError):
                continue
            return value
    return None


def fields_f1(found: Mapping[str, Any], wanted: Mapping[str, Any], others: Mapping[str, Sequence[Any]]) -> float:
    """F1 of fields, nested ones by their path. `others` has further right values by path."""
    said, right = dict(_flat(found)), dict(_flat(wanted))
    hits = sum(
        max(_alike(said.get(path), value) for value in (value, *others.get(path, ()))) for path, value in right.items()
    )
    # A field left out counts as said to be nothing: that is right where nothing was said.
    count = len(said.keys() | {path for path, value in right.items() if _is_nothing(value)})
    return 2 * hits / (len(right) + count) if right else 0.0


def items_f1(answer: str, wanted: Sequence[str], others: Mapping[str, Sequence[str]]) -> float:
    """F1 of a set of short texts, said as a JSON list, as lines or bullets, or between commas."""
    listed = first_json(answer)
    if isinstance(listed, dict):
        listed = next((value for value in listed.values() if isinstance(value, list)), None)
    if not isinstance(listed, list):
        lines = [line for line in answer.splitlines() if line.strip()]
        listed = lines if len(lines) > 1 else re.split(r"[,;]|\band\b", answer)
    said = {plain(re.sub(r"^\s*(?:[-*•]|\d+[.)])\s*", "", str(item))) for item in listed} - {""}
    ways = [{plain(way) for way in (item, *others.get(item, ()))} for item in wanted]
    hits = sum(bool(names & said) for names in ways)
    extra = len(said) - sum(len(names & said) for names in ways)
    return 2 * hits / (len(ways) + hits + extra) if ways else 0.0


def valid(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a JSON value keeps to a JSON Schema (draft 2020-12)."""
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        raise MissingExtra("scoring by JSON Schema", "bench") from None
    return bool(Draft202012Validator(schema).is_valid(value))


def _flat(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        path = f"{above}{name}"
        if isinstance(inner, dict) and inner:
            yield from _flat(inner, f"{path}.")
        else:
            yield path, inner


def _alike(said: Any, wanted: Any) -> float:
    """1 when the same was meant; of lists, the F1 of their items; of objects within lists, all their fields."""
    if isinstance(wanted, dict):
        return fields_f1(said, wanted, {}) if isinstance(said, dict) else 0.0
    if isinstance(wanted, list):
        listed = said if isinstance(said, list) else [] if _is_nothing(said) else re.split(r"[,;]", str(said))
        if not wanted or not listed:
            return float(not wanted and not listed)
        hits = sum(any(_alike(item, value) == 1 for item in listed) for value in wanted)
        return 2 * hits / (len(wanted) + len(listed))
    if isinstance(said, list):
        return float(len(said) == 1 and _alike(said[0], wanted) == 1)
    if _is_nothing(wanted) or _is_nothing(said):
        return float(_is_nothing(wanted) and _is_nothing(said))
    if isinstance(wanted, bool) or isinstance(said, bool):
        return float(_truth(said) == _truth(wanted))
    if plain(str(said)) == plain(str(wanted)):
        return 1.0
    if (day := _date(str(wanted))) is not None:
        return float(_date(str(said)) == day)
    return float(_is_number(wanted) and _numbers(said) == _numbers(wanted))


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and plain(value) in _NOTHING)


def _truth(value: Any) -> bool | None:
    return {"true": True, "yes": True, "false": False, "no": False}.get(plain(str(value)))


def _date(text: str) -> date | None:
    tidy = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text.replace(",", " ").strip())
    for form in _DATES:
        try:
            return datetime.strptime(" ".join(tidy.split()), form).date()
        except ValueError:
            continue
    return None


def _is_number(value: Any) -> bool:
    """A number, or one with a unit behind it or a currency before it: "3.5 kg", "€ 12"."""
    return isinstance(value, int | float) or bool(re.fullmatch(r"\D{0,2}[-+]?[\d ,'.]*\d\s*[^\d\s]{0,12}", str(value)))


def _numbers(value: Any) -> list[float]:
    return [float(re.sub(r"[ ,']", "", n)) for n in _NUMBER.findall(str(value))]
