"""The way to an OpenAI-compatible endpoint: address and key checked, what goes wrong named, answers read in bounds."""

from __future__ import annotations

from types import TracebackType
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr

from turnout.errors import (
    AuthenticationFailed,
    InvalidResponse,
    ProviderError,
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


class provider_errors:  # used as a function is, in `with provider_errors(…)`
    """What goes wrong in the block, as `ProviderError`s without the key."""

    # A class, since a server enters it several times for each request: a generator costs five times as much.
    __slots__ = ("_key", "_timeout_s", "_who")

    def __init__(self, who: str, timeout_s: float, key: str) -> None:
        self._who = who
        self._timeout_s = timeout_s
        self._key = key

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if error is not None and (named := self._named(error)) is not None:
            raise named from None

    def _named(self, error: BaseException) -> ProviderError | None:
        who = self._who
        if isinstance(error, TimeoutError):
            return ProviderTimeout(f"{who} did not answer within {self._timeout_s:g} s")
        if isinstance(error, aiohttp.InvalidURL):
            return RequestRejected(f"{who}: the provider's base URL is not an http or https address")
        if isinstance(error, aiohttp.ClientPayloadError):
            return ProviderUnavailable(f"{who} cut its answer off")
        if isinstance(error, aiohttp.ClientResponseError):
            said = scrub(error.message, (self._key,))
            return InvalidResponse(f"{who} answered something that is not HTTP: {said}")
        if isinstance(error, aiohttp.ClientError):
            reason = scrub(str(error) or type(error).__name__, (self._key,))
            return ProviderUnavailable(f"{who} cannot be reached: {reason}")
        return None


async def read_answer(answer: aiohttp.ClientResponse, who: str, limit: int = MAX_BYTES) -> bytes:
    """The whole body of an answer; raises `InvalidResponse` when it is larger than `limit` bytes."""
    data = bytearray()
    async for piece in answer.content.iter_any():
        data += piece
        if len(data) > limit:
            raise InvalidResponse(f"{who} answered more than {limit:,} bytes")
    return bytes(data)
