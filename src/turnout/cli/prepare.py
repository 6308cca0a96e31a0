"""`turnout data prepare`: models, language and vectors chosen once, in a file that says how it was made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from turnout.config import Settings
    from turnout.providers.replay import RecordedAnswer
    from turnout.types import OutcomeTable

__all__ = ["prepare"]


def prepare(
    data: Annotated[str, typer.Argument(help="A data set's name or a file of outcomes.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="The Parquet file to write.")] = Path(
        "prepared.parquet"
    ),
    models: o.Models = None,
    language: Annotated[str | None, typer.Option(help="Keep prompts in this language, e.g. en; needs the extra 'lab'.",
                                                 show_default=False)] = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Least normalised confidence that a prompt is "
                                                  "in that language.")] = 0.5,
    protocol: Annotated[str, typer.Option(help="honest removes nothing; paper removes prompts on which no model is "
                                          "right.")] = "honest",
    spaces: Annotated[str, typer.Option(help="What is encoded: prompt, response:MODEL, diff:MODEL, task.")] = "prompt",
    proxy: Annotated[str | None, typer.Option(help="The model that is asked before routing: its answer is no upper "
                                              "bound.", show_default=False)] = None,
    describe_with: Annotated[str | None, typer.Option(help="Model that describes the task of each prompt, e.g. "
                                                      "local/qwen2.5-coder-0.5b.", show_default=False)] = None,
    descriptions: Annotated[Path | None, typer.Option(help="File of task descriptions, added to and read; default: "
                                                      "OUTPUT.tasks.jsonl.", show_default=False)] = None,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Where data sets are; default $TURNOUT_DATA.",
                                                  show_default=False)] = None,
    yes: o.Yes = False,
) -> None:  # fmt: skip
    """Prepare data for many evaluations: chosen models, one language, vectors; as Parquet with a manifest.

    Example: turnout data prepare mmlu-pro -o pro.parquet --language en --spaces prompt,diff:Mistral-7B-Instruct-v0.2
    """
    from typing import cast

    from turnout import build, datasets
    from turnout.cli import progress, render
    from turnout.config import load_settings
    from turnout.datasets import prepare as prepared
    from turnout.errors import InputFileError
    from turnout.spaces import parse_spaces

    settings = load_settings(**({"download": "always"} if yes else {}))
    if not output.absolute().parent.is_dir():
        raise InputFileError(f"cannot write {output}: there is no folder {output.absolute().parent}")
    prepared.check_extra()
    wanted = parse_spaces(spaces)
    folder = data_dir or settings.data_dir
    recorded = datasets.load(data, folder, list(dict.fromkeys(space.model for space in wanted if space.model)))
    kind = cast("prepared.Protocol", protocol)
    outcomes, steps = prepared.choose(
        recorded,
        models=o.patterns(models),
        language=language,
        min_confidence=min_confidence,
        protocol=kind,
        on_progress=progress.counter("telling languages apart"),
    )
    described = None
    if any(space.kind == "task" for space in wanted):
        recording = descriptions or output.with_name(output.name + ".tasks.jsonl")
        described = _descriptions(outcomes, describe_with, recording, settings)
    encoder = build.encoder(settings, progress.watcher(), on_progress=progress.counter("encoding"))
    # A proxy need not be among the chosen models: its answers and their cost are in the data as it was recorded.
    row_of = {prompt_id: i for i, prompt_id in enumerate(recorded.prompt_ids)}
    recorded = recorded.take([row_of[prompt_id] for prompt_id in outcomes.prompt_ids])
    vectors = {
        space.name: space.offline(recorded, encoder, proxy=proxy, candidates=outcomes.model_ids, descriptions=described)
        for space in wanted
    }
    made = prepared.manifest(
        outcomes, steps, vectors, source=prepared.source_of(data, folder), protocol=kind, notes={"proxy": proxy}
    )
    beside = prepared.write(output, outcomes, vectors, made)
    console = render.out()
    for step in steps:
        told = f"{step.step}: {step.prompts_in:,} → {step.prompts_out:,} prompts, {step.models_in} → {step.models_out}"
        console.print(f"{told} models ({step.rule})", markup=False, soft_wrap=True)
    for name, v in vectors.items():
        masked = "".join(f"; {count:,} {why}" for why, count in v.masked.items())
        bound = " (upper bound)" if v.upper_bound else ""
        console.print(f"{name}{bound}: {int(v.usable.sum()):,} vectors{masked}", markup=False, soft_wrap=True)
    size = output.stat().st_size / 1e6
    told = f"{output}: {len(outcomes.prompts):,} prompts × {len(outcomes.model_ids)} models of {outcomes.name}"
    console.print(f"{told} ({size:.1f} MB), {beside.name}", markup=False, soft_wrap=True)


def _descriptions(
    outcomes: OutcomeTable, describer: str | None, recording: Path, settings: Settings
) -> tuple[str, tuple[RecordedAnswer | None, ...]]:
    """Ask for the descriptions that the file lacks, then read them; without a describer, only read them."""
    import asyncio

    from turnout import build
    from turnout.cli import progress
    from turnout.errors import UserError
    from turnout.spaces import describe, read_descriptions

    if describer is not None:
        known = build.catalogue(settings)
        found = known.match([describer])
        if len(found) != 1:
            raise UserError(f"--describe-with {describer}: name one model, not {len(found)}")
        describer = found[0].id
        model = build.chat_model(found[0], settings, known, progress.watcher())

        async def ask() -> None:
            try:
                counter = progress.counter("describing tasks")
                await describe(outcomes.prompts, model, recording, on_progress=counter)
            finally:
                await model.aclose()

        asyncio.run(ask())
    elif not recording.exists():
        raise UserError(f"the space task needs --describe-with MODEL: there are no descriptions in {recording}")
    return read_descriptions(recording, outcomes, describer)
