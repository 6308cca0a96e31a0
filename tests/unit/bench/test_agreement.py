"""Judge against people, judge against judge, and MT-Bench's recorded verdicts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rows_of import verdict, vote
from sklearn.metrics import cohen_kappa_score

from turnout.bench.agreement import Pair, agreement, by_category, judges_agreement, krippendorff, pairs
from turnout.bench.validity import mt_bench, validity
from turnout.errors import InputFileError


def pair(task: int, votes: tuple[float, ...], judged: float, **other) -> Pair:
    fields = {"model": "m", "against": "ref", "category": "code", "consistent": None}
    return Pair(f"t{task}", f"t{task}", votes=votes, judged=judged, **{**fields, **other})


def test_figures_of_a_table_by_hand():
    found = [
        pair(1, (1.0,), 1.0), pair(2, (1.0, 0.5), 1.0), pair(3, (0.0,), 0.0),  # agree
        pair(4, (1.0,), 0.5), pair(5, (0.0,), 1.0), pair(6, (0.5,), 0.5), pair(7, (1.0, 0.0), 0.0),
    ]  # fmt: skip
    a = agreement(found)
    assert (a.n, a.n_decisive) == (7, 5)
    assert a.decisive.value == pytest.approx(3 / 5)
    assert a.decided.value == pytest.approx(3 / 4)
    assert a.exact.value == pytest.approx(4 / 7)
    assert a.humans == 0.0, "the only two people who both decided disagree"
    assert a.bias.value == pytest.approx(np.mean([0, 0.25, 0, -0.5, 1, 0, -0.5]))
    assert a.bias.low < a.bias.value < a.bias.high


def test_kappa_is_scikit_learns():
    rng = np.random.default_rng(0)
    said = [
        (float(h), float(h if rng.random() < 0.6 else rng.choice([0, 0.5, 1]))) for h in rng.choice([0, 0.5, 1], 200)
    ]
    a = agreement([pair(i, (h,), j) for i, (h, j) in enumerate(said)])
    expected = cohen_kappa_score([int(2 * h) for h, _ in said], [int(2 * j) for _, j in said])
    assert a.kappa.value == pytest.approx(expected)
    assert a.kappa.low < expected < a.kappa.high


def test_krippendorffs_own_example():
    nan = np.nan
    ratings = np.array([
        [nan, nan, nan, nan, nan, 3, 4, 1, 2, 1, 1, 3, 3, nan, 3],
        [1, nan, 2, 1, 3, 3, 4, 3, nan, nan, nan, nan, nan, nan, nan],
        [nan, nan, 2, 1, 3, 4, 4, nan, 2, 1, 1, 3, 3, nan, 4],
    ])  # fmt: skip
    assert krippendorff(ratings) == pytest.approx(0.811, abs=0.0005)
    assert krippendorff(np.ones((2, 5))) is None
    assert krippendorff(np.array([[1.0, nan], [nan, 0.0]])) is None


def test_pairs_and_judges_out_of_rows():
    rows = [row for t in range(8) for by, flip in (("j1", False), ("j2", t == 0)) for order in ("AB", "BA")
            for row in [verdict(f"t{t}", "m", order, float((t % 2 == 0) != flip), by=by)]]  # fmt: skip
    rows += [vote("t0", "m", 1.0), vote("t1", "m", 0.0), vote("t1", "m", 0.5, by="bob"), vote("t9", "m", 1.0)]
    (first, second) = pairs(rows)
    assert (first.judged, first.votes) == (0.5, (1.0,)), "the judges together"
    assert (second.judged, second.human) == (0.0, 0.25)
    assert [p.judged for p in pairs(rows, by="j1")] == [1.0, 0.0]
    assert set(by_category(pairs(rows))) == {"reasoning"}
    alpha = judges_agreement(rows)
    assert alpha is not None
    assert 0.5 < alpha < 1


def test_the_recorded_verdicts_of_gpt_4_agree_with_people_as_people_do(data_dir: Path):
    found = mt_bench(data_dir / "mt_bench")
    assert len(found) == 1349
    v = validity(found, labels=50, draws=60)
    assert v.overall.decided is not None
    assert v.overall.humans is not None
    # The paper (arXiv 2306.05685, tables 5 and 6) has 85 % and 81 % on all 80 questions.
    assert v.overall.decided.value == pytest.approx(0.87, abs=0.01)
    assert v.overall.humans == pytest.approx(0.84, abs=0.01)
    assert v.overall.consistency == pytest.approx(0.833, abs=0.001)
    assert v.models["gpt-4"].bias.low > 0.05, "it prefers its own answers more than people do"
    by_method = {r.method: r for r in v.repairs}
    alone, put_right = by_method["judge alone"], by_method["judge + labels, PPI"]
    assert alone.coverage < 0.6 < 0.9 < put_right.coverage
    assert put_right.width < by_method["people alone"].width
    assert put_right.bias < 0.02 < alone.bias
    assert len(v.matches) == 15
    assert v.to_dict()["pairs"][0]["n"] > 0


def test_without_verdicts_it_says_what_to_do(tmp_path: Path, data_dir: Path):
    (tmp_path / "question.jsonl").write_bytes((data_dir / "mt_bench" / "question.jsonl").read_bytes())
    with pytest.raises(InputFileError, match="gpt4_pair"):
        mt_bench(tmp_path)
