"""Placing a new model with few answers: which tasks are asked, and what their scores say of every category.

The tasks are spread over the categories, drawn at random in each. Each modality is placed by itself: with rows of other
models on the same tasks by what these say of hard and easy tasks and of how models differ (`estimators.placement`);
without, by shrinking a category's mean towards what the model does elsewhere.

Measured when each of three local models in turn played the new one (399 text tasks of ten categories, 50 labels, five
draws): a category's mean was off by 0.100 (root mean square) with the others' answers, 0.109 without, 0.130 by the
labels' means alone, and the intervals held 98 % of the truths. Asking the tasks that `Placement.informative` chooses
gave 0.145: they tell models apart, not categories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from turnout.bench.rows import Row
from turnout.bench.tasks import Task
from turnout.errors import DataError, UserError
from turnout.estimators.placement import Placement
from turnout.evidence.interval import normal
from turnout.evidence.shipped import Aggregate
from turnout.types import Array

__all__ = ["Known", "Place", "Probe", "drawn", "place"]

_Z = 1.959964  # 95 %
# How far a model strays from the others in one category, beside how it does overall: scorers and skills differ by
# category far more than prompts of one kind do, so the region of a task counts four times as much as usual.
_OWN_WAY = 4.0
# Without other models' answers: how far a model's category lies from its mean, and the least noise of one score.
_BETWEEN, _LEAST_NOISE = 0.25, 0.1
_LEAST_ROWS = 3  # of a known model in a category, for a figure to compare with
_LEAST_OTHERS = 2  # models that answered at least half of the tasks: one alone is no measure of the next


@dataclass(frozen=True, slots=True)
class Known:
    """A known model in one category: mean quality and 95 % interval of `n` scores."""

    model: str
    quality: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the new model stands in one category: estimate, 95 % interval, and the known models, the best first.

    `asked` is how many of its scores are in this category; 0 = known by the others only.
    """

    modality: str
    category: str
    tasks: int
    asked: int
    quality: float
    low: float
    high: float
    by_others: bool  # whether other models' answers to the same tasks were used
    known: tuple[Known, ...]

    @property
    def rank(self) -> tuple[int, int]:
        """The best and the worst place among the known models that the interval leaves open."""
        return (
            1 + sum(known.quality > self.high for known in self.known),
            1 + sum(known.quality > self.low for known in self.known),
        )


@dataclass(frozen=True, slots=True)
class Probe:
    """What a few labels say of a new model."""

    model: str
    labels: int  # answers that were scored
    unscored: int
    cost_usd: float | None  # of all its answers, where all are known
    places: tuple[Place, ...]

    @property
    def half_width(self) -> float:
        """Half of the interval, on average over the categories."""
        return float(np.mean([(place.high - place.low) / 2 for place in self.places]))

    def to_dict(self) -> dict[str, Any]:
        """Stable JSON: schema turnout.probe/1."""
        document = asdict(self)
        for said, place in zip(document["places"], self.places, strict=True):
            said["rank_best"], said["rank_worst"] = place.rank
        return {"schema": "turnout.probe/1", **document, "half_width": self.half_width}


def drawn(tasks: Sequence[Task], count: int, seed: int = 0) -> list[Task]:
    """`count` tasks, or all there are: one of every category in turn, drawn at random.

    A larger count holds the smaller one. `UserError` when there are none to choose from.
    """
    if not tasks:
        raise UserError("the model takes none of these tasks: choose others with --suite or --tasks")
    queues: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for i in np.random.default_rng(seed).permutation(len(tasks)):
        queues[_kind(tasks[i])].append(tasks[i])
    turns = zip_longest(*queues.values())
    return [task for turn in turns for task in turn if task is not None][:count]


def place(tasks: Sequence[Task], rows: Sequence[Row], model: str, shipped: Iterable[Aggregate] = ()) -> Probe:
    """Where a model stands in every category of `tasks`, by its own scores in `rows` and those of the others.

    `shipped` are figures of the same tasks: they name the known models in categories of which `rows` has none. They
    are means over tasks, so they do not change the estimate.
    """
    number = {task.id: i for i, task in enumerate(tasks)}
    own = [row for row in rows if row.model == model and row.source == "exact" and row.task_id in number]
    scored = [row for row in own if row.quality is not None]
    if not scored:
        said = next((row.error for row in own if row.error), "nothing was asked")
        raise DataError(f"{model} gave no answer that could be scored: {said}")
    known = {**_told(shipped, model), **_known(tasks, rows, model)}
    places: list[Place] = []
    for theirs in _by_modality(tasks).values():
        places += _placed(theirs, rows, scored, model, known)
    costs = [row.cost_usd for row in own]
    return Probe(
        model=model,
        labels=len(scored),
        unscored=len(own) - len(scored),
        cost_usd=None if None in costs else float(sum(cost for cost in costs if cost is not None)),
        places=tuple(places),
    )


