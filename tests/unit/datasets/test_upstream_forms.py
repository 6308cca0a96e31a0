"""Each reader takes the files as their authors publish them, and finds in them what it finds in the form kept here.

The authors' files are made anew from the kept ones; what they look like was read in the authors' repositories.
"""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from turnout.datasets import load, mt_bench, recorded
from turnout.errors import DataError, UserError


def lines(path: Path) -> list[dict]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.splitlines()]


def rows(path: Path) -> list[dict]:
    return list(csv.DictReader(gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)))


def write_lines(path: Path, entries: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))


def mt_bench_as_published(data_dir: Path, folder: Path) -> None:
    """The votes in one Parquet file, with both conversations."""
    kept = data_dir / "mt_bench"
    folder.mkdir()
    (folder / "question.jsonl").write_bytes((kept / "question.jsonl").read_bytes())
    asked = {q["question_id"]: q["turns"] for q in lines(kept / "question.jsonl")}
    said = {(path.stem, a["question_id"]): a["choices"][0]["turns"]
            for path in (kept / "model_answer").iterdir() for a in lines(path)}  # fmt: skip

    def conversation(model: str, question: int) -> list[dict]:
        answers = said.get((model, question), ["?", "?"])
        pairs = zip(asked[question], answers, strict=True)
        return [m for q, a in pairs for m in ({"content": q, "role": "user"}, {"content": a, "role": "assistant"})]

    votes = [
        {**v, "conversation_a": conversation(v["model_a"], v["question_id"]),
         "conversation_b": conversation(v["model_b"], v["question_id"])}
        for v in lines(kept / "human.jsonl")
    ]  # fmt: skip
    parquet.write_table(pa.Table.from_pylist(votes), folder / mt_bench.VOTES)


def test_mt_bench(tmp_path: Path, data_dir: Path) -> None:
    mt_bench_as_published(data_dir, tmp_path / "mt_bench")
    models = recorded("mt-bench", data_dir)
    assert len(models) == 5
    assert set(recorded("mt-bench", tmp_path)) == {*models, "vicuna-13b-v1.2"}, "the votes come with all answers"
    kept, published = (load("mt-bench", folder, models) for folder in (data_dir, tmp_path))
    np.testing.assert_array_equal(kept.quality, published.quality)
    assert kept.prompts == published.prompts
    assert kept.responses == published.responses
    assert all(None not in texts for texts in published.responses.values())


def test_mt_bench_counts_a_win_one_and_a_tie_half(tmp_path: Path) -> None:
    write_lines(tmp_path / "mt_bench" / "question.jsonl", [
        {"question_id": 81, "category": "writing", "turns": ["Write.", "Again."]},
        {"question_id": 82, "category": "math", "turns": ["Count.", "On."]},
    ])  # fmt: skip
    votes = [("x", "y", "model_a", 1), ("y", "x", "tie", 1), ("x", "z", "model_b", 1), ("y", "z", "model_b", 2)]
    write_lines(tmp_path / "mt_bench" / "human.jsonl", [
        {"question_id": 81, "turn": turn, "model_a": a, "model_b": b, "winner": winner, "judge": "author_1"}
        for a, b, winner, turn in votes
    ])  # fmt: skip
    table = load("mt-bench", tmp_path)
    assert table.model_ids == ("x", "y", "z")
    assert table.prompt_ids == ("81/1", "81/2")
    assert table.prompts == ("Write.", "Write.\nAgain.")
    assert table.categories == ("writing", "writing")
    np.testing.assert_array_equal(table.quality, [[0.5, 0.25, 1.0], [np.nan, 0.0, 1.0]])


