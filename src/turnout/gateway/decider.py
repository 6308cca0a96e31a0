"""Decisions on the event loop: at once where they take microseconds, in a thread where the prompt has to be read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from turnout.router import Router
from turnout.types import Decision, Preference, Prompt

__all__ = ["Decider"]

_BATCH = 16  # requests for one trip to the thread: the trip costs as much as a tenth of a decision


@dataclass(slots=True)
class _Waiting:
    prompt: Prompt
    preference: Preference
    allowed: Collection[str] | None
    answer: asyncio.Future[Decision]


class Decider:
    """A router behind a thread of its own. `slow` says that its source encodes prompts for longer than the event loop
    may stand still; it can change while requests are served, as the router can."""

    def __init__(self, router: Router, *, slow: bool = False) -> None:
        self.router = router
        self.slow = slow
        self._line: list[_Waiting] = []
        self._worker: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="decider")

    async def decide(self, prompt: Prompt, preference: Preference, allowed: Collection[str] | None = None) -> Decision:
        """As `Router.decide`, for one prompt."""
        if not self.slow:
            return self.router.decide([prompt], preference, allowed)[0]
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Decision] = loop.create_future()
        self._line.append(_Waiting(prompt, preference, allowed, answer))
        if self._worker is None or self._worker.done():
            self._worker = loop.create_task(self._work())
        return await answer

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._line:
            batch, self._line = self._line[:_BATCH], self._line[_BATCH:]
            batch = [waiting for waiting in batch if not waiting.answer.done()]  # the others have left
            try:
                results = await loop.run_in_executor(self._thread, self._decide, batch)
            except RuntimeError as error:  # the thread is closed: the server stops
                results = [error] * len(batch)
            for waiting, result in zip(batch, results, strict=True):
                if waiting.answer.done():
                    continue
                if isinstance(result, Exception):
                    waiting.answer.set_exception(result)
                else:
                    waiting.answer.set_result(result)

    def _decide(self, batch: list[_Waiting]) -> list[Decision | Exception]:
        results: list[Decision | Exception] = []
        for waiting in batch:
            try:
                results += self.router.decide([waiting.prompt], waiting.preference, waiting.allowed)
            except Exception as error:  # raised again for the one that it belongs to
                results.append(error)
        return results
