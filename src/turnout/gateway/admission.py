"""A bounded number of requests at a time, a bounded queue behind them, and an honest "later" for the rest."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque

from turnout.gateway.refusal import Refusal

__all__ = ["Admission"]


class Admission:
    """Places for `concurrent` requests and `waiting` more in line, first come, first served."""

    def __init__(self, concurrent: int = 1024, waiting: int = 1024) -> None:
        self.concurrent = concurrent
        self.waiting = waiting
        self.active = 0
        self._line: deque[asyncio.Future[None]] = deque()
        self._pace_s = 1.0  # a moving average of the time a place is held

    @property
    def queued(self) -> int:
        """How many wait in line."""
        return len(self._line)

    async def enter(self) -> float:
        """Take a place, waiting for one if need be; raises `Refusal` 429 when the line is full.

        Returns when the place was taken, for `leave`.
        """
        if self.active < self.concurrent and not self._line:
            self.active += 1
            return time.perf_counter()
        if len(self._line) >= self.waiting:
            turns = (len(self._line) + 1) / self.concurrent
            raise Refusal(
                429,
                f"all {self.concurrent:,} places are taken and {len(self._line):,} requests wait: try again later",
                kind="rate_limit_error",
                code="overloaded",
                retry_after_s=min(60.0, turns * self._pace_s),
            )
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on()  # the place came in the same moment as the end
            else:
                with contextlib.suppress(ValueError):  # whoever left in between has passed it over already
                    self._line.remove(turn)
            raise
        return time.perf_counter()

    def leave(self, entered: float) -> None:
        """Give the place back, to the next in line."""
        self._pace_s += 0.05 * (time.perf_counter() - entered - self._pace_s)
        self._pass_on()

    def _pass_on(self) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.active -= 1
