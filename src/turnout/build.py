"""The only place where parts are wired together from settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from turnout.catalog import Catalogue, Endpoint, snapshot
from turnout.config import Settings
from turnout.errors import InputFileError, UnknownModel, WeightsError
from turnout.types import Model

if TYPE_CHECKING:
    from turnout.encoders.protocol import Encoder
    from turnout.evidence.averages import Averages
    from turnout.evidence.shipped import Aggregate
    from turnout.evidence.store import EvidenceStore
    from turnout.fitted import FittedRouter
    from turnout.providers.protocol import ChatModel
    from turnout.router import EstimateSource
    from turnout.weights import Weights

__all__ = [
    "Watcher",
    "averages",
    "catalogue",
    "chat_model",
    "encoder",
    "fallback_chain",
    "fitted",
    "source",
    "store",
    "unavailable",
]


@dataclass(frozen=True, slots=True)
class Watcher:
    """How slow or paid-for steps are shown to, and asked of, whoever is waiting."""

    confirm: Callable[[Weights], bool] | None = None  # before weights are fetched; None = nobody to ask
    progress: Callable[[int, int], None] | None = None  # bytes done, bytes in all
    distilling: Callable[[int, int], None] | None = None  # texts done, texts in all
    status: Callable[[str], None] = field(default=lambda text: None)
    fell_back: Callable[[str, Exception], None] = field(default=lambda model, error: None)


def catalogue(settings: Settings) -> Catalogue:
    """Shipped entries, OpenRouter (snapshot or synced), models of this machine, the user's own: later ones win."""
    from turnout import catalog_file
    from turnout.providers.local import catalogue as local

    layers = catalog_file.shipped() | snapshot(settings.cache_dir / "openrouter-models.json")
    layers |= Catalogue({m.id: m for m in local.models(settings)})
    if settings.user_catalogue.exists():
        layers |= catalog_file.read_file(settings.user_catalogue)
    return layers | Catalogue({}, {"openrouter": Endpoint("openrouter", settings.openrouter_base_url)})


def unavailable(settings: Settings, known: Catalogue) -> Callable[[Model], str | None]:
    """Why a model cannot be asked from here, or None when it can."""
    from turnout.providers.local import catalogue as local

    def reason(model: Model) -> str | None:
        if model.provider == "local":
            return local.installed(model.id)
        if model.provider == "openrouter":
            return None if settings.openrouter_api_key else "needs OPENROUTER_API_KEY"
        endpoint = known.endpoints.get(model.provider)
        if endpoint is None:
            return "no provider serves it"
        missing = endpoint.missing_key()
        return f"needs {missing}" if missing else None

    return reason


def chat_model(
    model: Model,
    settings: Settings,
    known: Catalogue,
    watcher: Watcher | None = None,
    *,
    meter: Callable[[ChatModel], ChatModel] | None = None,
) -> ChatModel:
    """The model ready to be asked: its endpoint or a server on this machine, with retries inside the deadline.

    `meter` is put around every attempt at an endpoint. It may make a call wait, so each attempt has the deadline then.
    """
    import os

    from pydantic import SecretStr

    from turnout.providers import DeadlineModel, OpenAICompatibleModel, RetryingModel
    from turnout.providers.local import LocalChatModel

    watcher = watcher or Watcher()
    if model.provider == "local":
        return LocalChatModel(
            model, settings, confirm=watcher.confirm, progress=watcher.progress, status=watcher.status
        )
    endpoint = known.endpoints.get(model.provider)
    if endpoint is None:
        raise InputFileError(f"{model.id}: no provider serves it; add one with: turnout models add FILE")
    if model.provider == "openrouter":
        key = settings.openrouter_api_key
    else:
        name = endpoint.api_key_env
        key = SecretStr(os.environ[name]) if name and os.environ.get(name) else None
    served = OpenAICompatibleModel(model, endpoint.base_url, key, timeout_s=settings.timeout_s)
    if meter is not None:
        return RetryingModel(meter(DeadlineModel(served, settings.timeout_s)), attempts=settings.retries + 1)
    return DeadlineModel(RetryingModel(served, attempts=settings.retries + 1), settings.timeout_s)


def fallback_chain(
    models: Sequence[Model], settings: Settings, known: Catalogue, watcher: Watcher | None = None
) -> ChatModel:
    """The first model, and the next ones in order should it fail before it has said anything."""
    from turnout.providers import FallbackModel

    watcher = watcher or Watcher()
    chain = [chat_model(model, settings, known, watcher) for model in models]
    return chain[0] if len(chain) == 1 else FallbackModel(chain, on_fallback=watcher.fell_back)


