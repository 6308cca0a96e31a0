"""How the parts of a report are called: in words, and as names of files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from turnout.categories import CATEGORIES

__all__ = ["part", "slug", "title", "title_of"]

_TITLES: dict[tuple[str, str], str] = {(c.modality, c.name): c.title for c in CATEGORIES}


def title_of(modality: str, category: str) -> str:
    """A category's title, with its subject."""
    name, _, subject = category.partition("/")
    known = _TITLES.get((modality, name)) or name.replace("-", " ").capitalize()
    return f"{known}: {subject.replace('-', ' ')}" if subject else known


def part(board: Mapping[str, Any]) -> str:
    """What a modality's board is of: the modality, and its categories where these models take only some."""
    if not board["scope"]:
        return str(board["modality"])
    return f"{board['modality']} ({', '.join(board['scope'])})"


def title(board: Mapping[str, Any]) -> str:
    """A board's title."""
    if board["category"]:
        return title_of(board["modality"], board["category"])
    if not board["scope"]:
        return f"All {board['modality']} tasks"
    return " and ".join(title_of(board["modality"], category) for category in board["scope"])


def slug(*names: str) -> str:
    """Names as a part of a file's name: results may call their categories as they like."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(names).lower()).strip("-") or "unnamed"
