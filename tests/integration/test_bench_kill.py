"""A real run, killed with SIGKILL at random moments, ends in the file of one that was left alone."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers import Upstream, upstream
from turnout.bench import Row, read_rows
from turnout.bench.rows import whole_length

KILLS, TASKS = 24, 60
CATALOGUE = """
providers:
  box: {{base_url: "{url}"}}
models:
  - {{id: box/one, provider: box, price: {{input: 1.0, output: 2.0}}}}
  - {{id: box/two, provider: box, price: {{input: 1.0, output: 2.0}}}}
  - {{id: box/judge, provider: box, price: {{input: 1.0, output: 2.0}}}}
"""


def write_tasks(path: Path, count: int, max_tokens: int = 20) -> Path:
    lines = [
        {"id": f"t{i}", "modality": "text", "category": "translation", "language": "de", "scorer": "chrf",
         "content": f"Say in German:\n\"number, {i}\"", "reference": f"Nummer {i}", "max_tokens": max_tokens}
        for i in range(count)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def environment(home: Path, **more: str) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TURNOUT", "OPENROUTER"))}
    folders = {f"TURNOUT_{kind.upper()}_DIR": str(home / kind) for kind in ("config", "cache", "state")}
    return {**inherited, **folders, "TURNOUT_DOWNLOAD": "never", "NO_COLOR": "1", "COLUMNS": "80", **more}


def start(home: Path, tasks: Path, out: Path, *args: str, **env: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "turnout", "bench", str(tasks), "-o", str(out), "--yes", *args]
    return subprocess.Popen(
        command, env=environment(home, **env), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )  # fmt: skip


def finish(child: subprocess.Popen[bytes]) -> str:
    _, said = child.communicate(timeout=300)
    assert child.returncode == 0, said.decode()
    return said.decode()


def measured(path: Path, *timed: str) -> list[Row]:
    """Rows without what a clock decides, in one order."""
    blank: dict[str, object] = {"at": "", **dict.fromkeys(("latency_s", "ttft_s", *timed))}
    return sorted((replace(row, **blank) for row in read_rows(path)), key=lambda row: row.key)


def kill_again_and_again(kills: int, pause: float, out: Path, *arguments, **env: str) -> int:
    """Start the run and kill it `kills` times, up to `pause` seconds after its first new row; returns rows by then."""
    rng = random.Random(4)
    for _ in range(kills):
        before = out.read_bytes() if out.exists() else b""
        child = start(*arguments, **env)
        while child.poll() is None and (not out.exists() or out.stat().st_size <= len(before)):
            time.sleep(0.002)
        time.sleep(rng.uniform(0, pause))
        child.kill()
        child.communicate()
        # What was on the disk is still there; only a torn end may have been replaced.
        assert out.read_bytes().startswith(before[: whole_length(before)])
    return len(read_rows(out))


@pytest.mark.slow
async def test_killed_many_times_it_ends_like_a_run_left_alone(tmp_path):
    async with upstream() as server:
        write_tasks(tmp_path / "tasks.jsonl", TASKS)
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "models.yaml").write_text(CATALOGUE.format(url=server.url()))
        await asyncio.to_thread(killed_and_left_alone, tmp_path, server)


def killed_and_left_alone(folder: Path, server: Upstream) -> None:
    tasks, whole, torn = folder / "tasks.jsonl", folder / "whole.csv", folder / "torn.csv"
    judged = ("--models", "box/one,box/two", "--reference", "box/one", "--judge", "box/judge")
    finish(start(folder, tasks, whole, *judged))
    asked = len(server.seen)
    slowly = ("--requests-per-minute", "1500", "--concurrency", "4")
    seen = kill_again_and_again(KILLS, 0.3, torn, folder, tasks, torn, *judged, *slowly)
    assert KILLS <= seen < len(read_rows(whole))  # each got somewhere, and the last was killed underway
    finish(start(folder, tasks, torn, *judged))
    assert measured(torn) == measured(whole)
    assert len(measured(whole)) == 4 * TASKS  # two answers, two verdicts
    # What was asked twice is what was in flight when it was killed, at most.
    assert len(server.seen) - 2 * asked <= KILLS * 4
    before = torn.read_bytes()
    assert "nothing to do" in finish(start(folder, tasks, torn, *judged))
    assert torn.read_bytes() == before


@pytest.mark.slow
def test_so_does_one_of_a_real_local_model(tmp_path, local_settings):
    tasks = write_tasks(tmp_path / "tasks.jsonl", 16, max_tokens=6)
    env = {"TURNOUT_CACHE_DIR": str(local_settings.cache_dir), "TURNOUT_STATE_DIR": str(local_settings.state_dir)}
    model, whole, torn = ("--models", "local/smollm2-135m"), tmp_path / "whole.csv", tmp_path / "torn.csv"
    finish(start(tmp_path, tasks, whole, *model, **env))
    kill_again_and_again(6, 0.3, torn, tmp_path, tasks, torn, *model, **env)
    finish(start(tmp_path, tasks, torn, *model, **env))
    # On this machine an answer is priced by its seconds.
    assert measured(torn, "cost_usd") == measured(whole, "cost_usd")
    assert {row.quality is not None for row in measured(torn)} == {True}
