"""The paper's Figures 8–13: what a judge and what people make of each model's answers against the reference's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from turnout.bench.report.dots import drawn
from turnout.bench.report.names import slug, title_of
from turnout.categories import CATEGORIES
from turnout.report import look
from turnout.report.figure import Figure, Omitted
from turnout.report.labels import beside, place
from turnout.report.numbers import interval, listed, percent, signed

__all__ = ["against", "judge_and_humans", "of_judge", "win_rates"]

_FIRST = 8  # number of the paper's first such figure
_SIDE = 340
_NO_VERDICTS = "no judge has compared answers; run: turnout bench … --reference MODEL --judge MODEL"
_NO_VOTES = "nobody has voted; run: turnout votes export RESULTS -o votes.html, then turnout votes import FILE"


def against(document: Mapping[str, Any], source: str) -> list[dict[str, Any]]:
    """The win rates against the report's reference: of the one judge, of all judges together, or of all voters."""
    found = [w for w in document["win_rates"][source] if w["against"] == document["reference"]]
    together = [w for w in found if w["by"] == "all"]
    return together or found


def win_rates(document: Mapping[str, Any]) -> Figure | Omitted:
    """The judge's win rate of each model over all tasks of a modality, raw and at equal length."""
    title = "Win rate by the judge, raw and at equal length"
    rates = sorted((w for w in against(document, "judge") if not w["category"]), key=lambda w: -w["rate"])
    if not rates:
        return Omitted(title, _NO_VERDICTS)
    short = look.short_names(w["model"] for w in rates)
    rows = []
    for w in rates:
        for series, value, low, high in (
            ("raw", w["rate"], w["low"], w["high"]),
            ("at equal length", w["controlled"], w["controlled_low"], w["controlled_high"]),
        ):
            if value is not None:
                rows.append(_row(short[w["model"]], series, value, low, high, w))
    moved = [w for w in rates if w["controlled"] is not None]
    finding = ""
    if moved:
        most = max(moved, key=lambda w: abs(w["rate"] - w["controlled"]))
        by = most["controlled"] - most["rate"]
        finding = (
            f"Taking length out moves {most['model']} most, by {signed(by)}: the judge "
            + ("liked its length." if by < 0 else "held its length against it.")
            if abs(by) >= 0.02
            else "Length of the answers hardly matters to this judge: no rate moves by more than 0.02."
        )
    return Figure(
        name="win-rates",
        title=title,
        short="Win rates",
        reading=f"Share of tasks on which the judge prefers the model's answer to that of {document['reference']}, "
        "both orders asked, a tie as ½, with 95% intervals over tasks. On the dashed line both are as good. At equal "
        "length: what a logistic regression says of answers as long as the reference's (Dubois et al. 2024).",
        finding=finding,
        columns=("model", "modality", "tasks", "unscored", "win rate", "95%", "at equal length", "95%", "consistency"),
        rows=[
            (
                w["model"], w["modality"], f"{w['n']:,}", f"{w['unscored']:,}", percent(w["rate"]),
                interval(w["low"], w["high"]), percent(w["controlled"]),
                interval(w["controlled_low"], w["controlled_high"]), percent(w["consistency"]),
            )
            for w in rates
        ],
        draw=lambda width: drawn(
            rows, title, width, title="win rate", series=("raw", "at equal length"), rule=0.5
        ),
    )  # fmt: skip


def of_judge(document: Mapping[str, Any]) -> list[Figure | Omitted]:
    """A figure for each category, as the paper's 8 to 13: each model's win rate by the judge and by people."""
    title = "Figures 8–13. Judge and human win rates by category"
    judge, human = against(document, "judge"), against(document, "human")
    if not judge or not human:
        return [Omitted(title, _NO_VERDICTS if not judge else _NO_VOTES)]
    voted = {(w["modality"], w["category"]) for w in human}
    judged = dict.fromkeys((w["modality"], w["category"]) for w in judge)
    cells = [cell for cell in judged if cell in voted and cell[1] and "/" not in cell[1]]
    order: dict[tuple[str, str], int] = {(c.modality, c.name): i for i, c in enumerate(CATEGORIES)}
    cells.sort(key=lambda cell: order.get(cell, 99))
    if not cells:
        return [Omitted(title, "no category has both verdicts and votes")]
    return [
        _category(document, number, *cell, [
            (series, w)
            for series, rates in (("judge", judge), ("humans", human))
            for w in rates
            if (w["modality"], w["category"]) == cell
        ])
        for number, cell in enumerate(cells, _FIRST)
    ]  # fmt: skip


