"""Prepared data: every step is told with its counts, and what is read back is what was written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from turnout.datasets import load
from turnout.datasets.prepare import choose, is_prepared, manifest, read, source_of, write
from turnout.errors import DataError, InputFileError, UserError
from turnout.spaces import SpaceVectors
from turnout.types import OutcomeTable

PROMPTS = (
    "Which river flows through the city of Paris, and where does it end?",
    "Welcher Fluss fließt durch die Stadt Paris, und wo mündet er ins Meer?",
    "Explain in two sentences why the sky looks blue during the day.",
    "Pourquoi le ciel est-il bleu pendant la journée et rouge le soir ?",
)


def outcomes() -> OutcomeTable:
    quality = np.array([[1.0, 0.0, np.nan], [1.0, 1.0, 0.0], [0.5, 0.0, 0.0], [0.0, 1.0, 1.0]])
    cost = np.arange(12.0).reshape(4, 3)
    blank = np.full((4, 3), np.nan)
    names = ("a/one", "a/two", "b/three")
    return OutcomeTable("made", tuple("wxyz"), PROMPTS, names, quality, cost, blank, blank, ("q", "q", "e", "e"))


def vectors(count: int) -> dict[str, SpaceVectors]:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(count, 8)).astype(np.float32)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    usable = np.ones(count, dtype=bool)
    usable[1] = False
    holes = features.copy()
    holes[1] = 0
    lengths = np.where(usable, 0.7, 0.0).astype(np.float32)
    nothing, half = np.zeros(count), np.where(usable, 0.5, np.nan)
    whole = SpaceVectors(
        "prompt", "made", features, np.ones(count, dtype=bool), np.ones(count, np.float32), nothing, nothing
    )
    diff = SpaceVectors("diff:m", "made", holes, usable, lengths, half, half, True, "m", {"no response": 1})
    return {"prompt": whole, "diff:m": diff}


def test_steps_tell_what_they_took_away():
    kept, steps = choose(outcomes(), models=["a/*"], language="en", protocol="paper")
    assert kept.model_ids == ("a/one", "a/two")
    assert kept.prompt_ids == ("w",)
    told = [(s.step, s.prompts_in, s.prompts_out, s.models_in, s.models_out) for s in steps]
    assert told == [("models", 4, 4, 3, 2), ("language", 4, 2, 2, 2), ("protocol", 2, 1, 2, 2)]
    assert "at least 0.5" in steps[1].rule


def test_honest_removes_nothing():
    kept, steps = choose(outcomes())
    assert steps == ()
    assert kept.prompt_ids == tuple("wxyz")


def test_confidence_is_normalised_and_held_against_the_least():
    german, _ = choose(outcomes(), language="de", min_confidence=0.9)
    assert german.prompt_ids == ("x",)
    with pytest.raises(DataError, match="no prompt is left"):
        choose(outcomes(), language="en", min_confidence=1.0)  # an unnormalised score would be far below 0


def test_choices_that_cannot_be_made_are_refused():
    with pytest.raises(UserError, match="no model 'c/\\*'"):
        choose(outcomes(), models=["c/*"])
    with pytest.raises(UserError, match="unknown language 'klingon'"):
        choose(outcomes(), language="klingon")
    with pytest.raises(UserError, match="unknown protocol"):
        choose(outcomes(), protocol="strict")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="paper"):
        choose(replace(outcomes(), quality=np.zeros((4, 3))), protocol="paper")


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    table, steps = choose(outcomes(), models=["a/*"])
    made = manifest(table, steps, vectors(4), source={"name": "made", "files": {}}, protocol="honest")
    write(tmp_path / "p.parquet", table, vectors(4), made)
    return tmp_path / "p.parquet"


def test_what_is_read_is_what_was_written(prepared):
    found, table = read(prepared), choose(outcomes(), models=["a/*"])[0]
    for name in ("name", "prompt_ids", "prompts", "model_ids", "categories"):
        assert getattr(found.outcomes, name) == getattr(table, name)
    for name in ("quality", "cost_usd", "latency_s", "output_tokens"):
        np.testing.assert_array_equal(getattr(found.outcomes, name), getattr(table, name))
    for name, wrote in vectors(4).items():
        got = found.vectors[name]
        for array in ("features", "usable", "lengths", "charged_usd", "charged_s"):
            np.testing.assert_array_equal(getattr(got, array), getattr(wrote, array))
            assert getattr(got, array).dtype == getattr(wrote, array).dtype
        assert (got.upper_bound, got.author, got.masked) == (wrote.upper_bound, wrote.author, wrote.masked)


def test_embeddings_are_fixed_size_lists_of_float32_and_null_where_there_is_none(prepared):
    table = pq.read_table(prepared)
    kind = table.schema.field("embedding:prompt").type
    assert kind == pa.list_(pa.float32(), 8)
    assert table["embedding:diff:m"].null_count == 1
    assert table["quality:a/one"].null_count == 0
    assert table["latency_s:a/one"].null_count == 4


def test_the_manifest_is_in_the_file_and_beside_it_with_the_files_checksum(prepared):
    beside = json.loads((prepared.parent / "p.parquet.manifest.json").read_text())
    assert beside.pop("sha256") == source_of(str(prepared), None)["files"]["p.parquet"]
    assert beside == read(prepared).manifest
    assert [s["step"] for s in beside["steps"]] == ["models"]
    assert beside["spaces"][1]["masked"] == {"no response": 1}
    assert beside["libraries"]["numpy"] == np.__version__


def test_files_are_recognised_by_their_metadata(prepared, tmp_path):
    assert is_prepared(prepared)
    other = tmp_path / "other.parquet"
    pq.write_table(pq.read_table(prepared).replace_schema_metadata({}), other)
    assert not is_prepared(other)
    assert not is_prepared(tmp_path / "absent.parquet")
    with pytest.raises(InputFileError, match="not made by turnout data prepare"):
        read(other)
    with pytest.raises(InputFileError, match="no such file"):
        read(tmp_path / "absent.parquet")


def test_damage_is_told(prepared, tmp_path):
    torn = tmp_path / "torn.parquet"
    torn.write_bytes(prepared.read_bytes()[:-20])
    with pytest.raises(DataError, match="no Parquet file"):
        is_prepared(torn)
    lacking = tmp_path / "lacking.parquet"
    table = pq.read_table(prepared)
    pq.write_table(table.drop_columns(["embedding:prompt"]), lacking)
    with pytest.raises(DataError, match="damaged"):
        read(lacking)
    with pytest.raises(InputFileError, match="cannot write"):
        write(tmp_path / "no" / "folder.parquet", outcomes(), {}, {})


def test_the_source_of_a_public_data_set_is_named_with_its_checksums(data_dir):
    source = source_of("llmrouter", data_dir)
    assert source["licence"] == "MIT"
    assert len(source["files"]["scores.jsonl.gz"]) == 64


def test_llmrouter_in_english(data_dir):
    table = load("llmrouter", data_dir).take(range(0, 5160, 30))
    kept, steps = choose(table, language="en")
    assert 0.9 < len(kept.prompts) / len(table.prompts) < 1
    assert steps[0].prompts_out == len(kept.prompts)


def turnout(folder: Path, minilm: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with the shared weights, and no other setting from outside."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TURNOUT", "OPENROUTER"))}
    env |= {f"TURNOUT_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "STATE")}
    env |= {"TURNOUT_CACHE_DIR": str(minilm.parents[1]), "TURNOUT_DOWNLOAD": "never", "COLUMNS": "80"}
    command = [sys.executable, "-m", "turnout", "data", "prepare", *args]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_writes_what_can_be_read_back(tmp_path, minilm_folder, data_dir):
    spaces = "prompt,diff:mistralai/mistral-7b-chat"
    options = ["--language", "en", "--protocol", "paper", "--models", "*gpt*,claude-v2", "--spaces", spaces]
    done = turnout(tmp_path, minilm_folder, "routerbench", "-o", "p.parquet", "--data-dir", str(data_dir), *options)
    assert done.returncode == 0, done.stderr
    assert "language: 122 → " in done.stdout
    found = read(tmp_path / "p.parquet")
    assert found.outcomes.model_ids == ("claude-v2", "gpt-3.5-turbo-1106", "gpt-4-1106-preview")
    assert (found.outcomes.quality.max(axis=1) == 1).all()
    difference = found.vectors["diff:mistralai/mistral-7b-chat"]
    assert not difference.upper_bound, "it is not among the chosen models"
    assert np.isfinite(difference.charged_usd).all(), "its cost was recorded all the same"
    assert found.manifest["source"]["name"] == "routerbench"


def test_the_task_space_is_never_made_up(tmp_path, minilm_folder, data_dir):
    options = ["--data-dir", str(data_dir), "--spaces", "task"]
    done = turnout(tmp_path, minilm_folder, "routerbench", *options)
    assert done.returncode == 2
    assert "--describe-with" in done.stderr
    assert not list(tmp_path.glob("*.parquet*"))
