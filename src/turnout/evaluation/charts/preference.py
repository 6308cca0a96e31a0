"""What the preference does: quality, cost and time over the triangle of weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt

from turnout.evaluation.document import best_router, routers
from turnout.explain import two_digits
from turnout.report import look
from turnout.report.figure import Figure, Omitted
from turnout.report.numbers import per_thousand, percent, score
from turnout.report.panels import grid

__all__ = ["sweep"]

_HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
_SHADES = ["#cfe1f2", "#7fb8e0", "#1f78b4", "#08306b"]  # little to much; the same on white and on black
_UP = math.sqrt(3) / 2  # height of a triangle of side 1
# key, title of its panel, factor, words
_MEASURES: tuple[tuple[str, str, float, Callable[[float | None], str]], ...] = (
    ("quality", "quality", 1.0, score),
    ("cost_usd", "$ per 1,000 requests", 1000.0, per_thousand),
    ("latency_s", "seconds", 1.0, lambda s: "–" if s is None else f"{two_digits(s)} s"),
)


def sweep(document: Mapping[str, Any]) -> Figure | Omitted:
    """Quality, cost and latency of the choices at each preference on a grid of weights."""
    title = "What your preference changes"
    grid: Sequence[Mapping[str, Any]] = document.get("preference") or ()
    if not grid:
        return Omitted(title, "no costs or times in these data, so a preference has nothing to weigh")
    policies = list(dict.fromkeys(row["policy"] for row in grid))
    best = best_router(document)
    policy = best if best is not None and best in policies else policies[0]
    mine = [row for row in grid if row["policy"] == policy]
    measures = [m for m in _MEASURES if any(row[m[0]] is not None for row in mine)]
    flat = len({round(row["latency"], 6) for row in grid}) < 2 or len({round(row["price"], 6) for row in grid}) < 2
    reading = (
        "The weight of one wish grows from left to right, against accuracy."
        if flat
        else "Each cell is a preference, a mix of three wishes: at a corner only that one counts, in the middle all "
        "three alike. Darker is more of what the panel shows."
    )
    return Figure(
        name="preference",
        title=title,
        reading=f"{reading} Shown for {policy}; all policies are in the table.",
        finding=_finding(document, mine, policy),
        columns=(
            "policy", "price", "latency", "accuracy", "quality", "$ per 1,000", "seconds", "utility lost", "in limit",
        ),
        rows=[
            (
                row["policy"],
                *(f"{row[key]:.2f}" for key in ("price", "latency", "accuracy")),
                *(words(row[key]) for key, _, _, words in _MEASURES),
                score(row["regret_utility"]),
                percent(row["within_max_usd"]),
            )
            for row in grid
        ],
        draw=lambda width: look.finish(
            _lines(grid, [n for n in routers(document) if n in policies] or policies, measures, width)
            if flat
            else _triangles(mine, measures, width),
            title,
            width,
            fit=False,
            subtitle="" if flat else f"{policy}, by the weights of price, latency and accuracy",
        ),
    )  # fmt: skip


def _finding(document: Mapping[str, Any], mine: Sequence[Mapping[str, Any]], policy: str) -> str:
    careful, frugal = max(mine, key=lambda r: r["accuracy"]), max(mine, key=lambda r: r["price"])
    said = f"With accuracy alone, {policy} reaches {score(careful['quality'])}"
    if careful["cost_usd"] is not None and frugal["cost_usd"] is not None:
        said += (
            f" at {per_thousand(careful['cost_usd'])} per 1,000 requests; with price alone, {score(frugal['quality'])} "
            f"at {per_thousand(frugal['cost_usd'])}"
        )
    lost = [r["regret_utility"] for r in mine if r["regret_utility"] is not None]
    if lost:
        said += f". Against a choice that knows the outcomes it loses {sum(lost) / len(lost):.3f} of utility on average"
    broken = [n for n, ok in (document.get("monotone") or {}).items() if not ok]
    if broken:
        said += f". More weight on price does NOT always choose a cheaper mix with {', '.join(broken)}"
    elif document.get("monotone"):
        said += ". More weight on price never chose a dearer mix"
    return said + "."


def _triangles(rows: Sequence[Mapping[str, Any]], measures: Sequence[Any], width: int) -> look.Drawing:
    small = width < 500
    side = min(250, 230 if small else int((width - 30 * len(measures)) / len(measures)))
    panels = [(title, _triangle(rows, key, factor, words, side)) for key, title, factor, words in measures]
    joined: alt.ConcatChart = grid(panels, 1 if small else len(panels), 24).resolve_scale(color="independent")
    return joined


def _triangle(
    rows: Sequence[Mapping[str, Any]], key: str, factor: float, words: Callable[[float | None], str], side: int
) -> alt.LayerChart:
    steps = max(len({round(row["accuracy"], 6) for row in rows}) - 1, 1)
    margin = 1.0 / steps  # of the triangle's side, for the half cells at the edges
    cell = side / (1 + 2 * margin) / steps  # pixels between neighbours
    unit = {"cost_usd": " per 1,000 requests", "quality": " quality"}.get(key, "")
    cells = [
        {
            "x": row["latency"] + row["accuracy"] / 2,
            "y": row["accuracy"] * _UP,
            "value": row[key] * factor,
            "tip": f"price {row['price']:.2f}, latency {row['latency']:.2f}, accuracy {row['accuracy']:.2f}: "
            f"{words(row[key])}{unit}",
        }
        for row in rows
        if row[key] is not None
    ]
    high = side * (_UP + 2 * margin) / (1 + 2 * margin)
    x = alt.X("x:Q", scale=alt.Scale(domain=[-margin, 1 + margin], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-margin, _UP + margin], nice=False), axis=None)
    low, top = min(c["value"] for c in cells), max(c["value"] for c in cells)
    wide = low > 0 and top / low > 4  # as money and time are: one dear corner would leave the rest without shades
    if top > low:
        scale = alt.Scale(range=_SHADES, domain=[low, top], nice=False, type="log" if wide else "linear")
        legend = alt.Legend(
            title=None, orient="bottom", direction="horizontal", gradientLength=side * 0.8, gradientThickness=9,
            format="$.2~g" if key == "cost_usd" else ".2~g", values=_ends(low, top, wide), offset=24,
        )  # fmt: skip
    else:
        scale, legend = alt.Scale(range=[_SHADES[1]], domain=[low], type="ordinal"), None
    corners = [
        {"x": 0.0, "y": -margin, "text": "price"},
        {"x": 1.0, "y": -margin, "text": "latency"},
        {"x": 0.5, "y": _UP + margin, "text": "accuracy"},
    ]
    tiles = alt.Chart(look.data(cells)).mark_point(
        shape=_HEXAGON, filled=True, size=4 * (cell / math.sqrt(3) * 0.97) ** 2, opacity=1
    )
    names = alt.Chart(look.data(corners)).encode(x=x, y=y, text="text:N")
    below = alt.datum.y < 0
    return look.layer(
        tiles.encode(x=x, y=y, color=alt.Color("value:Q", scale=scale, legend=legend), **look.told()),
        look.words(names.transform_filter(below), halo=False, baseline="top", dy=-4),
        look.words(names.transform_filter(~below), halo=False, baseline="bottom", dy=4),
    ).properties(width=side, height=high)


def _ends(low: float, top: float, wide: bool) -> list[float]:
    """What the colour bar names: about its ends and its middle."""
    middle = math.sqrt(low * top) if wide else (low + top) / 2
    return [low, middle, top]


def _lines(
    grid: Sequence[Mapping[str, Any]], names: Sequence[str], measures: Sequence[Any], width: int
) -> look.Drawing:
    small = width < 500
    against = "price" if len({round(row["price"], 6) for row in grid}) > 1 else "latency"
    side = look.panel_width(width, 1 if small else len(measures), spacing=60)
    scales = look.series_scale(names)
    panels = []
    for key, title, factor, words in measures:
        rows = [
            {
                "weight": row[against], "value": row[key] * factor, "series": row["policy"],
                "tip": f"{row['policy']}, weight of {against} {row[against]:.2f}: {words(row[key])}",
            }
            for row in sorted(grid, key=lambda row: row[against])
            if row[key] is not None and row["policy"] in names
        ]  # fmt: skip
        axis = alt.Axis(format="$~g" if key == "cost_usd" else "~g", tickCount=5)
        base = alt.Chart(look.data(rows)).encode(
            x=alt.X("weight:Q", title=f"weight of {against}", axis=alt.Axis(format="~g", tickCount=5)),
            y=alt.Y("value:Q", title=title, axis=axis, scale=alt.Scale(zero=False)),
            color=alt.Color("series:N", scale=scales["color"]),
        )
        dots = base.mark_point(filled=True, size=30, opacity=1).encode(
            shape=alt.Shape("series:N", scale=scales["shape"]), **look.told()
        )
        panels.append(
            look.layer(base.mark_line(strokeWidth=2, aria=False), dots).properties(width=side - 30, height=230)
        )
    return (alt.vconcat if small else alt.hconcat)(*panels, spacing=20)
