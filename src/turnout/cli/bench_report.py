"""`turnout bench report`: who leads at what, and a page whose every number opens the answers behind it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from turnout.bench.rows import Row
    from turnout.bench.tasks import Task

__all__ = ["bench_report"]

_LONGEST_NAME = 30  # characters of a model's name in a table of 80 columns


def bench_report(
    results: Annotated[Path, typer.Argument(help="Results of turnout bench.", show_default=False)],
    report: Annotated[
        Path | None,
        typer.Option(help="Also write a page, its charts, its numbers and a copy of the results into this folder.",
                     show_default=False),
    ] = None,
    tasks: Annotated[
        str | None,
        typer.Option(help="Suite or .jsonl of the tasks: shows right answers, and finds models that always choose the "
                     "same. Default: the shipped suites that these results are of.", show_default=False),
    ] = None,
    as_json: o.Json = False,
) -> None:  # fmt: skip
    """Leaderboards by modality and category, judge against humans, cost and time.

    Example: turnout bench report results.csv --report out/
    """
    from turnout.bench.report import describe, write_report
    from turnout.bench.rows import read_rows
    from turnout.cli import progress, render, wire
    from turnout.report.page import check

    if report is not None:
        check(report)
    rows = read_rows(results)
    known = _tasks(tasks, rows)
    document = describe(rows, name=results.name, tasks=known)
    if as_json:
        wire.print_json(document)
    else:
        _show(document, render.out())
    if report is not None:
        command = shlex.join(["turnout", *sys.argv[1:]])
        written = write_report(
            rows, results, report, tasks=known, document=document, command=command,
            on_progress=progress.counter("drawing"),
        )  # fmt: skip
        progress.note(f"{written[0]}: open it in a browser; {len(written) - 1} more files beside it")


def _tasks(name: str | None, rows: Sequence[Row]) -> list[Task]:
    """The tasks that these rows answer, by id and wording."""
    from turnout.bench import load_suite, read_tasks
    from turnout.bench.tasks import suites

    if name is None:
        known = [task for suite in suites() for task in load_suite(suite)]
    else:
        known = list(read_tasks(Path(name)) if Path(name).suffix == ".jsonl" else load_suite(name))
    asked = {(row.task_id, row.prompt) for row in rows if row.source == "exact"}
    return [task for task in known if (task.id, task.prompt) in asked]


def _show(document: Mapping[str, Any], console: Console) -> None:
    """A table for each modality, a line for each category, and what must be known."""
    from turnout.bench.report.names import part

    for board in document["boards"]:
        if board["category"]:
            continue
        console.print(_head(part(board), board["tasks"]))
        console.print(_standings(board))
        for s in board["standings"]:
            if s["mark"].startswith("only"):  # who is degenerate stands in the notes
                console.print(f"  {s['model']} cannot lead: {s['mark']}", style="yellow", markup=False)
        console.print(_leaders(document, board))
        console.print()
    _rates(document, console)
    for note in document["notes"]:
        console.print(note, style="dim", markup=False)


def _table(*columns: tuple[str, bool]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name, is_number in columns:
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    return table


def _standings(board: Mapping[str, Any]) -> Table:
    from rich.text import Text

    from turnout.explain import two_digits

    table = _table(("#", True), ("model", False), *((name, True) for name in (
        "quality", "95 %", "n", "none", "$/1k", "p50 s", "p95 s", "tok/s")))  # fmt: skip

    def number(value: float | None) -> str:
        return "–" if value is None else two_digits(value)

    ranks = [s["rank"] for s in board["standings"]]
    for s in board["standings"]:
        tied = "=" if s["rank"] is not None and ranks.count(s["rank"]) > 1 else " "
        table.add_row(
            "– " if s["rank"] is None else f"{s['rank']}{tied}",
            Text(_short(s["model"]), style="bold green" if s["rank"] == 1 else "" if s["rank"] else "dim"),
            "–" if s["quality"] is None else f"{s['quality']:.2f}",
            "–" if s["low"] is None else f"{s['low']:.2f}–{s['high']:.2f}",
            f"{s['n']:,}",
            f"{s['unscored']:,}",
            number(None if s["cost_usd"] is None else 1000 * s["cost_usd"]),
            number(s["latency_p50_s"]),
            number(s["latency_p95_s"]),
            number(s["tokens_per_s"]),
        )
    return table


def _short(name: str) -> str:
    """The name without its middle when a table has no room for it."""
    half = _LONGEST_NAME // 2
    return name if len(name) <= _LONGEST_NAME else f"{name[: half - 1]}…{name[-half:]}"


def _head(name: str, tasks: int) -> Text:
    from rich.text import Text

    return Text.assemble((name, "bold"), "  ", (f"{tasks:,} tasks", "dim"))


def _leaders(document: Mapping[str, Any], whole: Mapping[str, Any]) -> Table:
    """Who leads each category of a modality's board."""
    from rich.text import Text

    table = _table(("", False), ("tasks", True), ("quality", True), ("first", False))
    table.show_header = False
    for board in document["boards"]:
        name = board["category"]
        if board["modality"] != whole["modality"] or not name or "/" in name or name not in (whole["scope"] or [name]):
            continue
        first = [s for s in board["standings"] if s["rank"] == 1]
        names = ", ".join(_short(s["model"].rpartition("/")[2]) for s in first[:2])
        more = f" and {len(first) - 2} more" if len(first) > 2 else ""
        quality = f"{first[0]['quality']:.2f}" if first else "–"
        table.add_row(
            f"  {board['category']}", f"{board['tasks']:,}", quality, Text((names or "nobody can lead") + more)
        )
    return table


def _rates(document: Mapping[str, Any], console: Console) -> None:
    """Win rates against the reference by the judge, raw and at equal length, and by people."""
    from rich.text import Text

    rates = document["win_rates"]
    found = [
        (source, w)
        for source in ("judge", "human")
        for w in rates[source]
        if not w["category"] and w["against"] == document["reference"]
    ]
    if not found:
        return
    console.print(f"win rate against {document['reference']}", style="bold", markup=False)
    table = _table(("model", False), ("", False), ("by", False), *((name, True) for name in (
        "raw", "95 %", "at length", "n")))  # fmt: skip
    for source, w in found:
        controlled = "–" if w["controlled"] is None else f"{w['controlled']:.0%}"
        by = "humans" if source == "human" else "all judges" if w["by"] == "all" else w["by"].rpartition("/")[2]
        table.add_row(Text(_short(w["model"].rpartition("/")[2])), w["modality"], Text(_short(by)), f"{w['rate']:.0%}",
                      f"{w['low']:.0%}–{w['high']:.0%}", controlled, f"{w['n']:,}")  # fmt: skip
    console.print(table)
    console.print()