@pytest.mark.parametrize(
    ("change", "says"),
    [({"winner": "both"}, "'winner'"), ({"turn": 3}, "'turn'"), ({"question_id": 9}, "no question 9"),
     ({"model_a": None}, "'model_a'")],
)  # fmt: skip
def test_a_bad_vote_is_named(tmp_path: Path, change: dict, says: str) -> None:
    write_lines(tmp_path / "mt_bench" / "question.jsonl", [{"question_id": 81, "category": "c", "turns": ["a", "b"]}])
    vote = {"question_id": 81, "turn": 1, "model_a": "x", "model_b": "y", "winner": "tie", "judge": "j"}
    write_lines(tmp_path / "mt_bench" / "human.jsonl", [vote, {**vote, **change}])
    with pytest.raises(DataError, match=r"human\.jsonl: row 2: ") as caught:
        load("mt-bench", tmp_path)
    assert says in str(caught.value)


def test_math_v(tmp_path: Path, data_dir: Path) -> None:
    kept = data_dir / "mathv"
    questions, correct = lines(kept / "questions.jsonl.gz"), rows(kept / "correct.csv.gz")
    write_lines(tmp_path / "mathv" / "test.jsonl", questions)
    for model in correct[0]:
        said = [{"id": row["id"], "response": f"({row[model]})", "correct": row[model] == "1"} for row in correct]
        if model != "id":
            write_lines(tmp_path / "mathv" / "outputs" / f"{model}.jsonl", said)
    write_lines(tmp_path / "mathv" / "outputs" / "Random-Chance.jsonl", [])
    one, other = load("math-v", data_dir), load("math-v", tmp_path, ["SPHINX-MoE"])
    order = [other.model_ids.index(model) for model in one.model_ids]
    np.testing.assert_array_equal(one.quality, other.quality[:, order])
    assert (one.prompts, one.categories) == (other.prompts, other.categories)
    assert set(other.responses["SPHINX-MoE"]) == {"(0)", "(1)"}
    assert len(recorded("math-v", tmp_path)) == 15
    assert recorded("math-v", data_dir) == []
    with pytest.raises(UserError, match="data fetch math-v"):
        load("math-v", data_dir, ["SPHINX-MoE"])


def test_math_v_verdicts_and_gaps(tmp_path: Path) -> None:
    question = {"question": "q", "options": [], "subject": "s"}
    write_lines(tmp_path / "mathv" / "test.jsonl", [{"id": "1", **question}, {"id": "2", **question}])
    write_lines(tmp_path / "mathv" / "outputs" / "m.jsonl", [{"id": "2", "correct": True}])
    np.testing.assert_array_equal(load("math-v", tmp_path).quality, [[np.nan], [1.0]])
    write_lines(tmp_path / "mathv" / "outputs" / "m.jsonl", [{"id": "2", "correct": "yes"}])
    with pytest.raises(DataError, match=r"m\.jsonl: row 1: 'correct'"):
        load("math-v", tmp_path)


