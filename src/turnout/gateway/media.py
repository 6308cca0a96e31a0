"""Endpoints that are not chat: vectors, transcripts, speech, pictures. Passed on whole to whoever serves the model."""

from __future__ import annotations

import asyncio
import base64
import io
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson
from multipart import MultipartError, MultipartParser, parse_options_header

from turnout.encoders.protocol import Encoder
from turnout.errors import InvalidResponse
from turnout.gateway.answers import settle_usage
from turnout.gateway.ask import Ask, read_choice, read_prompt_id
from turnout.gateway.call import Call, answer_headers
from turnout.gateway.chooser import Chooser, Endpoint
from turnout.gateway.http import json_bytes, read_object, send_body
from turnout.gateway.purse import Purse
from turnout.gateway.refusal import Refusal
from turnout.gateway.relay import Choice, Relay
from turnout.gateway.upstream import Target
from turnout.providers import wire
from turnout.providers.failures import error_of_object
from turnout.types import Media, Model, Price, Prompt

__all__ = ["OWN_ENCODER", "MediaService"]

OWN_ENCODER = "local/all-minilm-l6-v2"  # the encoder that reads prompts for the router, served as it is
_MAX_TEXTS = 2048  # OpenAI's own limit


@dataclass(frozen=True, slots=True)
class _Whole:
    """A provider's answer: its bytes and their type."""

    data: bytes
    mime: bytes


