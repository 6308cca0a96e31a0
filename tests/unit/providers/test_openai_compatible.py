"""The client against servers that misbehave below the level of JSON, and the listing of models."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from scripted import ASK, read

sys.path.insert(0, str(Path(__file__).parents[2]))

from servers import TEXT, raw_upstream, self_signed, upstream
from turnout.errors import (
    AuthenticationFailed,
    InvalidResponse,
    ProviderError,
    ProviderUnavailable,
    RequestRejected,
)
from turnout.providers import ChatRequest, Message, OpenAICompatibleModel, list_models
from turnout.types import Media, Model, Price

MODEL = Model("acme/one", "acme", "one", Price(1.0, 2.0))
KEY = "sk-right-key-123456"
STREAM = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n"


def client(url: str, key: str = KEY, model: Model = MODEL) -> OpenAICompatibleModel:
    return OpenAICompatibleModel(model, url, SecretStr(key), timeout_s=5)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", ProviderUnavailable),
        (b"SSH-2.0-OpenSSH\r\n", InvalidResponse),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n", InvalidResponse),
        (STREAM + b"Content-Length: 500\r\n\r\ndata: {}\n\n", ProviderUnavailable),
        (STREAM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", ProviderError),
        (STREAM + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde", ProviderUnavailable),
        (STREAM + b'\r\ndata: {"choi', InvalidResponse),
        (STREAM + b"\r\ndata: [DONE]\n\n", InvalidResponse),
        (STREAM + b'\r\ndata: {"choices": [], "usage": {"prompt_tokens": 1}}\n\ndata: [DONE]\n\n', InvalidResponse),
        (STREAM + b"\r\n: nothing but pings\n\n", ProviderUnavailable),
    ],
)
async def test_a_stream_that_is_no_answer_is_an_error(answer, kind):
    async with raw_upstream(answer) as url:
        model = client(url)
        with pytest.raises(kind) as caught:
            await read(model)
        assert "\n" not in str(caught.value)
        await model.aclose()


async def test_a_character_cut_in_two_by_the_server_is_put_together():
    pieces = [b'{"choices": [{"delta": {"content": "\\ud83e"}}]}', b'{"choices": [{"delta": {"content": "\\udd8a!"}}]}']
    events = b"".join(b"data: " + piece + b"\n\n" for piece in pieces)
    async with raw_upstream(STREAM + b"\r\n" + events + b"data: [DONE]\n\n") as url:
        model = client(url)
        assert await read(model) == "🦊!"
        await model.aclose()


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    refused = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: refused.append(context))
    async with raw_upstream(b"HTTP/1.1 200 OK\r\n\r\n", tls=self_signed(tmp_path)) as url:
        model = client(url)
        with pytest.raises(ProviderUnavailable, match=r"cannot be reached: .*CERTIFICATE_VERIFY_FAILED"):
            await model.complete(ASK)
        await model.aclose()


@pytest.mark.parametrize(
    "url",
    ["nonsense", "", "http://", "//host/v1", "ftp://host/v1", "http://host:99999/v1", "http://127.0.0.1:0/v1",
     "http://[::1/v1", "http://a..b/v1", f"http://{'a' * 70}.localhost/v1", f"http://user:{KEY}@127.0.0.1:9/v1"],
)  # fmt: skip
async def test_an_address_that_is_none_is_refused_in_one_line(url):
    model = client(url)
    for call in (model.complete(ASK), list_models(url, SecretStr(KEY))):
        with pytest.raises(RequestRejected, match="base URL") as caught:
            await call
        assert KEY not in str(caught.value)
    assert KEY not in repr(model)
    await model.aclose()


async def test_a_key_with_a_line_end_works_and_one_with_a_break_inside_is_refused():
    async with upstream() as server:
        model = client(server.url("key"), f" {KEY}\r\n")
        assert (await model.complete(ASK)).text == TEXT
        await model.aclose()
        broken = client(server.url("key"), "sk-right\nkey-123456")
        with pytest.raises(AuthenticationFailed, match="check the key of provider acme") as caught:
            await broken.complete(ASK)
        assert "123456" not in str(caught.value)
        await broken.aclose()
        assert len(server.seen) == 1


@pytest.mark.parametrize("endpoint", ["transcription", "speech"])
async def test_a_web_page_is_neither_transcript_nor_speech(endpoint):
    request = ChatRequest((Message("user", "hello", (Media(b"sound", "audio/wav"),)),))
    async with upstream() as server:
        model = client(server.url("html"), model=Model("acme/x", "acme", "x", Price(), endpoint=endpoint))
        with pytest.raises(InvalidResponse):
            await model.complete(request)
        await model.aclose()


async def test_no_sound_is_not_speech():
    async with upstream() as server:
        model = client(server.url("empty"), model=Model("acme/x", "acme", "x", Price(), endpoint="speech"))
        with pytest.raises(InvalidResponse, match="no speech"):
            await model.complete(ASK)
        await model.aclose()


async def test_models_are_listed():
    async with upstream() as server:
        listing = await list_models(server.url())
        assert [entry["id"] for entry in listing] == ["acme/one"]


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ("bad-list", InvalidResponse),
        ("html", InvalidResponse),
        ("404", RequestRejected),
        ("302", RequestRejected),
        ("503", ProviderUnavailable),
        ("key", AuthenticationFailed),
    ],
)
async def test_a_listing_that_is_none_is_an_error(behaviour, kind):
    async with upstream() as server:
        with pytest.raises(kind, match=r"127\.0\.0\.1") as caught:
            await list_models(server.url(behaviour), SecretStr("my-own-secret"))
        assert "my-own-secret" not in str(caught.value)


async def test_a_listing_nobody_gives():
    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        await list_models("http://127.0.0.1:9/v1")


async def test_the_key_is_in_no_log(caplog):
    with caplog.at_level(logging.DEBUG):
        async with upstream() as server:
            for behaviour in ("good", "401", "key", "cut"):
                model = client(server.url(behaviour), "my-own-secret-0815")
                for ask in (model.complete(ASK), read(model)):
                    with contextlib.suppress(ProviderError):
                        await ask
                await model.aclose()
    assert caplog.records
    assert "0815" not in caplog.text
