"""The shipped figures: well formed, about models the catalogue knows, and equal to what other code counts."""

from __future__ import annotations

import csv
import gzip
import json
import os
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from turnout import catalog_file
from turnout.catalog import snapshot
from turnout.categories import parse_category
from turnout.errors import DataError
from turnout.evidence.shipped import COLUMNS, Aggregate, load_shipped, read_aggregates
from turnout.providers.local.catalogue import LOCAL_MODELS

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("TURNOUT_DATA") or ROOT.parent / "shared" / "data")
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not here (set TURNOUT_DATA)")
PUBLIC = {"mmlu_pro", "mt_bench", "math_v", "librispeech", "llmdrift", "llmperf", "routerbench"}


def row(model: str, category: str, benchmark: str, metric: str | None = None) -> Aggregate:
    found = [
        r
        for r in load_shipped()
        if (r.model, r.category, r.benchmark) == (model, category, benchmark) and metric in (None, r.metric)
    ]
    assert len(found) == 1
    return found[0]


def test_every_row_is_valid_and_said_once() -> None:
    rows = load_shipped()
    assert len(rows) > 700
    for r in rows:
        kind, subject = parse_category(r.modality, r.category)
        assert r.category == (f"{kind.name}/{subject}" if subject else kind.name)
        assert r.quality is not None or r.latency_p50_s is not None
        if r.quality is not None:
            assert r.quality_low is not None
            assert r.quality_high is not None
            assert 0 <= r.quality_low <= r.quality <= r.quality_high <= 1
        if r.latency_p50_s is not None and r.latency_p95_s is not None:
            assert r.latency_p50_s <= r.latency_p95_s
    keys = Counter((r.model, r.modality, r.category, r.benchmark, r.metric) for r in rows)
    assert max(keys.values()) == 1


def test_a_benchmark_with_several_subjects_has_their_category_too() -> None:
    subjects: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for r in load_shipped():
        name, _, subject = r.category.partition("/")
        subjects[r.model, r.modality, r.benchmark, r.metric, name].add(subject)
    assert not [key for key, found in subjects.items() if len(found) > 1 and "" not in found]


def test_every_model_is_in_the_catalogue() -> None:
    known = {*snapshot().models, *catalog_file.shipped().models, *(m.id for m in LOCAL_MODELS)}
    assert not {r.model for r in load_shipped()} - known


def test_the_papers_models_have_the_papers_prices() -> None:
    models = catalog_file.shipped().models
    expected = {
        "anthropic/claude-2": (8, 24),
        "openai/gpt-3.5-turbo-1106": (1, 2),
        "openai/gpt-4-1106-preview": (10, 30),
        "mistralai/mistral-7b-instruct": (0.055, 0.055),
        "mistralai/mixtral-8x7b-instruct": (0.24, 0.24),
        "openai/gpt-3.5-turbo": (0.5, 1.5),
        "openai/gpt-4": (30, 60),
    }
    found = {i: (models[i].price.input_per_mtok, models[i].price.output_per_mtok) for i in expected}
    assert found == expected


