"""`turnout serve` as a person starts and stops it, and its page at /docs."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

import browser
from chat_server import KEY, chat_server
from served import BOX, Box, served
from turnout.gateway.openapi import document


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def environment(home: Path) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TURNOUT", "OPENROUTER"))}
    folders = {f"TURNOUT_{kind.upper()}_DIR": str(home / kind) for kind in ("config", "cache", "state")}
    return {**inherited, **folders, "NO_COLOR": "1", "COLUMNS": "80"}


def turnout(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "turnout", *args],
        capture_output=True, text=True, timeout=60, check=False, env=environment(home),
    )  # fmt: skip


def read(url: str, **headers: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return answer.read().decode()


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--host", "0.0.0.0"], 17, "no key protects this server: make one with turnout keys create NAME"),
        (["--host", "no-such-host.invalid", "--allow-anonymous"], 17, "there is no address no-such-host.invalid"),
        (["--models", "nosuch/*"], 15, "no model in the catalogue matches 'nosuch/*'"),
        (["--router", "none.npz"], 14, "no such router file: none.npz"),
        (["--benchmark", "nosuch"], 15, "no evidence from a benchmark called 'nosuch'"),
    ],
)
def test_mistakes_are_one_line_with_the_next_step(home, options, code, said):
    done = turnout(home, "serve", "--port", "0", *options)
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_taken_port_is_named(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = turnout(home, "serve", "--port", str(port))
    assert done.returncode == 17
    assert done.stderr == (
        f"turnout: cannot listen on 127.0.0.1:{port}: Address already in use; choose another with --host and --port\n"
    )


def test_welcome_fits_a_terminal_and_its_line_of_curl_works(box: Box) -> None:
    said = (box.folder / "said.txt").read_text()
    assert max(len(line) for line in said.splitlines()) <= 80
    assert "6 models can be asked: box/all, box/text" in said
    assert "no key is needed: clients on this machine may ask" in said
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    line = said[said.index("curl ") :].strip()
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=True)
    assert "Why is the sky blue?" in json.loads(done.stdout)["choices"][0]["message"]["content"]


def test_welcome_says_how_a_key_is_sent(tmp_path: Path) -> None:
    with chat_server() as provider:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "models.yaml").write_text(BOX.format(url=provider.url))
        made = turnout(tmp_path, "keys", "create", "ann")
        with served(tmp_path, "--models", "box/*", "--host", "0.0.0.0", BOX_KEY=KEY) as url:
            said = (tmp_path / "said.txt").read_text()
            assert url.startswith("http://127.0.0.1:")
            assert "on every other address of this machine" in said
            line = said[said.index("curl ") :].strip()
            done = subprocess.run(
                line, shell=True, capture_output=True, text=True, check=True,
                env={**os.environ, "TURNOUT_KEY": made.stdout.strip()},
            )  # fmt: skip
            assert json.loads(done.stdout)["model"].startswith("box/")
            shown = read(f"{url}/docs")
            assert "Bearer $TURNOUT_KEY" in unescape(shown)
            assert made.stdout.strip() not in shown
        shown = turnout(tmp_path, "doctor").stdout
    assert re.search(r"✓ gateway keys +1 of 1 in force", shown)


def test_doctor_says_what_is_broken(home):
    (home / "config").mkdir(parents=True)
    shown = turnout(home, "doctor")
    assert shown.returncode == 0
    assert "none: turnout serve asks clients here for no key" in shown.stdout
    (home / "config" / "keys.json").write_text("{}")
    shown = turnout(home, "doctor")
    assert shown.returncode == 1
    assert re.search(r"✗ gateway keys .*keys\.json is damaged", shown.stdout)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A gateway as a terminal starts it, with a streamed answer under way that does not end."""
    with socket.create_server(("127.0.0.1", 0)) as provider:
        (tmp_path / "config").mkdir()
        url = f"http://127.0.0.1:{provider.getsockname()[1]}/v1"
        (tmp_path / "config" / "models.yaml").write_text(BOX.format(url=url))
        process = subprocess.Popen(
            [sys.executable, "-m", "turnout", "serve", "--port", "0", "--models", "box/text"],
            stderr=subprocess.PIPE, text=True, env={**environment(tmp_path), "BOX_KEY": KEY},
        )  # fmt: skip
        assert process.stderr is not None
        found = re.search(r"serving http://127.0.0.1:(\d+)/v1", process.stderr.readline())
        assert found is not None
        body = b'{"model": "box/text", "stream": true, "messages": [{"role": "user", "content": "x"}]}'
        with socket.create_connection(("127.0.0.1", int(found[1]))) as client:
            head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
            client.sendall(head.encode() + body)
            upstream, _ = provider.accept()
            with upstream:
                upstream.recv(65536)
                event = b'data: {"choices": [{"index": 0, "delta": {"content": "Because"}}]}\n\n'
                upstream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + event)
                client.settimeout(10)
                while b"Because" not in client.recv(65536):
                    pass
                yield process, str(tmp_path)
        process.kill()
        process.wait()
        process.stderr.close()


