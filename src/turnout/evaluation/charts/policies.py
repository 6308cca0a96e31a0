"""How good each policy is, and where it sends the prompts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from turnout.evaluation.document import best_router, routers
from turnout.report import look
from turnout.report.figure import Figure, Omitted
from turnout.report.numbers import interval, listed, percent, score, signed

__all__ = ["quality", "shares"]

_COLLAPSED = 0.95  # of the prompts to one model
_KEPT_MODELS = len(look.MODEL_COLOURS)  # with a colour of their own in the stacked bars


def quality(document: Mapping[str, Any]) -> Figure | Omitted:
    """Each policy's quality with its interval, between the constant best and the oracle."""
    title = "Quality of each policy"
    policies = sorted(document["policies"].values(), key=lambda p: -p["quality"])
    if not policies:
        return Omitted(title, "no policy was measured")
    by_name = document["policies"]
    lines = [n for n in ("constant best", "constant best, all labels", "category-best", "oracle") if n in by_name]
    best, constant, oracle = best_router(document), by_name.get("constant best"), by_name.get("oracle")
    finding = ""
    if best and constant and oracle:
        p, room = by_name[best], oracle["quality"] - constant["quality"]
        above = [n for n in by_name if by_name[n]["kind"] == "router" and by_name[n]["gain_low"] > 0]
        gain = f"{signed(p['gain'])} {interval(p['gain_low'], p['gain_high'])}"
        finding = (
            f"The oracle is {room:.3f} above always asking the best single model; the best router, {best}, "
            + (
                f"recovers {percent(p['headroom'])} of that ({gain}). "
                if p["gain"] > 0
                else f"recovers none of it ({gain}). "
            )
            + (
                "No router's gain is surely above zero."
                if not above
                else f"{len(above)} of {len(routers(document))} routers gain more than chance explains."
            )
        )
    return Figure(
        name="quality",
        title=title,
        reading="Dots are mean quality on prompts not trained on, lines their 95% intervals. "
        + (
            "The shaded band is the headroom: from always asking the best single model to a perfect choice. "
            * bool(oracle)
        )
        + "Gains are paired, prompt by prompt, so overlapping intervals do not mean that two policies are equal.",
        finding=finding,
        columns=("policy", "kind", "quality", "95%", "gain", "95%"),
        rows=[
            (
                p["name"],
                p["kind"],
                score(p["quality"]),
                interval(p["quality_low"], p["quality_high"]),
                signed(p["gain"]),
                interval(p["gain_low"], p["gain_high"]),
            )
            for p in policies
        ],
        draw=lambda width: look.finish(_quality(policies, lines, by_name, width), title, width),
    )


def _quality(
    policies: list[dict[str, Any]], lines: list[str], by_name: Mapping[str, Any], width: int
) -> alt.LayerChart:
    small = width < 500
    low, high = min(p["quality_low"] for p in policies), max(p["quality_high"] for p in policies)
    span = max(high - low, 0.02)
    # Room at the right for a column of figures, which no line crosses.
    right = high + span * (0.28 if small else 0.3)
    scale = alt.Scale(domain=[low - 0.03 * span, right], nice=False, zero=False)
    ticks = [t for t in _ticks(low - 0.03 * span, high)]
    x = alt.X("quality:Q", scale=scale, title="mean quality, 0 to 1", axis=alt.Axis(values=ticks, format=".2~f"))
    y = alt.Y("name:N", sort=[p["name"] for p in policies], title=None, axis=alt.Axis(ticks=False, domain=False))
    rows = [
        {
            **{key: p[key] for key in ("name", "kind", "quality", "quality_low", "quality_high")},
            "edge": right,
            "score": score(p["quality"]),
            "gained": signed(p["gain"]),
            "tip": f"{p['name']}: quality {score(p['quality'])} {interval(p['quality_low'], p['quality_high'])}, "
            f"gain {signed(p['gain'])} {interval(p['gain_low'], p['gain_high'])}",
        }
        for p in policies
    ]
    kinds = ["router", "baseline", "bound"]
    key = alt.Legend(orient="bottom", columns=3)
    colours = [look.SERIES[0][0], look.MUTED, look.INK]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=colours), legend=key)
    base = alt.Chart(look.data(rows)).encode(y=y)
    layers: list[alt.Chart | alt.LayerChart] = []
    if "constant best" in lines and "oracle" in lines:
        band = [{"quality": by_name["constant best"]["quality"], "end": by_name["oracle"]["quality"]}]
        layers.append(alt.Chart(look.data(band)).mark_rect(color=look.BAND, aria=False).encode(x=x, x2=alt.X2("end:Q")))
    marks = [{"quality": by_name[n]["quality"], "name": n} for n in lines]
    rule = alt.Chart(look.data(marks)).encode(x=x)
    layers.append(rule.mark_rule(color=look.MUTED, strokeDash=[3, 3], aria=False))
    # Names of the lines above the plot, each on the lowest level where it has room.
    plot = width * (0.6 if small else 0.78)
    ends: list[float] = []
    for mark in sorted(marks, key=lambda m: m["quality"]):
        middle, half = (mark["quality"] - low) / (right - low) * plot, look.text_width(mark["name"], 10) / 2 + 4
        level = next((i for i, end in enumerate(ends) if end < middle - half), len(ends))
        ends[level : level + 1] = [middle + half]
        chart = alt.Chart(look.data([mark])).encode(x=x, text="name:N", y=alt.value(-4 - 12 * level))
        layers.append(look.words(chart, size=10, colour=look.MUTED, baseline="bottom"))
    layers.append(
        base.mark_rule(strokeWidth=2, aria=False).encode(
            x=alt.X("quality_low:Q", scale=scale), x2="quality_high:Q", color=colour
        )
    )
    layers.append(
        base.mark_point(filled=True, size=80, opacity=1).encode(
            x=x,
            color=colour,
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "square", "diamond"]), legend=key),
            **look.told(),
        )
    )
    columns = [("score", "quality", 0)] if small else [("score", "quality", -58), ("gained", "gain", 0)]
    for field, head, dx in columns:
        at = alt.X("edge:Q", scale=scale)
        layers.append(look.words(base.encode(x=at, text=f"{field}:N"), align="right", dx=dx, halo=False))
        top = alt.Chart(look.data([{"edge": right, "head": head}])).encode(x=at, text="head:N", y=alt.value(-4))
        layers.append(look.words(top, size=10, colour=look.MUTED, align="right", baseline="bottom", dx=dx, halo=False))
    return look.layer(*layers).properties(width=width, height=alt.Step(24))


