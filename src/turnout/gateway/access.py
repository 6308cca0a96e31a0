"""Who may come in: keys, browsers' origins, and names under which this server may be called."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit

from turnout.gateway.http import Headers, Request
from turnout.gateway.keys import ClientKey, KeyRing
from turnout.gateway.refusal import Refusal

__all__ = ["Access", "is_loopback"]


class Access:
    """Checks a request before anything else happens.

    Once a key was made, every client needs one. Without keys (or with `anonymous`) all may ask; then a server on
    loopback takes only requests that name it by a loopback address, since web pages can make browsers send others (DNS
    rebinding). Requests from web pages of other origins than `origins` and this server's own are refused.
    """

    def __init__(
        self, ring: KeyRing, *, anonymous: bool = False, loopback: bool = True, origins: Collection[str] = ()
    ) -> None:
        self._ring = ring
        self._anonymous = anonymous
        self._loopback = loopback
        self._origins = frozenset(origin.rstrip("/") for origin in origins)

    @property
    def open(self) -> bool:
        """Whether clients need no key."""
        return self._anonymous or self._ring.empty

    def check_origin(self, request: Request) -> Headers:
        """The CORS headers of the answer; raises `Refusal` for a web page that may not ask."""
        host = request.header(b"host")
        if self._loopback and not _names_loopback(host) and self.open:
            raise Refusal(403, "this server answers under its loopback address only", kind="permission_error")
        origin = request.header(b"origin")
        if not origin:
            return []
        if origin.rstrip("/") in self._origins or "*" in self._origins:
            return [
                (b"access-control-allow-origin", origin.encode("latin-1")),
                (b"access-control-expose-headers", b"*"),
                (b"vary", b"origin"),
            ]
        if _netloc(origin) == host:
            return []
        raise Refusal(
            403,
            f"web pages of {origin[:100]} may not ask this server; --cors allows an origin",
            kind="permission_error",
        )

    def client(self, request: Request) -> ClientKey | None:
        """The client's key, or None where none is needed; raises `Refusal` 401."""
        shown = request.header(b"authorization")
        secret = shown[7:].strip() if shown[:7].lower() == "bearer " else request.header(b"x-api-key")
        key = self._ring.find(secret) if secret else None
        if key is not None or self.open:
            return key
        if not secret:
            message = "this server needs a key: send it as Authorization: Bearer …, or as x-api-key"
        else:
            message = "this key is unknown or revoked; turnout keys list shows which there are"
        raise Refusal(401, message, kind="authentication_error", code="invalid_api_key")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost")


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


@lru_cache(256)
def _names_loopback(host: str) -> bool:
    """As `is_loopback`, for a Host header."""
    if host.startswith("["):
        return is_loopback(host[1:].partition("]")[0])
    return is_loopback(host.rpartition(":")[0] if ":" in host else host)