def test_ctrl_c_waits_for_answers_and_a_second_one_does_not(slow):
    process, home = slow
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said = process.stderr.read()
    assert process.wait(10) == 0
    assert "stopping: one answer is under way (Ctrl-C again cuts off)" in said
    assert "Traceback" not in said
    assert "Unclosed" not in said
    with served(Path(home), "--models", "box/text", BOX_KEY=KEY):  # takes over what was cut off
        pass
    shown = turnout(Path(home), "evidence", "traffic", "--json")
    assert [(row["model_id"], row["requests"]) for row in json.loads(shown.stdout)["models"]] == [("box/text", 1)]


@pytest.mark.parametrize("client", ["openai", "anthropic"])
def test_the_pages_python_runs_as_it_is_written(box: Box, client: str) -> None:
    blocks = re.findall(r'<pre class="t\d" tabindex="0"><code>(.*?)</code></pre>', read(f"{box.url}/docs"), re.DOTALL)
    code = next(
        text for block in blocks if f"# pip install {client}" in (text := unescape(re.sub("<[^>]+>", "", block)))
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("box/")
    assert "Why is the sky blue?" in done.stdout


def test_the_page_shows_every_endpoint_and_field_and_takes_nothing_from_elsewhere(box: Box) -> None:
    shown = read(f"{box.url}/docs")
    text = unescape(re.sub("<[^>]+>", "", shown))
    described = document()
    assert json.loads(read(f"{box.url}/openapi.json")) == described
    for path, methods in described["paths"].items():
        assert path in text
        for operation in methods.values():
            for sent in operation.get("requestBody", {}).get("content", {}).values():
                for name in sent["schema"]["properties"]:
                    assert name in text, f"{path}: {name}"
    assert "<script" not in shown
    assert not re.search(r"(src|href)=\"(https?:)?//", shown)
    anchors = set(re.findall(r'id="([^"]+)"', shown))
    assert set(re.findall(r'href="#([^"]+)"', shown)) <= anchors


def test_a_host_that_is_no_host_is_not_repeated(box: Box) -> None:
    host = box.url.removeprefix("http://")
    assert f"http://{host}/v1" in read(f"{box.url}/docs")
    assert "https://localhost:1234/v1" in read(
        f"{box.url}/docs", Host="localhost:1234", **{"X-Forwarded-Proto": "https"}
    )
    shown = read(f"{box.url}/docs", Host='localhost:"><b>')
    assert "<b>" not in shown


@pytest.mark.skipif(browser.MISSING, reason="no chromium")
@pytest.mark.parametrize("width", [390, 1280])
async def test_the_page_fits_its_window_and_its_tabs_work_without_scripts(box: Box, tmp_path: Path, width: int) -> None:
    async with browser.opened(f"{box.url}/docs", tmp_path / "browser", width=width) as tab:
        await tab.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        assert await tab.value("document.documentElement.scrollWidth") <= width
        assert await tab.value("document.querySelector('pre.t2').offsetHeight") == 0
        await tab.value("document.querySelector('label[for=t2]').click()")
        assert await tab.value("document.querySelector('pre.t2').offsetHeight") > 100
        assert await tab.value("document.querySelector('pre.t1').offsetHeight") == 0
        assert tab.thrown == []
