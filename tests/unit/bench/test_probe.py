"""Placing a new model: which tasks are asked, what few scores say, and how honest the intervals are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from turnout.bench.probe import drawn, place
from turnout.bench.rows import Row
from turnout.bench.tasks import Task
from turnout.errors import DataError, UserError
from turnout.evidence.shipped import Aggregate

KINDS = ("summarization", "code", "translation", "reasoning/math", "sentiment-analysis")
NEW = "new/model"


def tasks(each: int) -> list[Task]:
    return [
        Task(f"{kind}-{i}", "text", kind, "en", f"Task {i} of {kind}", "yes", "exact", {}, 16)
        for kind in KINDS
        for i in range(each)
    ]


def row(task: Task, model: str, quality: float | None, error: str = "") -> Row:
    return Row(
        task_id=task.id, model=model, repeat=0, modality=task.modality, category=task.category, language="en",
        source="exact", by=task.scorer, against="", order="", metric=task.metric, quality=quality, error=error,
        cost_usd=0.001, latency_s=1.0, ttft_s=None, input_tokens=10, output_tokens=3, finish_reason="stop",
        at="2026-01-01T00:00:00+00:00", prompt=task.prompt, answer="yes",
    )  # fmt: skip


def world(seed: int, each: int = 40, models: int = 6) -> tuple[list[Task], np.ndarray]:
    """Right or wrong, (tasks, models), by ability, taste for a kind, and how hard the task is."""
    rng = np.random.default_rng(seed)
    made = tasks(each)
    kind = np.repeat(np.arange(len(KINDS)), each)
    ability = rng.normal(0, 0.8, models)
    taste = rng.normal(0, 0.7, (len(KINDS), models))
    level = rng.normal(0, 1.0, (len(KINDS), 1))
    logit = ability + taste[kind] + level[kind] + rng.normal(0, 1.2, (len(made), 1))
    return made, (rng.random(logit.shape) < 1 / (1 + np.exp(-logit))).astype(float)


def rows_of(made: list[Task], quality: np.ndarray, columns: range) -> list[Row]:
    return [row(task, f"known/{c}", quality[i, c]) for i, task in enumerate(made) for c in columns]


def probed(seed: int, labels: int, *, with_others: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(truth, estimate, half of the interval, mean of the labels alone) of the last model, per kind."""
    made, quality = world(seed)
    known = rows_of(made, quality, range(quality.shape[1] - 1)) if with_others else []
    number = {task.id: i for i, task in enumerate(made)}
    asked = drawn(made, labels, seed)
    own = [row(task, NEW, quality[number[task.id], -1]) for task in asked]
    found = place(made, [*known, *own], NEW)
    truth = quality[:, -1].reshape(len(KINDS), -1).mean(axis=1)
    overall = np.mean([r.quality for r in own])
    plain = [[r.quality for r in own if r.category == kind] or [overall] for kind in KINDS]
    return (
        truth,
        np.array([p.quality for p in found.places]),
        np.array([(p.high - p.low) / 2 for p in found.places]),
        np.array([np.mean(values) for values in plain]),
    )


@pytest.mark.parametrize("with_others", [pytest.param(True, marks=pytest.mark.slow), False])
def test_few_labels_place_better_than_their_means_and_the_intervals_hold(with_others: bool) -> None:
    results = [probed(seed, 30, with_others=with_others) for seed in range(8 if with_others else 40)]
    truth, estimate, half, plain = (np.concatenate(values) for values in zip(*results, strict=True))
    assert np.sqrt(np.mean((estimate - truth) ** 2)) < 0.95 * np.sqrt(np.mean((plain - truth) ** 2))
    covered = np.mean(np.abs(estimate - truth) <= half)
    assert 0.88 <= covered <= 1.0


@pytest.mark.slow
def test_more_labels_narrow_the_intervals_and_go_on_from_the_first_ones() -> None:
    few, many = drawn(tasks(40), 20), drawn(tasks(40), 80)
    assert few == many[:20]
    halves = [probed(1, labels, with_others=True)[2].mean() for labels in (20, 80)]
    assert halves[1] < 0.8 * halves[0]


