"""A local model as a `ChatModel`: its server is started when needed, then it speaks the same protocol as any other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from pydantic import SecretStr

from turnout.config import Settings
from turnout.errors import ProviderUnavailable
from turnout.providers.local.servers import Server, ensure
from turnout.providers.openai_compatible import OpenAICompatibleModel
from turnout.providers.protocol import ChatChunk, ChatRequest, ChatResponse
from turnout.types import Model
from turnout.weights import Weights

__all__ = ["LocalChatModel"]


class LocalChatModel:
    """One local model.

    `usage.cost_usd` of an answer is its own seconds × the model's price per second. Neither cost nor latency counts
    the start of a cold server, which `status` reports: it is paid once, and evidence must compare warm models. Besides
    `ProviderError`, `LocalServerError`, `WeightsError` and `MissingExtra` come from a server that cannot be started.
    """

    def __init__(
        self,
        model: Model,
        settings: Settings,
        *,
        confirm: Callable[[Weights], bool] | None = None,
        progress: Callable[[int, int], None] | None = None,
        status: Callable[[str], None] | None = None,
    ) -> None:
        self._model = model
        self._settings = settings
        self._confirm = confirm
        self._progress = progress
        self._status = status
        self._server: Server | None = None
        self._client: OpenAICompatibleModel | None = None

    @property
    def model_id(self) -> str:
        """The catalogue id."""
        return self._model.id

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The whole answer."""
        try:
            return await (await self._ready()).complete(request)
        except ProviderUnavailable:  # it stopped or was killed since the last request: once more, on a new one
            return await (await self._ready()).complete(request)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The answer in pieces."""
        begun = False
        try:
            async with aclosing(self._pieces(request)) as pieces:
                async for piece in pieces:
                    begun = True
                    yield piece
        except ProviderUnavailable:
            if begun:  # what was said cannot be taken back
                raise
        if not begun:
            async with aclosing(self._pieces(request)) as pieces:
                async for piece in pieces:
                    yield piece

    async def aclose(self) -> None:
        """Release connections; the server stays warm."""
        client, self._client, self._server = self._client, None, None
        if client is not None:
            await client.aclose()

    async def _pieces(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        client = await self._ready()
        answer: Any = client.stream(request)  # closed with this one, so that closing cancels the call
        async with aclosing(answer) as pieces:
            async for piece in pieces:
                yield piece

    async def _ready(self) -> OpenAICompatibleModel:
        """A client of the running server; starting one blocks, so it happens in a thread."""
        server = await asyncio.to_thread(
            ensure,
            self._model.id,
            self._settings,
            confirm=self._confirm,
            progress=self._progress,
            status=self._status,
        )
        if self._client is None or server != self._server:
            await self.aclose()
            self._server = server
            self._client = OpenAICompatibleModel(
                self._model, server.base_url, SecretStr(server.key), self._settings.timeout_s
            )
        return self._client
