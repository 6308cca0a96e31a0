from __future__ import annotations

from datetime import UTC, datetime

import pytest

from turnout.errors import AuthenticationFailed, ProviderUnavailable, RateLimited, RequestRejected
from turnout.providers.failures import error_of_object, error_of_status, retry_after_s, scrub


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "3"}, 3.0),
        ({"retry-after-ms": "250", "Retry-After": "9"}, 0.25),
        ({"Retry-After": "Tue, 24 Nov 2026 10:00:30 GMT"}, 30.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-4"}, 0.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "Tue, 24 Nov 2026 09:59:00 GMT"}, 0.0),
        ({"Retry-After": "Tue, 24 Nov 2026 10:00:30"}, 30.0),
        ({"Retry-After": f"Tue, 24 Nov {'9' * 30} 10:00:00 GMT"}, None),
        ({"retry-after-ms": "soon", "Retry-After": "2"}, 2.0),
        ({}, None),
    ],
)
def test_the_wait_that_is_asked_for(headers, seconds):
    assert retry_after_s(headers, datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "bad key sk-proj-abcdef123456",
        "Bearer abc.def.ghi",
        "key AIzaSyA1234567890",
        "you sent abcd****wxyz",
        "my-own-secret",
    ],
)
def test_nothing_like_a_key_is_repeated(text):
    cleaned = scrub(text, ["my-own-secret"])
    assert "[key]" in cleaned
    for part in ("abcdef", "abc.def", "SyA1", "wxyz", "own-secret"):
        assert part not in cleaned


def test_only_the_first_line_and_not_too_much_of_it():
    assert scrub("\n\nfirst\nsecond") == "first"
    assert len(scrub("x" * 1000)) == 300


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 429, "message": "m"}, RateLimited),
        ({"code": "502"}, ProviderUnavailable),
        ({"type": "invalid_request_error"}, RequestRejected),
        ({"code": "insufficient_quota"}, AuthenticationFailed),
        ({"type": "overloaded_error"}, ProviderUnavailable),
        ("just words", ProviderUnavailable),
        ({"code": 200, "message": "an error with a code of success"}, ProviderUnavailable),
        ({"code": True}, ProviderUnavailable),
        (["a", "list"], ProviderUnavailable),
    ],
)
def test_an_error_object_is_read_by_its_code(error, kind):
    assert type(error_of_object(error, "m at h", "KEY")) is kind


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (301, RequestRejected, "correct the provider's base URL"),
        (400, RequestRejected, "rejected the request (400): what it said"),
        (401, AuthenticationFailed, "check KEY"),
        (402, AuthenticationFailed, "no credit"),
        (403, AuthenticationFailed, "check KEY"),
        (404, RequestRejected, "does not know this model"),
        (408, ProviderUnavailable, "failed (408)"),
        (413, RequestRejected, "(413)"),
        (422, RequestRejected, "(422)"),
        (429, RateLimited, "too many requests (429, retry after 3 s)"),
        (500, ProviderUnavailable, "failed (500): what it said"),
        (503, ProviderUnavailable, "failed (503)"),
        (529, ProviderUnavailable, "failed (529)"),
    ],
)
def test_every_status_has_its_kind(status, kind, words):
    error = error_of_status(status, b'{"error": {"message": "what it said"}}', {"Retry-After": "3"}, "m at h", "KEY")
    assert type(error) is kind
    assert words in str(error)
    assert error.retryable is (kind in (RateLimited, ProviderUnavailable))
    assert error.retry_after_s == (3 if error.retryable else None)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": "short"}', "short"),
        (b'{"message": "at the top"}', "at the top"),
        (b'{"error": {"message": "Provider returned error", "metadata": {"raw": "too hot"}}}', "error: too hot"),
        (b"plain words\nand more", "plain words"),
        (b"\xff\xfe", "(500)"),
        (b"<html>\n<h1>Bad gateway</h1>", "(500)"),
        (b"[" * 100_000, "(500)"),
        (b"", "(500)"),
        (b'{"error": {"message": 7}}', "(500)"),
    ],
)
def test_the_providers_own_words_are_passed_on_in_one_line(body, said):
    told = str(error_of_status(500, body, {}, "m at h", "KEY"))
    assert said in told
    assert "\n" not in told
    assert len(told) < 400


def test_no_money_is_not_a_reason_to_wait():
    body = b'{"error": {"code": "insufficient_quota", "message": "pay"}}'
    assert not error_of_status(429, body, {}, "m at h", "KEY").retryable
