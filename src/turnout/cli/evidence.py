"""`turnout evidence`: what is known, shipped and from one's own calls."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from turnout.evidence.decisions import TrafficRow
    from turnout.evidence.store import EvidenceStore

__all__ = ["app"]

app = typer.Typer(
    help="Evidence: one's own outcomes (show), the gateway's requests (traffic), the shipped figures (shipped).",
    no_args_is_help=True,
)


_BAR = 12  # characters


@app.command("show")
def show(
    last: Annotated[int, typer.Option("--last", "-n", min=0, help="Also list the newest outcomes.")] = 5,
    as_json: o.Json = False,
) -> None:
    """Show the outcomes of your own calls: per model and task, then the newest.

    Example: turnout evidence show --last 20
    """
    from turnout import build
    from turnout.cli import render, wire
    from turnout.config import load_settings

    settings = load_settings()
    with build.store(settings) as store:
        if as_json:
            newest = [{**asdict(x), "at": x.at.isoformat()} for x in store.outcomes(limit=last)]
            summary = [asdict(row) for row in store.summary()]
            wire.print_json({"schema": "turnout.evidence/1", "summary": summary, "newest": newest})
            return
        if store.count() == 0:
            render.out().print("no outcome yet: every answer of turnout ask becomes one")
            return
        _print_summary(store)
        if last:
            _print_newest(store, last)


def _print_summary(store: EvidenceStore) -> None:
    from rich.table import Table

    from turnout.cli import render
    from turnout.explain import dollars, two_digits

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name in ("model", "task"):
        table.add_column(name, overflow="fold")
    for name in ("calls", "failed", "quality", "$/1k", "p50 s"):
        table.add_column(name, justify="right")
    for row in store.summary():
        table.add_row(
            row.model_id,
            row.category or row.modality,
            f"{row.n:,}",
            str(row.n_errors or "–"),
            "unscored" if row.quality is None else f"{row.quality:.2f} ({row.n_scored})",
            "–" if row.cost_usd is None else dollars(row.cost_usd * 1000).removeprefix("$"),
            "–" if row.latency_p50_s is None else two_digits(row.latency_p50_s),
        )
    render.out().print(table)


def _print_newest(store: EvidenceStore, last: int) -> None:
    from rich.table import Table

    from turnout.cli import render
    from turnout.explain import dollars, two_digits

    console = render.out()
    console.print(f"\n[bold]newest {last}[/]")
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    for outcome in store.outcomes(limit=last):
        told = outcome.error or ("unscored" if outcome.quality is None else f"quality {outcome.quality:.2f}")
        table.add_row(
            f"{outcome.at.astimezone():%m-%d %H:%M}",
            outcome.model_id,
            outcome.category or outcome.modality,
            dollars(outcome.cost_usd),
            "–" if outcome.latency_s is None else f"{two_digits(outcome.latency_s)} s",
            told[:60],
        )
    console.print(table)


@app.command("traffic")
def traffic(
    days: Annotated[float, typer.Option(help="Only the last so many days.", min=0)] = 30,
    key: Annotated[str | None, typer.Option(help="Only requests of this key, by its id.", show_default=False)] = None,
    as_json: o.Json = False,
) -> None:
    """Show what the gateway served: requests, cost, time, errors and fallbacks per model.

    Example: turnout evidence traffic --days 7
    """
    from datetime import UTC, datetime, timedelta

    from turnout import build
    from turnout.cli import render, wire
    from turnout.config import load_settings
    from turnout.errors import UserError

    now = datetime.now(UTC)
    try:
        since = now - timedelta(days=days)
    except (OverflowError, ValueError):
        raise UserError(f"--days {days:g} is longer than the calendar") from None
    with build.store(load_settings()) as store:
        rows = store.traffic(since, key)
    if as_json:
        shown = [asdict(row) for row in rows]
        wire.print_json({"schema": "turnout.traffic/1", "since": since.isoformat(), "key_id": key, "models": shown})
        return
    if not rows:
        whose = "" if key is None else f" of {key}"
        render.out().print(f"no request{whose} in the last {days:g} days: turnout serve records them", markup=False)
        return
    _print_traffic(rows)


def _print_traffic(rows: list[TrafficRow]) -> None:
    from rich.table import Table
    from rich.text import Text

    from turnout.cli import render
    from turnout.explain import dollars, two_digits

    total = sum(row.requests for row in rows)
    most = rows[0].requests
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("model", overflow="fold", min_width=16)
    table.add_column("requests", justify="right", no_wrap=True)
    table.add_column("share", no_wrap=True, min_width=_BAR + 5)
    for name in ("$", "p50 s", "errors", "fallbacks"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        share = f"{row.requests / total:4.0%}" if row.requests * 200 >= total else " <1%"
        bar = Text(f"{_bar(row.requests / most)} ", style="cyan").append(share, style="default")
        table.add_row(
            Text(row.model_id) if row.model_id is not None else Text("(nobody served)", style="dim"),
            f"{row.requests:,}",
            bar,
            dollars(row.usd).removeprefix("$"),
            "–" if row.latency_p50_s is None else two_digits(row.latency_p50_s),
            Text(f"{row.errors:,}", style="red") if row.errors else "–",
            f"{row.fallbacks:,}" if row.fallbacks else "–",
        )
    console = render.out()
    console.print(table)
    errors, usd = sum(row.errors for row in rows), sum(row.usd for row in rows)
    console.print(
        f"\n{total:,} request{'' if total == 1 else 's'}, {dollars(usd)}, {errors:,} error{'' if errors == 1 else 's'}",
        markup=False,
    )


def _bar(share: float) -> str:
    """A bar of eighths of a character, padded to its full width; never empty for what is there."""
    eighths = max(1, round(share * _BAR * 8))
    return ("█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]).ljust(_BAR)


@app.command("shipped")
def shipped(as_json: o.Json = False) -> None:
    """Show which figures come with Turnout: benchmark, metric, task, models, trials, source and date."""
    from turnout.cli import render, wire
    from turnout.evidence.shipped import load_shipped

    rows = load_shipped()
    if as_json:
        wire.print_json({"schema": "turnout.shipped/1", "rows": [asdict(row) for row in rows]})
        return
    from rich.table import Table

    groups: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    for row in rows:
        task = f"{row.modality} {row.category.partition('/')[0]}"
        groups.setdefault((row.benchmark, task, row.metric or "latency only"), []).append((row.model, row.n))
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for name in ("benchmark", "task", "metric"):
        table.add_column(name, overflow="fold")
    table.add_column("models", justify="right")
    table.add_column("rows", justify="right")
    for (benchmark, task, metric), members in sorted(groups.items()):
        table.add_row(benchmark, task, metric, str(len({m for m, _ in members})), str(len(members)))
    console = render.out()
    console.print(table)
    console.print("\n[bold]sources[/]")
    for benchmark, source, date in sorted({(row.benchmark, row.source, row.date) for row in rows}):
        console.print(f"  {benchmark}: {source} ({date})", markup=False, style="dim")