def _placed(
    tasks: Sequence[Task],
    rows: Sequence[Row],
    scored: Sequence[Row],
    model: str,
    known: Mapping[tuple[str, str], tuple[Known, ...]],
) -> list[Place]:
    """The places of one modality; none where nothing was asked."""
    number = {task.id: i for i, task in enumerate(tasks)}
    own = [row for row in scored if row.task_id in number]
    if not own:
        return []
    kinds, groups = _groups(tasks)
    at = np.array([number[row.task_id] for row in own])
    scores = np.array([row.quality for row in own], dtype=np.float64)
    quality = _answers(tasks, rows, model)
    if quality is None:
        mean, error = _shrunk(groups[at], scores, len(kinds))
    else:
        mean, error = Placement(quality, _regions(tasks)).means(at, scores, groups)
    return [
        Place(
            modality=kind[0],
            category=kind[1],
            tasks=int((groups == k).sum()),
            asked=int((groups[at] == k).sum()),
            quality=float(mean[k]),
            low=float(max(0.0, mean[k] - _Z * error[k])),
            high=float(min(1.0, mean[k] + _Z * error[k])),
            by_others=quality is not None,
            known=known.get(kind, ()),
        )
        for k, kind in enumerate(kinds)
    ]


def _kind(task: Task) -> tuple[str, str]:
    return task.modality, task.kind.name


def _by_modality(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        found[task.modality].append(task)
    return found


def _groups(tasks: Sequence[Task]) -> tuple[list[tuple[str, str]], Array]:
    """The kinds of task, and the number of each task's kind."""
    kinds = list(dict.fromkeys(_kind(task) for task in tasks))
    return kinds, np.array([kinds.index(_kind(task)) for task in tasks])


def _regions(tasks: Sequence[Task]) -> Array:
    kinds, groups = _groups(tasks)
    regions: Array = _OWN_WAY * np.eye(len(kinds))[groups]
    return regions


def _answers(tasks: Sequence[Task], rows: Iterable[Row], model: str) -> Array | None:
    """Mean quality of the other models on the tasks (n, models), NaN = not measured; None when too little is known.

    Models that answered fewer than half of the tasks are left out.
    """
    number = {task.id: i for i, task in enumerate(tasks)}
    scores: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.model != model and row.source == "exact" and row.quality is not None and row.task_id in number:
            scores[row.model][number[row.task_id]].append(row.quality)
    enough = [cells for cells in scores.values() if len(cells) >= len(tasks) / 2]
    if len(enough) < _LEAST_OTHERS:
        return None
    quality = np.full((len(tasks), len(enough)), np.nan)
    for column, cells in enumerate(enough):
        for i, values in cells.items():
            quality[i, column] = np.mean(values)
    return quality


def _shrunk(groups: Array, scores: Array, count: int) -> tuple[Array, Array]:
    """Mean and standard error per group, shrunk towards the mean of the groups (normal model, known spreads)."""
    within = scores - np.array([scores[groups == group].mean() for group in groups])
    free = max(1, len(scores) - len(np.unique(groups)))
    noise = max(_LEAST_NOISE, float((within**2).sum() / free))
    size = np.bincount(groups, minlength=count)
    held = size > 0
    means = np.bincount(groups, weights=scores, minlength=count)[held] / size[held]
    weight = 1 / (_BETWEEN**2 + noise / size[held])
    level, level_variance = float((weight * means).sum() / weight.sum()), 1 / float(weight.sum())
    share = np.zeros(count)
    share[held] = _BETWEEN**2 * weight
    own = np.full(count, level)
    own[held] = means
    variance = (1 - share) * _BETWEEN**2 + (1 - share) ** 2 * level_variance
    return share * own + (1 - share) * level, np.sqrt(variance)


def _known(tasks: Sequence[Task], rows: Iterable[Row], model: str) -> Mapping[tuple[str, str], tuple[Known, ...]]:
    kinds = {task.id: _kind(task) for task in tasks}
    scores: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.model != model and row.source == "exact" and row.quality is not None and row.task_id in kinds:
            scores[kinds[row.task_id]][row.model].append(row.quality)
    found = {
        kind: _best_first(
            Known(name, float(np.mean(values)), *normal(values), len(values))
            for name, values in by_model.items()
            if len(values) >= _LEAST_ROWS
        )
        for kind, by_model in scores.items()
    }
    return {kind: known for kind, known in found.items() if known}


def _told(shipped: Iterable[Aggregate], model: str) -> Mapping[tuple[str, str], tuple[Known, ...]]:
    """The same of shipped figures; those of several metrics in one category count by their tasks."""
    cells: dict[tuple[str, str], dict[str, list[Aggregate]]] = defaultdict(lambda: defaultdict(list))
    for figure in shipped:
        # A subject's tasks are also in the figure of its category.
        if figure.model != model and figure.quality is not None and "/" not in figure.category:
            cells[figure.modality, figure.category][figure.model].append(figure)
    return {
        kind: _best_first(_joined(name, figures) for name, figures in by_model.items())
        for kind, by_model in cells.items()
    }


def _joined(model: str, figures: Sequence[Aggregate]) -> Known:
    n = sum(figure.n for figure in figures)
    mean = sum(figure.n * (figure.quality or 0.0) for figure in figures) / n
    half = [figure.n * ((figure.quality_high or 1.0) - (figure.quality_low or 0.0)) / 2 for figure in figures]
    spread = float(np.hypot.reduce(half)) / n
    return Known(model, mean, max(0.0, mean - spread), min(1.0, mean + spread), n)


def _best_first(known: Iterable[Known]) -> tuple[Known, ...]:
    return tuple(sorted(known, key=lambda one: -one.quality))
