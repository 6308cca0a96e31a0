"""`turnout eval`: what routing is worth on recorded outcomes, before a request is sent."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from turnout.config import Settings
    from turnout.encoders import Encoder
    from turnout.spaces import SpaceVectors
    from turnout.types import Array, OutcomeTable

__all__ = ["evaluate"]

Protocol = Literal["honest", "paper", "new-model", "few-labels"]

_ROUTERS = "hierarchical,stacked,knn,kmeans,linear"
_LABELS = (10, 25, 50, 100, 400)  # of a new model
_FEW = 320  # labelled prompts, when labels are few
# What each option has a meaning for; the others serve every protocol.
_SERVES: Mapping[str, tuple[Protocol, ...]] = {
    "estimators": ("honest", "paper", "new-model"),
    "labels": ("honest", "new-model", "few-labels"),
    "tune": ("honest",),
    "folds": ("honest", "new-model", "few-labels"),
    "prices": ("paper",),
}
_HOW = "How it is measured"
_WHAT = "What is measured"


def evaluate(
    ctx: typer.Context,
    data: Annotated[
        str, typer.Argument(help="A data set's name (turnout data list) or a file of outcomes.", show_default=False)
    ],
    protocol: Annotated[
        Protocol,
        typer.Option(help="honest; paper (as in the source paper); new-model or few-labels (from few evaluations).",
                     rich_help_panel=_HOW),
    ] = "honest",
    estimators: Annotated[
        str | None,
        typer.Option(help=f"Comma-separated; default {_ROUTERS}; for paper: knn,kmeans.", show_default=False,
                     rich_help_panel=_WHAT),
    ] = None,
    spaces: Annotated[
        str, typer.Option(help="prompt, response:MODEL, diff:MODEL, task; several for paper.", rich_help_panel=_WHAT)
    ] = "prompt",
    encoder: Annotated[
        str | None,
        typer.Option(help="minilm+surface (default; minilm for paper), minilm-int8+surface or static+surface; "
                     "any without +surface.",
                     show_default=False, rich_help_panel=_WHAT),
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(help="Labelled prompts: one number, or several for new-model, e.g. 10,25,50,100,400.",
                     show_default=False, rich_help_panel=_HOW),
    ] = None,
    tune: Annotated[
        bool, typer.Option("--tune", help="Choose settings inside the training folds.", rich_help_panel=_HOW)
    ] = False,
    folds: Annotated[int, typer.Option(min=2, help="Folds of the cross-validation.", rich_help_panel=_HOW)] = 5,
    seeds: Annotated[int, typer.Option(min=1, help="Repetitions with other folds.", rich_help_panel=_HOW)] = 2,
    proxy: Annotated[
        str | None,
        typer.Option(help="The model that is asked before routing: its answers are no upper bound.", show_default=False,
                     rich_help_panel=_WHAT),
    ] = None,
    descriptions: Annotated[
        Path | None,
        typer.Option(help="Recorded task descriptions (turnout data prepare), for the space task.", show_default=False,
                     rich_help_panel=_WHAT),
    ] = None,
    prices: Annotated[
        Path | None,
        typer.Option(help="JSON of output prices by model: who is cheapest where costs were not recorded (paper).",
                     show_default=False, rich_help_panel=_HOW),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for charts, JSON and one HTML page.", show_default=False)
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Where data sets are; default $TURNOUT_DATA.", show_default=False)
    ] = None,
    as_json: o.Json = False,
    yes: o.Yes = False,
) -> None:  # fmt: skip
    """Measure routers on recorded outcomes, beside the policies that need no router.

    Example: turnout eval llmrouter --report out/
    """
    from turnout.cli import progress, render, wire
    from turnout.config import load_settings
    from turnout.evaluation.page import write_report
    from turnout.report.page import check

    _refuse_unused(protocol, ctx)
    counts = _counts(labels, protocol)
    if report is not None:
        check(report)  # not after all the measuring
    chosen = encoder or ("minilm" if protocol == "paper" else None)
    settings = load_settings(
        **({"download": "always"} if yes else {}),
        **({"encoder": chosen} if chosen else {}),
        **({"data_dir": data_dir} if data_dir else {}),
    )
    outcomes, vectors, reader, alike = _vectors(data, spaces, proxy, descriptions, settings)
    counter = progress.counter("fitting and measuring")
    names = o.patterns(estimators)
    found: Any
    if protocol == "paper":
        from turnout.evaluation import paper
        from turnout.evaluation.price_order import read_prices

        listed = None if prices is None else read_prices(prices)
        names = names or ["knn", "kmeans"]
        found = paper(outcomes, vectors, estimators=names, seeds=seeds, prices=listed, on_progress=counter)
    else:
        own = _only(vectors, protocol)
        how: dict[str, Any] = {
            "folds": folds, "seeds": seeds, "alike": alike, "on_progress": counter
        }  # fmt: skip
        if protocol == "honest":
            from turnout.evaluation import honest

            found = honest(
                outcomes, own.features, names or o.patterns(_ROUTERS), labels=counts[0] if counts else None, tune=tune,
                encoder=reader, space=own, **how,
            )  # fmt: skip
        elif protocol == "new-model":
            from turnout.evaluation.new_model import new_model

            estimator = names[0] if names else "hierarchical"
            found = new_model(outcomes, own.features, labels=counts or _LABELS, estimator=estimator, **how)
        else:
            from turnout.evaluation.few_labels import few_labels

            budget = (counts[0] if counts else _FEW) * len(outcomes.model_ids)
            found = few_labels(outcomes, own.features, budget=budget, **how)
    document = found.to_dict()
    if as_json:
        wire.print_json(document)
    else:
        console = render.out()
        console.print(found.table())
        console.print(found.summary, markup=False, soft_wrap=True)
    if report is not None:
        command = shlex.join(["turnout", *sys.argv[1:]])
        written = write_report(document, report, command=command, on_progress=progress.counter("drawing"))
        progress.note(f"{written[0]}: open it in a browser; {len(written) - 1} more files beside it")


def _refuse_unused(protocol: Protocol, ctx: typer.Context) -> None:
    """An option that was given and would change nothing is a mistake worth telling."""
    from turnout.errors import UserError

    for option, protocols in _SERVES.items():
        if protocol not in protocols and getattr(ctx.get_parameter_source(option), "name", "") == "COMMANDLINE":
            raise UserError(f"--{option} has no meaning with --protocol {protocol}; it serves {', '.join(protocols)}")


def _counts(labels: str | None, protocol: Protocol) -> list[int]:
    from turnout.errors import UserError

    parts = o.patterns(labels)
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise UserError(f"--labels {labels}: expected whole numbers above 0, e.g. 10,25,50")
    if len(parts) > 1 and protocol != "new-model":
        raise UserError("--labels takes several numbers only with --protocol new-model")
    return [int(part) for part in parts]


def _vectors(
    data: str, spaces: str, proxy: str | None, descriptions: Path | None, settings: Settings
) -> tuple[OutcomeTable, dict[str, SpaceVectors], Encoder | None, Array | None]:
    """Outcomes, vectors by space, the encoder, and the vectors by which near-duplicate prompts are found.

    A prepared file brings its vectors, and then there is no encoder.
    """
    from turnout import build, datasets
    from turnout.cli import progress
    from turnout.datasets import prepare
    from turnout.errors import UserError
    from turnout.spaces import Space, parse_spaces, read_descriptions

    if prepare.is_prepared(Path(data)):
        kept = prepare.read(Path(data))
        wanted = list(kept.vectors) if spaces == "prompt" and "prompt" in kept.vectors else o.patterns(spaces)
        missing = [name for name in wanted if name not in kept.vectors]
        if missing:
            raise UserError(f"{data} was prepared without the space {missing[0]}; it has {', '.join(kept.vectors)}")
        return kept.outcomes, {name: kept.vectors[name] for name in wanted}, None, _alike(kept.vectors.get("prompt"))
    parsed = parse_spaces(spaces)
    recorded = list(dict.fromkeys(space.model for space in parsed if space.model))
    outcomes = datasets.load(data, settings.data_dir, recorded)
    described = None
    if any(space.kind == "task" for space in parsed):
        if descriptions is None:
            raise UserError(
                "the space task needs --descriptions FILE; make one with: turnout data prepare … --describe-with MODEL"
            )
        described = read_descriptions(descriptions, outcomes)
    reader = build.encoder(settings, progress.watcher(), on_progress=progress.counter("encoding prompts"))
    made = {space.name: space.offline(outcomes, reader, proxy=proxy, descriptions=described) for space in parsed}
    return outcomes, made, reader, _alike(made.get("prompt") or Space("prompt").offline(outcomes, reader))


def _only(vectors: dict[str, SpaceVectors], protocol: Protocol) -> SpaceVectors:
    """The one space of a protocol that takes one; every prompt needs its vector there."""
    from turnout.errors import UserError

    if len(vectors) > 1 and "prompt" in vectors:
        vectors = {"prompt": vectors["prompt"]} if protocol != "paper" else vectors
    if len(vectors) != 1:
        raise UserError(f"--protocol {protocol} takes one space at a time, not {', '.join(vectors)}")
    (own,) = vectors.values()
    if own.upper_bound:
        from turnout.cli import progress

        progress.note(f"{own.space} is an upper bound: the answer does not exist before routing (see --proxy)")
    return own


def _alike(prompts: SpaceVectors | None) -> Array | None:
    """The prompts' sentences, without their surface, whatever else is encoded."""
    from turnout.encoders.surface import sentence_part

    return None if prompts is None else sentence_part(prompts.features, prompts.encoder)
