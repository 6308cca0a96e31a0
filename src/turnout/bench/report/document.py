"""Every number of a benchmark's report, as stable JSON: schema turnout.bench-report/1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from turnout.bench.agreement import by_category, judges_agreement, pairs
from turnout.bench.degenerate import flags
from turnout.bench.leaderboard import boards
from turnout.bench.report.failures import failures
from turnout.bench.rows import Row
from turnout.bench.tasks import Task
from turnout.bench.winrate import win_rates
from turnout.errors import DataError
from turnout.explain import dollars

__all__ = ["describe"]

_INDIFFERENT = 0.5  # position consistency below which a judge mostly says where an answer stood


def describe(rows: Sequence[Row], *, name: str, tasks: Iterable[Task] = ()) -> dict[str, Any]:
    """The report of a file's rows; `tasks` tell right answers, so that constant answers to choices are found.

    Raises `DataError` when no row is an answer scored by rule.
    """
    answers = [row for row in rows if row.source == "exact"]
    if not answers:
        raise DataError(f"{name} holds no answers of models, only verdicts or votes; name the file of the run itself")
    found = flags(answers, tasks)
    judge, human = win_rates(rows, "judge"), win_rates(rows, "human")
    judges = _judges(rows)
    agreed = {category: asdict(a) for category, a in by_category(pairs(rows)).items()}
    document: dict[str, Any] = {
        "schema": "turnout.bench-report/1",
        "results": name,
        "answers": len(answers),
        "verdicts": sum(row.source == "judge" for row in rows),
        "votes": sum(row.source == "human" for row in rows),
        "tasks": len({row.task_id for row in answers}),
        "models": sorted({row.model for row in answers}),
        "repeats": 1 + max(row.repeat for row in answers),
        "first": min((row.at for row in answers if row.at), default=""),
        "last": max((row.at for row in answers if row.at), default=""),
        "reference": _reference(rows),
        "answers_usd": _total(answers),
        "judges_usd": _total([row for row in rows if row.source == "judge"]),
        "judges": judges,
        "judges_alpha": judges_agreement(rows),
        "voters": sorted({row.by for row in rows if row.source == "human"}),
        "boards": [
            {**asdict(board), "standings": [asdict(s) for s in board.standings]}
            for board in boards(
                answers, {(f.model, f.modality, f.category): str(f).removeprefix(f.model).strip() for f in found}
            )
        ],
        "win_rates": {"judge": [asdict(w) for w in judge], "human": [asdict(w) for w in human]},
        "agreement": agreed,
        "degenerate": [{**asdict(flag), "said": str(flag)} for flag in found],
        "failures": failures(answers),
    }
    return {**document, "summary": _summary(document), "notes": _notes(document)}


def _reference(rows: Iterable[Row]) -> str | None:
    """The model that the others were compared with most."""
    counted = Counter(row.against for row in rows if row.against)
    return counted.most_common(1)[0][0] if counted else None


def _total(rows: Iterable[Row]) -> float | None:
    costs = [row.cost_usd for row in rows if row.cost_usd is not None]
    return sum(costs) if costs else None


def _judges(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Each judge with its verdicts, cost, time, and how often it says the same in both orders."""
    by: dict[str, list[Row]] = {}
    for row in rows:
        if row.source == "judge":
            by.setdefault(row.by, []).append(row)
    found = []
    for name, own in by.items():
        pairs_: dict[tuple[str, str, str, int], dict[str, float]] = {}
        for row in own:
            if row.quality is not None:
                pairs_.setdefault((row.task_id, row.model, row.against, row.repeat), {})[row.order] = row.quality
        both = [scores for scores in pairs_.values() if {"AB", "BA"} <= scores.keys()]
        times = [row.latency_s for row in own if row.latency_s is not None]
        found.append({
            "judge": name,
            "local": name.startswith("local/"),
            "verdicts": len(own),
            "unscored": sum(row.quality is None for row in own),
            "cost_usd": _total(own),
            "latency_p50_s": float(np.median(times)) if times else None,
            "both_orders": len(both),
            "consistency": sum(s["AB"] == s["BA"] for s in both) / len(both) if both else None,
            "first_wins": sum(s["AB"] > s["BA"] for s in both) / len(both) if both else None,
        })  # fmt: skip
    return found


def _summary(document: Mapping[str, Any]) -> str:
    """Who leads, in plain words, modality by modality."""
    said = []
    for board in document["boards"]:
        if board["category"]:
            continue
        first = [s for s in board["standings"] if s["rank"] == 1]
        if not first:
            said.append(f"{board['modality']}: nobody can lead")
            continue
        best = first[0]
        figure = f"{best['quality']:.2f} [{best['low']:.2f}, {best['high']:.2f}] on {best['n']:,} tasks"
        others = [s["model"] for s in first[1:]]
        tied = f", not told apart from {_listed(others)}" if others else ""
        said.append(f"{board['modality']}: {best['model']} leads with {figure}{tied}")
    return f"{'. '.join(part[0].upper() + part[1:] for part in said)}."


def _listed(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _notes(document: Mapping[str, Any]) -> list[str]:
    """What a reader must know before believing the numbers."""
    notes = []
    for model in dict.fromkeys(flag["model"] for flag in document["degenerate"]):
        said = [f["said"].removeprefix(model).strip() for f in document["degenerate"] if f["model"] == model]
        notes.append(f"{model} cannot lead where it gives answers that are none. It {'; it '.join(said)}.")
    for judge in document["judges"]:
        notes += _weakness(judge, document["votes"] > 0)
    alpha = document["judges_alpha"]
    if alpha is not None:
        notes.append(f"{len(document['judges'])} judges agree with Krippendorff's α = {alpha:.2f} (1 is full agreement, "
                     "0 is chance).")  # fmt: skip
    unscored = sum(failure["count"] for failure in document["failures"])
    if unscored:
        notes.append(
            f"{unscored:,} of {document['answers']:,} answers are unscored: failed calls and answers cut off before "
            "they said anything that can be read. They count in no mean."
        )
    if document["judges_usd"] is not None:
        notes.append(f"Judging cost {dollars(document['judges_usd'])}, in no model's cost.")
    return notes


def _weakness(judge: Mapping[str, Any], voted: bool) -> list[str]:
    """What is wrong with a judge, as far as it was measured, and what to do."""
    said = []
    if judge["local"]:
        said.append(
            "is a small local model, and such judges are weak: they like long answers and a place more than what is said"
        )
    if judge["consistency"] is not None:
        said.append(
            f"says the same in both orders on {judge['consistency']:.0%} of {judge['both_orders']:,} comparisons"
        )
        if judge["consistency"] < _INDIFFERENT:
            said.append("judges the place more often than the answer")
    if judge["unscored"]:
        said.append(f"gave no verdict on {judge['unscored']:,} of {judge['verdicts']:,} questions")
    if not said:
        return []
    check = (
        "The agreement with human votes is under Judge and humans."
        if voted
        else "Check it with a few votes: turnout votes export, then turnout votes import."
    )
    return [f"The judge {judge['judge']} {'; it '.join(said)}. {check}"]
