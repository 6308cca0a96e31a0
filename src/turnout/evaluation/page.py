"""A folder that anybody can open: the report as JSON, its charts as pictures, and one page that needs no network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shlex
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from turnout.errors import DataError, InputFileError
from turnout.evaluation.charts import NARROW, WIDE, Figure, Omitted, check_extra, figures
from turnout.evaluation.charts.numbers import routers
from turnout.evaluation.glossary import terms
from turnout.evaluation.tables import facts, highlights, tables

__all__ = ["check", "write_report"]

_TITLES = {
    "honest": "Is routing worth it on {data}?",
    "paper": "The paper's protocol on {data}",
    "few-labels": "{data}: what do few labels buy?",
    "new-model": "A new model on {data}: how many labels?",
}
_SCALE = 2  # of the PNGs


def check(folder: Path) -> None:
    """Raise now what `write_report` would raise after all the measuring: `MissingExtra`, `InputFileError`."""
    check_extra()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InputFileError(f"cannot write the report into {folder}: {error.strerror or error}") from error


def write_report(
    document: Mapping[str, Any],
    folder: Path,
    *,
    command: str | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """Write report.json, an SVG and a PNG (2×) of each chart, and index.html; returns the paths, the page first.

    `document` is what an evaluation's `to_dict()` gave, `command` the line that made it (composed when not given).
    Raises `MissingExtra` without the extra `lab`, `InputFileError` when the folder cannot be written, `DataError` when
    the document holds what JSON cannot.
    """
    document = _printable(document)
    shown = figures(document)
    drawn = [figure for figure in shown if isinstance(figure, Figure)]
    try:
        text = json.dumps(document, indent=2, allow_nan=False)
    except ValueError as error:
        raise DataError(f"the report cannot be written as JSON: {error}") from error
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
        page = _page(document, text, shown, pictures, command or _command(document))
        written.insert(0, _write(folder / "index.html", page.encode()))
    except OSError as error:
        raise InputFileError(f"cannot write the report into {folder}: {error.strerror or error}") from error
    on_progress(total, total)
    return written


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _printable(value: Any) -> Any:
    """The document with every character that a page, an SVG or UTF-8 cannot hold replaced by �."""
    if isinstance(value, str):
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", value)
    if isinstance(value, Mapping):
        return {_printable(key): _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value


def _draw(figure: Figure, folder: Path) -> tuple[list[Path], dict[str, str]]:
    """The figure's files, and its SVGs for the page: wide and narrow, without the title that the page has as text."""
    import altair
    import vl_convert

    version = altair.SCHEMA_VERSION.rpartition(".")[0]  # "v6.4.1" -> "v6.4": the language Altair wrote

    def render(spec: dict[str, Any]) -> str:
        svg: str = vl_convert.vegalite_to_svg(spec, vl_version=version)
        return svg

    spec = figure.draw(WIDE).to_dict()
    svg = render(spec)
    files = [
        _write(folder / f"{figure.name}.svg", svg.encode()),
        _write(folder / f"{figure.name}.png", vl_convert.svg_to_png(svg, scale=_SCALE)),
    ]
    inline = {
        "wide": _inline(render(_untitled(spec)), f"{figure.name}-wide"),
        "narrow": _inline(render(_untitled(figure.draw(NARROW).to_dict())), f"{figure.name}-narrow"),
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


def _page(
    document: Mapping[str, Any],
    text: str,
    shown: list[Figure | Omitted],
    pictures: Mapping[str, Mapping[str, str]],
    command: str,
) -> str:
    from importlib.metadata import version

    import jinja2
    from markupsafe import Markup

    folder = resources.files("turnout.evaluation") / "assets"
    script = (folder / "page.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((folder / "page.html").read_text("utf-8"))
    return template.render(
        title=_TITLES[document["protocol"]].format(data=document["data"]),
        summary=document.get("summary") or "",
        highlights=highlights(document),
        facts=facts(document),
        tables=tables(document),
        # Charts are Vega's own escaped SVG; everything else is escaped by the template.
        figures=[
            (figure, {size: Markup(svg) for size, svg in pictures[figure.name].items()})  # noqa: S704
            for figure in shown
            if isinstance(figure, Figure)
        ],
        omitted=[figure for figure in shown if isinstance(figure, Omitted)],
        terms=terms(document["protocol"]),
        command=command,
        version=version("turnout"),
        json_base64=base64.b64encode(text.encode()).decode(),
        style=Markup((folder / "page.css").read_text("utf-8")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=digest,
    )


def _command(document: Mapping[str, Any]) -> str:
    """The command line that measures the same again."""
    words = ["turnout", "eval", document["data"]]
    if document["protocol"] == "honest":
        words += ["--estimators", ",".join(names)] if (names := routers(document)) else []
        words += ["--folds", str(document["folds"])]
    else:
        words += ["--protocol", document["protocol"]]
        words += ["--folds", str(document["folds"])] if document.get("folds") is not None else []
    return shlex.join([*words, "--seeds", str(document["seeds"]), "--report", "report"])
