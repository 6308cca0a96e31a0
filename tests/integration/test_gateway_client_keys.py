"""A gateway that keys protect, as the official clients meet it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import anthropic
import openai
import pytest
from openai import OpenAI

from chat_server import KEY, ChatServer, chat_server
from pictures import page, png
from served import BOX, Serve
from turnout.gateway.keys import KeyRing

ASK: Any = [{"role": "user", "content": "Say these few words."}]


@dataclass(frozen=True)
class Guarded:
    url: str
    provider: ChatServer
    text_only: str  # the secret of a key for box/text alone
    poor: str  # of one whose budget is a ten-thousandth of a dollar

    def client(self, secret: str, **more: Any) -> OpenAI:
        return OpenAI(base_url=f"{self.url}/v1", api_key=secret, **more)


@pytest.fixture(scope="module")
def guarded(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    with chat_server() as provider:
        (folder / "config").mkdir()
        (folder / "config" / "models.yaml").write_text(BOX.format(url=provider.url))
        ring = KeyRing.open(folder / "config" / "keys.json")
        _, text_only = ring.create("text", models=["box/text"])
        _, poor = ring.create("poor", max_usd=1e-4, per="day")
        yield Guarded(serve(folder, "--models", "box/*", BOX_KEY=KEY), provider, text_only, poor)


@pytest.mark.parametrize("secret", ["tk-wrong", "x"])
def test_wrong_key(guarded: Guarded, secret: str) -> None:
    with guarded.client(secret) as client:
        with pytest.raises(openai.AuthenticationError) as refused:
            client.chat.completions.create(model="auto", messages=ASK)
        assert refused.value.code == "invalid_api_key"
        with pytest.raises(openai.AuthenticationError):
            client.models.list()
        with pytest.raises(openai.AuthenticationError):
            client.post("/route", body={"prompt": "Why?"}, cast_to=dict[str, Any])
    claude = anthropic.Anthropic(base_url=guarded.url, api_key=secret)
    with claude, pytest.raises(anthropic.AuthenticationError):
        claude.messages.create(model="auto", max_tokens=5, messages=ASK)


def test_key_sees_and_asks_its_models_only(guarded: Guarded) -> None:
    with guarded.client(guarded.text_only, max_retries=0) as client:
        assert [model.id for model in client.models.list() if "/" in model.id] == ["box/text"]
        assert client.chat.completions.create(model="auto:best", messages=ASK).model == "box/text"
        with pytest.raises(openai.PermissionDeniedError, match="box/all"):
            client.chat.completions.create(model="box/all", messages=ASK)
        for model in ("auto", "box/vectors"):
            with pytest.raises(openai.PermissionDeniedError):
                client.embeddings.create(model=model, input="x")
        told: Any = client.post("/route", body={"prompt": "Why?"}, cast_to=dict[str, Any])
        assert {e["model_id"] for e in told["excluded"]} | {c["model"] for c in told["candidates"]} == {"box/text"}
    with anthropic.Anthropic(base_url=guarded.url, api_key=guarded.text_only) as claude:
        assert claude.messages.create(model="auto", max_tokens=5, messages=ASK).model == "box/text"


def test_budget_bounds_and_clients_do_not_ask_again(guarded: Guarded) -> None:
    with guarded.client(guarded.poor) as client:
        assert client.chat.completions.create(model="box/text", messages=ASK, max_tokens=50).usage
        before = len(guarded.provider.asked)
        with pytest.raises(openai.RateLimitError, match="budget") as refused:
            client.chat.completions.create(model="box/all", messages=ASK)
        assert refused.value.code == "insufficient_quota"
        assert refused.value.response.headers["x-should-retry"] == "false"
        picture = {"url": "data:image/png;base64," + base64.b64encode(png(page([], (8, 8)))).decode()}
        shown: Any = [{"role": "user", "content": [{"type": "image_url", "image_url": picture}]}]
        with pytest.raises(openai.RateLimitError, match="budget"):
            client.chat.completions.create(model="auto", messages=shown, max_tokens=1000)
        only = {"turnout": {"models": ["box/text"]}}
        with pytest.raises(openai.BadRequestError, match="takes no image"):  # more money would not help
            client.chat.completions.create(model="auto", messages=shown, max_tokens=1000, extra_body=only)
        assert len(guarded.provider.asked) == before
