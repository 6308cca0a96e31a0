"""What is read from an evaluation's JSON more than once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["best_router", "routers"]


def routers(document: Mapping[str, Any]) -> list[str]:
    """The policies that read the prompt, in the report's order: it gives each its colour in every chart."""
    return [name for name, policy in document["policies"].items() if policy["kind"] == "router"]


def best_router(document: Mapping[str, Any]) -> str | None:
    """The router of highest quality."""
    return max(routers(document), key=lambda name: document["policies"][name]["quality"], default=None)
