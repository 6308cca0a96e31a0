"""README and docs are run: their commands work as written, their Python examples too, their links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from served import served

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))

# ```console blocks are run line by line. A comment above a block says what it needs:
# <!-- needs: models --> real local models, <!-- needs: data --> the public data (both slow); others, such as
# <!-- needs: key -->, <!-- needs: network --> or <!-- needs: results -->, are not run here. A block of any language
# that needs: server meets `turnout serve` with local models, the same for all blocks of its page (slow).
_SERVER = "127.0.0.1:8484"  # as the docs have it
_SERVED = re.compile(r"<!-- needs: server -->\n+```(?P<language>\w+)\n(?P<body>.*?)```", re.DOTALL)
_BLOCK = re.compile(r"(?:<!-- needs: (?P<needs>[\w ]+) -->\n+)?```console\n(?P<body>.*?)```", re.DOTALL)


def blocks(wanted: str) -> list[tuple[str, list[str]]]:
    found = []
    for page in PAGES:
        if page.name == "cli.md":  # generated; its blocks are usage patterns
            continue
        for i, match in enumerate(_BLOCK.finditer(page.read_text("utf-8"))):
            commands = [line[2:] for line in match["body"].splitlines() if line.startswith("$ ")]
            if (match["needs"] or "") == wanted and commands:
                found.append((f"{page.relative_to(ROOT)}:{i}", commands))
    return found


def run(commands: list[str], folder: Path, **more: str) -> None:
    own = ("TURNOUT_CACHE_DIR", "TURNOUT_DATA")
    env = {k: v for k, v in os.environ.items() if k in own or not k.startswith(("TURNOUT", "OPENROUTER"))}
    for kind in ("config", "state"):
        env[f"TURNOUT_{kind.upper()}_DIR"] = str(folder / "home" / kind)
    env.update(NO_COLOR="1", COLUMNS="80", **more)
    for command in commands:
        command = command.removeprefix("pip install '.[local]' && ")  # it is installed: these tests run
        words = shlex.split(command, comments=True)
        assert words[0] in ("turnout", "cat"), f"docs run turnout, not {words[0]}"
        line = command.replace("turnout", f"{shlex.quote(sys.executable)} -m turnout", 1)
        done = subprocess.run(line, shell=True, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    for file in (ROOT / "docs" / "examples").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.mark.parametrize(("where", "commands"), blocks(""), ids=lambda v: v if isinstance(v, str) else "")
def test_commands_run_as_written(where, commands, workplace, tmp_path):
    run(commands, workplace, TURNOUT_CACHE_DIR=str(tmp_path / "cache"), TURNOUT_DOWNLOAD="never")


@pytest.mark.slow
@pytest.mark.parametrize(("where", "commands"), blocks("data"), ids=lambda v: v if isinstance(v, str) else "")
def test_commands_on_public_data_run_as_written(where, commands, workplace, data_dir):
    run(commands, workplace, TURNOUT_DATA=str(data_dir))


@pytest.mark.slow
@pytest.mark.parametrize(("where", "commands"), blocks("models"), ids=lambda v: v if isinstance(v, str) else "")
def test_commands_with_local_models_run_as_written(where, commands, workplace):
    try:
        run(commands, workplace)
    finally:
        run(["turnout models stop"], workplace)


def _commands(body: str) -> list[str]:
    """The commands of a console block, each with the lines that its backslashes go on to."""
    found = re.findall(r"^\$ ((?:.*\\\n)*.*)$", body, re.MULTILINE)
    assert found, body
    return found


def _node_modules() -> Path | None:
    """Where the gateway's own tests have put OpenAI's client for Node."""
    cache = Path(os.environ.get("TURNOUT_CACHE_DIR") or platformdirs.user_cache_dir("turnout"))
    return next((cache / "node").glob("openai-*/node_modules"), None) if shutil.which("node") else None


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
@pytest.mark.parametrize(
    "page", [p for p in PAGES if _SERVED.search(p.read_text("utf-8"))], ids=lambda p: str(p.relative_to(ROOT))
)
def test_blocks_that_need_a_server_run_as_written(page, workplace):
    own = {"TURNOUT_CONFIG_DIR": str(workplace / "config"), "TURNOUT_STATE_DIR": str(workplace / "state")}
    scripts = Path(sys.executable).parent
    env = {
        **os.environ, **own, "NO_COLOR": "1", "COLUMNS": "80", "LLM_USER_PATH": str(workplace),
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    try:
        with served(workplace, "--models", "local/*") as url:
            listed = workplace / "extra-openai-models.yaml"
            listed.write_text(listed.read_text().replace(_SERVER, url.removeprefix("http://")))
            for match in _SERVED.finditer(page.read_text("utf-8")):
                body = match["body"].replace(_SERVER, url.removeprefix("http://"))
                if match["language"] == "console":
                    for command in _commands(body):
                        assert shlex.split(command)[0] in ("turnout", "curl", "llm"), command
                        _check(["bash", "-c", f"set -o pipefail\n{command}"], workplace, env)
                elif match["language"] == "python":
                    _check([sys.executable, "-c", body], workplace, env)
                elif (modules := _node_modules()) is not None:
                    (workplace / "ask.mjs").write_text(body)
                    (workplace / "node_modules").symlink_to(modules)
                    _check(["node", "ask.mjs"], workplace, env)
    finally:
        run(["turnout models stop"], workplace, **own)


def _check(command: list[str], folder: Path, env: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}{done.stderr}"
    assert done.stdout.strip(), command[-1]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
def test_python_examples_run(example, workplace):
    env = {**os.environ, "TURNOUT_STATE_DIR": str(workplace / "state"), "TURNOUT_CONFIG_DIR": str(workplace / "config")}
    done = subprocess.run([sys.executable, example.name], cwd=workplace, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_generated_reference_is_up_to_date():
    tool = ROOT / "tools" / "build_reference.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_readmes_test_command_is_the_one_that_ci_runs():
    readme, ci = (ROOT / "README.md").read_text("utf-8"), (ROOT / ".ci" / "run").read_text("utf-8")
    assert "pip install -e '.[dev]' && pytest -q" in readme
    assert "pip install -q -e '.[dev]'\npytest -q" in ci
