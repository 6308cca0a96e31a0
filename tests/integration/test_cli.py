"""The command as a person runs it: a real process, real files, its own home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EMPTY = {"OPENROUTER_API_KEY": "", "TURNOUT_OPENROUTER_API_KEY": ""}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def turnout(home: Path, *args: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TURNOUT", "OPENROUTER"))}
    own = {
        "TURNOUT_CONFIG_DIR": str(home / "config"),
        "TURNOUT_CACHE_DIR": str(home / "cache"),
        "TURNOUT_STATE_DIR": str(home / "state"),
        "TURNOUT_DOWNLOAD": "never",
        "NO_COLOR": "1",
        "COLUMNS": "80",
    }
    return subprocess.run(
        [sys.executable, "-m", "turnout", *args],
        input=stdin,
        capture_output=True,
        text=True,
        env={**inherited, **own, **env},
        timeout=60,
        check=False,
    )


def one_line_error(result: subprocess.CompletedProcess[str], code: int) -> str:
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("turnout: ")
    return lines[0]


def test_help_names_every_command(home):
    shown = turnout(home, "--help")
    assert shown.returncode == 0
    for command in ("recommend", "ask", "fit", "eval", "models", "data", "evidence", "doctor"):
        assert command in shown.stdout


def test_importing_turnout_loads_no_runtime():
    heavy = ["numpy", "onnxruntime", "onnx", "sklearn", "sqlalchemy", "aiohttp", "xllamacpp", "pydantic"]
    code = f"import sys, turnout, turnout.cli; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_recommend_ranks_on_shipped_evidence_within_80_columns(home):
    shown = turnout(home, "recommend", "-c", "question-answering")
    assert shown.returncode == 0, shown.stderr
    assert max(len(line) for line in shown.stdout.splitlines()) <= 80
    assert "accuracy on" in shown.stdout
    assert "fits best" in shown.stdout
    assert "excluded" in shown.stdout


def test_recommend_for_images_keeps_the_limit(home):
    shown = turnout(home, "recommend", "--modality", "image", "--category", "question-answering",
                    "--max-usd", "0.002", "--json")  # fmt: skip
    document = json.loads(shown.stdout)
    assert document["schema"] == "turnout.decision/1"
    assert document["candidates"]
    assert all(c["usd_per_request"] <= 0.002 for c in document["candidates"])
    assert {e["rule"] for e in document["excluded"]} >= {"modality"}
    assert document["candidates"][0]["model"] == document["chosen"]


def test_json_and_table_show_the_same_decision(home):
    arguments = ("recommend", "-c", "translation", "--price", "0.2", "--latency", "0.2", "--accuracy", "0.6")
    document = json.loads(turnout(home, *arguments, "--json").stdout)
    table = turnout(home, *arguments).stdout
    for candidate in document["candidates"]:
        assert candidate["model"] in table
    assert " ".join(document["explanation"].split()) in " ".join(table.split())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["recommend", "-c", "sumarization"], 10, "did you mean summarization"),
        (["recommend", "-m", "smell"], 11, "text, image, audio, video"),
        (["recommend", "--price", "-1"], 12, "price weight"),
        (["recommend", "--price", "cheap"], 12, "low, medium, high"),
        (["recommend", "--prefer", "good"], 12, "balanced"),
        (["recommend", "--max-usd", "-3"], 12, "max-usd"),
        (["recommend", "-c", "code", "--price", "0", "--latency", "0", "--accuracy", "0"], 12, "at least one"),
        (["recommend", "--models", "nobody/*"], 15, "no model in the catalogue"),
        (["recommend", "-c", "code", "--benchmark", "mine"], 15, "no evidence from a benchmark"),
        (["recommend", "-c", "code", "--max-usd", "0.000000001"], 20, "--max-usd"),
        (["recommend", "-c", "code", "--router", "none.npz", "x"], 14, "no such router file"),
        (["ask", ""], 13, "the prompt is empty"),
        (["ask", "   "], 13, "the prompt is empty"),
        (["ask", "hear this", "--audio", "none.wav"], 14, "No such file"),
        (["ask", "read this", "--image", "setup.py"], 14, "not an image"),
        (["ask", "say it", "-m", "audio", "-c", "voice-generation"], 14, "--output"),
        (["ask", "hello", "--models", "openai/gpt-3.5-turbo"], 20, "needs OPENROUTER_API_KEY"),
        (["ask", "look", "--models", "local/smollm2-135m", "-m", "image"], 20, "takes no image"),
        (["fit", "nonsense", "-o", "r.npz"], 2, "nonsense"),
        (["models", "add", "none.yaml"], 14, "No such file"),
        (["models", "stop", "local/none"], 15, "local/none"),
    ],
)
def test_bad_input_is_one_clear_line_with_its_own_code(home, tmp_path, arguments, code, said):
    before = sorted(tmp_path.rglob("*.npz"))
    line = one_line_error(turnout(home, *arguments), code)
    assert said in line
    assert sorted(tmp_path.rglob("*.npz")) == before


def test_a_corrupt_router_file_says_so(home, tmp_path):
    path = tmp_path / "router.npz"
    path.write_bytes(b"PK\x03\x04 not really a zip")
    line = one_line_error(turnout(home, "recommend", "hello", "--router", str(path)), 31)
    assert "router.npz" in line


def test_a_prompt_of_a_megabyte_meets_the_context_limit(home):
    result = turnout(home, "ask", "-", "--models", "local/smollm2-135m", stdin="word " * 210_000)
    assert "do not fit its context" in one_line_error(result, 20)


def test_a_wrong_setting_names_itself_and_not_its_value(home):
    line = one_line_error(turnout(home, "recommend", TURNOUT_LOCAL_USD_PER_HOUR="cheap-as-chips"), 17)
    assert "local_usd_per_hour" in line.lower()
    assert "chips" not in line


def test_models_add_makes_a_model_that_can_be_listed(home, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "providers: {mybox: {base_url: 'http://127.0.0.1:9/v1'}}\n"
        "models: [{id: mybox/llama, provider: mybox, price: {input: 0.02, output: 0.05}}]\n"
    )
    assert turnout(home, "models", "add", str(mine)).returncode == 0
    listed = json.loads(turnout(home, "models", "list", "--models", "mybox/*", "--json").stdout)["models"]
    assert [(m["model"], m["can_be_asked"]) for m in listed] == [("mybox/llama", True)]


def test_a_dead_provider_is_one_line_and_an_outcome(home, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "providers: {mybox: {base_url: 'http://127.0.0.1:9/v1'}}\n"
        "models: [{id: mybox/llama, provider: mybox, price: {input: 0.02, output: 0.05}}]\n"
    )
    turnout(home, "models", "add", str(mine))
    result = turnout(home, "ask", "hello", "--models", "mybox/*", TURNOUT_RETRIES="0")
    assert result.returncode == 53, result.stderr
    assert result.stdout == ""
    assert result.stderr.strip().splitlines()[-1].startswith("turnout: ")
    shown = json.loads(turnout(home, "evidence", "show", "--json").stdout)
    assert shown["summary"][0]["n_errors"] == 1
    assert shown["newest"][0]["quality"] is None


def test_evidence_show_says_when_there_is_none(home):
    assert "no outcome yet" in turnout(home, "evidence", "show").stdout


def test_models_list_is_filtered_by_modality(home):
    listed = json.loads(turnout(home, "models", "list", "-m", "audio", "--json").stdout)["models"]
    assert listed
    assert all("audio" in m["inputs"] for m in listed)


def test_output_can_be_piped_to_a_reader_that_leaves(home):
    shown = subprocess.run(
        f"{sys.executable} -m turnout models list | head -1",
        shell=True, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in shown.stderr
