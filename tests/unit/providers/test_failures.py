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
    ],
)
def test_an_error_object_is_read_by_its_code(error, kind):
    assert type(error_of_object(error, "m at h", "KEY")) is kind


def test_no_money_is_not_a_reason_to_wait():
    body = b'{"error": {"code": "insufficient_quota", "message": "pay"}}'
    assert not error_of_status(429, body, {}, "m at h", "KEY").retryable
