"""`turnout bench run`: every task to every model, judged when asked for, each row on the disk before it counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from turnout.bench import Ending, Plan, Results, Task
    from turnout.bench.spending import Budget
    from turnout.build import Watcher
    from turnout.catalog import Catalogue
    from turnout.config import Settings
    from turnout.types import Model

__all__ = ["CONCURRENCY", "measure", "run"]

CONCURRENCY = 16  # calls at a time to each provider
_LISTENER = "local/whisper-base"  # writes down what generated speech says
_JUDGED = "Judging"
_CHOICE = "Which tasks"
_PACE = "Money and pace"


def run(
    tasks: Annotated[str | None, typer.Argument(help="A JSONL file of tasks, or the name of a suite.",
                                                show_default=False)] = None,
    suite: Annotated[str | None, typer.Option(help="A suite shipped with Turnout, e.g. turnout-1000.",
                                              rich_help_panel=_CHOICE, show_default=False)] = None,
    models: Annotated[str, typer.Option(help="Models that match, e.g. 'local/*,openai/gpt-4o-mini'.")] = "local/*",
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV; a second run goes on where the first stopped.",
                                         )] = Path("results.csv"),
    reference: Annotated[str | None, typer.Option(help="The model that judges compare the others with; it is asked "
                                                  "too.", rich_help_panel=_JUDGED, show_default=False)] = None,
    judge: Annotated[str | None, typer.Option(help="Models that judge, e.g. openai/gpt-4o; several with commas.",
                                              rich_help_panel=_JUDGED, show_default=False)] = None,
    modality: Annotated[str | None, typer.Option("--modality", "-m", help="text, image, audio or video.",
                                                 rich_help_panel=_CHOICE, show_default=False)] = None,
    category: Annotated[str | None, typer.Option("--category", "-c", help="e.g. summarization or "
                                                 "question-answering/physics.", rich_help_panel=_CHOICE,
                                                 show_default=False)] = None,
    language: Annotated[str | None, typer.Option(help="Of the answer, e.g. de.", rich_help_panel=_CHOICE,
                                                 show_default=False)] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="The first N tasks of each category.",
                                              rich_help_panel=_CHOICE, show_default=False)] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="N tasks drawn over all categories, in proportion.",
                                               rich_help_panel=_CHOICE, show_default=False)] = None,
    seed: Annotated[int, typer.Option(help="Of the draw.", rich_help_panel=_CHOICE)] = 0,
    repeats: Annotated[int, typer.Option(min=1, help="Ask each task so many times, for noise and latency.",
                                         rich_help_panel=_CHOICE)] = 1,
    max_usd: Annotated[float | None, typer.Option(min=0, help="Most that providers may bill, with what the file "
                                                  "already holds.", rich_help_panel=_PACE, show_default=False)] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Calls at a time to each provider; local models are asked "
                                             "one by one.", rich_help_panel=_PACE)] = CONCURRENCY,
    requests_per_minute: Annotated[float | None, typer.Option(min=0.1, help="Most requests to each provider.",
                                                              rich_help_panel=_PACE, show_default=False)] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Take failed calls out of the file and make "
                                               "them again.")] = False,
    aggregate: Annotated[Path | None, typer.Option(help="Also write the figures per model and category to this CSV.",
                                                   show_default=False)] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Spend, and fetch weights, without asking.")] = False,
    as_json: o.Json = False,
) -> None:  # fmt: skip
    """Measure models on tasks with known answers; every row is on the disk before it counts.

    Example: turnout bench tasks.jsonl --models 'local/*,openai/gpt-4o-mini' --max-usd 5 -o results.csv
    """
    import asyncio

    from turnout import build
    from turnout.bench import choose, load_suite, read_tasks
    from turnout.bench.runner import check_scorers
    from turnout.bench.tasks import DEFAULT_SUITE
    from turnout.cli import bench_shown
    from turnout.config import load_settings
    from turnout.errors import BudgetReached, ModelGaveUp, UserError

    if tasks is not None and suite is not None:
        raise UserError(f"both a file of tasks ({tasks}) and a suite ({suite}) are named: leave one out")
    settings = load_settings(**({"download": "always"} if yes else {}))
    catalogue = build.catalogue(settings)
    source = tasks or suite or DEFAULT_SUITE
    every = read_tasks(Path(source)) if source.endswith(".jsonl") else load_suite(source)
    chosen = choose(every, modality=modality, category=category, language=language, limit=limit, sample=sample,
                    seed=seed)  # fmt: skip
    if not chosen:
        there = ", ".join(sorted({task.category.partition("/")[0] for task in every}))
        raise UserError(f"no task is left: leave out the category, modality or language, or choose others ({there})")
    plan = _plan(settings, catalogue, chosen, models, reference, o.patterns(judge), repeats)
    check_scorers(chosen)
    ending, budget, results = asyncio.run(
        measure(plan, output, settings, catalogue, every, max_usd=max_usd, concurrency=concurrency,
                per_minute=requests_per_minute, retry_failed=retry_failed, yes=yes)
    )  # fmt: skip
    if aggregate is not None:
        _aggregate(results, aggregate, Path(source).stem)
    bench_shown.outcome(plan, results, ending, budget, output, as_json=as_json)
    if ending.over_budget:
        raise BudgetReached(f"stopped at --max-usd {max_usd:g}: {bench_shown.not_made(ending)}; the rows are kept, and "
                            "the same command with a higher limit makes the rest")  # fmt: skip
    if ending.not_made:
        raise ModelGaveUp(f"{bench_shown.not_made(ending)}; the rows are kept, and the same command makes the rest")


def _plan(settings: Settings, catalogue: Catalogue, tasks: Sequence[Task], models: str, reference: str | None,
          judges: Sequence[str], repeats: int) -> Plan:  # fmt: skip
    from turnout import build
    from turnout.bench import Plan
    from turnout.bench.plan import takes
    from turnout.cli import progress
    from turnout.errors import NoEligibleModel, UserError

    if judges and reference is None:
        raise UserError("a judge compares with a reference: name it with --reference MODEL")
    check = build.unavailable(settings, catalogue)
    for name in (*judges, *([reference] if reference else [])):
        for model in catalogue.match([name]):
            if reason := check(model):
                raise NoEligibleModel(f"{model.id} cannot be asked from here: {reason}", {model.id: reason})
    pool = catalogue.match([*o.patterns(models), *([reference] if reference else [])])
    missing = {model.id: reason for model in pool if (reason := check(model))}
    asked = {m.id: [t for t in tasks if takes(m, t)] for m in pool if m.id not in missing}
    asked = {model: own for model, own in asked.items() if own}
    if not asked:
        raise NoEligibleModel(
            f"no model that matches {models!r} can be asked from here and takes one of these tasks", missing
        )
    if missing:
        first = "; ".join(f"{model}: {reason}" for model, reason in list(missing.items())[:3])
        more = f"; and {len(missing) - 3} more" if len(missing) > 3 else ""
        progress.note(f"left out: {first}{more}")
    return Plan(asked, repeats, reference or "", tuple(m.id for m in catalogue.match(judges)))


async def measure(plan: Plan, output: Path, settings: Settings, catalogue: Catalogue, every: Sequence[Task], *,
                  max_usd: float | None, concurrency: int = CONCURRENCY, per_minute: float | None = None,
                  retry_failed: bool = False, yes: bool = False,
                  ) -> tuple[Ending, Budget, Results]:  # fmt: skip
    """Estimate, confirm, run: the calls of `plan` that `output` has no row of."""
    from contextlib import AsyncExitStack

    from turnout import bench, build
    from turnout.bench.estimate import estimate, spent_usd
    from turnout.bench.judge import Judge
    from turnout.bench.limits import BreakerModel, Lane
    from turnout.bench.results import failed, open_results
    from turnout.bench.spending import Budget, MeteredModel, pace
    from turnout.cli import bench_shown, progress
    from turnout.errors import NoEligibleModel
    from turnout.providers.protocol import ChatModel

    wanted = plan.answers() | plan.verdicts()
    tasks = list({task.id: task for task in plan.answers().values()}.values())
    by_ear = any(task.scorer == "heard" for task in tasks)
    if by_ear and (reason := build.unavailable(settings, catalogue)(catalogue.models[_LISTENER])):
        raise NoEligibleModel(f"{_LISTENER}, which hears what speech says, cannot be asked: {reason}")
    asked = {name: catalogue.models[name] for name in (*plan.tasks, *plan.judges, *([_LISTENER] if by_ear else []))}
    async with AsyncExitStack() as opened:
        results = await opened.enter_async_context(
            open_results(output, tasks, drop=lambda row: retry_failed and failed(row) and row.key in wanted)
        )
        missing = len(wanted.keys() - results.rows.keys())
        before = spent_usd([*results.rows.values(), *results.dropped], every, catalogue.models, settings.timeout_s)
        budget = Budget(max_usd, before)
        if not missing:
            progress.note(f"nothing to do: {output} has all {len(wanted):,} rows")
            return bench.Ending(), budget, results
        watcher = progress.watcher()
        lanes = {
            provider: Lane(1, in_turn=True) if provider == "local" else Lane(concurrency)
            for provider in {model.provider for model in asked.values()}
        }
        limiters = {provider: pace(per_minute) for provider in lanes}

        def open_model(model: Model) -> ChatModel:
            def metered(served: ChatModel) -> ChatModel:
                limiter = limiters[model.provider]
                return MeteredModel(served, model, budget, limiter, longest_s=settings.timeout_s)

            ready = BreakerModel(build.chat_model(model, settings, catalogue, watcher, meter=metered))
            opened.push_async_callback(ready.aclose)
            return ready

        ready = {name: open_model(model) for name, model in asked.items()}
        judges = [
            Judge(ready[name], context_tokens=asked[name].context_tokens, sees=asked[name].inputs - {"text"})
            for name in plan.judges
        ]
        costs = estimate(plan, results.rows.keys(), asked, settings.timeout_s)
        bench_shown.estimated(costs, before, max_usd)
        bench_shown.confirm(costs, yes=yes)
        _fetch_weights(asked.values(), settings, watcher)
        with bench_shown.live(plan, results, missing) as on_row:
            ending = await bench.run(
                plan, results, ready, {name: lanes[model.provider] for name, model in asked.items()},
                judges=judges, listener=ready.get(_LISTENER) if by_ear else None, on_row=on_row,
            )  # fmt: skip
    return ending, budget, results


def _fetch_weights(models: Iterable[Model], settings: Settings, watcher: Watcher) -> None:
    """Before anything is spent, and while nothing is drawn that a question would disturb."""
    from turnout import weights
    from turnout.providers.local.catalogue import find

    for model in models:
        for name in find(model.id).weights if model.provider == "local" else ():
            weights.fetch(name, settings, confirm=watcher.confirm, progress=watcher.progress)


def _aggregate(results: Results, target: Path, suite: str) -> None:
    from datetime import UTC, datetime

    from turnout import bench

    date = datetime.now(UTC).date().isoformat()
    source = f"turnout bench on the tasks of {suite}, rules as judge"
    figures = bench.aggregate(results.rows.values(), benchmark=suite, source=source, date=date)
    bench.write_aggregates(figures, target)
