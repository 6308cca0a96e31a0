"""Two models, a weak and a strong one: how much of the gap is recovered for how many strong calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from turnout.evaluation.document import routers
from turnout.report import look
from turnout.report.figure import Figure, Omitted
from turnout.report.numbers import percent

__all__ = ["recovered"]


def recovered(document: Mapping[str, Any]) -> Figure | Omitted:
    """PGR against the share of strong calls, with the coin's diagonal."""
    title = "Performance gap recovered"
    table = {name: rows for name, rows in (document.get("pgr") or {}).items() if rows}
    if not table:
        count = len(document["models"])
        why = "the gap was not measured" if count == 2 else f"it is defined for two models, and these are {count}"
        return Omitted(title, why)
    names = [n for n in routers(document) if n in table] + [n for n in table if n not in routers(document)]
    policies = document["policies"]
    apgr = {n: policies.get(n, {}).get("apgr") for n in names}
    known = {n: a for n, a in apgr.items() if a is not None}
    finding = ""
    if known:
        best = max(known, key=lambda n: known[n])
        p = policies[best]
        finding = f"Best: {best}, APGR {known[best]:.3f}"
        if p.get("apgr_low") is not None:
            finding += f" [{p['apgr_low']:.3f}, {p['apgr_high']:.3f}]"
        finding += " (a coin has 0.5)"
        if p.get("cpt50") is not None and p.get("cpt80") is not None:
            finding += (
                f"; half of the gap costs {percent(p['cpt50'])} strong calls, four fifths {percent(p['cpt80'])}"
                " (a coin: 50% and 80%)"
            )
        finding += "."
    label = {n: n if apgr[n] is None else f"{n} (APGR {apgr[n]:.3f})" for n in names}
    rows = [
        {
            "share": p["strong_share"], "pgr": p["pgr"], "series": label[n],
            "tip": f"{n}: {percent(p['strong_share'])} strong calls recover {percent(p['pgr'])} of the gap",
        }
        for n in names
        for p in table[n]
    ]  # fmt: skip
    return Figure(
        name="gap-recovered",
        title=title,
        reading="From left (only the weak model) to right (only the strong one): the part of their difference in "
        "quality that is recovered. A coin gives the dashed diagonal; the further above, the better the router knows "
        "which prompts need the strong model. Above 100%, mixing beats the strong model alone.",
        finding=finding,
        columns=("policy", "strong calls", "gap recovered"),
        rows=[(n, percent(p["strong_share"]), percent(p["pgr"])) for n in names for p in table[n]],
        draw=lambda width: look.finish(_draw(rows, [label[n] for n in names], width), title, width),
    )


def _draw(rows: list[dict[str, Any]], names: list[str], width: int) -> alt.LayerChart:
    scales = look.series_scale(names)
    top, bottom = max(1.0, *(r["pgr"] for r in rows)), min(0.0, *(r["pgr"] for r in rows))
    axis = alt.Axis(format="%", tickCount=5)
    x = alt.X("share:Q", title="share of calls to the strong model", scale=alt.Scale(domain=[0, 1]), axis=axis)
    y = alt.Y("pgr:Q", title="gap recovered", scale=alt.Scale(domain=[bottom, top * 1.04], nice=False), axis=axis)
    coin = alt.Chart(look.data([{"share": 0.0, "pgr": 0.0}, {"share": 1.0, "pgr": 1.0}])).encode(x=x, y=y)
    coin_name = alt.Chart(look.data([{"share": 0.8, "pgr": 0.8, "text": "a coin"}])).encode(x=x, y=y, text="text:N")
    marked = [row for name in names for row in [r for r in rows if r["series"] == name][::4]]
    base = alt.Chart(look.data(rows)).encode(x=x, y=y, color=alt.Color("series:N", scale=scales["color"]))
    few = alt.Chart(look.data(marked)).mark_point(filled=True, size=34, opacity=1)
    return look.layer(
        coin.mark_line(color=look.MUTED, strokeDash=[4, 3], strokeWidth=1.2, aria=False),
        look.words(coin_name, colour=look.MUTED, align="left", baseline="top", dx=6, dy=2),
        base.mark_line(strokeWidth=2, aria=False),
        few.encode(
            x=x,
            y=y,
            color=alt.Color("series:N", scale=scales["color"]),
            shape=alt.Shape("series:N", scale=scales["shape"]),
            **look.told(),
        ),
    ).properties(width=width, height=320)
