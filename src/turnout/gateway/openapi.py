"""The gateway's OpenAPI document, and the page that shows it."""

from __future__ import annotations

import html
from typing import Any

import orjson

__all__ = ["DOCUMENT", "page"]


def _object(required: tuple[str, ...] = (), /, **properties: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def _text(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "string", **({"description": description} if description else {}), **more}


def _number(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "number", "description": description, **more}


_WEIGHT = {"oneOf": [{"type": "number", "minimum": 0}, {"type": "string", "enum": ["low", "medium", "high"]}]}
_TURNOUT = {
    **_object(
        category=_text("The task: summarization, code, question-answering/physics, …"),
        modality=_text("What is sent or wanted", enum=["text", "image", "audio", "video"]),
        prefer=_text("A preset", enum=["balanced", "cheapest", "fastest", "best"]),
        price=_WEIGHT,
        latency=_WEIGHT,
        accuracy=_WEIGHT,
        max_usd=_number("Most that the request may cost (USD)", exclusiveMinimum=0),
        max_seconds=_number("Longest that it may take (median)", exclusiveMinimum=0),
        min_quality=_number("Least quality: the lower end of its interval", minimum=0, maximum=1),
        models={"type": "array", "items": _text(minLength=1), "description": "Patterns of models to choose among"},
    ),
    "description": "How to choose, with model auto: the task, and what matters.",
    "additionalProperties": False,
}
_MODEL = _text("auto, auto:cheapest, auto:fastest, auto:best, or a model's id", minLength=1)
_MESSAGE = _object(("role",), role=_text(), content={"type": ["string", "array", "null"], "items": {"type": "object"}})
_STREAM = {"type": ["boolean", "null"], "description": "Answer in server-sent events, usage in the last"}
_CHAT = _object(
    ("messages",),
    model=_MODEL,
    messages={"type": "array", "minItems": 1, "items": _MESSAGE},
    stream=_STREAM,
    turnout=_TURNOUT,
    models={"type": "array", "items": _text(minLength=1), "description": "OpenRouter's: whom to fall back on"},
    provider={"type": "object", "description": "OpenRouter's: sort and max_price choose here, too"},
)
_BODIES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "/v1/chat/completions": ("Chat", "OpenAI Chat Completions; fields not listed here are passed on.", _CHAT),
    "/v1/messages": (
        "Chat",
        "Anthropic Messages.",
        _object(
            ("model", "messages"),
            model=_MODEL,
            max_tokens={"type": "integer", "minimum": 1},
            messages={"type": "array", "minItems": 1, "items": _MESSAGE},
            stream=_STREAM,
            turnout=_TURNOUT,
        ),
    ),
    "/v1/responses": (
        "Chat",
        "OpenAI Responses, without stored state.",
        _object(
            ("model", "input"),
            model=_MODEL,
            input={"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}]},
            stream=_STREAM,
            turnout=_TURNOUT,
        ),
    ),
    "/v1/embeddings": (
        "Other models",
        "Vectors; auto is the encoder that reads prompts here.",
        _object(
            ("input",),
            model=_text("auto, local/all-minilm-l6-v2, or a model at a provider", minLength=1),
            input={"oneOf": [_text(minLength=1), {"type": "array", "minItems": 1, "items": _text(minLength=1)}]},
            encoding_format=_text(enum=["float", "base64"]),
        ),
    ),
    "/v1/audio/speech": (
        "Other models",
        "A text becomes a recording.",
        _object(("input",), model=_MODEL, input=_text(minLength=1), voice=_text(), turnout=_TURNOUT),
    ),
    "/v1/images/generations": (
        "Other models",
        "Pictures, at the named model's provider.",
        _object(("model", "prompt"), model=_text(minLength=1), prompt=_text(minLength=1)),
    ),
    "/v1/route": (
        "Routing",
        "The decision alone: every candidate's estimate, who is excluded and why, the nearest evidence. Costs nothing.",
        _object(
            (),
            model=_MODEL,
            prompt=_text("What would be asked; or messages, as for chat"),
            messages={"type": "array", "minItems": 1, "items": _MESSAGE},
            endpoint=_text("Where it would be asked", enum=["chat", "transcription", "speech"]),
            turnout=_TURNOUT,
        ),
    ),
    "/v1/feedback": (
        "Routing",
        "A vote or a score on a decision becomes an outcome in the evidence store.",
        _object(
            ("decision_id",),
            decision_id=_text("What x-turnout-decision-id said", minLength=1),
            vote=_text(enum=["up", "down"]),
            score=_number("From 0 to 1", minimum=0, maximum=1),
        ),
    ),
}
_FORM = _object(
    ("file",),
    file=_text("The recording", contentMediaType="application/octet-stream"),
    model=_MODEL,
    turnout=_text("The same object as for chat, as JSON"),
)
_READS = {
    "/v1/models": ("Routing", "The models that may be asked, the automatic ones first."),
    "/health": ("Operation", "The process answers."),
    "/ready": ("Operation", "Requests are taken now (200) or not (503)."),
    "/metrics": ("Operation", "Prometheus metrics."),
}
_ERRORS = {
    "400": "The request cannot be served as it is; the message says what to change.",
    "401": "A key is needed.",
    "403": "This key, host or origin may not.",
    "404": "No such model or decision.",
    "408": "The body came too slowly.",
    "413": "The body is too large.",
    "429": "Too many requests, or the key's budget is used up.",
    "502": "No provider gave an answer.",
    "503": "A model of this machine cannot be started.",
    "504": "No provider answered in time.",
}
_HEADERS = {
    "x-turnout-model": "Who served.",
    "x-turnout-reason": "Why this model.",
    "x-turnout-decision-id": "For /v1/feedback.",
    "x-turnout-estimated-usd": "What it should cost.",
    "x-turnout-usd": "What it did cost (whole answers; streams say it in usage.cost).",
    "x-turnout-overhead-ms": "What the gateway itself took.",
    "x-turnout-fallbacks": "How many models failed before.",
}


def _document() -> dict[str, Any]:
    error = {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    errors = {status: {**error, "description": text} for status, text in _ERRORS.items()}
    headers = {name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()}
    paths: dict[str, Any] = {}
    for path, (tag, summary, schema) in _BODIES.items():
        kind = "audio/wav" if path.endswith("speech") else "application/json"
        answers: dict[str, Any] = {kind: {}}
        if tag == "Chat":
            answers["text/event-stream"] = {}
        paths[path] = {
            "post": {
                "tags": [tag],
                "summary": summary,
                "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                "responses": {"200": {"description": "The answer", "headers": headers, "content": answers}, **errors},
            }
        }
    paths["/v1/audio/transcriptions"] = {
        "post": {
            "tags": ["Other models"],
            "summary": "A recording becomes a text.",
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}},
            "responses": {
                "200": {"description": "The answer", "headers": headers, "content": {"application/json": {}}},
                **errors,
            },
        }
    }
    for path, (tag, summary) in _READS.items():
        said: dict[str, Any] = {"200": {"description": "As described"}}
        kind = "text/plain" if path == "/metrics" else "application/json"
        said["200"]["content"] = {kind: {}}
        said |= {status: errors[status] for status in ("401", "403")}
        if path == "/ready":
            said["503"] = {"description": "Not now", "content": {"application/json": {}}}
        paths[path] = {"get": {"tags": [tag], "summary": summary, "responses": said}}
    message = _object(("message",), message=_text(), type=_text(), code={}, param={})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Turnout",
            "version": "1",
            "description": "Any OpenAI client, the right model for each request: chosen on evidence, with fallback.",
        },
        "security": [{"key": []}, {}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": _object(("error",), error=message)},
        },
    }


DOCUMENT = orjson.dumps(_document(), option=orjson.OPT_INDENT_2)


def page() -> bytes:
    """The document as a page without scripts."""
    rows = []
    for path, methods in _document()["paths"].items():
        for method, what in methods.items():
            rows.append(f"<tr><td><code>{method.upper()} {html.escape(path)}</code><td>{html.escape(what['summary'])}")
    return f"<!doctype html><title>Turnout</title><table>{''.join(rows)}</table>".encode()
