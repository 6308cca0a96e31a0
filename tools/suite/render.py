"""Pages that look like real ones: receipts, signs, letters, forms, chats, terminals; and what bad cameras do to them.

A page is text with the light mark-up of `suite.markup`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from suite.markup import Line, read_line

FONTS = "/usr/share/fonts/truetype/dejavu/DejaVu"
SANS, BOLD, MONO, SERIF, SLANTED, NARROW = (
    "Sans", "Sans-Bold", "SansMono", "Serif", "Sans-Oblique", "SansCondensed")  # fmt: skip
Colour = str


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of page is set. `frame` names what is drawn around the text; sizes are pixels."""

    font: str = SANS
    size: int = 22
    ink: Colour = "#1c1c1c"
    paper: Colour = "#ffffff"
    pad: int = 34
    leading: float = 1.42
    centred: bool = False
    frame: str = ""
    accent: Colour = "#1f4e79"
    width: int = 0  # at least
    ratio: float = 0.0  # of height to width, at least


STYLES: dict[str, Style] = {
    "receipt": Style(MONO, 20, "#2b2b2b", "#fbfaf4", 26, 1.32, frame="torn"),
    "letter": Style(SERIF, 21, "#1a1a1a", "#fffdf7", 52, 1.5),
    "mail": Style(SANS, 19, "#202124", "#ffffff", 30, 1.45, frame="bar", accent="#c5d6ea"),
    "sign": Style(BOLD, 40, "#ffffff", "#0b5fa5", 44, 1.35, True, "border", "#ffffff"),
    "warning": Style(BOLD, 40, "#111111", "#f7c600", 46, 1.35, True, "border", "#111111"),
    "ban": Style(BOLD, 38, "#b3121d", "#ffffff", 46, 1.35, True, "border", "#b3121d"),
    "road": Style(BOLD, 40, "#ffffff", "#14663a", 40, 1.4, False, "border", "#ffffff"),
    "label": Style(NARROW, 20, "#101010", "#f6f1e3", 30, 1.35, frame="border", accent="#7a5c2e"),
    "ticket": Style(SANS, 21, "#17202a", "#e8f1f7", 40, 1.42, frame="holes", accent="#34678c"),
    "menu": Style(SERIF, 21, "#3b2314", "#fbf3e4", 48, 1.5, frame="double", accent="#8a5a2b"),
    "card": Style(SANS, 19, "#222222", "#ffffff", 40, 1.42, frame="stripe", accent="#a23b3b"),
    "board": Style(SLANTED, 27, "#1d3f8f", "#f4f6f5", 44, 1.5, frame="board", accent="#9aa3a8"),
    "terminal": Style(MONO, 18, "#d8dee4", "#16191d", 24, 1.35, frame="window", accent="#30363d"),
    "light_terminal": Style(MONO, 18, "#24292e", "#fafbfc", 24, 1.35, frame="window", accent="#d5dbe1"),
    "web": Style(SANS, 20, "#24292f", "#ffffff", 34, 1.45, frame="browser", accent="#dee3e8"),
    "note": Style(SLANTED, 24, "#333333", "#fdf3a7", 34, 1.45, frame="shade"),
    "poster": Style(BOLD, 30, "#fff6e0", "#7b1e3a", 52, 1.45, True, "border", "#f0c987"),
    "notice": Style(SANS, 22, "#1a1a1a", "#fefefe", 44, 1.45, True, "border", "#555555"),
    "form": Style(SANS, 19, "#1a1a1a", "#ffffff", 32),
    "invoice": Style(SANS, 19, "#222222", "#ffffff", 40, 1.45, frame="bar", accent="#26607d"),
    "slide": Style(SANS, 26, "#20303c", "#fbfbf8", 44, 1.5, frame="stripe", accent="#e07a2f"),
    "slide_dark": Style(SANS, 26, "#f2f2f2", "#1d2733", 44, 1.5, frame="stripe", accent="#3fb6a8"),
    "screen": Style(SANS, 21, "#f5f5f5", "#26323d", 32, 1.42, frame="border", accent="#6c7a86"),
    "led": Style(MONO, 27, "#ffb000", "#141414", 32, 1.45, frame="border", accent="#444444"),
}  # fmt: skip


