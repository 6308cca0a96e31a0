"""Write frames/pandas-<version>-<kind>.pkl: a small table in RouterBench's columns, as the pandas it runs with does it.

Run it with an old pandas on the path, e.g. ``PYTHONPATH=/tmp/old python tests/unit/datasets/make_frames.py`` after
``pip install --target /tmp/old pandas==2.2.3 'numpy<2' pyarrow==17``. The tests read what older
versions wrote.
"""

from pathlib import Path

import pandas as pd

COLUMNS = {
    "sample_id": ["a.1", "a.2", "b.1"],
    "prompt": ["['one', 'two']", '["it\'s"]', "['Grüße 東京']"],
    "eval_name": ["a", "a", "b"],
    "small": [1.0, 0.0, float("nan")],
    "large": [1.0, 0.25, 0.5],
    "small|model_response": ["['yes']", "['no']", "plain"],
    "large|model_response": ["['yes']", "['no']", "['maybe']"],
    "small|total_cost": [0.001, 0.002, 0.003],
    "large|total_cost": [0.1, 0.2, 0.3],
    "rank": [1, 2, 3],
}


def main() -> None:
    frame = pd.DataFrame(COLUMNS)
    folder = Path(__file__).parent / "frames"
    frame.to_pickle(folder / f"pandas-{pd.__version__}.pkl")
    frame.to_pickle(folder / f"pandas-{pd.__version__}-protocol2.pkl", protocol=2)
    frame.astype({"prompt": "string"}).to_pickle(folder / f"pandas-{pd.__version__}-string.pkl")
    if pd.__version__ >= "2":  # two Arrow chunks, which it pickles as two
        arrow = frame.astype({"prompt": "string[pyarrow]", "rank": "int64[pyarrow]"})
        halves = pd.concat([arrow.iloc[:2], arrow.iloc[2:]], ignore_index=True)
        halves.to_pickle(folder / f"pandas-{pd.__version__}-arrow.pkl")
    frame[frame["large"] < 1].to_pickle(folder / f"pandas-{pd.__version__}-filtered.pkl")


if __name__ == "__main__":
    main()
