"""The rows behind the numbers, as data inside the page: what was asked, what was said, and what became of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from turnout.bench.rows import Row
from turnout.bench.tasks import Task
from turnout.report.page import printable

__all__ = ["LONGEST", "MOST", "embedded", "records"]

LONGEST = 4_000  # characters of a text that the page holds
MOST = 8_000_000  # characters of all rows in the page


def records(
    rows: Sequence[Row], tasks: Iterable[Task] = (), *, longest: int = LONGEST, most: int = MOST
) -> dict[str, Any]:
    """Tasks with their answers, verdicts and votes; names of models, judges and voters by their place in `names`.

    Texts are cut in the middle to `longest` characters. When all are more than `most` characters, whole tasks are left
    out, the last of each category first, and `left_out` counts them.
    """
    known = {task.id: task for task in tasks}
    by_task: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_task[row.task_id].append(row)
    names: dict[str, int] = {}

    def place(name: str) -> int:
        return names.setdefault(name, len(names))

    kept: list[dict[str, Any]] = []
    size = 0
    for name in _by_turns(by_task):
        entry = _entry(by_task[name], known.get(name), place, longest)
        size += len(json.dumps(entry, ensure_ascii=False))
        if kept and size > most:
            break
        kept.append(entry)
    kept.sort(key=lambda entry: str(entry["id"]))
    held: dict[str, Any] = printable({
        "names": list(names), "tasks": kept, "left_out": len(by_task) - len(kept), "longest": longest,
    })  # fmt: skip
    return held


def embedded(value: Any) -> str:
    """JSON that may stand in a script element: nothing in it can end the element or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _by_turns(by_task: Mapping[str, Sequence[Row]]) -> list[str]:
    """Tasks, one of each category after the other, so that a cap takes from all of them."""
    count: dict[tuple[str, str], int] = defaultdict(int)
    turn: dict[str, int] = {}
    for name in sorted(by_task):
        cell = by_task[name][0].modality, by_task[name][0].category
        turn[name] = count[cell]
        count[cell] += 1
    return sorted(by_task, key=lambda name: turn[name])  # stable: by name within a turn


def _entry(rows: Sequence[Row], task: Task | None, place: Any, longest: int) -> dict[str, Any]:
    first = next((row for row in rows if row.source == "exact"), rows[0])
    return {
        "id": first.task_id,
        "modality": first.modality,
        "category": first.category,
        "language": first.language,
        "metric": first.metric if first.source == "exact" else "",
        "scorer": first.by if first.source == "exact" else "",
        "prompt": _cut(first.prompt or (task.prompt if task else ""), longest),
        "files": [media.modality for media in task.media] if task else [],
        "right": _cut(task.reference, longest) if task and task.reference else None,
        # model, repeat, quality, error, $, s, first token s, tokens in, tokens out, why it ended, answer
        "answers": [
            [
                place(r.model), r.repeat, _short(r.quality), _cut(r.error, 600), _short(r.cost_usd, 9),
                _short(r.latency_s), _short(r.ttft_s), r.input_tokens, r.output_tokens, r.finish_reason,
                _cut(r.answer, longest),
            ]
            for r in rows
            if r.source == "exact"
        ],
        # judge or voter, is a vote, model, against, repeat, order, quality, error, reason
        "verdicts": [
            [
                place(r.by), r.source == "human", place(r.model), place(r.against), r.repeat, r.order,
                _short(r.quality), _cut(r.error, 600), _cut(r.answer, 1200),
            ]
            for r in rows
            if r.source != "exact"
        ],
    }  # fmt: skip


def _short(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


def _cut(text: str, longest: int) -> str:
    """The text without its middle when it is longer: its start and its result are at the ends."""
    if len(text) <= longest:
        return text
    head, tail = text[: longest * 2 // 3], text[-(longest // 3) :]
    return f"{head}\n[… {len(text) - len(head) - len(tail):,} characters left out …]\n{tail}"
