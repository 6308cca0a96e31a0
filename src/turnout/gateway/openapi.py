"""The gateway's OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from turnout.gateway.openapi_examples import ANSWERS, ASKED, STREAM
from turnout.gateway.openapi_schemas import BODIES, COMPONENTS, FORM

__all__ = ["DOCUMENT", "ERRORS", "HEADERS", "TAGS", "document"]

TAGS = {
    "Chat": "One conversation in three formats. With model auto, Turnout chooses who answers; if that one fails, the "
    "next answers instead.",
    "Media": "Vectors, speech, transcripts and pictures.",
    "Routing": "What Turnout would do and why; what its answers were worth.",
    "Operation": "For balancers and monitoring. Only `/metrics` needs a key.",
}
_SUMMARIES: dict[str, tuple[str, str, str]] = {
    "/v1/chat/completions": (
        "Chat",
        "OpenAI Chat Completions",
        "Fields that are not listed here (`temperature`, `response_format`, `logprobs`, …) are passed on as they are.",
    ),
    "/v1/messages": (
        "Chat",
        "Anthropic Messages",
        "In front of models of every provider. Anthropic's hosted tools are refused; thinking of earlier turns, cache "
        "breakpoints and `top_k` are left out.",
    ),
    "/v1/responses": (
        "Chat",
        "OpenAI Responses",
        "Without stored state: `previous_response_id`, `conversation`, `prompt`, `background` and hosted tools are "
        "refused. Send the earlier items instead.",
    ),
    "/v1/embeddings": (
        "Media",
        "Vectors of texts",
        "With auto, of the encoder that reads prompts on this server; another model's at its provider.",
    ),
    "/v1/audio/speech": ("Media", "A text becomes a recording", "Other fields are passed on."),
    "/v1/audio/transcriptions": ("Media", "A recording becomes a text", "Sent as a form. Other fields are passed on."),
    "/v1/images/generations": ("Media", "Pictures", "At the named model's provider. Other fields are passed on."),
    "/v1/route": (
        "Routing",
        "The decision alone",
        "Every candidate's estimate, who is excluded and why, the nearest evidence. Nobody is asked; it costs nothing. "
        "The body of a chat request will do.",
    ),
    "/v1/feedback": (
        "Routing",
        "Say what an answer was worth",
        "A vote or a score on a decision becomes an outcome in the evidence store.",
    ),
}
_READS: dict[str, tuple[str, str, str, str | None]] = {
    "/v1/models": ("Routing", "The models there are", "Those that may be asked, the automatic ones first.", "Models"),
    "/v1/models/{id}": ("Routing", "One model", "", "Model"),
    "/health": ("Operation", "The process answers", "", "Health"),
    "/ready": ("Operation", "Requests are taken", "Now (200) or not (503), and why.", "Health"),
    "/metrics": ("Operation", "Prometheus metrics", "", None),
}
ERRORS = {
    "400": "The request cannot be served as it is; the message says what to change.",
    "401": "A key is needed.",
    "403": "This key, host or origin may not.",
    "404": "No such model or decision.",
    "408": "The body came too slowly.",
    "413": "The body is too large.",
    "429": "Too many requests (then `Retry-After` says when), or the key's budget is used up.",
    "502": "No provider gave an answer.",
    "503": "A model of this machine cannot be started, or the server stops.",
    "504": "No provider answered in time.",
}
HEADERS = {
    "x-turnout-model": ("Who served.", "local/qwen2.5-coder-1.5b"),
    "x-turnout-reason": ("Why this model.", "best fit of 3 for price 25%, latency 25%, accuracy 50%: …"),
    "x-turnout-decision-id": ("For `/v1/feedback`.", "dec-01a229856f5ab5b8b02a63d7"),
    "x-turnout-estimated-usd": ("What it should cost.", "2.49e-05"),
    "x-turnout-usd": ("What it did cost. Streams say it in `usage.cost`.", "4.9155e-05"),
    "x-turnout-overhead-ms": ("What the gateway itself took, until the answer began.", "1.42"),
    "x-turnout-fallbacks": ("How many models failed before.", "0"),
}


def document() -> dict[str, Any]:
    """The document as an object of JSON."""
    paths: dict[str, Any] = {}
    for path, (tag, summary, description) in _SUMMARIES.items():
        form = path.endswith("transcriptions")
        schema = FORM if form else BODIES[path]
        kind = "multipart/form-data" if form else "application/json"
        sent = {kind: {"schema": schema, "example": ASKED[path]}}
        asks = tag != "Routing"
        paths[path] = {
            "post": {
                "tags": [tag],
                "operationId": _name(path),
                "summary": summary,
                "description": description,
                "requestBody": {"required": True, "content": sent},
                "responses": {
                    "200": {
                        "description": "The answer",
                        **({"headers": _headers()} if asks else {}),
                        "content": _answers(path, tag),
                    },
                    **_errors(ERRORS),
                },
            }
        }
    for path, (tag, summary, description, answer) in _READS.items():
        paths[path] = {"get": _read(path, tag, summary, description, answer)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Turnout",
            "version": "1",
            "description": "Any OpenAI client, the right model for each request: chosen on evidence, with fallback.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "security": [{"bearer": []}, {"key": []}, {}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "As OpenAI's clients send it"},
                "key": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "x-api-key",
                    "description": "As Anthropic's send it",
                },
            },
            "schemas": COMPONENTS,
            "headers": {
                name: {"description": text, "schema": {"type": "string"}, "example": example}
                for name, (text, example) in HEADERS.items()
            },
            "responses": {f"Error{status}": _error(status, text) for status, text in ERRORS.items()},
        },
    }


def _read(path: str, tag: str, summary: str, description: str, answer: str | None) -> dict[str, Any]:
    if answer is None:
        content: dict[str, Any] = {"text/plain": {"schema": {"type": "string"}}}
    else:
        schema = {"$ref": f"#/components/schemas/{answer}"}
        content = {"application/json": {"schema": schema, "example": ANSWERS[path]}}
    # Nobody needs a key for the others, but a request under a foreign name or from a foreign page is refused.
    statuses = ["403"] if tag == "Operation" and answer else ["401", "403"]
    if "{id}" in path:
        statuses.append("404")
    said = {"200": {"description": "As described", "content": content}, **_errors(statuses)}
    if path == "/ready":
        example = {"status": "not ready", "reason": "the server is starting"}
        unready = {"schema": {"$ref": "#/components/schemas/Health"}, "example": example}
        said["503"] = {"description": "Not now", "content": {"application/json": unready}}
    operation: dict[str, Any] = {"tags": [tag], "operationId": _name(path), "summary": summary}
    if description:
        operation["description"] = description
    if "{id}" in path:
        where = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        operation["parameters"] = [where | {"description": "The model's id; its slashes may stand as they are"}]
    return operation | {"responses": said}


def _answers(path: str, tag: str) -> dict[str, Any]:
    if path.endswith("speech"):
        return {"audio/wav": {"schema": {"type": "string", "contentMediaType": "audio/wav"}}}
    own = {"/v1/route": "Decision", "/v1/feedback": "Feedback"}.get(path)
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{own}"} if own else {"type": "object"}
    found: dict[str, Any] = {"application/json": {"schema": schema, "example": ANSWERS[path]}}
    if path.endswith("transcriptions"):
        found["application/json"]["schema"] = {}
    if tag == "Chat":
        found["text/event-stream"] = {"schema": {}}  # some tools hold it against each event, others against the text
        if path.endswith("completions"):
            found["text/event-stream"]["example"] = STREAM
    return found


def _headers() -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}


def _errors(statuses: Iterable[str]) -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/Error{status}"} for status in statuses}


def _error(status: str, text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    found: dict[str, Any] = {"description": text, "content": {"application/json": {"schema": schema}}}
    if status == "429":
        found["headers"] = {"retry-after": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
    return found


def _name(path: str) -> str:
    words = path.removeprefix("/v1/").strip("/").replace("{id}", "one").replace("/", " ").title().replace(" ", "")
    return words[0].lower() + words[1:]


DOCUMENT = orjson.dumps(document(), option=orjson.OPT_INDENT_2)
