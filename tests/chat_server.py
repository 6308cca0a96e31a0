"""A provider on loopback that answers well: all that Chat can answer with, vectors, pictures, speech, transcripts.

What it answers follows from what it is asked: it says back the user's text with the kinds of the attachments, calls
each tool that the text names, and fills a JSON schema. `asked` keeps every request that came. `busy` is how many
of the next requests to the model busy-1 get a 429.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import re
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from pictures import page, png, wav_silence

__all__ = ["KEY", "ChatServer", "chat_server"]

KEY = "sk-of-the-provider-0123456789"
_KINDS = {"image_url": "image", "input_audio": "audio", "video_url": "video", "file": "file"}


@dataclass
class ChatServer:
    """Where it listens, and what it was asked: path, body (a form as a list of pairs), headers."""

    url: str = ""
    busy: int = 0
    asked: list[tuple[str, Any, dict[str, str]]] = field(default_factory=list)

    @property
    def body(self) -> Any:
        """The last request's."""
        return self.asked[-1][1]


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """The server, on a thread of its own for as long as the block runs."""
    state = ChatServer()
    loop = asyncio.new_event_loop()
    listening = threading.Event()

    async def serve() -> None:
        runner = web.AppRunner(_app(state), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        state.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        listening.set()
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    task = loop.create_task(serve())

    def run() -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert listening.wait(10)
    try:
        yield state
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


def _app(state: ChatServer) -> web.Application:
    @web.middleware
    async def note(request: web.Request, handler: Any) -> web.StreamResponse:
        if request.content_type == "application/json":
            body = await request.json()
        else:
            body = [(n, v if isinstance(v, str) else v.filename) for n, v in (await request.post()).items()]
        state.asked.append((request.path, body, dict(request.headers)))
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "no such key")
        return await handler(request)

    async def chat(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if body["model"] == "busy-1" and state.busy:
            state.busy -= 1
            return web.json_response({"error": {"message": "busy"}}, status=429, headers={"Retry-After": "1"})
        if isinstance(body.get("temperature"), (int, float)) and body["temperature"] > 2:
            return _error(400, "temperature must be at most 2")
        choices = [_choice(body, i) for i in range(body.get("n") or 1)]
        usage = _usage(body, choices)
        head = {"id": "chatcmpl-1", "created": 1_700_000_000, "model": body["model"], "system_fingerprint": "fp"}
        if not body.get("stream"):
            return web.json_response({**head, "object": "chat.completion", "choices": choices, "usage": usage})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for delta in _deltas(choices):
            chunk = {**head, "object": "chat.completion.chunk", "choices": [delta]}
            await response.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        if (body.get("stream_options") or {}).get("include_usage"):
            chunk = {**head, "object": "chat.completion.chunk", "choices": [], "usage": usage}
            await response.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
        return response

    async def embeddings(request: web.Request) -> web.Response:
        body = await request.json()
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors: list[Any] = [[float(len(text)), 0.5, -0.25] for text in texts]
        if body.get("encoding_format") == "base64":
            vectors = [base64.b64encode(struct.pack("<3f", *vector)).decode() for vector in vectors]
        data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors)]
        count = sum(len(text.split()) for text in texts)
        usage = {"prompt_tokens": count, "total_tokens": count}
        return web.json_response({"object": "list", "model": body["model"], "data": data, "usage": usage})

    async def images(request: web.Request) -> web.Response:
        body = await request.json()
        picture = {"b64_json": base64.b64encode(png(page([], (8, 8)))).decode(), "revised_prompt": body["prompt"]}
        usage = {"input_tokens": 5, "output_tokens": 100, "total_tokens": 105}
        return web.json_response({"created": 1_700_000_000, "data": [picture] * (body.get("n") or 1), "usage": usage})

    async def speech(request: web.Request) -> web.Response:
        return web.Response(body=wav_silence(0.1), content_type="audio/wav")

    async def transcriptions(request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        text = f"heard {len(file.file.read())} bytes of {file.content_type}"
        if form.get("response_format") in ("text", "srt", "vtt"):
            return web.Response(text=text)
        usage = {"type": "tokens", "input_tokens": 14, "output_tokens": 4, "total_tokens": 18}
        return web.json_response({"text": text, "usage": usage, "duration": 0.1, "language": "english", "words": []})

    app = web.Application(middlewares=[note], client_max_size=2**26)
    app.router.add_post("/v1/chat/completions", chat)
    app.router.add_post("/v1/embeddings", embeddings)
    app.router.add_post("/v1/images/generations", images)
    app.router.add_post("/v1/audio/speech", speech)
    app.router.add_post("/v1/audio/transcriptions", transcriptions)
    return app


def _error(status: int, message: str) -> web.Response:
    document = {"message": message, "type": "invalid_request_error", "code": None, "param": None}
    return web.json_response({"error": document}, status=status)


def _choice(body: dict[str, Any], index: int) -> dict[str, Any]:
    last = body["messages"][-1]
    said, kinds = _read(last.get("content"))
    message: dict[str, Any] = {"role": "assistant", "content": f"{', '.join(kinds)}: {said}" if kinds else said}
    choice: dict[str, Any] = {"index": index, "message": message, "finish_reason": "stop", "logprobs": None}
    form = body.get("response_format") or {}
    named = [t for t in body.get("tools") or () if t["function"]["name"] in said and last["role"] == "user"]
    if named:
        message["content"] = None
        message["tool_calls"] = [_call(tool["function"], i, said) for i, tool in enumerate(named)]
        choice["finish_reason"] = "tool_calls"
    elif form.get("type") == "json_schema":
        message["content"] = json.dumps(_fill(form["json_schema"]["schema"], said))
    if body.get("reasoning_effort") not in (None, "none"):
        message["reasoning"] = "First, read it. Then say it back."
    if body.get("modalities") == ["text", "audio"]:
        message["content"] = None
        data = base64.b64encode(wav_silence(0.1)).decode()
        message["audio"] = {"id": "audio-1", "data": data, "expires_at": 1_800_000_000, "transcript": said}
    if body.get("logprobs"):
        choice["logprobs"] = {"refusal": None, "content": [_likely(token) for token in _tokens(message["content"])]}
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    if limit and message["content"] and len(_tokens(message["content"])) > limit:
        message["content"] = "".join(_tokens(message["content"])[:limit])
        choice["finish_reason"] = "length"
    return choice


def _read(content: Any) -> tuple[str, list[str]]:
    """The text of a message, and the kinds of what is attached to it."""
    if not isinstance(content, list):
        return content or "", []
    texts = [part["text"] for part in content if part["type"] == "text"]
    return " ".join(texts), [_KINDS[part["type"]] for part in content if part["type"] != "text"]


def _call(function: dict[str, Any], index: int, said: str) -> dict[str, Any]:
    arguments = json.dumps(_fill(function.get("parameters") or {}, said))
    return {
        "id": f"call_{function['name']}_{index}",
        "type": "function",
        "function": {"name": function["name"], "arguments": arguments},
    }


def _fill(schema: dict[str, Any], said: str) -> Any:
    """A value of the schema: the text's last word, its number of words, and so on."""
    if "$ref" in schema or "anyOf" in schema:
        return None
    kind = schema.get("type", "object")
    if kind == "object":
        return {name: _fill(inner, said) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [_fill(schema["items"], said)]
    word = re.findall(r"\w+", said)[-1]
    return {"string": word, "integer": len(said.split()), "number": 0.5, "boolean": True}[kind]


def _tokens(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)


def _likely(token: str) -> dict[str, Any]:
    found = {"token": token, "logprob": -0.25, "bytes": [*token.encode()]}
    return {**found, "top_logprobs": [found, {"token": "?", "logprob": math.log(0.1), "bytes": None}]}


def _usage(body: dict[str, Any], choices: list[dict[str, Any]]) -> dict[str, Any]:
    given = sum(len(_read(message.get("content"))[0].split()) for message in body["messages"])
    made = sum(len(_tokens(json.dumps(choice["message"]))) for choice in choices)
    return {
        "prompt_tokens": given,
        "completion_tokens": made,
        "total_tokens": given + made,
        "cost": None,  # as some servers say that they do not know
        "prompt_tokens_details": {"cached_tokens": 1},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }


def _deltas(choices: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A token an event; of several tool calls, the pieces of the arguments take turns."""
    for choice in choices:
        message, at = choice["message"], {"index": choice["index"], "finish_reason": None}
        yield {**at, "delta": {"role": "assistant", "content": ""}}
        for piece in _tokens(message.get("reasoning") or ""):
            yield {**at, "delta": {"reasoning": piece}}
        likely = (choice["logprobs"] or {}).get("content") or []
        for i, piece in enumerate(_tokens(message.get("content") or "")):
            logprobs = {"content": [likely[i]], "refusal": None} if likely else None
            yield {**at, "delta": {"content": piece}, "logprobs": logprobs}
        calls = message.get("tool_calls") or []
        for i, call in enumerate(calls):
            begun = {**call, "index": i, "function": {**call["function"], "arguments": ""}}
            yield {**at, "delta": {"tool_calls": [begun]}}
        longest = max((len(call["function"]["arguments"]) for call in calls), default=0)
        for k in range(0, longest, 5):
            for i, call in enumerate(calls):
                piece = call["function"]["arguments"][k : k + 5]
                yield {**at, "delta": {"tool_calls": [{"index": i, "function": {"arguments": piece}}]}}
        yield {**at, "delta": {}, "finish_reason": choice["finish_reason"]}
