"""What went wrong at an endpoint, as one of the `ProviderError`s, without ever repeating a secret."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from turnout.errors import (
    AuthenticationFailed,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
    RequestRejected,
)

__all__ = ["error_of_object", "error_of_status", "retry_after_s", "scrub"]

MESSAGE_CHARS = 300

# Words that providers use where others send a number, and the HTTP status that means the same.
_STATUS_OF_WORD = {
    "invalid_api_key": 401,
    "authentication_error": 401,
    "insufficient_quota": 402,
    "billing_error": 402,
    "permission_error": 403,
    "model_not_found": 404,
    "not_found_error": 404,
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "context_length_exceeded": 400,
    "invalid_request_error": 400,
    "invalid_prompt": 400,
    "content_filter": 400,
    "server_error": 500,
    "api_error": 500,
    "overloaded_error": 503,
}
# Keys as providers echo them: whole (sk-…, gsk_…), after the word Bearer, or half-starred (abcd****wxyz).
_KEY_LIKE = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf)[-_][\w.*…-]{6,}|\bAIza[\w-]{8,}"
    r"|(?<=\bBearer )\S+|[\w.-]*\*{2,}[\w.*-]*",
    re.IGNORECASE,
)


def scrub(text: str, secrets: Collection[str] = ()) -> str:
    """`text` as one line of at most 300 characters, with `secrets` and all that looks like a key taken out."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[key]")
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    line = _KEY_LIKE.sub("[key]", "".join(c if c.isprintable() else " " for c in line))
    return line if len(line) <= MESSAGE_CHARS else line[: MESSAGE_CHARS - 1] + "…"


def retry_after_s(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The wait the provider asks for, from `retry-after-ms` or `Retry-After` (seconds or an HTTP date), or None."""
    for name, scale in (("retry-after-ms", 1e-3), ("Retry-After", 1.0)):
        try:
            seconds = float(headers[name]) * scale
        except (KeyError, ValueError):
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    try:
        when = parsedate_to_datetime(headers["Retry-After"])
    except (KeyError, ValueError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def error_of_status(
    status: int, body: bytes, headers: Mapping[str, str], who: str, key_hint: str, secrets: Collection[str] = ()
) -> ProviderError:
    """The error that an answer with an HTTP status other than 2xx stands for. `who` names model and host."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        text = body.decode(errors="replace").strip()
        payload = None if text.startswith("<") else text  # an HTML page by a proxy says nothing in its first line
    return _error(status, _word(payload), _message(payload), retry_after_s(headers), who, key_hint, secrets)


def error_of_object(error: Any, who: str, key_hint: str, secrets: Collection[str] = ()) -> ProviderError:
    """The error that an `error` object inside a 200 or in mid-stream stands for, by its code."""
    code = error.get("code") if isinstance(error, Mapping) else None
    status = int(code) if isinstance(code, (int, str)) and re.fullmatch(r"[45]\d\d", str(code)) else 0
    word = _word(error)
    status = status or _STATUS_OF_WORD.get(word, 500)
    return _error(status, word, _message(error), None, who, key_hint, secrets)


def _error(
    status: int, word: str, message: str, wait: float | None, who: str, key_hint: str, secrets: Collection[str]
) -> ProviderError:
    said = scrub(message, secrets)
    said = f": {said}" if said else ""
    if word == "insufficient_quota":  # sent as 429, yet waiting does not bring money
        status = 402
    if status in (401, 403):
        return AuthenticationFailed(f"{who} refused the key ({status}){said}; check {key_hint}")
    if status == 402:
        return AuthenticationFailed(f"{who} has no credit left for this key (402){said}; top it up or check {key_hint}")
    if status == 429:
        asked = "" if wait is None else f", retry after {wait:g} s"
        return RateLimited(f"{who} has too many requests (429{asked}){said}", retry_after_s=wait)
    if status == 408 or status >= 500:
        return ProviderUnavailable(f"{who} failed ({status}){said}", retry_after_s=wait)
    if 300 <= status < 400:
        return RequestRejected(f"{who} redirects elsewhere ({status}): correct the provider's base URL")
    if status == 404:
        return RequestRejected(f"{who} does not know this model or address (404){said}")
    return RequestRejected(f"{who} rejected the request ({status}){said}")


def _inner(payload: Any) -> Any:
    return payload["error"] if isinstance(payload, Mapping) and payload.get("error") else payload


def _word(payload: Any) -> str:
    error = _inner(payload)
    if not isinstance(error, Mapping):
        return ""
    words = [error.get(name) for name in ("code", "type")]
    known = [word for word in words if isinstance(word, str) and word in _STATUS_OF_WORD]
    return known[0] if known else ""


def _message(payload: Any) -> str:
    error = _inner(payload)
    if isinstance(error, Mapping):
        # OpenRouter wraps the upstream provider's own words ("raw") in a "Provider returned error".
        metadata = error.get("metadata")
        raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
        texts = [error.get("message"), error.get("detail"), raw if isinstance(raw, str) else None]
        return ": ".join(text for text in texts if isinstance(text, str) and text)
    return error if isinstance(error, str) else ""
