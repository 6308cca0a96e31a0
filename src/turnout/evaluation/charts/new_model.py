"""How many labels a new model needs before the router uses it well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from turnout.report import look
from turnout.report.figure import Figure, Omitted
from turnout.report.numbers import percent, score, signed
from turnout.report.panels import grid

__all__ = ["each_model", "gain"]


def gain(document: Mapping[str, Any]) -> Figure | Omitted:
    """Share of the new model's gain against the labels spent on it, with bands, per strategy."""
    title = "Share of the gain, by the labels spent on the new model"
    table = {n: rows for n, rows in (document.get("strategies") or {}).items() if rows}
    drawn = [(n, p) for n, rows in table.items() for p in rows if p["share_of_gain"] is not None]
    if not drawn:
        return Omitted(
            title, "the new models bring no gain that could be shared out" if table else "no strategy was measured"
        )
    without, full = document["without"]["quality"], document["full"]["quality"]
    said = [f"With all its labels the new model adds {signed(full - without)} of quality"]
    for aim in (0.5, 0.8):
        enough = [(p["labels"], n) for n, p in drawn if p["share_of_gain"] >= aim]
        if enough:
            labels, name = min(enough)
            said.append(f"{percent(aim)} of that needs {labels:,} labels ({name})")
        else:
            said.append(
                f"no strategy reaches {percent(aim)} of that with {max(p['labels'] for _, p in drawn):,} labels"
            )
    return Figure(
        name="gain",
        title=title,
        reading="0% is the router without the new model, 100% the router with all of its labels. A strategy says which "
        "prompts to label first; the band is the 95% interval over left-out models and folds. Steeper is better.",
        finding="; ".join(said) + ".",
        columns=("strategy", "labels", "quality", "share of the gain", "95%"),
        rows=[
            (
                n, f"{p['labels']:,}", score(p["quality"]), percent(p["share_of_gain"]),
                "–" if p["share_low"] is None else f"[{percent(p['share_low'])}, {percent(p['share_high'])}]",
            )
            for n, rows in table.items()
            for p in rows
        ],
        draw=lambda width: look.finish(_gain(drawn, list(table), width), title, width),
    )  # fmt: skip


def _axis(labels: Sequence[int]) -> alt.X:
    """Labels spent: logarithmic, with a place for zero."""
    values = sorted(set(labels))
    above = [v for v in values if v > 0]
    scale = alt.Scale(
        type="symlog", constant=max(above[0] / 2, 1) if above else 1, domain=[values[0], values[-1]], nice=False
    )
    return alt.X(
        "labels:Q", title="labels of the new model (log)", scale=scale,
        axis=alt.Axis(values=values, format=",d", grid=False, labelOverlap="greedy", labelSeparation=5),
    )  # fmt: skip


def _gain(drawn: Sequence[tuple[str, Mapping[str, Any]]], names: Sequence[str], width: int) -> alt.LayerChart:
    rows = [
        {
            "strategy": n, "labels": p["labels"],
            "share": p["share_of_gain"], "low": p["share_low"], "high": p["share_high"],
            "tip": f"{n}, {p['labels']:,} labels: {percent(p['share_of_gain'])} of the gain, "
            f"quality {score(p['quality'])}",
        }
        for n, p in drawn
    ]  # fmt: skip
    x = _axis([p["labels"] for _, p in drawn])
    points = [r["share"] for r in rows]
    ends = [r[k] for r in rows for k in ("low", "high") if r[k] is not None] or points
    # A band that runs away (a gain near zero divides) is cut off: it must not flatten the curves.
    low, high = min(0.0, *points, 0.0), max(1.0, *points, 1.0)
    scale = alt.Scale(
        domain=[max(low - 0.3, min(low, *ends)) - 0.05, min(high + 0.3, max(high, *ends)) + 0.06], nice=False
    )
    y = alt.Y("share:Q", title="share of the gain", scale=scale, axis=alt.Axis(format="%", tickCount=6, grid=False))
    scales = look.series_scale(names)
    colour = alt.Color("strategy:N", scale=scales["color"])
    base = alt.Chart(look.data(rows)).encode(x=x)
    levels = [{"share": 0.0, "text": "without the new model"}, {"share": 1.0, "text": "with all its labels"}]
    lines = alt.Chart(look.data(levels)).encode(y=y)
    labels = lines.encode(x=alt.value(4), text="text:N")
    return look.layer(
        lines.mark_rule(color=look.FAINT, strokeDash=[3, 3], aria=False),
        base.mark_area(opacity=0.14, clip=True, aria=False).encode(
            y=alt.Y("low:Q", scale=scale), y2="high:Q", color=colour
        ),
        base.mark_line(strokeWidth=2, aria=False).encode(y=y, color=colour),
        base.mark_point(filled=True, size=38, opacity=1).encode(
            y=y, color=colour, shape=alt.Shape("strategy:N", scale=scales["shape"]), **look.told()
        ),
        look.words(labels, size=10, colour=look.MUTED, align="left", baseline="bottom", dy=-3),
    ).properties(width=width, height=330)


