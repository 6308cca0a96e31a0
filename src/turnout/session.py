"""One sitting: settings, catalogue and evidence in hand, decide and ask. The Python API that the command line uses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from turnout import build
from turnout.catalog import Catalogue
from turnout.config import Settings, load_settings
from turnout.errors import InvalidResponse, ProviderError
from turnout.providers.protocol import ChatRequest, ChatResponse, Message
from turnout.router import EstimateSource, Router
from turnout.types import Candidate, Decision, Model, Outcome, Preference, Prompt

__all__ = ["Alternative", "Answer", "Session"]

_TRIED = 3  # models asked in turn, the chosen one included, before giving up


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another model would have cost for the same tokens."""

    role: str  # "runner-up", "dearest eligible"
    model_id: str
    estimated_usd: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, from whom (fallback may have changed that), and what else it could have cost."""

    decision: Decision
    response: ChatResponse
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """The pool of models, the evidence about them, and the settings in force. Make one with `Session.open`."""

    settings: Settings
    catalogue: Catalogue
    pool: tuple[Model, ...]
    source: EstimateSource
    watcher: build.Watcher

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        models: Sequence[str] = (),
        benchmark: str | None = None,
        router: Path | None = None,
        watcher: build.Watcher | None = None,
    ) -> Session:
        """Read catalogue and evidence. `models` are patterns such as ``openai/*``; none means the whole catalogue."""
        settings = settings or load_settings()
        watcher = watcher or build.Watcher()
        catalogue = build.catalogue(settings)
        pool = catalogue.match(models) if models else tuple(catalogue.models.values())
        if router is not None:
            return cls(settings, catalogue, pool, build.fitted(router, settings, catalogue, watcher), watcher)
        return cls(settings, catalogue, pool, build.source(settings, catalogue, watcher, benchmark=benchmark), watcher)

    def unavailable(self, model_id: str) -> str | None:
        """Why a model cannot be asked from here, or None when it can."""
        return build.unavailable(self.settings, self.catalogue)(self.catalogue.models[model_id])

    def decide(
        self, prompt: Prompt, preference: Preference, *, only_available: bool = True, with_neighbours: bool = False
    ) -> Decision:
        """The decision for one prompt; raises `NoEligibleModel` when the limits leave nobody."""
        if only_available:
            check = build.unavailable(self.settings, self.catalogue)
            router = Router(self.pool, self.source, unavailable=check)
        else:
            router = Router(self.pool, self.source)
        return router.decide([prompt], preference, with_neighbours=with_neighbours)[0]

    async def ask(
        self,
        decision: Decision,
        prompt: Prompt,
        request: ChatRequest | None = None,
        *,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Ask the chosen model, or the next when it fails before its first word; the outcome is recorded either way.

        `on_text` gets the answer piece by piece as it comes.
        """
        request = request or ChatRequest((Message("user", prompt.text, prompt.media),))
        names = [candidate.model_id for candidate in decision.candidates[:_TRIED]]
        chain = [self.catalogue.models[name] for name in names]
        model = build.fallback_chain(chain, self.settings, self.catalogue, self.watcher)
        try:
            if on_text is None:
                response = await model.complete(request)
            else:
                ended = None
                async with aclosing(model.stream(request)) as chunks:
                    async for chunk in chunks:
                        if chunk.text:
                            on_text(chunk.text)
                        ended = chunk.response or ended
                if ended is None:
                    raise InvalidResponse(f"{names[0]} stopped without ending its answer")
                response = ended
        except ProviderError as error:  # a trial that failed; weights that were refused are no trial
            self._record(prompt, names[0], None, str(error))
            raise
        finally:
            await model.aclose()
        self._record(prompt, response.model_id, response, None)
        return Answer(decision, response, self._alternatives(decision, response))

    def _record(self, prompt: Prompt, model_id: str, response: ChatResponse | None, error: str | None) -> None:
        # Unscored: nobody has said yet whether the answer was good.
        content = prompt.text.encode() + b"".join(media.data for media in prompt.media)
        outcome = Outcome(
            prompt_id=hashlib.sha256(content).hexdigest(),
            model_id=model_id,
            quality=None,
            source="unscored",
            cost_usd=response.usage.cost_usd if response else None,
            latency_s=response.latency_s if response else None,
            ttft_s=response.ttft_s if response else None,
            input_tokens=response.usage.input_tokens if response else None,
            output_tokens=response.usage.output_tokens if response else None,
            modality=prompt.modality,
            category=prompt.category or "",
            error=error,
            at=datetime.now(UTC),
        )
        with build.store(self.settings) as store:
            store.add([outcome])

    def _alternatives(self, decision: Decision, response: ChatResponse) -> tuple[Alternative, ...]:
        others = [c for c in decision.candidates if c.model_id != response.model_id]
        if not others:
            return ()
        dearest = max(others, key=lambda c: c.cost_usd or 0.0)
        named = [Alternative("runner-up", others[0].model_id, self._cost_of(others[0], response))]
        if dearest is not others[0]:
            named.append(Alternative("dearest eligible", dearest.model_id, self._cost_of(dearest, response)))
        return tuple(named)

    def _cost_of(self, candidate: Candidate, response: ChatResponse) -> float | None:
        price = self.catalogue.models[candidate.model_id].price
        usage = response.usage
        usd = price.cost_usd(usage.input_tokens or 0, usage.output_tokens or 0, candidate.latency_s)
        return candidate.cost_usd if usd is None else usd
