"""How long 400,000 outcomes take to load: RouterBench as pickle and CSV beside pandas alone, and one's own outcomes.

``python benchmarks/load_routerbench.py [CSV]`` repeats the rows of RouterBench's CSV (default: the slice in
TURNOUT_DATA) with changed ids to the 36,497 prompts × 11 models of the release, in a temporary folder.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from turnout.datasets import load

PROMPTS = 36_497


def repeated(slice_: pd.DataFrame, rows: int) -> pd.DataFrame:
    """The slice over and over, every row with an id and a prompt of its own."""
    index = np.arange(rows)
    frame = slice_.iloc[index % len(slice_)].reset_index(drop=True)
    turn = pd.Series(index // len(slice_)).astype(str)
    frame["sample_id"] = frame["sample_id"] + "." + turn
    frame["prompt"] = frame["prompt"].str[:2] + turn + " " + frame["prompt"].str[2:]  # within the repr of a list
    return frame


def long_form(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per prompt and model, in the columns of one's own outcomes."""
    models = [column.removesuffix("|total_cost") for column in frame.columns if column.endswith("|total_cost")]
    parts = [
        pd.DataFrame(
            {"prompt": frame["prompt"], "model": m, "quality": frame[m], "prompt_id": frame["sample_id"],
             "category": frame["eval_name"], "cost_usd": frame[m + "|total_cost"]}
        )
        for m in models
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def best_of(work: Callable[[], Any], times: int = 3) -> float:
    """The shortest of a few runs (CPU seconds: other work on the machine does not count)."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    """Print one line per format."""
    default = Path(os.environ.get("TURNOUT_DATA", "data")) / "routerbench" / "routerbench_0shot_slice.csv"
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    frame = repeated(pd.read_csv(source), PROMPTS)
    outcomes = long_form(frame)
    objects = frame.astype({c: object for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        objects.to_pickle(folder / "release.pkl")  # as pandas wrote it before its own string type
        frame.to_pickle(folder / "today.pkl")
        frame.to_csv(folder / "routerbench.csv", index=False)
        outcomes.to_csv(folder / "outcomes.csv", index=False)
        outcomes.to_json(folder / "outcomes.jsonl", orient="records", lines=True)
        outcomes.to_parquet(folder / "outcomes.parquet")
        print(f"{len(frame):,} prompts × {len(outcomes) // len(frame)} models = {len(outcomes):,} outcomes")
        print(f"{'file':18} {'MB':>5} {'turnout s':>9} {'pandas s':>8} {'ratio':>5}")
        for file, alone in (
            ("release.pkl", pd.read_pickle),
            ("today.pkl", pd.read_pickle),
            ("routerbench.csv", pd.read_csv),
            ("outcomes.csv", pd.read_csv),
            ("outcomes.jsonl", lambda path: pd.read_json(path, lines=True)),
            ("outcomes.parquet", pd.read_parquet),
        ):
            path = folder / file
            ours, theirs = best_of(lambda path=path: load(str(path))), best_of(lambda path=path, r=alone: r(path))
            megabytes = path.stat().st_size / 1e6
            print(f"{file:18} {megabytes:5.0f} {ours:9.2f} {theirs:8.2f} {ours / theirs:5.1f}")


if __name__ == "__main__":
    main()
