from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from turnout.config import Settings
from turnout.datasets import load
from turnout.encoders import CachedEncoder, MiniLM
from turnout.errors import DataError, UserError
from turnout.estimators.selection import medoids
from turnout.evaluation.few_labels import few_labels
from turnout.evaluation.new_model import _Fold, new_model
from turnout.evaluation.splits import group_folds, near_duplicate_groups
from turnout.types import OutcomeTable

pytestmark = pytest.mark.slow


def outcomes(quality: np.ndarray, prompts: list[str]) -> OutcomeTable:
    blank, names = np.full(quality.shape, np.nan), tuple(prompts)
    models = tuple(f"m{j}" for j in range(quality.shape[1]))
    return OutcomeTable("t", tuple(map(str, range(len(names)))), names, models, quality, blank, blank, blank)


@pytest.fixture(scope="module")
def world() -> tuple[OutcomeTable, np.ndarray]:
    """Four kinds of prompts; model 0 is by far the best, 1 and 2 are good at one half each, 3 and 4 are weak."""
    rng = np.random.default_rng(0)
    kind = np.arange(600) % 4
    features = np.eye(24)[kind] + 0.2 * rng.normal(size=(600, 24))
    features = (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float32)
    half = kind < 2
    chance = np.stack(
        [np.full(600, 0.9), np.where(half, 0.7, 0.3), np.where(half, 0.3, 0.7), np.full(600, 0.2), np.full(600, 0.1)],
        axis=1,
    )
    words = [f"{''.join(rng.choice(list('abcdefgh'), 12))} {k}" for k in kind]
    return outcomes((rng.random(chance.shape) < chance).astype(float), words), features


@pytest.fixture(scope="module")
def report(world):
    return new_model(*world, labels=(10, 100), folds=3, seeds=1)


def text(table: object) -> list[str]:
    console = Console(width=80, file=io.StringIO())
    console.print(table)
    return console.file.getvalue().splitlines()


def test_a_clearly_better_model_is_used_after_few_labels(report):
    best = report.per_model[0]
    assert best.model == "m0"
    assert best.gain > 0.1
    for name in ("random", "medoids", "informative"):
        assert dict(best.strategies[name])[100] > best.without + 0.9 * best.gain
        assert report.strategies[name][-1].share_of_gain > 0.8


def test_weak_models_do_no_harm(report):
    for model in report.per_model:
        if model.model in ("m3", "m4"):
            assert abs(model.gain) < 0.01
            assert all(quality > model.without - 0.02 for points in model.strategies.values() for _, quality in points)


def test_intervals_hold_their_figure(report):
    for points in report.strategies.values():
        for p in points:
            assert p.low <= p.quality <= p.high
            assert p.share_low <= p.share_of_gain <= p.share_high
    assert report.without.low < report.without.quality < report.full.quality


def test_its_json_is_the_schema_and_its_table_fits(report):
    document = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert document["schema"] == "turnout.new-model/1"
    assert document["protocol"] == "new-model"
    assert document["labels"] == [10, 100]
    assert set(document["strategies"]["random"][0]) >= {"labels", "quality", "low", "high", "share_of_gain"}
    assert document["per_model"][0]["strategies"]["random"][0].keys() == {"labels", "quality"}
    lines = text(report.table())
    assert max(map(len, lines)) <= 80
    assert any("m0" in line for line in lines)
    assert "m0" in report.summary


def test_only_the_labelled_answers_of_the_new_model_are_read(world):
    """The rest of its answers on the training rows, turned round, change nothing."""
    table, features = world
    train, test = next(group_folds(near_duplicate_groups(table.prompts, features), 3, 0))
    rows = medoids(features[train], 20)
    quality = table.quality.copy()
    hidden = np.setdiff1d(train, train[rows])
    quality[hidden, 0] = 1 - quality[hidden, 0]
    changed = outcomes(quality, list(table.prompts))
    one, other = (_Fold(t, features, train, test, "knn", 0).without(0) for t in (table, changed))
    np.testing.assert_array_equal(one.joined(rows), other.joined(rows))
    np.testing.assert_array_equal(one.quality, other.quality)
    assert (one.full != other.full).any()


def test_where_nothing_is_to_be_gained_the_share_is_unknown():
    rng = np.random.default_rng(0)
    column = (rng.random((120, 1)) < 0.5).astype(float)
    table = outcomes(np.repeat(column, 3, axis=1), [chr(97 + i % 26) * (i + 1) for i in range(120)])
    features = rng.normal(size=(120, 24))
    features = (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float32)
    found = new_model(table, features, labels=(10,), folds=3, seeds=1, strategies=("random",), estimator="constant")
    assert found.strategies["random"][0].share_of_gain is None
    assert "as well without" in found.summary
    json.dumps(found.to_dict(), allow_nan=False)
    assert max(map(len, text(found.table()))) <= 80


def test_misuse_is_refused(world):
    table, features = world
    with pytest.raises(UserError, match="positive"):
        new_model(table, features, labels=(0, 10))
    with pytest.raises(UserError, match="medoids"):
        new_model(table, features, strategies=("best",))
    with pytest.raises(DataError, match="at least 3 models"):
        new_model(outcomes(table.quality[:, :2], list(table.prompts)), features)
    with pytest.raises(UserError, match="elimination"):
        few_labels(table, features, budget=500, routers=(("best", "knn"),))
    with pytest.raises(UserError, match="too few"):
        few_labels(table, features, budget=7, routers=(("random", "knn"),), folds=3, seeds=1)


def test_progress_counts_left_out_models(world):
    seen = []
    new_model(
        *world, labels=(10,), folds=2, seeds=1, strategies=("random",), estimator="constant",
        on_progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert seen[0] == (1, 10)
    assert seen[-1] == (10, 10)


@pytest.mark.slow
def test_few_labels_spend_what_they_say_and_stay_below_all_labels(world):
    routers = (("random", "kmeans"), ("medoids", "process"), ("elimination", "process"), ("all", "process"))
    found = few_labels(*world, budget=300, routers=routers, folds=3, seeds=1)
    for p in found.policies[1:-1]:
        assert 250 <= p.evaluations <= 300
        assert p.quality_low <= p.quality <= p.quality_high
    assert found.policy("elimination · process").prompts > found.policy("random · kmeans").prompts
    assert found.policy("all · process").quality >= found.policy("random · kmeans").quality - 0.02
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["schema"] == "turnout.few-labels/1"
    assert max(map(len, text(found.table()))) <= 80
    assert "300 evaluations" in found.summary


@pytest.mark.slow
def test_on_llmrouter_few_labels_reach_most_of_the_gain(data_dir: Path, tmp_path: Path, minilm_folder: Path):
    table = load("llmrouter", data_dir)
    cache = Settings().cache_dir
    features = CachedEncoder(MiniLM(minilm_folder), cache / "vectors").encode(table.prompts)
    routers = (("random", "kmeans"), ("elimination", "process"))
    found = few_labels(table, features, budget=2880, routers=routers, seeds=1)
    assert found.policy("elimination · process").quality > found.policy("random · kmeans").quality
    assert found.policy("elimination · process").gain_low > 0.01
