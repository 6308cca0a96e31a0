"""Small multiples: one panel a group, the same axes in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from turnout.report import look
from turnout.report.numbers import percent

__all__ = ["bars", "grid"]


def grid(panels: Sequence[tuple[str, alt.LayerChart]], columns: int, spacing: int = 18) -> alt.ConcatChart:
    """Panels with their names above them, `columns` side by side.

    Not a Vega-Lite facet: that draws an axis where the last row has no panel.
    """
    named = [
        panel.properties(title=alt.TitleParams(name, fontSize=11, anchor="middle", frame="group", offset=6))
        for name, panel in panels
    ]
    return alt.concat(*named, columns=columns, spacing=spacing)


def bars(
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    width: int,
    *,
    missing: str = "–",
    grey: Sequence[str] = (),
) -> alt.ConcatChart:
    """Horizontal bars of shares: rows of `panel`, `name`, `value`, `low`, `high`; null values are written as `missing`.

    Bars start at zero, on the same axis in every panel, and carry their number, so that a narrow chart needs no axis.
    `grey` names are references.
    """
    small = width < 500
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    columns = 1 if small else min(len(titles), 4 if len(titles) != 5 else 3)
    each = look.panel_width(width, columns, names)
    known = [v for row in rows for v in (row["value"], row["low"], row["high"]) if v is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    span = (high - low) or 1.0
    text_room = 40 / each * span  # at the end of the longest bar, for its number
    scale = alt.Scale(domain=[low - (text_room if low < 0 else 0), high + text_room], nice=False)
    panels = []
    for place, title in enumerate(titles):
        shown = [_bar(row, missing, row["name"] in grey) for row in rows if row["panel"] == title]
        axis = alt.Axis(ticks=False, domain=False, labels=place % columns == 0)
        base = alt.Chart(look.data(shown)).encode(y=alt.Y("name:N", sort=list(names), title=None, axis=axis))
        x = alt.X(
            "zero:Q",
            scale=scale,
            title=None,
            axis=None if small else alt.Axis(format="%", tickCount=4, labelOverlap="greedy", labelSeparation=5),
        )
        layers = [
            base.mark_bar(height=alt.RelativeBandSize(0.62)).encode(
                x=x, x2="value:Q", color=alt.Color("fill:N", scale=None), **look.told()
            ),
            base.mark_text(fontSize=11, align="left", dx=4, aria=False).encode(
                x="end:Q", text="label:N", color=alt.Color("ink:N", scale=None)
            ),
        ]
        if any(row["low"] is not None for row in shown):
            layers.insert(1, base.mark_rule(color=look.INK, aria=False).encode(x="low:Q", x2="high:Q"))
        panels.append((title, look.layer(*layers).properties(width=each, height=alt.Step(18 if small else 22))))
    return grid(panels, columns, 14 if small else 18)


def _bar(row: Mapping[str, Any], missing: str, is_reference: bool) -> dict[str, Any]:
    value, low, high = row["value"], row["low"], row["high"]
    label = missing if value is None else percent(value)
    return {
        **row,
        "zero": 0.0,
        "end": 0.0 if value is None else max(0.0, value, high or 0.0),
        "label": label,
        "ink": look.MUTED if value is None else look.INK,
        "fill": look.FAINT if is_reference else look.SERIES[0][0],
        "tip": f"{row['panel']}, {row['name']}: {label}"
        + ("" if low is None else f" [{percent(low)}, {percent(high)}]"),
    }
