"""Charts of what answers are worth, cost and take, and of what went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import altair as alt

from turnout.bench.report.dots import dots
from turnout.bench.report.failures import KINDS
from turnout.bench.report.wins import judge_and_humans, of_judge, title_of, win_rates
from turnout.explain import two_digits
from turnout.report import look
from turnout.report.axes import cost_axis
from turnout.report.figure import Figure, Omitted
from turnout.report.labels import beside, place
from turnout.report.numbers import interval, listed, per_thousand, percent, score
from turnout.report.panels import grid

__all__ = ["figures", "front"]

_HEIGHT = 340
_LEADER, _OTHER, _UNRANKED = "on the first rank", "behind", "cannot lead"


def figures(document: Mapping[str, Any]) -> list[Figure | Omitted]:
    """All charts of a benchmark, in reading order; what these results do not give is told with its reason."""
    whole = [b for b in document["boards"] if not b["category"]]
    return [
        *(_categories(document, b["modality"]) for b in whole),
        *(_plane(b) for b in whole),
        _latency(whole),
        win_rates(document),
        *of_judge(document),
        judge_and_humans(document),
        _failures(document),
    ]


def _categories(document: Mapping[str, Any], modality: str) -> Figure | Omitted:
    """A panel for each category of a modality: every model's quality with its interval."""
    title = f"Quality by category: {modality}"
    cells = [b for b in document["boards"] if b["modality"] == modality and b["category"] and "/" not in b["category"]]
    cells = [b for b in cells if any(s["quality"] is not None for s in b["standings"])]
    if not cells:
        return Omitted(title, "no answer has a score")
    alone: dict[str, list[str]] = {}
    for board in cells:
        first = [s["model"] for s in board["standings"] if s["rank"] == 1]
        if len(first) == 1 and sum(s["rank"] is not None for s in board["standings"]) > 1:
            alone.setdefault(first[0], []).append(title_of(modality, board["category"]))
    said = [f"{model} leads alone in {listed(names)}" for model, names in alone.items()]
    shared = sum(sum(s["rank"] == 1 for s in b["standings"]) > 1 for b in cells)
    if shared:
        said.insert(0, f"In {shared} of {len(cells)} categories the tasks do not tell the best models apart")
    finding = "; ".join(said)
    return Figure(
        name=f"categories-{modality}",
        title=title,
        reading="Mean score of each model with its 95% interval over tasks. Blue models share the first rank of the "
        "category: on the tasks that both answered, the difference to the leader may be chance.",
        finding=f"{finding}." if finding else "",
        columns=("category", "model", "quality", "95%", "tasks", "rank"),
        rows=[
            (title_of(modality, b["category"]), s["model"], score(s["quality"]), interval(s["low"], s["high"]),
             f"{s['n']:,}", str(s["rank"] or "–"))
            for b in cells
            for s in b["standings"]
        ],
        draw=lambda width: look.finish(_quality_panels(modality, cells, width), title, width, fit=False),
    )  # fmt: skip


def _quality_panels(modality: str, cells: Sequence[Mapping[str, Any]], width: int) -> alt.ConcatChart:
    columns = 1 if width < 500 else 2
    short = look.short_names((s["model"] for b in cells for s in b["standings"]), 18)
    beside_ = min(max(look.text_width(name) for name in short.values()) + 14, look.label_limit(width))
    each = int((width - 26 - 22 * (columns - 1)) / columns - beside_)
    panels = []
    for board in cells:
        rows = [
            {
                "name": short[s["model"]], "value": s["quality"], "low": s["low"], "high": s["high"],
                "series": _LEADER if s["rank"] == 1 else _OTHER if s["rank"] else _UNRANKED,
                "label": score(s["quality"])[:-1],
                "tip": f"{s['model']}, {title_of(modality, board['category'])}: {score(s['quality'])} "
                f"{interval(s['low'], s['high'])}, {s['n']:,} tasks",
            }
            for s in board["standings"]
            if s["quality"] is not None
        ]  # fmt: skip
        panels.append((f"{title_of(modality, board['category'])} ({board['tasks']})", _row_of(rows, each)))
    return grid(panels, columns, 22)


def _row_of(rows: Sequence[Mapping[str, Any]], width: int) -> alt.LayerChart:
    """Points on one line each, coloured by rank."""
    names = [row["name"] for row in rows]
    kinds, colours = [_LEADER, _OTHER, _UNRANKED], [look.SERIES[0][0], look.MUTED, look.FAINT]
    edge = 1.24
    scale = alt.Scale(domain=[0, edge], nice=False)
    axis = alt.Axis(values=[0, 0.5, 1], format=".1~f")
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(ticks=False, domain=False))
    colour = alt.Color("series:N", scale=alt.Scale(domain=kinds, range=colours), legend=None)
    base = alt.Chart(look.data({**row, "edge": edge} for row in rows)).encode(y=y)
    x = alt.X("value:Q", scale=scale, title=None, axis=axis)
    shape = alt.Shape(
        "series:N", scale=alt.Scale(domain=kinds, range=["circle", "square", "triangle-down"]), legend=None
    )
    return look.layer(
        base.mark_rule(strokeWidth=2, aria=False).encode(
            x=alt.X("low:Q", scale=scale, title=None, axis=axis), x2="high:Q", color=colour
        ),
        base.mark_point(filled=True, size=56, opacity=1).encode(x=x, color=colour, shape=shape, **look.told()),
        base.mark_text(align="right", fontSize=11, color=look.INK, aria=False).encode(
            x=alt.X("edge:Q", scale=scale, title=None, axis=axis), text="label:N"
        ),
    ).properties(width=width, height=alt.Step(19))


