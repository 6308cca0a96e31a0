"""Asking in turn: the chosen model with retries, then the next, until one answers or the time is up."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from turnout.errors import (
    LocalServerError,
    MissingExtra,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRejected,
    WeightsError,
)
from turnout.gateway.exchange import Attempt, Exchange
from turnout.gateway.health import Health
from turnout.gateway.upstream import Target, Upstreams
from turnout.providers.failures import scrub
from turnout.types import Model

__all__ = ["Choice", "Relay"]

T = TypeVar("T")
_PAUSE_S = 0.2  # before the first repetition, on average; doubled each time, then drawn at random up to twice that
_LONGEST_PAUSE_S = 8.0
_PATIENCE_S = 1.0  # a longer pause is not worth it while another model could be asked


@dataclass(slots=True)
class Choice:
    """A model to ask, why it, and what the request should cost there."""

    model: Model
    why: str | Callable[[], str]  # a function where few would ever be asked for their reason
    estimated_usd: float | None = None
    thinks: bool = False  # the conversation's thinking is its own

    @property
    def reason(self) -> str:
        """Why this model, in one line."""
        return self.why if isinstance(self.why, str) else self.why()


class Relay:
    """Asks models in turn. `deadline_s` bounds it all, up to the first byte of an answer: while others remain, each
    model gets half of what is left. `retries` are the repetitions at one model."""

    def __init__(self, upstreams: Upstreams, health: Health, *, deadline_s: float, retries: int) -> None:
        self.upstreams = upstreams
        self.health = health
        self._deadline_s = deadline_s
        self._retries = retries

    async def first_answer(
        self,
        choices: Sequence[Choice],
        attempt: Callable[[Choice, Target], Awaitable[T]],
        exchange: Exchange,
    ) -> tuple[Choice, T]:
        """The first choice whose `attempt` succeeds, with what it gave.

        Failed attempts are kept in the exchange. When all fail, the error to show is raised: the refusal of the
        request, if it was refused, else the last.
        """
        deadline = asyncio.get_running_loop().time() + self._deadline_s
        failures: list[ProviderError] = []
        for i, choice in enumerate(choices):
            others = i + 1 < len(choices)
            if wait := self.health.wait_s(choice.model):
                failures.append(ProviderUnavailable(_resting(choice.model, wait), retry_after_s=wait))
                continue
            answer = await self._ask(choice, attempt, exchange, deadline, failures, others=others)
            if answer is not None:
                return choice, answer
        raise next((error for error in failures if isinstance(error, RequestRejected)), failures[-1])

    async def _ask(
        self,
        choice: Choice,
        attempt: Callable[[Choice, Target], Awaitable[T]],
        exchange: Exchange,
        deadline: float,
        failures: list[ProviderError],
        *,
        others: bool,
    ) -> T | None:
        loop = asyncio.get_running_loop()
        share = (deadline - loop.time()) / 2 if others else deadline - loop.time()
        until = loop.time() + share
        target: Target | None = None
        for tried in range(self._retries + 1):
            began = time.perf_counter()
            try:
                async with asyncio.timeout_at(until):
                    target = await self.upstreams.target(choice.model)
                    exchange.start_s += time.perf_counter() - began
                    answer = await attempt(choice, target)
            except asyncio.CancelledError:  # the client has left; the provider may bill what it has begun
                exchange.model_id, exchange.provider = choice.model.id, choice.model.provider
                exchange.reason, exchange.estimated_usd = choice.reason, choice.estimated_usd
                exchange.usd, exchange.latency_s = choice.estimated_usd, time.perf_counter() - began
                raise
            except TimeoutError:
                late = "is still starting after" if target is None else "did not answer within"
                failed: ProviderError = ProviderTimeout(f"{choice.model.id} {late} {share:.3g} s")
            except ProviderError as error:
                failed = error
            except (LocalServerError, WeightsError, MissingExtra) as error:  # a server of this machine does not start
                failed = ProviderUnavailable(str(error))
                failed.retryable = False
            else:
                self.health.succeeded(choice.model)
                return answer
            failures.append(failed)
            self.health.failed(choice.model, failed)
            if isinstance(failed, ProviderUnavailable):
                self.upstreams.forget(choice.model)
            pause = _pause(failed, tried)
            again = failed.retryable and tried < self._retries and loop.time() + pause < until
            if again and not (others and pause > _PATIENCE_S):
                await asyncio.sleep(pause)
            else:
                again = False
            seconds = time.perf_counter() - began
            exchange.attempts.append(Attempt(choice.model.id, type(failed).__name__, scrub(str(failed)), seconds))
            if not again:
                return None
        return None


def _pause(error: ProviderError, tried: int) -> float:
    # Drawn at random, so that those who failed together do not come back together (full jitter).
    drawn = random.uniform(0, min(_LONGEST_PAUSE_S, 2 * _PAUSE_S * 2**tried))  # noqa: S311
    if error.retry_after_s is not None:
        return error.retry_after_s + drawn
    return drawn + (_PAUSE_S if isinstance(error, RateLimited) else 0.0)


def _resting(model: Model, wait: float) -> str:
    return f"{model.id} is not asked for another {wait:.0f} s: it failed too often, or asked for this"