def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A DejaVu font."""
    return ImageFont.truetype(f"{FONTS}{name}.ttf", size)


def page(kind: str, text: str, **changes: Any) -> Image.Image:
    """A page of a kind in `STYLES`; `changes` are fields of `Style`."""
    style = replace(STYLES[kind], **changes)
    lines = [read_line(line) for line in text.split("\n")]
    fonts = [_face(style, line) for line in lines]
    gap = style.size * 2
    widths = [
        f.getlength(line.left) + (gap + f.getlength(line.right) if line.right else 0)
        for f, line in zip(fonts, lines, strict=True)
    ]
    heights = [style.size * style.leading * (0.6 if _is_space(line) else line.big) for line in lines]
    top = {"window": 44, "browser": 58, "bar": 18}.get(style.frame, 0)
    width = max(style.width, int(max(widths)) + 2 * style.pad)
    needed = int(sum(heights)) + 2 * style.pad + top
    image = Image.new("RGB", (width, max(needed, round(width * style.ratio))), style.paper)
    draw = ImageDraw.Draw(image)
    _frame(draw, style, image.width, image.height)
    y = style.pad + top + (image.height - needed) / 2
    for line, face, height in zip(lines, fonts, heights, strict=True):
        ink = line.colour or ("#7d7d7d" if line.grey else style.ink)
        if line.left == "---":
            draw.line((style.pad, y + height / 2, width - style.pad, y + height / 2), fill=ink, width=1)
        elif line.right:
            draw.text((style.pad, y), line.left, font=face, fill=ink)
            draw.text((width - style.pad - face.getlength(line.right), y), line.right, font=face, fill=ink)
        else:
            middle = (width - face.getlength(line.left)) / 2
            draw.text((middle if style.centred or line.centred else style.pad, y), line.left, font=face, fill=ink)
        y += height
    return image


def _face(style: Style, line: Line) -> ImageFont.FreeTypeFont:
    name = {SANS: BOLD, MONO: "SansMono-Bold", SERIF: "Serif-Bold"}.get(style.font, style.font)
    return font(name if line.big > 1 else style.font, round(style.size * line.big))


def _is_space(line: Line) -> bool:
    return line.left in ("", "---") and not line.right


def _frame(draw: ImageDraw.ImageDraw, style: Style, width: int, height: int) -> None:
    accent = style.accent
    if style.frame == "border":
        draw.rounded_rectangle((10, 10, width - 11, height - 11), 14, outline=accent, width=5)
    elif style.frame == "double":
        draw.rectangle((12, 12, width - 13, height - 13), outline=accent, width=3)
        draw.rectangle((20, 20, width - 21, height - 21), outline=accent, width=1)
    elif style.frame == "torn":
        for x in range(0, width, 14):
            draw.polygon([(x, height), (x + 7, height - 9), (x + 14, height)], fill="#b9b6ad")
            draw.polygon([(x, 0), (x + 7, 9), (x + 14, 0)], fill="#b9b6ad")
    elif style.frame == "holes":
        draw.rectangle((0, 0, width, 14), fill=accent)
        for y in range(26, height, 22):
            draw.ellipse((-7, y, 7, y + 14), fill="#8fa3b0")
            draw.ellipse((width - 7, y, width + 7, y + 14), fill="#8fa3b0")
    elif style.frame == "stripe":
        draw.rectangle((0, 0, 14, height), fill=accent)
    elif style.frame == "bar":
        draw.rectangle((0, 0, width, 24), fill=accent)
    elif style.frame == "board":
        draw.rectangle((0, 0, width - 1, height - 1), outline=accent, width=14)
        draw.line((60, height - 22, 130, height - 22), fill="#c0392b", width=7)
    elif style.frame == "shade":
        draw.polygon([(width, height), (width - 34, height), (width, height - 34)], fill="#d9cc70")
    elif style.frame in ("window", "browser"):
        draw.rectangle((0, 0, width, 34), fill=accent)
        for x, colour in ((20, "#e0605e"), (42, "#e3b341"), (64, "#57ab5a")):
            draw.ellipse((x - 7, 10, x + 7, 24), fill=colour)
        if style.frame == "browser":
            draw.rounded_rectangle((90, 6, width - 20, 28), 10, fill="#ffffff")


def table(rows: Sequence[Sequence[str]], *, title: str = "", size: int = 20, head: Colour = "#2f5d7c",
          striped: bool = True) -> Image.Image:  # fmt: skip
    """A ruled table, its first row the heading."""
    plain, bold, large = font(SANS, size), font(BOLD, size), font(BOLD, round(size * 1.3))
    pad, height = 16, round(size * 1.9)
    columns = [max(bold.getlength(row[i]) for row in rows) + 2 * pad for i in range(len(rows[0]))]
    top = 24 + (round(size * 2.2) if title else 0)
    width = int(max(sum(columns), large.getlength(title))) + 48
    image = Image.new("RGB", (width, top + height * len(rows) + 24), "white")
    draw = ImageDraw.Draw(image)
    draw.text((24, 20), title, font=large, fill="#1c1c1c")
    for i, row in enumerate(rows):
        y, x = top + i * height, 24.0
        shade = head if i == 0 else "#eef2f5" if striped and i % 2 == 0 else "white"
        draw.rectangle((24, y, 24 + sum(columns), y + height), fill=shade, outline="#9aa5ad")
        for cell, column in zip(row, columns, strict=True):
            ink = "white" if i == 0 else "#1c1c1c"
            draw.text((x + pad, y + size * 0.4), cell, font=bold if i == 0 else plain, fill=ink)
            x += column
    return image


def form(title: str, fields: Sequence[tuple[str, str]], *, size: int = 19) -> Image.Image:
    """A filled-in form: labels, and boxes with slanted blue writing. "[x] name" and "[ ] name" are ticked boxes."""
    label, ink, large = font(SANS, size), font(SLANTED, size + 2), font(BOLD, size + 8)
    left = max(label.getlength(name) for name, _ in fields) + 60
    right = max(ink.getlength(value) for _, value in fields) + 60
    width = int(max(left + right, large.getlength(title) + 72))
    image = Image.new("RGB", (width, 96 + 50 * len(fields)), "#fdfdfb")
    draw = ImageDraw.Draw(image)
    draw.text((36, 26), title, font=large, fill="#111111")
    for i, (name, value) in enumerate(fields):
        y = 80 + i * 50
        draw.text((36, y + 9), name, font=label, fill="#333333")
        if value[:3] in ("[x]", "[ ]"):
            draw.rectangle((left, y + 8, left + 24, y + 32), outline="#444444", width=2)
            if value[1] == "x":
                draw.line((left + 4, y + 20, left + 11, y + 28, left + 28, y + 3), fill="#1a3fa0", width=4)
            draw.text((left + 36, y + 9), value[4:], font=label, fill="#333333")
            continue
        draw.rectangle((left, y, width - 30, y + 38), outline="#8a8a8a")
        draw.text((left + 10, y + 7), value, font=ink, fill="#1a3fa0")
    return image


def chat(title: str, messages: Sequence[tuple[str, str]], *, size: int = 19) -> Image.Image:
    """A telephone's chat. Messages of "me" are green and on the right; lines are broken at newlines."""
    face, bold = font(SANS, size), font(BOLD, size + 2)
    width, y = 520, 76
    image = Image.new("RGB", (width, 2400), "#e9e3da")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, 56), fill="#1f6f5c")
    draw.text((24, 15), title, font=bold, fill="white")
    for who, text in messages:
        lines = text.split("\n")
        wide, tall = max(face.getlength(line) for line in lines) + 32, len(lines) * size * 1.4 + 20
        x = width - wide - 20 if who == "me" else 20
        draw.rounded_rectangle((x, y, x + wide, y + tall), 14, fill="#d7f5c4" if who == "me" else "white")
        for i, line in enumerate(lines):
            draw.text((x + 16, y + 9 + i * size * 1.4), line, font=face, fill="#111111")
        y += int(tall) + 14
    return image.crop((0, 0, width, y + 14))


