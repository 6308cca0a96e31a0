"""What calls may cost, and how often they may go out: held at the door of a model, for every attempt."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from aiolimiter import AsyncLimiter

from turnout.errors import AuthenticationFailed, BudgetReached, InvalidPreference, RateLimited, RequestRejected
from turnout.providers.protocol import ChatChunk, ChatModel, ChatRequest, ChatResponse
from turnout.types import Model

__all__ = ["Budget", "MeteredModel", "pace", "worst_usd"]

_UNITS = 10**12  # of a dollar: whole numbers, so that sums are exact
_NOT_BILLED = (AuthenticationFailed, RateLimited, RequestRejected)  # refused before any work was done
_MEDIA_TOKENS = 50_000  # of one picture or clip; the dearest known picture is 37,000
_TURN_TOKENS = 64  # what a chat template puts around a turn
_TOKENS_SPOKEN = 10  # audio tokens per byte of text; about 2 are usual


class Budget:
    """USD that may be spent, held while calls are in flight.

    What a call may cost at worst is set aside before it starts, and replaced by its bill afterwards. So what was billed
    stays within `limit_usd` as long as no bill is higher than its worst case. A call whose bill nobody knows (it failed
    underway) counts with its worst case. `spent_usd` is what was spent before.
    """

    def __init__(self, limit_usd: float | None = None, spent_usd: float = 0.0) -> None:
        self._limit = math.inf if limit_usd is None else math.floor(limit_usd * _UNITS)
        self._spent = math.ceil(spent_usd * _UNITS)
        self._assumed = 0
        self._reserved = 0
        self._settled = asyncio.Event()

    @property
    def is_limited(self) -> bool:
        """Whether there is a limit."""
        return math.isfinite(self._limit)

    @property
    def spent_usd(self) -> float:
        """Everything that counts, with what was spent before and what may have been billed."""
        return self._spent / _UNITS

    @property
    def assumed_usd(self) -> float:
        """The part of it that nobody billed as far as is known: failed calls at their worst case."""
        return self._assumed / _UNITS

    async def reserve(self, worst_usd: float) -> None:
        """Set `worst_usd` aside, when need be after calls in flight were settled.

        Raises `BudgetReached` when it would not fit even if they all turned out to cost nothing.
        """
        worst = math.ceil(worst_usd * _UNITS)
        while self._spent + self._reserved + worst > self._limit:
            if self._spent + worst > self._limit:
                raise BudgetReached("what is left of the budget might not have paid for them")
            await self._settled.wait()
        self._reserved += worst

    def settle(self, worst_usd: float, billed_usd: float | None) -> None:
        """Put the bill in place of what was set aside; None = nobody knows it."""
        worst = math.ceil(worst_usd * _UNITS)
        self._reserved -= worst
        if billed_usd is None:
            self._assumed += worst
        self._spent += worst if billed_usd is None else math.ceil(billed_usd * _UNITS)
        self._settled.set()
        self._settled = asyncio.Event()  # those who wait again, wait for the next


def pace(per_minute: float | None) -> AsyncLimiter | None:
    """A limiter that lets requests out evenly: a burst at the start would let twice as many out in its first minute."""
    return None if per_minute is None else AsyncLimiter(1, 60 / per_minute)


def worst_usd(model: Model, request: ChatRequest, longest_s: float) -> float | None:
    """The most that one call can cost; None when the model's price is not known.

    No tokenizer makes more tokens than there are bytes. A model priced by time runs for `longest_s` at most.
    """
    if model.price.per_second is not None:
        return model.price.per_second * longest_s
    said = sum(len(turn.text.encode("utf-8", "replace")) for turn in request.messages)
    files = [media for turn in request.messages for media in turn.media]
    taken = said + _TURN_TOKENS * (1 + len(request.messages)) + sum(max(len(m.data), _MEDIA_TOKENS) for m in files)
    if model.endpoint == "speech":
        produced = said * _TOKENS_SPOKEN
    elif model.endpoint == "transcription":
        produced = sum(len(media.data) for media in files)
    else:
        produced = taken if request.max_tokens is None else request.max_tokens
    if model.context_tokens is not None:
        taken = min(taken, model.context_tokens)
    return model.price.cost_usd(taken, produced, None)


@dataclass(slots=True)
class _Bill:
    usd: float | None = None


class MeteredModel:
    """`inner`, each call of which waits for its turn in `limiter` and for room in `budget`.

    Put it inside a `RetryingModel`, since every attempt is a request and may be billed, and outside a `DeadlineModel`,
    since waiting is not the model's time. Besides `ProviderError` it raises `BudgetReached`.
    """

    def __init__(
        self,
        inner: ChatModel,
        model: Model,
        budget: Budget,
        limiter: AsyncLimiter | None = None,
        *,
        longest_s: float = math.inf,
    ) -> None:
        if budget.is_limited and worst_usd(model, ChatRequest(()), longest_s) is None:
            raise InvalidPreference(
                f"no price is known for {model.id}, so a limit on spending cannot hold: leave the model or the limit "
                "out, or give its price with: turnout models add FILE"
            )
        self.inner = inner
        self._model = model
        self._budget = budget
        self._limiter = limiter
        self._longest_s = longest_s

    @property
    def model_id(self) -> str:
        """The catalogue id."""
        return self.inner.model_id

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The whole answer."""
        async with self._metered(request) as bill:
            response = await self.inner.complete(request)
            bill.usd = response.usage.cost_usd
            return response

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The answer in pieces."""
        async with self._metered(request) as bill, aclosing(self.inner.stream(request)) as pieces:
            async for piece in pieces:
                if piece.response is not None:
                    bill.usd = piece.response.usage.cost_usd
                yield piece

    async def aclose(self) -> None:
        """Close what is inside."""
        await self.inner.aclose()

    @asynccontextmanager
    async def _metered(self, request: ChatRequest) -> AsyncIterator[_Bill]:
        # Without a limit a price may be unknown; nothing is held back then, and only bills count.
        worst = worst_usd(self._model, request, self._longest_s) or 0.0
        if self._limiter is not None:
            await self._limiter.acquire()
        await self._budget.reserve(worst)
        bill = _Bill()
        try:
            yield bill
        except _NOT_BILLED:
            bill.usd = 0.0
            raise
        finally:
            self._budget.settle(worst, bill.usd)
