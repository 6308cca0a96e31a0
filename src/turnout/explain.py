"""The sentence that says why, and the decision as a document: the same for command line, Python API and gateway."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from turnout.types import Candidate, Decision, Exclusion, Preference

__all__ = ["decision_document", "dollars", "explain", "explain_nobody", "two_digits"]

_LIMIT_WORDS = {
    "modality": "cannot take or give this modality",
    "context": "too long for their context",
    "tools": "call no tools",
    "availability": "cannot be asked from here",
    "evidence": "without comparable evidence",
    "price": "above --max-usd",
    "latency": "above --max-seconds or unmeasured",
    "quality": "below --min-quality",
}


def two_digits(value: float) -> str:
    """Two significant digits, never in exponent notation: 0.000012, 0.35, 8.1, 120."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{value:,.{max(digits, 0)}f}"


def dollars(usd: float | None) -> str:
    """An amount of money with two significant digits, or cents from a dollar on."""
    if usd is None:
        return "an unknown price"
    return f"${usd:,.2f}" if usd >= 1 else f"${two_digits(usd)}"


def explain(candidates: Sequence[Candidate], preference: Preference) -> str:
    """Why the first candidate comes first, against the one that is most tempting otherwise."""
    best = candidates[0]
    parts = []
    if best.quality is not None:
        unit = f"{best.basis.metric} on {best.basis.benchmark}, n = {best.support:,}"
        parts.append(f"quality {best.quality:.2f} ({unit})")
    else:
        parts.append("quality unknown (nobody in this choice was measured on this task)")
    thousand = None if best.cost_usd is None else best.cost_usd * 1000
    parts.append(f"{dollars(thousand)} per 1,000 requests")
    parts.append("an unmeasured time" if best.latency_s is None else f"{two_digits(best.latency_s)} s")
    sentence = f"{best.model_id} fits best for {_shares(preference)}: {', '.join(parts)}."
    if len(candidates) == 1:
        return sentence + " No other model is within the limits."
    other = candidates[1]
    return f"{sentence} {other.model_id} comes next: {_differences(best, other)}."


@lru_cache(maxsize=256)  # one's wishes change less often than the prompt
def _shares(preference: Preference) -> str:
    weights = {"price": preference.price, "latency": preference.latency, "accuracy": preference.accuracy}
    total = sum(weights.values())
    return ", ".join(f"{name} {value / total:.0%}" for name, value in weights.items() if value)


def _differences(best: Candidate, other: Candidate) -> str:
    said = []
    if best.quality is not None and other.quality is not None:
        gap = other.quality - best.quality
        said.append("as good" if abs(gap) < 0.005 else f"{abs(gap):.2f} {'better' if gap > 0 else 'worse'}")
    for mine, theirs, more, less in (
        (best.cost_usd, other.cost_usd, "dearer", "cheaper"),
        (best.latency_s, other.latency_s, "slower", "faster"),
    ):
        if mine and theirs:
            ratio = max(mine, theirs) / min(mine, theirs)
            if ratio >= 1.05:
                said.append(f"{two_digits(ratio)} × {more if theirs > mine else less}")
    return ", ".join(said) or "no measured difference"


def explain_nobody(what: str, excluded: Sequence[Exclusion]) -> str:
    """One line: which rule excluded how many, with names where it can be acted on."""
    if not excluded:
        return f"no eligible model for {what}: no model was offered (see: turnout models list)"
    groups: dict[str, list[Exclusion]] = {}
    for exclusion in excluded:
        groups.setdefault(exclusion.rule, []).append(exclusion)
    # What the user can change comes first: limits, then keys, then what models are.
    order = ["price", "latency", "quality", "availability", "context", "tools", "evidence", "modality"]
    said = []
    for rule in sorted(groups, key=order.index):
        members = groups[rule]
        names = "; ".join(f"{e.model_id}: {e.reason}" for e in members[:3])
        more = f"; {len(members) - 3:,} more" if len(members) > 3 else ""
        said.append(f"{len(members):,} {_LIMIT_WORDS[rule]} ({names}{more})")
    return f"no eligible model for {what}: " + ", ".join(said)


def decision_document(chosen: Decision, unavailable: Callable[[str], str | None]) -> dict[str, Any]:
    """Everything a Decision holds, for JSON; its shape has a number in `schema`. `unavailable` says why a model cannot
    be asked from here, None = it can."""
    return {
        "schema": "turnout.decision/1",
        "modality": chosen.modality,
        "category": chosen.category,
        "preference": asdict(chosen.preference),
        "chosen": chosen.winner.model_id,
        "explanation": chosen.explanation,
        "candidates": [_candidate(c, unavailable(c.model_id)) for c in chosen.candidates],
        "excluded": [asdict(e) for e in chosen.excluded],
        "neighbours": [asdict(n) for n in chosen.neighbours],
    }


def _candidate(c: Candidate, unavailable: str | None) -> dict[str, Any]:
    return {
        "rank": c.rank,
        "model": c.model_id,
        "fit": round(c.utility, 6),
        "quality": c.quality,
        "quality_95": None if c.quality is None else [c.quality_low, c.quality_high],
        "n": c.support,
        "usd_per_request": c.cost_usd,
        "latency_p50_s": c.latency_s,
        "pareto": c.on_pareto_front,
        "can_be_asked": unavailable is None,
        "why_not": unavailable,
        "evidence": asdict(c.basis),
    }
