"""Who is asked now and who rests: a circuit breaker for each model and each provider, and the waits they ask for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from turnout.errors import AuthenticationFailed, ProviderError, RateLimited, RequestRejected
from turnout.types import Model

__all__ = ["Health"]

_MODEL_FAILURES = 5  # in a row, until a model rests
_PROVIDER_FAILURES = 15  # of any of its models, none answering in between
_REST_S = 10.0
_KEY_REST_S = 30.0  # a refused key is not mended in ten seconds
_LONGEST_REST_S = 300.0  # whatever Retry-After says


@dataclass(slots=True)
class _State:
    failures: int = 0
    until: float = 0.0


class Health:
    """Breakers. A closed one counts failures in a row; an open one lets nobody pass until its rest is over, then one
    request as a probe: if that fails it rests again, if it succeeds it closes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._states: dict[str, _State] = {}

    def wait_s(self, model: Model) -> float:
        """Seconds until the model may be asked; 0 = now. Being told 0 by an open breaker makes the caller its probe."""
        if not self._states:
            return 0.0
        now = self._clock()
        states = [s for s in (self._states.get(model.id), self._states.get(_provider(model))) if s]
        wait = max((state.until - now for state in states), default=0.0)
        if wait > 0:
            return wait
        for state in states:
            if state.until:
                state.until = now + _REST_S  # for everybody else, until the probe is back
        return 0.0

    def succeeded(self, model: Model) -> None:
        """It answered."""
        if self._states:
            self._states.pop(model.id, None)
            self._states.pop(_provider(model), None)

    def failed(self, model: Model, error: ProviderError) -> None:
        """It did not. A request that was refused for what it is says nothing about the provider."""
        if isinstance(error, RequestRejected):
            self.succeeded(model)
            return
        now = self._clock()
        for name, limit in ((model.id, _MODEL_FAILURES), (_provider(model), _PROVIDER_FAILURES)):
            state = self._states.setdefault(name, _State())
            state.failures += 1
            if state.failures >= limit:
                state.until = now + _REST_S
        if isinstance(error, AuthenticationFailed):
            self._states[_provider(model)].until = now + _KEY_REST_S
        elif isinstance(error, RateLimited) and error.retry_after_s:
            self._states[model.id].until = now + min(error.retry_after_s, _LONGEST_REST_S)

    def resting(self) -> dict[str, float]:
        """Seconds left of each rest, by model id or "provider NAME"."""
        now = self._clock()
        return {name: state.until - now for name, state in self._states.items() if state.until > now}


def _provider(model: Model) -> str:
    # Models on this machine are servers of their own: one that does not start says nothing about the others.
    return f"provider {model.provider}" if model.provider != "local" else f"provider {model.id}"
