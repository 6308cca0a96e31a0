"""What an evaluation found, as a folder that anybody can open."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from turnout.evaluation.charts import figures
from turnout.evaluation.document import routers
from turnout.evaluation.glossary import terms
from turnout.evaluation.tables import facts, highlights, tables
from turnout.report.page import Page, printable, write_page

__all__ = ["write_report"]

_TITLES = {
    "honest": "Is routing worth it on {data}?",
    "paper": "The paper's protocol on {data}",
    "few-labels": "{data}: what do few labels buy?",
    "new-model": "A new model on {data}: how many labels?",
}


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
    document = printable(document)
    page = Page(
        title=_TITLES[document["protocol"]].format(data=document["data"]),
        summary=document.get("summary") or "",
        command=command or _command(document),
        document=document,
        highlights=highlights(document),
        tables=tables(document),
        figures=figures(document),
        facts=facts(document),
        terms=terms(document["protocol"]),
    )
    return write_page(page, folder, on_progress=on_progress)


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
