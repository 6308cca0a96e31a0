"""Tasks with known answers: what is asked, of which kind it is, and how an answer is scored."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from turnout.bench.scorers import SCORERS
from turnout.categories import Category, parse_category, parse_modality
from turnout.errors import DataError, InputFileError, TurnoutError
from turnout.providers.protocol import ChatRequest, Message
from turnout.types import Media, Modality, Preference

__all__ = ["DEFAULT_SUITE", "Task", "load_suite", "read_tasks", "suites"]

DEFAULT_SUITE = "turnout-1000"
_SEED = 7
_PARTS = ("text", "image", "audio", "video")
_KEYS = frozenset(
    {"id", "modality", "category", "language", "content", "reference", "scorer", "options", "max_tokens", "preference"}
)


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `options` are the scorer's own (facts, tests, constraints, …); `media` are attached files."""

    id: str
    modality: Modality
    category: str  # "code" or "question-answering/physics"
    language: str  # of the answer that is expected, as BCP 47 writes it
    prompt: str
    reference: str
    scorer: str
    options: Mapping[str, Any]
    max_tokens: int
    media: tuple[Media, ...] = ()
    preference: Preference = field(default_factory=Preference)

    @property
    def metric(self) -> str:
        """What the scorer's number means; figures of different metrics are never compared."""
        return SCORERS[self.scorer].metric

    @property
    def kind(self) -> Category:
        """The category without its subject: what a model must take in and give out."""
        return parse_category(self.modality, self.category)[0]

    def request(self, seed: int = _SEED) -> ChatRequest:
        """Temperature 0 and a fixed seed: a second run asks the same."""
        turn = Message("user", self.prompt, self.media)
        return ChatRequest((turn,), max_tokens=self.max_tokens, temperature=0.0, seed=seed)


def suites() -> tuple[str, ...]:
    """Names of the suites shipped with Turnout."""
    return tuple(sorted(file.name.removesuffix(".jsonl") for file in _folder().iterdir() if _is_suite(file)))


def load_suite(name: str = DEFAULT_SUITE) -> tuple[Task, ...]:
    """A suite shipped with Turnout; raises `InputFileError` naming those there are."""
    if name not in suites():
        raise InputFileError(f"no suite {name!r}; there is {', '.join(suites())}, or name a .jsonl file of tasks")
    return _read((_folder() / f"{name}.jsonl").read_text("utf-8"), f"suite {name}", _folder() / "media")


def read_tasks(path: Path) -> tuple[Task, ...]:
    """Tasks of a JSONL file, media beside it in ``media/``; raises `DataError` naming file and line."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    return _read(text, str(path), path.parent / "media")


def _folder() -> Traversable:
    return resources.files("turnout") / "bench" / "suites"


def _is_suite(file: Traversable) -> bool:
    return file.name.endswith(".jsonl")


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
    if not isinstance(row, dict):
        raise ValueError("a task is a JSON object")
    if strange := sorted(row.keys() - _KEYS):
        raise ValueError(f"unknown key {strange[0]!r}; a task has {', '.join(sorted(_KEYS))}")
    modality = parse_modality(row["modality"])
    category, subject = parse_category(modality, row["category"])
    if row["scorer"] not in SCORERS:
        raise ValueError(f"unknown scorer {row['scorer']!r}; known are {', '.join(SCORERS)}")
    prompt, media = _content(row["content"], folder)
    return Task(
        id=str(row["id"]),
        modality=modality,
        category=f"{category.name}/{subject}" if subject else category.name,
        language=row.get("language", "en"),
        prompt=prompt,
        reference=row["reference"],
        scorer=row["scorer"],
        options=row.get("options", {}),
        max_tokens=int(row.get("max_tokens", 128)),
        media=media,
        preference=Preference(**row.get("preference", {})),
    )


def _content(content: object, folder: Traversable) -> tuple[str, tuple[Media, ...]]:
    """A text, or parts as in the OpenAI API: texts joined by an empty line, files read from `folder`."""
    if isinstance(content, str):
        return content, ()
    texts: list[str] = []
    media: list[Media] = []
    for part in content if isinstance(content, list) else ():
        if part["type"] not in _PARTS:
            raise ValueError(f"unknown part {part['type']!r} of the content; known are {', '.join(_PARTS)}")
        if part["type"] == "text":
            texts.append(part["text"])
        else:
            media.append(_media(folder, part["file"]))
    if not texts and not media:
        raise ValueError("content is a text, or a list of parts, and not empty")
    return "\n\n".join(texts), tuple(media)


def _media(folder: Traversable, name: str) -> Media:
    file = folder / name
    if not file.is_file():
        raise ValueError(f"there is no file {name!r} in {folder}")
    return Media(file.read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream", name)
