"""Why a trial has no score, as one of a few kinds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from turnout.bench.rows import Row

__all__ = ["KINDS", "failures", "kind_of"]

# The first kind of which a word stands in the error; the words are those of turnout.errors and of providers.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cut off at the token limit", ("cut off", "token limit")),
    ("timed out", ("did not finish within", "timed out", "timeout")),
    ("rate limited", ("too many requests", "rate limit", "429")),
    ("key refused or no credit", ("refused the key", "no credit", "401", "402")),
    ("prompt too long", ("context", "too long")),
    ("refused by the model", ("refused", "content_filter", "content filter")),
    ("provider failed", ("failed (", "unavailable", "unreachable", "did not end its answer", "connect", "overloaded")),
    ("request rejected", ("rejected", "does not know", "redirects")),
    ("empty answer", ("empty", "no speech came back", "nobody listened")),
    ("unreadable answer", ("cannot be read", "no verdict", "contradict", "unreadable", "decode")),
)
_OTHER = "other"
KINDS = (*(kind for kind, _ in _WORDS), _OTHER)


def kind_of(error: str) -> str:
    """Which of the `KINDS` an error's text is."""
    said = error.lower()
    return next((kind for kind, words in _WORDS if any(word in said for word in words)), _OTHER)


def failures(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Unscored answers by model and kind: trials of the model, how many are of the kind, and one error in full."""
    trials: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    example: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.source != "exact":
            continue
        trials[row.model] += 1
        if row.quality is None:
            kind = kind_of(row.error)
            counts[row.model][kind] += 1
            example.setdefault((row.model, kind), row.error)
    return [
        {"model": model, "kind": kind, "count": count, "trials": trials[model], "example": example[model, kind]}
        for model in sorted(counts)
        for kind, count in sorted(counts[model].items(), key=lambda item: (-item[1], item[0]))
    ]
