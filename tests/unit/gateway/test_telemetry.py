from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from turnout.errors import ConfigError, MissingExtra
from turnout.gateway.exchange import Attempt, Exchange
from turnout.gateway.telemetry import Spans

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass
class Collector:
    url: str = ""
    spans: list[Span] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)


def plain(attributes: Any) -> dict[str, Any]:
    found = {}
    for a in attributes:
        kind = a.value.WhichOneof("value")
        value = getattr(a.value, kind)
        found[a.key] = [v.string_value for v in value.values] if kind == "array_value" else value
    return found


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    """An OTLP/HTTP collector on loopback."""
    state = Collector()

    async def traces(request: web.Request) -> web.Response:
        assert request.content_type == "application/x-protobuf"
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for resource in sent.resource_spans:
            state.resources.append(plain(resource.resource.attributes))
            state.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return web.Response(body=b"", content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/v1/traces", traces)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield state
    await runner.cleanup()


@pytest.fixture(autouse=True)
def no_outer_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("OTEL_"):
            monkeypatch.delenv(name)


def exchange(**fields: Any) -> Exchange:
    return Exchange("dec-1", datetime.now(UTC), time.perf_counter(), "chat", **fields)


async def test_a_request_becomes_a_span_of_its_clients_trace(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    spans = Spans.configured()
    assert spans is not None
    good = exchange(
        asked="auto:best", model_id="openai/gpt-4o", provider="openrouter", status=200, input_tokens=12,
        output_tokens=7, usd=0.0005, estimated_usd=0.001, finish_reason="stop", key_id="key-aaaaaa", stream=True,
        attempts=[Attempt("a/one", "RateLimited", "slow down", 0.1)], traceparent=PARENT, prompt_id="p" * 64,
        category="code", reason="fits best", latency_s=0.5,
    )  # fmt: skip
    await asyncio.sleep(0.02)
    spans.observe(good)
    await spans.aclose()
    (span,) = collector.spans
    assert span.name == "chat auto:best"
    assert span.trace_id.hex() == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert span.parent_span_id.hex() == "00f067aa0ba902b7"
    assert span.kind == Span.SPAN_KIND_CLIENT
    assert abs(span.start_time_unix_nano - good.at.timestamp() * 1e9) < 1e6
    assert 0.02e9 <= span.end_time_unix_nano - span.start_time_unix_nano < 5e9
    assert span.status.code == 0
    assert plain(span.attributes) == {
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "auto:best", "gen_ai.response.model": "openai/gpt-4o",
        "gen_ai.provider.name": "openrouter", "gen_ai.usage.input_tokens": 12, "gen_ai.usage.output_tokens": 7,
        "gen_ai.response.finish_reasons": ["stop"], "http.response.status_code": 200, "turnout.decision_id": "dec-1",
        "turnout.endpoint": "chat", "turnout.key_id": "key-aaaaaa", "turnout.modality": "text",
        "turnout.category": "code", "turnout.reason": "fits best", "turnout.stream": True,
        "turnout.estimated_usd": 0.001, "turnout.usd": 0.0005, "turnout.latency_s": 0.5, "turnout.fallbacks": 1,
        "turnout.failed_attempts": ["a/one RateLimited"],
    }  # fmt: skip
    assert collector.resources[0]["service.name"] == "turnout"


async def test_failures_have_a_type_and_odd_parents_begin_a_trace(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{collector.url}/v1/traces")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "mine")
    spans = Spans.configured()
    assert spans is not None
    down = [Attempt("a/one", "ProviderTimeout", "late", 9.0)]
    spans.observe(exchange(status=502, error="late", attempts=down, traceparent="nonsense \ud800"))
    spans.observe(exchange(status=499, error="the client left", model_id="a/one"))
    spans.observe(exchange(status=200, error="cut", model_id="a/\ud800", asked="\ud800", output_tokens=10**30))
    spans.observe(Exchange("dec-2", datetime.now(UTC), 0.0, "speech", asked="tts", status=200, model_id="tts"))
    await spans.aclose()
    found = [(span.status.code, plain(span.attributes).get("error.type")) for span in collector.spans]
    assert found == [(2, "ProviderTimeout"), (2, "499"), (2, "_OTHER"), (0, None)]
    assert all(span.parent_span_id == b"" for span in collector.spans)
    assert collector.spans[-1].name == "generate_content tts"
    assert collector.resources[0]["service.name"] == "mine"


def test_only_what_the_environment_asks_for() -> None:
    at = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
    assert Spans.configured({}) is None
    assert Spans.configured({"OTEL_SERVICE_NAME": "x", "OTEL_EXPORTER_OTLP_ENDPOINT": ""}) is None
    assert Spans.configured({**at, "OTEL_TRACES_EXPORTER": "none"}) is None
    assert Spans.configured({**at, "OTEL_SDK_DISABLED": "true"}) is None
    with pytest.raises(ConfigError, match="OTEL_TRACES_EXPORTER"):
        Spans.configured({"OTEL_TRACES_EXPORTER": "zipkin"})
    with pytest.raises(ConfigError, match="http/protobuf"):
        Spans.configured({**at, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})


def test_without_the_sdk_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    # What Python itself does for a module that is not there.
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(MissingExtra, match=r"turnout\[otel\]"):
        Spans.configured({"OTEL_TRACES_EXPORTER": "otlp"})


def test_nothing_of_it_is_loaded_unless_it_is_asked_for() -> None:
    code = (
        "import sys; from turnout.gateway.telemetry import Spans; assert Spans.configured({}) is None;"
        "print([m for m in sys.modules if m.startswith('opentelemetry')])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
