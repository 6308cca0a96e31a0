"""`turnout bench`: measure models on tasks with known answers, every row kept the moment it exists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from turnout.bench import Result, Task
    from turnout.providers.protocol import ChatModel
    from turnout.types import Model

__all__ = ["bench"]

_LISTENER = "local/whisper-base"  # writes down what generated speech says


def bench(
    tasks: Annotated[str, typer.Argument(help="A suite's name (core) or a JSONL file of tasks.")] = "core",
    models: Annotated[str, typer.Option(help="Models that match, e.g. 'local/*,openai/gpt-4o-mini'.")] = "local/*",
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV, appended to: a second run goes on where the "
                                         "first stopped.")] = Path("results.csv"),
    modality: Annotated[str | None, typer.Option("--modality", "-m", help="Only tasks of this modality.",
                                                 show_default=False)] = None,
    category: o.CategoryOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many tasks per category.",
                                              show_default=False)] = None,
    aggregate: Annotated[Path | None, typer.Option(help="Also write the figures per model and category to this CSV.",
                                                   show_default=False)] = None,
    yes: o.Yes = False,
) -> None:  # fmt: skip
    """Measure models on tasks with known answers; each result is on disk before the next is asked.

    Example: turnout bench core --models 'local/*' --modality text -o results.csv
    """
    import asyncio
    from contextlib import AsyncExitStack

    from turnout import build
    from turnout.bench import load_suite, read_tasks, run
    from turnout.categories import parse_category, parse_modality
    from turnout.cli import progress, render
    from turnout.config import load_settings
    from turnout.errors import NoEligibleModel

    settings = load_settings(**({"download": "always"} if yes else {}))
    catalogue = build.catalogue(settings)
    chosen = list(read_tasks(Path(tasks)) if Path(tasks).suffix == ".jsonl" else load_suite(tasks))
    if modality is not None:
        kind = parse_modality(modality)
        chosen = [task for task in chosen if task.modality == kind]
        if category is not None:
            parse_category(kind, category)
    if category is not None:
        chosen = [task for task in chosen if category in (task.category, task.category.partition("/")[0])]
    chosen = _at_most(chosen, limit)
    check = build.unavailable(settings, catalogue)
    pool = [m for m in catalogue.match(o.patterns(models)) if check(m) is None]
    pairs = [(m, [t for t in chosen if _takes(m, t)]) for m in pool]
    pairs = [(m, own) for m, own in pairs if own]
    if not pairs:
        raise NoEligibleModel(f"no model that matches {models!r} can be asked from here and takes one of these tasks")
    watcher = progress.watcher()
    show = progress.counter("asking")

    async def everything() -> None:
        async with AsyncExitStack() as opened:

            def open_model(wanted: Model) -> ChatModel:
                ready = build.chat_model(wanted, settings, catalogue, watcher)
                opened.push_async_callback(ready.aclose)
                return ready

            by_ear = any(task.scorer == "heard" for _, own in pairs for task in own)
            listener = open_model(catalogue.models[_LISTENER]) if by_ear else None
            done, total = 0, sum(len(own) for _, own in pairs)
            for model, own in pairs:
                progress.note(f"{model.id}: {len(own)} tasks")

                def shown(result: Result, count: int, of: int, before: int = done + len(own)) -> None:
                    show(before - of + count, total)

                await run(own, [open_model(model)], output, listener=listener, on_result=shown)
                done += len(own)

    asyncio.run(everything())
    _report(output, aggregate, Path(tasks).stem)
    render.out().print(f"rows in {output}", style="dim", markup=False)


def _at_most(tasks: list[Task], limit: int | None) -> list[Task]:
    kept: list[Task] = []
    seen: dict[tuple[str, str], int] = {}
    for task in tasks:
        key = task.modality, task.category
        seen[key] = seen.get(key, 0) + 1
        if limit is None or seen[key] <= limit:
            kept.append(task)
    return kept


def _takes(model: Model, task: Task) -> bool:
    from turnout.categories import parse_category

    category, _ = parse_category(task.modality, task.category)
    return category.inputs <= model.inputs and category.outputs <= model.outputs


def _report(results: Path, target: Path | None, suite: str) -> None:
    """Quality per category and model on standard output; the same and more in `target`."""
    from datetime import UTC, datetime

    from rich.table import Table

    from turnout import bench
    from turnout.cli import render
    from turnout.explain import two_digits

    rows = bench.read_results(results)
    date = datetime.now(UTC).date().isoformat()
    source = f"turnout bench on the tasks of {suite}, rules as judge"
    figures = bench.aggregate(rows, benchmark=f"turnout-{suite}", source=source, date=date)
    if target is not None:
        bench.write_aggregates(figures, target)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name in ("task", "model"):
        table.add_column(name, overflow="fold")
    for name in ("quality", "95 %", "n", "p50 s"):
        table.add_column(name, justify="right")
    for f in sorted(figures, key=lambda f: (f["modality"], f["category"], -f["quality"])):
        interval = f"\\[{f['quality_low']:.2f}, {f['quality_high']:.2f}]"
        seconds = two_digits(f["latency_p50_s"]) if f["latency_p50_s"] != "" else "–"
        task = f"{f['modality']} {f['category']}"
        table.add_row(task, f["model"], f"{f['quality']:.2f}", interval, str(f["n"]), seconds)
    console = render.out()
    console.print(table)
    failed = sum(row["quality"] == "" for row in rows)
    if failed:
        console.print(f"{failed} of {len(rows)} rows are unscored (a failed call is not a zero)", style="dim")