def _ticks(low: float, high: float) -> list[float]:
    """Round values in [low, high]: about five."""
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25):
        if (high - low) / step <= 7:
            break
    first = int(-(-low // step))
    return [round(i * step, 4) for i in range(first, int(high // step) + 1)]


def shares(document: Mapping[str, Any]) -> Figure | Omitted:
    """Share of the prompts that each policy sends to each model, as stacked bars."""
    title = "Where each policy sends the prompts"
    table: Mapping[str, Mapping[str, float]] = document.get("shares") or {}
    if not table:
        return Omitted(title, "the shares of traffic were not measured")
    most = {m: max(row.get(m, 0.0) for row in table.values()) for row in table.values() for m in row}
    ranked = sorted((m for m in most if most[m] > 0), key=lambda m: -most[m])
    kept = ranked if len(ranked) <= _KEPT_MODELS else ranked[:_KEPT_MODELS]
    others = [m for m in ranked if m not in kept]
    top = {n: max(row.values()) for n, row in table.items() if row}
    seen = [n for n in [*routers(document), "oracle"] if n in top]
    finding = ""
    if seen:
        finding = f"To the most chosen model go: {', '.join(f'{n} {percent(top[n])}' for n in seen)}."
    collapsed = [n for n in routers(document) if top.get(n, 0.0) > _COLLAPSED]
    if collapsed:
        verb = "has" if len(collapsed) == 1 else "have"
        finding += f" {listed(collapsed)} {verb} collapsed: nearly every prompt goes to the same model."
    return Figure(
        name="shares",
        title=title,
        reading="Each bar is all test prompts of one policy, cut by the model that was chosen. One colour from end to "
        "end means that the policy has collapsed to one model; the oracle shows how mixed the best choices are.",
        finding=finding,
        columns=("policy", *ranked),
        rows=[(name, *(percent(row.get(m, 0.0)) for m in ranked)) for name, row in table.items()],
        draw=lambda width: look.finish(_shares(table, kept, others, width), title, width),
    )


def _shares(table: Mapping[str, Mapping[str, float]], kept: list[str], others: list[str], width: int) -> alt.LayerChart:
    small = width < 500
    short = look.short_names([*kept, *others])
    rest = f"{len(others)} other models" if len(others) > 1 else short[others[0]] if others else ""
    names = [short[m] for m in kept] + ([rest] if others else [])
    fills = [*look.MODEL_COLOURS[: len(kept)], *([look.FAINT] if others else [])]
    rows = []
    for policy, row in table.items():
        parts = [(short[m], row.get(m, 0.0)) for m in kept]
        if others:
            parts.append((rest, sum(row.get(m, 0.0) for m in others)))
        start = 0.0
        for (model, share), fill in zip(parts, fills, strict=True):
            if share > 0:
                room = share * width * (0.62 if small else 0.78)
                label = percent(share)
                rows.append(
                    {
                        "policy": policy, "model": model, "start": start, "end": start + share,
                        "middle": start + share / 2, "ink": look.text_colour(fill),
                        "label": label if room > look.text_width(label, 10) + 6 else "",
                        "tip": f"{policy}: {percent(share)} to {model}",
                    }
                )  # fmt: skip
            start += share
    y = alt.Y("policy:N", sort=list(table), title=None, axis=alt.Axis(ticks=False, domain=False))
    axis = alt.Axis(format="%", grid=False, tickCount=5)
    x = alt.X("start:Q", title="share of prompts", scale=alt.Scale(domain=[0, 1]), axis=axis)
    legend = alt.Legend(columns=look.legend_columns(names, width), symbolType="square")
    base = alt.Chart(look.data(rows)).encode(y=y)
    bars = base.mark_bar(stroke=look.PAPER, strokeWidth=1, height=alt.RelativeBandSize(0.74)).encode(
        x=x,
        x2="end:Q",
        color=alt.Color("model:N", scale=alt.Scale(domain=names, range=fills), legend=legend),
        **look.told(),
    )
    text = base.mark_text(fontSize=10, aria=False).encode(
        x=alt.X("middle:Q"), text="label:N", color=alt.Color("ink:N", scale=None)
    )
    return look.layer(bars, text).properties(width=width, height=alt.Step(26))