def test_librispeech(tmp_path: Path, data_dir: Path) -> None:
    kept = rows(data_dir / "asr" / "librispeech_test_clean.csv.gz")
    (tmp_path / "asr").mkdir()
    for service, ending in (("google", ".flac"), ("azure", ".flac"), ("watson", ".flac"), ("deepspeech", ".")):
        with (tmp_path / "asr" / f"{service}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["", "Unnamed: 0", "files", "actual", "transcription_en-US", "word_error_rate", "scores"])
            for i, row in enumerate(kept):
                place = f"/mnt/c/LibriSpeech/test-clean/1/{row['item']}{ending}"
                text, accuracy = row[f"{service}|text"], row[f"{service}|accuracy"]
                writer.writerow([i, i, place, row["reference"], text, accuracy, 0.5])
            if service == "deepspeech":
                writer.writerow(["", "", "", "", "", 0.9, 0.9])
    one, other = (load("asr-librispeech", folder, ["watson"]) for folder in (data_dir, tmp_path))
    order = [other.model_ids.index(model) for model in one.model_ids]
    np.testing.assert_array_equal(one.quality, other.quality[:, order])
    assert (one.prompt_ids, one.responses) == (other.prompt_ids, other.responses)
    assert recorded("asr-librispeech", tmp_path) == list(other.model_ids)


@pytest.fixture
def mmlu_pro(tmp_path: Path, data_dir: Path) -> tuple[Path, list[dict]]:
    """Archives of two models on the first 50 questions, of which the second was asked 49."""
    kept = data_dir / "mmlu_pro"
    models = ("gemini-1.5-pro-002", "Mixtral-8x7B-Instruct-v0.1")
    said = {a["id"]: a for a in lines(kept / "responses.jsonl.gz") if all(a.get(model) for model in models)}
    asked = [
        q for q in lines(kept / "prompts.jsonl.gz") if q["id"] in said and "\n" not in q["prompt"].split("\nA. ")[0]
    ][:50]
    correct = {row["id"]: row for row in rows(kept / "correct.csv.gz")}
    (tmp_path / "mmlu_pro").mkdir()
    for model, count in zip(models, (50, 49), strict=True):
        entries = []
        for q in asked[:count]:
            question, *options = q["prompt"].split("\n")
            right = correct[str(q["id"])][model] == "1"
            entries.append({"question_id": q["id"], "question": question, "options": [o[3:] for o in options],
                            "answer": q["answer"], "category": q["task"], "src": q["src"],
                            "pred": q["answer"] if right else None, "model_outputs": said[q["id"]][model]})  # fmt: skip
        name = f"model_outputs_{model}_5shots"
        with zipfile.ZipFile(tmp_path / "mmlu_pro" / f"{name}.zip", "w") as archive:
            archive.writestr(f"{name}.json", json.dumps(entries))
            archive.writestr(f"__MACOSX/{name}.json", "x")
    return tmp_path, asked


def test_mmlu_pro(mmlu_pro: tuple[Path, list[dict]], data_dir: Path) -> None:
    folder, asked = mmlu_pro
    models = recorded("mmlu-pro", folder)
    assert models == ["Mixtral-8x7B-Instruct-v0.1", "gemini-1.5-pro-002"]
    ids = [str(q["id"]) for q in asked]
    one, other = (load("mmlu-pro", place, models) for place in (data_dir, folder))
    assert sorted(other.prompt_ids) == sorted(ids)
    one, other = (table.take([table.prompt_ids.index(i) for i in ids]) for table in (one, other))
    assert (one.prompts, one.categories) == (other.prompts, other.categories)
    expected = one.quality[:, [one.model_ids.index(model) for model in models]]
    expected[49, 0] = np.nan
    np.testing.assert_array_equal(other.quality, expected)
    assert other.responses["gemini-1.5-pro-002"] == one.responses["gemini-1.5-pro-002"]
    assert other.responses["Mixtral-8x7B-Instruct-v0.1"][49] is None


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"PK", "not an intact archive"), ([{"question_id": 1}], "row 1: 'pred'"), ([1], "row 1: not a JSON object")],
)
def test_a_bad_archive_is_named(mmlu_pro: tuple[Path, list[dict]], data: bytes | list, says: str) -> None:
    path = mmlu_pro[0] / "mmlu_pro" / "model_outputs_gemma-7b_5shots.zip"
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.json", json.dumps(data))
    with pytest.raises(DataError) as caught:
        load("mmlu-pro", mmlu_pro[0])
    assert f"{path}: " in str(caught.value)
    assert says in str(caught.value)


def test_llmdrift_plain_csv(tmp_path: Path, data_dir: Path) -> None:
    (tmp_path / "llmdrift").mkdir()
    for path in (data_dir / "llmdrift").glob("*.csv.gz"):
        (tmp_path / "llmdrift" / path.name.removesuffix(".gz")).write_bytes(gzip.decompress(path.read_bytes()))
    one, other = load("llmdrift", data_dir), load("llmdrift", tmp_path)
    assert one.prompts == other.prompts
    np.testing.assert_array_equal(one.quality, other.quality)
