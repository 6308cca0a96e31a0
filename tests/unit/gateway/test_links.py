from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from turnout.errors import RequestRejected
from turnout.gateway.links import Links
from turnout.types import Model, Price

LOCAL = Model("local/see", "local", "see", Price())
REMOTE = Model("far/see", "far", "see", Price())


def asking(url: object) -> list[dict[str, object]]:
    return [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}]


@pytest.fixture
async def links() -> AsyncIterator[Links]:
    made = Links(allowed=True)
    yield made
    await made.aclose()


@pytest.fixture
async def inside() -> AsyncIterator[tuple[int, list[str]]]:
    """A server on this machine that must never be asked."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(str(request.url))
        return web.Response(body=b"secret", content_type="image/png")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1], asked
    await runner.cleanup()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1",
        "0", "0.0.0.0",
        "localhost", "LOCALHOST.", "foo.localhost", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1%25lo]", "１２７.０.０.１", "127。0。0。1", "①②⑦.1",
        "user:password@127.0.0.1", "127.0.0.1#@example.org", "example.org@127.1",
    ],
)  # fmt: skip
async def test_no_way_leads_into_this_machine(links, inside, host):
    port, asked = inside
    head, hash_, tail = host.partition("#")
    with pytest.raises(RequestRejected, match="address of an attachment"):
        await links.resolve(asking(f"http://{head}:{port}/x{hash_}{tail}"), LOCAL)
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data", "http://10.0.0.8/", "http://192.168.1.1/", "http://172.16.0.1/",
        "http://100.64.0.1/", "http://224.0.0.1/", "http://[fd00::1]/", "http://[fe80::1]/", "http://[fec0::1]/",
        "http://[ff02::1]/", "http://0xa9fea9fe/", "http://2852039166/", "http://[::ffff:169.254.169.254]/",
        "file:///etc/passwd", "ftp://example.org/x", "gopher://127.0.0.1/", "http://", "http:///x", "//127.0.0.1/x",
        "http://[::1", "http://x:99999/", "javascript:1", "",
    ],
)  # fmt: skip
async def test_what_is_not_public_is_refused(links, url):
    with pytest.raises(RequestRejected, match="address of an attachment"):
        await links.resolve(asking(url), LOCAL)


async def test_nothing_is_fetched_unless_allowed(inside):
    port, asked = inside
    links = Links()
    with pytest.raises(RequestRejected, match="--fetch-urls"):
        await links.resolve(asking("https://example.org/cat.png"), LOCAL)
    with pytest.raises(RequestRejected, match="--fetch-urls"):
        await links.resolve(asking(f"http://127.0.0.1:{port}/"), LOCAL)
    await links.aclose()
    assert asked == []


async def test_data_and_remote_models_pass(links):
    data = "data:image/png;base64," + base64.b64encode(b"png").decode()
    assert await links.resolve(asking(data), LOCAL) == asking(data)
    far = asking("http://127.0.0.1/private.png")
    assert await links.resolve(far, REMOTE) == far  # a provider fetches it on its own network
