"""`turnout models probe`: where a new model stands, from a few answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from turnout.bench.probe import Place, Probe
    from turnout.bench.rows import Row

__all__ = ["probe"]


def probe(
    model: Annotated[str, typer.Argument(help="The new model's id in the catalogue.", show_default=False)],
    labels: Annotated[int, typer.Option(min=1, help="Answers to ask for.")] = 50,
    suite: Annotated[str | None, typer.Option(help="Tasks shipped with Turnout.", show_default=False)] = None,
    tasks: Annotated[Path | None, typer.Option(help="Tasks of your own, a JSONL file.", show_default=False)] = None,
    results: Annotated[Path, typer.Option("--results", "-o", help="Rows of known models are read here, the new ones "
                                          "appended.")] = Path("results.csv"),
    max_usd: Annotated[float | None, typer.Option(min=0, help="Most that may be spent (USD).",
                                                  show_default=False)] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Spend, and fetch weights, without asking.")] = False,
    as_json: o.Json = False,
) -> None:  # fmt: skip
    """Place a new model among the known ones by a few answers in every category.

    Example: turnout models probe local/smollm2-135m --labels 20
    """
    import asyncio

    from turnout import build
    from turnout.bench import probe as placing
    from turnout.bench.estimate import spent_usd
    from turnout.bench.plan import Plan, takes
    from turnout.bench.runner import check_scorers
    from turnout.bench.tasks import DEFAULT_SUITE, load_suite, read_tasks
    from turnout.cli import bench_shown, progress, wire
    from turnout.cli.bench_run import measure
    from turnout.config import load_settings
    from turnout.errors import BudgetReached, ModelGaveUp, NoEligibleModel, UnknownModel, UserError
    from turnout.evidence.shipped import load_shipped

    if suite is not None and tasks is not None:
        raise UserError("give --suite or --tasks, not both")
    settings = load_settings(**({"download": "always"} if yes else {}))
    catalogue = build.catalogue(settings)
    new = next(iter(catalogue.match([model])))
    if new.id != model:
        raise UnknownModel(f"{model!r} is a pattern; name the one model to place, such as {new.id}")
    if (reason := build.unavailable(settings, catalogue)(new)) is not None:
        raise NoEligibleModel(f"{model} cannot be asked from here: {reason}", {model: reason})
    everything = read_tasks(tasks) if tasks is not None else load_suite(suite or DEFAULT_SUITE)
    taken = [task for task in everything if takes(new, task)]
    before = _rows(results)
    chosen = placing.drawn(taken, labels)
    check_scorers(chosen)
    # The limit is of what is spent now: the file may hold what others cost.
    most = None if max_usd is None else max_usd + spent_usd(before, everything, catalogue.models, settings.timeout_s)
    plan = Plan({model: chosen})
    ending, _, _ = asyncio.run(measure(plan, results, settings, catalogue, everything, max_usd=most, yes=yes))
    rows = _rows(results)
    if ending.not_made:
        said = bench_shown.not_made(ending)
        if not any(row.model == model for row in rows):
            raise BudgetReached(said) if ending.over_budget else ModelGaveUp(said)
        progress.note(said)
    name = None if tasks is not None else suite or DEFAULT_SUITE
    shipped = [figure for figure in load_shipped() if figure.benchmark == name]
    found = placing.place(taken, rows, model, shipped)
    if as_json:
        wire.print_json(found.to_dict())
        return
    _print(found, results)


def _rows(results: Path) -> list[Row]:
    """What the file holds: nothing, when it is not there or a run ended before its first row."""
    from turnout.bench.rows import parse_rows, whole_length
    from turnout.errors import InputFileError

    try:
        data = results.read_bytes() if results.exists() else b""
    except OSError as error:
        raise InputFileError(f"cannot read {results}: {error.strerror}") from None
    return parse_rows(data[: whole_length(data)], str(results))


def _print(found: Probe, results: Path) -> None:
    from itertools import groupby

    from rich.table import Table

    from turnout.cli import render
    from turnout.explain import dollars

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("", no_wrap=True)
    for name in ("asked", "quality", "95 %", "place"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("nearest known", no_wrap=True, overflow="ellipsis")
    ordered = sorted(found.places, key=lambda place: (place.modality, -place.quality))
    for modality, places in groupby(ordered, key=lambda place: place.modality):
        table.add_row(modality, style="bold")
        for place in places:
            best, worst = place.rank
            rank = str(best) if best == worst else f"{best}–{worst}"
            table.add_row(
                place.category,
                str(place.asked or "–"),
                f"{place.quality:.2f}",
                f"\\[{place.low:.2f}, {place.high:.2f}]",
                f"{rank} of {len(place.known) + 1}" if place.known else "–",
                _nearest(place),
            )
    console = render.out()
    console.print(table)
    spent = "" if found.cost_usd is None else f", {dollars(found.cost_usd)}"
    unscored = f", {found.unscored} unscored" if found.unscored else ""
    console.print(
        f"{found.model}: {found.labels} scored answers{unscored}{spent}. They place a category within "
        f"± {found.half_width:.2f} on average; a difference smaller than that is not known.",
        markup=False,
    )
    alone = sorted({place.modality for place in found.places if not place.by_others})
    helped = sorted({place.modality for place in found.places} - set(alone))
    how = []
    if helped:
        how.append(f"{', '.join(helped)}: other models' answers to the same tasks tell hard from easy ones.")
    if alone:
        how.append(
            f"{', '.join(alone)}: fewer than two other models have answered these tasks in {results}; "
            "categories are shrunk towards the model's own mean."
        )
    console.print("\n".join(how), style="dim", markup=False)
    console.print(f"rows in {results}; a larger --labels goes on from them", style="dim", markup=False)


def _nearest(place: Place) -> str:
    """The known model whose quality is nearest."""
    if not place.known:
        return "–"
    near = min(place.known, key=lambda known: abs(known.quality - place.quality))
    return f"{near.quality:.2f} {near.model.rpartition('/')[2]}"
