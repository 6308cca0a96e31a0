"""Axes that several charts share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt

__all__ = ["cost_axis"]


def cost_axis(costs: Sequence[float], width: int) -> tuple[alt.X, Any]:
    """The cost channel in $ per 1,000 requests, and the function from a cost to pixels.

    Logarithmic from a ratio of 20 on, if no cost is zero.
    """
    low, high = min(costs), max(costs)
    plot = width - 60
    logarithmic = low > 0 and high / low > 20
    if logarithmic:
        domain = [low / 1.25, high * 1.4]
        scale = alt.Scale(type="log", domain=domain, nice=False)
        values = [m * 10.0**e for e in range(-9, 7) for m in ((1, 2, 5) if high / low < 3000 else (1,))]
        values = [float(f"{v:.3g}") for v in values if domain[0] <= v <= domain[1]]
        axis = alt.Axis(values=values, format="$~g", labelOverlap=True)

        def to_x(cost: float) -> float:
            return plot * math.log(cost / domain[0]) / math.log(domain[1] / domain[0])
    else:
        pad = 0.06 * (high - low or high or 1)
        domain = [max(0.0, low - pad), high + pad]
        scale = alt.Scale(domain=domain, nice=False, zero=False)
        axis = alt.Axis(format="$~g", tickCount=6)

        def to_x(cost: float) -> float:
            return plot * (cost - domain[0]) / (domain[1] - domain[0])

    title = "cost, $ per 1,000 requests" + (" (log)" if logarithmic else "")
    return alt.X("cost:Q", scale=scale, axis=axis, title=title), to_x
