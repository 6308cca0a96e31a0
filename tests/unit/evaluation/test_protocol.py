from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from turnout.errors import DataError
from turnout.evaluation import honest
from turnout.evaluation.splits import group_folds, near_duplicate_groups
from turnout.spaces import SpaceVectors
from turnout.types import OutcomeTable


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def outcomes(quality: np.ndarray, prompts: list[str], categories: list[str] | None = None) -> OutcomeTable:
    blank = np.full(quality.shape, np.nan)
    models = tuple(f"m{j}" for j in range(quality.shape[1]))
    names = tuple(str(i) for i in range(len(prompts)))
    labels = None if categories is None else tuple(categories)
    return OutcomeTable("made", names, tuple(prompts), models, quality, blank, blank, blank, labels)


@pytest.fixture(scope="module")
def two_kinds():
    rng = np.random.default_rng(0)
    kind = np.arange(200) % 2
    features = rng.normal(size=(200, 32)) * 0.3
    features[:, 0] += np.where(kind, 1, -1)
    chance = np.stack([np.where(kind, 0.9, 0.2), np.where(kind, 0.2, 0.8)], axis=1)
    words = [f"{''.join(rng.choice(list('abcdefgh'), 12))} {k}" for k in kind]
    return outcomes((rng.random((200, 2)) < chance) * 1.0, words, [str(k) for k in kind]), unit(features)


def test_near_duplicates_share_a_group():
    prompts = ["What is 2 + 2?", "what is 31+4", "Name a river.", "Name a river!", "Tell me a joke."]
    features = unit(np.eye(5) + 0.0)
    assert near_duplicate_groups(prompts, features)[:4].tolist() == [0, 0, 1, 1]
    features[4] = features[2]
    groups = near_duplicate_groups(prompts, features)
    assert groups[4] == groups[2]


def test_a_group_is_never_on_both_sides_and_every_row_is_tested_once():
    groups = np.random.default_rng(0).integers(0, 40, size=300)
    tested = []
    for train, test in group_folds(groups, 5, seed=1):
        assert not set(groups[train]) & set(groups[test])
        tested.extend(test)
        assert 40 < len(test) < 80
    assert sorted(tested) == list(range(300))


def test_a_router_beats_the_constant_where_the_prompt_tells(two_kinds):
    table, features = two_kinds
    report = honest(table, features, ["hierarchical", "constant"])
    assert report.policy("hierarchical").gain_low > 0.1
    assert report.policy("constant").gain == 0
    assert report.policy("oracle").quality >= report.policy("hierarchical").quality
    assert report.policy("category-best").quality > report.policy("constant best").quality
    assert report.policy("hierarchical").apgr > 0.6
    assert "worth it" in report.summary
    assert json.loads(json.dumps(report.to_dict()))["policies"]["oracle"]["headroom"] == 1


def test_it_says_when_routing_is_not_worth_it():
    rng = np.random.default_rng(0)
    table = outcomes(np.column_stack([np.ones(100), np.zeros(100)]), [chr(97 + i % 26) * (i + 1) for i in range(100)])
    report = honest(table, unit(rng.normal(size=(100, 32))), ["knn"])
    assert "not worth it" in report.summary


def test_what_reads_the_labels_is_a_baseline_and_never_recommended(two_kinds):
    report = honest(*two_kinds, ["category", "constant"])
    assert report.policy("category").kind == "baseline"
    assert report.policy("category").quality > report.policy("constant").quality
    assert "not worth it" in report.summary


def test_a_model_without_any_score_is_never_chosen_and_leaves_the_json_valid(two_kinds):
    table, features = two_kinds
    quality = np.column_stack([table.quality, np.full(len(table.prompts), np.nan)])
    report = honest(outcomes(quality, list(table.prompts), list(table.categories)), features, ["hierarchical"])
    assert report.policy("hierarchical").gain_low > 0.1
    json.dumps(report.to_dict(), allow_nan=False)


def test_progress_counts_fits(two_kinds):
    seen = []
    honest(*two_kinds, ["constant"], folds=3, seeds=1, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_too_little_data_is_refused(two_kinds):
    table, features = two_kinds
    with pytest.raises(DataError, match="too few"):
        honest(table.take(range(6)), features[:6], ["constant"])


def test_prompts_that_nobody_scored_are_left_out(two_kinds):
    table, features = two_kinds
    quality = table.quality.copy()
    quality[:20] = np.nan
    quality[20:40, 0] = np.nan
    report = honest(outcomes(quality, list(table.prompts)), features, ["constant"])
    assert report.prompts == 180
    assert report.policy("constant").apgr is not None  # over the 160 on which both were scored
    json.dumps(report.to_dict(), allow_nan=False)


def test_what_a_space_needs_before_routing_is_charged_to_the_routers(two_kinds):
    table, features = two_kinds
    count = len(features)
    table = replace(table, cost_usd=np.tile([0.001, 0.002], (count, 1)), latency_s=np.ones((count, 2)))
    usable = np.ones(count, dtype=bool)
    usable[:5] = False
    space = SpaceVectors(
        "diff:proxy", "made", features, usable, np.ones(count), np.full(count, 0.01), np.full(count, 3.0)
    )
    report = honest(table, features, ["knn"], space=space)
    router, constant = report.policy("knn"), report.policy("constant best")
    assert report.prompts == count - 5
    assert report.space == "diff:proxy"
    assert 0.011 <= router.cost_usd <= 0.012
    assert router.latency_s == pytest.approx(4)
    assert constant.cost_usd <= 0.002
    assert constant.latency_s == pytest.approx(1)
    unknown = replace(space, charged_usd=np.full(count, np.nan))
    report = honest(table, features, ["knn"], space=unknown)
    assert report.policy("knn").cost_usd is None
    assert list(report.sections["frontiers"]) == ["zero router"]
    json.dumps(report.to_dict(), allow_nan=False)


def test_an_upper_bound_is_called_one(two_kinds):
    table, features = two_kinds
    zero, one = np.zeros(len(features)), np.ones(len(features))
    space = SpaceVectors("response:a", "made", features, one > 0, one, zero, zero, upper_bound=True)
    assert "upper bound" in honest(table, features, ["knn"], space=space).summary


def test_near_duplicates_are_those_of_the_vectors_named(two_kinds):
    table, features = two_kinds
    twins = np.repeat(np.eye(len(features) // 2, dtype=np.float32), 2, axis=0)
    assert honest(table, features, ["constant"], alike=twins).groups <= len(features) // 2
