"""`turnout fit` and `turnout eval`: a router that reads the prompt, and what it is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from turnout.cli import options as o

__all__ = ["evaluate", "fit"]

_Data = Annotated[
    str, typer.Argument(help="A data set's name (turnout data list) or a file of outcomes.", show_default=False)
]
_DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where data sets are; default $TURNOUT_DATA.", show_default=False)
]


def fit(
    data: _Data,
    output: Annotated[Path, typer.Option("--output", "-o", help="The router file to write.")] = Path("router.npz"),
    estimator: Annotated[str, typer.Option(help="How quality is estimated.")] = "hierarchical",
    encoder: Annotated[str | None, typer.Option(help="What reads prompts: minilm+surface (default), static+surface "
                                                "(distilled, fast), or either alone.", show_default=False)] = None,
    data_dir: _DataDir = None,
    yes: o.Yes = False,
) -> None:  # fmt: skip
    """Fit a router on outcomes: prompts, and how well each model did on them.

    Example: turnout fit outcomes.csv -o router.npz && turnout ask "…" --router router.npz
    """
    from turnout import build, datasets
    from turnout.cli import progress, render
    from turnout.config import load_settings
    from turnout.errors import InputFileError
    from turnout.fitted import FittedRouter

    settings = load_settings(**({"download": "always"} if yes else {}), **({"encoder": encoder} if encoder else {}))
    if not output.absolute().parent.is_dir():
        raise InputFileError(f"cannot write {output}: there is no folder {output.absolute().parent}")
    outcomes = datasets.load(data, data_dir or settings.data_dir)
    reader = build.encoder(settings, progress.watcher(), on_progress=progress.counter("encoding prompts"))
    router = FittedRouter.fit(outcomes, reader, estimator)
    router.save(output)
    size = output.stat().st_size / 1e6
    render.out().print(
        f"{output}: {estimator} on {len(outcomes.prompts):,} prompts × {len(outcomes.model_ids)} models of "
        f"{outcomes.name} ({size:.1f} MB)",
        markup=False,
        soft_wrap=True,
    )


def evaluate(
    data: _Data,
    estimators: Annotated[str, typer.Option(help="Comma-separated; see turnout.estimators.")] = (
        "hierarchical,knn,kmeans,linear"
    ),
    folds: Annotated[int, typer.Option(min=2, help="Folds of the cross-validation.")] = 5,
    seeds: Annotated[int, typer.Option(min=1, help="Repetitions with other folds.")] = 2,
    data_dir: _DataDir = None,
    as_json: o.Json = False,
    yes: o.Yes = False,
) -> None:
    """Measure routers on outcomes by the honest protocol, beside the constant, random, category and oracle policies.

    Example: turnout eval llmrouter --data-dir data
    """
    from turnout import build, datasets
    from turnout.cli import progress, render, wire
    from turnout.config import load_settings
    from turnout.evaluation import honest

    settings = load_settings(**({"download": "always"} if yes else {}))
    outcomes = datasets.load(data, data_dir or settings.data_dir)
    encoder = build.encoder(settings, progress.watcher(), on_progress=progress.counter("encoding prompts"))
    features = encoder.encode(outcomes.prompts)
    names = o.patterns(estimators)
    report = honest(
        outcomes, features, names, folds=folds, seeds=seeds, on_progress=progress.counter("fitting and measuring")
    )
    if as_json:
        wire.print_json(report.to_dict())
    else:
        render.out().print(report.table())
