"""A deadline for the whole call, whatever is inside: retries, slow drips, a server that starts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from turnout.errors import ProviderTimeout
from turnout.providers.protocol import ChatChunk, ChatModel, ChatRequest, ChatResponse

__all__ = ["DeadlineModel"]


class DeadlineModel:
    """`inner`, but no call takes longer than `seconds`; then `ProviderTimeout`, and the call inside is cancelled.

    A reader's own pauses between the pieces of a stream do not count.
    """

    def __init__(self, inner: ChatModel, seconds: float) -> None:
        self.inner = inner
        self.seconds = seconds

    @property
    def model_id(self) -> str:
        """The catalogue id."""
        return self.inner.model_id

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The whole answer, in time."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self.inner.complete(request)
        except TimeoutError:
            raise self._late() from None

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The answer in pieces, the last of them in time."""
        left = self.seconds
        async with aclosing(self.inner.stream(request)) as pieces:
            while True:
                began = time.monotonic()
                try:
                    # Not around the `yield`: what the reader does between two pieces is not the model's time.
                    async with asyncio.timeout(left):
                        piece = await anext(pieces)
                except TimeoutError:
                    raise self._late() from None
                except StopAsyncIteration:
                    return
                left -= time.monotonic() - began
                yield piece

    async def aclose(self) -> None:
        """Close what is inside."""
        await self.inner.aclose()

    def _late(self) -> ProviderTimeout:
        return ProviderTimeout(f"{self.model_id} did not finish within {self.seconds:g} s")
