"""Models whose answers are no answers: the same to everything, refusals, the prompt handed back, nothing, or no end.

A degenerate model cannot lead a leaderboard, whatever a judge says of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scipy.special import bdtrc

from turnout.bench.refusals import refuses
from turnout.bench.rows import Row
from turnout.bench.scorers import score
from turnout.bench.structured import plain
from turnout.bench.tasks import Task
from turnout.errors import UnreadableAnswer

__all__ = ["Flag", "Kind", "flags"]

Kind = Literal["constant", "refuses", "copies", "empty", "rambles"]

_FEWEST = 8  # answers; fewer may be alike by accident
_SHARE = 0.8  # of them that must be of the kind
_SHARE_OF_CHOICES = 0.95  # of answers that are one of a few words; a leaning to one of them is no defect
_CHANCE = 0.01  # of right answers being as much alike
_PREFIX = 60  # characters by which two answers are the same to the eye
_SHORT = 30  # characters; what is shorter may stand in a prompt by right

# Right answers here are made of the prompt's own words.
_FROM_THE_PROMPT = frozenset({"enhancement", "extraction", "voice-generation", "code"})


@dataclass(frozen=True, slots=True)
class Flag:
    """A degenerate model: `share` of its `n` answers are of the kind; `category` "" = in the whole modality."""

    model: str
    modality: str
    category: str
    kind: Kind
    share: float
    n: int
    example: str  # the beginning of one such answer

    def __str__(self) -> str:
        said = {
            "constant": f"says {self.example[:40]!r}",
            "refuses": "refuses",
            "copies": "hands the prompt back",
            "empty": "says nothing",
            "rambles": "does not come to an end within the token limit",
        }[self.kind]
        return f"{self.model} {said} on {self.share:.0%} of {self.modality} {self.category or 'tasks'}"


def flags(rows: Iterable[Row], tasks: Iterable[Task] = ()) -> list[Flag]:
    """Who is degenerate, per modality and, where it is not so in the whole modality, per category.

    Of `rows` the answers scored by rule (`exact`) are looked at. `tasks` tell the right answers and what was handed in;
    without them, answers of one or a few words are not called constant. Failed calls say nothing about a model.
    """
    known = {task.id: task for task in tasks}
    cells: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.source == "exact" and row.repeat == 0 and row.latency_s is not None:  # repeats are alike by right
            for category in {"", row.category, row.category.partition("/")[0]}:
                cells[row.model, row.modality, category].append(row)
    found: list[Flag] = []
    for (model, modality, category), members in sorted(cells.items()):  # "" comes first
        whole = {flag.kind for flag in found if (flag.model, flag.modality, flag.category) == (model, modality, "")}
        for kind, hits in _hits(members, known).items():
            if hits and kind not in whole:
                share = len(hits) / len(members)
                found.append(Flag(model, modality, category, kind, share, len(members), hits[0].answer[:200]))
    return found


def _hits(rows: Sequence[Row], tasks: Mapping[str, Task]) -> dict[Kind, list[Row]]:
    """The answers of each kind, where they are so many that the model is called so."""
    if len(rows) < _FEWEST:
        return {}
    kinds: dict[Kind, list[Row]] = {
        "refuses": [row for row in rows if refuses(row.answer)],
        "copies": [row for row in rows if _copies(row, tasks.get(row.task_id))],
        "empty": [row for row in rows if not row.answer.strip()],
        "rambles": [row for row in rows if row.finish_reason == "length"],
    }
    many: dict[Kind, list[Row]] = {kind: hits for kind, hits in kinds.items() if len(hits) >= _SHARE * len(rows)}
    if not many.keys() & {"refuses", "empty"}:  # which are constant in their way, and told by their name
        many["constant"] = _constant(rows, tasks)
    return many


def _constant(rows: Sequence[Row], tasks: Mapping[str, Task]) -> list[Row]:
    """The answers that are one and the same, if right answers would not be as much alike."""
    said = [_choice(row, tasks.get(row.task_id)) or plain(row.answer)[:_PREFIX] for row in rows]
    key, count = Counter(text for text in said if text).most_common(1)[0] if any(said) else ("", 0)
    few = all(row.metric == "accuracy" for row in rows)
    if count < _FEWEST or count < (_SHARE_OF_CHOICES if few else _SHARE) * len(rows):
        return []
    right = [_right(tasks[row.task_id]) for row in rows if row.task_id in tasks]
    if few and len(right) < _FEWEST:
        return []  # what would have been right is not known
    # Right answers to open questions all differ; of a few choices, the commonest one's share is what chance allows.
    alike = Counter(text for text in right if text).most_common(1)
    usual = alike[0][1] / len(right) if alike else 0.0
    if bdtrc(count - 1, len(rows), usual) > _CHANCE:  # P(so many alike | right answers)
        return []
    return [row for row, text in zip(rows, said, strict=True) if text == key]


def _choice(row: Row, task: Task | None) -> str:
    """Which of the choices the answer makes, however it is worded; "" without choices."""
    if task is None or task.scorer != "choice":
        return ""
    try:
        made = [name for name in task.options["among"] if score("choice", row.answer, name, task.options)]
    except UnreadableAnswer:
        return ""
    return plain(made[0]) if made else ""


def _right(task: Task) -> str:
    return plain(task.reference)[:_PREFIX]


def _copies(row: Row, task: Task | None) -> bool:
    """Whether the answer is the prompt, or most of it, where the task does not want that."""
    if row.modality == "audio" or not row.answer.strip():
        return False
    category = row.category.partition("/")[0]
    answer, prompt = plain(row.answer), plain(row.prompt)
    given = {prompt, plain(str(task.options.get("original", ""))) if task else ""}
    if answer in given:
        return len(answer) > _SHORT
    if category == "translation":  # where a text handed back is no translation, whatever stood before it
        return len(answer) > _SHORT and answer in prompt
    if category in _FROM_THE_PROMPT:
        return False
    asked, said = _runs(prompt), _runs(answer)
    if not asked or not said:
        return False
    # Most of the answer is the prompt, and most of the prompt is in the answer: not a quotation, not a summary.
    return len(asked & said) >= 0.6 * len(asked) and len(asked & said) >= 0.8 * len(said)


def _runs(text: str) -> set[tuple[str, ...]]:
    """Runs of four words."""
    words = text.split()
    return {tuple(words[i : i + 4]) for i in range(len(words) - 3)}
