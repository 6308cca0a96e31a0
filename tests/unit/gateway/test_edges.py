"""Who is let in, what is refused how, what headers and metrics say."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from turnout import errors
from turnout.errors import TurnoutError
from turnout.gateway.access import Access, is_loopback
from turnout.gateway.call import answer_headers
from turnout.gateway.exchange import Attempt, Exchange
from turnout.gateway.http import Request, json_bytes, read_object
from turnout.gateway.keys import KeyRing
from turnout.gateway.metrics import Metrics
from turnout.gateway.refusal import Refusal, refusal_of

SECRET = "sk-very-secret-123456789"


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def nothing():
        raise AssertionError("the body is not read")

    return Request({"method": "POST", "path": "/v1/chat/completions", "headers": raw}, nothing)


@pytest.fixture
def ring(settings) -> KeyRing:
    return KeyRing.open(settings.config_dir / "keys.json")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8484", "localhost", "LocalHost:1", "[::1]:8484", "127.8.9.1", "a.localhost"]
)
def test_without_keys_a_loopback_server_answers_under_its_names(ring, host):
    assert Access(ring).check_origin(request(host=host)) == []


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8484", "127.0.0.1.evil.example", "", "192.168.1.5", "[::2]:1"]
)
def test_without_keys_a_loopback_server_answers_under_no_other_name(ring, host):
    with pytest.raises(Refusal, match="loopback") as refused:
        Access(ring).check_origin(request(host=host))
    assert refused.value.status == 403
    assert Access(ring, loopback=False, anonymous=True).check_origin(request(host=host)) == []
    ring.create("ann")
    assert Access(ring).check_origin(request(host=host)) == []  # a key is what protects it


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://[::1", "http://[", "\xff", "http://127.0.0.1"]
)
def test_pages_of_other_origins_are_refused(ring, origin):
    with pytest.raises(Refusal) as refused:
        Access(ring).check_origin(request(host="127.0.0.1:8484", origin=origin))
    assert refused.value.status == 403


def test_allowed_origins_get_their_headers(ring):
    access = Access(ring, origins=["https://ok.example/"])
    headers = dict(access.check_origin(request(host="localhost", origin="https://ok.example")))
    assert headers[b"access-control-allow-origin"] == b"https://ok.example"
    assert headers[b"vary"] == b"origin"
    assert access.check_origin(request(host="localhost:8484", origin="http://localhost:8484")) == []


def test_a_key_is_taken_from_either_header(ring):
    key, secret = ring.create("ann")
    access = Access(ring)
    for headers in (
        {"authorization": f"Bearer {secret}"},
        {"authorization": f"bEARER {secret} "},
        {"x_api_key": secret},
    ):
        assert access.client(request(**headers)) == key
    for headers in (
        {},
        {"authorization": secret},
        {"authorization": "Bearer"},
        {"x_api_key": secret[:-1]},
        {"x_api_key": "ü"},
    ):
        with pytest.raises(Refusal) as refused:
            access.client(request(**headers))
        assert refused.value.status == 401
        assert secret[:-1] not in refused.value.message


def test_loopback_names():
    assert all(map(is_loopback, ["127.0.0.1", "::1", "localhost", "LOCALHOST.", "x.localhost", "127.255.0.1"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.1", "localhost.evil.example", "", "127.0.0.1.x"]))


STATUS = {
    "RateLimited": 429, "BudgetReached": 429, "ProviderTimeout": 504, "RequestRejected": 400,
    "AuthenticationFailed": 502, "InvalidResponse": 502, "ProviderError": 502, "ProviderUnavailable": 502,
    "UnknownModel": 404, "NoEligibleModel": 400, "InvalidPreference": 400, "UnknownCategory": 400, "EmptyPrompt": 400,
    "WeightsError": 503, "LocalServerError": 503, "StoreError": 503,
}  # fmt: skip


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_each_error_has_its_status_and_no_secret(name, status):
    kind: type[TurnoutError] = getattr(errors, name)
    refusal = refusal_of(kind(f"it hurts, and the key was {SECRET}\nTraceback: second line"))
    assert refusal.status == status
    assert SECRET not in refusal.message
    assert "\n" not in refusal.message
    assert refusal.kind == ("insufficient_quota" if name == "BudgetReached" else refusal.kind)
    for header, value in refusal.headers():
        assert header.isascii()
        assert value.isascii()


def test_waits_are_whole_seconds_and_never_none():
    limited = refusal_of(errors.RateLimited("slow", retry_after_s=0.2))
    assert limited.headers() == [(b"retry-after", b"1")]
    assert Refusal(429, "x", retry_after_s=6.2).headers() == [(b"retry-after", b"7")]
    assert Refusal(429, "x").headers() == [(b"x-should-retry", b"false")]
    assert Refusal(401, "x").headers() == [(b"www-authenticate", b"Bearer")]


def exchange(**fields: object) -> Exchange:
    return Exchange("dec-1", datetime.now(UTC), time.perf_counter(), "chat", **fields)  # type: ignore[arg-type]


def test_headers_are_one_line_of_ascii_each():
    made = exchange(model_id="böx/東京\r\nX-Evil: 1", reason="0.5 ± 0.1 × ≈ 🦊\nX-Evil: 1", estimated_usd=1e-9, usd=0.0,
                    overhead_s=0.0012, attempts=[Attempt("a", "RateLimited", "x", 1.0)])  # fmt: skip
    headers = dict(answer_headers(made))
    assert headers[b"x-turnout-model"] == b"b?x/??  X-Evil: 1"
    assert headers[b"x-turnout-reason"].startswith(b"0.5 +- 0.1 x ~ ?")
    assert headers[b"x-turnout-estimated-usd"] == b"1e-09"
    assert headers[b"x-turnout-usd"] == b"0"
    assert headers[b"x-turnout-overhead-ms"] == b"1.20"
    assert headers[b"x-turnout-fallbacks"] == b"1"
    for value in headers.values():
        assert value.decode("ascii").isprintable()
    assert set(dict(answer_headers(exchange()))) == {b"x-turnout-decision-id", b"x-turnout-fallbacks"}


def test_metrics_count_what_happened_and_repeat_no_client():
    metrics = Metrics({"box/a", "box/b"})
    metrics.gauge("waiting", "Of the moment", lambda: 3)
    failed = [Attempt("box/a", "RateLimited", SECRET, 0.1)] * 2
    for _ in range(2):
        counts = {"usd": 0.25, "input_tokens": 10, "output_tokens": 5}
        seconds = {"latency_s": 0.2, "ttft_s": 0.1, "overhead_s": 0.001}
        said = {"asked": SECRET, "reason": SECRET, "model_id": "box/b", "status": 200, "attempts": failed}
        metrics.observe(exchange(**said, **counts, **seconds))
    metrics.observe(exchange(asked=SECRET, status=404, error=SECRET))
    metrics.observe(exchange(asked=SECRET, status=200, model_id=f"box/{SECRET}"))  # whatever a client made up
    text = metrics.render().decode()
    assert SECRET not in text
    for line in (
        'turnout_requests_total{endpoint="chat",model="box/b",status="200"} 2.0',
        'turnout_requests_total{endpoint="chat",model="",status="404"} 1.0',
        'turnout_failed_attempts_total{kind="RateLimited",model="box/a"} 4.0',
        'turnout_tokens_total{direction="input",model="box/b"} 20.0',
        'turnout_usd_total{model="box/b"} 0.5',
        "turnout_fallbacks_total 2.0",
        "turnout_waiting 3.0",
    ):
        assert line in text


def test_bodies_are_objects_of_bounded_depth():
    assert read_object(b'{"a": [1]}') == {"a": [1]}
    for body in (b"", b"{", b"[]", b"1", b'"x"', b"null", b"\xff", b'{"a": NaN}', b'{"a": "\\ud800"}'):
        with pytest.raises(Refusal) as refused:
            read_object(body)
        assert refused.value.status == 400
    with pytest.raises(errors.UserError, match="nested deeper"):
        read_object(b'{"a": %s1%s}' % (b"[" * 150, b"]" * 150))
    assert read_object(b'{"a": "%s"}' % (b"[{" * 1000))["a"] == "[{" * 1000


def test_what_no_json_holds_is_the_providers_fault():
    assert json_bytes({"a": "\ud800"}) == b'{"a":"\\ud800"}'
    deep: object = 1
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(errors.InvalidResponse):
        json_bytes(deep)
