"""Things that are looked at rather than read: scenes of objects, charts, network maps, floor plans, clocks, rulers."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image, ImageDraw
from suite.render import BOLD, SANS, font

Item = tuple[str, str, float, float, float]  # what, colour, x and y of its middle, size (all pixels)
_SCALE = 2  # drawn large and shrunk, so that edges are smooth
COLOURS = {
    "red": "#d93636", "blue": "#2f6fd0", "green": "#2e9e4f", "yellow": "#f2c80f", "orange": "#ee8322",
    "purple": "#8144b8", "pink": "#f08cb4", "brown": "#8a5a33", "black": "#1d1d1d", "white": "#ffffff",
    "grey": "#8d949a", "turquoise": "#24b3a8",
}  # fmt: skip


def _regular(corners: int, x: float, y: float, r: float, turn: float = -90) -> list[tuple[float, float]]:
    angles = [math.radians(turn + 360 * i / corners) for i in range(corners)]
    return [(x + r * math.cos(a), y + r * math.sin(a)) for a in angles]


def _star(x: float, y: float, r: float) -> list[tuple[float, float]]:
    outer, inner = _regular(5, x, y, r), _regular(5, x, y, r * 0.42, -54)
    return [point for pair in zip(outer, inner, strict=True) for point in pair]


def thing(draw: ImageDraw.ImageDraw, what: str, colour: str, x: float, y: float, s: float) -> None:
    """One object, its middle at (x, y), about `s` wide."""
    ink, r = COLOURS.get(colour, colour), s / 2
    edge = "#444444" if colour == "white" and what != "cloud" else None

    def box(x0: float, y0: float, x1: float, y1: float, fill: str, round_: float = 0) -> None:
        at = (x + x0 * s, y + y0 * s, x + x1 * s, y + y1 * s)
        draw.rounded_rectangle(at, round_ * s, fill=fill, outline=edge)

    def oval(x0: float, y0: float, x1: float, y1: float, fill: str) -> None:
        draw.ellipse((x + x0 * s, y + y0 * s, x + x1 * s, y + y1 * s), fill=fill, outline=edge)

    def poly(points: Sequence[tuple[float, float]], fill: str) -> None:
        draw.polygon([(x + a * s, y + b * s) for a, b in points], fill=fill)

    corners = {"triangle": 3, "pentagon": 5, "hexagon": 6, "diamond": 4}
    if what in corners:
        draw.polygon(_regular(corners[what], x, y, r), fill=ink, outline=edge)
    elif what == "star":
        draw.polygon(_star(x, y, r), fill=ink, outline=edge)
    elif what == "circle":
        oval(-0.5, -0.5, 0.5, 0.5, ink)
    elif what == "square":
        box(-0.45, -0.45, 0.45, 0.45, ink)
    elif what == "rectangle":
        box(-0.6, -0.32, 0.6, 0.32, ink)
    elif what == "post":
        box(-0.2, -0.5, 0.2, 0.5, ink, 0.05)
    elif what == "ring":
        draw.ellipse((x - r, y - r, x + r, y + r), outline=ink, width=max(3, round(s / 7)))
    elif what == "cross":
        box(-0.5, -0.15, 0.5, 0.15, ink)
        box(-0.15, -0.5, 0.15, 0.5, ink)
    elif what == "heart":
        oval(-0.5, -0.42, 0.02, 0.1, ink)
        oval(-0.02, -0.42, 0.5, 0.1, ink)
        poly([(-0.46, -0.02), (0.46, -0.02), (0, 0.5)], ink)
    elif what in ("arrow-left", "arrow-right", "arrow-up", "arrow-down"):
        shape = [(-0.5, -0.14), (0.08, -0.14), (0.08, -0.38), (0.5, 0), (0.08, 0.38), (0.08, 0.14), (-0.5, 0.14)]
        turn = {"right": 0, "down": 90, "left": 180, "up": 270}[what.removeprefix("arrow-")]
        c, d = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        poly([(a * c - b * d, a * d + b * c) for a, b in shape], ink)
    elif what == "sun":
        for point in _regular(12, x, y, r * 1.35):
            draw.line((x, y, *point), fill=ink, width=max(3, round(s / 18)))
        oval(-0.5, -0.5, 0.5, 0.5, ink)
    elif what == "moon":
        oval(-0.5, -0.5, 0.5, 0.5, ink)
        draw.ellipse((x - r * 0.4, y - r * 1.15, x + r * 1.3, y + r * 0.7), fill="#16213d")
    elif what == "cloud":
        for dx, dy, q in ((-0.32, 0.06, 0.2), (-0.05, -0.08, 0.28), (0.28, 0.04, 0.22)):
            draw.ellipse((x + (dx - q) * s, y + (dy - q) * s, x + (dx + q) * s, y + (dy + q) * s), fill=ink)
        box(-0.36, 0.04, 0.32, 0.25, ink, 0.1)
    elif what == "house":
        box(-0.4, -0.1, 0.4, 0.5, ink)
        poly([(-0.52, -0.1), (0, -0.52), (0.52, -0.1)], "#7b2d26" if colour != "red" else "#4a4a4a")
        box(-0.09, 0.18, 0.1, 0.5, "#4b3621")
        box(-0.33, 0.02, -0.15, 0.2, "#cfe8f7")
        box(0.16, 0.02, 0.34, 0.2, "#cfe8f7")
    elif what == "tree":
        box(-0.07, 0.1, 0.07, 0.55, "#6b4423")
        oval(-0.36, -0.55, 0.36, 0.2, ink)
    elif what == "fir":
        box(-0.06, 0.3, 0.06, 0.55, "#6b4423")
        poly([(-0.34, 0.34), (0, -0.2), (0.34, 0.34)], ink)
        poly([(-0.26, 0.06), (0, -0.55), (0.26, 0.06)], ink)
    elif what == "flower":
        box(-0.025, 0, 0.025, 0.55, "#2e7d32")
        for px, py in _regular(6, 0, -0.12, 0.2):
            oval(px - 0.13, py - 0.13, px + 0.13, py + 0.13, ink)
        oval(-0.1, -0.22, 0.1, -0.02, "#f6d743")
    elif what in ("car", "bus"):
        high = -0.42 if what == "bus" else -0.02
        box(-0.6, high, 0.6, 0.25, ink, 0.06)
        if what == "car":
            poly([(-0.34, 0), (-0.2, -0.26), (0.2, -0.26), (0.36, 0)], ink)
            poly([(-0.25, 0), (-0.15, -0.2), (0.15, -0.2), (0.25, 0)], "#d7ecf7")
        else:
            for i in range(4):
                box(-0.52 + i * 0.27, -0.32, -0.31 + i * 0.27, -0.08, "#d7ecf7")
        for dx in (-0.35, 0.35):
            oval(dx - 0.14, 0.12, dx + 0.14, 0.4, "#222222")
    elif what == "boat":
        poly([(-0.55, 0.15), (0.55, 0.15), (0.36, 0.42), (-0.36, 0.42)], ink)
        box(-0.02, -0.55, 0.02, 0.15, "#5b4636")
        poly([(0.04, -0.52), (0.04, 0.08), (0.44, 0.08)], "#f7f7f2")
    elif what == "fish":
        oval(-0.42, -0.2, 0.3, 0.2, ink)
        poly([(0.2, 0), (0.52, -0.24), (0.52, 0.24)], ink)
        oval(-0.3, -0.09, -0.22, -0.01, "#ffffff")
    elif what == "person":
        oval(-0.12, -0.55, 0.12, -0.31, "#d9a97c")
        box(-0.16, -0.3, 0.16, 0.12, ink, 0.06)
        box(-0.14, 0.1, -0.02, 0.5, "#2c3e50")
        box(0.02, 0.1, 0.14, 0.5, "#2c3e50")
    elif what == "balloon":
        oval(-0.3, -0.55, 0.3, 0.12, ink)
        draw.line((x, y + 0.12 * s, x, y + 0.6 * s), fill="#555555", width=2)
    elif what == "cup":
        box(-0.3, -0.3, 0.3, 0.35, ink, 0.06)
        draw.ellipse((x + 0.2 * s, y - 0.18 * s, x + 0.48 * s, y + 0.2 * s), outline=ink, width=max(3, round(s / 14)))
    elif what == "apple":
        oval(-0.4, -0.3, 0.4, 0.45, ink)
        box(-0.03, -0.5, 0.03, -0.22, "#5b3a1e")
        oval(0.02, -0.48, 0.26, -0.34, "#3f8f3f")
    elif what == "dot":
        oval(-0.12, -0.12, 0.12, 0.12, ink)
    elif what == "table":
        box(-0.6, -0.12, 0.6, 0, ink)
        box(-0.52, 0, -0.44, 0.5, ink)
        box(0.44, 0, 0.52, 0.5, ink)
    else:
        raise ValueError(f"no drawing of a {what}")


def scene(items: Sequence[Item], *, size: tuple[int, int] = (480, 320), ground: str = "#f5f5f0",
          bands: Sequence[tuple[str, float, float]] = ()) -> Image.Image:  # fmt: skip
    """Objects on a ground; `bands` are stripes (colour, top, bottom as shares of the height): sky, sea, road."""
    width, height = size
    image = Image.new("RGB", (width * _SCALE, height * _SCALE), ground)
    draw = ImageDraw.Draw(image)
    for colour, top, bottom in bands:
        draw.rectangle((0, top * height * _SCALE, width * _SCALE, bottom * height * _SCALE), fill=colour)
    for what, ink, x, y, s in items:
        thing(draw, what, ink, x * _SCALE, y * _SCALE, s * _SCALE)
    return image.resize(size, Image.Resampling.LANCZOS)


def chart(kind: str, title: str, rows: Sequence[tuple[Any, ...]], *, x: str = "", y: str = "", labels: bool = False,
          size: tuple[int, int] = (400, 260), colours: Sequence[str] = ()) -> Image.Image:  # fmt: skip
    """A Vega-Lite chart of (name, number) or (name, number, series): bar, hbar, line, pie, point."""
    import vl_convert

    data = [dict(zip(("n", "v", "s"), row, strict=False)) | {"i": i} for i, row in enumerate(rows)]
    series = len(rows[0]) == 3
    flat: dict[str, Any] = {"field": "v", "type": "quantitative", "title": y or None}
    level = {"labelAngle": 0}
    names: dict[str, Any] = {"field": "n", "type": "ordinal", "sort": None, "title": x or None, "axis": level}
    tint: dict[str, Any] = {"field": "s" if series else "n", "type": "nominal", "sort": None, "title": None}
    if colours:
        tint["scale"] = {"range": list(colours)}
    marks: dict[str, Any] = {
        "bar": "bar", "hbar": "bar", "line": {"type": "line", "point": True, "strokeWidth": 3},
        "pie": {"type": "arc", "stroke": "white"}, "point": {"type": "point", "filled": True, "size": 90},
    }  # fmt: skip
    mark = marks[kind]
    if kind == "pie":
        encoding: dict[str, Any] = {"theta": {**flat, "stack": True}, "color": tint, "order": {"field": "i"}}
    elif kind == "hbar":
        encoding = {"x": flat, "y": names}
    elif kind == "point":
        encoding = {"x": {**names, "type": "quantitative"}, "y": flat}
    else:
        encoding = {"x": names, "y": flat}
    if kind != "pie" and (series or colours):
        encoding["color"] = tint
    if series and kind == "bar":
        encoding["xOffset"] = {"field": "s", "sort": None}
    if not series and not colours and kind != "pie":
        mark = {**({"type": mark} if isinstance(mark, str) else mark), "color": "#3574b0"}
    layers: list[dict[str, Any]] = [{"mark": mark, "encoding": encoding}]
    if labels:
        text = {"type": "text", "fontSize": 15, "fontWeight": "bold"}
        place: dict[str, Any] = {"radius": 150} if kind == "pie" else {"dx": 18} if kind == "hbar" else {"dy": -12}
        if kind == "pie":
            layers[0]["mark"] = {**mark, "outerRadius": 115}
        kept = {k: v for k, v in encoding.items() if k != "color"}
        layers.append({"mark": {**text, **place}, "encoding": {**kept, "text": {"field": "v"}}})
    spec = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "title": {"text": title, "fontSize": 19},
            "width": size[0], "height": size[1], "background": "white", "padding": 16, "data": {"values": data},
            "layer": layers, "config": {"font": "DejaVu Sans", "axis": {"labelFontSize": 15, "titleFontSize": 15},
                                        "legend": {"labelFontSize": 15}}}  # fmt: skip
    return Image.open(io.BytesIO(vl_convert.vegalite_to_png(spec))).convert("RGB")


def network(nodes: dict[str, tuple[int, int]], edges: Sequence[tuple[str, str, str]], *, boxes: bool = False,
            arrows: bool = False, size: tuple[int, int] = (620, 400)) -> Image.Image:  # fmt: skip
    """Stops or boxes joined by labelled lines; a label that is a colour is not written but is the colour."""
    image = Image.new("RGB", size, "#fcfcfa")
    draw, small, bold = ImageDraw.Draw(image), font(SANS, 17), font(BOLD, 17)
    for a, b, label in edges:
        (x0, y0), (x1, y1) = nodes[a], nodes[b]
        draw.line((x0, y0, x1, y1), fill=COLOURS.get(label, "#5a6872"), width=5)
        mx, my = (x0 + x1) / 2, (y0 + y1) / 2
        if arrows:
            a_, reach = math.atan2(y1 - y0, x1 - x0), 13
            ax, ay = mx + (x1 - x0) * 0.1, my + (y1 - y0) * 0.1
            tips = [(ax + reach * math.cos(a_ + t), ay + reach * math.sin(a_ + t)) for t in (0, 2.5, -2.5)]
            draw.polygon(tips, fill="#1c1c1c")
        if label and label not in COLOURS:
            wide = small.getlength(label)
            draw.rectangle((mx - wide / 2 - 4, my - 12, mx + wide / 2 + 4, my + 12), fill="#fcfcfa")
            draw.text((mx, my), label, font=small, fill="#1c1c1c", anchor="mm")
    for name, (x, y) in nodes.items():
        wide = bold.getlength(name)
        if boxes:
            draw.rounded_rectangle((x - wide / 2 - 14, y - 20, x + wide / 2 + 14, y + 20), 8, fill="#dfeaf2",
                                   outline="#33566e", width=2)  # fmt: skip
            draw.text((x, y), name, font=bold, fill="#14222c", anchor="mm")
        else:
            draw.ellipse((x - 10, y - 10, x + 10, y + 10), fill="white", outline="#1c1c1c", width=4)
            draw.text((x, y - 24), name, font=bold, fill="#14222c", anchor="mm", stroke_width=4, stroke_fill="#fcfcfa")
    return image


def plan(rooms: Sequence[tuple[str, float, float, float, float]], *, note: str = "", unit: int = 52,
         fills: dict[str, str] | None = None) -> Image.Image:  # fmt: skip
    """A floor plan: (name, x, y, width, depth) in metres; names may have a second line."""
    wide, deep = max(x + w for _, x, _, w, _ in rooms), max(y + d for _, _, y, _, d in rooms)
    image = Image.new("RGB", (int(wide * unit) + 60, int(deep * unit) + 60 + (34 if note else 0)), "white")
    draw, face = ImageDraw.Draw(image), font(SANS, 17)
    for name, x, y, w, d in rooms:
        at = (30 + x * unit, 30 + y * unit, 30 + (x + w) * unit, 30 + (y + d) * unit)
        draw.rectangle(at, fill=(fills or {}).get(name.split("\n")[0], "#f7f4ec"), outline="#222222", width=4)
        middle = ((at[0] + at[2]) / 2, (at[1] + at[3]) / 2)
        draw.text(middle, name, font=face, fill="#222222", anchor="mm", align="center")
    draw.text((30, image.height - 40), note, font=face, fill="#555555")
    return image


def clock(hour: int, minute: int) -> Image.Image:
    """A wall clock with hands."""
    image = Image.new("RGB", (640, 640), "#e9e4da")
    draw, face = ImageDraw.Draw(image), font(BOLD, 48)
    draw.ellipse((30, 30, 610, 610), fill="white", outline="#333333", width=14)
    for i, (x, y) in enumerate(_regular(12, 320, 320, 235, -60)):
        draw.text((x, y), str(i + 1), font=face, fill="#222222", anchor="mm")
    for turn, length, width in ((hour * 30 + minute / 2, 140, 18), (minute * 6, 215, 10)):
        a = math.radians(turn - 90)
        draw.line((320, 320, 320 + length * math.cos(a), 320 + length * math.sin(a)), fill="#111111", width=width)
    draw.ellipse((304, 304, 336, 336), fill="#b3121d")
    return image.resize((320, 320), Image.Resampling.LANCZOS)


def ruler(start: float, end: float, colour: str, *, length: int = 15) -> Image.Image:
    """A bar lying along a ruler in centimetres."""
    image = Image.new("RGB", (length * 44 + 60, 190), "#f3efe6")
    draw, face = ImageDraw.Draw(image), font(SANS, 17)
    draw.rounded_rectangle((30 + start * 44, 30, 30 + end * 44, 66), 6, fill=COLOURS[colour])
    draw.rectangle((20, 76, length * 44 + 40, 156), fill="#f4d58d", outline="#9b7a3c")
    for i in range(length * 2 + 1):
        draw.line((30 + i * 22, 76, 30 + i * 22, 104 if i % 2 == 0 else 92), fill="#222222", width=2)
        if i % 2 == 0:
            draw.text((30 + i * 22, 120), str(i // 2), font=face, fill="#222222", anchor="mm")
    draw.text((length * 44 + 24, 142), "cm", font=face, fill="#222222", anchor="rm")
    return image


def dice(values: Sequence[int]) -> Image.Image:
    """Dice in a row."""
    spots = {1: "e", 2: "ai", 3: "aei", 4: "acgi", 5: "acegi", 6: "acdfgi"}
    image = Image.new("RGB", (len(values) * 260 + 60, 300), "#2f6b4f")
    draw = ImageDraw.Draw(image)
    for i, value in enumerate(values):
        x = 40 + i * 260
        draw.rounded_rectangle((x, 50, x + 200, 250), 30, fill="white")
        for spot in spots[value]:
            row, column = divmod("abcdefghi".index(spot), 3)
            draw.ellipse((x + 30 + column * 50, 80 + row * 50, x + 66 + column * 50, 116 + row * 50), fill="#1c1c1c")
    return image.resize((image.width // 2, 150), Image.Resampling.LANCZOS)


DRAWINGS: dict[str, Callable[..., Image.Image]] = {
    "scene": scene, "chart": chart, "network": network, "plan": plan, "clock": clock, "ruler": ruler, "dice": dice,
}  # fmt: skip
