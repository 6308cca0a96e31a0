"""RouterBench as pickle, as CSV, by name and by path: one table, and each bad row named."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from turnout.datasets import load, recorded
from turnout.errors import DataError, InputFileError, UserError
from turnout.types import OutcomeTable

SLICE = "routerbench_0shot_slice.csv"


@pytest.fixture(scope="module")
def real(data_dir: Path) -> pd.DataFrame:
    return pd.read_csv(data_dir / "routerbench" / SLICE)


def equal(one: OutcomeTable, other: OutcomeTable) -> None:
    for name in ("prompt_ids", "prompts", "model_ids", "categories", "responses"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("quality", "cost_usd", "latency_s", "output_tokens"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_pickle_is_the_csv(tmp_path: Path, data_dir: Path, real: pd.DataFrame) -> None:
    (tmp_path / "routerbench").mkdir()
    real.astype(object).to_pickle(tmp_path / "routerbench" / "routerbench_0shot.pkl")
    models = recorded("routerbench", data_dir)
    assert len(models) == 11
    equal(load("routerbench", tmp_path, models), load("routerbench", data_dir, models))


def test_the_release_goes_before_a_slice(tmp_path: Path, real: pd.DataFrame) -> None:
    (tmp_path / "routerbench").mkdir()
    real.head(3).to_csv(tmp_path / "routerbench" / SLICE, index=False)
    assert len(load("routerbench", tmp_path).prompts) == 3
    real.head(5).to_pickle(tmp_path / "routerbench" / "routerbench_0shot.pkl")
    real.head(7).to_pickle(tmp_path / "routerbench" / "routerbench_5shot.pkl")
    assert len(load("routerbench", tmp_path).prompts) == 5
    assert len(load("routerbench-5shot", tmp_path).prompts) == 7


@pytest.mark.parametrize("name", ["mine.pkl", "mine.csv", "mine.csv.gz", "mine.pkl.gz"])
def test_a_path_is_read_as_what_it_is(tmp_path: Path, data_dir: Path, real: pd.DataFrame, name: str) -> None:
    path = tmp_path / name
    real.to_pickle(path) if ".pkl" in name else real.to_csv(path, index=False)
    table = load(str(path), responses=["claude-v1"])
    assert table.name == "mine"
    assert recorded(str(path)) == recorded("routerbench", data_dir)
    equal(table, load("routerbench", data_dir, ["claude-v1"]))


def test_answers_are_texts(data_dir: Path, real: pd.DataFrame) -> None:
    said = load("routerbench", data_dir, ["gpt-4-1106-preview"]).responses["gpt-4-1106-preview"]
    assert real["gpt-4-1106-preview|model_response"][0] == "['C']"
    assert said[0] == "C"
    assert all(said)


def test_a_missing_score_is_unscored_and_an_answer_may_be_plain(tmp_path: Path) -> None:
    """As 154 scores of the 5-shot release are; and some of its answers are no lists."""
    frame = pd.DataFrame(
        {"sample_id": ["1", "2"], "prompt": ["['q']", ["two", "turns"]], "eval_name": "e", "m": [0.5, None],
         "m|total_cost": [0.1, None], "m|model_response": ["plain", None]}
    )  # fmt: skip
    path = tmp_path / "five.pkl"
    frame.to_pickle(path)
    table = load(str(path), responses=["m"])
    assert table.prompts == ("q", "two\nturns")
    np.testing.assert_array_equal(table.quality, [[0.5], [np.nan]])
    np.testing.assert_array_equal(table.cost_usd, [[0.1], [np.nan]])
    assert table.responses == {"m": ("plain", None)}


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("m", 1.5, "from 0 to 1"),
        ("m", -0.5, "from 0 to 1"),
        ("m", np.inf, "from 0 to 1"),
        ("m|total_cost", -1.0, "at least 0"),
        ("prompt", "no list", "'prompt'"),
        ("prompt", "[1]", "'prompt'"),
        ("prompt", None, "'prompt'"),
        ("eval_name", None, "'eval_name'"),
        ("sample_id", None, "'sample_id'"),
    ],
)
@pytest.mark.parametrize("kind", ["pkl", "csv"])
def test_a_bad_row_is_named(tmp_path: Path, kind: str, column: str, value: object, says: str) -> None:
    frame = pd.DataFrame({"sample_id": ["1", "2", "3"], "prompt": "['q']", "eval_name": "e", "m": 1.0,
                          "m|total_cost": 0.1}).astype(object)  # fmt: skip
    frame.loc[1, column] = value
    path = tmp_path / f"bad.{kind}"
    if kind == "pkl":
        frame.to_pickle(path)
    elif value is None and column in ("eval_name", "sample_id"):
        pytest.skip("a CSV has an empty text where a pickle has none")
    else:
        frame.to_csv(path, index=False)
    with pytest.raises(DataError) as caught:
        load(str(path))
    assert str(caught.value).startswith(f"{path}: row {2 if kind == 'pkl' else 3}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "says"),
    [(["sample_id", "prompt", "eval_name", "m"], "total_cost"),
     (["prompt", "eval_name", "m", "m|total_cost"], "'sample_id'"),
     (["sample_id", "prompt", "eval_name", "m|total_cost"], "'m'")],
)  # fmt: skip
def test_other_columns_are_not_routerbench(tmp_path: Path, columns: list[str], says: str) -> None:
    path = tmp_path / "other.pkl"
    pd.DataFrame([["1"] * len(columns)], columns=columns).to_pickle(path)
    with pytest.raises(DataError, match="row 1: no column") as caught:
        load(str(path))
    assert says in str(caught.value)


def test_no_rows_no_answers_no_file(tmp_path: Path, real: pd.DataFrame) -> None:
    for kind in ("pkl", "csv"):
        path = tmp_path / f"empty.{kind}"
        empty = real.head(0)
        empty.to_pickle(path) if kind == "pkl" else empty.to_csv(path, index=False)
        with pytest.raises(DataError, match="no rows"):
            load(str(path))
    path = tmp_path / "some.pkl"
    real.drop(columns="claude-v1|model_response").to_pickle(path)
    assert "claude-v1" not in recorded(str(path))
    with pytest.raises(UserError, match="no answers of 'claude-v1'"):
        load(str(path), responses=["claude-v1"])
    with pytest.raises(InputFileError, match=r"absent\.pkl"):
        load(str(tmp_path / "absent.pkl"))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, real: pd.DataFrame) -> Path:
    """A tenth of the release's rows, 40,000 outcomes."""
    rows = np.arange(3650)
    frame = real.iloc[rows % len(real)].reset_index(drop=True).astype(object)
    frame["sample_id"] = frame["sample_id"] + "." + pd.Series(rows).astype(str)
    folder = tmp_path_factory.mktemp("release")
    frame.to_pickle(folder / "r.pkl")
    frame.to_csv(folder / "r.csv.gz", index=False, compression={"method": "gzip", "compresslevel": 1})
    return folder


def test_many_rows_take_a_fraction_of_a_second(release: Path) -> None:
    """CPU time, so that other work on the machine does not count; the whole release takes ten times this."""
    start = time.process_time()
    table = load(str(release / "r.pkl"))
    taken = time.process_time() - start
    assert table.quality.size == 40_150
    assert taken < 1.0
    equal(load(str(release / "r.csv.gz")), table)


def test_a_broken_archive_is_named(release: Path, tmp_path: Path) -> None:
    path = tmp_path / "r.csv.gz"
    path.write_bytes(gzip.compress(gzip.decompress((release / "r.csv.gz").read_bytes())[:9999])[:-20])
    with pytest.raises(DataError, match="not an intact gzip file"):
        load(str(path))
