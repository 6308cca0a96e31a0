"""Numbers as a report writes them."""

from __future__ import annotations

import math

from turnout.explain import dollars, two_digits

__all__ = ["interval", "listed", "milliseconds", "per_thousand", "percent", "score", "signed"]


def score(value: float | None) -> str:
    """A quality: three decimals."""
    return "–" if value is None else f"{value:.3f}"


def signed(value: float | None) -> str:
    """A difference of qualities, with its sign."""
    return (
        "–"
        if value is None
        else f"{value:+.3f}".replace("-", "−").replace("+0.000", "0.000").replace("−0.000", "0.000")
    )


def interval(low: float | None, high: float | None) -> str:
    """[low, high]."""
    return "–" if low is None or high is None else f"[{low:.3f}, {high:.3f}]".replace("-", "−")


def percent(share: float | None) -> str:
    """A share in percent; one decimal below ten."""
    if share is None or not math.isfinite(share):
        return "–"
    hundred = 100 * share
    digits = 0 if abs(hundred) >= 9.95 or abs(hundred - round(hundred)) < 0.005 else 1
    return f"{hundred:.{digits}f}%".replace("-", "−")


def per_thousand(usd: float | None) -> str:
    """The price of a request, as dollars per 1,000 requests."""
    return "–" if usd is None else dollars(usd * 1000)


def milliseconds(ms: float | None) -> str:
    """A time, in seconds from a second on."""
    if ms is None:
        return "–"
    return f"{two_digits(ms / 1000)} s" if ms >= 1000 else f"{two_digits(ms)} ms"


def listed(names: list[str]) -> str:
    """a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
