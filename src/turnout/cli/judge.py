"""`turnout judge`: whether a judge can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.table import Table

    from turnout.bench.agreement import Agreement, Interval
    from turnout.bench.validity import Validity

__all__ = ["app"]

app = typer.Typer(help="Judges: how far they can be believed.", no_args_is_help=True)

_MT_BENCH = "mt-bench"


@app.callback()
def _judge() -> None:
    pass  # so that Typer keeps `validate` a command of its own


@app.command("validate")
def validate(
    results: Annotated[str, typer.Argument(help="mt-bench (GPT-4's recorded verdicts), or results with verdicts and "
                                           "votes.", show_default=False)],
    judge: Annotated[str | None, typer.Option(help="Of several judges in the results, this one.",
                                              show_default=False)] = None,
    labels: Annotated[int, typer.Option(min=5, help="How many human labels to put the judge right with.")] = 100,
    data_dir: Annotated[Path | None, typer.Option(help="Where data sets are; default $TURNOUT_DATA.",
                                                  show_default=False)] = None,
    as_json: o.Json = False,
) -> None:  # fmt: skip
    """Hold a judge's verdicts against human votes: agreement, κ, consistency, bias, and what a few labels mend.

    Example: turnout judge validate mt-bench
    """
    from turnout.bench import validity
    from turnout.bench.agreement import judges_agreement, pairs
    from turnout.bench.rows import read_rows
    from turnout.cli import render, wire
    from turnout.config import load_settings
    from turnout.datasets import find, where
    from turnout.errors import DataError, InputFileError

    if results == _MT_BENCH:
        folder = where(find(_MT_BENCH), data_dir or load_settings().data_dir)
        if folder is None:
            raise InputFileError(
                "mt-bench is not here: set TURNOUT_DATA (or --data-dir) to the folder with it, or: "
                "turnout data fetch mt-bench"
            )
        found, who, alpha = validity.mt_bench(folder), "GPT-4's recorded verdicts on MT-Bench", None
    else:
        rows = read_rows(Path(results))
        judges = sorted({row.by for row in rows if row.source == "judge"})
        if judge is not None and judge not in judges:
            raise DataError(f"{results} has no verdicts of {judge}; its judges: {', '.join(judges) or 'none'}")
        found = pairs(rows, judge)
        if not found:
            lacking = "no verdicts: run turnout bench with --judge" if not judges else (
                "no votes on pairs that were judged in both orders: turnout votes export, vote, turnout votes import"
            )  # fmt: skip
            raise DataError(f"{results} has {lacking}")
        who = judge or " and ".join(judges)
        alpha = judges_agreement(rows) if judge is None else None
    measured = validity.validity(found, labels=labels)
    if as_json:
        document = {"schema": "turnout.judge-validity/1", "judge": who, "judges_alpha": alpha, **measured.to_dict()}
        wire.print_json(document)
        return
    _show(render.out(), who, measured, alpha, labels)


def _show(console: Console, who: str, measured: Validity, alpha: float | None, labels: int) -> None:
    whole = measured.overall
    console.print(f"[bold]{who}[/], held against people's votes")
    console.print(f"{whole.n:,} pairs of answers; people decided on {whole.n_decisive:,}, the rest are ties\n")
    lines = [
        ("agree, both decided", _figure(whole.decided), "" if whole.humans is None
         else f"two people agree on {whole.humans:.2f}"),
        ("agree, people decided", _figure(whole.decisive), "its ties count as not agreeing"),
        ("agree, ties too", _figure(whole.exact), ""),
        ("Cohen's κ", _figure(whole.kappa), "0 is chance, 1 is always"),
        ("position consistency", "–" if whole.consistency is None else f"{whole.consistency:.2f}",
         "the same with the answers swapped"),
    ]  # fmt: skip
    if alpha is not None:
        lines.append(("Krippendorff's α", f"{alpha:.2f}", "the judges with each other"))
    table = _table("", "", "")
    table.show_header = False
    for name, figure, remark in lines:
        table.add_row(name, figure, f"[dim]{remark}[/]")
    table.columns[1].justify = table.columns[2].justify = "left"
    console.print(table)
    console.print("\nwin rate of each model", style="bold")
    _rates(console, measured.models.items(), "model")
    if len(measured.matches) > len(measured.models):
        console.print("\nwin rate of each pair", style="bold")
        _rates(console, ((f"{m} : {b}", a) for (m, b), a in measured.matches.items()), "pair")
    if len(measured.categories) > 1:
        console.print("\nagreement per category", style="bold")
        table = _table("category", "pairs", "both decided", "κ")
        for name, a in measured.categories.items():
            table.add_row(name, str(a.n), _figure(a.decided), _figure(a.kappa))
        console.print(table)
    _repairs(console, measured, labels)


def _rates(console: Console, rows: Iterable[tuple[str, Agreement]], what: str) -> None:
    table = _table(what, "pairs", "judge", "people", "judge − people", "")
    ordered = sorted(rows, key=lambda row: -row[1].human_rate)
    for name, a in ordered:
        off = "◆" if a.bias.low > 0 or a.bias.high < 0 else ""
        bias = f"{a.bias.value:+.2f} \\[{a.bias.low:+.2f}, {a.bias.high:+.2f}]".replace("-", "−")
        table.add_row(name, str(a.n), f"{a.judge_rate:.2f}", f"{a.human_rate:.2f}", bias, off)
    console.print(table)
    if ordered:
        mean = sum(abs(a.bias.value) for _, a in ordered) / len(ordered)
        console.print(f"off by {mean:.3f} on average; ◆ by more than chance (95 %)", style="dim")


def _repairs(console: Console, measured: Validity, labels: int) -> None:
    if not measured.repairs:
        console.print(
            f"\ntoo few votes to try what {labels} labels mend (it takes twice as many per model)", style="dim"
        )
        return
    console.print(f"\npeople's win rate out of {labels} labels, tried many times", style="bold")
    table = _table("method", "95 % intervals", "their width", "error", "bias")
    for r in measured.repairs:
        table.add_row(r.method, f"{r.coverage:.0%} hold it", f"{r.width:.2f}", f"{r.error:.3f}", f"{r.bias:.3f}")
    console.print(table)


def _table(first: str, *others: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right")
    return table


def _figure(interval: Interval | None) -> str:
    return "–" if interval is None else f"{interval.value:.2f} \\[{interval.low:.2f}, {interval.high:.2f}]"
