"""`turnout models`: who can be asked, at what price; add your own, refresh, and see what runs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from turnout.cli import options as o
from turnout.cli.models_probe import probe

__all__ = ["app"]

app = typer.Typer(help="Models: list, add, sync, probe; servers on this machine: running, stop.", no_args_is_help=True)
app.command("probe")(probe)


@app.command("list")
def list_models(
    modality: Annotated[str | None, typer.Option("--modality", "-m", help="Only models that take this modality.",
                                                 show_default=False)] = None,
    models: o.Models = None,
    available: Annotated[bool, typer.Option("--available", help="Only models that can be asked from here.")] = False,
    as_json: o.Json = False,
) -> None:  # fmt: skip
    """List the catalogue: price, modalities, context, and whether a model can be asked from here.

    Example: turnout models list --modality image --models 'openai/*'
    """
    from turnout import build
    from turnout.categories import parse_modality
    from turnout.cli import wire
    from turnout.config import load_settings

    settings = load_settings()
    catalogue = build.catalogue(settings)
    pool = catalogue.match(o.patterns(models)) if models else tuple(catalogue.models.values())
    if modality is not None:
        kind = parse_modality(modality)
        pool = tuple(m for m in pool if kind in m.inputs)
    check = build.unavailable(settings, catalogue)
    rows = [(m, check(m)) for m in sorted(pool, key=lambda m: m.id)]
    if available:
        rows = [(m, reason) for m, reason in rows if reason is None]
    if as_json:
        documents = [_document(m, reason) for m, reason in rows]
        wire.print_json({"schema": "turnout.models/1", "models": documents})
        return
    _print_table(rows)


def _document(m: Any, reason: str | None) -> dict[str, Any]:
    return {
        "model": m.id,
        "provider": m.provider,
        "usd_per_mtok_input": m.price.input_per_mtok,
        "usd_per_mtok_output": m.price.output_per_mtok,
        "usd_per_second": m.price.per_second,
        "inputs": sorted(m.inputs),
        "outputs": sorted(m.outputs),
        "context_tokens": m.context_tokens,
        "tools": m.tools,
        "price_source": m.source,
        "can_be_asked": reason is None,
        "why_not": reason,
    }


def _print_table(rows: list[tuple[Any, str | None]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from turnout.cli import progress, render
    from turnout.explain import dollars

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("", width=1)
    table.add_column("model", overflow="fold")
    table.add_column("$/Mtok in", justify="right")
    table.add_column("out", justify="right")
    table.add_column("takes")
    table.add_column("context", justify="right")
    for m, reason in rows:
        if m.price.per_second is not None:
            prices = [f"{dollars(m.price.per_second * 3600)}/h", ""]
        else:
            prices = ["–" if p is None else f"{p:g}" for p in (m.price.input_per_mtok, m.price.output_per_mtok)]
        order = ("text", "image", "audio", "video")
        takes = " → ".join("".join(x[0].upper() for x in order if x in side) for side in (m.inputs, m.outputs))
        context = f"{m.context_tokens:,}" if m.context_tokens else "–"
        table.add_row(Text("✓" if reason is None else " ", style="green"), Text(m.id), *prices, takes, context)
    render.out().print(table)
    ready = sum(reason is None for _, reason in rows)
    progress.note(f"{len(rows):,} models; ✓ {ready} can be asked from here; T text, I image, A audio, V video")


@app.command("add")
def add(file: Annotated[Path, typer.Argument(help="YAML with providers and models.", show_default=False)]) -> None:
    """Add models and providers of your own (any OpenAI-compatible address) to the catalogue.

    Example: turnout models add mybox.yaml
    """
    from turnout.catalog_file import merge_file
    from turnout.cli import render
    from turnout.config import load_settings

    settings = load_settings()
    added = merge_file(settings.user_catalogue, file)
    names = ", ".join([*added.models, *(f"provider {name}" for name in added.endpoints)]) or "nothing"
    render.out().print(f"added {names} to {settings.user_catalogue}", markup=False)


@app.command("sync")
def sync() -> None:
    """Fetch today's models and prices from OpenRouter; a failure leaves the catalogue as it was."""
    import asyncio
    from datetime import UTC, datetime
    from urllib.parse import urlsplit

    from turnout.catalog import write_synced
    from turnout.cli import progress, render
    from turnout.config import load_settings
    from turnout.providers import list_models as fetch

    settings = load_settings()
    progress.note(f"fetching models and prices from {urlsplit(settings.openrouter_base_url).hostname}")
    listing = asyncio.run(fetch(settings.openrouter_base_url, timeout_s=settings.timeout_s))
    today = datetime.now(UTC).date().isoformat()
    count = write_synced(settings.cache_dir / "openrouter-models.json", listing, today)
    render.out().print(f"{count:,} models and prices as of {today}")


@app.command("running")
def running() -> None:
    """Show the model servers that Turnout runs on this machine."""
    from turnout.cli import render
    from turnout.config import load_settings
    from turnout.providers.local import servers

    found = servers.running(load_settings())
    for server in found:
        render.out().print(f"{server.model_id}  pid {server.pid}  port {server.port}", markup=False)
    if not found:
        render.out().print("no local model server is running")


@app.command("stop")
def stop(
    model: Annotated[str | None, typer.Argument(help="Its id; all of them when left out.", show_default=False)] = None,
) -> None:
    """Stop the model servers on this machine (they also stop by themselves when idle)."""
    from turnout.cli import render
    from turnout.config import load_settings
    from turnout.providers.local import servers

    stopped = servers.stop(load_settings(), model)
    render.out().print(f"stopped {', '.join(stopped)}" if stopped else "no server was running")
