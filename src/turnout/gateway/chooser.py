"""From an ask to the models to be asked in turn: the client's own choice checked, or the router's."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Literal

from turnout.catalog import Catalogue
from turnout.errors import BudgetReached, NoEligibleModel, UnknownModel
from turnout.explain import dollars, two_digits
from turnout.gateway.ask import Ask
from turnout.gateway.conversations import Conversations, with_incumbent
from turnout.gateway.decider import Decider
from turnout.gateway.refusal import Refusal
from turnout.gateway.relay import Choice
from turnout.preference import prefer
from turnout.router import EstimateSource, Router
from turnout.types import Candidate, Decision, Model, Preference, Price, Prompt

__all__ = ["Chooser", "Chosen", "Endpoint"]

_TRIED = 4  # models asked in turn, the chosen one included
_TYPICAL_OUTPUT = 300.0  # tokens, for the estimate of a model that the client named without a limit
_SUFFIXES = ("nitro", "floor", "online", "exacto", "free", "extended", "thinking", "beta")
Endpoint = Literal["chat", "transcription", "speech"]


@dataclass(slots=True)
class Chosen:
    """The models to ask, first choice first, and the decision behind them when there was one."""

    choices: tuple[Choice, ...]
    decision: Decision | None = None


class Chooser:
    """Chooses among the models that can be asked from here.

    `source` may be replaced while requests are served (`use`): averages stand in until the router that reads prompts
    is ready. `unavailable` is asked once for each model, at the start.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        models: Sequence[Model],
        source: EstimateSource,
        *,
        unavailable: Callable[[Model], str | None],
    ) -> None:
        self.catalogue = catalogue
        self.models = tuple(models)
        self._pool = {m.id: m for m in models}
        self.missing = {m.id: reason for m in models if (reason := unavailable(m))}
        self.available = tuple(m for m in models if m.id not in self.missing)
        self.has_openrouter = any(m.provider == "openrouter" for m in self.available)
        self.conversations = Conversations()
        self._decider = Decider(Router(self.available, source))
        self._allowed = lru_cache(1024)(self._matching)

    def use(self, source: EstimateSource, *, slow: bool) -> None:
        """From now on choose by this source; `slow` = it encodes prompts for longer than the event loop may wait."""
        self._decider.router = Router(self.available, source)
        self._decider.slow = slow

    def close(self) -> None:
        """End the thread that reads prompts."""
        self._decider.close()

    async def choose(
        self,
        ask: Ask,
        *,
        key_id: str | None = None,
        key_models: tuple[str, ...] = (),
        endpoint: Endpoint = "chat",
        max_usd: float | None = None,
    ) -> Chosen:
        """The models to ask. `key_models` are the patterns that a key allows, `max_usd` what its budget still holds.

        Raises `Refusal`, or the router's `UserError`s: a model that does not exist, may not or cannot be asked.
        """
        if ask.preference is None:
            return Chosen(self._named(ask, key_models, endpoint))
        preference = ask.preference
        if max_usd is not None and (preference.max_usd is None or max_usd < preference.max_usd):
            preference = replace(preference, max_usd=max(max_usd, 1e-12))
        allowed = self._allowed(ask.patterns, key_models, ask.max_price, endpoint)
        try:
            decision = await self._decider.decide(ask.prompt, preference, allowed)
        except NoEligibleModel as error:
            if preference is ask.preference:
                raise
            await self._decider.decide(ask.prompt, ask.preference, allowed)  # raises unless the budget is the reason
            raise BudgetReached(f"no model costs as little as the key's budget still holds: {error}") from None
        held = self.conversations.model_of(key_id, ask.conversation) if ask.prefix_tokens else None
        ranked: Sequence[Candidate] = decision.candidates
        if held is not None and held in self.catalogue.models:
            ranked = with_incumbent(decision, self.catalogue.models[held], ask.prefix_tokens)
        stays = ranked[0] is not decision.winner
        choices = tuple(
            Choice(
                self.catalogue.models[c.model_id],
                partial(_stays if stays and i == 0 else _reason, c, decision),
                c.cost_usd,
                thinks=c.model_id == held,
            )
            for i, c in enumerate(ranked[:_TRIED])
        )
        return Chosen(choices, decision)

    def explain(self, ask: Ask, *, key_models: tuple[str, ...] = (), endpoint: Endpoint = "chat") -> Decision:
        """The whole decision, with every exclusion and the nearest evidence. Blocks: to be run in a thread."""
        models = self.models
        if ask.preference is None:
            models = tuple(choice.model for choice in self._named(ask, key_models, endpoint))
        router = Router(models, self._decider.router.source, unavailable=lambda model: self.missing.get(model.id))
        allowed = self._allowed(ask.patterns, key_models, ask.max_price, endpoint)
        preference = ask.preference or prefer()
        return router.decide([ask.prompt], preference, allowed, with_neighbours=True)[0]

    def reaches(self, provider: str) -> bool:
        """Whether models at this provider may be asked that the catalogue does not list: those that do not chat."""
        if provider == "openrouter":
            return self.has_openrouter
        everybody = len(self.models) == len(self.catalogue.models)
        return provider in self.catalogue.endpoints and (
            everybody or any(m.provider == provider for m in self.available)
        )

    def find(self, model_id: str) -> Model | None:
        """The model of this id, if it can be asked from here."""
        return None if model_id in self.missing else self._pool.get(model_id)

    def visible(self, key_models: tuple[str, ...]) -> list[Model]:
        """The models that a key may ask."""
        return [m for m in self.available if _permits(key_models, m.id)]

    def _named(self, ask: Ask, key_models: tuple[str, ...], endpoint: Endpoint) -> tuple[Choice, ...]:
        choices = []
        for i, model_id in enumerate(ask.models):
            model = self._checked(model_id, ask.prompt, key_models, endpoint)
            usd = _estimate(model, ask.prompt)
            if ask.max_usd is not None and (usd is None or usd > ask.max_usd):
                raise Refusal(
                    400,
                    f"{model_id} should cost {dollars(usd)}, above turnout.max_usd",
                    code="no_eligible_model",
                    param="turnout.max_usd",
                )
            reason = "the client asked for it" if i == 0 else "the client's own fallback"
            choices.append(Choice(model, reason, usd, thinks=True))
        return tuple(choices)

    def _checked(self, model_id: str, prompt: Prompt, key_models: tuple[str, ...], endpoint: Endpoint) -> Model:
        model = self._pool.get(model_id) or self._variant(model_id)
        if model is None:
            near = [i for i in self._pool if model_id.rpartition("/")[2].lower() in i.lower()][:3]
            hint = f"; near: {', '.join(near)}" if near else ""
            if self.has_openrouter:
                hint += "; turnout models sync fetches OpenRouter's newest list"
            raise UnknownModel(f"no model here is called {model_id!r}{hint}; GET /v1/models lists those there are")
        if not _permits(key_models, model_id):
            raise Refusal(
                403,
                f"this key may not ask {model_id}",
                kind="permission_error",
                code="model_not_allowed",
                param="model",
            )
        if missing := self.missing.get(model_id):
            raise Refusal(
                404, f"{model_id} cannot be asked from here: {missing}", code="model_not_available", param="model"
            )
        if model.endpoint != endpoint:
            raise Refusal(400, f"{model_id} is for {model.endpoint}, not for {endpoint}", param="model")
        if lacking := sorted({media.modality for media in prompt.media} - model.inputs):
            raise Refusal(400, f"{model_id} takes no {' or '.join(lacking)}", code="wrong_modality", param="messages")
        return model

    def _variant(self, model_id: str) -> Model | None:
        """OpenRouter's other ways to serve a model: the same id with one of its suffixes."""
        base, _, suffix = model_id.rpartition(":")
        found = self._pool.get(base) if suffix in _SUFFIXES else None
        if found is None or found.provider != "openrouter":
            return None
        # What another way costs is not in the catalogue; OpenRouter says what it billed.
        return replace(found, id=model_id, name=model_id, price=Price())

    def _matching(
        self, patterns: tuple[str, ...], key_models: tuple[str, ...], limit: Price | None, endpoint: Endpoint
    ) -> frozenset[str]:
        """The ids of the models within all of these, whether they are available or not."""
        if patterns:
            # An id that exists is meant, even if it looks like a pattern; what matches nothing is a mistake.
            for pattern in patterns:
                if not any(fnmatch.fnmatchcase(m.id, pattern) for m in self.models):
                    raise UnknownModel(f"no model in the catalogue matches {pattern!r}; GET /v1/models lists them")
        return frozenset(
            m.id
            for m in self.models
            if m.endpoint == endpoint
            and (not patterns or _permits(patterns, m.id))
            and _permits(key_models, m.id)
            and (limit is None or _within(m.price, limit))
        )


