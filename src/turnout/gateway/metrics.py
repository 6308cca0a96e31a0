"""What Prometheus reads. Labels come from the catalogue and from this code, never from a client's words."""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import partial

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from turnout.gateway.exchange import Exchange

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = CONTENT_TYPE_LATEST.encode()
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_OWN_SECONDS = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.25, 1)


class Metrics:
    """An observer. `known` are the models that get a label of their own; `gauge` adds a figure that is read when
    Prometheus asks."""

    def __init__(self, known: Container[str]) -> None:
        self._known = known
        self._registry = CollectorRegistry()
        counter = partial(Counter, namespace="turnout", registry=self._registry)
        histogram = partial(Histogram, namespace="turnout", registry=self._registry)
        self._requests = counter("requests", "Requests, by HTTP status", ["endpoint", "model", "status"])
        self._seconds = histogram(
            "provider_seconds", "From a provider's request to its last byte", ["model"], buckets=_SECONDS
        )
        self._first = histogram("first_byte_seconds", "To a stream's first byte", ["model"], buckets=_SECONDS)
        self._own = histogram(
            "overhead_seconds", "Spent by the gateway before an answer's first byte", buckets=_OWN_SECONDS
        )
        self._tokens = counter("tokens", "Tokens, as providers count them", ["model", "direction"])
        self._usd = counter("usd", "What answers cost", ["model"])
        self._failures = counter("failed_attempts", "Calls to providers that failed", ["model", "kind"])
        self._fallbacks = counter("fallbacks", "Answers that another model than the chosen one gave")
        # A look-up by label values costs more than the count itself.
        self._children: dict[tuple[str, str, int], Counter] = {}
        self._of_model: dict[str, tuple[Histogram, Histogram, Counter, Counter, Counter]] = {}

    def gauge(self, name: str, description: str, read: Callable[[], float]) -> None:
        """A figure of the moment."""
        Gauge(name, description, namespace="turnout", registry=self._registry).set_function(read)

    def observe(self, exchange: Exchange) -> None:
        """Count it."""
        model = self._label(exchange.model_id)
        labels = (exchange.endpoint, model, exchange.status)
        counter = self._children.get(labels)
        if counter is None:
            counter = self._children[labels] = self._requests.labels(*labels)
        counter.inc()
        if exchange.overhead_s is not None:
            self._own.observe(exchange.overhead_s)
        for attempt in exchange.attempts:
            self._failures.labels(self._label(attempt.model_id), attempt.kind).inc()
        if not model:
            return
        if exchange.fallbacks:
            self._fallbacks.inc()
        seconds, first, taken, made, usd = self._model(model)
        if exchange.latency_s is not None:
            seconds.observe(exchange.latency_s)
        if exchange.ttft_s is not None:
            first.observe(exchange.ttft_s)
        if exchange.input_tokens:
            taken.inc(exchange.input_tokens)
        if exchange.output_tokens:
            made.inc(exchange.output_tokens)
        if exchange.usd:
            usd.inc(exchange.usd)

    def render(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def _label(self, model_id: str | None) -> str:
        if model_id is None or model_id in self._known:
            return model_id or ""
        return "other"  # named by a client: there is no end to such names

    def _model(self, model: str) -> tuple[Histogram, Histogram, Counter, Counter, Counter]:
        found = self._of_model.get(model)
        if found is None:
            found = self._of_model[model] = (
                self._seconds.labels(model),
                self._first.labels(model),
                self._tokens.labels(model, "input"),
                self._tokens.labels(model, "output"),
                self._usd.labels(model),
            )
        return found
