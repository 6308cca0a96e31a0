"""Parts of the page at `/docs`: tables of a schema's fields, and examples in colour."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

__all__ = ["Row", "block", "coloured", "fields", "json_text", "name_cell", "prose", "scroll", "shown", "table"]

Row = tuple[str, str, str, bool]  # a field: its path, type, meaning (HTML), and whether it is required
_TOKEN = re.compile(r'(?P<comment>(?:(?<=  )|^)(?:#|//) .*$)|(?P<string>"(?:[^"\\]|\\.)*")(?P<key>\s*:)?', re.MULTILINE)


def fields(schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str = "") -> Iterator[Row]:
    """The fields of an object and of the objects in it."""
    schema = _resolved(schema, schemas)
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        named = field.get("$ref", field.get("items", {}).get("$ref", "")).rpartition("/")[2]
        held = _resolved(field, schemas)
        kind = _type(held)
        meaning = prose(held.get("description", ""))
        if named == "Turnout":
            meaning = 'How to choose: <a href="#turnout">its fields</a>'
        elif "enum" in held:
            words = ", ".join(f"<code>{escape(word)}</code>" for word in held["enum"])
            meaning = f'{meaning}{": " if meaning else ""}<span class="allowed">{words}</span>'
        yield f"{prefix}{name}", kind, meaning + _bounds(held), name in required
        inner = _resolved(held.get("items", {}), schemas) if held.get("type") == "array" else held
        if named != "Turnout" and inner.get("properties"):
            mark = "[]" if held.get("type") == "array" else ""
            yield from fields(inner, schemas, f"{prefix}{name}{mark}.")


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return " or ".join(word for word in kind if word != "null")
    if kind is not None:
        return "file" if schema.get("contentMediaType") == "application/octet-stream" else str(kind)
    if "oneOf" in schema:
        return " or ".join(dict.fromkeys(_type(choice) for choice in schema["oneOf"]))
    example = next(iter(schema.get("examples", ())), None)
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds.get(type(example), "any")


def _bounds(schema: Mapping[str, Any]) -> str:
    for choice in schema.get("oneOf", ()):
        if "enum" in choice:
            words = ", ".join(f"<code>{escape(word)}</code>" for word in choice["enum"])
            return f': a number, or <span class="allowed">{words}</span>'
    return ""


def table(rows: Iterable[Row]) -> str:
    """Fields as a table."""
    must = '<span class="must">required</span>'
    body = "".join(
        f'<tr><th>{name_cell(name)}{must if required else ""}</th><td class="type">{kind}</td><td>{meaning}</td></tr>'
        for name, kind, meaning, required in rows
    )
    return scroll("Fields", body)


def scroll(label: str, rows: str) -> str:
    """Rows of HTML as a table that scrolls on its own when it is wider than the page."""
    table = f'<table class="fields">{rows}</table>'
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'


def name_cell(name: str) -> str:
    """A field's path, its last part standing out."""
    outer, dot, last = name.rpartition(".")
    return f'<code><span class="dim">{escape(outer + dot)}</span>{escape(last)}</code>'


def block(title: str, text: str) -> str:
    """Code under a small heading."""
    return f'<h4>{title}</h4><pre tabindex="0"><code>{coloured(text)}</code></pre>'


def shown(example: Any) -> str:
    """An example of the document as text."""
    return example.strip() if isinstance(example, str) else json_text(example)


def json_text(value: Any) -> str:
    """Indented, but what fits on a line stays on it."""
    return _lines(value, 0)


def _lines(value: Any, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + 2 * depth <= 46 or not isinstance(value, dict | list) or not value:
        return flat
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {_lines(held, depth + 1)}" for name, held in value.items()]
        return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{outer}}}"
    return "[\n" + ",\n".join(inner + _lines(held, depth + 1) for held in value) + f"\n{outer}]"


def coloured(text: str) -> str:
    """Escaped, with strings, keys and comments marked."""
    found, at = [], 0
    for match in _TOKEN.finditer(text):
        found.append(escape(text[at : match.start()], quote=False))
        kind = "tok-c" if match["comment"] else "tok-k" if match["key"] else "tok-s"
        marked = match["comment"] or match["string"]
        found.append(f'<span class="{kind}">{escape(marked, quote=False)}</span>{match["key"] or ""}')
        at = match.end()
    found.append(escape(text[at:], quote=False))
    return "".join(found)


def prose(text: str) -> str:
    """Escaped, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
