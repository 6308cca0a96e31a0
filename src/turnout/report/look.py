"""How all charts look: colours that the colour-blind can tell apart, shapes beside them, and few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import altair as alt

__all__ = [
    "BAND",
    "FAINT",
    "GRID",
    "INK",
    "MODEL_COLOURS",
    "MUTED",
    "PAPER",
    "SERIES",
    "Drawing",
    "data",
    "finish",
    "layer",
    "legend_columns",
    "panel_width",
    "series_scale",
    "short_names",
    "text_colour",
    "text_width",
    "told",
    "words",
]

Drawing: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart | alt.ConcatChart

# The page turns each of these into its dark counterpart (page.css), so charts use no other greys.
INK, MUTED, FAINT, GRID, BAND, PAPER = "#1f2328", "#5c6570", "#98a1ab", "#e4e7eb", "#edf2f7", "#ffffff"
# Okabe & Ito's colours, the dark enough ones first; a shape each, so that colour is never alone.
SERIES = (
    ("#0072b2", "circle"),
    ("#d55e00", "square"),
    ("#009e73", "triangle-up"),
    ("#cc79a7", "diamond"),
    ("#e69f00", "triangle-down"),
    ("#56b4e9", "cross"),
    ("#7a5c00", "triangle-right"),
    ("#5e4fa2", "triangle-left"),
)
MODEL_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
_DARK_TEXT_ON = {*MODEL_COLOURS[1:], FAINT}
_FONT = "Helvetica, Arial, Liberation Sans, sans-serif"


def data(rows: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Rows as Vega-Lite data, without pandas."""
    # A tuple, because Altair copies lists each time it puts charts together.
    return alt.InlineData(values=tuple(dict(row) for row in rows))


def told(field: str = "tip") -> dict[str, Any]:
    """The channels that make a mark say its numbers: to a screen reader, and under the pointer."""
    return {"description": alt.Description(f"{field}:N"), "tooltip": alt.Tooltip(f"{field}:N")}


def layer(*parts: alt.Chart | alt.LayerChart) -> alt.LayerChart:
    """Marks on top of each other."""
    return cast("alt.LayerChart", alt.layer(*parts))  # a facet only of facets, which nobody gives it


def words(chart: alt.Chart, *, size: int = 11, colour: str = INK, halo: bool = True, **options: Any) -> alt.LayerChart:
    """Text marks, over a halo of the paper's colour so that lines do not strike them through."""
    plain = chart.mark_text(fontSize=size, color=colour, aria=False, **options)
    if not halo:
        return layer(plain)
    under = chart.mark_text(
        fontSize=size, color=PAPER, stroke=PAPER, strokeWidth=3, strokeJoin="round", aria=False, **options
    )
    return layer(under, plain)


def series_scale(names: Sequence[str], dashed: Sequence[str] = ()) -> dict[str, alt.Scale]:
    """Colour, shape and dash by series name, in the given order; `dashed` ones are grey reference lines."""
    looks: dict[str, tuple[str, str, list[int]]] = {}
    for name in names:
        if name in dashed:
            looks[name] = (MUTED, "stroke", [4, 3])
        else:
            place = len([n for n in looks if n not in dashed])
            colour, shape = SERIES[place % len(SERIES)]
            # A ninth series repeats the first colour with a dash of its own.
            looks[name] = (colour, shape, [1, 0] if place < len(SERIES) else [6, 2])
    channels = ("color", "shape", "strokeDash")
    return {
        channel: alt.Scale(domain=list(names), range=[looks[name][i] for name in names])
        for i, channel in enumerate(channels)
    }


def short_names(ids: Iterable[str], limit: int = 30) -> dict[str, str]:
    """Model ids without their maker and about `limit` characters long, all different from each other."""
    ids = list(dict.fromkeys(ids))
    last = [name.rstrip("/").rpartition("/")[2] for name in ids]
    whole = [part if last.count(part) == 1 else name for name, part in zip(ids, last, strict=True)]
    for more in range(0, 12, 2):  # a few characters more may tell two apart
        taken = [_cut(name, limit + more) for name in whole]
        if len(set(taken)) == len(ids):
            return dict(zip(ids, taken, strict=True))
    taken = [_cut(name, limit) for name in whole]
    numbered = [f"{text} ({i})" for i, text in enumerate(taken, 1)]
    return dict(zip(ids, numbered, strict=True))


def _cut(text: str, limit: int) -> str:
    """From the middle: versions and sizes stand at the end."""
    if len(text) <= limit:
        return text
    tail = limit // 2
    return f"{text[: limit - 1 - tail]}…{text[len(text) - tail :]}"


def text_width(text: str, size: int = 11) -> float:
    """Pixels that a text takes, about."""
    return sum(0.3 if c in " .,:;|ilIjt'()[]f" else 0.85 if c in "mwMW@%" else 0.57 for c in text) * size


def text_colour(fill: str) -> str:
    """Of a label inside a filled mark."""
    return "#1b1f24" if fill in _DARK_TEXT_ON else "#fefefe"  # neither turns with the page's theme


def legend_columns(names: Iterable[str], width: int) -> int:
    """Columns of a legend that has these names and this width."""
    names = list(names)
    widest = max(map(text_width, names), default=0) + 46
    return max(1, min(len(names), int((width - 40) / widest)))


def panel_width(width: int, panels: int, labels: Iterable[str] = (), spacing: int = 18) -> int:
    """Of each of some panels side by side, of which the first has these labels at its left."""
    beside = min(max((text_width(text) for text in labels), default=30) + 12, label_limit(width))
    return max(60, int((width - beside - 26 - spacing * (panels - 1)) / panels))


def label_limit(width: int) -> int:
    """Pixels that an axis label may take."""
    return 220 if width > 500 else 110


def finish(chart: Drawing, title: str, width: int, *, fit: bool = True, subtitle: str = "") -> Drawing:
    """Title and theme. `fit` makes axes and legend part of the width, which only single views can."""
    small = width < 500
    top = alt.TitleParams(_wrapped(title, width, 14), subtitle=_wrapped(subtitle, width, 11) if subtitle else "")
    options: dict[str, Any] = {"autosize": alt.AutoSizeParams(type="fit-x", contains="padding")} if fit else {}
    axis = {
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": FAINT,
        "tickColor": FAINT,
        "tickSize": 4,
        "labelLimit": label_limit(width),
        "labelPadding": 4,
        "titlePadding": 8,
    }
    done: Drawing = (
        chart.properties(title=top, background=PAPER, padding=6, **options)
        .configure(font=_FONT)
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_legend(
            labelFontSize=11,
            titleFontSize=11,
            titleFontWeight="normal",
            labelColor=INK,
            titleColor=MUTED,
            labelLimit=300,
            symbolSize=70,
            symbolOpacity=1,
            orient="top",
            direction="horizontal",
            columns=2 if small else 4,
            columnPadding=26,
            title=None,
            offset=8,
        )
        .configure_header(labelFontSize=11, labelColor=INK, labelFontWeight="bold", title=None, labelPadding=6)
        .configure_title(
            anchor="start",
            frame="bounds",
            fontSize=14,
            fontWeight="bold",
            color=INK,
            subtitleColor=MUTED,
            subtitleFontSize=11,
            offset=12,
            subtitlePadding=5,
        )
    )
    return done


def _wrapped(text: str, width: int, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if 1.12 * text_width(longer, size) > width - 24 and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
