"""What quality costs: single models and policies in the plane of cost and quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from turnout.evaluation import metrics
from turnout.evaluation.document import best_router, routers
from turnout.report import look
from turnout.report.axes import cost_axis
from turnout.report.figure import Figure, Omitted
from turnout.report.labels import beside, place
from turnout.report.numbers import per_thousand, percent, score

__all__ = ["NO_COSTS", "ZERO", "plane"]

ZERO = "zero router"
NO_COSTS = "no costs in these data"
_HEIGHT = 380


def plane(document: Mapping[str, Any]) -> Figure | Omitted:
    """Single models, the frontier of each policy and the hull of the single models, by cost and quality."""
    title = "Cost and quality"
    frontiers: Mapping[str, Sequence[Mapping[str, Any]]] = document.get("frontiers") or {}
    single = [m for m in document.get("single_models") or () if m["cost_usd"] is not None and m["quality"] is not None]
    if not frontiers or not single:
        return Omitted(title, NO_COSTS)
    names = [n for n in routers(document) if n in frontiers]
    names += [n for n in frontiers if n not in names and n != ZERO]
    marked = [
        p for n, p in document["policies"].items()
        if n not in frontiers and p["cost_usd"] is not None and n not in ("constant best", "cheapest", "weakest")
    ]  # fmt: skip
    rows = [("single model", m["model"], per_thousand(m["cost_usd"]), score(m["quality"]), "–") for m in single]
    rows += [("policy", p["name"], per_thousand(p["cost_usd"]), score(p["quality"]), "–") for p in marked]
    for name in frontiers:
        aiq = document["policies"].get(name, {}).get("aiq")
        for x, y in zip(*_hull(frontiers[name]), strict=True):
            rows.append(("frontier", name, per_thousand(float(x)), score(float(y)), score(aiq)))
    return Figure(
        name="cost-quality",
        title=title,
        reading="Up and to the left is better. A line is what a policy reaches as the weight of price falls (its "
        "non-decreasing convex hull; small dots are the settings measured). The dashed line mixes single models at "
        "random, without looking at the prompt: a router is worth its trouble only above it. AIQ is a line's mean "
        "height over the cost range that all share.",
        finding=_plane_finding(document, frontiers),
        columns=("what", "name", "cost per 1,000 requests", "quality", "AIQ"),
        rows=rows,
        draw=lambda width: look.finish(_plane(document, frontiers, names, single, marked, width), title, width),
    )


def _plane_finding(document: Mapping[str, Any], frontiers: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    best = best_router(document)
    if best is None or best not in frontiers or ZERO not in frontiers:
        return ""
    mine, zero = _hull(frontiers[best]), _hull(frontiers[ZERO])
    low, high = max(mine[0][0], zero[0][0]), max(mine[0][-1], zero[0][-1])
    grid = np.linspace(low, high, 400)
    above = np.interp(grid, *mine) - np.interp(grid, *zero)
    place_ = int(np.argmax(above))
    if above[place_] <= 0.0005:
        return f"Reading the prompt buys nothing here: {best} is nowhere above mixing single models at random."
    return (
        f"Reading the prompt ({best}) beats random mixing on {percent(float((above > 0.0005).mean()))} of the cost "
        f"range, most at {per_thousand(float(grid[place_]))} per 1,000 requests, by {above[place_]:.3f}."
    )


def _hull(points: Sequence[Mapping[str, Any]]) -> tuple[Any, Any]:
    return metrics.hull(np.array([p["cost_usd"] for p in points]), np.array([p["quality"] for p in points]))


def _plane(
    document: Mapping[str, Any],
    frontiers: Mapping[str, Sequence[Mapping[str, Any]]],
    names: Sequence[str],
    single: Sequence[Mapping[str, Any]],
    marked: Sequence[Mapping[str, Any]],
    width: int,
) -> alt.LayerChart:
    def legend(name: str) -> str:
        aiq = document["policies"].get(name, {}).get("aiq")
        title = "random mix of single models" if name == ZERO else name
        return title if aiq is None else f"{title} (AIQ {aiq:.3f})"

    lines, dots = [], []
    for name in frontiers:
        xs, ys = _hull(frontiers[name])
        # Straight in cost, so bent on a logarithmic axis.
        grid = np.unique(np.concatenate([xs, np.geomspace(xs[0], xs[-1], 60)])) if xs[0] > 0 else xs
        for x, y in zip(grid, np.interp(grid, xs, ys), strict=True):
            lines.append({"cost": 1000 * float(x), "quality": float(y), "series": legend(name)})
        if name != ZERO:
            dots += [
                {
                    "cost": 1000 * p["cost_usd"], "quality": p["quality"], "series": legend(name),
                    "tip": f"{name}: {per_thousand(p['cost_usd'])} per 1,000 requests, quality {score(p['quality'])}"
                    + (f", weight of price {p['weight']:.2f}" if p.get("weight") is not None else ""),
                }
                for p in frontiers[name]
            ]  # fmt: skip
    short = look.short_names(m["model"] for m in single)
    points = [
        {
            "cost": 1000 * p["cost_usd"], "quality": p["quality"], "name": text, "kind": kind,
            "tip": f"{name}: {per_thousand(p['cost_usd'])} per 1,000 requests, quality {score(p['quality'])}",
        }
        for p, name, text, kind in (
            *((p, p["name"], p["name"], "policy") for p in marked),
            *((m, m["model"], short[m["model"]], "model") for m in sorted(single, key=lambda m: -m["quality"])),
        )
    ]  # fmt: skip
    everything = [*lines, *dots, *points]
    x, to_x = cost_axis([row["cost"] for row in everything], width)
    low, high = (f(row["quality"] for row in everything) for f in (min, max))
    domain = [low - 0.04 * (high - low or 1), high + 0.05 * (high - low or 1)]
    y = alt.Y("quality:Q", scale=alt.Scale(domain=domain, zero=False, nice=False), title="mean quality, 0 to 1")
    series = [legend(n) for n in names] + ([legend(ZERO)] if ZERO in frontiers else [])
    scales = look.series_scale(series, [legend(ZERO)])
    key = alt.Legend(
        columns=look.legend_columns(series, width),
        symbolType="stroke",
        symbolSize=320,
        symbolStrokeWidth=2.2,
        symbolOpacity=1,
    )
    colour = alt.Color("series:N", scale=scales["color"], legend=key)
    dash = alt.StrokeDash("series:N", scale=scales["strokeDash"], legend=key)
    in_pixels = [
        (to_x(p["cost"]), _HEIGHT * (1 - (p["quality"] - domain[0]) / (domain[1] - domain[0])), p["name"])
        for p in points
    ]
    under = [
        (to_x(row["cost"]), _HEIGHT * (1 - (row["quality"] - domain[0]) / (domain[1] - domain[0])))
        for row in [*lines, *dots]
    ]
    sides = place(in_pixels, width - 60, _HEIGHT, under)
    kinds = {"model": points[len(marked) :], "policy": points[: len(marked)]}
    plain = x, y
    return look.layer(
        alt.Chart(look.data(lines))
        .mark_line(strokeWidth=2, aria=False)
        .encode(x=x, y=y, color=colour, strokeDash=dash),
        alt.Chart(look.data(dots))
        .mark_point(filled=True, size=14, opacity=0.55)
        .encode(x=x, y=y, color=colour, **look.told()),
        alt.Chart(look.data(kinds["model"]))
        .mark_point(size=55, opacity=1, filled=True, fill=look.PAPER, stroke=look.INK, strokeWidth=1.3)
        .encode(x=x, y=y, **look.told()),
        alt.Chart(look.data(kinds["policy"]))
        .mark_point(size=60, opacity=1, filled=True, shape="diamond", color=look.INK)
        .encode(x=x, y=y, **look.told()),
        *beside(kinds["model"], sides[len(marked) :], *plain, "name", look.MUTED),
        *beside(kinds["policy"], sides[: len(marked)], *plain, "name", look.INK),
    ).properties(width=width, height=_HEIGHT)
