"""A chat model that does what a list says: fail, or answer, call after call; failures may come in mid-stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from turnout.errors import TurnoutError
from turnout.providers import ChatChunk, ChatModel, ChatRequest, ChatResponse, Message
from turnout.types import Usage

ASK = ChatRequest((Message("user", "hello"),))


class ScriptedModel:
    """Each step is an answer, or an error to raise; `after` pieces of text are streamed before the error."""

    def __init__(
        self, *steps: str | TurnoutError, model_id: str = "acme/one", after: int = 0, pause_s: float = 0
    ) -> None:
        self.model_id = model_id
        self.steps = list(steps)
        self.calls: list[float] = []  # loop time of each
        self.after = after
        self.pause_s = pause_s
        self.closed = 0

    async def complete(self, request: ChatRequest) -> ChatResponse:
        self.calls.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.pause_s)
        step = self.steps.pop(0)
        if isinstance(step, TurnoutError):
            raise step
        return ChatResponse(step, self.model_id, Usage(1, 1), 0.1)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        self.calls.append(asyncio.get_running_loop().time())
        step = self.steps.pop(0)
        words = ["x"] * self.after if isinstance(step, TurnoutError) else step.split()
        for word in words:
            await asyncio.sleep(self.pause_s)
            yield ChatChunk(word)
        if isinstance(step, TurnoutError):
            raise step
        yield ChatChunk("", ChatResponse("".join(words), self.model_id, Usage(1, 1), 0.1))

    async def aclose(self) -> None:
        self.closed += 1


async def read(model: ChatModel, seen: list[str] | None = None) -> str:
    """The streamed text; `seen` gets the pieces that came, even if a failure follows."""
    seen = [] if seen is None else seen
    async for piece in model.stream(ASK):
        seen.append(piece.text)
    return "".join(seen)