def _category(
    document: Mapping[str, Any], number: int, modality: str, category: str, rates: Sequence[tuple[str, Any]]
) -> Figure:
    named = title_of(modality, category)
    title = f"Figure {number}. {named}: judge and human win rates"
    short = look.short_names(w["model"] for _, w in rates)
    first = {w["model"]: w["rate"] for series, w in reversed(rates)}
    human = {w["model"]: w["rate"] for series, w in rates if series == "humans"}
    models = sorted(first, key=lambda m: -human.get(m, first[m]))
    rows = [
        _row(short[model], series, w["rate"], w["low"], w["high"], w)
        for model in models
        for series, w in rates
        if w["model"] == model
    ]
    judged = {w["model"]: w for series, w in rates if series == "judge"}
    apart = [
        w["model"] for series, w in rates if series == "humans" and w["model"] in judged
        and (judged[w["model"]]["low"] > w["high"] or judged[w["model"]]["high"] < w["low"])
    ]  # fmt: skip
    agreed = document["agreement"].get(category)
    finding = "" if agreed is None else _agreed(agreed)
    if apart:
        finding += f" The judge is clearly off for {listed(apart)}."
    return Figure(
        name=f"figure-{number}-{slug(modality, category)}",
        title=title,
        short=f"Figure {number}",
        reading=f"Share of tasks on which the model's answer is preferred to that of {document['reference']}, a tie as "
        "½, with 95% intervals over tasks. Where people voted on few tasks their interval is wide. Drawn as figures 8 "
        "to 13 of the source paper.",
        finding=finding.strip(),
        columns=("model", "by", "tasks", "win rate", "95%", "at equal length"),
        rows=[
            (w["model"], series, f"{w['n']:,}", percent(w["rate"]), interval(w["low"], w["high"]),
             percent(w["controlled"]))
            for series, w in rates
        ],
        draw=lambda width: drawn(rows, title, width, title="win rate", series=("judge", "humans"), rule=0.5),
    )  # fmt: skip


def _agreed(a: Mapping[str, Any]) -> str:
    """Agreement in words."""
    said = f"On {a['n']:,} answers that both saw, the judge's rate is {signed(a['bias']['value'])} from the humans' "
    said += interval(a["bias"]["low"], a["bias"]["high"])
    if a["decisive"] is not None:
        said += f"; where humans decided, it says the same on {percent(a['decisive']['value'])}"
    return said + "."


def _row(name: str, series: str, value: float, low: float, high: float, w: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name, "panel": w["modality"], "series": series, "value": value, "low": low, "high": high,
        "label": percent(value),
        "tip": f"{w['model']}, {series}: {percent(value)} [{percent(low)}, {percent(high)}], {w['n']:,} tasks",
    }  # fmt: skip


def judge_and_humans(document: Mapping[str, Any]) -> Figure | Omitted:
    """Each model × category as a point: what people say against what the judge says."""
    title = "Judge against humans"
    judge = {(w["model"], w["modality"], w["category"]): w for w in against(document, "judge")}
    both = [
        (w, judge[key]) for w in against(document, "human")
        if (key := (w["model"], w["modality"], w["category"])) in judge and w["category"] and "/" not in w["category"]
    ]  # fmt: skip
    if not both:
        return Omitted(title, _NO_VERDICTS if not judge else _NO_VOTES)
    above = sum(j["rate"] > h["rate"] for h, j in both)
    mean = sum(j["rate"] - h["rate"] for h, j in both) / len(both)
    return Figure(
        name="judge-humans",
        title=title,
        reading="One point for each model and category. On the diagonal judge and humans agree; above it the judge is "
        "kinder to the model than people are.",
        finding=f"The judge is kinder than people in {above} of {len(both)} cells; its win rates differ by "
        f"{signed(mean)} on average.",
        columns=("model", "category", "votes on", "humans", "judge", "judge − humans"),
        rows=[
            (h["model"], title_of(h["modality"], h["category"]), f"{h['n']:,} tasks", percent(h["rate"]),
             percent(j["rate"]), signed(j["rate"] - h["rate"]))
            for h, j in both
        ],
        draw=lambda width: look.finish(_scatter(both, width), title, width),
    )  # fmt: skip


def _scatter(both: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], width: int) -> alt.LayerChart:
    models = list(dict.fromkeys(h["model"] for h, _ in both))
    short = look.short_names(models)
    rows = [
        {
            "human": h["rate"], "judge": j["rate"], "model": short[h["model"]],
            "category": title_of(h["modality"], h["category"]),
            "tip": f"{h['model']}, {title_of(h['modality'], h['category'])}: humans {percent(h['rate'])}, "
            f"judge {percent(j['rate'])}",
        }
        for h, j in both
    ]  # fmt: skip
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(format="%", tickCount=5)
    x = alt.X("human:Q", scale=scale, title="human win rate", axis=axis)
    y = alt.Y("judge:Q", scale=scale, title="judge's win rate", axis=axis)
    names = [short[m] for m in models]
    looks = look.series_scale(names)
    key = alt.Legend(columns=look.legend_columns(names, width))
    diagonal = alt.Chart(look.data([{"human": 0, "judge": 0}, {"human": 1, "judge": 1}]))
    plot = width - 70
    sides = place([(plot * r["human"], _SIDE * (1 - r["judge"]), r["category"]) for r in rows], plot, _SIDE)
    return look.layer(
        diagonal.mark_line(color=look.MUTED, strokeDash=[3, 3], strokeWidth=1, aria=False).encode(x=x, y=y),
        alt.Chart(look.data(rows)).mark_point(filled=True, size=64, opacity=1).encode(
            x=x, y=y, color=alt.Color("model:N", scale=looks["color"], legend=key),
            shape=alt.Shape("model:N", scale=looks["shape"], legend=key), **look.told(),
        ),
        *beside(rows, sides, x, y, "category", look.MUTED),
    ).properties(width=width, height=_SIDE)  # fmt: skip
