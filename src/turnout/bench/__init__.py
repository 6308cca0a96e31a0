"""Turnout's own measurement: tasks with known answers, every model, every row kept."""

from turnout.bench.aggregate import aggregate, write_aggregates
from turnout.bench.plan import Plan, choose
from turnout.bench.results import Results, open_results
from turnout.bench.rows import Row, read_rows
from turnout.bench.runner import Ending, run
from turnout.bench.tasks import Task, load_suite, read_tasks

__all__ = [
    "Ending",
    "Plan",
    "Results",
    "Row",
    "Task",
    "aggregate",
    "choose",
    "load_suite",
    "open_results",
    "read_rows",
    "read_tasks",
    "run",
    "write_aggregates",
]
