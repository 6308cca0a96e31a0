from __future__ import annotations

import asyncio
import socket
import urllib.request

import aiohttp
import pytest


def test_nothing_leaves_the_machine():
    with pytest.raises(AssertionError, match="loopback only"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(AssertionError, match="loopback only"):
        socket.getaddrinfo("example.com", 443)
    with pytest.raises(AssertionError, match="loopback only"):
        urllib.request.urlopen("http://example.com", timeout=1)
    with pytest.raises(AssertionError, match="loopback only"):
        socket.gethostbyname("example.com")


def test_no_datagram_does_either():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        with pytest.raises(AssertionError, match="loopback only"):
            udp.sendto(b"hello", ("192.0.2.1", 9))
        with pytest.raises(AssertionError, match="loopback only"):
            udp.sendto(b"hello", 0, ("192.0.2.1", 9))
        with pytest.raises(AssertionError, match="loopback only"):
            udp.connect_ex(("192.0.2.1", 9))


async def test_not_even_asynchronously():
    for host in ("example.com", "192.0.2.1"):
        with pytest.raises(AssertionError, match="loopback only"):
            await asyncio.open_connection(host, 443)
        async with aiohttp.ClientSession() as session:
            with pytest.raises(AssertionError, match="loopback only"):
                await session.get(f"http://{host}/")


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=1):
        pass


def test_unix_sockets_are_open(tmp_path):
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))
        assert client.getpeername() == str(tmp_path / "s")
