"""Options that several commands share, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from turnout.types import Preference

__all__ = [
    "WHAT",
    "Accuracy",
    "Benchmark",
    "CategoryOption",
    "Explain",
    "Json",
    "Latency",
    "MaxSeconds",
    "MaxUsd",
    "MinQuality",
    "Models",
    "Prefer",
    "Price",
    "RouterFile",
    "Yes",
    "patterns",
    "preference",
]

WHAT = "What you do"
MATTERS = "What matters"

CategoryOption = Annotated[
    str | None,
    typer.Option("--category", "-c", help="Task, e.g. summarization or question-answering/physics.",
                 rich_help_panel=WHAT, show_default=False),
]  # fmt: skip
Models = Annotated[
    str | None,
    typer.Option(help="Only models that match, e.g. 'openai/*,local/*'.", rich_help_panel=WHAT, show_default=False),
]
Prefer = Annotated[
    str, typer.Option(help="balanced, cheapest, fastest or best; weights below change it.", rich_help_panel=MATTERS)
]
Price = Annotated[
    str | None,
    typer.Option(help="Weight of a low price: a number ≥ 0, or low, medium, high.", rich_help_panel=MATTERS,
                 show_default=False),
]  # fmt: skip
Latency = Annotated[
    str | None, typer.Option(help="Weight of a fast answer.", rich_help_panel=MATTERS, show_default=False)
]
Accuracy = Annotated[
    str | None, typer.Option(help="Weight of a good answer.", rich_help_panel=MATTERS, show_default=False)
]
MaxUsd = Annotated[
    float | None, typer.Option(help="Most a request may cost (USD).", rich_help_panel=MATTERS, show_default=False)
]
MaxSeconds = Annotated[
    float | None, typer.Option(help="Longest it may take (median).", rich_help_panel=MATTERS, show_default=False)
]
MinQuality = Annotated[
    float | None,
    typer.Option(help="Least quality, held against the lower end of the 95 % interval.", rich_help_panel=MATTERS,
                 show_default=False),
]  # fmt: skip
Benchmark = Annotated[
    str | None,
    typer.Option(help="Compare on this benchmark instead of the one that covers most models.",
                 rich_help_panel="Evidence", show_default=False),
]  # fmt: skip
RouterFile = Annotated[
    Path | None,
    typer.Option("--router", help="A fitted router (turnout fit): judge by the prompt itself, not only its category.",
                 rich_help_panel="Evidence", show_default=False),
]  # fmt: skip
Explain = Annotated[bool, typer.Option("--explain", help="Show the evidence behind it.", rich_help_panel="Evidence")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON (stable schema) instead of text.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Fetch weights without asking.")]


def patterns(models: str | None) -> list[str]:
    """The comma-separated patterns of --models."""
    return [part.strip() for part in (models or "").split(",") if part.strip()]


def preference(
    preset: str,
    price: str | None,
    latency: str | None,
    accuracy: str | None,
    max_usd: float | None,
    max_seconds: float | None,
    min_quality: float | None,
) -> Preference:
    """The checked preference of the command line."""
    from turnout.preference import prefer

    return prefer(
        preset,
        price=price,
        latency=latency,
        accuracy=accuracy,
        max_usd=max_usd,
        max_seconds=max_seconds,
        min_quality=min_quality,
    )
