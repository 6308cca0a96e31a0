"""The way to an OpenAI-compatible endpoint: address and key checked, what goes wrong named, answers read in bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr

from turnout.errors import (
    AuthenticationFailed,
    InvalidResponse,
    ProviderTimeout,
    ProviderUnavailable,
    RequestRejected,
)
from turnout.providers.failures import scrub

__all__ = [
    "MAX_BYTES",
    "USER_AGENT",
    "authorization",
    "bare_key",
    "check_address",
    "host_of",
    "provider_errors",
    "read_answer",
]

MAX_BYTES = 16 * 2**20  # of one answer
USER_AGENT = "turnout"


def host_of(base_url: str) -> str:
    """Host and port, never a password; empty when there is none."""
    try:
        return urlsplit(base_url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def check_address(base_url: str, who: str, key: str) -> None:
    """Raise `RequestRejected` for a base URL that cannot be called."""
    try:
        parts = urlsplit(base_url)
        host = (parts.hostname or "").encode("idna")  # a ValueError for a name that DNS cannot spell
        usable = parts.scheme in ("http", "https") and host != b"" and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise RequestRejected(f"{who}: the provider's base URL is not an http or https address")
    if "@" in parts.netloc and key:
        raise RequestRejected(f"{who}: the provider's base URL holds a password and there is a key: keep one of them")


def bare_key(api_key: SecretStr | None) -> str:
    """The key without the line end that a file or a copied line left on it."""
    return api_key.get_secret_value().strip() if api_key else ""


def authorization(key: str, who: str, key_hint: str) -> dict[str, str]:
    """The header that carries the key, if there is one."""
    if not key.isprintable():
        raise AuthenticationFailed(f"{who}: the key holds a line break or another control character; check {key_hint}")
    return {"Authorization": f"Bearer {key}"} if key else {}


@contextmanager
def provider_errors(who: str, timeout_s: float, key: str) -> Iterator[None]:
    """What goes wrong on the way, as `ProviderError`s without the key."""
    try:
        yield
    except TimeoutError:
        raise ProviderTimeout(f"{who} did not answer within {timeout_s:g} s") from None
    except aiohttp.InvalidURL:
        raise RequestRejected(f"{who}: the provider's base URL is not an http or https address") from None
    except aiohttp.ClientPayloadError:
        raise ProviderUnavailable(f"{who} cut its answer off") from None
    except aiohttp.ClientResponseError as error:
        raise InvalidResponse(f"{who} answered something that is not HTTP: {scrub(error.message, (key,))}") from None
    except aiohttp.ClientError as error:
        reason = scrub(str(error) or type(error).__name__, (key,))
        raise ProviderUnavailable(f"{who} cannot be reached: {reason}") from None


async def read_answer(answer: aiohttp.ClientResponse, who: str, limit: int = MAX_BYTES) -> bytes:
    """The whole body of an answer; raises `InvalidResponse` when it is larger than `limit` bytes."""
    data = bytearray()
    async for piece in answer.content.iter_any():
        data += piece
        if len(data) > limit:
            raise InvalidResponse(f"{who} answered more than {limit:,} bytes")
    return bytes(data)
