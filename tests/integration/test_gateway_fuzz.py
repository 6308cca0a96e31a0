"""Any input gets an answer or a refusal: schemathesis over the OpenAPI document, and JSON of every kind."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import strategies as st
from pydantic import SecretStr
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway import catalogue, served
from servers import upstream
from turnout.config import Settings

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
POSTS = ["chat/completions", "messages", "responses", "embeddings", "audio/speech", "images/generations", "route",
         "feedback"]  # fmt: skip


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, minilm_folder: Path) -> Iterator[str]:
    """A gateway and its upstream on a loop of their own, in a thread: the fuzzers are not asynchronous."""
    folder = tmp_path_factory.mktemp("fuzz")
    own = {"config_dir": folder / "config", "state_dir": folder / "state", "cache_dir": minilm_folder.parents[1]}
    key = SecretStr("sk-or-1234567890")
    up, over = threading.Event(), asyncio.Event()
    found: list[Any] = []

    async def run() -> None:
        async with AsyncExitStack() as stack:
            real = await stack.enter_async_context(upstream())
            settings = Settings(
                **own, retries=0, download="never", openrouter_api_key=key, openrouter_base_url=real.url()
            )
            catalogue(settings, {"good": real.url()}, good={"inputs": ["text", "image", "audio"]})
            gateway = await stack.enter_async_context(
                served(settings, models=["*/m", "openai/gpt-4", "openai/gpt-3.5-turbo"])
            )
            found.extend((gateway.url, asyncio.get_running_loop()))
            up.set()
            await over.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert up.wait(30)
    yield found[0]
    found[1].call_soon_threadsafe(over.set)
    thread.join(30)


def by_schema(url: str, examples: int) -> None:
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) >= 13
    for operation in operations:

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(max_examples=examples, suppress_health_check=list(hypothesis.HealthCheck), database=None)
        def check(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        check()


def test_schemathesis_finds_nothing(url):
    by_schema(url, 10)


@pytest.mark.slow
def test_schemathesis_finds_nothing_in_long(url):
    by_schema(url, 100)


ASKED = {"model": "good/m", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}], "input": "x"}
TEXTS = st.text(max_size=20) | st.sampled_from(["auto", "auto:best", "good/m", "text", "image_url", "user", "\ud800"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)
NAMES = [
    "model", "messages", "input", "prompt", "stream", "tools", "tool_choice", "max_tokens", "n", "stop", "turnout",
    "models", "provider", "stream_options", "response_format", "system", "thinking", "instructions", "metadata",
    "reasoning", "encoding_format", "dimensions", "voice", "decision_id", "vote", "score", "user", "text",
]  # fmt: skip
PART = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "image_url", "input_audio", "video_url", "tool_result", "thinking"]) | JSON},
    optional={name: JSON for name in ("text", "image_url", "input_audio", "content", "tool_use_id", "thinking")},
)
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system", "tool"]) | JSON},
    optional={
        "content": TEXTS | st.lists(PART, max_size=3) | JSON,
        "tool_calls": JSON,
        "reasoning": JSON,
        "name": JSON,
    },
)
TURNOUT = st.fixed_dictionaries(
    {},
    optional={
        name: JSON
        for name in ("category", "modality", "prefer", "price", "latency", "accuracy", "max_usd", "max_seconds",
                     "min_quality", "models")
    },
)  # fmt: skip
PROVIDER = st.fixed_dictionaries(
    {}, optional={"sort": JSON, "max_price": JSON | st.fixed_dictionaries({"prompt": JSON, "completion": JSON})}
)
NEARLY_RIGHT = st.fixed_dictionaries(
    {"model": st.sampled_from(["auto", "auto:best", "good/m", "local/all-minilm-l6-v2"]) | JSON},
    optional={
        **{name: JSON for name in NAMES if name != "model"},
        "messages": st.lists(MESSAGE, min_size=1, max_size=3) | JSON,
        "max_tokens": st.integers(1, 100) | JSON,
        "input": TEXTS | st.lists(MESSAGE, max_size=2) | JSON,
        "prompt": TEXTS | JSON,
        "turnout": TURNOUT | JSON,
        "provider": PROVIDER | JSON,
        "decision_id": TEXTS | JSON,
        "score": st.floats(0, 1) | JSON,
    },
)
DEEP = st.builds(
    lambda name, depth: {**ASKED, name: json.loads("[" * depth + "1" + "]" * depth)},
    st.sampled_from(NAMES),
    st.sampled_from([90, 101, 253, 254, 255, 400]),
)


def refuses_at_most(url: str, path: str, data: bytes, kind: str = "application/json") -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(url + path, data=data, headers={"Content-Type": kind}, timeout=30)
    assert answer.status_code < 500, (answer.text, data)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", POSTS)
@hypothesis.given(body=NEARLY_RIGHT | DEEP | JSON)
@hypothesis.settings(max_examples=40, database=None)
def test_json_of_every_kind_is_answered_or_refused(url, path, body):
    refuses_at_most(url, f"/v1/{path}", json.dumps(body).encode())


@pytest.mark.slow
@pytest.mark.parametrize("path", POSTS)
@hypothesis.given(body=NEARLY_RIGHT | DEEP | JSON)
@hypothesis.settings(max_examples=400, database=None)
def test_json_of_every_kind_is_answered_or_refused_in_long(url, path, body):
    refuses_at_most(url, f"/v1/{path}", json.dumps(body).encode())


@hypothesis.given(data=st.binary(max_size=200), path=st.sampled_from(POSTS))
@hypothesis.settings(max_examples=60, database=None)
def test_bytes_are_refused(url, data, path):
    refuses_at_most(url, f"/v1/{path}", data)


@hypothesis.given(
    data=st.binary(max_size=300), more=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)
)
@hypothesis.settings(max_examples=40, database=None)
def test_forms_are_answered_or_refused(url, data, more):
    form = requests.Request("POST", url, data=more, files={"file": ("a.wav", io.BytesIO(data))}).prepare()
    kind = form.headers["Content-Type"]
    refuses_at_most(url, "/v1/audio/transcriptions", form.body, kind)
    refuses_at_most(url, "/v1/audio/transcriptions", data, kind)
    refuses_at_most(url, "/v1/audio/transcriptions", form.body[: len(data)], kind)


@pytest.mark.parametrize("depth", [100, 254, 255, 500, 1024, 100_000])
@pytest.mark.parametrize("name", ["metadata", "messages", "tools", "turnout", "input"])
def test_depth_is_refused(url, depth, name):
    for start, end in (("[", "]"), ('{"a":', "}")):
        body = f'{json.dumps(ASKED)[:-1]}, "{name}": {start * depth}1{end * depth}}}'.encode()
        for path in ("chat/completions", "messages", "responses", "embeddings", "route"):
            refuses_at_most(url, f"/v1/{path}", body)
