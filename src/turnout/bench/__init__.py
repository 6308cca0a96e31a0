"""Turnout's own measurement: tasks with known answers, every model, every row kept."""

from turnout.bench.aggregate import aggregate, read_results, write_aggregates
from turnout.bench.runner import Result, run
from turnout.bench.tasks import Task, load_suite, read_tasks

__all__ = [
    "Result",
    "Task",
    "aggregate",
    "load_suite",
    "read_results",
    "read_tasks",
    "run",
    "write_aggregates",
]
