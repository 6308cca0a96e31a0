"""The page at `/docs`: the OpenAPI document for people, with examples that name this very server.

No script and nothing from elsewhere: it works offline, in a text browser, and under any content policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from importlib import resources
from typing import Any

from turnout.gateway.docs_parts import block, coloured, fields, json_text, name_cell, prose, scroll, shown, table
from turnout.gateway.docs_snippets import snippets
from turnout.gateway.openapi import ERRORS, HEADERS, TAGS, document
from turnout.preference import PRESETS
from turnout.types import Preference

__all__ = ["page"]

_HOST = re.compile(r"[\w.-]{1,253}(:\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:\d{1,5})?", re.ASCII)
_CODES = {
    "400": "`no_eligible_model` (the limits exclude everybody: the message says who by what), `wrong_modality`, "
    "`rejected_by_provider`",
    "401": "`invalid_api_key`",
    "403": "`model_not_allowed`, `price_unknown`",
    "404": "`model_not_found`, `model_not_available`, `decision_not_found`, `not_found`",
    "429": "`overloaded`, `rate_limited`, `insufficient_quota`",
    "502": "`provider_unavailable`, `invalid_provider_response`, `provider_refused_key`",
    "503": "`local_model_unavailable`, `stopped`",
    "504": "`provider_timeout`",
}
_MISTAKE = {
    "error": {
        "message": "turnout.category: unknown text category 'sumarization': did you mean summarization? …",
        "type": "invalid_request_error",
        "param": "turnout.category",
        "code": None,
    }
}


def page(host: str, *, secure: bool = False, needs_key: bool = False) -> bytes:
    """The page as HTML for a server that is called by `host`: a `Host` header, which clients write as they like."""
    known = host if _HOST.fullmatch(host) else "127.0.0.1:8484"
    return _page(f"{'https' if secure else 'http'}://{known}", needs_key)


@lru_cache(16)
def _page(base: str, needs_key: bool) -> bytes:
    described = document()
    parts = [
        _head(),
        f'<div class="page">{_contents(described["paths"])}<main>',
        _beginning(base, needs_key),
        _choosing(described["components"]["schemas"]),
        _answering(),
        *(_group(tag, text, described) for tag, text in TAGS.items()),
        _failing(),
        '<footer><a href="/openapi.json">openapi.json</a> has all of this for machines.</footer></main></div>',
        "</body></html>\n",
    ]
    return "\n".join(parts).encode()


def _head() -> str:
    style = (resources.files("turnout.gateway") / "assets" / "docs.css").read_text("utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="color-scheme" content="light dark"><title>Turnout: the API of this server</title>'
        f"<style>{style}</style></head><body>"
    )


def _contents(paths: Mapping[str, Any]) -> str:
    top = _links({"Use it": "use", "Choose": "choose", "What comes back": "back"})
    found = [f'<nav aria-label="Contents"><a class="brand" href="#use">Turnout</a><ul>{top}</ul>']
    for tag in TAGS:
        inside = _links({path: _anchor(path) for path, methods in paths.items() if _has(methods, tag)})
        found.append(f'<div class="group">{tag}</div><ul class="endpoints">{inside}</ul>')
    groups = _links({tag: tag.lower() for tag in TAGS})
    found.append(f'<ul class="short">{groups}</ul><ul>{_links({"Errors": "errors"})}</ul></nav>')
    return "".join(found)


def _beginning(base: str, needs_key: bool) -> str:
    key = "one of this server, as <code>Authorization: Bearer</code>" if needs_key else "none needed: send anything"
    tabs = dict(enumerate(snippets(base, needs_key).items(), 1))
    buttons = "".join(f'<input type="radio" name="client" id="t{i}"{" checked" * (i == 1)}>' for i in tabs)
    labels = "".join(f'<label for="t{i}">{name}</label>' for i, (name, _) in tabs.items())
    blocks = "".join(
        f'<pre class="t{i}" tabindex="0"><code>{coloured(text)}</code></pre>' for i, (_, text) in tabs.items()
    )
    intro = (
        "This server speaks the APIs of OpenAI and Anthropic. Ask for the model `auto`, and each request goes to the "
        "model that fits it, on measured evidence; if that model fails, the next one answers."
    )
    return (
        f'<header id="use"><h1>The right model for each request</h1><p class="lead">{prose(intro)}</p></header>'
        f'<section class="use" aria-label="Use it"><div class="where"><div><span>base URL</span><code>{escape(base)}/v1'
        f"</code></div><div><span>key</span>{key}</div></div>{buttons}{labels}{blocks}</section>"
    )


def _choosing(schemas: Mapping[str, Any]) -> str:
    rows = {"auto": "balanced, or as the field <code>turnout</code> says"}
    rows |= {f"auto:{name}": _weights(preset) for name, preset in PRESETS.items()}
    rows["a model's id"] = 'that model, and no other: <a href="#models">GET /v1/models</a> lists them'
    models = "".join(f"<tr><th>{name_cell(name)}</th><td>{text}</td></tr>" for name, text in rows.items())
    asked = {"model": "auto", "messages": ["…"], "turnout": schemas["Turnout"]["examples"][0]}
    return (
        f'<section><h2 id="choose">Choose</h2><p>{prose("What a request says as `model`:")}</p>'
        + scroll("Models", models)
        + '<h4 id="turnout">The field <code>turnout</code></h4>'
        + _paragraphs(
            "Say what you do and what matters. Weights are relative to each other; what you leave out keeps the "
            "preset's. Limits exclude, and when they exclude everybody the error says who by what. In the Python SDKs "
            "the field goes into `extra_body`."
        )
        + f'<pre tabindex="0"><code>{coloured(json_text(asked))}</code></pre>'
        + f"<h4>Its fields</h4>{table(fields(schemas['Turnout'], schemas))}"
        + _paragraphs(
            "Clients of OpenRouter need not change anything: `models`, `provider.sort` and `provider.max_price` mean "
            "the same here.",
            "A conversation stays with its model unless another one fits so much better that it pays for the lost "
            "cache. An image never reaches a model that cannot see; thinking goes back to the model that thought it "
            "and to nobody else.",
        )
        + "</section>"
    )


def _answering() -> str:
    rows = "".join(
        f"<tr><th>{name_cell(name)}</th><td>{prose(text)} <code>{escape(example)}</code></td></tr>"
        for name, (text, example) in HEADERS.items()
    )
    before = (
        "The answer in the format of the API you called. Its `model` is the model that served, and `usage.cost` the "
        "cost in USD: what the provider billed, or its price list times the tokens. The headers say more:"
    )
    after = (
        "With `stream: true` the answer comes as server-sent events, as that API has them. When a model fails before "
        "its first event, the next one is asked; after it, the stream ends with one error event."
    )
    return (
        f'<section><h2 id="back">What comes back</h2>{_paragraphs(before)}{scroll("Headers", rows)}'
        f"{_paragraphs(after)}</section>"
    )


def _group(tag: str, text: str, described: Mapping[str, Any]) -> str:
    found = [f'<section><h2 id="{tag.lower()}">{tag}</h2>{_paragraphs(text)}']
    for path, methods in described["paths"].items():
        if _has(methods, tag):
            found += [_endpoint(path, name, what, described["components"]["schemas"]) for name, what in methods.items()]
    return "".join(found) + "</section>"


def _endpoint(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    found = [
        f'<article class="endpoint" id="{_anchor(path)}"><h3 class="call">'
        f'<span class="method {method}">{method.upper()}</span> <code>{escape(path)}</code> '
        f'<span class="what">{escape(operation["summary"])}</span></h3>'
    ]
    if "description" in operation:
        found.append(_paragraphs(operation["description"]))
    example = ""
    if "requestBody" in operation:
        ((kind, sent),) = operation["requestBody"]["content"].items()
        form = "" if kind == "application/json" else f" ({kind})"
        found.append(f"<h4>Request{form}</h4>{table(fields(sent['schema'], schemas))}")
        example = block("Example", json_text(sent["example"]) if not form else _form(sent["example"]))
    if "parameters" in operation:
        found.append(table((p["name"], "in the path", prose(p["description"]), True) for p in operation["parameters"]))
    said = operation["responses"]["200"]["content"]
    answer = "".join(
        block("Answer" if kind == "application/json" else "Answer, streamed", shown(content["example"]))
        for kind, content in said.items()
        if "example" in content
    )
    answer = answer or f"<h4>Answer</h4><p>The recording (<code>{', '.join(said)}</code>).</p>" * bool(example)
    found.append(f'<div class="pair"><div>{example}</div><div>{answer}</div></div>' if example else answer)
    own = said.get("application/json", {}).get("schema", {})
    if "$ref" in own:
        found.append(f"<details><summary>Fields of the answer</summary>{table(fields(own, schemas))}</details>")
    return "".join(found) + "</article>"


def _failing() -> str:
    rows = "".join(
        f'<tr><th>{status}</th><td>{prose(text)} <span class="allowed">{prose(_CODES.get(status, ""))}</span></td></tr>'
        for status, text in ERRORS.items()
    )
    before = (
        "One form, that of the API you called, with a message that says what to change and `param`, the field at fault."
    )
    after = (
        "Failures of providers are met here first: with repetitions, then with the next model. What reaches you is "
        "what was left when time or models ran out. A 429 with `x-should-retry: false` will not pass by waiting."
    )
    return (
        f'<section><h2 id="errors">Errors</h2>{_paragraphs(before)}'
        f'<pre tabindex="0"><code>{coloured(json_text(_MISTAKE))}</code></pre>'
        f"<h4>Statuses, and the words in <code>code</code></h4>{scroll('Errors', rows)}{_paragraphs(after)}</section>"
    )


def _form(example: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={'@speech.wav' if value == '(binary)' else value}" for name, value in example.items())


def _has(methods: Mapping[str, Any], tag: str) -> bool:
    return any(tag in operation["tags"] for operation in methods.values())


def _links(anchors: Mapping[str, str]) -> str:
    return "".join(f'<li><a href="#{anchor}">{escape(name)}</a></li>' for name, anchor in anchors.items())


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{prose(text)}</p>" for text in texts)


def _weights(preset: Preference) -> str:
    weights = (("price", preset.price), ("latency", preset.latency), ("accuracy", preset.accuracy))
    total = sum(value for _, value in weights)
    return ", ".join(f"{name} {value / total:.0%}" for name, value in weights if value)


def _anchor(path: str) -> str:
    return path.removeprefix("/v1").strip("/").replace("/", "-").replace("{id}", "one")
