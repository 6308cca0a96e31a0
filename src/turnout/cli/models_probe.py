"""`turnout models probe`: where a new model stands, from a few answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from collections.abc import Sequence

    from turnout.bench.probe import Place, Probe
    from turnout.bench.rows import Row
    from turnout.bench.tasks import Task
    from turnout.build import Watcher
    from turnout.catalog import Catalogue
    from turnout.config import Settings
    from turnout.types import Model

__all__ = ["probe"]

_AT_ONCE = 8  # calls to a provider; models on this machine are asked one call at a time
_LISTENER = "local/whisper-base"  # writes down what generated speech says


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
    """Place a new model among the known ones by the tasks whose answers tell most.

    Example: turnout models probe local/smollm2-135m --labels 20
    """
    import asyncio

    from turnout import build
    from turnout.bench import probe as placing
    from turnout.bench.plan import takes
    from turnout.bench.rows import read_rows
    from turnout.bench.tasks import DEFAULT_SUITE, load_suite, read_tasks
    from turnout.cli import progress, wire
    from turnout.config import load_settings
    from turnout.errors import NoEligibleModel, UnknownModel, UserError

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
    before = read_rows(results) if results.exists() and results.stat().st_size else []
    chosen = placing.telling(taken, before, model, labels)
    _permit(new, chosen, max_usd, yes, settings)
    asyncio.run(_ask(new, chosen, results, max_usd, settings, catalogue, progress.watcher()))
    rows = read_rows(results)
    found = placing.place(taken, rows, model)
    if as_json:
        wire.print_json(found.to_dict())
        return
    _print(found, results)


def _permit(model: Model, tasks: Sequence[Task], max_usd: float | None, yes: bool, settings: Settings) -> None:
    """Ask before money is spent without a limit; models of this machine cost time only."""
    import sys

    from turnout.bench.spending import worst_usd
    from turnout.errors import UserError
    from turnout.explain import dollars

    if model.provider == "local" or max_usd is not None or yes:
        return
    each = [worst_usd(model, task.request(), settings.timeout_s) for task in tasks]
    most = None if None in each else sum(usd for usd in each if usd is not None)
    said = f"{len(tasks)} answers of {model.id} cost at most {dollars(most)}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UserError(f"{said}: allow it with --yes or --max-usd")
    typer.confirm(f"{said}. Ask?", default=True, abort=True, err=True)


async def _ask(
    model: Model,
    tasks: Sequence[Task],
    results: Path,
    max_usd: float | None,
    settings: Settings,
    catalogue: Catalogue,
    watcher: Watcher,
) -> None:
    """The answers that `results` does not hold yet, each on the disk before the next counts."""
    from contextlib import AsyncExitStack

    from turnout import build
    from turnout.bench.limits import BreakerModel, Lane
    from turnout.bench.plan import Plan
    from turnout.bench.results import open_results
    from turnout.bench.runner import check_scorers, run
    from turnout.bench.spending import Budget, MeteredModel
    from turnout.cli import progress

    check_scorers(tasks)
    plan = Plan({model.id: tasks})
    async with AsyncExitStack() as opened:
        kept = await opened.enter_async_context(open_results(results, tasks))
        asked = len(plan.answers().keys() - kept.rows.keys())
        show, count = progress.counter("asking"), 0

        def shown(row: Row) -> None:
            nonlocal count
            count += 1
            show(count, asked)

        ready = build.chat_model(model, settings, catalogue, watcher)
        opened.push_async_callback(ready.aclose)
        metered = MeteredModel(ready, model, Budget(max_usd), longest_s=settings.timeout_s)
        here = Lane(1, in_turn=True)
        lanes = {model.id: here if model.provider == "local" else Lane(_AT_ONCE)}
        listener = None
        if any(task.scorer == "heard" for task in tasks):
            listener = build.chat_model(catalogue.models[_LISTENER], settings, catalogue, watcher)
            opened.push_async_callback(listener.aclose)
            lanes[_LISTENER] = here
        ending = await run(plan, kept, {model.id: BreakerModel(metered)}, lanes, listener=listener, on_row=shown)
    for reason, times in ending.not_made.items():
        progress.note(f"{times} calls were not made: {reason}")


def _print(found: Probe, results: Path) -> None:
    from rich.table import Table

    from turnout.cli import render
    from turnout.explain import dollars

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("task", overflow="fold")
    for name in ("asked", "quality", "95 %"):
        table.add_column(name, justify="right")
    table.add_column("place", justify="right")
    table.add_column("nearest known models", overflow="fold")
    for place in sorted(found.places, key=lambda place: (place.modality, -place.quality)):
        best, worst = place.rank
        rank = str(best) if best == worst else f"{best}–{worst}"
        table.add_row(
            f"{place.modality} {place.category}",
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
    how = (
        "Known models' answers to the same tasks were used; a category without an answer is known by likeness alone."
        if found.by_others
        else f"No other model has answered these tasks in {results}: categories are shrunk towards the model's mean."
    )
    console.print(how, style="dim", markup=False)
    console.print(f"rows in {results}; a larger --labels goes on from them", style="dim", markup=False)


def _nearest(place: Place) -> str:
    """The two known models whose quality is nearest, the better first."""
    near = sorted(place.known, key=lambda known: abs(known.quality - place.quality))[:2]
    return ", ".join(f"{known.quality:.2f} {known.model.rpartition('/')[2]}" for known in place.known if known in near)
