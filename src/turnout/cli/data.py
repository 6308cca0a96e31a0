"""`turnout data`: the public data sets that Turnout reads, and fetching them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o
from turnout.cli import prepare

if TYPE_CHECKING:
    from turnout.types import Array, OutcomeTable

__all__ = ["app"]

app = typer.Typer(help="Data sets: list, show, fetch, prepare.", no_args_is_help=True)
app.command("prepare")(prepare.prepare)

_DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where data sets are; default $TURNOUT_DATA.", show_default=False)
]


@app.command("list")
def list_data(data_dir: _DataDir = None, as_json: o.Json = False) -> None:
    """List the data sets: what they are, their size and licence, and where they are or come from."""
    from turnout.cli import render, wire
    from turnout.config import load_settings
    from turnout.datasets import DATASETS, where
    from turnout.datasets.sources import SOURCES

    folder = data_dir or load_settings().data_dir
    places = {name: where(d, folder) for name, d in DATASETS.items()}
    if as_json:
        documents = [
            {"name": d.name, "title": d.title, "size": d.size, "licence": d.licence, "source": d.source,
             "present": places[d.name] is not None,
             "path": None if places[d.name] is None else str(places[d.name]),
             "page": SOURCES[d.name].page, "files": [file.url for file in SOURCES[d.name].files]}
            for d in DATASETS.values()
        ]  # fmt: skip
        wire.print_json({"schema": "turnout.data/1", "datasets": documents})
        return
    console = render.out()
    for d in DATASETS.values():
        mark = "[green]✓[/]" if places[d.name] else " "
        console.print(f"{mark} [bold]{d.name}[/]  {d.size}")
        console.print(f"    {d.title}. {d.source}, {d.licence}", markup=False, style="dim")
        by_hand = "" if SOURCES[d.name].files else " (by hand)"
        console.print(
            f"    {places[d.name] or SOURCES[d.name].page + by_hand}", markup=False, style="dim", soft_wrap=True
        )


@app.command("show")
def show(
    data: Annotated[str, typer.Argument(help="A data set's name or a file of outcomes.", show_default=False)],
    data_dir: _DataDir = None,
) -> None:
    """Show a data set: prompts, and per model how many trials, mean quality, cost and time, and what is not there."""
    import numpy as np
    from rich.table import Table

    from turnout import datasets
    from turnout.cli import render
    from turnout.config import load_settings
    from turnout.explain import dollars, two_digits

    folder = data_dir or load_settings().data_dir
    outcomes, recorded = datasets.load(data, folder), datasets.recorded(data, folder)
    console = render.out()
    console.print(f"[bold]{outcomes.name}[/]  {_size(outcomes)}")
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("model", overflow="fold")
    for name in ("trials", "quality", "$/1k", "s"):
        table.add_column(name, justify="right")
    table.add_column("", width=1)
    means = np.array([_mean(outcomes.quality[:, j]) for j in range(len(outcomes.model_ids))])
    for j in np.argsort(-means):
        cost, seconds = _mean(outcomes.cost_usd[:, j]), _mean(outcomes.latency_s[:, j])
        table.add_row(
            outcomes.model_ids[j],
            f"{int(np.isfinite(outcomes.quality[:, j]).sum()):,}",
            "–" if np.isnan(means[j]) else f"{means[j]:.3f}",
            "–" if np.isnan(cost) else dollars(cost * 1000).removeprefix("$"),
            "–" if np.isnan(seconds) else two_digits(seconds),
            "✎" if outcomes.model_ids[j] in recorded else " ",
        )
    console.print(table)
    for line in _gaps(outcomes):
        console.print(line, style="dim", highlight=False)
    if recorded:
        console.print(f"✎ recorded answers, of {len(recorded)} of the models", style="dim", highlight=False)


@app.command("fetch")
def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Data sets.", show_default=False)],
    data_dir: _DataDir = None,
    as_json: o.Json = False,
) -> None:
    """Fetch data sets from their authors' addresses into the data folder. A second time it only checks them.

    Example: turnout data fetch llmdrift --data-dir data
    """
    from turnout.cli import progress, render, wire
    from turnout.config import load_settings
    from turnout.datasets import fetch as fetching
    from turnout.datasets import find
    from turnout.errors import UserError

    folder = data_dir or load_settings().data_dir
    if folder is None:
        raise UserError("fetch into which folder? Say --data-dir, or set TURNOUT_DATA to it")
    infos = [find(name) for name in names]  # a typing error in the last name is told before the first is fetched
    documents = []
    for info in infos:
        files = fetching.fetch(info.name, folder, lambda file: progress.download(Path(file.path).name))
        documents += [
            {"dataset": info.name, "path": str(f.path), "sha256": f.sha256, "bytes": f.size, "state": f.state}
            for f in files
        ]
        if not as_json:
            counts = {state: sum(f.state == state for f in files) for state in ("fetched", "here", "unchecked")}
            said = [
                text.format(counts[state])
                for state, text in (("fetched", "{} fetched"), ("here", "{} there and checked"),
                                    ("unchecked", "{} there, put by hand, not checked"))
                if counts[state]
            ]  # fmt: skip
            size = sum(f.size for f in files) / 1e6
            render.out().print(
                f"{info.name}: {len(files)} file{'s' if len(files) > 1 else ''}, {size:,.1f} MB in"
                f" {folder / info.folder}: {', '.join(said)} ({info.licence})",
                markup=False, soft_wrap=True,
            )  # fmt: skip
    if as_json:
        wire.print_json({"schema": "turnout.fetched/1", "files": documents})


def _size(outcomes: OutcomeTable) -> str:
    said = f"{len(outcomes.prompts):,} prompts × {len(outcomes.model_ids)} models"
    categories = len(set(outcomes.categories or ()))
    return said + (f", {categories} categories" if categories > 1 else "")


def _gaps(outcomes: OutcomeTable) -> list[str]:
    """What a table of outcomes does not have, one line each."""
    import numpy as np

    parts = (("quality", outcomes.quality), ("cost", outcomes.cost_usd), ("time", outcomes.latency_s),
             ("output tokens", outcomes.output_tokens))  # fmt: skip
    missing: dict[str, Array] = {name: np.isnan(values) for name, values in parts}
    nowhere = [name for name, gaps in missing.items() if gaps.all()]
    lines = [f"not in it: {', '.join(nowhere)}"] if nowhere else []
    for name, gaps in missing.items():
        if gaps.any() and name not in nowhere:
            models = int(gaps.any(axis=0).sum())
            lines.append(f"no {name}: {int(gaps.sum()):,} of {gaps.size:,} trials, of {models} of the models")
    return lines


def _mean(values: object) -> float:
    import numpy as np

    known = np.asarray(values)[np.isfinite(np.asarray(values))]
    return float(known.mean()) if known.size else float("nan")
