"""What is saved at nearly equal quality, and how concentrated the traffic is along the budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from turnout.evaluation.charts.cost import NO_COSTS, ZERO
from turnout.evaluation.document import routers
from turnout.report import look
from turnout.report.axes import cost_axis
from turnout.report.figure import Figure, Omitted
from turnout.report.numbers import per_thousand, percent
from turnout.report.panels import bars

__all__ = ["savings", "top_share"]


def savings(document: Mapping[str, Any]) -> Figure | Omitted:
    """Share of the best single model's cost that each policy saves while keeping most of its quality."""
    title = "Cost saved at nearly equal quality"
    table: Mapping[str, Sequence[Mapping[str, Any]]] = document.get("savings") or {}
    if not any(table.values()):
        return Omitted(title, NO_COSTS)
    names = [n for n in routers(document) if n in table]
    names += [n for n in table if n not in names]
    levels = sorted({row["quality_kept"] for rows in table.values() for row in rows})
    at = {(n, row["quality_kept"]): row["cost_saved"] for n in names for row in table[n]}
    rows = [
        {"panel": f"{percent(level)} of the quality", "name": n, "value": at.get((n, level)), "low": None, "high": None}
        for level in levels
        for n in names
    ]
    said = [_saved(at, [n for n in names if n != ZERO], level) for level in levels]
    return Figure(
        name="savings",
        title=title,
        reading="How much less a policy costs than always asking the best single model, at the least cost that keeps "
        "this share of that model's quality. Longer is better; below zero it is dearer.",
        finding=". ".join(said) + ".",
        columns=("policy", *(f"{percent(level)} kept" for level in levels)),
        rows=[
            (n, *("not reached" if at.get((n, level)) is None else percent(at[n, level]) for level in levels))
            for n in names
        ],
        draw=lambda width: look.finish(
            bars(rows, names, width, missing="not reached", grey=[ZERO]),
            title,
            width,
            fit=False,
            subtitle="share of the best single model's cost that is saved",
        ),
    )


def _saved(at: Mapping[tuple[str, float], float | None], names: Sequence[str], level: float) -> str:
    """What the best policy saves at a level of quality, beside mixing at random."""
    reached = {n: saved for n in names if (saved := at.get((n, level))) is not None}
    mixing = at.get((ZERO, level))
    if not reached:
        said = f"No policy keeps {percent(level)} of the quality"
        return said if mixing is None else f"{said}, random mixing does and saves {percent(mixing)}"
    best = max(reached, key=lambda n: reached[n])
    said = f"At {percent(level)} of the quality {best} saves {percent(reached[best])}"
    return said if mixing is None else f"{said}, random mixing {percent(mixing)}"


def top_share(document: Mapping[str, Any]) -> Figure | Omitted:
    """Share of the most chosen model along the budget."""
    title = "Concentration along the budget"
    frontiers = document.get("frontiers") or {}
    names = [n for n in [*routers(document), *frontiers] if n in frontiers and n != ZERO]
    names = list(dict.fromkeys(names))
    rows = [
        {
            "cost": 1000 * p["cost_usd"], "share": p["top_share"], "series": n, "weight": p["weight"],
            "tip": f"{n} at {per_thousand(p['cost_usd'])} per 1,000 requests: {percent(p['top_share'])} to one model",
        }
        for n in names
        for p in frontiers[n]
        if p["top_share"] is not None
    ]  # fmt: skip
    if not rows:
        return Omitted(title, NO_COSTS)
    least = {
        n: min((r for r in rows if r["series"] == n), key=lambda r: r["share"])
        for n in dict.fromkeys(r["series"] for r in rows)
    }
    name, row = min(least.items(), key=lambda item: item[1]["share"])

    def draw(width: int) -> look.Drawing:
        x, _ = cost_axis([r["cost"] for r in rows], width)
        scales = look.series_scale(names)
        colour = alt.Color("series:N", scale=scales["color"])
        base = alt.Chart(look.data(rows)).encode(
            x=x,
            y=alt.Y(
                "share:Q",
                title="share of the most chosen model",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", tickCount=5),
            ),
            color=colour,
            order="weight:Q",
        )
        marks = base.mark_point(filled=True, size=34, opacity=1).encode(
            shape=alt.Shape("series:N", scale=scales["shape"]), **look.told()
        )
        return look.finish(
            look.layer(base.mark_line(strokeWidth=2, opacity=0.75, aria=False), marks).properties(
                width=width, height=260
            ),
            title,
            width,
        )

    return Figure(
        name="top-share",
        title=title,
        reading="The share of prompts that goes to the most chosen model, as the budget grows from left to right. At "
        "100% the policy has collapsed: it asks one model, whatever the prompt.",
        finding=f"Traffic is most mixed with {name} at {per_thousand(row['cost'] / 1000)} per 1,000 requests: "
        f"{percent(row['share'])} to one model.",
        columns=("policy", "weight of price", "cost per 1,000 requests", "top share"),
        rows=[
            (
                r["series"],
                "–" if r["weight"] is None else f"{r['weight']:.2f}",
                per_thousand(r["cost"] / 1000),
                percent(r["share"]),
            )
            for r in rows
        ],
        draw=draw,
    )
