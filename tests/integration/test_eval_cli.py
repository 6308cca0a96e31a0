"""`turnout eval` as a person runs it: every protocol, on our own outcomes and on recorded answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

OUTCOMES = Path(__file__).parents[2] / "docs" / "examples" / "outcomes.csv"


@pytest.fixture
def turnout(tmp_path, minilm_folder):
    """The command in a home of its own, with MiniLM's weights and kept vectors at hand."""
    (tmp_path / "cache").mkdir()
    for folder in ("weights", "vectors"):
        (minilm_folder.parents[1] / folder).mkdir(exist_ok=True)
        (tmp_path / "cache" / folder).symlink_to(minilm_folder.parents[1] / folder)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TURNOUT", "OPENROUTER"))}
    own = {f"TURNOUT_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE")}

    def run(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "turnout", "eval", *map(str, words)]
        every = {**inherited, **own, "NO_COLOR": "1", "COLUMNS": "80", "TURNOUT_DOWNLOAD": "never", **env}
        return subprocess.run(command, env=every, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.mark.slow
def test_the_honest_protocol_writes_a_report(turnout, tmp_path):
    done = turnout(OUTCOMES, "--estimators", "hierarchical,constant", "--folds", "3", "--report", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines()[:8])) <= 80
    assert "Routing for quality is not worth it here" in done.stdout
    document = json.loads((tmp_path / "out" / "report.json").read_text())
    assert document["encoder"].endswith("+surface1")
    assert 0 <= document["stability"]["hierarchical"]["flip_rate"] <= 1
    assert document["speed"]["hierarchical"]["encode_p50_ms"] > document["speed"]["hierarchical"]["one_p50_ms"]
    page = (tmp_path / "out" / "index.html").read_text()
    assert "turnout eval" in page
    assert (tmp_path / "out" / "quality.png").stat().st_size > 10_000


@pytest.mark.slow
def test_fewer_labels_and_tuned_settings(turnout):
    done = turnout(
        OUTCOMES, "--estimators", "knn", "--folds", "2", "--seeds", "1", "--labels", "40", "--tune", "--json"
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["labels"], document["tuned"]) == (40, True)


@pytest.mark.slow
def test_the_papers_protocol_in_three_spaces(turnout, data_dir):
    model = "gpt-4-1106-preview"
    spaces = f"prompt,response:{model},diff:{model}"
    done = turnout(
        "routerbench", "--protocol", "paper", "--spaces", spaces, "--seeds", "1", "--json", TURNOUT_DATA=str(data_dir)
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "turnout.paper/1"
    bounds = {curve["space"]: curve["upper_bound"] for curve in document["curves"]}
    assert bounds == {"prompt": False, f"response:{model}": True, f"diff:{model}": True}


@pytest.mark.slow
def test_few_labels_have_a_page_too(turnout, tmp_path):
    words = ["--protocol", "few-labels", "--labels", "30", "--folds", "2", "--seeds", "1", "--report", tmp_path / "out"]
    done = turnout(OUTCOMES, *words)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "index.html").read_text()
    assert "what do few labels buy?" in page
    assert "elimination · process" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "schema"),
    [
        (["--protocol", "new-model", "--labels", "5,20", "--folds", "2", "--seeds", "1"], "turnout.new-model/1"),
        (["--protocol", "few-labels", "--labels", "30", "--folds", "2", "--seeds", "1"], "turnout.few-labels/1"),
    ],
)
def test_few_evaluations(turnout, words, schema):
    done = turnout(OUTCOMES, *words, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema"] == schema


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--labels", "10,20"], "only with --protocol new-model"),
        (["--labels", "ten"], "expected whole numbers"),
        (["--estimators", "magic"], "unknown estimator 'magic'"),
        (["--estimators", "knn,knn"], "named twice"),
        (["--spaces", "response:nobody"], "no recorded answers"),
        (["--spaces", "task"], "--descriptions"),
        (["--prices", "p.json"], "no meaning with --protocol honest"),
        (["--protocol", "paper", "--tune"], "no meaning with --protocol paper"),
        (["--protocol", "few-labels", "--estimators", "knn"], "no meaning with --protocol few-labels"),
        (["--report", "/proc/nowhere"], "cannot write the report"),
        (["--encoder", "bert"], "encoder"),
    ],
)
def test_misuse_is_one_line(turnout, words, said):
    done = turnout(OUTCOMES, *words)
    assert done.returncode not in (0, 1), done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert said in done.stderr.splitlines()[-1]
