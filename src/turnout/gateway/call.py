"""One request being served: who asks, what becomes of it, and whether somebody is still there to be answered."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from turnout.gateway.exchange import Exchange, new_id
from turnout.gateway.http import Headers, Receive, Request, Send, too_slow
from turnout.gateway.keys import ClientKey
from turnout.gateway.relay import Choice

__all__ = ["Call", "Presence", "answer_headers"]

_LOOK_S = 0.2  # most answers are there by then, and looking costs a task
_ASCII = str.maketrans({"×": "x", "≈": "~", "±": "+-", "–": "-", "—": "-", "…": "...", "≥": ">=", "≤": "<="})


class Presence:
    """Cancels the task that serves a request once its client has left (`gone`), has taken no bytes for `patience_s`
    seconds (`stalled`: it holds a call that is paid for), or has not sent its request by then (`slow`)."""

    __slots__ = (
        "_began", "_handle", "_patience_s", "_receive", "_task", "_watcher", "_whole", "gone", "sending_since", "slow",
        "stalled",
    )  # fmt: skip

    def __init__(self, receive: Receive, patience_s: float) -> None:
        self._receive = receive
        self._patience_s = patience_s
        self._task: asyncio.Task[Any] | None = asyncio.current_task()
        self._watcher: asyncio.Task[None] | None = None
        self._whole = False
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        self._handle = loop.call_later(_LOOK_S, self._look)
        self.gone = False
        self.slow = False
        self.stalled = False
        self.sending_since: float | None = None  # set around every send of a stream

    def watch(self) -> None:
        """The request is whole: what is received from now on is that its client has left."""
        self._whole = True
        loop = asyncio.get_running_loop()
        if loop.time() - self._began > _LOOK_S:
            self._handle.cancel()
            self._handle = loop.call_later(_LOOK_S, self._look)

    def over(self) -> None:
        """The answer is out: nobody has to be watched any more."""
        self._handle.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        if self._whole and self._watcher is None:
            self._watcher = loop.create_task(self._wait())
        self.slow = not self._whole and loop.time() - self._began > self._patience_s
        self.stalled = self.sending_since is not None and time.monotonic() - self.sending_since > self._patience_s
        if self.slow or self.stalled:
            self._cancel()
        else:
            self._handle = loop.call_later(self._patience_s / 6, self._look)

    async def _wait(self) -> None:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.gone = True
            self._cancel()

    def _cancel(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()


class Call:
    """A request with its exchange. `send` is ASGI's."""

    __slots__ = ("ended", "exchange", "key", "patience_s", "presence", "request", "send", "started")

    def __init__(
        self,
        request: Request,
        send: Send,
        endpoint: str,
        began: float,
        key: ClientKey | None,
        patience_s: float = 30.0,
    ) -> None:
        self.request = request
        self.patience_s = patience_s
        self.send = send
        self.key = key
        self.ended = False  # the answer is whole
        self.started = False  # bytes of an answer are out: it can only be ended, not replaced by an error
        self.exchange = Exchange(
            id=new_id(),
            at=datetime.now(UTC),
            began=began,
            endpoint=endpoint,
            key_id=None if key is None else key.id,
        )
        self.presence = Presence(request.receive, patience_s)

    @property
    def key_models(self) -> tuple[str, ...]:
        """The patterns of models that the client's key allows; empty = all."""
        return () if self.key is None else self.key.models

    async def body(self, limit: int) -> bytes:
        """The request's whole body, once; see `Request.body`. From then on the client is watched."""
        try:
            raw = await self.request.read(limit)
        except asyncio.CancelledError:
            if not self.presence.slow or (task := asyncio.current_task()) is None:
                raise
            task.uncancel()
            raise too_slow(self.patience_s) from None
        self.presence.watch()
        return raw

    def served_by(self, choice: Choice) -> None:
        """This choice answers."""
        exchange = self.exchange
        exchange.model_id, exchange.provider = choice.model.id, choice.model.provider
        exchange.reason, exchange.estimated_usd = choice.reason, choice.estimated_usd
        failed = [attempt for attempt in exchange.attempts if attempt.model_id != choice.model.id]
        if failed:
            exchange.reason = f"after {failed[-1].model_id} failed ({failed[-1].kind}): {choice.reason}"

    def overhead_s(self) -> float:
        """Seconds since the request arrived that no provider was waited for."""
        exchange = self.exchange
        waited = sum(attempt.seconds for attempt in exchange.attempts) + exchange.start_s + (exchange.latency_s or 0.0)
        return time.perf_counter() - exchange.began - waited

    async def send_piece(self, piece: bytes, *, last: bool = False) -> None:
        """One piece of a streamed answer; a client that does not take it is given up in time."""
        self.presence.sending_since = time.monotonic()
        await self.send({"type": "http.response.body", "body": piece, "more_body": not last})
        self.presence.sending_since = None
        self.ended = last


def answer_headers(exchange: Exchange) -> Headers:
    """The `x-turnout-…` headers: who served, why, what for, and what the gateway itself took."""
    headers = [
        (b"x-turnout-decision-id", exchange.id.encode()),
        (b"x-turnout-fallbacks", b"%d" % exchange.fallbacks),
    ]
    if exchange.model_id is not None:
        headers.append((b"x-turnout-model", _plain(exchange.model_id)))
        headers.append((b"x-turnout-reason", _plain(exchange.reason)))
    if exchange.estimated_usd is not None:
        headers.append((b"x-turnout-estimated-usd", b"%.3g" % exchange.estimated_usd))
    if exchange.usd is not None:
        headers.append((b"x-turnout-usd", b"%.6g" % exchange.usd))
    if exchange.overhead_s is not None:
        headers.append((b"x-turnout-overhead-ms", b"%.2f" % (exchange.overhead_s * 1000)))
    return headers


def _plain(text: str) -> bytes:
    if text.isascii() and text.isprintable():
        return text.encode()
    # A header is one line of ASCII; ids and messages may hold more.
    return text.translate(_ASCII).encode("ascii", "replace").replace(b"\n", b" ").replace(b"\r", b" ")
