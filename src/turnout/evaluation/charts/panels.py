"""Bars in small multiples: one panel a group, the same axes in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from turnout.evaluation.charts import look
from turnout.evaluation.charts.numbers import percent

__all__ = ["bars"]


def bars(
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    width: int,
    *,
    missing: str = "–",
    grey: Sequence[str] = (),
) -> alt.FacetChart:
    """Horizontal bars of shares: rows of `panel`, `name`, `value`, `low`, `high`; null values are written as `missing`.

    Bars start at zero, on the same axis in every panel, and carry their number, so that a narrow chart needs no axis.
    `grey` names are references.
    """
    small = width < 500
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    columns = 1 if small else min(len(panels), 4)
    each = look.panel_width(width, columns, names)
    known = [v for row in rows for v in (row["value"], row["low"], row["high"]) if v is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    span = (high - low) or 1.0
    text_room = 40 / each * span  # at the end of the longest bar, for its number
    domain = [low - (text_room if low < 0 else 0), high + text_room]
    shown = [
        {
            **row,
            "zero": 0.0,
            "fill": look.FAINT if row["name"] in grey else look.SERIES[0][0],
            "end": 0.0 if row["value"] is None else max(0.0, row["value"], row["high"] or 0.0),
            "label": missing if row["value"] is None else percent(row["value"]),
            "ink": look.MUTED if row["value"] is None else look.INK,
            "tip": f"{row['panel']}, {row['name']}: {missing if row['value'] is None else percent(row['value'])}"
            + ("" if row["low"] is None else f" [{percent(row['low'])}, {percent(row['high'])}]"),
        }
        for row in rows
    ]
    base = alt.Chart(look.data(shown)).encode(
        y=alt.Y("name:N", sort=list(names), title=None, axis=alt.Axis(ticks=False, domain=False)),
    )
    scale = alt.Scale(domain=domain, nice=False)
    axis = None if small else alt.Axis(format="%", tickCount=4)
    layers: list[alt.Chart] = [
        base.mark_bar(height=alt.RelativeBandSize(0.62)).encode(
            x=alt.X("zero:Q", scale=scale, title=None, axis=axis),
            x2="value:Q",
            color=alt.Color("fill:N", scale=None),
            **look.told(),
        ),
        base.mark_text(fontSize=11, align="left", dx=4, aria=False).encode(
            x="end:Q", text="label:N", color=alt.Color("ink:N", scale=None)
        ),
    ]
    if any(row["low"] is not None for row in rows):
        layers.insert(1, base.mark_rule(color=look.INK, aria=False).encode(x="low:Q", x2="high:Q"))
    return (
        alt.layer(*layers)
        .properties(width=each, height=alt.Step(18 if small else 22))
        .facet(facet=alt.Facet("panel:N", sort=panels, title=None), columns=columns, spacing=18)
        .resolve_axis(x="independent")
    )
