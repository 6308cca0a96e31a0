"""What a run asks whom: which tasks, which models, how often, and who judges the answers."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from turnout.bench.rows import Key
from turnout.bench.tasks import Task
from turnout.categories import parse_category, parse_modality
from turnout.types import Model

__all__ = ["ORDERS", "Plan", "choose", "takes"]

ORDERS: tuple[Literal["AB"], Literal["BA"]] = ("AB", "BA")


@dataclass(frozen=True, slots=True)
class Plan:
    """`tasks` of each model by its id; `judges` compare its answers with those of `reference`, in both orders."""

    tasks: Mapping[str, Sequence[Task]]
    repeats: int = 1
    reference: str = ""
    judges: Sequence[str] = ()

    def answers(self) -> dict[Key, Task]:
        """Everything that is asked: task by task, so that pairs are complete early; a task's repeats are far apart."""
        order = {task.id: task for tasks in self.tasks.values() for task in tasks}
        takers: dict[str, list[str]] = defaultdict(list)
        for model, tasks in self.tasks.items():
            for task in tasks:
                takers[task.id].append(model)
        return {
            Key(task.id, model, repeat, "exact", task.scorer, "", ""): task
            for repeat in range(self.repeats)
            for task in order.values()
            for model in takers[task.id]
        }

    def verdicts(self) -> dict[Key, Task]:
        """Everything that is judged: what both a model and the reference answer."""
        answered = {(key.task_id, key.repeat) for key in self.answers() if key.model == self.reference}
        return {
            verdict: task
            for key, task in self.answers().items()
            if (key.task_id, key.repeat) in answered and key.model != self.reference
            for verdict in self.verdicts_on(key)
        }

    def verdicts_on(self, answer: Key) -> Iterator[Key]:
        """The verdicts on an answer of a model that is not the reference."""
        for judge in self.judges:
            for order in ORDERS:
                yield Key(answer.task_id, answer.model, answer.repeat, "judge", judge, self.reference, order)


def takes(model: Model, task: Task) -> bool:
    """Whether the model accepts and gives what the task is made of."""
    return task.kind.inputs <= model.inputs and task.kind.outputs <= model.outputs


def choose(
    tasks: Sequence[Task],
    *,
    modality: str | None = None,
    category: str | None = None,
    language: str | None = None,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> list[Task]:
    """The tasks of a modality, category (or category/subject) and language, in their order.

    `limit` keeps the first so many of each category. `sample` draws so many over all categories, each in proportion; a
    larger sample of the same seed holds the smaller one. Raises `UnknownModality` and `UnknownCategory`.
    """
    kind = None if modality is None else parse_modality(modality)
    if kind is not None and category is not None:
        parse_category(kind, category)
    chosen = [
        task
        for task in tasks
        if (kind is None or task.modality == kind)
        and (category is None or category in (task.category, task.category.partition("/")[0]))
        and (language is None or language.lower() in (task.language.lower(), task.language.lower().partition("-")[0]))
    ]
    if limit is not None:
        chosen = [task for group in _groups(chosen) for task in group[:limit]]
    if sample is not None:
        chosen = _sample(chosen, sample, seed)
    kept = {task.id for task in chosen}
    return [task for task in tasks if task.id in kept]


def _groups(tasks: Sequence[Task]) -> list[list[Task]]:
    groups: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in tasks:
        groups[task.modality, task.category.partition("/")[0]].append(task)
    return list(groups.values())


def _sample(tasks: Sequence[Task], size: int, seed: int) -> list[Task]:
    rng = random.Random(seed)  # noqa: S311 - a draw that can be repeated, not a secret
    placed: list[tuple[float, Task]] = []
    for group in _groups(tasks):
        # The i-th of n tasks drawn stands at (i + u)/n of the way: any first part of the line has each group's share.
        drawn = rng.sample(group, len(group))
        placed += [((i + rng.random()) / len(drawn), task) for i, task in enumerate(drawn)]
    return [task for _, task in sorted(placed, key=lambda pair: pair[0])[:size]]