def store(settings: Settings) -> EvidenceStore:
    """The evidence store, created on first use."""
    from turnout.evidence.store import EvidenceStore

    return EvidenceStore(settings.store_url)


def averages(settings: Settings, *, benchmark: str | None = None) -> Averages:
    """Shipped aggregates, and the latency of one's own calls where there are enough.

    Raises `UnknownModel` for a benchmark that nothing is known from.
    """
    from turnout.evidence.averages import Averages
    from turnout.evidence.shipped import load_shipped

    measured = Averages([*load_shipped(), *_live(settings)], benchmark=benchmark)
    if benchmark is not None and benchmark not in (known := measured.benchmarks()):
        raise UnknownModel(f"no evidence from a benchmark called {benchmark!r}; there is {', '.join(sorted(known))}")
    return measured


def source(
    settings: Settings,
    known: Catalogue,
    watcher: Watcher | None = None,
    *,
    benchmark: str | None = None,
    cached: bool = True,
) -> EstimateSource:
    """What Turnout knows from the start: the averages, refined by the router that comes with the package.

    That router reads the prompt with MiniLM (`cached` as in `encoder`). Where its weights may not be fetched the
    averages stand alone, and `watcher.status` says so.
    """
    from turnout.evidence.shipped import ROUTER_BENCHMARK, router_file
    from turnout.fitted import Refined

    watcher = watcher or Watcher()
    measured = averages(settings, benchmark=benchmark)
    path = router_file()
    if path is None:
        return measured

    def opened() -> FittedRouter | None:
        try:
            return fitted(path, settings, known, watcher, cached=cached)
        except WeightsError as error:
            watcher.status(f"choosing by category averages, without reading the prompt: {error}")
            return None

    return Refined(measured, opened, ROUTER_BENCHMARK)


def _live(settings: Settings) -> Iterable[Aggregate]:
    from turnout.evidence.averages import LIVE
    from turnout.evidence.shipped import Aggregate

    if settings.evidence_url is None and not (settings.state_dir / "evidence.sqlite").exists():
        return []
    with store(settings) as opened:
        return [
            Aggregate(
                model=row.model_id, modality=row.modality, category=row.category, benchmark=LIVE, metric="",
                n=row.n - row.n_errors, quality=None, quality_low=None, quality_high=None, cost_usd=row.cost_usd,
                input_tokens=None, output_tokens=None, latency_p50_s=row.latency_p50_s,
                latency_p95_s=row.latency_p95_s, ttft_p50_s=row.ttft_p50_s, source="own traffic", date="",
            )
            for row in opened.summary()
        ]  # fmt: skip


def encoder(
    settings: Settings,
    watcher: Watcher | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    cached: bool = True,
) -> Encoder:
    """The encoder that is set, MiniLM's weights fetched on first use.

    MiniLM's vectors are kept, so that nothing is encoded twice, unless `cached` is off: a server must not write every
    client's prompt to the disk, not even as a vector. `on_progress` counts texts. The static encoder is distilled once
    (`watcher.distilling`) and then faster than any cache.
    """
    from turnout import weights
    from turnout.encoders import CachedEncoder, Int8MiniLM, MiniLM, StaticEncoder, Surface

    watcher = watcher or Watcher()
    folder = weights.fetch("minilm", settings, confirm=watcher.confirm, progress=watcher.progress)
    kind, _, beside = settings.encoder.partition("+")
    made: Encoder
    if kind == "static":
        made = StaticEncoder(folder, settings.cache_dir / "static", on_progress=watcher.distilling)
    else:
        made = Int8MiniLM(folder) if kind == "minilm-int8" else MiniLM(folder)
        if cached:
            made = CachedEncoder(made, settings.cache_dir / "vectors", on_progress=on_progress)
    return Surface(made) if beside else made


def fitted(
    path: Path, settings: Settings, known: Catalogue, watcher: Watcher | None = None, *, cached: bool = True
) -> FittedRouter:
    """A fitted router file, bound to the catalogue; `cached` as in `encoder`."""
    from turnout.fitted import FittedRouter

    if not path.exists():
        raise InputFileError(f"no such router file: {path}; make one with: turnout fit DATA -o {path}")

    def encoder_named(name: str) -> Encoder:
        sentence, _, beside = name.partition("+")
        kind = "static" if sentence.startswith("static") else "minilm-int8" if sentence.endswith("-int8") else "minilm"
        chosen = f"{kind}+surface" if beside else kind
        return encoder(settings.model_copy(update={"encoder": chosen}), watcher, cached=cached)

    router = FittedRouter.load(path, encoder_named)
    return router.bind(tuple(known.models), averages(settings))
