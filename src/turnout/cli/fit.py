"""`turnout fit`: a router that reads the prompt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from turnout.cli import options as o

__all__ = ["fit"]

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
    encoder: Annotated[str | None, typer.Option(help="What reads prompts: minilm+surface (default), "
                                                "minilm-int8+surface (quicker), static+surface (distilled, quickest), "
                                                "or any of them alone.", show_default=False)] = None,
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
