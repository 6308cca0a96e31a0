"""One's own outcomes: what is read, what is averaged, and each bad row named by file and number."""

from __future__ import annotations

import csv
import gzip
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from turnout.bench.rows import COLUMNS as RESULT_COLUMNS
from turnout.bench.rows import Row as Result
from turnout.datasets import load
from turnout.datasets.columns import Columns
from turnout.datasets.rows import Row
from turnout.errors import DataError, InputFileError, TurnoutError

CSV = """prompt,model,quality,prompt_id,category,cost_usd,latency_s,input_tokens,output_tokens,error
"What is
2+2?",small,1,p1,math,0.001,0.5,9,3,
"What is
2+2?",large,0.5,p1,math,,2.5,9,8,
Translate: cat,small,,p2,translation,,,,,timeout
Translate: cat,large,True,p2,translation,0.02,,,,
"""


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(CSV, encoding="utf-8-sig")  # as Excel writes it
    return path


def test_a_csv_becomes_a_table(csv_file: Path) -> None:
    table = load(str(csv_file))
    assert table.name == "mine"
    assert table.prompt_ids == ("p1", "p2")
    assert table.prompts[0] == "What is\n2+2?"
    assert table.model_ids == ("small", "large")
    assert table.categories == ("math", "translation")
    nan = np.nan
    np.testing.assert_array_equal(table.quality, [[1, 0.5], [nan, 1]])
    np.testing.assert_array_equal(table.cost_usd, [[0.001, nan], [nan, 0.02]])
    np.testing.assert_array_equal(table.latency_s, [[0.5, 2.5], [nan, nan]])
    np.testing.assert_array_equal(table.output_tokens, [[3, 8], [nan, nan]])


@pytest.mark.parametrize("name", ["mine.jsonl", "mine.jsonl.gz"])
def test_json_lines_with_only_the_required_columns(tmp_path: Path, name: str) -> None:
    rows = [
        {"prompt": "a", "model": "x", "quality": 1},
        {"prompt": "b", "model": "x", "quality": None},
        {"prompt": "a", "model": "y", "quality": 0.25},
    ]
    data = "\n\n".join(json.dumps(row) for row in rows).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    table = load(str(path))
    assert table.name == "mine"
    assert table.prompts == ("a", "b")
    assert table.categories is None
    np.testing.assert_array_equal(table.quality, [[1, 0.25], [np.nan, np.nan]])


