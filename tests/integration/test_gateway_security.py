"""Who may ask, for how much, and that no secret is ever said again."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr
from test_cli import one_line_error, turnout

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway import ASK, Answer, Served, catalogue, decisions, process, served
from servers import TEXT, Upstream, upstream
from turnout import build, serving
from turnout.config import Settings
from turnout.errors import ConfigError
from turnout.gateway.keys import KeyRing
from turnout.gateway.options import ServeOptions

UPSTREAM_KEY = "sk-wrong-key-987654"  # as the test's server repeats it in its refusal
ECHOED = "sk-echoed-by-a-client-13579"


@pytest.fixture
async def real() -> AsyncIterator[Upstream]:
    async with upstream() as running:
        yield running


@pytest.fixture
def ring(settings: Settings) -> KeyRing:
    return KeyRing.open(settings.config_dir / "keys.json")


def shown(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@asynccontextmanager
async def running(settings: Settings, real: Upstream, *behaviours: str, **options: Any) -> AsyncIterator[Served]:
    catalogue(settings, {name: real.url(name) for name in behaviours or ("good",)})
    async with served(settings.model_copy(update={"retries": 0}), ServeOptions(**options)) as gateway:
        yield gateway


async def test_every_endpoint_but_health_wants_a_key(settings, real, ring):
    _, secret = ring.create("ann")
    async with running(settings, real) as gateway:
        posts = ["chat/completions", "messages", "responses", "embeddings", "audio/transcriptions", "audio/speech",
                 "images/generations", "route", "feedback"]  # fmt: skip
        for path in posts:
            for headers in ({}, shown("tk-wrong"), shown(""), {"x-api-key": "tk-wrong"}, {"Authorization": secret}):
                refused = await gateway.post(f"/v1/{path}", {}, headers)
                assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, "Bearer"), path
                assert "tk-wrong" not in refused.raw.decode()
        for path in ("/v1/models", "/v1/models/good/m", "/metrics"):
            assert (await gateway.get(path)).status == 401
            assert (await gateway.get(path, shown(secret))).status == 200
        for path in ("/health", "/ready"):
            assert (await gateway.get(path)).status == 200
        for headers in (shown(secret), {"x-api-key": secret}, {"Authorization": f"bearer  {secret}"}):
            assert (await gateway.chat("good/m", headers=headers)).text == TEXT
    assert len(real.seen) == 3


async def test_a_revoked_key_stops_working_on_a_running_server(settings, real, ring):
    key, secret = ring.create("ann")
    async with running(settings, real) as gateway:
        assert (await gateway.chat("good/m", headers=shown(secret))).status == 200
        await asyncio.to_thread(KeyRing.open(ring.path).revoke, key.id)
        async with asyncio.timeout(5):
            while True:
                if (await gateway.chat("good/m", headers=shown(secret))).status == 401:
                    break
                await asyncio.sleep(0.1)
        assert (await gateway.chat("good/m")).status == 401  # a key that is gone still protects


async def test_a_key_asks_its_own_models_only(settings, real, ring):
    _, secret = ring.create("ann", models=["good/*"])
    async with running(settings, real, "good", "billed") as gateway:
        refused = await gateway.chat("billed/m", headers=shown(secret))
        assert (refused.status, refused.json["error"]["code"]) == (403, "model_not_allowed")
        fallback = await gateway.chat("good/m", models=["billed/m"], headers=shown(secret))
        assert fallback.status == 403
        for path, body in (
            ("embeddings", {"model": "billed/m", "input": "x"}),
            ("images/generations", {"model": "billed/m", "prompt": "x"}),
            ("audio/speech", {"model": "billed/m", "input": "x"}),
        ):
            assert (await gateway.post(f"/v1/{path}", body, shown(secret))).status == 403, path
        listed = (await gateway.get("/v1/models", shown(secret))).json["data"]
        assert [m["id"] for m in listed if not m["id"].startswith("auto")] == ["good/m"]
        assert (await gateway.get("/v1/models/billed/m", shown(secret))).status == 404
        assert (await gateway.chat("good/m", headers=shown(secret))).status == 200


DEAR, CHEAP = "openai/gpt-4", "openai/gpt-3.5-turbo"
USD_PER_TOKEN = {DEAR: 60e-6, CHEAP: 1.5e-6}  # of output, as the catalogue has it
LONGEST = 4000  # tokens of an answer, as the provider below gives it to whoever sets no limit


@asynccontextmanager
async def talkative() -> AsyncIterator[tuple[str, Counter[str]]]:
    """A provider whose answers are as long as they may be, and the calls that it had of each model."""
    calls: Counter[str] = Counter()

    async def chat(request: web.Request) -> web.Response:
        body = await request.json()
        calls[body["model"]] += 1
        await asyncio.sleep(0.1)
        tokens = min(LONGEST, body.get("max_tokens") or LONGEST) * body.get("n", 1)
        usage = {"prompt_tokens": 9, "completion_tokens": tokens, "cost": tokens * USD_PER_TOKEN[body["model"]]}
        choice = {"index": 0, "message": {"role": "assistant", "content": "word"}, "finish_reason": "stop"}
        return web.json_response({"choices": [choice], "usage": usage})

    app = web.Application()
    app.router.add_post("/v1/chat/completions", chat)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1", calls
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("limit", [{}, {"max_tokens": 1000}, {"max_tokens": 500, "n": 4}])
async def test_a_cost_attack_stays_within_the_keys_budget(settings, ring, limit):
    budget = 2.0
    _, secret = ring.create("mallory", max_usd=budget, per="day")
    attack = [{"role": "user", "content": "Prove the Riemann hypothesis. Think very long, and leave nothing out."}]
    async with talkative() as (url, calls):
        own = {"openrouter_api_key": SecretStr("sk-or-1234567890"), "openrouter_base_url": url, "retries": 0}
        async with served(settings.model_copy(update=own), models=[DEAR, CHEAP]) as gateway:

            async def ask() -> Answer:
                body = {"model": "auto:best", "messages": attack, "turnout": {"category": "reasoning"}, **limit}
                return await gateway.post("/v1/chat/completions", body, shown(secret))

            burst = await asyncio.gather(*(ask() for _ in range(100)))
            assert {answer.status for answer in burst} == {200, 429}
            at_once = calls[DEAR]
            while (last := await ask()).status == 200:
                pass
            assert last.json["error"]["type"] == "insufficient_quota"
            assert last.headers["x-should-retry"] == "false"
            assert (await gateway.get("/v1/models", shown(secret))).status == 200
    one = limit.get("max_tokens", LONGEST) * limit.get("n", 1) * USD_PER_TOKEN[DEAR]
    assert 1 < at_once <= budget / one + 1  # a hundred at a time do not outrun their bills
    spent = sum(row["usd"] or 0.0 for row in decisions(settings))
    assert budget - one < spent <= budget


async def test_leaving_early_saves_no_budget(settings, real, ring):
    key, secret = ring.create("mallory", max_usd=1.0)
    async with running(settings, real, "hang", "good") as gateway:
        asking = asyncio.create_task(gateway.chat("hang/m", n=25, headers=shown(secret)))
        async with asyncio.timeout(10):
            while True:
                if real.seen:
                    break
                await asyncio.sleep(0.05)
        asking.cancel()
        await asyncio.wait_for(real.left.wait(), 10)
    (row,) = decisions(settings)
    assert row["status"] == 499
    with build.store(settings) as store:  # $2 for a million tokens, and as many as answers get without a limit
        assert store.spending()[key.id, "total"] == pytest.approx(25 * 4096 * 2e-6, rel=0.01)


async def test_a_store_that_is_down_is_no_bug_and_says_not_where_it_is(settings, real):
    async with running(settings, real) as gateway:
        id = (await gateway.chat("good/m")).id
        await gateway.decision(id)
        connection = sqlite3.connect(settings.state_dir / "evidence.sqlite")
        connection.execute("ALTER TABLE outcomes RENAME TO elsewhere")
        connection.commit()
        said = await gateway.post("/v1/feedback", {"decision_id": id, "vote": "up"})
        assert (said.status, said.json["error"]["code"]) == (503, "store_unavailable")
        assert "sqlite" not in said.raw.decode()
        connection.execute("ALTER TABLE elsewhere RENAME TO outcomes")
        connection.commit()
        connection.close()
        assert (await gateway.post("/v1/feedback", {"decision_id": id, "vote": "up"})).status == 200


async def test_a_price_that_nobody_knows_does_not_get_around_a_budget(settings, real, ring):
    _, secret = ring.create("ann", max_usd=1.0)
    catalogue(settings, {"good": real.url()}, good={"price": {}})
    async with served(settings) as gateway:
        for path, body in (
            ("chat/completions", {"model": "good/m", "messages": ASK}),
            ("embeddings", {"model": "good/e", "input": "x"}),
            ("images/generations", {"model": "good/i", "prompt": "x"}),
        ):
            refused = await gateway.post(f"/v1/{path}", body, shown(secret))
            assert (refused.status, refused.json["error"]["code"]) == (403, "price_unknown"), path
    assert real.seen == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_nobody_serves_others_without_keys(settings, host):
    with pytest.raises(ConfigError, match="no key protects this server"):
        serving.gateway(settings, ServeOptions(host))


def test_the_command_says_so_in_one_line(tmp_path):
    line = one_line_error(turnout(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0"), 17)
    assert "turnout keys create" in line
    assert "--allow-anonymous" in line


async def test_web_pages_of_others_may_not_ask(settings, real):
    async with running(settings, real, origins=("https://ok.example",)) as gateway:
        for origin in ("https://evil.example", "null", "http://[::1", "http://ok.example", "https://ok.example.evil"):
            refused = await gateway.chat("good/m", headers={"Origin": origin})
            assert refused.status == 403, origin
            assert not [name for name in refused.headers if name.lower().startswith("access-control")]
            assert (await gateway.get("/v1/models", {"Origin": origin})).status == 403
        allowed = await gateway.chat("good/m", headers={"Origin": "https://ok.example"})
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://ok.example"
        rebound = await gateway.chat("good/m", headers={"Host": "evil.example:8484"})
        assert rebound.status == 403
        own = await gateway.chat("good/m", headers={"Origin": gateway.url})
        assert (own.status, own.headers.get("Access-Control-Allow-Origin")) == (200, None)
        async with gateway.client.options(
            gateway.url + "/v1/models", headers={"Origin": "https://evil.example"}
        ) as answer:
            assert answer.status == 403
    assert len(real.seen) == 2


async def test_secrets_are_nowhere(settings, real, ring, monkeypatch):
    _, secret = ring.create("ann")
    fields = {"key": {"api_key_env": "TURNOUT_TEST_UPSTREAM_KEY"}, "broken": {"api_key_env": "TURNOUT_TEST_BROKEN"}}
    addresses = {"key": real.url("key"), "good": real.url(), "broken": real.url()}
    catalogue(settings, addresses, **fields)
    env = {"TURNOUT_TEST_UPSTREAM_KEY": UPSTREAM_KEY, "TURNOUT_TEST_BROKEN": f"{UPSTREAM_KEY}\nX: y"}
    said = b""
    async with process(settings, "--open-metrics", **env) as running:
        async with asyncio.timeout(20):
            import aiohttp

            async with aiohttp.ClientSession() as client:
                gateway = Served(running.url, settings, client)
                for model in ("key/m", "broken/m", "good/m", ECHOED, f"auto:{ECHOED}"):
                    for stream in (False, True):
                        for headers in (shown(secret), shown(ECHOED), {"x-api-key": UPSTREAM_KEY}):
                            answer = await gateway.chat(model, stream=stream, headers=headers)
                            if ECHOED not in model:
                                said += answer.raw + repr(answer.headers).encode()
                said += (await gateway.get("/metrics")).raw
                assert (await gateway.chat("key/m", headers=shown(secret))).status == 502
        running.signal(15)
        assert await running.ended() == 0
    output = "".join(running.output).encode()
    assert b"Traceback" not in output
    kept = b"".join(path.read_bytes() for path in settings.state_dir.rglob("*") if path.is_file())
    assert len(decisions(settings)) == 11
    for hidden in (secret, UPSTREAM_KEY):
        for where, what in (("answers", said), ("output", output), ("store", kept)):
            assert hidden.encode() not in what, where
    assert ECHOED.encode() not in said + output
    assert secret.encode() not in ring.path.read_bytes()
