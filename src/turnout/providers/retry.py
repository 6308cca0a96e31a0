"""Try again what may pass, as long as nothing of the answer has been shown."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

from turnout.errors import ProviderError
from turnout.providers.protocol import ChatChunk, ChatModel, ChatRequest, ChatResponse

__all__ = ["RetryingModel"]

_FIRST_WAIT_S = 0.25


class RetryingModel:
    """`inner`, asked up to `attempts` times while its failures are `retryable`.

    Waits grow from a quarter of a second, doubled each time, with full jitter; a wait that the provider asked for
    (``Retry-After``) is kept to instead, and when it is longer than `max_wait_s` the failure is final. The loop
    is our own because a stream may be tried again before its first piece and not after, which no decorator can see.
    """

    def __init__(self, inner: ChatModel, attempts: int = 3, max_wait_s: float = 20.0) -> None:
        if attempts < 1:
            raise ValueError(f"attempts must be at least 1, got {attempts}")
        self.inner = inner
        self.attempts = attempts
        self.max_wait_s = max_wait_s

    @property
    def model_id(self) -> str:
        """The catalogue id."""
        return self.inner.model_id

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The whole answer, of the first attempt that gives one."""
        for attempt in range(self.attempts):
            try:
                return await self.inner.complete(request)
            except ProviderError as error:
                await self._wait(attempt, error)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The answer in pieces; a failure after the first piece is final."""
        for attempt in range(self.attempts):
            begun = False
            try:
                async with aclosing(self.inner.stream(request)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except ProviderError as error:
                if begun:
                    raise
                await self._wait(attempt, error)

    async def aclose(self) -> None:
        """Close what is inside."""
        await self.inner.aclose()

    async def _wait(self, attempt: int, error: ProviderError) -> None:
        """Sleep before the next attempt, or raise `error` when there is none."""
        if not error.retryable or attempt + 1 >= self.attempts:
            raise error
        if error.retry_after_s is not None:
            if error.retry_after_s > self.max_wait_s:
                raise error
            seconds = error.retry_after_s
        else:
            longest = min(self.max_wait_s, _FIRST_WAIT_S * 2.0**attempt)
            seconds = random.uniform(0, longest)  # noqa: S311 - jitter, not a secret
        await asyncio.sleep(seconds)
