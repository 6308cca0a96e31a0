"""What every model looks like to the rest of Turnout, remote, local or recorded."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from turnout.types import Media, Usage

__all__ = ["ChatChunk", "ChatModel", "ChatRequest", "ChatResponse", "Message"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn: text and attachments, in this order."""

    role: Literal["system", "user", "assistant"]
    text: str
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is sent. Which model it goes to belongs to the `ChatModel`: one request can be offered to several."""

    messages: tuple[Message, ...]
    max_tokens: int | None = None
    temperature: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)  # passed through to the provider as they are


@dataclass(frozen=True, slots=True)
class ChatResponse:
    """A whole answer. `media` holds what was produced beside text (speech)."""

    text: str
    model_id: str  # the catalogue id of the model that served
    usage: Usage
    latency_s: float
    ttft_s: float | None = None
    finish_reason: str | None = None
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatChunk:
    """A piece of a streamed answer. The last chunk carries `response`, the whole answer with its usage and times."""

    text: str = ""
    response: ChatResponse | None = None


@runtime_checkable
class ChatModel(Protocol):
    """One model that can be asked. Failures are `ProviderError`s; nothing else escapes."""

    @property
    def model_id(self) -> str:
        """The catalogue id."""
        ...

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The whole answer."""
        ...

    def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The answer in pieces; the last piece has `response` set. Closing the generator cancels the call."""
        ...

    async def aclose(self) -> None:
        """Release connections. Safe to call twice."""
        ...
