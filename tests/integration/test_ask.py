"""`turnout ask` against a real server: the answer, the bill, the fall back, the failures."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_cli import turnout

from servers import TEXT, Upstream, upstream

KEY = "sk-right-key-123456"


@pytest.fixture
async def server() -> AsyncIterator[Upstream]:
    async with upstream() as running:
        yield running


async def ask(tmp_path: Path, server: Upstream, behaviour: str, *args: str, key: str = KEY, **env: str):
    return await asyncio.to_thread(
        lambda: turnout(
            tmp_path, *args, OPENROUTER_API_KEY=key, TURNOUT_OPENROUTER_BASE_URL=server.url(behaviour), **env
        )
    )


async def test_it_streams_the_answer_and_ends_with_the_bill(tmp_path, server):
    done = await ask(tmp_path, server, "billed", "ask", "hello", "--models", "openai/gpt-4o,openai/gpt-4o-mini")
    assert done.returncode == 0, done.stderr
    assert done.stdout == TEXT + "\n"
    first, *_, last = done.stderr.strip().splitlines()
    assert first.startswith("→ openai/")
    assert "$0.0042" in last
    assert "runner-up openai/" in last
    shown = json.loads((await ask(tmp_path, server, "good", "evidence", "show", "--json")).stdout)
    assert shown["newest"][0]["cost_usd"] == 0.0042
    assert shown["newest"][0]["quality"] is None


async def test_json_has_everything(tmp_path, server):
    done = await ask(tmp_path, server, "billed", "ask", "hello", "--models", "openai/gpt-4*", "--json", "-c", "code")
    document = json.loads(done.stdout)
    assert document["schema"] == "turnout.ask/1"
    assert document["answer"]["text"] == TEXT
    assert document["answer"]["usd"] == 0.0042
    assert document["decision"]["chosen"] == document["answer"]["model"]
    assert {a["role"] for a in document["alternatives"]} <= {"runner-up", "dearest eligible"}


async def test_a_wrong_key_is_one_line_that_does_not_show_it(tmp_path, server):
    done = await ask(
        tmp_path, server, "key", "ask", "hello", "--models", "openai/gpt-4o-mini", key="sk-wrong-key-987654"
    )
    assert done.returncode == 51
    assert done.stdout == ""
    assert "OPENROUTER_API_KEY" in done.stderr.splitlines()[-1]
    assert "wrong-key" not in done.stderr
    assert "Traceback" not in done.stderr


async def test_when_the_first_model_fails_the_next_one_answers(tmp_path, server):
    done = await ask(tmp_path, server, "first-dies", "ask", "hello", "--models", "openai/gpt-4o,openai/gpt-4o-mini",
                     TURNOUT_RETRIES="0")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == TEXT + "\n"
    first, second = (f"{seen['body']['model']}" for seen in server.seen)
    assert first != second
    assert done.stderr.strip().splitlines()[-1].startswith(second)
    assert f"{first} at 127.0.0.1" in done.stderr


async def test_no_answer_in_time_is_one_line(tmp_path, server):
    done = await ask(tmp_path, server, "hang", "ask", "hello", "--models", "openai/gpt-4o-mini",
                     TURNOUT_TIMEOUT_S="0.5", TURNOUT_RETRIES="0")  # fmt: skip
    assert done.returncode == 54
    assert done.stdout == ""
    assert "0.5 s" in done.stderr.splitlines()[-1]


async def test_a_line_end_after_the_key_does_no_harm(tmp_path, server):
    done = await ask(tmp_path, server, "key", "ask", "hello", "--models", "openai/gpt-4o-mini", key=KEY + "\r\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout == TEXT + "\n"


async def test_an_answer_cut_off_is_a_failure_that_shows_what_came(tmp_path, server):
    done = await ask(tmp_path, server, "cut-clean", "ask", "hello", "--models", "openai/gpt-4o-mini")
    assert done.returncode == 53
    assert done.stdout == TEXT[:3] + "\n"
    assert "cut its answer off" in done.stderr.splitlines()[-1]


async def test_all_dead_is_one_line_naming_all(tmp_path, server):
    done = await ask(tmp_path, server, "500", "ask", "hello", "--models", "openai/gpt-4o,openai/gpt-4o-mini",
                     TURNOUT_RETRIES="0")  # fmt: skip
    assert done.returncode == 53
    assert "all 2 models failed" in done.stderr.splitlines()[-1]


async def test_images_go_as_content_parts(tmp_path, server):
    picture = tmp_path / "cat.png"
    picture.write_bytes(b"\x89PNG not much of a cat")
    done = await ask(tmp_path, server, "good", "ask", "what is this?", "--image", str(picture), "--models",
                     "openai/gpt-4o-mini")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [p["type"] for p in server.seen[-1]["body"]["messages"][0]["content"]] == ["text", "image_url"]


async def test_models_sync_replaces_the_catalogue(tmp_path, server):
    done = await ask(tmp_path, server, "good", "models", "sync")
    assert done.returncode == 0, done.stderr
    assert "1 models and prices" in done.stdout
    listed = json.loads((await ask(tmp_path, server, "good", "models", "list", "--models", "acme/*", "--json")).stdout)
    assert listed["models"][0]["usd_per_mtok_output"] == 2.0
    bad = await ask(tmp_path, server, "bad-list", "models", "sync")
    assert bad.returncode == 56
    again = await ask(tmp_path, server, "good", "models", "list", "--models", "acme/*", "--json")
    assert json.loads(again.stdout) == listed
