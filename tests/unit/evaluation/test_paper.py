"""The paper's protocol: its labels are RouterBench's own, and a constant is never sold as a router."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from turnout.datasets import load
from turnout.datasets.rows import csv_rows
from turnout.errors import DataError, InputFileError, UserError
from turnout.evaluation import paper
from turnout.evaluation.price_order import labels, price_order, read_prices
from turnout.spaces import SpaceVectors
from turnout.types import OutcomeTable


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def outcomes(quality: np.ndarray, cost: np.ndarray | None = None, categories: list[str] | None = None) -> OutcomeTable:
    blank = np.full(quality.shape, np.nan)
    names = tuple(f"p{i}" for i in range(len(quality)))
    models = tuple(f"m{j}" for j in range(quality.shape[1]))
    cost = blank if cost is None else np.broadcast_to(cost, quality.shape)
    labels = None if categories is None else tuple(categories)
    return OutcomeTable("made", names, names, models, quality, cost, blank, blank, labels)


def vectors(features: np.ndarray, space: str = "prompt", **more) -> SpaceVectors:
    count = len(features)
    usable = more.pop("usable", np.ones(count, dtype=bool))
    return SpaceVectors(
        space, "made", features, usable, usable.astype(np.float32), np.zeros(count), np.zeros(count), **more
    )


@pytest.fixture(scope="module")
def two_kinds() -> tuple[OutcomeTable, SpaceVectors]:
    """The cheap m0 is right on one kind of prompts, the dear m1 on the other; a tenth of the prompts beats both."""
    rng = np.random.default_rng(0)
    kind = np.arange(400) % 2
    features = rng.normal(size=(400, 16)) * 0.2
    features[:, 0] += np.where(kind, 1, -1)
    quality = np.stack([kind == 0, kind == 1], axis=1) * 1.0
    quality[::10] = 0
    return outcomes(quality, np.array([0.1, 1.0]), [str(k) for k in kind]), vectors(unit(features))


@pytest.mark.parametrize(("right_at", "count"), [(1.0, 93), (1e-9, 116)])
def test_labels_are_those_of_routerbench(data_dir: Path, right_at: float, count: int) -> None:
    table = load("routerbench", data_dir)
    rows = csv_rows(data_dir / "routerbench" / "routerbench_0shot_slice.csv")
    oracle = np.array([row.text("oracle_model_to_route_to") for row in rows])
    kept = np.flatnonzero(np.nanmax(table.quality, axis=1) >= right_at)
    assert len(kept) == count
    table = table.take(kept)
    ours = labels(table, price_order(table))
    assert [table.model_ids[j] for j in ours] == oracle[kept].tolist()
    if right_at < 1:
        assert len(kept) == (oracle != "no_model_correct").sum()


def test_a_router_that_can_tell_the_kinds_apart_beats_the_constant(two_kinds):
    table, space = two_kinds
    report = paper(table, {"prompt": space}, seeds=2)
    assert (report.prompts, report.removed) == (360, 40)
    assert report.best_constant[0] == pytest.approx(0.5, abs=0.1)
    best = report.curve("prompt", "knn-vote").best
    assert best.accuracy == best.label_accuracy == 1
    assert best.gain_low > 0.3
    assert report.category_best == 1
    assert "The best of the paper's routers is" in report.summary
    unsteady = replace(report, best_constant=(0.4, 0.3, 0.5))  # the splits did not agree on the best model
    assert "whichever model was best in training is right on 40.0%" in unsteady.summary
    medoids = report.curve("prompt", "kmeans-medoid").points
    assert [p.value for p in medoids] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert medoids[0].accuracy == pytest.approx(0.5, abs=0.1), "one medoid is a constant"
    assert medoids[0].top_share == 1
    assert medoids[1].top_share == pytest.approx(0.5, abs=0.1)
    assert medoids[1].accuracy == 1
    assert medoids[1].share_of_evaluations == pytest.approx(2 / 288)


def test_a_high_accuracy_that_is_the_constants_is_called_so():
    rng = np.random.default_rng(0)
    quality = np.column_stack([rng.random(300) < 0.83, rng.random(300) < 0.5]) * 1.0
    report = paper(outcomes(quality, np.array([0.1, 1.0])), {"prompt": vectors(unit(rng.normal(size=(300, 8))))})
    assert max(p.accuracy for c in report.curves for p in c.points) > 0.8
    assert "None of the paper's routers is better than that" in report.summary
    assert report.strongest is report.commonest
    assert "Always asking m0 is right on" in report.summary
    assert f"{report.strongest.label_accuracy:.1%}" in report.summary


def test_a_choice_by_estimated_quality_stands_beside_the_votes(two_kinds):
    table, space = two_kinds
    report = paper(table, {"prompt": space}, estimators=["knn"], neighbours=[160])
    (reference,) = report.references
    assert reference.best.accuracy == 1
    assert reference.best.gain_low > 0.3
    assert "Choosing by estimated quality (knn, prompt) is right on 100.0%" in report.summary
    assert paper(table, {"prompt": space}, reference=None).references == ()


def test_one_medoid_is_called_a_constant(two_kinds):
    table, space = two_kinds
    report = paper(table, {"prompt": space}, estimators=["kmeans"], clusters=[1])
    assert "sends every prompt to one model" in report.summary


def test_an_upper_bound_is_no_router(two_kinds):
    table, space = two_kinds
    noise = vectors(unit(np.random.default_rng(1).normal(size=(400, 4))))
    bound = replace(space, space="response:m1", upper_bound=True)
    report = paper(table, {"prompt": noise, "response:m1": bound}, estimators=["knn"])
    assert "None of the paper's routers is better" in report.summary
    assert "upper bound" in report.summary


def test_rows_without_a_vector_are_left_out(two_kinds):
    table, space = two_kinds
    usable = np.ones(400, dtype=bool)
    usable[:100] = False
    features = space.features.copy()
    features[~usable] = 0
    masked = vectors(features, "response:x", usable=usable)
    curve = paper(table, {"response:x": masked}, estimators=["knn"]).curves[0]
    assert curve.prompts == 300 - 30
    assert curve.best.accuracy == 1


def test_a_model_that_was_not_run_on_a_prompt_counts_for_nobody_there(two_kinds):
    table, space = two_kinds
    quality = table.quality.copy()
    quality[1::4, 0] = np.nan  # where m1 is right
    report = paper(replace(table, quality=quality), {"prompt": space}, estimators=["kmeans"], clusters=[1, 2])
    json.dumps(report.to_dict(), allow_nan=False)
    assert report.curves[0].points[1].accuracy == 1
    m0 = report.constants[0]
    assert m0.accuracy == pytest.approx(180 / 270, abs=0.08), "of the 90 of 180 others on which it was run"


def test_the_report_is_json_of_the_schema_and_fits_a_terminal(two_kinds):
    table, space = two_kinds
    long = "diff:" + "A-Model-Of-A-Long-Name" * 2
    report = paper(table, {"prompt": space, long: replace(space, upper_bound=True)})
    document = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert document["schema"] == "turnout.paper/1"
    assert document["oracle"] == 1
    assert document["price_order"] == {"source": "recorded costs", "models": ["m0", "m1"]}
    curve = document["curves"][0]
    assert (curve["space"], curve["estimator"], curve["parameter"]) == ("prompt", "knn-vote", "k")
    assert {"value", "share_of_evaluations", "accuracy", "low", "high", "label_accuracy"} <= set(curve["points"][0])
    assert curve["points"][0]["low"] <= curve["points"][0]["accuracy"] <= curve["points"][0]["high"]
    console = Console(width=80, file=io.StringIO(), no_color=True)
    console.print(report.table())
    shown = console.file.getvalue()
    assert max(map(len, shown.splitlines())) <= 80
    for said in ("[", "upper", "oracle", "k=1", "1.000"):
        assert said in shown


def test_the_same_seeds_give_the_same_and_progress_is_told(two_kinds):
    table, space = two_kinds
    seen = []
    one = paper(table, {"prompt": space}, seeds=2, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 6) for done in range(1, 7)]
    assert one == paper(table, {"prompt": space}, seeds=2)


def test_what_cheapest_goes_by(two_kinds, tmp_path):
    table, _ = two_kinds
    unknown = replace(table, cost_usd=np.full(table.quality.shape, np.nan))
    assert "weakest model first" in price_order(unknown).source
    listed = price_order(unknown, {"m0": 2.0, "m1": 1.0})
    assert (listed.source, listed.models) == ("price list, per token", ("m1", "m0"))
    wordy = replace(unknown, output_tokens=np.broadcast_to(np.array([10.0, 100.0]), table.quality.shape))
    assert price_order(wordy, {"m0": 2.0, "m1": 1.0}).models == ("m0", "m1")
    with pytest.raises(UserError, match="lacks m1"):
        price_order(unknown, {"m0": 1.0})
    path = tmp_path / "prices.json"
    path.write_text('{"m0": 2, "m1": {"output_usd_per_mtok": 0.5}}')
    assert read_prices(path) == {"m0": 2, "m1": 0.5}
    for bad in ("[]", '{"m0": -1}', '{"m0": {}}', "{"):
        path.write_text(bad)
        with pytest.raises(DataError, match=r"prices\.json"):
            read_prices(path)
    with pytest.raises(InputFileError):
        read_prices(tmp_path / "absent.json")


def test_settings_without_meaning_are_refused(two_kinds):
    table, space = two_kinds
    with pytest.raises(UserError, match="at least one space"):
        paper(table, {})
    with pytest.raises(UserError, match="not hierarchical"):
        paper(table, {"prompt": space}, estimators=["hierarchical"])
    with pytest.raises(UserError, match="no split"):
        paper(table, {"prompt": space}, train_share=1.0)
    with pytest.raises(UserError, match="5 vectors"):
        paper(table, {"prompt": space.take(range(5))})
    with pytest.raises(DataError, match="only 0 prompts"):
        paper(replace(table, quality=table.quality * 0), {"prompt": space})
