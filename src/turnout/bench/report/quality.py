"""Quality by category: a panel each, with every model and its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from turnout.bench.report.names import slug, title_of
from turnout.report import look
from turnout.report.figure import Figure, Omitted
from turnout.report.numbers import interval, listed, score
from turnout.report.panels import grid

__all__ = ["by_category"]

_LEADER, _OTHER, _UNRANKED = "on the first rank", "behind", "cannot lead"


def by_category(document: Mapping[str, Any], modality: str) -> Figure | Omitted:
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
        name=f"categories-{slug(modality)}",
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
                "label": f"{s['quality']:.2f}",
                "tip": f"{s['model']}, {title_of(modality, board['category'])}: {score(s['quality'])} "
                f"{interval(s['low'], s['high'])}, {s['n']:,} tasks",
            }
            for s in board["standings"]
            if s["quality"] is not None
        ]  # fmt: skip
        panels.append((_fitting(title_of(modality, board["category"]), board["tasks"], each), _row_of(rows, each)))
    return grid(panels, columns, 22)


def _fitting(title: str, tasks: int, width: int) -> str:
    """A panel's head, cut where it would run into the next panel."""
    room = int((width + 30) / 7) - len(f" ({tasks})")
    return f"{title if len(title) <= room else title[: room - 1].rstrip() + '…'} ({tasks})"


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
