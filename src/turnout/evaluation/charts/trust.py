"""Whether estimates can be believed, whether choices are stable, and what a decision takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from turnout.evaluation.document import routers
from turnout.report import look
from turnout.report.figure import Figure, Omitted
from turnout.report.numbers import interval, listed, milliseconds, percent, score
from turnout.report.panels import bars, grid

__all__ = ["calibration", "speed", "stability"]


def _ordered(document: Mapping[str, Any], section: str) -> dict[str, Any]:
    """The section's policies that have something, routers first."""
    table = {name: found for name, found in (document.get(section) or {}).items() if found}
    first = [n for n in routers(document) if n in table]
    return {name: table[name] for name in [*first, *(n for n in table if n not in first)]}


def calibration(document: Mapping[str, Any]) -> Figure | Omitted:
    """Predicted against observed quality, one panel a policy."""
    title = "Are the estimates right?"
    table = _ordered(document, "calibration")
    if not table:
        return Omitted(title, "estimated and observed quality were not compared")
    gap = {
        name: sum(b["trials"] * abs(b["predicted"] - b["observed"]) for b in bins) / sum(b["trials"] for b in bins)
        for name, bins in table.items()
    }
    best = min(gap, key=lambda n: gap[n])
    worst = max(gap, key=lambda n: gap[n])
    far = max(table[worst], key=lambda b: abs(b["predicted"] - b["observed"]))
    finding = f"Mean distance from the diagonal: {', '.join(f'{n} {gap[n]:.3f}' for n in table)}. " + (
        f"Closest: {best}. Furthest out: {worst}, where it predicts {score(far['predicted'])} and "
        f"{score(far['observed'])} was observed."
        if best != worst
        else f"Furthest out: it predicts {score(far['predicted'])} and {score(far['observed'])} was observed."
    )
    return Figure(
        name="calibration",
        title=title,
        reading="Trials in ten groups by the quality that the router predicted, against the quality that was then "
        "observed, with 95% intervals. On the dashed line estimates are right; below it they promise too much.",
        finding=finding,
        columns=("policy", "predicted", "observed", "95%", "trials"),
        rows=[
            (n, score(b["predicted"]), score(b["observed"]), interval(b["low"], b["high"]), f"{b['trials']:,}")
            for n, bins in table.items()
            for b in bins
        ],
        draw=lambda width: look.finish(_calibration(table, width), title, width, fit=False),
    )


def _calibration(table: Mapping[str, Any], width: int) -> alt.ConcatChart:
    columns = min(len(table), 2 if width < 500 else 3 if len(table) in (3, 5, 6) else 4)
    each = min(280, int((width - 26) / columns) - 58)
    axis = alt.Axis(values=[0, 0.5, 1], format=".1f")
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("predicted:Q", title="predicted quality", scale=scale, axis=axis)
    colour = look.SERIES[0][0]
    right = alt.Chart(look.data([{"from": 0, "to": 1}])).encode(
        x=alt.X("from:Q", scale=scale), y=alt.Y("from:Q", scale=scale), x2="to:Q", y2="to:Q"
    )
    panels = []
    for place, (name, bins) in enumerate(table.items()):
        rows = [
            {
                **b,
                "tip": f"{name}: predicted {score(b['predicted'])}, observed {score(b['observed'])} "
                f"{interval(b['low'], b['high'])}, {b['trials']:,} trials",
            }
            for b in bins
        ]
        title = "observed quality" if place % columns == 0 else None
        base = alt.Chart(look.data(rows)).encode(x=x)
        y = alt.Y("observed:Q", title=title, scale=scale, axis=axis)
        panel = look.layer(
            right.mark_rule(color=look.MUTED, strokeDash=[4, 3], aria=False),
            base.mark_rule(color=colour, strokeWidth=1.5, aria=False).encode(
                y=alt.Y("low:Q", scale=scale), y2="high:Q"
            ),
            base.mark_point(filled=True, size=36, opacity=1, color=colour).encode(y=y, **look.told()),
        )
        panels.append((name, panel.properties(width=each, height=each)))
    return grid(panels, columns)


def stability(document: Mapping[str, Any]) -> Figure | Omitted:
    """Share of choices that change when the prompt is changed without changing its meaning."""
    title = "Do choices survive a change of wording?"
    table = _ordered(document, "stability")
    if not table:
        return Omitted(title, "prompts were not perturbed")
    kinds = list(dict.fromkeys(k for found in table.values() for k in found["by_perturbation"]))
    kinds.sort(key=lambda k: -max(f["by_perturbation"].get(k, 0.0) for f in table.values()))
    every = "all"
    rows = []
    for name, found in table.items():
        overall = {"value": found["flip_rate"], "low": found["low"], "high": found["high"]}
        rows.append({"panel": name, "name": every, **overall})
        for kind in kinds:
            value = found["by_perturbation"].get(kind)
            rows.append({"panel": name, "name": kind, "value": value, "low": None, "high": None})
    least = min(found["flip_rate"] for found in table.values())
    best = [n for n in table if table[n]["flip_rate"] == least]
    finding = f"Steadiest: {listed(best)}, {percent(least)} of choices flip"
    if kinds and any(found["flip_rate"] > 0 for found in table.values()):
        finding += f"; what moves choices most is {kinds[0]}"
    return Figure(
        name="stability",
        title=title,
        reading="The share of prompts whose chosen model changes when the prompt is altered without a change of "
        "meaning. Shorter is steadier; the line on “all” is its 95% interval.",
        finding=finding + ".",
        columns=("policy", "all", "95%", *kinds),
        rows=[
            (
                n,
                percent(f["flip_rate"]),
                f"[{percent(f['low'])}, {percent(f['high'])}]",
                *(percent(f["by_perturbation"].get(k)) for k in kinds),
            )
            for n, f in table.items()
        ],
        draw=lambda width: look.finish(
            bars(rows, [every, *kinds], width), title, width, fit=False,
            subtitle="share of prompts whose choice changes",
        ),
    )  # fmt: skip


