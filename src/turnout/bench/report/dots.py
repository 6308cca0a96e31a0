"""Points with their intervals, one row a model: the shape of most charts of a benchmark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from turnout.report import look
from turnout.report.panels import grid

__all__ = ["dots", "drawn"]

_HEIGHT = {1: 22, 2: 40}  # pixels of a row, by the number of series


def drawn(rows: Sequence[Mapping[str, Any]], heading: str, width: int, **options: Any) -> look.Drawing:
    """The finished chart: `dots`, or a panel for each `panel` of the rows when there are several."""
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    if len(panels) == 1:
        return look.finish(dots(rows, width, **options), heading, width)
    room = min(max(look.text_width(row["name"]) for row in rows) + 14, look.label_limit(width))
    each = int(width - 26 - room)
    parts = [(panel, dots([row for row in rows if row["panel"] == panel], each, **options)) for panel in panels]
    return look.finish(grid(parts, 1, 14), heading, width, fit=False)


def dots(
    rows: Sequence[Mapping[str, Any]],
    width: int,
    *,
    title: str,  # of the axis
    domain: tuple[float, float] = (0.0, 1.0),
    form: str = "%",
    series: Sequence[str] = (),
    rule: float | None = None,
    legend: bool = True,
) -> alt.LayerChart:
    """Rows of `name`, `series`, `value`, `low`, `high`, `label`, `tip`; names stand in the order of the rows.

    `series` are told apart by colour, shape and height; `rule` is a value to compare with. `low` may be None.
    """
    names = list(dict.fromkeys(row["name"] for row in rows))
    series = series or list(dict.fromkeys(row["series"] for row in rows))
    room = 0.17 if width > 500 else 0.27  # at the right, for a column of figures
    edge = domain[1] + room * (domain[1] - domain[0])
    scale = alt.Scale(domain=[domain[0], edge], nice=False, zero=False)
    steps = [domain[0] + i * (domain[1] - domain[0]) / 4 for i in range(5)]
    axis = alt.Axis(format=form, values=steps, labelBound=False)
    x = alt.X("value:Q", scale=scale, title=title, axis=axis)
    looks = look.series_scale(series)
    key = alt.Legend(columns=look.legend_columns(series, width)) if legend and len(series) > 1 else None
    shift = alt.YOffset("series:N", sort=list(series), scale=alt.Scale(paddingOuter=0.25))
    y = alt.Y(
        "name:N", sort=names, title=None, axis=alt.Axis(ticks=False, domain=False), scale=alt.Scale(paddingInner=0.15)
    )
    colour = alt.Color("series:N", sort=list(series), scale=looks["color"], legend=key)
    shape = alt.Shape("series:N", sort=list(series), scale=looks["shape"], legend=key)
    base = alt.Chart(look.data({**row, "edge": edge} for row in rows)).encode(y=y, yOffset=shift)
    layers: list[alt.Chart | alt.LayerChart] = []
    if rule is not None:
        line = alt.Chart(look.data([{"value": rule}]))
        layers.append(line.mark_rule(color=look.MUTED, strokeDash=[3, 3], aria=False).encode(x=x))
    if any(row["low"] is not None for row in rows):
        layers.append(
            base.mark_rule(strokeWidth=2, opacity=0.75, aria=False).encode(
                x=alt.X("low:Q", scale=scale, title=title, axis=axis), x2="high:Q", color=colour
            )
        )
    layers.append(
        base.mark_point(filled=True, size=62, opacity=1).encode(x=x, color=colour, shape=shape, **look.told())
    )
    at = alt.X("edge:Q", scale=scale, title=title, axis=axis)
    layers.append(base.mark_text(fontSize=11, align="right", aria=False).encode(
        x=at, text="label:N", color=alt.value(look.INK)
    ))  # fmt: skip
    height = alt.Step(_HEIGHT.get(len(series), 15 * len(series)), **{"for": "position"})
    return look.layer(*layers).properties(width=width, height=height)
