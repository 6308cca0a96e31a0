"""Endpoints about the gateway itself: models, decisions, feedback, health, metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from turnout.errors import UserError
from turnout.explain import decision_document
from turnout.gateway.ask import read_ask, read_choice
from turnout.gateway.chooser import Chooser, Endpoint
from turnout.gateway.http import Headers, Request, Send, json_bytes, read_object, send_body
from turnout.gateway.keys import ClientKey
from turnout.gateway.media import OWN_ENCODER
from turnout.gateway.record import Record
from turnout.gateway.refusal import Refusal
from turnout.preference import PRESETS
from turnout.types import Model, Prompt

__all__ = ["Service"]

_ENDPOINTS: tuple[Endpoint, ...] = ("chat", "transcription", "speech")
_VOTES = {"up": 1.0, "down": 0.0}


class Service:
    """What needs no provider. `ready` says whether requests are taken now, and if not, why."""

    def __init__(self, chooser: Chooser, record: Record, ready: Callable[[], str | None], max_body: int) -> None:
        self._chooser = chooser
        self._record = record
        self._ready = ready
        self._max_body = max_body

    async def models(self, request: Request, send: Send, key: ClientKey | None, headers: Headers) -> None:
        """`GET /v1/models` and `GET /v1/models/ID`: what the client may ask for, the automatic ones first."""
        patterns = () if key is None else key.models
        listed = [_automatic("auto"), *(_automatic(f"auto:{name}") for name in PRESETS)]
        listed += [_entry(model) for model in self._chooser.visible(patterns)]
        if key is None or key.allows(OWN_ENCODER):
            listed.append({"id": OWN_ENCODER, "object": "model", "created": 0, "owned_by": "local"})
        wanted = request.path.removeprefix("/v1/models").strip("/")
        if not wanted:
            await send_body(send, 200, json_bytes({"object": "list", "data": listed}), headers)
            return
        found = next((entry for entry in listed if entry["id"] == wanted), None)
        if found is None:
            raise Refusal(404, f"no model {wanted!r}; GET /v1/models lists them", code="model_not_found", param="model")
        await send_body(send, 200, json_bytes(found), headers)

    async def route(self, request: Request, send: Send, key: ClientKey | None, headers: Headers) -> None:
        """`POST /v1/route`: the decision alone, for a chat request or a `prompt`. Nothing is asked, nothing costs.

        `endpoint` says where it would be asked, if not by chat.
        """
        body = read_object(await request.body(self._max_body))
        if "prompt" in body and "messages" not in body:
            if not isinstance(body["prompt"], str):
                raise Refusal(400, "prompt must be a text", param="prompt")
            ask = read_choice(body, Prompt(body["prompt"], token_count=None if body["prompt"].strip() else 0))
        else:
            ask = read_ask(body)
        endpoint = next((e for e in _ENDPOINTS if e == body.get("endpoint", "chat")), None)
        if endpoint is None:
            raise Refusal(400, f"endpoint must be one of {', '.join(_ENDPOINTS)}", param="endpoint")
        patterns = () if key is None else key.models
        decision = await asyncio.to_thread(self._chooser.explain, ask, key_models=patterns, endpoint=endpoint)
        document = decision_document(decision, lambda model: self._chooser.missing.get(model))
        await send_body(send, 200, json_bytes(document), headers)

    async def feedback(self, request: Request, send: Send, key: ClientKey | None, headers: Headers) -> None:
        """`POST /v1/feedback`: a `vote` (up, down) or a `score` in [0, 1] on a `decision_id` becomes an outcome."""
        body = read_object(await request.body(2**16))
        decision, vote, score = body.get("decision_id"), body.get("vote"), body.get("score")
        if not isinstance(decision, str) or not decision:
            raise Refusal(400, "decision_id must be what x-turnout-decision-id said", param="decision_id")
        if (vote is None) == (score is None):
            raise Refusal(400, "send either vote (up or down) or score (0 to 1)", param="vote")
        if vote is not None:
            if not isinstance(vote, str) or vote not in _VOTES:
                raise Refusal(400, "vote must be up or down", param="vote")
            quality = _VOTES[vote]
        elif isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= 1:
            raise Refusal(400, "score must be a number from 0 to 1", param="score")
        else:
            quality = float(score)
        try:
            await self._record.feedback(decision, quality, None if key is None else key.id)
        except UserError as error:
            raise Refusal(404, str(error), code="decision_not_found", param="decision_id") from None
        document = {"object": "feedback", "decision_id": decision, "quality": quality}
        await send_body(send, 200, json_bytes(document), headers)

    async def health(self, send: Send, headers: Headers) -> None:
        """`GET /health`: the process answers."""
        await send_body(send, 200, b'{"status":"ok"}', headers)

    async def ready(self, send: Send, headers: Headers) -> None:
        """`GET /ready`: whether requests are taken, for a balancer."""
        why_not = self._ready()
        body: dict[str, Any] = {"status": "ready" if why_not is None else "not ready"}
        if why_not is not None:
            body["reason"] = why_not
        await send_body(send, 200 if why_not is None else 503, json_bytes(body), headers)


def _automatic(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "turnout"}


def _entry(model: Model) -> dict[str, Any]:
    price = {name: value for name, value in asdict(model.price).items() if value is not None}
    return {
        "id": model.id,
        "object": "model",
        "created": 0,
        "owned_by": model.provider,
        "context_length": model.context_tokens,
        "architecture": {"input_modalities": sorted(model.inputs), "output_modalities": sorted(model.outputs)},
        "turnout": {"endpoint": model.endpoint, "tools": model.tools, "price": price},
    }
