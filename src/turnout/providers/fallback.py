"""The next model when one fails, as long as nothing of an answer has been shown."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from turnout.errors import MissingExtra, ProviderError, RunError, TurnoutError
from turnout.providers.protocol import ChatChunk, ChatModel, ChatRequest, ChatResponse

__all__ = ["FallbackModel"]

# A local server that does not start, or weights that cannot be had, are as good a reason as a refused connection.
_FAILURES = (RunError, MissingExtra)


class FallbackModel:
    """The first of `models` that answers. `on_fallback(model_id, error)` is told of each that failed.

    When all fail, the last error is raised, and its message names them all. The response's `model_id` says who served.
    """

    def __init__(
        self, models: Sequence[ChatModel], on_fallback: Callable[[str, Exception], None] | None = None
    ) -> None:
        if not models:
            raise ValueError("a fallback needs at least one model")
        self.models = tuple(models)
        self._on_fallback = on_fallback or (lambda model_id, error: None)

    @property
    def model_id(self) -> str:
        """The catalogue id of the model that is asked first."""
        return self.models[0].model_id

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The whole answer of the first model that gives one."""
        failed: list[tuple[str, TurnoutError]] = []
        for model in self.models:
            try:
                return await model.complete(request)
            except _FAILURES as error:
                self._note(failed, model, error)
        raise self._all_failed(failed)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The answer in pieces; after the first piece there is no going back."""
        failed: list[tuple[str, TurnoutError]] = []
        for model in self.models:
            begun = False
            try:
                async with aclosing(model.stream(request)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except _FAILURES as error:
                if begun:
                    raise
                self._note(failed, model, error)
        raise self._all_failed(failed)

    async def aclose(self) -> None:
        """Close all."""
        for model in self.models:
            await model.aclose()

    def _note(self, failed: list[tuple[str, TurnoutError]], model: ChatModel, error: TurnoutError) -> None:
        failed.append((model.model_id, error))
        if len(failed) < len(self.models):
            self._on_fallback(model.model_id, error)

    def _all_failed(self, failed: list[tuple[str, TurnoutError]]) -> TurnoutError:
        last = failed[-1][1]
        if len(failed) == 1:
            return last
        told = "; ".join(f"{name}: {error}" for name, error in failed)
        message = f"all {len(failed)} models failed: {told}"
        if isinstance(last, ProviderError):
            return type(last)(message, retry_after_s=last.retry_after_s)
        return RunError(message)