def each_model(document: Mapping[str, Any]) -> Figure | Omitted:
    """Quality against labels, one panel for each model that was left out."""
    title = "Each new model by itself"
    models = [m for m in document.get("per_model") or () if any(m["strategies"].values())]
    if not models:
        return Omitted(title, "no single model was measured by itself")
    gains = sorted(((m["full"] - m["without"], m["model"]) for m in models), reverse=True)
    (most, first), (least, last) = gains[0], gains[-1]
    finding = f"Most is added by {first}, {signed(most)}"
    if len(gains) > 1:
        finding += f"; least by {last}, {signed(least)}"
    useless = sum(g <= 0 for g, _ in gains)
    if useless:
        finding += f". {useless} of {len(gains)} models make the router no better, so no label helps there"
    strategies = list(dict.fromkeys(n for m in models for n in m["strategies"]))
    return Figure(
        name="each-model",
        title=title,
        reading="Each panel leaves one model out and brings it back label by label. Grey lines: the router without it "
        "(dotted) and with all its labels (solid). All panels have the same axes.",
        finding=finding + ".",
        columns=("model", "without", "with all labels", "strategy", "labels", "quality"),
        rows=[
            (m["model"], score(m["without"]), score(m["full"]), n, f"{p['labels']:,}", score(p["quality"]))
            for m in models
            for n, rows in m["strategies"].items()
            for p in rows
        ],
        draw=lambda width: look.finish(_each(models, strategies, width), title, width, fit=False),
    )


def _each(models: Sequence[Mapping[str, Any]], strategies: Sequence[str], width: int) -> alt.ConcatChart:
    columns = min(len(models), 2 if width < 500 else 3)
    each = int((width - 20) / columns) - 62
    short = look.short_names((m["model"] for m in models), max(14, int((each + 30) / 6.4)))
    seen = [
        q
        for m in models
        for q in (m["without"], m["full"], *(p["quality"] for r in m["strategies"].values() for p in r))
    ]
    pad = 0.06 * (max(seen) - min(seen) or 0.1)
    scale = alt.Scale(domain=[min(seen) - pad, max(seen) + pad], nice=False, zero=False)
    x = _axis([p["labels"] for m in models for rows in m["strategies"].values() for p in rows]).title("labels")
    scales = look.series_scale(strategies)
    colour = alt.Color("strategy:N", scale=scales["color"])
    panels = []
    for place, m in enumerate(models):
        rows = [
            {
                "strategy": n, "labels": p["labels"], "quality": p["quality"],
                "tip": f"{m['model']}, {n}, {p['labels']:,} labels: quality {score(p['quality'])}",
            }
            for n, found in m["strategies"].items()
            for p in found
        ]  # fmt: skip
        axis = alt.Axis(tickCount=4, format=".2f")
        y = alt.Y("quality:Q", scale=scale, title="quality" if place % columns == 0 else None, axis=axis)
        base = alt.Chart(look.data(rows)).encode(x=x, y=y, color=colour)
        panel = look.layer(
            _level(m["without"], scale).mark_rule(color=look.MUTED, strokeDash=[2, 3], aria=False),
            _level(m["full"], scale).mark_rule(color=look.MUTED, aria=False),
            base.mark_line(strokeWidth=1.8, aria=False),
            base.mark_point(filled=True, size=22, opacity=1).encode(
                shape=alt.Shape("strategy:N", scale=scales["shape"]), **look.told()
            ),
        )
        panels.append((short[m["model"]], panel.properties(width=each, height=120)))
    return grid(panels, columns, 14)


def _level(quality: float, scale: alt.Scale) -> alt.Chart:
    return alt.Chart(look.data([{"quality": quality}])).encode(y=alt.Y("quality:Q", scale=scale))
