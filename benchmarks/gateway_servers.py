"""The servers that `gateway.py` measures: each a process on a core of its own, with all its files in one folder."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import yaml

from turnout.evidence import artifact

__all__ = ["FIXED", "SLOW", "Fleet", "Server", "ServerFailed", "body", "litellm", "raw", "turnout", "upstream"]

FIXED, SLOW = "fixed", "slow"
_HERE = Path(__file__).parent
_START_S, _STOP_S, _POLL_S = 90.0, 10.0, 0.005
_PATH = "/v1/chat/completions"
_PAGE, _TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")


class ServerFailed(Exception):
    """A server did not start, or answered wrongly; one line with what it said last."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class Server:
    """A command that serves `/v1/chat/completions` on `port` of loopback.

    `names` says how this server calls the models `fixed` and `slow`; others are passed as they are.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        port: int,
        *,
        core: int,
        folder: Path,
        key: str = "none",
        env: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.port, self.key = name, port, key
        self.url = f"http://127.0.0.1:{port}{_PATH}"
        self.names = dict(names or {})
        self._command = ["taskset", "-c", str(core), *command]
        self._folder, self._env = folder, env
        self._log = folder / f"{port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Spawn it and wait for the first answer to a request for the fixed model; returns the seconds that took."""
        request = body(self.names.get(FIXED, FIXED), "Are you there?")
        with self._log.open("ab") as log:
            began = time.perf_counter()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=None if self._env is None else dict(self._env),
                cwd=self._folder,
                start_new_session=True,  # the terminal's Ctrl-C reaches this script alone, which then ends them all
            )
        while time.perf_counter() - began < _START_S:
            with contextlib.suppress(OSError, HTTPException):
                if self._post(request)[0] == 200:
                    return time.perf_counter() - began
            if self._process.poll() is not None:
                raise ServerFailed(f"{self.name} ended with {self._process.returncode}: {self.last_words()}")
            time.sleep(_POLL_S)
        raise ServerFailed(f"{self.name} gave no answer within {_START_S:.0f} s: {self.last_words()}")

    def check(self, model: str, *, stream: bool = False) -> None:
        """One request, answered whole; what is measured afterwards are answers, not errors."""
        request = body(self.names.get(model, model), "Which railway switch sets a train on its track?", stream=stream)
        status, answer = self._post(request)
        whole = answer.count(b"data: ") >= 20 and b"[DONE]" in answer if stream else b'"choices"' in answer
        if status != 200 or not whole:
            raise ServerFailed(f"{self.name}, {model}: {status} {answer[:300].decode(errors='replace')}")

    def rss(self) -> float:
        """Resident memory of its processes, in MB of 10⁶ bytes."""
        return sum(int(f.joinpath("statm").read_text().split()[1]) for f in self._processes()) * _PAGE / 1e6

    def cpu(self) -> float:
        """Seconds of processor time that its processes have used."""
        ticks = 0
        for folder in self._processes():
            fields = folder.joinpath("stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # user and system
        return ticks / _TICKS

    def _processes(self) -> list[Path]:
        """Folders in /proc of those that run now."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self._process is not None and os.getpgid(int(folder.name)) == self._process.pid:
                    found.append(folder)
        return found

    def stop(self) -> None:
        """End it and what it started."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._process = None

    def last_words(self) -> str:
        """The end of its log."""
        text = self._log.read_text(errors="replace").strip() if self._log.exists() else ""
        return text[-600:] or "(it said nothing)"

    def _post(self, request: bytes) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
            connection.request("POST", _PATH, request, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


class Fleet:
    """Servers by name, each started when it is first needed; all are ended when the block is left."""

    def __init__(self, makers: Mapping[str, Callable[[], Server]]) -> None:
        self.makers = dict(makers)
        self._running: dict[str, Server] = {}

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave some running
        for name in list(self._running):
            self.stop(name)

    def __contains__(self, name: object) -> bool:
        return name in self.makers

    def __getitem__(self, name: str) -> Server:
        if name not in self._running:
            self._running[name] = server = self.makers[name]()
            server.start()
        return self._running[name]

    def stop(self, name: str) -> None:
        """End it, if it runs; the next use starts it again."""
        if name in self._running:
            self._running.pop(name).stop()


def body(model: str, prompt: str, *, stream: bool = False) -> bytes:
    """A chat request as the SDKs send it."""
    asked = {"model": model, "messages": [{"role": "user", "content": prompt}]}
    return json.dumps(
        {**asked, "stream": True, "stream_options": {"include_usage": True}} if stream else asked
    ).encode()


def upstream(core: int, folder: Path) -> Server:
    """The provider that answers at once."""
    port = _free_port()
    return Server(
        "direct", [sys.executable, str(_HERE / "gateway_upstream.py"), str(port)], port, core=core, folder=folder
    )


def raw(core: int, folder: Path, provider: Server) -> Server:
    """The pass-through that parses nothing."""
    port = _free_port()
    command = [sys.executable, str(_HERE / "gateway_raw.py"), str(port), f"http://127.0.0.1:{provider.port}"]
    return Server("raw pass-through", command, port, core=core, folder=folder)


def litellm(venv: Path, core: int, folder: Path, provider: Server) -> Server:
    """LiteLLM's proxy as its manual sets it up for production, without a database."""
    port, key = _free_port(), "sk-benchmark"
    models = [
        {
            "model_name": name,
            "litellm_params": {
                "model": f"openai/{name}",
                "api_base": f"http://127.0.0.1:{provider.port}/v1",
                "api_key": "none",
            },
        }
        for name in (FIXED, SLOW)
    ]
    settings = {
        "model_list": models,
        "general_settings": {"master_key": key},
        "litellm_settings": {"set_verbose": False, "json_logs": True},
    }
    (folder / "litellm.yaml").write_text(yaml.safe_dump(settings))
    command = [str(venv / "bin" / "litellm"), "--config", "litellm.yaml", "--host", "127.0.0.1", "--port", str(port)]
    env = _environment() | {
        "LITELLM_LOG": "ERROR",
        "LITELLM_MODE": "PRODUCTION",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else it fetches a price list when it starts
    }
    env.pop("PYTHONPATH", None)
    return Server("LiteLLM", [*command, "--num_workers", "1"], port, core=core, folder=folder, key=key, env=env)


def turnout(name: str, core: int, folder: Path, provider: Server, router: Path | None = None) -> Server:
    """`turnout serve` with a key, its record in SQLite, and the models that `router` was fitted on."""
    port = _free_port()
    home = folder / name.replace(" ", "-")
    home.mkdir(exist_ok=True)
    fitted = [] if router is None else [str(each) for each in artifact.load(router)[1]["models"]]
    prices = [{"input": 0.1 * (i + 1), "output": 0.4 * (i + 1)} for i in range(len(fitted) + 2)]
    models = [
        {"id": f"bench/{each}", "provider": "bench", "name": each, "price": price, "context": 32_768}
        for each, price in zip([FIXED, SLOW, *fitted], prices, strict=True)
    ]
    providers = {"bench": {"base_url": f"http://127.0.0.1:{provider.port}/v1"}}
    (home / "models.yaml").write_text(yaml.safe_dump({"providers": providers, "models": models}))
    env = _environment() | {"TURNOUT_CONFIG_DIR": str(home), "TURNOUT_STATE_DIR": str(home)}
    command = [sys.executable, "-m", "turnout"]
    made = subprocess.run([*command, "keys", "create", "bench", "--json"], env=env, capture_output=True, text=True)
    if made.returncode:
        raise ServerFailed(f"turnout keys create: {made.stderr.strip()[-300:]}")
    command += ["serve", "--host", "127.0.0.1", "--port", str(port), "--models", "bench/*"]
    return Server(
        name,
        [*command, *(["--router", str(router.absolute())] if router else [])],
        port,
        core=core,
        folder=home,
        key=json.loads(made.stdout)["key"],
        env=env,
        names={FIXED: f"bench/{FIXED}", SLOW: f"bench/{SLOW}"},
    )


def _environment() -> dict[str, str]:
    """This process's, without keys of providers: nothing here may leave the machine."""
    return {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
