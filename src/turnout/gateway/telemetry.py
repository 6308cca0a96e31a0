"""OpenTelemetry spans of the gateway's requests, in the words of the GenAI semantic conventions. No prompt, no answer.

https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from turnout.errors import ConfigError, MissingExtra
from turnout.evidence.schema import fit_count, fit_text
from turnout.gateway.exchange import Exchange

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

__all__ = ["Spans"]

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_OPERATIONS = {"chat": "chat", "messages": "chat", "responses": "chat", "embeddings": "embeddings"}
_FLUSH_MS = 5_000


class Spans:
    """An `Observer` that makes a span of each request, from its arrival until its last byte has left.

    The span's parent is the client's, when it sent a `traceparent`. Spans are sent in batches from a thread of the SDK,
    which also reads its own settings (``OTEL_SERVICE_NAME``, ``OTEL_TRACES_SAMPLER``, headers, …) from the environment.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        try:
            from opentelemetry.sdk.resources import SERVICE_NAME, Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.trace import SpanKind, Status, StatusCode
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
        except ImportError:
            raise MissingExtra("OpenTelemetry traces", "otel") from None
        named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        # Ours, not the process's: a program that has this gateway inside it may trace in its own way.
        self._provider = TracerProvider(
            resource=Resource.create({} if named else {SERVICE_NAME: "turnout"}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("turnout.gateway")
        self._parent = TraceContextTextMapPropagator()
        self._kind = SpanKind.CLIENT
        self._failed = Status(StatusCode.ERROR)

    @classmethod
    def configured(cls, environ: Mapping[str, str] = os.environ) -> Spans | None:
        """Spans to where the standard variables say; None when they say nothing, or that there shall be none.

        Raises `MissingExtra` when they say something and the SDK is not installed, `ConfigError` for what is not
        supported (only OTLP over HTTP is).
        """
        exporter = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()
        wanted = exporter or any(environ.get(name, "").strip() for name in _ENDPOINTS)
        if not wanted or exporter == "none" or environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
            return None
        if exporter not in ("", "otlp"):
            raise ConfigError("OTEL_TRACES_EXPORTER can be otlp or none here")
        protocol = next((environ[name].strip() for name in _PROTOCOLS if environ.get(name, "").strip()), "")
        if protocol not in ("", "http/protobuf"):
            raise ConfigError("spans are sent as http/protobuf only: set OTEL_EXPORTER_OTLP_PROTOCOL to that")
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        except ImportError:
            raise MissingExtra("OpenTelemetry traces", "otel") from None
        return cls(OTLPSpanExporter())

    def observe(self, exchange: Exchange) -> None:
        """Make the span."""
        operation = _OPERATIONS.get(exchange.endpoint, "generate_content")
        parent = self._parent.extract({"traceparent": exchange.traceparent}) if exchange.traceparent else None
        span = self._tracer.start_span(
            fit_text(f"{operation} {exchange.asked}".rstrip()),
            context=parent,
            kind=self._kind,
            start_time=int(exchange.at.timestamp() * 1e9),
            attributes=_attributes(operation, exchange),
        )
        if _error_type(exchange) is not None:
            span.set_status(self._failed)
        span.end(time.time_ns())

    async def aclose(self) -> None:
        """Send what there is, for a few seconds at most."""

        def close() -> None:
            self._provider.force_flush(_FLUSH_MS)
            self._provider.shutdown()

        await asyncio.to_thread(close)


def _error_type(exchange: Exchange) -> str | None:
    if exchange.error is None and exchange.status < 400:
        return None
    if exchange.model_id is None and exchange.attempts:
        return exchange.attempts[-1].kind
    return str(exchange.status) if exchange.status >= 400 else "_OTHER"


def _attributes(operation: str, exchange: Exchange) -> dict[str, str | bool | int | float | list[str]]:
    found: dict[str, str | bool | int | float | list[str] | None] = {
        "gen_ai.operation.name": operation,
        "gen_ai.request.model": exchange.asked,
        "gen_ai.response.model": exchange.model_id,
        "gen_ai.provider.name": exchange.provider,
        "gen_ai.usage.input_tokens": fit_count(exchange.input_tokens),
        "gen_ai.usage.output_tokens": fit_count(exchange.output_tokens),
        "gen_ai.response.finish_reasons": [fit_text(exchange.finish_reason)] if exchange.finish_reason else None,
        "error.type": _error_type(exchange),
        "http.response.status_code": exchange.status,
        "turnout.decision_id": exchange.id,
        "turnout.endpoint": exchange.endpoint,
        "turnout.key_id": exchange.key_id,
        "turnout.modality": exchange.modality,
        "turnout.category": exchange.category or None,
        "turnout.reason": exchange.reason or None,
        "turnout.stream": exchange.stream,
        "turnout.estimated_usd": exchange.estimated_usd,
        "turnout.usd": exchange.usd,
        "turnout.latency_s": exchange.latency_s,
        "turnout.ttft_s": exchange.ttft_s,
        "turnout.overhead_s": exchange.overhead_s,
        "turnout.fallbacks": exchange.fallbacks,
        "turnout.failed_attempts": [fit_text(f"{attempt.model_id} {attempt.kind}") for attempt in exchange.attempts]
        or None,
    }
    # One text or number that the protocol cannot carry would cost the whole batch.
    clean = {name: fit_text(value) if isinstance(value, str) else value for name, value in found.items()}
    return {name: value for name, value in clean.items() if value is not None}
