"""The charts of an evaluation: one definition for the picture files and for the page."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from turnout.errors import InputFileError
from turnout.report.figure import WIDE, Figure, Omitted
from turnout.report.page import check_extra

if TYPE_CHECKING:
    from turnout.report.look import Drawing

__all__ = ["charts", "figures"]

# In reading order; each function is `(document) -> Figure | Omitted`, or gives a list of them.
_BUILDERS = {
    "honest": (
        "policies:quality",
        "cost:plane",
        "budget:savings",
        "budget:top_share",
        "policies:shares",
        "preference:sweep",
        "two_models:recovered",
        "trust:calibration",
        "trust:stability",
        "trust:speed",
    ),
    "paper": ("paper:curves",),
    "few-labels": ("policies:quality",),
    "new-model": ("new_model:gain", "new_model:each_model"),
}


def figures(document: Mapping[str, Any]) -> list[Figure | Omitted]:
    """What there is to draw in a report's JSON, and what cannot be drawn and why; in reading order.

    Raises `MissingExtra` without altair, `InputFileError` when the document is of no known protocol.
    """
    check_extra()
    protocol = document.get("protocol")
    if protocol not in _BUILDERS:
        raise InputFileError(f"a report of protocol {protocol!r} cannot be drawn; known: {', '.join(_BUILDERS)}")
    found: list[Figure | Omitted] = []
    for path in _BUILDERS[protocol]:
        module, name = path.split(":")
        build: Callable[[Mapping[str, Any]], Figure | Omitted | list[Figure | Omitted]]
        build = getattr(importlib.import_module(f"turnout.evaluation.charts.{module}"), name)
        made = build(document)
        found.extend(made if isinstance(made, list) else [made])
    return found


def charts(document: Mapping[str, Any], width: int = WIDE) -> dict[str, Drawing]:
    """The Altair charts of a report's JSON by name, `width` pixels wide. Errors as `figures`."""
    return {made.name: made.draw(width) for made in figures(document) if isinstance(made, Figure)}
