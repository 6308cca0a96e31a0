"""`turnout bench`: measure models on tasks with known answers. Its own first word may be the tasks to run."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from turnout.cli import bench_check, bench_report, bench_run

__all__ = ["app"]


class _Bench(TyperGroup):
    """`turnout bench tasks.jsonl …` is `turnout bench run tasks.jsonl …`: what names no command belongs to `run`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Bench,
    no_args_is_help=True,
    subcommand_metavar="TASKS [OPTIONS] | COMMAND",
    help="Measure models on tasks with known answers.\n\nturnout bench TASKS … is short for: turnout bench run TASKS …",
)
app.command("run")(bench_run.run)
app.command("report")(bench_report.bench_report)
app.command("check")(bench_check.bench_check)
