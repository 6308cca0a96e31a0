"""All charts of a benchmark, and the one of what went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from turnout.bench.report.failures import KINDS
from turnout.bench.report.quality import by_category
from turnout.bench.report.spending import cost_and_quality, latency
from turnout.bench.report.wins import judge_and_humans, of_judge, win_rates
from turnout.report import look
from turnout.report.figure import Figure, Omitted
from turnout.report.numbers import percent

__all__ = ["figures"]


def figures(document: Mapping[str, Any]) -> list[Figure | Omitted]:
    """All charts of a benchmark, in reading order; what these results do not give is told with its reason."""
    whole = [b for b in document["boards"] if not b["category"]]
    return [
        *(by_category(document, modality) for modality in dict.fromkeys(b["modality"] for b in whole)),
        *(cost_and_quality(b) for b in whole),
        latency(whole),
        win_rates(document),
        *of_judge(document),
        judge_and_humans(document),
        _failures(document),
    ]


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
        reading="Share of a model's trials that are unscored, by kind of error. They count in no mean; a model with "
        "many of them answered other, perhaps easier, tasks than the rest.",
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