def test_reading_needs_no_numerical_library() -> None:
    code = (
        "import sys, time; from turnout.evidence.shipped import load_shipped; t = time.perf_counter(); load_shipped();"
        "print(time.perf_counter() - t); assert not {'pandas', 'sqlalchemy', 'sklearn'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.2  # 10 ms on a quiet machine


GOOD = "a/b,text,code,Bench,accuracy,10,0.5,0.2,0.8,,,,,,,somebody,2024"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (GOOD.replace("code", "cooking"), "row 3: unknown text category 'cooking'"),
        (GOOD.replace("code", "Code"), "row 3: category 'Code' is spelled 'code'"),
        (GOOD.replace("text", "smell"), "row 3: unknown modality"),
        (GOOD.replace("0.5", "1.5"), "row 3: expected 0 ≤ quality_low"),
        (GOOD.replace("0.5", "nan"), "row 3: quality must be finite"),
        (GOOD.replace("0.2", ""), "row 3: expected 0 ≤ quality_low"),
        (GOOD.replace(",10,", ",ten,"), "row 3: n must be"),
        (GOOD.replace(",10,", ",0,"), "row 3: n must be"),
        (GOOD.replace("somebody", ""), "row 3: source is empty"),
        (GOOD.replace("a/b", ""), "row 3: model is empty"),
        (GOOD + ",more", "row 3: 18 cells"),
        ('"a/b', "row 3: unexpected end"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("\n".join([",".join(COLUMNS), GOOD, line]), encoding="utf-8")
    with pytest.raises(DataError, match=r"mine\.csv") as caught:
        read_aggregates(file)
    assert complaint in str(caught.value)


def test_empty_cells_are_unmeasured_and_other_columns_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(f"{','.join(COLUMNS)}\n{GOOD}\n", encoding="utf-8")
    (found,) = read_aggregates(file)
    assert (found.n, found.quality, found.cost_usd, found.latency_p50_s, found.date) == (10, 0.5, None, None, "2024")
    file.write_text("model,score\na,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="expected the columns"):
        read_aggregates(file)
    with pytest.raises(DataError, match="cannot be read"):
        read_aggregates(tmp_path / "missing.csv")


@needs_data
def test_mmlu_pro_by_hand() -> None:
    with gzip.open(DATA / "mmlu_pro" / "correct.csv.gz", "rt") as file:
        correct = {r["id"]: r for r in csv.DictReader(file)}
    with gzip.open(DATA / "mmlu_pro" / "prompts.jsonl.gz", "rt") as file:
        task = {str(p["id"]): p["task"] for p in map(json.loads, file)}
    for column, model, subject, category in (
        ("Meta-Llama-3_1-8B-Instruct", "meta-llama/llama-3.1-8b-instruct", None, "question-answering"),
        ("DeepSeek-Coder-V2", "deepseek/deepseek-coder-v2", "chemistry", "question-answering/chemistry"),
        ("gemini-1.5-pro-002", "google/gemini-1.5-pro-002", "computer science", "question-answering/computer-science"),
        ("mathstral-7B", "mistralai/mathstral-7b", "math", "reasoning/math"),
    ):
        cells = [r[column] for i, r in correct.items() if subject in (None, task[i]) and r[column] != ""]
        shipped = row(model, category, "MMLU-Pro")
        assert shipped.n == len(cells)
        assert shipped.quality == pytest.approx(statistics.fmean(map(float, cells)), abs=5e-5)


@needs_data
def test_human_votes_by_hand() -> None:
    questions = map(json.loads, (DATA / "mt_bench" / "question.jsonl").read_text().splitlines())
    kind = {q["question_id"]: q["category"] for q in questions}
    points = []
    for vote in map(json.loads, (DATA / "mt_bench" / "human.jsonl").read_text().splitlines()):
        pair = {vote["model_a"], vote["model_b"]}
        if pair == {"gpt-4", "gpt-3.5-turbo"} and kind[vote["question_id"]] in ("writing", "roleplay"):
            winner = vote.get(vote["winner"], "tie")
            points.append({"gpt-4": 1.0, "gpt-3.5-turbo": 0.0, "tie": 0.5}[winner])
    shipped = row("openai/gpt-4", "generation", "MT-Bench")
    assert (shipped.n, shipped.quality) == (len(points), pytest.approx(statistics.fmean(points), abs=5e-5))


@needs_data
def test_vision_and_cost_by_hand() -> None:
    with gzip.open(DATA / "mathv" / "correct.csv.gz", "rt") as file:
        marks = [int(r["Qwen-VL-Max"]) for r in csv.DictReader(file)]
    shipped = row("qwen/qwen-vl-max", "question-answering", "MATH-Vision")
    assert (shipped.modality, shipped.n) == ("image", len(marks))
    assert shipped.quality == pytest.approx(sum(marks) / len(marks), abs=5e-5)

    with (DATA / "routerbench" / "routerbench_0shot_slice.csv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["eval_name"] == "grade-school-math"]
    shipped = row("openai/gpt-4-1106-preview", "reasoning/math", "RouterBench 0-shot")
    assert shipped.n == len(rows)
    assert shipped.quality == pytest.approx(statistics.fmean(float(r["gpt-4-1106-preview"]) for r in rows), abs=5e-5)
    cost = statistics.fmean(float(r["gpt-4-1106-preview|total_cost"]) for r in rows)
    assert shipped.cost_usd == pytest.approx(cost, rel=1e-3)


@needs_data
def test_speech_is_near_what_the_services_own_columns_say() -> None:
    with gzip.open(DATA / "asr" / "librispeech_test_clean.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    for column, model in (("google", "google/speech-to-text"), ("deepspeech", "mozilla/deepspeech")):
        shipped = row(model, "speech-recognition", "LibriSpeech test-clean")
        assert shipped.n == len(rows)
        assert shipped.quality == pytest.approx(
            statistics.fmean(float(r[f"{column}|accuracy"]) for r in rows), abs=3e-3
        )


def test_drift_agrees_with_the_paper() -> None:
    # Chen, Zaharia, Zou 2023 (arXiv 2307.09009): GPT-4 in March and in June.
    prime, happy = "LLMDrift prime numbers", "LLMDrift happy numbers"
    assert row("openai/gpt-4-0314", "reasoning/math", prime).quality == pytest.approx(0.84, abs=0.005)
    assert row("openai/gpt-4-0613", "reasoning/math", prime).quality == pytest.approx(0.511, abs=0.005)
    assert row("openai/gpt-4-0314", "reasoning/math", happy).quality == pytest.approx(0.836, abs=0.005)
    assert row("openai/gpt-4-0613", "code", "LLMDrift LeetCode easy").quality == 0.7


@pytest.mark.slow
@needs_data
def test_the_committed_files_are_what_the_script_writes(tmp_path: Path) -> None:
    code = (
        "import importlib.util, sys; from pathlib import Path;"
        f"spec = importlib.util.spec_from_file_location('build', {str(ROOT / 'tools' / 'build_evidence.py')!r});"
        "build = importlib.util.module_from_spec(spec); spec.loader.exec_module(build);"
        f"build.TARGET = Path({str(tmp_path)!r}); sys.argv = ['build', {str(DATA)!r}]; build.main()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    written = {file.stem: file.read_bytes() for file in tmp_path.glob("*.csv")}
    committed = ROOT / "src" / "turnout" / "evidence" / "data"
    assert set(written) == PUBLIC
    assert written == {name: (committed / f"{name}.csv").read_bytes() for name in PUBLIC}
