"""A model behind any OpenAI-compatible address: chat with text, image, audio and video, transcription, speech."""

from __future__ import annotations

import io
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import aiohttp
from pydantic import SecretStr

from turnout.errors import (
    InvalidResponse,
    ProviderUnavailable,
)
from turnout.providers import wire
from turnout.providers.connection import (
    MAX_BYTES,
    USER_AGENT,
    authorization,
    bare_key,
    check_address,
    host_of,
    provider_errors,
    read_answer,
)
from turnout.providers.failures import error_of_object, error_of_status
from turnout.providers.protocol import ChatChunk, ChatRequest, ChatResponse
from turnout.providers.sse import EventParser
from turnout.types import Media, Model, Usage

__all__ = ["OpenAICompatibleModel", "list_models"]


class OpenAICompatibleModel:
    """One model at one address; `model.endpoint` says which of chat, transcription and speech it answers.

    `timeout_s` bounds the wait for each step (connection, first byte, next chunk), not the whole answer: for that, wrap
    it in a `DeadlineModel`. What the provider bills wins over the price list; latency counts from the call.
    A `session` that is given is used and left open.
    """

    def __init__(
        self,
        model: Model,
        base_url: str,
        api_key: SecretStr | None = None,
        timeout_s: float = 120,
        *,
        headers: Mapping[str, str] | None = None,
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        self._model = model
        self._base_url = base_url.rstrip("/")
        self._host = host_of(base_url)
        self._key = bare_key(api_key)
        self._timeout_s = timeout_s
        self._headers = dict(headers or {})
        self._session = session
        self._owns_session = session is None
        self._asks_bill = model.provider == "openrouter" or self._host.endswith("openrouter.ai")

    def __repr__(self) -> str:
        return f"OpenAICompatibleModel({self._model.id!r} at {self._host})"

    @property
    def model_id(self) -> str:
        """The catalogue id."""
        return self._model.id

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The whole answer."""
        began = time.perf_counter()
        if self._model.endpoint == "speech":
            return await self._speak(request, began)
        if self._model.endpoint == "transcription":
            form = self._transcription_form(request)
            payload = await self._object("/audio/transcriptions", data=form)
            piece = wire.parse_transcript(payload, self._who)
        else:
            body = self._chat_body(request, stream=False)
            payload = await self._object("/chat/completions", json=body)
            piece = wire.parse_answer(payload, self._who)
        seconds = time.perf_counter() - began
        usage = wire.priced_usage(self._model, piece.usage, seconds)
        return ChatResponse(piece.text, self.model_id, usage, seconds, finish_reason=piece.finish_reason)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The answer in pieces. Transcription and speech come in one."""
        if self._model.endpoint != "chat":
            response = await self.complete(request)
            yield ChatChunk(response.text, response)
            return
        began = time.perf_counter()
        body = self._chat_body(request, stream=True)
        texts: list[str] = []
        first: float | None = None
        finish, usage, answered, done = None, None, False, False
        joiner = wire.TextJoiner()
        async with self._post("/chat/completions", json=body) as answer:
            if answer.content_type == "application/json":  # some servers do not stream when asked to
                piece = wire.parse_answer(self._checked(await read_answer(answer, self._who)), self._who)
                yield ChatChunk(piece.text, self._response(piece.text, piece.finish_reason, piece.usage, began, None))
                return
            async with aclosing(self._events(answer)) as events:
                async for data in events:
                    if data.strip() == "[DONE]":
                        done = True
                        break
                    piece = wire.parse_delta(self._checked(data.encode()))
                    usage = piece.usage or usage
                    finish = piece.finish_reason or finish
                    answered = answered or piece.answers
                    if text := joiner.feed(piece.text):
                        if first is None:
                            first = time.perf_counter() - began
                        texts.append(text)
                        yield ChatChunk(text)
        if not done and finish is None:
            raise ProviderUnavailable(f"{self._who} cut its answer off")
        if not answered:
            raise InvalidResponse(f"{self._who} answered without choices")
        texts.append(left := joiner.close())
        yield ChatChunk(left, self._response("".join(texts), finish, usage, began, first))

    async def aclose(self) -> None:
        """Close the session, unless it was given."""
        if self._owns_session and self._session is not None:
            session, self._session = self._session, None
            await session.close()

    # Building blocks

    def _chat_body(self, request: ChatRequest, *, stream: bool) -> dict[str, Any]:
        # OpenAI's reasoning models refuse the old name, which everybody else still expects.
        limit = "max_completion_tokens" if self._host == "api.openai.com" else "max_tokens"
        return wire.chat_body(self._model, request, stream=stream, ask_bill=self._asks_bill, limit_name=limit)

    @property
    def _who(self) -> str:
        return f"{self._model.id} at {self._host or 'no host'}"

    @property
    def _key_hint(self) -> str:
        if self._model.provider == "openrouter":
            return "OPENROUTER_API_KEY"
        return f"the key of provider {self._model.provider}"

    def _response(
        self, text: str, finish: str | None, usage: Usage | None, began: float, first: float | None
    ) -> ChatResponse:
        seconds = time.perf_counter() - began
        priced = wire.priced_usage(self._model, usage, seconds)
        return ChatResponse(text, self.model_id, priced, seconds, first, finish)

    async def _speak(self, request: ChatRequest, began: float) -> ChatResponse:
        body = wire.speech_body(self._model, request)
        async with self._post("/audio/speech", json=body) as answer:
            data = await read_answer(answer, self._who)
            mime = answer.content_type
        if mime == "application/json":
            self._checked(data)
        if not mime.startswith("audio/") and mime != "application/octet-stream":
            raise InvalidResponse(f"{self._who} answered {mime} where speech was asked for")
        if not data:
            raise InvalidResponse(f"{self._who} answered no speech")
        seconds = time.perf_counter() - began
        usage = wire.priced_usage(self._model, None, seconds)
        media = Media(data, mime if mime.startswith("audio/") else "audio/wav")
        return ChatResponse("", self.model_id, usage, seconds, finish_reason="stop", media=(media,))

    def _transcription_form(self, request: ChatRequest) -> aiohttp.FormData:
        media = wire.transcription_media(self._model, request)
        form = aiohttp.FormData()
        for name, value in wire.transcription_fields(self._model, request).items():
            form.add_field(name, value)
        filename = media.name or f"audio.{wire.audio_format(media.mime)}"
        form.add_field("file", media.data, filename=filename, content_type=media.mime)
        return form

    async def _object(self, path: str, **body: Any) -> dict[str, Any]:
        async with self._post(path, **body) as answer:
            return self._checked(await read_answer(answer, self._who))

    def _checked(self, data: bytes) -> dict[str, Any]:
        """The JSON object, unless it is an error in an answer's clothes."""
        payload = wire.load_object(data, self._who)
        if error := wire.error_in(payload):
            raise error_of_object(error, self._who, self._key_hint, (self._key,))
        return payload

    @asynccontextmanager
    async def _post(self, path: str, **body: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"User-Agent": USER_AGENT, **self._headers, **authorization(self._key, self._who, self._key_hint)}
        check_address(self._base_url, self._who, self._key)
        if "json" in body:
            # As a file, so that a film is sent in pieces and does not hold up other calls.
            headers["Content-Type"] = "application/json"
            body = {"data": io.BytesIO(json.dumps(body["json"]).encode())}
        if self._session is None:
            self._session = aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._timeout_s, sock_read=self._timeout_s)
        with provider_errors(self._who, self._timeout_s, self._key):
            async with self._session.post(
                self._base_url + path, headers=headers, timeout=timeout, allow_redirects=False, **body
            ) as answer:
                if answer.status != 200:
                    said = await read_answer(answer, self._who)
                    raise error_of_status(answer.status, said, answer.headers, self._who, self._key_hint, (self._key,))
                yield answer

    async def _events(self, answer: aiohttp.ClientResponse) -> AsyncGenerator[str]:
        if answer.content_type != "text/event-stream":
            raise InvalidResponse(f"{self._who} answered {answer.content_type} where a stream was asked for")
        parser = EventParser(MAX_BYTES)
        async for piece in answer.content.iter_any():
            for event in parser.feed(piece):
                yield event
        for event in parser.close():
            yield event


async def list_models(base_url: str, api_key: SecretStr | None = None, timeout_s: float = 60) -> list[dict[str, Any]]:
    """What `/models` lists; failures are `ProviderError`s."""
    host, key, hint = host_of(base_url) or "no host", bare_key(api_key), "the provider's key"
    headers = {"User-Agent": USER_AGENT, **authorization(key, host, hint)}
    check_address(base_url, host, key)
    with provider_errors(host, timeout_s, key):
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout_s)) as session,
            session.get(f"{base_url.rstrip('/')}/models", headers=headers, allow_redirects=False) as answer,
        ):
            data = await read_answer(answer, host)
            if answer.status != 200:
                raise error_of_status(answer.status, data, answer.headers, host, hint, (key,))
    listing = wire.load_object(data, host).get("data")
    if not isinstance(listing, list) or not all(isinstance(entry, dict) for entry in listing):
        raise InvalidResponse(f"{host} answered no list of models")
    return listing