class MediaService:
    """`encoder` gives Turnout's own encoder when it is first asked for; it may have to be fetched."""

    def __init__(
        self,
        chooser: Chooser,
        relay: Relay,
        purse: Purse,
        encoder: Callable[[], Encoder],
        max_body: int,
    ) -> None:
        self._chooser = chooser
        self._relay = relay
        self._purse = purse
        self._encoder = encoder
        self._max_body = max_body

    async def embeddings(self, call: Call) -> None:
        """`/v1/embeddings`: Turnout's own encoder under its name or ``auto``, every other model at its provider."""
        raw = await call.body(self._max_body)
        body = read_object(raw)
        call.exchange.prompt_id = read_prompt_id(raw)
        model = _named(body, default="auto")
        call.exchange.asked = model
        if model in ("auto", OWN_ENCODER):
            self._check_key(call, OWN_ENCODER)
            await self._encode(call, body)
            return
        await self._forward_json(call, body, model, "/embeddings")

    async def images(self, call: Call) -> None:
        """`/v1/images/generations`, at the named model's provider."""
        raw = await call.body(self._max_body)
        body = read_object(raw)
        call.exchange.prompt_id = read_prompt_id(raw)
        call.exchange.modality = "image"
        model = call.exchange.asked = _named(body)
        if model.partition(":")[0] == "auto":
            raise Refusal(
                400, "nobody has measured models that make pictures, so there is nothing to choose by: name a model",
                code="no_eligible_model", param="model",
            )  # fmt: skip
        await self._forward_json(call, body, model, "/images/generations")

    async def speech(self, call: Call) -> None:
        """`/v1/audio/speech`: a text becomes a recording."""
        raw = await call.body(self._max_body)
        body = read_object(raw)
        call.exchange.prompt_id = read_prompt_id(raw)
        text = body.get("input")
        if not isinstance(text, str) or not text.strip():
            raise Refusal(400, "input must be the text to be spoken", param="input")
        ask = read_choice(body, Prompt(text, modality="audio", category="voice-generation"))
        sent = {name: value for name, value in body.items() if name not in ("turnout", "models", "provider")}

        async def attempt(choice: Choice, target: Target) -> _Whole:
            data = orjson.dumps({"voice": "alloy", **sent, "model": choice.model.name})
            whole = await self._post(call, target, "/audio/speech", data, "application/json")
            if not whole.data:
                raise InvalidResponse(f"{target.who} answered no speech")
            if not whole.mime.startswith((b"audio/", b"application/octet-stream", b"text/event-stream")):
                raise InvalidResponse(f"{target.who} answered {whole.mime.decode()} where speech was asked for")
            return whole

        await self._serve(call, ask, "speech", attempt)

    async def transcriptions(self, call: Call) -> None:
        """`/v1/audio/transcriptions`: a recording, sent as a form, becomes a text."""
        raw = await call.body(self._max_body)
        call.exchange.prompt_id = read_prompt_id(raw)
        fields, files = _form(raw, call.request.header(b"content-type"))
        if "file" not in files:
            raise Refusal(400, "the form needs the recording as a file field named file", param="file")
        body: dict[str, Any] = dict(fields)
        if "turnout" in body:
            body["turnout"] = read_object(body["turnout"].encode())
        recording = Media(b"", "audio/*")
        ask = read_choice(body, Prompt("", "audio", "speech-recognition", (recording,), token_count=0))

        async def attempt(choice: Choice, target: Target) -> _Whole:
            sent = [(n, v) for n, v in fields if n not in ("model", "turnout", "models", "provider")]
            data, mime = _written([*sent, ("model", choice.model.name)], files)
            whole = await self._post(call, target, "/audio/transcriptions", data, mime)
            if whole.mime.startswith(b"application/json"):
                payload = _checked(whole, target)
                wire.parse_transcript(payload, target.who)
                self._settle(call, payload, choice.model)
                return _Whole(json_bytes(payload), b"application/json")
            if not whole.mime.startswith((b"text/plain", b"text/event-stream", b"text/vtt", b"application/x-subrip")):
                raise InvalidResponse(f"{target.who} answered {whole.mime.decode('latin-1')} for a transcript")
            return whole

        await self._serve(call, ask, "transcription", attempt)

    async def _serve(self, call: Call, ask: Ask, endpoint: Endpoint, attempt: Any) -> None:
        exchange = call.exchange
        exchange.asked, exchange.preference = ask.asked, ask.preference
        exchange.modality, exchange.category = ask.prompt.modality, ask.prompt.category or ""
        chosen = await self._chooser.choose(
            ask, key_id=exchange.key_id, key_models=call.key_models, endpoint=endpoint,
            max_usd=self._purse.left(call.key),
        )  # fmt: skip
        await self._answer(call, chosen.choices, attempt)

    async def _forward_json(self, call: Call, body: Mapping[str, Any], model_id: str, path: str) -> None:
        model = self._somewhere(call, model_id)
        sent = {name: value for name, value in body.items() if name not in ("turnout", "models", "provider")}

        async def attempt(choice: Choice, target: Target) -> _Whole:
            data = orjson.dumps({**sent, "model": choice.model.name})
            whole = await self._post(call, target, path, data, "application/json")
            payload = _checked(whole, target)
            self._settle(call, payload, model)
            payload["model"] = model.id
            return _Whole(json_bytes(payload), b"application/json")

        await self._answer(call, (Choice(model, "the client asked for it"),), attempt)

    async def _answer(self, call: Call, choices: Sequence[Choice], attempt: Any) -> None:
        exchange = call.exchange
        with self._purse.spending(call.key, exchange, choices):
            choice, whole = await self._relay.first_answer(choices, attempt, exchange)
            call.served_by(choice)
            if exchange.usd is None:
                settle_usage(exchange, None, choice.model.price, exchange.latency_s or 0.0)
            exchange.status = 200
            exchange.overhead_s = call.overhead_s()
            call.started = True
            await send_body(call.send, 200, whole.data, answer_headers(exchange), mime=whole.mime)

    async def _post(self, call: Call, target: Target, path: str, data: bytes, mime: str) -> _Whole:
        upstreams = self._relay.upstreams
        began = time.perf_counter()
        answer = await upstreams.post(target, path, data, mime)
        body = await upstreams.read(target, answer)
        call.exchange.latency_s = time.perf_counter() - began
        return _Whole(body, answer.headers.get("Content-Type", "application/octet-stream").encode("ascii", "replace"))

    def _settle(self, call: Call, payload: dict[str, Any], model: Model) -> None:
        """Tokens and bill of an answer in JSON, the bill filled in. What makes no text has no output tokens."""
        said = payload.get("usage")
        usage = wire.parse_usage(said)
        if usage is None or not isinstance(said, dict):
            return
        price = model.price
        if usage.output_tokens is None:
            usage, price = replace(usage, output_tokens=0), replace(price, output_per_mtok=price.output_per_mtok or 0.0)
        settle_usage(call.exchange, usage, price, call.exchange.latency_s or 0.0)
        if said.get("cost") is None and call.exchange.usd is not None:
            said["cost"] = call.exchange.usd

    async def _encode(self, call: Call, body: Mapping[str, Any]) -> None:
        texts = body.get("input")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
            raise Refusal(
                400, "input must be a text or a list of texts, none of them empty; token ids are another model's",
                param="input",
            )  # fmt: skip
        if len(texts) > _MAX_TEXTS:
            raise Refusal(400, f"input holds {len(texts):,} texts; {_MAX_TEXTS:,} are the most", param="input")
        form = body.get("encoding_format", "float")
        if form not in ("float", "base64"):
            raise Refusal(400, "encoding_format must be float or base64", param="encoding_format")
        if body.get("dimensions") not in (None, 384):
            raise Refusal(400, f"{OWN_ENCODER} has 384 dimensions and no others", param="dimensions")
        exchange = call.exchange
        began = time.perf_counter()
        vectors = await asyncio.to_thread(lambda: self._encoder().encode(texts))
        exchange.model_id, exchange.provider, exchange.reason = OWN_ENCODER, "local", "the encoder of this server"
        exchange.latency_s = time.perf_counter() - began
        exchange.input_tokens = sum(-(-len(text.encode(errors="replace")) // 4) for text in texts)
        exchange.status, exchange.usd, exchange.overhead_s = 200, 0.0, call.overhead_s()
        document = {
            "object": "list",
            "model": OWN_ENCODER,
            "data": [
                {"object": "embedding", "index": i, "embedding": _vector(vector, form)}
                for i, vector in enumerate(vectors)
            ],
            "usage": {"prompt_tokens": exchange.input_tokens, "total_tokens": exchange.input_tokens, "cost": 0.0},
        }
        call.started = True
        await send_body(call.send, 200, json_bytes(document), answer_headers(exchange))

    def _somewhere(self, call: Call, model_id: str) -> Model:
        """A model that the catalogue need not list (it lists models that chat): the provider is the id's first part,
        or OpenRouter."""
        self._check_key(call, model_id)
        if (known := self._chooser.find(model_id)) is not None:
            return known
        provider, _, name = model_id.partition("/")
        if model_id not in self._chooser.catalogue.models:
            if name and provider != "openrouter" and self._chooser.reaches(provider):
                return Model(model_id, provider, name, Price())
            if self._chooser.reaches("openrouter"):
                return Model(model_id, "openrouter", model_id, Price())
        raise Refusal(404, f"no provider here serves {model_id!r}", code="model_not_found", param="model")

    def _check_key(self, call: Call, model_id: str) -> None:
        if call.key is not None and not call.key.allows(model_id):
            raise Refusal(403, f"this key may not ask {model_id}", kind="permission_error", code="model_not_allowed")


def _named(body: Mapping[str, Any], default: str | None = None) -> str:
    model = body.get("model", default)
    if not isinstance(model, str) or not model:
        raise Refusal(400, "model must be a string", param="model")
    return model


def _checked(whole: _Whole, target: Target) -> dict[str, Any]:
    """The JSON object of an answer that is no error in disguise."""
    payload = wire.load_object(whole.data, target.who)
    if error := wire.error_in(payload):
        raise error_of_object(error, target.who, target.key_hint, (target.secret,))
    return payload


def _vector(vector: np.ndarray[Any, Any], form: str) -> Any:
    if form == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    return vector.tolist()


@dataclass(frozen=True, slots=True)
class _File:
    """An uploaded file."""

    name: str
    mime: str
    data: bytes


def _form(raw: bytes, content_type: str) -> tuple[list[tuple[str, str]], dict[str, _File]]:
    """Fields in their order, since one name may come twice, and files."""
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise Refusal(400, "a recording is sent as multipart/form-data with the fields file and model")
    fields: list[tuple[str, str]] = []
    files: dict[str, _File] = {}
    try:
        for part in _parts(raw, options["boundary"]):
            if part.filename is None:
                fields.append((part.name, part.value))
            else:
                files[part.name] = _File(part.filename, part.content_type, part.raw)
    except (MultipartError, UnicodeDecodeError, LookupError) as error:
        raise Refusal(400, f"the form cannot be read: {error}") from None
    return fields, files


def _parts(raw: bytes, boundary: str) -> MultipartParser:
    # It is all in memory already, within --max-body: nothing has to go through a file.
    size = len(raw) + 1
    return MultipartParser(
        io.BytesIO(raw), boundary, strict=True, part_limit=64, spool_limit=size, memory_limit=size, disk_limit=0
    )


def _written(fields: Sequence[tuple[str, str]], files: Mapping[str, _File]) -> tuple[bytes, str]:
    """A form as bytes with its content type: it can be sent again to another provider, as aiohttp's own cannot."""
    boundary = f"turnout-{secrets.token_hex(16)}"
    out = bytearray()
    for name, value in fields:
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'.encode()
    for name, file in files.items():
        out += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(file.name)}"'
            f"\r\nContent-Type: {_line(file.mime)}\r\n\r\n"
        ).encode()
        out += file.data + b"\r\n"
    out += f"--{boundary}--\r\n".encode()
    return bytes(out), f"multipart/form-data; boundary={boundary}"


def _quoted(text: str) -> str:
    return _line(text).replace('"', "%22")


def _line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")
