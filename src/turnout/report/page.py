"""A folder that anybody can open: the report as JSON, its charts as pictures, and one page that needs no network."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from turnout.errors import DataError, InputFileError, MissingExtra
from turnout.report.figure import NARROW, WIDE, Figure, Omitted
from turnout.report.table import Table
from turnout.report.template import Assets, render

__all__ = ["Page", "check", "check_extra", "printable", "write_page"]

_SCALE = 2  # of the PNGs


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. `assets` extend its template, style and script, and are given `more`."""

    title: str
    summary: str
    command: str  # that makes it again
    document: Mapping[str, Any]  # every number, for report.json
    highlights: Sequence[tuple[str, str, str]] = ()  # name, figure, remark
    tables: Sequence[Table] = ()
    figures: Sequence[Figure | Omitted] = ()
    facts: Sequence[tuple[str, str]] = ()  # what was measured on what
    terms: Sequence[tuple[str, str]] = ()  # definitions
    assets: Assets | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def check_extra() -> None:
    """Raises `MissingExtra` without what draws."""
    for module in ("altair", "vl_convert", "jinja2"):
        if importlib.util.find_spec(module) is None:
            raise MissingExtra(f"a report with charts ({module})", "lab")


def check(folder: Path) -> None:
    """Raise now what `write_page` would raise after all the measuring: `MissingExtra`, `InputFileError`."""
    check_extra()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InputFileError(f"cannot write the report into {folder}: {error.strerror or error}") from error


def printable(value: Any) -> Any:
    """Every character that a page, an SVG or UTF-8 cannot hold replaced by �, at any depth."""
    if isinstance(value, str):
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", value)
    if isinstance(value, Mapping):
        return {printable(key): printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value


def write_page(
    page: Page, folder: Path, *, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> list[Path]:
    """Write report.json, an SVG and a PNG (2×) of each figure, and index.html; returns the paths, the page first.

    Texts must be `printable`. Raises `MissingExtra` without the extra `lab`, `InputFileError` when the folder cannot
    be written, `DataError` when the document holds what JSON cannot.
    """
    check_extra()
    try:
        text = json.dumps(page.document, indent=2, allow_nan=False)
    except ValueError as error:
        raise DataError(f"the report cannot be written as JSON: {error}") from error
    drawn = [figure for figure in page.figures if isinstance(figure, Figure)]
    total = len(drawn) + 1
    on_progress(0, total)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [_write(folder / "report.json", text.encode())]
        pictures: dict[str, dict[str, str]] = {}
        for done, figure in enumerate(drawn, 1):
            files, pictures[figure.name] = _draw(figure, folder)
            written += files
            on_progress(done, total)
        # The page comes last: a run that is broken off leaves none that lacks its charts.
        html = render(
            page.assets,
            title=page.title,
            summary=page.summary,
            highlights=page.highlights,
            facts=page.facts,
            tables=page.tables,
            figures=[(figure, pictures[figure.name]) for figure in drawn],
            omitted=[figure for figure in page.figures if isinstance(figure, Omitted)],
            terms=page.terms,
            command=page.command,
            json=text,
            **page.more,
        )
        written.insert(0, _write(folder / "index.html", html.encode()))
    except OSError as error:
        raise InputFileError(f"cannot write the report into {folder}: {error.strerror or error}") from error
    on_progress(total, total)
    return written


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _draw(figure: Figure, folder: Path) -> tuple[list[Path], dict[str, str]]:
    """The figure's files, and its SVGs for the page: wide and narrow, without the title that the page has as text."""
    import altair
    import vl_convert

    version = altair.SCHEMA_VERSION.rpartition(".")[0]  # "v6.4.1" -> "v6.4": the language Altair wrote

    def convert(spec: dict[str, Any]) -> str:
        svg: str = vl_convert.vegalite_to_svg(spec, vl_version=version)
        return svg

    spec = figure.draw(WIDE).to_dict()
    svg = convert(spec)
    files = [
        _write(folder / f"{figure.name}.svg", svg.encode()),
        _write(folder / f"{figure.name}.png", vl_convert.svg_to_png(svg, scale=_SCALE)),
    ]
    inline = {
        "wide": _inline(convert(_untitled(spec)), f"{figure.name}-wide"),
        "narrow": _inline(convert(_untitled(figure.draw(NARROW).to_dict())), f"{figure.name}-narrow"),
    }
    return files, inline


def _untitled(spec: dict[str, Any]) -> dict[str, Any]:
    title = spec["title"]
    bare = {key: value for key, value in spec.items() if key != "title"}
    if title.get("subtitle"):
        style = {"fontSize": 11, "fontWeight": "normal", "color": spec["config"]["title"]["subtitleColor"]}
        bare["title"] = {"text": title["subtitle"], **style}
    return bare


def _inline(svg: str, name: str) -> str:
    """An SVG as part of a page: as wide as there is room, with ids that no other chart has."""
    head, rest = svg[: svg.index(">")], svg[svg.index(">") :]
    wide = re.search(r' width="([\d.]+)"', head)
    head = re.sub(r' (?:width|height)="[\d.]+"', "", head)
    limit = f"{float(wide[1]):.0f}px" if wide else "none"
    rest = re.sub(r'<(clipPath|linearGradient|radialGradient) id="', rf'<\1 id="{name}-', rest)
    rest = re.sub(r'="url\(#', f'="url(#{name}-', rest)
    return f'{head} aria-hidden="true" style="max-width:{limit}"{rest}'
