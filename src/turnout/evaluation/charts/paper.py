"""Figures 2 to 7 of the paper: accuracy against k and against N, in each space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from turnout.report import look
from turnout.report.figure import Figure, Omitted
from turnout.report.labels import spread
from turnout.report.numbers import interval, listed, per_thousand, percent, score

__all__ = ["curves"]

_FIRST = 2  # the number of the paper's first such figure
_SPACES = {"prompt": "prompt space", "response": "response space", "diff": "difference space", "task": "task space"}
_ESTIMATORS = {"knn-vote": "kNN", "kmeans-medoid": "k-means"}
_HEIGHT = 330


def curves(document: Mapping[str, Any]) -> list[Figure | Omitted]:
    """One figure for each (space, estimator): its curves, one for each model whose responses make the space."""
    found: dict[tuple[int, int, str, str], list[Mapping[str, Any]]] = {}
    for curve in document.get("curves") or ():
        kind, estimator = curve["space"].partition(":")[0], curve["estimator"]
        place = (_rank(_SPACES, kind), _rank(_ESTIMATORS, estimator), kind, estimator)
        found.setdefault(place, []).append(curve)
    if not found:
        return [Omitted("Accuracy against k and N", "no curve was measured")]
    return [
        _figure(document, kind, estimator, group, number)
        for number, ((_, _, kind, estimator), group) in enumerate(sorted(found.items(), key=lambda f: f[0][:4]), _FIRST)
    ]


def _rank(known: Mapping[str, str], name: str) -> int:
    return list(known).index(name) if name in known else len(known)


def _figure(
    document: Mapping[str, Any], kind: str, estimator: str, group: Sequence[Mapping[str, Any]], number: int
) -> Figure:
    parameter = group[0]["parameter"]
    where, how = _SPACES.get(kind, f"{kind} space"), _ESTIMATORS.get(estimator, estimator)
    bound = all(c["upper_bound"] for c in group)
    title = f"Figure {number}. {how}, {where}: accuracy against {parameter}" + (" (upper bound)" if bound else "")
    meaning = "the number of neighbours that vote" if parameter == "k" else "the number of clusters that are evaluated"
    reading = (
        f"The share of prompts on which the chosen model was right, against {parameter}, {meaning} (log). The band is "
        "the 95% interval; grey lines need no look at the prompt."
    )
    if any(c["upper_bound"] for c in group):
        reading += " Dashed curves encode answers that exist only after asking: an upper bound, not a router."
    asked = (c for c in group if c["space"] != "prompt" and c["charged_usd"] is not None)
    charged = {c["space"]: c["charged_usd"] for c in asked}
    if charged:
        said = [f"{per_thousand(usd)} per 1,000 requests ({space})" for space, usd in charged.items()]
        reading += f" The response that is encoded costs {listed(said)}."
    return Figure(
        name=f"figure-{number}-{_slug(how)}-{_slug(kind)}",
        title=title,
        reading=reading,
        finding=_finding(document, group, parameter),
        columns=("space", parameter, "share of evaluations", "accuracy", "95%", "label accuracy"),
        rows=[
            (
                c["space"], f"{p['value']:,}", percent(p["share_of_evaluations"]), score(p["accuracy"]),
                interval(p["low"], p["high"]), score(p["label_accuracy"]),
            )
            for c in group
            for p in c["points"]
        ],
        draw=lambda width: look.finish(_draw(document, group, parameter, width), title, width),
    )  # fmt: skip


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in text.lower())[:40] or "space"


def _finding(document: Mapping[str, Any], group: Sequence[Mapping[str, Any]], parameter: str) -> str:
    curve, best = max(((c, p) for c in group for p in c["points"]), key=lambda pair: pair[1]["accuracy"])
    said = f"Best: {score(best['accuracy'])} {interval(best['low'], best['high'])} at {parameter} = {best['value']:,}"
    said += f" ({curve['space']})" if len(group) > 1 else ""
    constants = document.get("constants") or ()
    if constants:
        top = max(constants, key=lambda c: c["accuracy"])
        gap = best["accuracy"] - top["accuracy"]
        if best["low"] is not None and best["low"] > top["accuracy"]:
            said += f", {gap:.3f} above always asking {top['model']} ({score(top['accuracy'])})"
        elif best["high"] is not None and best["high"] < top["accuracy"]:
            said += f", {-gap:.3f} below always asking {top['model']} ({score(top['accuracy'])})"
        else:
            said += f", no clear difference from always asking {top['model']} ({score(top['accuracy'])})"
    return said + "."


def _references(document: Mapping[str, Any], small: bool) -> list[dict[str, Any]]:
    """Horizontal lines: (accuracy, text, kind), all constants but only some with their names."""
    constants = sorted(document.get("constants") or (), key=lambda c: -c["accuracy"])
    short = look.short_names((c["model"] for c in constants), 18 if small else 28)
    named = range(len(constants)) if len(constants) <= 6 else (0, 1, len(constants) // 2, len(constants) - 1)
    lines = [
        {
            "accuracy": c["accuracy"], "kind": "constant",
            "text": (short[c["model"]] if small else f"always {short[c['model']]}") if i in named else "",
            "tip": f"always {c['model']}: accuracy {score(c['accuracy'])}, label accuracy {score(c['label_accuracy'])}",
        }
        for i, c in enumerate(constants)
    ]  # fmt: skip
    others = {"oracle (any correct)": "oracle", "category-best": "category_best", "random model": "random"}
    for text, key in others.items():
        value = document.get(key)
        if value is not None:
            lines.append({"accuracy": value, "kind": "other", "text": text, "tip": f"{text}: {score(value)}"})
    return lines


def _draw(
    document: Mapping[str, Any], group: Sequence[Mapping[str, Any]], parameter: str, width: int
) -> alt.LayerChart:
    small = width < 500
    lines = _references(document, small)
    rows = [
        {
            **{key: p[key] for key in ("value", "accuracy", "low", "high")}, "space": c["space"],
            "tip": f"{c['space']}, {parameter} = {p['value']:,}: accuracy {score(p['accuracy'])} "
            f"{interval(p['low'], p['high'])}, {percent(p['share_of_evaluations'])} of the evaluations",
        }
        for c in group
        for p in c["points"]
    ]  # fmt: skip
    seen = [line["accuracy"] for line in lines] + [
        r[k] for r in rows for k in ("accuracy", "low", "high") if r[k] is not None
    ]
    pad = 0.04 * (max(seen) - min(seen) or 1)
    domain = [min(seen) - pad, max(seen) + pad]
    first, last = min(r["value"] for r in rows), max(r["value"] for r in rows)
    # The names of the lines stand at the right, where the axis goes on without values.
    room = max((look.text_width(line["text"], 10) for line in lines), default=0) + 14
    plot = width - 62
    end = max(last * 1.02, 1.02) * (max(last / first, 2.0) ** (room / max(plot - room, 60)))
    scale = alt.Scale(type="log", domain=[first / 1.08, end], nice=False)
    values = sorted({r["value"] for r in rows})
    x = alt.X(
        "value:Q", scale=scale, title=f"{parameter} (log)",
        axis=alt.Axis(values=values, format=",d", grid=False, labelOverlap="greedy", labelSeparation=5),
    )  # fmt: skip
    y_scale = alt.Scale(domain=domain, nice=False, zero=False)
    y = alt.Y(
        "accuracy:Q",
        scale=y_scale,
        title="accuracy (the chosen model is right)",
        axis=alt.Axis(format=".2~f", grid=False),
    )
    named = [line for line in lines if line["text"]]
    pixel = (domain[1] - domain[0]) / _HEIGHT
    heights = spread([line["accuracy"] for line in named], 12 * pixel, domain[0] + 4 * pixel, domain[1] - 4 * pixel)
    names = alt.Chart(
        look.data({"text": line["text"], "at": end, "height": h} for line, h in zip(named, heights, strict=True))
    ).encode(x=alt.X("at:Q", scale=scale), y=alt.Y("height:Q", scale=y_scale), text="text:N")
    spaces = [c["space"] for c in group]
    scales = look.series_scale(spaces)
    dashes = alt.Scale(domain=spaces, range=[[6, 3] if c["upper_bound"] else [1, 0] for c in group])
    legend = alt.Legend(columns=look.legend_columns(spaces, width)) if len(group) > 1 else None
    colour = alt.Color("space:N", scale=scales["color"], legend=legend)
    base = alt.Chart(look.data(rows)).encode(x=x)
    layers = [
        _lines(lines, "constant", y, color=look.FAINT, strokeWidth=0.8),
        _lines(lines, "other", y, color=look.MUTED, strokeWidth=1.2, strokeDash=[2, 3]),
        base.mark_area(opacity=0.16, aria=False).encode(y=alt.Y("low:Q", scale=y_scale), y2="high:Q", color=colour),
        base.mark_line(strokeWidth=2, aria=False).encode(
            y=y, color=colour, strokeDash=alt.StrokeDash("space:N", scale=dashes, legend=None)
        ),
        base.mark_point(filled=True, size=36, opacity=1).encode(
            y=y, color=colour, shape=alt.Shape("space:N", scale=scales["shape"], legend=legend), **look.told()
        ),
        look.words(names, size=10, colour=look.MUTED, align="right", dy=-1),
    ]
    return look.layer(*layers).properties(width=width, height=_HEIGHT)


def _lines(lines: Sequence[Mapping[str, Any]], kind: str, y: alt.Y, **style: Any) -> alt.Chart:
    mine = look.data(line for line in lines if line["kind"] == kind)
    rules: alt.Chart = alt.Chart(mine).mark_rule(**style).encode(y=y, **look.told())
    return rules
