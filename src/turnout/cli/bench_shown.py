"""What `turnout bench` shows: the estimate and its question, the run while it goes on, how it ended."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from turnout.bench import Ending, Plan, Results, Row, Task
from turnout.bench.degenerate import Flag, flags
from turnout.bench.estimate import Cost
from turnout.bench.rows import Key
from turnout.bench.spending import Budget
from turnout.bench.standings import Standing, Standings
from turnout.cli import progress, render, wire
from turnout.errors import UserError
from turnout.explain import dollars, two_digits

__all__ = ["confirm", "estimated", "live", "not_made", "outcome"]

_REDRAW_S = 0.3
_LINE_S = 10.0  # between two lines where nothing can be redrawn
_SHOWN = 20


def estimated(costs: Sequence[Cost], spent_usd: float, max_usd: float | None) -> None:
    """The calls still to be made and what they cost, on standard error."""
    table = _table("model", "calls", "tokens in", "tokens out", "usually", "at most")
    for cost in costs:
        if not cost.calls:
            continue
        money = [_dollars(cost.usual_usd), _dollars(cost.worst_usd)]
        name = f"{cost.model} (judge)" if cost.judges else cost.model
        table.add_row(name, f"{cost.calls:,}", _thousands(cost.input_tokens), _thousands(cost.output_tokens), *money)
    if sum(bool(cost.calls) for cost in costs) > 1:
        usual, worst = (_total(costs, name) for name in ("usual_usd", "worst_usd"))
        calls = sum(cost.calls for cost in costs)
        table.add_row("together", f"{calls:,}", "", "", _dollars(usual), _dollars(worst), style="bold")
    _console().print(table)
    if max_usd is not None:
        already = f", {dollars(spent_usd)} of it already spent on rows in the file" if spent_usd else ""
        progress.note(f"the limit is {dollars(max_usd)}{already}")


def confirm(costs: Sequence[Cost], *, yes: bool) -> None:
    """Ask before money is spent at a provider; raises `UserError` where nobody can be asked."""
    if yes or not any(cost.calls and cost.worst_usd != 0 for cost in costs):
        return
    usual = _total(costs, "usual_usd")
    amount = "an unknown amount" if usual is None else f"about {dollars(usual)}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UserError(f"this costs {amount} and nobody is there to ask: add --yes, and --max-usd to limit it")
    import typer

    if not typer.confirm(f"Spend {amount}?", default=False, err=True):
        raise typer.Abort


@contextmanager
def live(plan: Plan, results: Results, missing: int) -> Iterator[Callable[[Row], None]]:
    """A callback for each row: a table and a bar at a terminal, a line every few seconds elsewhere."""
    wanted = _wanted(plan)
    standings = Standings(row for key, row in results.rows.items() if key in wanted)
    if not progress.console().is_terminal:
        yield _lines(standings, missing)
        return
    console = progress.console()  # the one that notes are printed on, so that they come out above the table
    bar = Progress(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), "left", TimeRemainingColumn(),
                   console=console, auto_refresh=False)  # fmt: skip
    task = bar.add_task("", total=missing)
    # Between two rows only the clocks are drawn anew: the table is whole when it is handed over.
    with Live(_board(standings, bar), console=console, refresh_per_second=1, transient=True) as shown:
        yield _redrawn(standings, bar, task, shown)


def outcome(plan: Plan, results: Results, ending: Ending, budget: Budget, output: Path, *, as_json: bool) -> None:
    """How every model stands, on standard output."""
    wanted = _wanted(plan)
    rows = [row for key, row in results.rows.items() if key in wanted]
    standings, found = Standings(rows), flags(rows, wanted.values())
    if as_json:
        wire.print_json(_document(plan, standings, found, ending, budget, output))
        return
    degenerate = {(flag.model, flag.modality) for flag in found if not flag.category}
    console = render.out()
    table = _table("", "quality", "rows", "unscored", "p50 s", "USD/1k")
    for (modality, categories), group in groupby(
        standings.models(degenerate), lambda s: (s.modality, sorted(s.categories))
    ):
        what = ", ".join(categories) if len(categories) <= 2 else f"{len(categories)} categories"
        table.add_row(f"{modality}: {what}", style="bold")
        for standing in group:
            *cells, _ = _cells(standing)
            table.add_row(*cells, two_digits(1000 * standing.usd / standing.rows))
    console.print(table)
    for flag in found:
        console.print(str(flag), style="yellow", markup=False)
    if standings.judges:
        table = _table("judge", "verdicts", "none", "p50 s", "USD")
        for s in standings.judges:
            table.add_row(s.model, f"{s.rows:,}", f"{s.unscored:,}", _seconds(s), _usd(s))
        console.print(table)
    unscored = sum(s.unscored for s in standings.models())
    if unscored:
        console.print(f"{unscored:,} answers are unscored: a call that failed, or nothing to score. They are not "
                      "zeros; the column error says why.", style="dim")  # fmt: skip
    if budget.assumed_usd:
        console.print(f"{dollars(budget.assumed_usd)} counts as spent for failed calls that may have been billed.",
                      style="dim", markup=False)  # fmt: skip
    console.print(f"rows in {output}; the whole picture: turnout bench report {output}", style="dim", markup=False,
                  soft_wrap=True)  # fmt: skip


def not_made(ending: Ending) -> str:
    """The calls that were left out, and why."""
    return "; ".join(f"{count:,} calls were not made: {reason}" for reason, count in ending.not_made.most_common())


def _lines(standings: Standings, missing: int) -> Callable[[Row], None]:
    begun = last = time.monotonic()
    done = 0

    def on_row(row: Row) -> None:
        nonlocal done, last
        standings.add(row)
        done += 1
        now = time.monotonic()
        if now - last >= _LINE_S and done < missing:
            last = now
            left = (now - begun) / done * (missing - done)
            unscored = sum(s.unscored for s in standings.models())
            progress.note(f"{done:,} of {missing:,} rows, {unscored:,} unscored, about {_duration(left)} left")

    return on_row


def _redrawn(standings: Standings, bar: Progress, task: TaskID, shown: Live) -> Callable[[Row], None]:
    last = 0.0

    def on_row(row: Row) -> None:
        nonlocal last
        standings.add(row)
        bar.advance(task)
        if time.monotonic() - last >= _REDRAW_S:
            last = time.monotonic()
            shown.update(_board(standings, bar), refresh=True)

    return on_row


def _board(standings: Standings, bar: Progress) -> Group:
    table = _table("model", "quality", "rows", "unscored", "p50 s", "USD")
    models = standings.models()
    for standing in models[:_SHOWN]:
        table.add_row(*_cells(standing))
    if len(models) > _SHOWN:
        table.add_row(f"… and {len(models) - _SHOWN} more", style="dim")
    for s in standings.judges:
        table.add_row(f"{s.model} (judge)", "", f"{s.rows:,}", f"{s.unscored:,}", _seconds(s), _usd(s), style="dim")
    return Group(table, bar)


def _document(
    plan: Plan, standings: Standings, found: Sequence[Flag], ending: Ending, budget: Budget, output: Path
) -> dict[str, Any]:
    return {
        "schema": "turnout.bench/1",
        "results": str(output),
        "rows_wanted": len(_wanted(plan)),
        "rows_written": ending.rows,
        "reference": plan.reference or None,
        "repeats": plan.repeats,
        "models": [
            {
                "model": s.model,
                "modality": s.modality,
                "categories": sorted(s.categories),
                "quality": s.quality,
                "rows": s.rows,
                "unscored": s.unscored,
                "latency_p50_s": s.latency_p50_s,
                "usd": s.usd,
            }
            for s in standings.models()
        ],
        "judges": [
            {"model": s.model, "verdicts": s.rows, "without_verdict": s.unscored, "usd": s.usd}
            for s in standings.judges
        ],
        "degenerate": [
            {"model": f.model, "modality": f.modality, "category": f.category or None, "kind": f.kind, "share": f.share}
            for f in found
        ],
        "not_made": dict(ending.not_made),
        "spent_usd": budget.spent_usd,
        "assumed_usd": budget.assumed_usd,
    }


def _wanted(plan: Plan) -> dict[Key, Task]:
    return plan.answers() | plan.verdicts()


def _console() -> Console:
    return Console(stderr=True, highlight=False)  # not the one for notes, which lets lines run on


def _table(first: str, *numbers: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(first, overflow="fold", max_width=40)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _cells(s: Standing) -> tuple[str, ...]:
    quality = "–" if s.quality is None else f"{s.quality:.3f}"
    return s.model, quality, f"{s.rows:,}", f"{s.unscored:,}" if s.unscored else "", _seconds(s), _usd(s)


def _seconds(s: Standing) -> str:
    return "–" if s.latency_p50_s is None else two_digits(s.latency_p50_s)


def _usd(s: Standing) -> str:
    return "0" if s.usd == 0 else "<0.0001" if s.usd < 0.0001 else f"{s.usd:.4f}" if s.usd < 1 else f"{s.usd:,.2f}"


def _dollars(usd: float | None) -> str:
    return "unknown" if usd is None else "–" if usd == 0 else dollars(usd)


def _total(costs: Sequence[Cost], name: str) -> float | None:
    amounts = [getattr(cost, name) for cost in costs if cost.calls]
    return None if None in amounts else sum(amounts)


def _thousands(tokens: float) -> str:
    return f"{tokens / 1000:,.0f} k" if tokens >= 10_000 else f"{tokens:,.0f}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