def front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Places of the (cost, quality) points that no other beats in one without losing in the other, by cost."""
    kept: list[int] = []
    for i in sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1])):
        if not kept or points[i][1] > points[kept[-1]][1]:
            kept.append(i)
    return kept


def _plane(board: Mapping[str, Any]) -> Figure | Omitted:
    """Cost and quality of the models on a modality, and the front of those that nobody beats in both."""
    title = f"Cost and quality: {board['modality']}"
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
        name=f"cost-quality-{board['modality']}",
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
        return _HEIGHT * (1 - (quality - domain[0]) / (domain[1] - domain[0]))

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


def _latency(whole: Sequence[Mapping[str, Any]]) -> Figure | Omitted:
    """How long answers take: half of them, and all but one in twenty."""
    title = "How long an answer takes"
    timed = [(b["modality"], s) for b in whole for s in b["standings"] if s["latency_p50_s"] is not None]
    if not timed:
        return Omitted(title, "no answer was timed")
    several = len({modality for modality, _ in timed}) > 1
    short = look.short_names(s["model"] for _, s in timed)
    rows = []
    for modality, s in sorted(
        timed, key=lambda pair: (pair[0] != whole[0]["modality"], pair[0], pair[1]["latency_p50_s"])
    ):
        p50, p95 = _seconds(s["latency_p50_s"]), _seconds(s["latency_p95_s"])
        rows.append({
            "name": f"{short[s['model']]}, {modality}" if several else short[s["model"]],
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
        draw=lambda width: look.finish(
            dots(rows, width, title="seconds, median to 95th percentile", form="~g",
                 domain=(0.0, _round_up(max(r["high"] for r in rows))), legend=False, series=("",)),
            title, width,
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


def _failures(document: Mapping[str, Any]) -> Figure | Omitted:
    """Share of each model's trials that have no score, by the kind of error."""
    title = "Why answers have no score"
    found: Sequence[Mapping[str, Any]] = document["failures"]
    if not found:
        return Omitted(title, "every answer has a score")
    short = look.short_names(f["model"] for f in found)
    kinds = [kind for kind in KINDS if any(f["kind"] == kind for f in found)]
    share: dict[str, float] = {}
    rows = []
    for kind in kinds:
        for f in found:
            if f["kind"] == kind:
                start = share.get(f["model"], 0.0)
                share[f["model"]] = start + f["count"] / f["trials"]
                rows.append({
                    "name": short[f["model"]], "kind": kind, "start": start, "end": share[f["model"]],
                    "tip": f"{f['model']}: {f['count']:,} of {f['trials']:,} {kind}",
                })  # fmt: skip
    order = sorted(share, key=lambda m: -share[m])
    worst = order[0]
    commonest = max(kinds, key=lambda k: sum(f["count"] for f in found if f["kind"] == k))
    return Figure(
        name="failures",
        title=title,
        reading="Share of a model's trials that are unscored, by kind of error. They count in no mean; a model with many "
        "of them answered other, perhaps easier, tasks than the rest.",
        finding=f"{worst} has the largest share, {percent(share[worst])}; the commonest kind is: {commonest}.",
        columns=("model", "kind", "trials", "of", "for example"),
        rows=[(f["model"], f["kind"], f"{f['count']:,}", f"{f['trials']:,}", f["example"][:160]) for f in found],
        draw=lambda width: look.finish(_stacks(rows, [short[m] for m in order], kinds, width), title, width),
    )


def _stacks(rows: Sequence[Mapping[str, Any]], names: list[str], kinds: list[str], width: int) -> alt.LayerChart:
    colours = [look.SERIES[i % len(look.SERIES)][0] for i in range(len(kinds))]
    legend = alt.Legend(columns=look.legend_columns(kinds, width), symbolType="square")
    top = max(row["end"] for row in rows)
    totals = {row["name"]: row["end"] for row in rows}  # the last part of each
    ends = [{"name": name, "end": end, "label": percent(end)} for name, end in totals.items()]
    scale = alt.Scale(domain=[0, top * 1.15], nice=False)
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(ticks=False, domain=False))
    x = alt.X("start:Q", title="share of trials", scale=scale, axis=alt.Axis(format="~%", tickCount=5))
    return look.layer(
        alt.Chart(look.data(rows))
        .mark_bar(stroke=look.PAPER, strokeWidth=1, height=alt.RelativeBandSize(0.7))
        .encode(
            x=x, x2="end:Q", y=y,
            color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=colours), legend=legend), **look.told(),
        ),
        alt.Chart(look.data(ends)).mark_text(align="left", dx=5, fontSize=11, color=look.INK, aria=False)
        .encode(x=alt.X("end:Q", scale=scale), y=y, text="label:N"),
    ).properties(width=width, height=alt.Step(24))  # fmt: skip
