"""The chat endpoint of a model that is none: its requests taken apart, and a text sent as its answer."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from turnout.providers.local.media import BadInput

__all__ = ["json_body", "media_of", "messages_of", "say", "text_of"]

_URLS = {"image_url": "image", "video_url": "video"}


async def json_body(request: web.Request) -> dict[str, Any]:
    """The body, which must be a JSON object."""
    try:
        body = await request.json()
    except ValueError:
        raise BadInput("the body is not JSON") from None
    if not isinstance(body, dict):
        raise BadInput("the body must be a JSON object")
    return body


def messages_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages that are JSON objects."""
    messages = body.get("messages")
    return [message for message in messages if isinstance(message, dict)] if isinstance(messages, list) else []


def text_of(message: Mapping[str, Any]) -> str:
    """The text of a message, its parts joined by an empty line."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    return "\n\n".join(str(part.get("text") or "") for part in _parts(message) if part.get("type") == "text")


def media_of(message: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """("image" or "video", bytes) of each attachment of a message; raises `BadInput` for what is not one."""
    found = []
    for part in _parts(message):
        kind = str(part.get("type"))
        address = part.get(kind)
        if kind in _URLS and isinstance(address, dict):
            found.append((_URLS[kind], _bytes_of(str(address.get("url", "")), _URLS[kind])))
        elif kind == "input_audio":
            raise BadInput("this model does not take audio: ask a speech recogniser")
    return found


def _parts(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = message.get("content")
    return [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []


def _bytes_of(url: str, kind: str) -> bytes:
    head, comma, data = url.partition(",")
    if not (comma and head.startswith("data:") and head.endswith(";base64")):
        raise BadInput(f"{kind}s must be data: URLs in base64; addresses are not fetched")
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise BadInput(f"the base64 of the {kind} is damaged") from None


async def say(request: web.Request, text: str, body: Mapping[str, Any], model_id: str) -> web.StreamResponse:
    """The text as an answer, streamed (in one piece) if the body asks for that."""
    head = {"id": f"chatcmpl-{time.time_ns():x}", "created": int(time.time()), "model": model_id}
    if body.get("stream") is not True:
        message = {"role": "assistant", "content": text}
        choices: list[dict[str, Any]] = [{"index": 0, "message": message, "finish_reason": "stop"}]
        return web.json_response({**head, "object": "chat.completion", "choices": choices})
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
    await response.prepare(request)
    for choice in (
        {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None},
        {"index": 0, "delta": {}, "finish_reason": "stop"},
    ):
        chunk = {**head, "object": "chat.completion.chunk", "choices": [choice]}
        await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
    await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response
