"""`turnout data`: the public data sets that Turnout reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from turnout.cli import options as o
from turnout.cli import prepare

__all__ = ["app"]

app = typer.Typer(help="Data sets: list, show, prepare.", no_args_is_help=True)
app.command("prepare")(prepare.prepare)

_DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where data sets are; default $TURNOUT_DATA.", show_default=False)
]


@app.command("list")
def list_data(data_dir: _DataDir = None, as_json: o.Json = False) -> None:
    """List the data sets: what they are, their size, licence, and whether they are here."""
    from turnout.cli import render, wire
    from turnout.config import load_settings
    from turnout.datasets import DATASETS, present

    folder = data_dir or load_settings().data_dir
    if as_json:
        documents = [
            {"name": d.name, "title": d.title, "size": d.size, "licence": d.licence, "source": d.source,
             "present": present(d, folder)}
            for d in DATASETS.values()
        ]  # fmt: skip
        wire.print_json({"schema": "turnout.data/1", "datasets": documents})
        return
    console = render.out()
    for d in DATASETS.values():
        mark = "[green]✓[/]" if present(d, folder) else " "
        console.print(f"{mark} [bold]{d.name}[/]  {d.size}")
        console.print(f"    {d.title}. {d.source}, {d.licence}", markup=False, style="dim")


@app.command("show")
def show(
    data: Annotated[str, typer.Argument(help="A data set's name or a file of outcomes.", show_default=False)],
    data_dir: _DataDir = None,
) -> None:
    """Show a data set: prompts, and per model how many trials, mean quality and cost."""
    import numpy as np
    from rich.table import Table

    from turnout import datasets
    from turnout.cli import render
    from turnout.config import load_settings
    from turnout.explain import dollars, two_digits

    outcomes = datasets.load(data, data_dir or load_settings().data_dir)
    console = render.out()
    console.print(f"[bold]{outcomes.name}[/]  {len(outcomes.prompts):,} prompts × {len(outcomes.model_ids)} models")
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("model", overflow="fold")
    for name in ("trials", "quality", "$/1k", "s"):
        table.add_column(name, justify="right")
    order = np.argsort(-np.array([_mean(outcomes.quality[:, j]) for j in range(len(outcomes.model_ids))]))
    for j in order:
        cost, seconds = _mean(outcomes.cost_usd[:, j]), _mean(outcomes.latency_s[:, j])
        table.add_row(
            outcomes.model_ids[j],
            f"{int(np.isfinite(outcomes.quality[:, j]).sum()):,}",
            f"{_mean(outcomes.quality[:, j]):.3f}",
            "–" if np.isnan(cost) else dollars(cost * 1000).removeprefix("$"),
            "–" if np.isnan(seconds) else two_digits(seconds),
        )
    console.print(table)


def _mean(values: object) -> float:
    import numpy as np

    known = np.asarray(values)[np.isfinite(np.asarray(values))]
    return float(known.mean()) if known.size else float("nan")
