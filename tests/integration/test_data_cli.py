"""`turnout data` and `turnout eval` on files, as a user types them; what is fetched comes from a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from file_server import FileServer, file_server
from turnout.datasets import DATASETS
from turnout.datasets.mt_bench import VERDICTS, VOTES


@pytest.fixture
def hub(data_dir: Path) -> Iterator[FileServer]:
    """Hugging Face's addresses, with the kept votes of MT-Bench behind them."""
    kept = data_dir / "mt_bench"
    with file_server() as server:
        judgments, space = "datasets/lmsys/mt_bench_human_judgments/resolve", "spaces/lmsys/mt-bench/resolve"
        for name, file in ((VOTES, "human.jsonl"), (VERDICTS, "gpt4_pair.jsonl")):
            rows = [json.loads(line) for line in (kept / file).read_text().splitlines()]
            sink = pa.BufferOutputStream()
            parquet.write_table(pa.Table.from_pylist(rows), sink)
            server.content[f"{judgments}/main/data/{name}"] = sink.getvalue().to_pybytes()
        server.content[f"{space}/main/data/mt_bench/question.jsonl"] = (kept / "question.jsonl").read_bytes()
        yield server


def turnout(*words: str | Path, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith(("TURNOUT_", "OPENROUTER_", "HF_"))}
    own |= {f"TURNOUT_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE")}
    own |= {"NO_COLOR": "1", "COLUMNS": "100", **env}
    command = [sys.executable, "-m", "turnout", *map(str, words)]
    return subprocess.run(command, env=own, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.slow
def test_fetch_then_show_then_fetch_again(hub: FileServer, tmp_path: Path) -> None:
    env = {"HF_ENDPOINT": hub.url("cut", "").rstrip("/"), "TURNOUT_DATA": str(tmp_path / "data")}
    done = turnout("data", "fetch", "mt-bench", folder=tmp_path, **env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("mt-bench: 3 files, ")
    assert "3 fetched (CC-BY-4.0" in done.stdout
    shown = turnout("data", "show", "mt-bench", folder=tmp_path, **env)
    assert shown.returncode == 0, shown.stderr
    assert "mt-bench  120 prompts × 6 models, 6 categories" in shown.stdout
    assert "not in it: cost, time, output tokens" in shown.stdout
    judged = turnout("judge", "validate", "mt-bench", "--json", folder=tmp_path, **env)
    assert json.loads(judged.stdout)["overall"]["n"] == 1349, judged.stderr
    asked = len(hub.asked)
    again = turnout("data", "fetch", "mt-bench", "--json", folder=tmp_path, **env)
    document = json.loads(again.stdout)
    assert document["schema"] == "turnout.fetched/1"
    assert [file["state"] for file in document["files"]] == ["here"] * 3
    assert len(hub.asked) == asked, "nothing was asked"


@pytest.mark.slow
def test_fetch_failures_are_one_line_and_an_exit_code(hub: FileServer, tmp_path: Path) -> None:
    for env, words, code, says in (
        ({}, ["mt-bench"], 2, "set TURNOUT_DATA"),
        ({}, ["mt-bnch", "--data-dir", tmp_path], 2, "did you mean mt-bench?"),
        ({}, ["llmrouter", "--data-dir", tmp_path], 2, "cannot be fetched"),
        ({"HF_ENDPOINT": hub.url("404", "").rstrip("/")}, ["mt-bench", "--data-dir", tmp_path], 40, "answers 404"),
        ({"HF_ENDPOINT": hub.url("html", "").rstrip("/")}, ["mt-bench", "--data-dir", tmp_path], 40, "web page"),
    ):
        done = turnout("data", "fetch", *words, folder=tmp_path, **env)
        assert done.returncode == code, done.stderr
        assert done.stdout == ""
        assert says in done.stderr
        assert done.stderr.count("\n") == 1


def test_list_says_where_each_is_or_comes_from(tmp_path: Path, data_dir: Path) -> None:
    document = json.loads(turnout("data", "list", "--json", "--data-dir", data_dir, folder=tmp_path).stdout)
    listed = {d["name"]: d for d in document["datasets"]}
    assert list(listed) == list(DATASETS)
    assert listed["llmdrift"]["path"] == str(data_dir / "llmdrift")
    assert listed["llmdrift"]["files"][0].endswith("/generation/PRIME_FULL_EVAL.csv")
    empty = turnout("data", "list", folder=tmp_path)
    assert "https://github.com/lchen001/LLMDrift" in empty.stdout
    assert "https://github.com/ulab-uiuc/LLMRouter (by hand)" in empty.stdout
    assert "✓" not in empty.stdout


def test_show_tells_answers_and_gaps(tmp_path: Path, data_dir: Path) -> None:
    shown = turnout("data", "show", "mmlu-pro", "--data-dir", data_dir, folder=tmp_path).stdout
    assert "8,704 prompts × 29 models, 13 categories" in shown
    assert "no quality: 1,357 of 252,416 trials, of 3 of the models" in shown
    assert "not in it: cost, time" in shown
    assert "recorded answers, of 6 of the models" in shown


@pytest.fixture
def frame(data_dir: Path) -> pd.DataFrame:
    return pd.read_csv(data_dir / "routerbench" / "routerbench_0shot_slice.csv")


@pytest.mark.slow
def test_eval_reads_a_pickle_by_its_path(tmp_path: Path, frame: pd.DataFrame, minilm_folder: Path) -> None:
    path = tmp_path / "routerbench_0shot.pkl"
    frame.to_pickle(path)
    words = ["eval", path, "--folds", "2", "--seeds", "1", "--estimators", "knn", "--json"]
    done = turnout(*words, folder=tmp_path, TURNOUT_CACHE_DIR=str(minilm_folder.parents[1]))
    assert done.returncode == 0, done.stderr
    assert "routerbench_0shot" in done.stdout


def test_a_hostile_pickle_is_an_error_of_one_line(tmp_path: Path) -> None:
    path = tmp_path / "routerbench_0shot.pkl"
    path.write_bytes(b"cos\nsystem\n(S'touch it-ran'\ntR.")
    done = turnout("data", "show", path, folder=tmp_path)
    assert done.returncode == 30
    assert done.stderr.strip() == f"turnout: {path}: not read: the pickle asks for os.system, which no DataFrame needs"
    assert not Path("it-ran").exists()


def test_show_reads_parquet(tmp_path: Path, frame: pd.DataFrame) -> None:
    path = tmp_path / "mine.parquet"
    pd.DataFrame({"prompt": frame["prompt"], "model": "m", "quality": frame["claude-v1"]}).to_parquet(path)
    done = turnout("data", "show", path, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("mine  122 prompts × 1 models")