def test_every_kind_is_asked_alike() -> None:
    asked = drawn(tasks(40), 25)
    assert sorted(task.category for task in asked) == sorted(KINDS * 5)
    assert len({task.id for task in asked}) == 25
    assert len(drawn(tasks(2), 50)) == 10


def test_modalities_share_the_labels_and_are_placed_by_themselves() -> None:
    seen = [replace(task, id=f"seen-{task.id}", modality="image", category="description") for task in tasks(10)]
    made = [*tasks(40), *seen]
    asked = drawn(made, 30)
    assert [sum(task.modality == kind for task in asked) for kind in ("text", "image")] == [25, 5]
    found = place(made, [row(task, NEW, 1.0) for task in asked if task.modality == "text"], NEW)
    assert {p.modality for p in found.places} == {"text"}


def test_one_other_model_is_no_measure() -> None:
    made, quality = world(4)
    own = [row(task, NEW, 1.0) for task in made[::20]]
    alone, one, two = (place(made, [*rows_of(made, quality, range(count)), *own], NEW).places[0] for count in (0, 1, 2))
    assert (alone.quality, alone.low, alone.by_others) == (one.quality, one.low, one.by_others)
    assert two.by_others


def test_places_name_the_known_models_and_the_ranks_left_open() -> None:
    made = tasks(30)
    quality = {"known/best": 0.9, "known/worst": 0.1}
    rng = np.random.default_rng(0)
    others = [row(task, name, float(rng.random() < mean)) for task in made for name, mean in quality.items()]
    own = [row(task, NEW, float(rng.random() < 0.5)) for task in drawn(made, 60)]
    found = place(made, [*others, *own], NEW)
    assert found.labels == 60
    assert found.cost_usd == pytest.approx(0.06)
    assert [known.model for known in found.places[0].known] == ["known/best", "known/worst"]
    assert {p.rank[0] for p in found.places} == {2}
    assert (2, 2) in {p.rank for p in found.places}
    document = found.to_dict()
    assert document["schema"] == "turnout.probe/1"
    assert document["places"][0]["rank_best"] == 2


def test_shipped_figures_name_the_known_where_rows_do_not() -> None:
    made = tasks(10)
    own = [row(task, NEW, 1.0) for task in made]
    rows = [row(task, "known/here", 0.5) for task in made if task.category == "code"]
    shipped = [
        figure("known/shipped", "code", "tests passed", 0.2, 10),
        figure("known/shipped", "summarization", "recall", 0.4, 30),
        figure("known/shipped", "summarization", "accuracy", 0.8, 10),
        figure("known/shipped", "reasoning/math", "accuracy", 0.9, 10),
        figure(NEW, "summarization", "recall", 0.1, 30),
    ]
    found = {p.category: p for p in place(made, [*rows, *own], NEW, shipped).places}
    assert [known.model for known in found["code"].known] == ["known/here"]
    (known,) = found["summarization"].known
    assert (known.quality, known.n) == (pytest.approx(0.5), 40)
    assert 0.4 < known.low < 0.5 < known.high < 0.6
    assert found["reasoning"].known == ()
    plain = {p.category: p.quality for p in place(made, [*rows, *own], NEW).places}
    assert {kind: p.quality for kind, p in found.items()} == plain


def figure(model: str, category: str, metric: str, quality: float, n: int) -> Aggregate:
    return Aggregate(
        model=model, modality="text", category=category, benchmark="suite", metric=metric, n=n, quality=quality,
        quality_low=quality - 0.1, quality_high=quality + 0.1, cost_usd=None, input_tokens=None, output_tokens=None,
        latency_p50_s=None, latency_p95_s=None, ttft_p50_s=None, source="test", date="2026",
    )  # fmt: skip


def test_what_was_not_scored_is_no_label() -> None:
    made = tasks(10)
    own = [row(made[0], NEW, 1.0), row(made[1], NEW, None, "timed out")]
    found = place(made, own, NEW)
    assert (found.labels, found.unscored) == (1, 1)
    with pytest.raises(DataError, match="timed out"):
        place(made, own[1:], NEW)
    with pytest.raises(UserError, match="takes none of these tasks"):
        drawn([], 5)
    unknown = replace(own[0], cost_usd=None)
    assert place(made, [unknown], NEW).cost_usd is None
