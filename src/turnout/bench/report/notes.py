"""What a benchmark says in words: who leads, and what must be known before that is believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from turnout.bench.report.names import part
from turnout.explain import dollars

__all__ = ["notes", "summary"]

_INDIFFERENT = 0.5  # position consistency below which a judge mostly says where an answer stood
_FEW = 10  # pairs, of which a consistency says nothing
_ENOUGH = 0.9  # share of tasks scored, as in turnout.bench.leaderboard


def summary(document: Mapping[str, Any]) -> str:
    """Who leads, modality by modality."""
    said = []
    for board in document["boards"]:
        if board["category"]:
            continue
        first = [s for s in board["standings"] if s["rank"] == 1]
        where = part(board)
        where = where[0].upper() + where[1:]
        if not first:
            said.append(f"{where}: nobody can lead")
            continue
        best = first[0]
        figure = f"{best['quality']:.2f} [{best['low']:.2f}, {best['high']:.2f}] on {best['n']:,} tasks"
        others = [s["model"] for s in first[1:]]
        tied = f", not told apart from {_listed(others)}" if others else ""
        said.append(f"{where}: {best['model']} leads with {figure}{tied}")
    return f"{'. '.join(said)}."


def _listed(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def notes(document: Mapping[str, Any]) -> list[str]:
    """Sentences, the gravest first."""
    found = []
    for model in dict.fromkeys(flag["model"] for flag in document["degenerate"]):
        said = [flag["said"] for flag in document["degenerate"] if flag["model"] == model]
        found.append(f"{model} cannot lead where its answers are none. It {'; it '.join(said)}.")
    for board in document["boards"]:
        ranked = [s for s in board["standings"] if s["rank"]]
        if not board["category"] and ranked and all(s["n"] < _ENOUGH * board["tasks"] for s in ranked):
            found.append(
                f"No model has nine tenths of the {part(board)} tasks scored: ranks rest on the tasks in common."
            )
    unscored = sum(failure["count"] for failure in document["failures"])
    if unscored:
        found.append(
            f"{unscored:,} of {document['answers']:,} answers are unscored: failed calls and answers cut off before "
            "they said anything that can be read. They count in no mean."
        )
    return found + _judging(document)


def _judging(document: Mapping[str, Any]) -> list[str]:
    found = [told for judge in document["judges"] if (told := _weakness(judge))]
    if document["judges_alpha"] is not None:
        found.append(
            f"{len(document['judges'])} judges agree with Krippendorff's α = {document['judges_alpha']:.2f}: 1 is full "
            "agreement, 0 chance."
        )
    if agreed := document["agreement"].get(""):
        found.append(_agreement(agreed))
    elif document["judges"]:
        found.append(
            "No people have voted, so what the judge's win rates are worth is not known. A few votes tell: turnout "
            "votes export, then turnout votes import."
        )
    if document["judges_usd"] is not None:
        found.append(f"Judging cost {dollars(document['judges_usd'])}, in no model's cost.")
    return found


def _weakness(judge: Mapping[str, Any]) -> str:
    """What is wrong with a judge, as far as it was measured."""
    said = []
    if judge["local"]:
        said.append("is a local model, and small judges are weak: they look at length and place before content")
    if judge["consistency"] is not None:
        said.append(f"says the same in both orders on {judge['consistency']:.0%} of {judge['both_orders']:,} pairs")
        if judge["consistency"] < _INDIFFERENT and judge["both_orders"] >= _FEW:
            said.append("judges the place more often than the answer")
    if judge["unscored"]:
        said.append(f"gave no verdict on {judge['unscored']:,} of {judge['verdicts']:,} questions")
    return f"The judge {judge['judge']} {'; it '.join(said)}." if said else ""


def _agreement(a: Mapping[str, Any]) -> str:
    """What people make of what the judges say."""
    bias = a["bias"]
    said = f"On {a['n']:,} pairs of answers that people voted on, the judge's win rate is {bias['value']:+.2f} "
    said += f"[{bias['low']:+.2f}, {bias['high']:+.2f}] from theirs"
    if a["decisive"] is not None:
        said += f"; where they decided, it says the same on {a['decisive']['value']:.0%}"
    return f"{said}."
