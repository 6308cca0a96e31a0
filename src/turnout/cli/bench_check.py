"""`turnout bench check`: whether tasks are fit to measure with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from turnout.cli import options as o

__all__ = ["bench_check"]

_SHOWN = 40


def bench_check(
    tasks: Annotated[str, typer.Argument(help="A JSONL file of tasks, or the name of a suite.")] = "turnout-1000",
    as_json: o.Json = False,
) -> None:
    """Check tasks: their form, that right answers score, that none is asked twice. Exit code 30 when one is wrong.

    Example: turnout bench check tasks.jsonl
    """
    from rich.table import Table

    from turnout.bench.check import check
    from turnout.cli import progress, render, wire
    from turnout.errors import DataError

    progress.note(f"checking {tasks}: every reference is scored, and code is run")
    found = check(Path(tasks) if tasks.endswith(".jsonl") else tasks)
    counts = sorted(found.counts.items())
    if as_json:
        wire.print_json({
            "schema": "turnout.bench-check/1", "tasks": len(found.tasks), "faults": list(found.faults),
            "remarks": list(found.remarks),
            "counts": [{"modality": m, "category": c, "tasks": n} for (m, c), n in counts],
        })  # fmt: skip
    else:
        console = render.out()
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("modality", "category", "tasks"):
            table.add_column(name, justify="right" if name == "tasks" else "left")
        for (modality, category), count in counts:
            table.add_row(modality, category, str(count))
        console.print(table)
        for fault in found.faults[:_SHOWN]:
            console.print(fault, style="red", markup=False, soft_wrap=True)
        if len(found.faults) > _SHOWN:
            console.print(f"… and {len(found.faults) - _SHOWN} more (all of them: --json)", style="dim")
        for remark in found.remarks:
            console.print(remark, style="yellow", markup=False, soft_wrap=True)
        console.print(f"{len(found.tasks):,} tasks, {len(found.faults)} faults", style="dim")
    if found.faults:
        raise DataError(f"{tasks}: {len(found.faults)} faults in {len(found.tasks):,} tasks")
