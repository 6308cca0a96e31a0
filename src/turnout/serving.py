"""The gateway wired together from settings, as `build` does for everything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from turnout import build
from turnout.config import Settings
from turnout.errors import ConfigError
from turnout.types import Model, Prompt

if TYPE_CHECKING:
    from turnout.gateway.app import Gateway
    from turnout.gateway.options import ServeOptions
    from turnout.router import EstimateSource

__all__ = ["gateway"]

_STANDSTILL_S = 0.002  # of everybody else's requests, for one that is decided


def gateway(
    settings: Settings,
    options: ServeOptions,
    *,
    models: Sequence[str] = (),
    benchmark: str | None = None,
    router: Path | None = None,
    watcher: build.Watcher | None = None,
    log: Callable[[str], None] | None = None,
) -> Gateway:
    """The OpenAI-compatible server's application.

    Without `router` it begins with category averages, and reads prompts as soon as the shipped router is ready, which
    may take a download. `log` gets a line for each request. Raises `ConfigError` for an address that others reach while
    no client needs a key.
    """
    from turnout.gateway.access import Access, is_loopback
    from turnout.gateway.admission import Admission
    from turnout.gateway.app import Gateway
    from turnout.gateway.budget import Budgets
    from turnout.gateway.chat import ChatService
    from turnout.gateway.chooser import Chooser
    from turnout.gateway.health import Health
    from turnout.gateway.keys import KeyRing
    from turnout.gateway.lifetime import Lifetime
    from turnout.gateway.lines import Lines
    from turnout.gateway.links import Links
    from turnout.gateway.media import OWN_ENCODER, MediaService
    from turnout.gateway.metrics import Metrics
    from turnout.gateway.purse import Purse
    from turnout.gateway.record import Record
    from turnout.gateway.relay import Relay
    from turnout.gateway.service import Service
    from turnout.gateway.telemetry import Spans
    from turnout.gateway.upstream import Upstreams

    watcher = watcher or build.Watcher()
    ring = KeyRing.open(settings.config_dir / "keys.json")
    loopback = is_loopback(options.host)
    if not loopback and ring.empty and not options.allow_anonymous:
        raise ConfigError(
            f"{options.host} can be reached by others, and no key protects this server: make one with "
            "turnout keys create NAME, or let everybody in with --allow-anonymous"
        )
    known = build.catalogue(settings)
    pool = known.match(models) if models else tuple(known.models.values())
    averages = build.averages(settings, benchmark=benchmark)
    chooser = Chooser(known, pool, averages, unavailable=build.unavailable(settings, known))
    if router is not None:
        source, slow = _warm(build.fitted(router, settings, known, watcher, cached=False), chooser.available)
        chooser.use(source, slow=slow)
    spans, metrics, budgets = Spans.configured(), Metrics({*known.models, OWN_ENCODER}), Budgets()
    record = Record(build.store(settings), settings.state_dir / "journal", budgets)
    upstreams = Upstreams(settings, known, _starter(settings, watcher), _toucher(settings))
    relay = Relay(upstreams, Health(), deadline_s=settings.timeout_s, retries=settings.retries)
    links, purse = Links(allowed=options.fetch_urls), Purse(budgets)
    admission = Admission(options.concurrent, options.queue)
    metrics.gauge("in_flight", "Requests being served", lambda: admission.active)
    metrics.gauge("queued", "Requests waiting for a place", lambda: admission.queued)
    metrics.gauge("resting", "Models and providers that are not asked for now", lambda: len(relay.health.resting()))
    metrics.gauge("record_waiting", "Requests not yet in the evidence store", lambda: record.waiting)
    metrics.gauge("record_dropped", "Requests that could not be recorded", lambda: record.dropped)

    def reads_prompts() -> tuple[EstimateSource, bool] | None:
        # The shipped router was fitted on models of this machine: nobody else's estimates become finer by it.
        if router is not None or not any(m.provider == "local" for m in chooser.available):
            return None
        return _warm(build.source(settings, known, watcher, benchmark=benchmark, cached=False), chooser.available)

    lifetime = Lifetime(chooser, record, upstreams, links, spans, reads_prompts)
    plain = settings.model_copy(update={"encoder": "minilm"})
    return Gateway(
        access=Access(ring, anonymous=options.allow_anonymous, loopback=loopback, origins=options.origins),
        admission=admission,
        chat=ChatService(chooser, relay, purse, links, options.max_body),
        media=MediaService(
            chooser, relay, purse, lambda: build.encoder(plain, watcher, cached=False), options.max_body
        ),
        service=Service(chooser, record, lifetime.not_ready, options.max_body),
        chooser=chooser,
        metrics=metrics,
        observers=[metrics, record, *([spans] if spans else []), *([Lines(log)] if log else [])],
        begin=lifetime.begin,
        end=lifetime.end,
        open_metrics=options.open_metrics,
        patience_s=options.patience_s,
    )


def _warm(source: EstimateSource, models: Sequence[Model]) -> tuple[EstimateSource, bool]:
    """The source, ready to answer at once, and whether it takes longer than an event loop may stand still."""
    seconds = []
    for text in ("What is needed is loaded now.", "How long does it take?", "And a third time, to be fair?"):
        began = time.perf_counter()
        if models:
            source.estimate([Prompt(text)], models)
        seconds.append(time.perf_counter() - began)
    return source, min(seconds) > _STANDSTILL_S


def _starter(settings: Settings, watcher: build.Watcher) -> Callable[[Model], tuple[str, str]]:
    def start(model: Model) -> tuple[str, str]:
        from turnout.providers.local.servers import ensure

        server = ensure(model.id, settings, confirm=watcher.confirm, progress=watcher.progress, status=watcher.status)
        return server.base_url, server.key

    return start


def _toucher(settings: Settings) -> Callable[[Model], None]:
    def touch(model: Model) -> None:
        from turnout.providers.local.servers import touch as renew

        renew(model.id, settings)

    return touch
