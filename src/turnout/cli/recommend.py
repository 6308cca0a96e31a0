"""`turnout recommend`: ranked models for a task and a preference. Asks nobody, costs nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from turnout.cli import options as o

__all__ = ["recommend"]


def recommend(
    prompt: Annotated[
        str | None, typer.Argument(help="The prompt, when you have it: its length (and with --router its words) count.")
    ] = None,
    modality: Annotated[str, typer.Option("--modality", "-m", help="text, image, audio or video.",
                                          rich_help_panel=o.WHAT)] = "text",
    category: o.CategoryOption = None,
    models: o.Models = None,
    available: Annotated[bool, typer.Option("--available", help="Only models that can be asked from here, now.",
                                            rich_help_panel=o.WHAT)] = False,
    prefer: o.Prefer = "balanced",
    price: o.Price = None,
    latency: o.Latency = None,
    accuracy: o.Accuracy = None,
    max_usd: o.MaxUsd = None,
    max_seconds: o.MaxSeconds = None,
    min_quality: o.MinQuality = None,
    benchmark: o.Benchmark = None,
    router: o.RouterFile = None,
    explain: o.Explain = False,
    as_json: o.Json = False,
    yes: o.Yes = False,
) -> None:  # fmt: skip
    """Rank the models that fit a task and a preference, on measured evidence.

    Example: turnout recommend -m text -c translation --price 0.2 --latency 0.2 --accuracy 0.6
    """
    from turnout.categories import parse_modality
    from turnout.cli import progress, render, wire
    from turnout.cli.question import canonical_category
    from turnout.config import load_settings
    from turnout.explain import decision_document
    from turnout.session import Session
    from turnout.types import Prompt

    wanted = o.preference(prefer, price, latency, accuracy, max_usd, max_seconds, min_quality)
    kind = parse_modality(modality)
    asked = Prompt(prompt or "", kind, canonical_category(kind, category), token_count=None if prompt else 0)
    settings = load_settings(**({"download": "always"} if yes else {}))
    session = Session.open(
        settings, models=o.patterns(models), benchmark=benchmark, router=router, watcher=progress.watcher()
    )
    decision = session.decide(
        asked, wanted, only_available=available, with_neighbours=(explain or as_json) and bool(prompt)
    )
    if as_json:
        wire.print_json(decision_document(decision, session.unavailable))
    else:
        render.decision(decision, session, explain=explain)
