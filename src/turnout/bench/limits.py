"""Who may be asked when: lanes, one a provider, and the end of patience with a model that only fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from itertools import count
from typing import Any

from turnout.errors import (
    AuthenticationFailed,
    LocalServerError,
    ModelGaveUp,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    WeightsError,
)
from turnout.providers.protocol import ChatChunk, ChatModel, ChatRequest, ChatResponse

__all__ = ["BreakerModel", "Job", "Lane", "Rest"]

Rest = Coroutine[Any, Any, None]
"""What is left to do of a job after its call: scoring, writing down."""
Job = Callable[[], Coroutine[Any, Any, Rest]]
"""A call."""

_PATIENCE = 10  # failures in a row
# These say something of the model or its endpoint. A request that is refused says something of the request.
_TELLING = (AuthenticationFailed, ProviderTimeout, ProviderUnavailable, RateLimited)


class Lane:
    """Calls to one provider, at most `width` at a time, those of lower rank first, else in the order they came.

    The rest of a job is done beside the next call. With `in_turn`,
    for models that share this machine, it is done before the next call, whose time it would disturb.
    """

    def __init__(self, width: int, *, in_turn: bool = False) -> None:
        self.width = width
        self.in_turn = in_turn
        self._order = count()
        self._jobs: asyncio.PriorityQueue[tuple[tuple[int, ...], int, Job]] = asyncio.PriorityQueue()

    def put(self, rank: tuple[int, ...], job: Job) -> None:
        """Queue a job."""
        self._jobs.put_nowait((rank, next(self._order), job))

    async def work(self, spawn: Callable[[Rest], object]) -> None:
        """Do jobs until cancelled; `width` of these run."""
        while True:
            _, _, job = await self._jobs.get()
            rest = await job()
            if self.in_turn:
                await rest
            else:
                spawn(rest)


class BreakerModel:
    """`inner`, until it has failed ten times in a row or cannot be started: from then on `ModelGaveUp`, at once.

    A dead endpoint would otherwise cost a deadline per task and leave a thousand rows that say the same.
    """

    def __init__(self, inner: ChatModel, patience: int = _PATIENCE) -> None:
        self.inner = inner
        self._patience = patience
        self._failures = 0
        self._reason = ""

    @property
    def model_id(self) -> str:
        """The catalogue id."""
        return self.inner.model_id

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The whole answer."""
        self._check()
        try:
            response = await self.inner.complete(request)
        except (ProviderError, LocalServerError, WeightsError) as error:
            raise self._counted(error) from None
        self._failures = 0
        return response

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The answer in pieces."""
        self._check()
        try:
            async with aclosing(self.inner.stream(request)) as pieces:
                async for piece in pieces:
                    if piece.response is not None:  # before it is given out: a reader may leave with it
                        self._failures = 0
                    yield piece
        except (ProviderError, LocalServerError, WeightsError) as error:
            raise self._counted(error) from None

    async def aclose(self) -> None:
        """Close what is inside."""
        await self.inner.aclose()

    def _check(self) -> None:
        if self._reason:
            raise ModelGaveUp(self._reason)

    def _counted(self, error: ProviderError | LocalServerError | WeightsError) -> ProviderError | ModelGaveUp:
        if not isinstance(error, ProviderError):
            self._reason = f"{self.model_id} cannot be started: {error}"
            return ModelGaveUp(self._reason)
        self._failures = self._failures + 1 if isinstance(error, _TELLING) else 0
        if self._failures >= self._patience:
            self._reason = f"{self.model_id} failed {self._failures} times in a row, last: {error}"
        return error
