"""Every number of a benchmark's report, as stable JSON: schema turnout.bench-report/1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from turnout.bench.agreement import agreement, by_category, judges_agreement, pairs
from turnout.bench.degenerate import Flag, flags
from turnout.bench.leaderboard import boards
from turnout.bench.report.failures import failures
from turnout.bench.report.notes import notes, summary
from turnout.bench.rows import Row
from turnout.bench.tasks import Task
from turnout.bench.winrate import win_rates
from turnout.errors import DataError

__all__ = ["describe"]


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
    both = pairs(rows)
    agreed = {"": asdict(agreement(both)), **{c: asdict(a) for c, a in by_category(both).items()}} if both else {}
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
            for board in boards(answers, {(f.model, f.modality, f.category): _said(f) for f in found})
        ],
        "win_rates": {"judge": [asdict(w) for w in judge], "human": [asdict(w) for w in human]},
        "agreement": agreed,
        "degenerate": [{**asdict(flag), "said": _said(flag)} for flag in found],
        "failures": failures(answers),
    }
    return {**document, "summary": summary(document), "notes": notes(document)}


def _said(flag: Flag) -> str:
    """What the model does, without its name."""
    return str(flag).removeprefix(flag.model).strip()


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
