"""Addresses in requests. Remote providers fetch them themselves; for models on this machine Turnout does, if it may.

A server that fetches what strangers name can be made to read its own network, so this is off unless it is allowed, and
then refuses every address that is not public, after the name is resolved and without following redirects.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
from collections.abc import Sequence
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from yarl import URL

from turnout.errors import RequestRejected
from turnout.gateway.access import is_loopback
from turnout.types import Model

__all__ = ["Links"]

_MAX_BYTES = 20 * 2**20
_NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TIMEOUT = aiohttp.ClientTimeout(total=20)


class Links:
    """Makes data of the addresses of pictures and films. `allowed` lets it fetch."""

    def __init__(self, *, allowed: bool = False) -> None:
        self._allowed = allowed
        self._session: aiohttp.ClientSession | None = None

    async def resolve(self, messages: Sequence[dict[str, Any]], model: Model) -> list[dict[str, Any]]:
        """The messages as they are, or for a model on this machine with fetched data; raises `RequestRejected`."""
        if model.provider != "local":
            return list(messages)
        return [await self._message(message, model) for message in messages]

    async def aclose(self) -> None:
        """Close connections."""
        if self._session is not None:
            await self._session.close()

    async def _message(self, message: dict[str, Any], model: Model) -> dict[str, Any]:
        content = message.get("content")
        if not isinstance(content, list):
            return message
        return {**message, "content": [await self._part(part, model) for part in content]}

    async def _part(self, part: dict[str, Any], model: Model) -> dict[str, Any]:
        for name in ("image_url", "video_url"):
            held = part.get(name)
            url = held.get("url") if isinstance(held, dict) else held
            if isinstance(url, str) and not url.startswith("data:"):
                if not self._allowed:
                    raise RequestRejected(
                        f"{model.id} runs on this machine, and Turnout fetches no addresses: send the data itself "
                        "(data:image/…;base64,…), or start the server with --fetch-urls"
                    )
                return {**part, name: {"url": await self._data(url)}}
        return part

    async def _data(self, url: str) -> str:
        address = _checked(url)
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=_PublicResolver(), use_dns_cache=False)
            self._session = aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT, trust_env=False)
        try:
            async with self._session.get(address, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise RequestRejected(f"the address of an attachment answered {answer.status}")
                data = await answer.content.read(_MAX_BYTES + 1)
                while len(data) <= _MAX_BYTES and (more := await answer.content.read(_MAX_BYTES + 1 - len(data))):
                    data += more
                kind = answer.content_type
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise RequestRejected("the address of an attachment cannot be fetched: it must be public") from None
        if len(data) > _MAX_BYTES:
            raise RequestRejected(f"an attachment is larger than {_MAX_BYTES:,} bytes")
        return f"data:{kind};base64,{base64.b64encode(data).decode()}"


class _PublicResolver(AbstractResolver):
    """Names to public addresses only: checked on the very addresses that are then connected to."""

    def __init__(self) -> None:
        self._inner = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [entry for entry in found if _is_public(ipaddress.ip_address(entry["host"].partition("%")[0]))]
        if not public:
            raise OSError(f"{host} has no public address")
        return public

    async def close(self) -> None:
        await self._inner.close()


def _checked(url: str) -> URL:
    """The address as it will be called: what is checked and what is connected to must be read by the same parser."""
    try:
        parsed = URL(url)
        host = parsed.raw_host or ""
        usable = parsed.scheme in ("http", "https") and bool(host) and parsed.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise RequestRejected("the address of an attachment must be http, https or data")
    try:
        public = _is_public(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        # A name goes through the resolver above. An address in another form (2130706433, 127.1, 0x7f.1) is no name.
        public = not (":" in host or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) or is_loopback(host))
    if not public:
        raise RequestRejected("the address of an attachment is not public")
    return parsed


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64 or address.sixtofour or address.teredo:  # an IPv4 address in disguise
            return False
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address.is_site_local:
            return False
    return address.is_global and not address.is_multicast