def speed(document: Mapping[str, Any]) -> Figure | Omitted:
    """Time of a decision: one prompt, one of a batch, and the encoding before it."""
    title = "What a decision takes"
    table = _ordered(document, "speed")
    if not table:
        return Omitted(title, "decisions were not timed")
    slowest = max(table, key=lambda n: table[n]["one_p50_ms"])
    encode = max((f["encode_p50_ms"] for f in table.values() if f["encode_p50_ms"] is not None), default=None)
    finding = f"The slowest, {slowest}, decides in {milliseconds(table[slowest]['one_p50_ms'])} (p50)"
    if encode is not None:
        finding += f"; encoding the prompt takes {milliseconds(encode)} before that"
    return Figure(
        name="speed",
        title=title,
        reading="Milliseconds on a logarithmic axis. The round mark is the median of deciding one prompt whose vector "
        "is known, its line reaches to the 95th percentile; the other is one prompt's share of a batch of 256.",
        finding=finding + ".",
        columns=("policy", "one prompt p50", "one prompt p95", "batch of 256", "encoding p50"),
        rows=[
            (
                n,
                milliseconds(f["one_p50_ms"]),
                milliseconds(f["one_p95_ms"]),
                milliseconds(f["batch256_ms"]),
                milliseconds(f["encode_p50_ms"]),
            )
            for n, f in table.items()
        ],
        draw=lambda width: look.finish(_speed(table, encode, width), title, width),
    )


def _speed(table: Mapping[str, Any], encode: float | None, width: int) -> alt.LayerChart:
    one, many = "one prompt, p50 to p95", "one of a batch of 256"
    rows = []
    for n, f in table.items():
        rows.append(
            {
                "policy": n, "ms": f["one_p50_ms"], "end": f["one_p95_ms"], "what": one,
                "tip": f"{n}: one prompt {milliseconds(f['one_p50_ms'])}, p95 {milliseconds(f['one_p95_ms'])}",
            }
        )  # fmt: skip
        if f["batch256_ms"] is not None:
            each = f["batch256_ms"] / 256
            tip = f"{n}: {milliseconds(each)} a prompt in a batch of 256"
            rows.append({"policy": n, "ms": each, "end": each, "what": many, "tip": tip})
    values = [r[k] for r in rows for k in ("ms", "end") if r[k]] + ([encode] if encode else [])
    scale = alt.Scale(type="log", domain=[min(values) / 1.6, max(values) * 1.6], nice=False)
    axis = alt.Axis(
        format="~g",
        values=[m * 10.0**e for e in range(-6, 6) for m in ((1,) if width < 500 else (1, 3))],
        labelOverlap="greedy",
        labelSeparation=5,
    )
    x = alt.X("ms:Q", scale=scale, axis=axis, title="milliseconds (log)")
    y = alt.Y("policy:N", sort=list(table), title=None, axis=alt.Axis(ticks=False, domain=False))
    legend = alt.Legend(columns=look.legend_columns([one, many], width))
    domain = [one, many]
    base = alt.Chart(look.data([r for r in rows if r["ms"]])).encode(x=x, y=y)
    layers: list[alt.Chart | alt.LayerChart] = []
    if encode:
        mark = alt.Chart(look.data([{"ms": encode, "text": f"encoding the prompt {milliseconds(encode)}"}]))
        near_end = encode > (max(values) * min(values)) ** 0.5
        layers.append(mark.mark_rule(color=look.MUTED, strokeDash=[3, 3], aria=False).encode(x=x))
        layers.append(
            look.words(
                mark.encode(x=x, y=alt.value(-4), text="text:N"),
                size=10, colour=look.MUTED, baseline="bottom",
                align="right" if near_end else "left", dx=2 if near_end else -2,
            )
        )  # fmt: skip
    layers.append(base.mark_rule(strokeWidth=2, color=look.SERIES[0][0], aria=False).encode(x2="end:Q"))
    layers.append(
        base.mark_point(size=60, opacity=1, strokeWidth=1.6, filled=True).encode(
            shape=alt.Shape("what:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]), legend=legend),
            color=alt.Color("what:N", scale=alt.Scale(domain=domain, range=[look.SERIES[0][0], look.SERIES[1][0]])),
            **look.told(),
        )
    )
    return look.layer(*layers).properties(width=width, height=alt.Step(28))