def columns(title: str, left: str, right: str, **changes: Any) -> Image.Image:
    """A page of two columns under one title."""
    style = replace(STYLES["letter"], size=18, pad=30, **changes)
    parts = [page("letter", text, size=style.size, pad=24, paper=style.paper) for text in (left, right)]
    head = font("Serif-Bold", 30)
    width = max(sum(p.width for p in parts), int(head.getlength(title)) + 60)
    image = Image.new("RGB", (width, 70 + max(p.height for p in parts)), style.paper)
    draw = ImageDraw.Draw(image)
    draw.text((24, 20), title, font=head, fill="#111111")
    draw.line((24, 66, width - 24, 66), fill="#111111", width=2)
    image.paste(parts[0], (0, 70))
    image.paste(parts[1], (parts[0].width, 70))
    draw.line((parts[0].width, 84, parts[0].width, image.height - 24), fill="#bbbbbb")
    return image


def spoil(image: Image.Image, effects: dict[str, float], seed: int) -> Image.Image:
    """What cameras and copiers do: tilt (degrees), fade (0–1), noise (grey levels), blur (pixels), scale, shadow (0–1),
    bend (perspective, share of the width), specks (share of the pixels)."""
    rng, generator = random.Random(seed), np.random.default_rng(seed)
    if scale := effects.get("scale"):
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    if tilt := effects.get("tilt"):
        image = image.rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor="#c9c4bb")
    if bend := effects.get("bend"):
        w, h, b = image.width, image.height, bend * image.width
        corners = (-b, -b / 2, 0, h + b / 3, w + b / 3, h + b, w + b / 2, 0)
        image = image.transform((w, h), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor="#a8a29a")
    if blur := effects.get("blur"):
        image = image.filter(ImageFilter.GaussianBlur(blur))
    pixels = np.asarray(image, dtype=np.float64)
    if fade := effects.get("fade"):
        pixels = pixels + (pixels.mean(axis=(0, 1)) - pixels) * fade
    if shadow := effects.get("shadow"):
        across = np.linspace(0, 1, image.width)[None, :, None] * np.linspace(0.4, 1, image.height)[:, None, None]
        pixels = pixels * (1 - shadow * across)
    if noise := effects.get("noise"):
        pixels = pixels + generator.normal(size=pixels.shape[:2])[..., None] * noise
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    for _ in range(int(effects.get("specks", 0) * image.width * image.height)):
        grey = rng.randrange(256)
        image.putpixel((rng.randrange(image.width), rng.randrange(image.height)), (grey, grey, grey))
    return image


PAGES: dict[str, Callable[..., Image.Image]] = {
    "page": page, "table": table, "form": form, "chat": chat, "columns": columns,
}  # fmt: skip
