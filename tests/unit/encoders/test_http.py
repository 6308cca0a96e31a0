"""The HTTP encoder against a real server: order, batches, keys, and each way an endpoint fails."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from embeddings_server import DIM, EmbeddingsServer, serving, vector
from pydantic import SecretStr

from turnout.encoders.http import HTTPEncoder
from turnout.errors import (
    AuthenticationFailed,
    ConfigError,
    InvalidResponse,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRejected,
)


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with serving() as running:
        yield running


def encoder(server: EmbeddingsServer, **options: object) -> HTTPEncoder:
    return HTTPEncoder(server.base_url, "tiny", DIM, **{"retries": 0, **options})  # type: ignore[arg-type]


def test_batches_keep_the_order(server: EmbeddingsServer) -> None:
    texts = [f"text {i}" for i in range(150)]
    vectors = encoder(server).encode(texts)
    expected = np.array([vector(text) for text in texts])
    assert np.allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    assert [len(body["input"]) for _, body in server.requests] == [64, 64, 22]


def test_the_key_is_sent_and_never_shown(server: EmbeddingsServer) -> None:
    server.faults = [(401, {}, b"")]
    client = encoder(server, api_key=SecretStr("sk-secret"))
    with pytest.raises(AuthenticationFailed) as caught:
        client.encode(["a"])
    assert server.requests[0][0]["Authorization"] == "Bearer sk-secret"
    assert "secret" not in f"{caught.value} {vars(client)}"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, AuthenticationFailed), (404, RequestRejected), (400, RequestRejected), (429, RateLimited),
     (500, ProviderUnavailable), (503, ProviderUnavailable), (302, RequestRejected)],
)  # fmt: skip
def test_refusals(server: EmbeddingsServer, status: int, kind: type[ProviderError]) -> None:
    server.faults = [(status, {"Retry-After": "3", "Location": "http://127.0.0.1:9/"}, b"no")]
    with pytest.raises(kind, match=str(status)) as caught:
        encoder(server).encode(["a"])
    assert type(caught.value) is kind
    assert caught.value.retry_after_s == 3
    assert len(server.requests) == 1


def test_what_may_succeed_later_is_asked_again_after_the_wait(server: EmbeddingsServer) -> None:
    server.faults = [(429, {"Retry-After": "0"}, b""), (503, {"Retry-After": "0"}, b"")]
    assert encoder(server, retries=2).encode(["a"]).shape == (1, DIM)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"[]", b"{}", b'{"data": null}', b'{"data": []}',
        json.dumps({"data": [{"index": 1, "embedding": [1] * DIM}]}).encode(),
        json.dumps({"data": [{"index": 0, "embedding": [1] * (DIM + 1)}]}).encode(),
        json.dumps({"data": [{"index": 0, "embedding": [0] * DIM}]}).encode(),
        json.dumps({"data": [{"index": 0, "embedding": [float("nan")] * DIM}]}).encode(),
        json.dumps({"data": [{"index": 0, "embedding": ["x"] * DIM}]}).encode(),
    ],
)  # fmt: skip
def test_answers_that_are_not_vectors(server: EmbeddingsServer, body: bytes) -> None:
    server.faults = [(200, {}, body)]
    with pytest.raises(InvalidResponse) as caught:
        encoder(server).encode(["a"])
    assert "\n" not in str(caught.value)


def test_silence_is_a_timeout(server: EmbeddingsServer) -> None:
    server.delay_s = 0.5
    with pytest.raises(ProviderTimeout, match=r"0\.1 s"):
        encoder(server, timeout_s=0.1).encode(["a"])


def test_an_answer_cut_short_is_unavailable(server: EmbeddingsServer) -> None:
    server.faults = [(200, {"Content-Length": "1000"}, b'{"data"')]
    with pytest.raises(ProviderUnavailable):
        encoder(server).encode(["a"])


def test_no_proxy_is_used_that_nobody_named(server: EmbeddingsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert encoder(server).encode(["a"]).shape == (1, DIM)
    assert len(server.requests) == 1


def test_nobody_there() -> None:
    with serving() as server:
        gone = encoder(server)
    with pytest.raises(ProviderUnavailable, match="reached"):
        gone.encode(["a"])


@pytest.mark.parametrize("url", ["", "localhost:8080", "file:///etc/passwd", "ftp://host/v1", "http://"])
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(ConfigError):
        HTTPEncoder(url, "m", 3)