def test_trials_of_one_pair_are_averaged_over_what_was_measured(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("prompt,model,quality,cost_usd\nq,m,1,0.1\nq,m,0,\nq,m,,0.3\n")
    table = load(str(path))
    assert table.quality.tolist() == [[0.5]]
    assert table.cost_usd[0, 0] == pytest.approx(0.2)


def test_one_text_under_two_ids_stays_two_prompts(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("prompt,model,quality,prompt_id\nq,m,1,1\nq,m,0,2\n")
    assert load(str(path)).quality.tolist() == [[1.0], [0.0]]


def test_a_prompt_longer_than_the_csv_module_likes(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(f"prompt,model,quality\n{'x' * 1_000_000},m,1\n")
    assert len(load(str(path)).prompts[0]) == 1_000_000


def result(
    task: str, model: str, quality: float | None, prompt: str = "What does it say?", error: str = "", repeat: int = 0
) -> Result:
    scored = ("exact", "characters", "", "", "character accuracy", quality, error)
    times = (0.01, 1.5, 0.2, 9, 3, "stop", "2026-01-01T00:00:00")
    return Result(task, model, repeat, "image", "ocr", "en", *scored, *times, prompt, "x")


def test_benchmark_results_are_outcomes(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    rows = [
        result("t1", "m", 1),
        result("t2", "m", 0.5),
        result("t2", "n", None, error="timeout"),
        result("t2", "m", 0, repeat=1),
    ]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, RESULT_COLUMNS)
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    table = load(str(path))
    assert table.prompt_ids == ("t1", "t2"), "one text about two pictures is two prompts"
    assert table.prompts == ("What does it say?",) * 2
    assert table.categories == ("ocr", "ocr")
    np.testing.assert_array_equal(table.quality, [[1, np.nan], [0.25, np.nan]])
    assert table.latency_s[0, 0] == 1.5


def test_verdicts_and_votes_are_no_trials_of_a_model(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text(
        "task_id,model,source,by,against,order,quality,prompt\n"
        "t1,m,exact,number,,,0.5,p\nt1,m,judge,j,n,AB,1,\nt1,m,human,ann,n,BA,1,\nt2,m,exact,number,,,1,q\n"
    )
    table = load(str(path))
    assert table.prompts == ("p", "q")
    assert table.quality.tolist() == [[0.5], [1.0]]


def test_benchmark_results_without_the_text_go_by_the_tasks_name(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("task_id,model,quality,metric\nt1,m,1,exact\nt2,m,,exact\n")
    table = load(str(path))
    assert table.prompts == table.prompt_ids == ("t1", "t2")


HEAD = "prompt,model,quality,prompt_id,category,cost_usd,error\nq,m,1,1,c,0.1,\n"


@pytest.mark.parametrize(
    ("text", "row", "says"),
    [
        (HEAD + "q,m,1.5,1,c,,\n", 3, "from 0 to 1"),
        (HEAD + "q,m,-0.1,1,c,,\n", 3, "from 0 to 1"),
        (HEAD + "q,m,nan,1,c,,\n", 3, "from 0 to 1"),
        (HEAD + "q,m,good,1,c,,\n", 3, "not a number"),
        (HEAD + "q,m,1,1,c,-1,\n", 3, "at least 0"),
        (HEAD + "q,m,1,1,c,inf,\n", 3, "at least 0"),
        (HEAD + "q,,1,1,c,,\n", 3, "'model' is empty"),
        (HEAD + "q,m,1\n", 3, "3 fields, the header has 7"),
        (HEAD + "other,m,1,1,c,,\n", 3, "another prompt's"),
        (HEAD + "q,m,1,1,d,,\n", 3, "'c' before, now 'd'"),
        (HEAD + "q,m,0,1,c,,timeout\n", 3, "unscored"),
        (HEAD + '"q,m,1,1,c,,\n', 3, "unexpected end"),
        ("prompt,model\nq,m\n", 1, "'quality'"),
        ("prompt,model,quality,qualty\nq,m,1,1\n", 1, "'qualty'"),
        ("prompt,model,quality,quality\n", 1, "twice"),
        ("prompt,model,quality,answer\nq,m,1,x\n", 1, "'answer'"),
        ("task_id,model,quality,prompt_id\nt,m,1,x\n", 1, "'prompt_id'"),
        ("task_id,model\nt,m\n", 1, "'quality'"),
        ("task_id,prompt,model,quality\n,q,m,1\n", 2, "'task_id' is empty"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, text: str, row: int, says: str) -> None:
    path = tmp_path / "o.csv"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        load(str(path))
    message = str(caught.value)
    assert f"{path}: row {row}: " in message
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("line", "says"),
    [("{", "not JSON"), ("[1]", "not a JSON object"), ('{"model": "m", "quality": 1}', "'prompt'"),
     ('{"prompt": ["q"], "model": "m", "quality": 1}', "'prompt'"),
     ('{"prompt": "q", "model": "m", "quality": "high"}', "not a number"),
     ('{"prompt": "q", "model": "m", "quality": [1]}', "not a number")],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "o.jsonl"
    path.write_text('{"prompt": "q", "model": "m", "quality": 1}\n' + line + "\n")
    with pytest.raises(DataError, match="row 2") as caught:
        load(str(path))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("o.csv", b"", DataError),
        ("o.csv", b"prompt,model,quality\n", DataError),
        ("o.jsonl", b"\n", DataError),
        ("o.csv", b"prompt,model,quality\n\xff\xfe,m,1\n", DataError),
        ("o.csv.gz", b"not gzip", DataError),
        ("o.csv.gz", gzip.compress(b"prompt,model,quality\nq,m,1\n", mtime=0)[:-9], DataError),
        ("o.xlsx", b"PK", InputFileError),
    ],
)
def test_files_that_are_not_outcomes(tmp_path: Path, name: str, data: bytes, kind: type[TurnoutError]) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(kind) as caught:
        load(str(path))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def as_parquet(path: Path, columns: dict[str, list], **types: pa.DataType) -> Path:
    arrays = {name: pa.array(values, type=types.get(name)) for name, values in columns.items()}
    parquet.write_table(pa.table(arrays), path, row_group_size=3)
    return path


def test_parquet_is_the_csv(csv_file: Path, tmp_path: Path) -> None:
    with csv_file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {"quality", "cost_usd", "latency_s", "input_tokens", "output_tokens"}
    columns = {
        name: [None if row[name] == "" else float(row[name].replace("True", "1")) if name in numbers else row[name]
               for row in rows]
        for name in rows[0]
    }  # fmt: skip
    one, other = load(str(csv_file)), load(str(as_parquet(tmp_path / "mine.parquet", columns)))
    for name in ("name", "prompt_ids", "prompts", "model_ids", "categories"):
        assert getattr(one, name) == getattr(other, name)
    for name in ("quality", "cost_usd", "latency_s", "output_tokens"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_parquet_of_other_types(tmp_path: Path) -> None:
    """Verdicts as booleans, models as categories, ids as numbers, NaN for nothing."""
    path = as_parquet(
        tmp_path / "o.parquet",
        {"prompt": ["q", "q"], "model": ["m", "n"], "quality": [True, None], "prompt_id": [7, 7],
         "cost_usd": [float("nan"), 0.5]},
        model=pa.dictionary(pa.int8(), pa.string()),
    )  # fmt: skip
    table = load(str(path))
    assert table.prompt_ids == ("7",)
    assert table.model_ids == ("m", "n")
    np.testing.assert_array_equal(table.quality, [[1.0, np.nan]])
    np.testing.assert_array_equal(table.cost_usd, [[np.nan, 0.5]])


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [("quality", 1.5, "from 0 to 1"), ("cost_usd", -1.0, "at least 0"), ("model", "", "'model' is empty"),
     ("model", None, "'model' is missing"), ("prompt", "other", "another prompt's"), ("category", "d", "'c' before"),
     ("error", "timeout", "unscored"), ("latency_s", float("inf"), "at least 0")],
)  # fmt: skip
def test_a_bad_parquet_row_is_named(tmp_path: Path, column: str, value: object, says: str) -> None:
    columns = {"prompt": ["q"] * 7, "model": ["m"] * 7, "quality": [1.0] * 7, "prompt_id": ["1"] * 7,
               "category": ["c"] * 7, "cost_usd": [0.1] * 7, "latency_s": [1.0] * 7, "error": [""] * 7}  # fmt: skip
    columns[column][4] = value
    path = as_parquet(tmp_path / "o.parquet", columns)
    with pytest.raises(DataError) as caught:
        load(str(path))
    assert f"{path}: row 5: " in str(caught.value)
    assert says in str(caught.value)


def test_parquet_columns_are_checked_and_damage_is_named(tmp_path: Path) -> None:
    path = as_parquet(tmp_path / "o.parquet", {"prompt": ["q"], "model": ["m"], "qualty": [1.0]})
    with pytest.raises(DataError, match="row 1: no column 'quality'"):
        load(str(path))
    whole = as_parquet(tmp_path / "w.parquet", {"prompt": ["q"], "model": ["m"], "quality": [1.0]}).read_bytes()
    for data in (b"", b"PAR1", whole[:-9], whole[:20] + b"\xff" * 30 + whole[50:]):
        path.write_bytes(data)
        with pytest.raises(TurnoutError) as caught:
            load(str(path))
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    path.write_bytes(whole)
    assert load(str(path)).quality.tolist() == [[1.0]]


def test_no_parquet_rows(tmp_path: Path) -> None:
    path = as_parquet(tmp_path / "o.parquet", {"prompt": [], "model": [], "quality": []})
    with pytest.raises(DataError, match="no outcomes"):
        load(str(path))


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_bad_row_far_down_is_named_in_its_place(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in stretches; row numbers go on over them, and prompts are known over them."""
    monkeypatch.setattr("turnout.datasets.columns.CHUNK", 10)
    rows = [{"prompt": f"q{i % 7}", "model": f"m{i // 7}", "quality": 0.5, "prompt_id": str(i % 7)} for i in range(70)]
    path = tmp_path / f"o.{kind}"

    def write() -> None:
        if kind == "csv":
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)
        elif kind == "jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        else:
            parquet.write_table(pa.Table.from_pylist(rows), path)

    write()
    table = load(str(path))
    assert table.quality.shape == (7, 10)
    assert (table.quality == 0.5).all()
    rows[44]["prompt"] = "not q2"
    write()
    with pytest.raises(
        DataError, match=rf"row {46 if kind == 'csv' else 45}: prompt_id '2' was another prompt's before"
    ):
        load(str(path))


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_many_rows_take_a_fraction_of_a_second(tmp_path: Path, kind: str) -> None:
    """A tenth of 400,000 outcomes, in CPU time, so that other work on the machine does not count."""
    frame = pd.DataFrame({"prompt": [f"What is {i // 11}?" * 30 for i in range(40_000)]})
    frame = frame.assign(model=[f"m{i % 11}" for i in range(40_000)], quality=0.5, cost_usd=0.01, category="c")
    path = tmp_path / f"o.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "jsonl":
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_parquet(path)
    start = time.process_time()
    table = load(str(path))
    assert time.process_time() - start < 2.0
    assert int(np.isfinite(table.quality).sum()) == 40_000


VALUES = ["", "0", "1", "0.25", "True", "False", " 0.5 ", "1e-3", "nan", "2", "-1", "x", "inf"]


@given(st.lists(st.sampled_from(VALUES)))
def test_a_column_is_read_as_its_values_one_by_one(values: list[str]) -> None:
    """The fast way and `Row.quality` agree, in numbers and in which row they refuse first."""

    def said(read: Callable[[], Iterable[float]]) -> str:
        try:
            return str([float(number) for number in read()])
        except DataError as error:
            return str(error)

    path = Path("file")
    columns = Columns(path, range(len(values)), {"q": values})
    one_by_one = (Row(path, i, {"q": value}).quality("q") for i, value in enumerate(values))
    assert said(lambda: columns.quality("q")) == said(lambda: one_by_one)
