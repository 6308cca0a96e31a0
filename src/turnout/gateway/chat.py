"""Chat in three formats: one way from the request to the model's answer, whole or streamed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from turnout.errors import ProviderError
from turnout.gateway.answers import Live, read_chat, settle_usage
from turnout.gateway.ask import Ask, read_ask, read_prompt_id
from turnout.gateway.call import Call, answer_headers
from turnout.gateway.chooser import Chooser
from turnout.gateway.dialect import Dialect, EventWriter
from turnout.gateway.history import fit_history
from turnout.gateway.http import json_bytes, read_object, send_body, start
from turnout.gateway.links import Links
from turnout.gateway.purse import Purse
from turnout.gateway.refusal import Refusal
from turnout.gateway.relay import Choice, Relay
from turnout.gateway.upstream import Target
from turnout.providers import wire
from turnout.providers.failures import scrub
from turnout.types import Usage

__all__ = ["ChatService"]

_OURS = ("turnout", "models", "provider", "stream_options")  # read here; what providers need of them is put back
_STREAM_HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]


@dataclass(slots=True)
class _Asked:
    """One chat request, read: as the client sent it, and as Chat."""

    call: Call
    given: dict[str, Any]
    body: dict[str, Any]
    ask: Ask
    dialect: Dialect | None


class ChatService:
    """Serves chat. A `dialect` of None is Chat itself, whose answers pass with as little handling as there can be."""

    def __init__(self, chooser: Chooser, relay: Relay, purse: Purse, links: Links, max_body: int) -> None:
        self._chooser = chooser
        self._relay = relay
        self._purse = purse
        self._links = links
        self._max_body = max_body

    async def serve(self, call: Call, dialect: Dialect | None) -> None:
        """From the request's body to the last byte of the answer; `Refusal` and Turnout's own errors are raised."""
        raw = await call.body(self._max_body)
        given = read_object(raw)
        body = given if dialect is None else dialect.to_chat(given) | _openrouters(given)
        exchange = call.exchange
        exchange.prompt_id = read_prompt_id(raw)
        ask = read_ask(body)
        exchange.asked, exchange.preference = ask.asked, ask.preference
        exchange.modality, exchange.category = ask.prompt.modality, ask.prompt.category or ""
        exchange.stream = _wants_stream(body)
        chosen = await self._chooser.choose(
            ask, key_id=exchange.key_id, key_models=call.key_models, max_usd=self._purse.left(call.key)
        )
        with self._purse.spending(call.key, exchange, chosen.choices, ask.prompt, ask.answers) as affordable:
            if affordable is not None:
                body = {**body, "max_tokens": affordable}
            asked = _Asked(call, given, body, ask, dialect)
            await (self._stream if exchange.stream else self._whole)(asked, chosen.choices)
        if exchange.model_id is not None and ask.preference is not None:
            self._chooser.conversations.remember(exchange.key_id, ask.conversation, exchange.model_id)

    async def _whole(self, asked: _Asked, choices: Sequence[Choice]) -> None:
        call, upstreams = asked.call, self._relay.upstreams
        exchange = call.exchange

        async def attempt(choice: Choice, target: Target) -> tuple[dict[str, Any], wire.Piece]:
            data = await self._outgoing(asked.body, choice, target, stream=False)
            began = time.perf_counter()
            answer = await upstreams.post(target, "/chat/completions", data)
            read = await read_chat(upstreams, target, answer)
            exchange.latency_s = time.perf_counter() - began
            return read

        choice, (payload, said) = await self._relay.first_answer(choices, attempt, exchange)
        call.served_by(choice)
        settle_usage(exchange, said.usage, choice.model.price, exchange.latency_s or 0.0)
        exchange.finish_reason = said.finish_reason
        payload["model"] = choice.model.id
        if said.usage is not None and payload["usage"].get("cost") is None:
            payload["usage"]["cost"] = exchange.usd
        if asked.dialect is not None:
            payload = asked.dialect.answer(payload, asked.given, choice.model.id, exchange.id)
        body = json_bytes(payload)
        exchange.status = 200
        exchange.overhead_s = call.overhead_s()
        call.started = True
        await send_body(call.send, 200, body, answer_headers(exchange))

    async def _stream(self, asked: _Asked, choices: Sequence[Choice]) -> None:
        call, upstreams = asked.call, self._relay.upstreams
        exchange = call.exchange
        began = 0.0

        async def attempt(choice: Choice, target: Target) -> Live:
            nonlocal began
            data = await self._outgoing(asked.body, choice, target, stream=True)
            began = time.perf_counter()
            live = Live(upstreams, target, await upstreams.post(target, "/chat/completions", data))
            await live.open()
            exchange.latency_s = exchange.ttft_s = time.perf_counter() - began
            return live

        choice, live = await self._relay.first_answer(choices, attempt, exchange)
        call.served_by(choice)
        exchange.status = 200
        exchange.overhead_s = call.overhead_s()
        writer = None if asked.dialect is None else asked.dialect.events(asked.given, choice.model.id, exchange.id)
        try:
            await start(call.send, 200, [*_STREAM_HEADERS, *answer_headers(exchange)])
            call.started = True
            try:
                if writer is None:
                    await self._pass_on(call, live, choice, began, usage_asked=_usage_asked(asked.body))
                else:
                    await self._translate(call, live, writer)
            except ProviderError as error:  # too late for another model: one clear last event
                if call.ended:  # the connection broke after the last word
                    return
                self._relay.health.failed(choice.model, error)
                exchange.error = scrub(str(error))
                await call.send_piece(_failure(error) if writer is None else writer.fail(exchange.error, "api_error"))
        finally:
            live.close()
            exchange.latency_s = time.perf_counter() - began
            exchange.finish_reason = live.finish_reason
            # A stream that ended before its usage came is billed all the same: roughly a token for each event.
            usage = live.usage or Usage(asked.ask.prompt.tokens, live.events)
            settle_usage(exchange, usage, choice.model.price, exchange.latency_s)
        if not call.ended:
            await call.send_piece(b"", last=True)

    async def _pass_on(self, call: Call, live: Live, choice: Choice, began: float, *, usage_asked: bool) -> None:
        def cost(usage: Usage) -> float | None:
            return wire.priced_usage(choice.model, usage, time.perf_counter() - began).cost_usd

        async for piece in live.pieces(cost, usage_asked=usage_asked):
            await call.send_piece(piece, last=live.done)

    async def _translate(self, call: Call, live: Live, writer: EventWriter) -> None:
        await call.send_piece(writer.start())
        async for chunk in live.chunks():
            if piece := writer.feed(chunk):
                await call.send_piece(piece)
        await call.send_piece(writer.close(), last=True)

    async def _outgoing(self, body: Mapping[str, Any], choice: Choice, target: Target, *, stream: bool) -> bytes:
        """The request as this provider gets it."""
        model = choice.model
        sent = {name: value for name, value in body.items() if name not in _OURS}
        sent["model"] = model.name
        messages = fit_history(body["messages"], model, thinks=choice.thinks and target.is_openrouter)
        sent["messages"] = await self._links.resolve(messages, model)
        if stream:
            given = body.get("stream_options")
            sent["stream_options"] = {**(given if isinstance(given, dict) else {}), "include_usage": True}
        # OpenAI's reasoning models refuse the old name, which everybody else still expects.
        if target.limit_name != "max_tokens" and "max_tokens" in sent:
            sent.setdefault(target.limit_name, sent.pop("max_tokens"))
        if target.is_openrouter:
            sent["usage"] = {"include": True}
            if body.get("provider") is not None:
                sent["provider"] = body["provider"]
        return orjson.dumps(sent)


def _openrouters(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request in another format that mean the same in all: no dialect knows them."""
    return {name: given[name] for name in ("models", "provider") if name in given}


def _wants_stream(body: Mapping[str, Any]) -> bool:
    value = body.get("stream")
    if value is not None and not isinstance(value, bool):
        raise Refusal(400, "stream must be true or false", param="stream")
    return bool(value)


def _usage_asked(body: Mapping[str, Any]) -> bool:
    options = body.get("stream_options")
    return isinstance(options, dict) and bool(options.get("include_usage"))


def _failure(error: ProviderError) -> bytes:
    document = {"message": scrub(str(error)), "type": "api_error", "code": type(error).__name__, "param": None}
    return b"data: " + orjson.dumps({"error": document}) + b"\n\n"
