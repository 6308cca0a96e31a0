"""What quality costs, and how long answers take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import altair as alt

from turnout.bench.report.dots import drawn
from turnout.bench.report.names import part, slug
from turnout.explain import two_digits
from turnout.report import look
from turnout.report.axes import cost_axis
from turnout.report.figure import Figure, Omitted
from turnout.report.labels import beside, place
from turnout.report.numbers import interval, listed, per_thousand, score

__all__ = ["cost_and_quality", "front", "latency"]

_HEIGHT = 340


def front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Places of the (cost, quality) points that no other beats in one without losing in the other, by cost."""
    kept: list[int] = []
    for i in sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1])):
        if not kept or points[i][1] > points[kept[-1]][1]:
            kept.append(i)
    return kept


def cost_and_quality(board: Mapping[str, Any]) -> Figure | Omitted:
    """Cost and quality of the models on a modality, and the front of those that nobody beats in both."""
    title = f"Cost and quality: {part(board)}"
    priced = [s for s in board["standings"] if s["cost_usd"] is not None and s["quality"] is not None]
    # A degenerate model's quality is no quality.
    taking_part = [s for s in priced if s["rank"] is not None]
    if len(taking_part) < 2:
        return Omitted(title, "fewer than two ranked models have a cost")
    best = [taking_part[i] for i in front([(s["cost_usd"], s["quality"]) for s in taking_part])]
    names = {s["model"] for s in best}
    beaten = [s["model"] for s in taking_part if s["model"] not in names]
    finding = (
        f"{listed([s['model'] for s in best])} {'is' if len(best) == 1 else 'are'} on the front"
        + (f"; {listed(beaten)} cost{'s' if len(beaten) == 1 else ''} more for less." if beaten else ".")
        if best
        else ""
    )
    return Figure(
        name=f"cost-quality-{slug(board['modality'], *board['scope'])}",
        title=title,
        reading="Quality over the categories of the modality against the mean cost of a request, with 95% intervals. "
        "Whoever wants neither the cheapest nor the best model chooses on the line, the Pareto front.",
        finding=finding,
        columns=("model", "$ per 1,000", "quality", "95%", "on the front"),
        rows=[
            (s["model"], per_thousand(s["cost_usd"]), score(s["quality"]), interval(s["low"], s["high"]),
             "yes" if s["model"] in names else "no")
            for s in priced
        ],
        draw=lambda width: look.finish(_plane_chart(priced, best, width), title, width),
    )  # fmt: skip


def _plane_chart(priced: Sequence[Mapping[str, Any]], best: Sequence[Mapping[str, Any]], width: int) -> alt.LayerChart:
    short = look.short_names(s["model"] for s in priced)
    rows = [
        {
            "cost": 1000 * s["cost_usd"], "quality": s["quality"], "low": s["low"], "high": s["high"],
            "name": short[s["model"]],
            "tip": f"{s['model']}: {per_thousand(s['cost_usd'])} per 1,000 requests, quality {score(s['quality'])} "
            f"{interval(s['low'], s['high'])}",
        }
        for s in priced
    ]  # fmt: skip
    x, to_x = cost_axis([row["cost"] for row in rows], width)
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    pad = 0.06 * (high - low or 1.0)
    domain = [max(0.0, low - pad), min(1.0, high + pad)]
    y_scale = alt.Scale(domain=domain, zero=False, nice=False)
    title = "mean quality, 0 to 1"
    y = alt.Y("quality:Q", scale=y_scale, title=title)

    def to_y(quality: float) -> float:
        return float(_HEIGHT * (1 - (quality - domain[0]) / (domain[1] - domain[0])))

    line = [{"cost": 1000 * s["cost_usd"], "quality": s["quality"]} for s in best]
    inked = [(to_x(r["cost"]), to_y(r["low"] + i / 20 * (r["high"] - r["low"]))) for r in rows for i in range(21)]
    for one, other in pairwise(line):
        start, end, level = to_x(one["cost"]), to_x(other["cost"]), to_y(one["quality"])
        inked += [(start + i / 40 * (end - start), level) for i in range(41)]
    sides = place([(to_x(r["cost"]), to_y(r["quality"]), r["name"]) for r in rows], width - 60, _HEIGHT, inked)
    points = alt.Chart(look.data(rows))
    return look.layer(
        points.mark_rule(color=look.FAINT, strokeWidth=1.5, aria=False).encode(
            x=x, y=alt.Y("low:Q", scale=y_scale, title=title), y2="high:Q"
        ),
        alt.Chart(look.data(line))
        .mark_line(color=look.SERIES[0][0], strokeWidth=2, interpolate="step-after", aria=False)
        .encode(x=x, y=y),
        points.mark_point(filled=True, size=70, opacity=1, color=look.INK).encode(x=x, y=y, **look.told()),
        *beside(rows, sides, x, y, "name", look.INK),
    ).properties(width=width, height=_HEIGHT)


def latency(whole: Sequence[Mapping[str, Any]]) -> Figure | Omitted:
    """How long answers take: half of them, and all but one in twenty."""
    title = "How long an answer takes"
    timed = [(b["modality"], s) for b in whole for s in b["standings"] if s["latency_p50_s"] is not None]
    if not timed:
        return Omitted(title, "no answer was timed")
    short = look.short_names(s["model"] for _, s in timed)
    rows = []
    for modality, s in sorted(
        timed, key=lambda pair: (pair[0] != whole[0]["modality"], pair[0], pair[1]["latency_p50_s"])
    ):
        p50, p95 = _seconds(s["latency_p50_s"]), _seconds(s["latency_p95_s"])
        rows.append({
            "name": short[s["model"]],
            "panel": modality,
            "series": "", "value": s["latency_p50_s"], "low": s["latency_p50_s"], "high": s["latency_p95_s"],
            "label": f"{two_digits(s['latency_p50_s'])} / {two_digits(s['latency_p95_s'])}",
            "tip": f"{s['model']}, {modality}: half of the answers within {p50}, 95% within {p95}",
        })  # fmt: skip
    quick = min((s for _, s in timed), key=lambda s: s["latency_p50_s"])
    tail = max((s for _, s in timed), key=lambda s: s["latency_p95_s"] / s["latency_p50_s"])
    return Figure(
        name="latency",
        title=title,
        reading="The mark is the median, the whisker ends at the 95th percentile, in seconds from the request to the "
        "last token. The numbers are both.",
        finding=f"{quick['model']} answers soonest. The longest tail has {tail['model']}: one answer in twenty takes "
        f"more than {tail['latency_p95_s'] / tail['latency_p50_s']:.1f} times its median.",
        columns=("model", "modality", "p50", "p95", "first token, p50", "tokens/s"),
        rows=[
            (s["model"], modality, _seconds(s["latency_p50_s"]), _seconds(s["latency_p95_s"]),
             _seconds(s["ttft_p50_s"]), "–" if s["tokens_per_s"] is None else two_digits(s["tokens_per_s"]))
            for modality, s in timed
        ],
        draw=lambda width: drawn(
            rows, title, width, title="seconds, median to 95th percentile", form="~g",
            domain=(0.0, _round_up(max(r["high"] for r in rows))), legend=False, series=("",),
        ),
    )  # fmt: skip


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{two_digits(value)} s"


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 8 × a power of ten: a quarter of it is round too."""
    power = 1e-3
    while True:
        for step in (1, 2, 4, 8):
            if step * power >= value:
                return float(step * power)
        power *= 10
