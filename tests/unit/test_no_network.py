from __future__ import annotations

import asyncio
import socket
import urllib.request

import pytest


def test_nothing_leaves_the_machine():
    with pytest.raises(AssertionError, match="loopback only"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(AssertionError, match="loopback only"):
        socket.getaddrinfo("example.com", 443)
    with pytest.raises(AssertionError, match="loopback only"):
        urllib.request.urlopen("http://example.com", timeout=1)


async def test_not_even_asynchronously():
    with pytest.raises((AssertionError, OSError)):
        await asyncio.open_connection("example.com", 443)


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=1):
        pass
