"""Tasks with known answers: what is asked, of which kind it is, and how an answer is scored."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from turnout.bench.scorers import SCORERS
from turnout.categories import parse_category, parse_modality
from turnout.errors import DataError, InputFileError, TurnoutError
from turnout.providers.protocol import ChatRequest, Message
from turnout.types import Media, Modality

__all__ = ["Task", "load_suite", "read_tasks"]

_SEED = 7


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `options` are the scorer's own (facts, tests, constraints, …); `media` are attached files."""

    id: str
    modality: Modality
    category: str
    language: str
    prompt: str
    reference: str
    scorer: str
    options: Mapping[str, Any]
    max_tokens: int
    media: tuple[Media, ...] = ()

    @property
    def metric(self) -> str:
        """What the scorer's number means; figures of different metrics are never compared."""
        return SCORERS[self.scorer].metric

    def request(self) -> ChatRequest:
        """Temperature 0 and a fixed seed: a second run asks the same."""
        turn = Message("user", self.prompt, self.media)
        return ChatRequest((turn,), max_tokens=self.max_tokens, temperature=0.0, seed=_SEED)


def load_suite(name: str = "core") -> tuple[Task, ...]:
    """A suite shipped with Turnout; raises `InputFileError` naming those there are."""
    folder = resources.files("turnout") / "bench" / "suites"
    names = sorted(file.name.removesuffix(".jsonl") for file in folder.iterdir() if file.name.endswith(".jsonl"))
    if name not in names:
        raise InputFileError(f"no suite {name!r}; there is {', '.join(names)}, or name a .jsonl file of tasks")
    return _read((folder / f"{name}.jsonl").read_text("utf-8"), f"suite {name}", folder / "media")


def read_tasks(path: Path) -> tuple[Task, ...]:
    """Tasks of a JSONL file, media beside it in ``media/``; raises `DataError` naming file and line."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    return _read(text, str(path), path.parent / "media")


def _read(text: str, where: str, folder: Traversable) -> tuple[Task, ...]:
    tasks: dict[str, Task] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            task = _task(json.loads(line), folder)
        except (ValueError, KeyError, TypeError, OSError, TurnoutError) as error:
            said = f"{error} is missing" if isinstance(error, KeyError) else error
            raise DataError(f"{where} line {number}: {said}") from None
        if task.id in tasks:
            raise DataError(f"{where} line {number}: the id {task.id!r} is taken")
        tasks[task.id] = task
    if not tasks:
        raise DataError(f"{where} holds no task")
    return tuple(tasks.values())


def _task(row: Mapping[str, Any], folder: Traversable) -> Task:
    modality = parse_modality(row["modality"])
    category, subject = parse_category(modality, row["category"])
    if row["scorer"] not in SCORERS:
        raise ValueError(f"unknown scorer {row['scorer']!r}; known are {', '.join(SCORERS)}")
    return Task(
        id=str(row["id"]),
        modality=modality,
        category=f"{category.name}/{subject}" if subject else category.name,
        language=row.get("language", "en"),
        prompt=row.get("prompt", ""),
        reference=row["reference"],
        scorer=row["scorer"],
        options=row.get("options", {}),
        max_tokens=int(row.get("max_tokens", 128)),
        media=tuple(_media(folder / name) for name in row.get("media", ())),
    )


def _media(file: Traversable) -> Media:
    mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Media(file.read_bytes(), mime, file.name)
