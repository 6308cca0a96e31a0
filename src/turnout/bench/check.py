"""Is a task file fit to measure with? Its form, its right answers, and whether it asks the same thing twice."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from turnout.bench.scorers import CONSTRAINTS, SCORERS, score
from turnout.bench.structured import plain
from turnout.bench.tasks import Task, load_suite, read_tasks
from turnout.errors import MissingExtra, TurnoutError

__all__ = ["NEAR", "Findings", "check", "near_duplicates"]

NEAR = 0.9
"""Cosine of character 3- to 5-gram TF-IDF from which two tasks of a category count as the same."""
_RIGHT = 0.95  # what a right answer must score
_ONE_WAY = 1 / 6  # of a category may open with the same three words


@dataclass(frozen=True, slots=True)
class Findings:
    """`faults` make measurements wrong; `remarks` make them narrow."""

    tasks: tuple[Task, ...]
    faults: tuple[str, ...]
    remarks: tuple[str, ...]
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # by modality and category


def check(source: str | Path) -> Findings:
    """Everything wrong with a suite (by name) or a JSONL file; raises `DataError` when it cannot be read at all."""
    tasks = read_tasks(source) if isinstance(source, Path) else load_suite(source)
    faults = [*_schema_faults(source), *(fault for task in tasks for fault in _faults(task))]
    pairs = near_duplicates(tasks)
    faults += [f"{a} and {b} ask nearly the same ({closeness:.2f})" for a, b, closeness in pairs]
    counts: Counter[tuple[str, str]] = Counter((t.modality, t.category.partition("/")[0]) for t in tasks)
    return Findings(tasks, tuple(faults), tuple(_remarks(tasks)), counts)


def _schema_faults(source: str | Path) -> list[str]:
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        raise MissingExtra("checking tasks", "bench") from None
    folder = resources.files("turnout") / "bench" / "suites"
    validator = Draft202012Validator(json.loads((folder / "task.schema.json").read_text("utf-8")))
    text = (source if isinstance(source, Path) else folder / f"{source}.jsonl").read_text("utf-8")
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for error in validator.iter_errors(json.loads(line)) if line.strip() else ():
            where = ".".join(str(part) for part in error.absolute_path) or "the task"
            found.append(f"line {number}: {where}: {error.message[:160]}")
    return found


def _faults(task: Task) -> list[str]:
    found = [
        f"{task.id}: scorer {task.scorer!r} needs the option {name!r}"
        for name in SCORERS[task.scorer].needs
        if name not in task.options
    ]
    if task.scorer == "constraints":
        found += [f"{task.id}: unknown constraint {name!r}" for name in task.options if name not in CONSTRAINTS]
        found += [] if task.options else [f"{task.id}: no constraint is given"]
    wanted = task.kind.inputs - {"text"}
    if missing := wanted - {media.modality for media in task.media}:
        found.append(f"{task.id}: {task.category} needs a file of type {', '.join(sorted(missing))}")
    if found:
        return found
    try:
        reached = score(task.scorer, task.reference, task.reference, task.options)
    except (TurnoutError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"{task.id}: its own reference cannot be scored: {error}"]
    return [f"{task.id}: its own reference scores {reached:.2f}"] if reached < _RIGHT else []


def near_duplicates(tasks: Sequence[Task], threshold: float = NEAR) -> list[tuple[str, str, float]]:
    """Pairs of ids within a modality and category that ask alike; of media, that also have alike answers."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    groups: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in tasks:
        groups[task.modality, task.category.partition("/")[0]].append(task)
    found = []
    for members in groups.values():
        if len(members) < 2:
            continue
        texts = [plain(f"{task.prompt} {task.reference if task.media else ''}") or task.id for task in members]
        vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit_transform(texts)
        close: Any = (vectors @ vectors.T).toarray()
        rows, columns = np.nonzero(np.triu(close, 1) >= threshold)
        found += [
            (members[i].id, members[j].id, float(close[i, j])) for i, j in zip(rows, columns, strict=True)
        ]  # fmt: skip
    return found


def _remarks(tasks: Sequence[Task]) -> list[str]:
    found = []
    openings: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for task in tasks:
        if task.prompt and not task.media:
            opening = " ".join(task.prompt.lower().split()[:3])
            openings[task.modality, task.category.partition("/")[0]][opening] += 1
    for (modality, category), counted in sorted(openings.items()):
        opening, count = counted.most_common(1)[0]
        if count >= 6 and count > _ONE_WAY * counted.total():
            found.append(f"{modality} {category}: {count} of {counted.total()} open with {opening!r}")
    answers: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for task in tasks:
        if task.scorer == "choice":
            answers[task.category, "/".join(sorted(map(str, task.options.get("among", ()))))][task.reference] += 1
    for (category, among), counted in sorted(answers.items()):
        answer, count = counted.most_common(1)[0]
        if counted.total() >= 8 and count > 0.7 * counted.total():
            found.append(f"{category} ({among}): {count} of {counted.total()} right answers are {answer!r}")
    return found
