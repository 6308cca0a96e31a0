"""Answers on their way through: whole JSON, and streams of events that pass as bytes wherever nothing has to change."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import orjson

from turnout.errors import InvalidResponse, ProviderError, ProviderUnavailable
from turnout.gateway.exchange import Exchange
from turnout.gateway.http import json_bytes
from turnout.gateway.upstream import Target, Upstreams
from turnout.providers import wire
from turnout.providers.failures import error_of_object
from turnout.types import Price, Usage

__all__ = ["Live", "read_chat", "settle_usage"]

_EVENT_BYTES = 16 * 2**20
_MODEL = re.compile(rb'"model"\s*:\s*"(?:[^"\\]|\\.)*"')
_MARKS = (
    b'"usage":{',
    b'"usage": {',
    b'"finish_reason":"',
    b'"finish_reason": "',
    b'"error"',
    b"[DONE]",
)
_ODDLY_SPACED = re.compile(rb'"\s+:|:\s\s+|:\n')
_DONE = b"data: [DONE]\n\n"


async def read_chat(
    upstreams: Upstreams, target: Target, answer: aiohttp.ClientResponse
) -> tuple[dict[str, Any], wire.Piece]:
    """A whole chat answer as JSON, and what it says.

    What is no answer raises a `ProviderError`, so that another model can be asked.
    """
    data = await upstreams.read(target, answer)
    try:
        payload = orjson.loads(data)
    except orjson.JSONDecodeError:
        payload = wire.load_object(data, target.who)  # NaN, half a surrogate pair: Python's own parser is more patient
    if not isinstance(payload, dict):
        raise InvalidResponse(f"{target.who} answered JSON that is not an object")
    if error := wire.error_in(payload):
        raise error_of_object(error, target.who, target.key_hint, (target.secret,))
    return payload, wire.parse_answer(payload, target.who)


def settle_usage(exchange: Exchange, usage: Usage | None, price: Price, seconds: float) -> None:
    """Tokens and bill into the exchange: what the provider billed, else its price list times what it counted."""
    usage = usage or Usage()
    exchange.input_tokens, exchange.output_tokens = usage.input_tokens, usage.output_tokens
    counted = usage.input_tokens is not None and usage.output_tokens is not None
    if usage.cost_usd is not None:
        exchange.usd = usage.cost_usd
    elif counted or price.per_second is not None:
        exchange.usd = price.cost_usd(usage.input_tokens or 0, usage.output_tokens or 0, seconds)


class Live:
    """A streamed chat answer. `open` reads up to the first event, so that a failure before it is still an error and
    nobody has seen a byte; afterwards `pieces` or `chunks` give the rest.

    Only whole events leave: an answer that breaks off never ends in half of one.
    """

    def __init__(self, upstreams: Upstreams, target: Target, answer: aiohttp.ClientResponse) -> None:
        self.target = target
        self.answer = answer
        self.usage: Usage | None = None
        self.finish_reason: str | None = None
        self.done = False  # the provider has said that it was all
        self.events = 0  # about one for each token
        self._upstreams = upstreams
        self._read = answer.content.readany
        self._rest = b""
        self._first = b""
        self._model = b'"model":' + orjson.dumps(target.model.id)

    async def open(self) -> None:
        """Wait for the first event; raises `ProviderError`."""
        kind = self.answer.content_type
        try:
            if kind != "text/event-stream":
                self._first = await self._whole(kind)
            while not self._first:
                whole = await self._next()
                if whole is None:
                    raise ProviderUnavailable(f"{self.target.who} ended its answer before it began")
                # Comments keep the connection open while a provider thinks; they are no answer yet.
                if self._begins(whole):
                    self._first = whole
        except BaseException:
            self.answer.close()
            raise

    async def pieces(self, cost: Callable[[Usage], float | None], *, usage_asked: bool) -> AsyncIterator[bytes]:
        """Whole events as the provider sent them, naming the model that serves; the bill is filled in.

        `usage_asked` says that the client expects a last chunk without choices; others get one with an empty choice,
        which no client stumbles over.
        """
        begin = self._first.index(b"data:")
        event = self._first[begin : self._first.index(b"\n\n", begin)]  # all of an answer's are written in one way
        theirs = _MODEL.search(event)
        field = theirs[0] if theirs and theirs[0] != self._model else None
        odd = _ODDLY_SPACED.search(event) is not None
        piece: bytes | None = self._first
        while piece is not None:
            self.events += piece.count(b"\ndata:") + piece.startswith(b"data:")
            if field is not None:
                piece = piece.replace(field, self._model)
            plain = 0 if odd else _plain_bytes(piece)
            if plain < len(piece):
                noted = piece[:plain]
                try:
                    for event in _split(piece[plain:]):
                        noted += self._noted(event, cost, usage_asked=usage_asked)
                except ProviderError:  # what came before it is the client's
                    yield noted
                    raise
                piece = noted
            yield piece
            piece = await self._next()
        self._check_end()
        if not self.done:
            self.done = True
            yield _DONE

    async def chunks(self) -> AsyncIterator[dict[str, Any]]:
        """The events as parsed chunks, for formats other than Chat's own."""
        piece: bytes | None = self._first
        while piece is not None:
            for event in _split(piece):
                chunk = self._parsed(event)
                if chunk is not None:
                    self.events += 1
                    self._take(chunk)
                    yield chunk
            piece = await self._next()
        self._check_end()

    def close(self) -> None:
        """Give up the connection, which cancels the call, or return it for the next if the answer was whole."""
        if self.done and self.answer.content.at_eof():
            self.answer.release()
        else:
            self.answer.close()

    async def _whole(self, kind: str) -> bytes:
        """The events of an answer that came whole: there are servers that cannot stream. Raises `ProviderError`."""
        if kind != "application/json":
            raise InvalidResponse(f"{self.target.who} answered {kind} where a stream was asked for")
        payload, _ = await read_chat(self._upstreams, self.target, self.answer)
        self._read = _nothing
        choices = []
        for choice in payload["choices"]:
            delta = dict(choice.get("message") or {})
            if isinstance(delta.get("tool_calls"), list):  # in a stream each says which it is
                delta["tool_calls"] = [{"index": i, **call} for i, call in enumerate(delta["tool_calls"])]
            choices.append({**{k: v for k, v in choice.items() if k != "message"}, "delta": delta})
        chunk = {**payload, "object": "chat.completion.chunk", "choices": choices}
        return b"data: " + orjson.dumps(chunk) + b"\n\n" + _DONE

    async def _next(self) -> bytes | None:
        """The next bytes that end with an event; None at the end."""
        while True:
            with self._upstreams.errors(self.target):
                piece = await self._read()
            if not piece:
                rest, self._rest = self._rest, b""
                return rest + b"\n\n" if _is_whole(rest) else None
            data = self._rest + piece if self._rest else piece
            if b"\r" in data:
                data = data.replace(b"\r\n", b"\n")
            if data.endswith(b"\n\n"):
                self._rest = b""
                return data
            cut = data.rfind(b"\n\n") + 2
            if cut > 1:
                self._rest = data[cut:]
                return data[:cut]
            self._rest = data
            if len(data) > _EVENT_BYTES:
                raise InvalidResponse(f"{self.target.who} sent an event of more than {_EVENT_BYTES:,} bytes")

    def _noted(self, event: bytes, cost: Callable[[Usage], float | None], *, usage_asked: bool) -> bytes:
        """One event after a look inside; empty for one that must not pass."""
        chunk = self._parsed(event)
        if chunk is None:
            return event
        self._take(chunk)
        usage = chunk.get("usage")
        if not isinstance(usage, dict) or self.usage is None:
            return event
        if usage.get("cost") is None and (usd := cost(self.usage)) is not None:
            usage["cost"] = usd
        if not chunk.get("choices") and not usage_asked:
            chunk["choices"] = [{"index": 0, "delta": {}, "finish_reason": None}]
        return b"data: " + json_bytes(chunk) + b"\n\n"

    def _parsed(self, event: bytes) -> dict[str, Any] | None:
        """The JSON object in an event; None for [DONE], comments and what is no object. Errors are raised."""
        data = _data(event)
        if data == b"[DONE]":
            self.done = True
            return None
        if not data:
            return None
        try:
            chunk = orjson.loads(data)
        except orjson.JSONDecodeError:
            chunk = wire.load_object(data, self.target.who)  # half a surrogate pair, whose other half comes next
        if not isinstance(chunk, dict):
            return None
        if error := wire.error_in(chunk):
            raise error_of_object(error, self.target.who, self.target.key_hint, (self.target.secret,))
        return chunk

    def _take(self, chunk: dict[str, Any]) -> None:
        said = wire.parse_delta(chunk)
        self.usage = said.usage or self.usage
        self.finish_reason = said.finish_reason or self.finish_reason

    def _begins(self, piece: bytes) -> bool:
        """Whether an answer begins here; raises for what is none, or is an error."""
        begun = False
        for event in _split(piece):
            begun = self._parsed(event) is not None or begun
            if self.done and not begun:
                raise InvalidResponse(f"{self.target.who} ended its answer before it began")
            if begun and b'"error"' not in piece:
                break
        self.done = False
        return begun

    def _check_end(self) -> None:
        # Some servers forget [DONE]; a reason to stop says as much.
        if not self.done and self.finish_reason is None:
            raise ProviderUnavailable(f"{self.target.who} cut its answer off")


def _plain_bytes(piece: bytes) -> int:
    """How many bytes of these events, from the first on, are events that hold a piece of text and nothing else.

    Quotes inside JSON strings are escaped, so text cannot look like a mark. Plain searches, not a regular expression:
    this is done for every byte of every answer.
    """
    first = len(piece)
    for mark in _MARKS:
        at = piece.find(mark, 0, first)
        if at >= 0:
            first = at
    if first == len(piece):
        return first
    before = piece.rfind(b"\n\n", 0, first)
    return 0 if before < 0 else before + 2


def _data(event: bytes) -> bytes:
    return b"\n".join([line[5:].strip() for line in event.split(b"\n") if line.startswith(b"data:")])


def _is_whole(rest: bytes) -> bool:
    """Whether the end of a stream, without the empty line that ends events, is one all the same."""
    data = _data(rest)
    if data == b"[DONE]":
        return True
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


async def _nothing() -> bytes:
    return b""


def _split(piece: bytes) -> list[bytes]:
    return [event + b"\n\n" for event in piece.split(b"\n\n") if event.strip()]
