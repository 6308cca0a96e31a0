"""From the rows of a run to what the package ships: averages per category, and the router that reads the prompt.

``python tools/build_local.py results.csv`` writes ``evidence/data/local.csv`` and ``evidence/data/local-router.npz``.
The rows are those of ``turnout bench --suite turnout-1000 --models 'local/*' -o results.csv``.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from turnout import build, datasets
from turnout.bench import aggregate, write_aggregates
from turnout.bench.rows import read_rows
from turnout.config import load_settings
from turnout.fitted import FittedRouter
from turnout.types import OutcomeTable

DATA = Path(__file__).resolve().parent.parent / "src" / "turnout" / "evidence" / "data"
SUITE = "turnout-1000"
SOURCE = f"Turnout's own tasks (turnout bench --suite {SUITE}), scored by rules; 2 vCPU, one thread a model"
_LEAST = 0.5  # of the prompts a model must have been asked, to be a column of the router


def averages(results: Path) -> None:
    """Per model and category."""
    date = datetime.now(UTC).strftime("%Y-%m")
    rows = aggregate(read_rows(results), benchmark=SUITE, source=SOURCE, date=date)
    write_aggregates(rows, DATA / "local.csv")
    sys.stdout.write(f"local.csv: {len(rows)} figures\n")


def text_outcomes(results: Path) -> OutcomeTable:
    """The text tasks that all language models were asked, by their category without its subject."""
    table = datasets.load(str(results), None)
    text = {row.task_id for row in read_rows(results) if row.modality == "text"}
    rows = [i for i, name in enumerate(table.prompt_ids) if name in text]
    table = table.take(rows)
    columns = [j for j in range(len(table.model_ids)) if np.isfinite(table.quality[:, j]).mean() >= _LEAST]
    tops = tuple(category.partition("/")[0] for category in table.categories or ())
    return replace(
        table,
        name=SUITE,
        model_ids=tuple(table.model_ids[j] for j in columns),
        categories=tops,
        **{name: getattr(table, name)[:, columns] for name in ("quality", "cost_usd", "latency_s", "output_tokens")},
    )


def router(results: Path) -> None:
    """Price and latency are left to the averages, which know the machine's price list."""
    outcomes = text_outcomes(results)
    unknown = np.full(outcomes.quality.shape, np.nan)
    outcomes = replace(outcomes, cost_usd=unknown, latency_s=unknown)
    fitted = FittedRouter.fit(outcomes, build.encoder(load_settings(download="always")), "hierarchical")
    path = DATA / "local-router.npz"
    fitted.save(path)
    size = path.stat().st_size / 1e6
    shape = f"{len(outcomes.prompts)} prompts × {len(outcomes.model_ids)} models"
    sys.stdout.write(f"{path.name}: {shape}, {size:.2f} MB\n")


if __name__ == "__main__":
    averages(Path(sys.argv[1]))
    router(Path(sys.argv[1]))