def _permits(patterns: tuple[str, ...], model_id: str) -> bool:
    return not patterns or any(fnmatch.fnmatchcase(model_id, pattern) for pattern in patterns)


def _within(price: Price, limit: Price) -> bool:
    if price.per_second is not None:  # a model of this machine has no price per token to compare
        return True
    pairs = ((price.input_per_mtok, limit.input_per_mtok), (price.output_per_mtok, limit.output_per_mtok))
    return all(most is None or (listed is not None and listed <= most) for listed, most in pairs)


def _estimate(model: Model, prompt: Prompt) -> float | None:
    return model.price.cost_usd(prompt.tokens, prompt.max_output_tokens or _TYPICAL_OUTPUT, None)


def _reason(candidate: Candidate, decision: Decision) -> str:
    preference = decision.preference
    where = "best fit" if candidate.rank == 1 else f"fit no. {candidate.rank}"
    return f"{where} of {len(decision.candidates)} for {_weights(preference)}: {_figures(candidate)}"


def _stays(candidate: Candidate, decision: Decision) -> str:
    other = decision.winner.model_id
    return f"the conversation stays with its model, {other} would not pay for the lost cache: {_figures(candidate)}"


def _weights(preference: Preference) -> str:
    weights = (("price", preference.price), ("latency", preference.latency), ("accuracy", preference.accuracy))
    total = sum(value for _, value in weights)
    return ", ".join(f"{name} {value / total:.0%}" for name, value in weights if value)


def _figures(candidate: Candidate) -> str:
    quality = "quality unmeasured" if candidate.quality is None else f"quality {candidate.quality:.2f}"
    seconds = "time unmeasured" if candidate.latency_s is None else f"{two_digits(candidate.latency_s)} s"
    thousand = None if candidate.cost_usd is None else candidate.cost_usd * 1000
    return f"{quality}, {dollars(thousand)} per 1,000 requests, {seconds}"
