"""`turnout votes`: let people vote on answers without knowing whose they are, and take their votes in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from turnout.cli import options as o

__all__ = ["app"]

app = typer.Typer(help="Human votes on pairs of answers: export, import.", no_args_is_help=True)

_Results = Annotated[Path, typer.Argument(help="Results of turnout bench.", show_default=False)]


@app.command("export")
def export(
    results: _Results,
    output: Annotated[Path, typer.Option("--output", "-o", help="A page (.html) or a table (.csv).")] = Path(
        "votes.html"),
    models: Annotated[str | None, typer.Option(help="Only these, e.g. openai/gpt-4o-mini,local/smollm2-135m.",
                                               show_default=False)] = None,
    reference: Annotated[str | None, typer.Option(help="Pair each with this one; default: the one judged against, else "
                                                  "all with all.", show_default=False)] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="So many pairs at random.", show_default=False)] = None,
    tasks: Annotated[str | None, typer.Option(help="Suite or .jsonl of the tasks: shows pictures, clips and reference "
                                              "answers.", show_default=False)] = None,
) -> None:  # fmt: skip
    """Write blind pairs of answers to vote on: a page that works offline, or a table for a spreadsheet.

    The file does not say whose answers they are; RESULTS.key, made beside the results, does. Keep it, and keep it back.

    Example: turnout votes export results.csv --sample 100 -o votes.html
    """
    from turnout.bench import load_suite, read_tasks, votes
    from turnout.cli import progress, render

    known = () if tasks is None else read_tasks(Path(tasks)) if Path(tasks).suffix == ".jsonl" else load_suite(tasks)
    made = votes.ballots(
        results, models=o.patterns(models), reference=reference, sample=sample, tasks=known
    )  # fmt: skip
    votes.write_ballots(made.pairs, output)
    render.out().print(f"{len(made.pairs)} pairs in {output}", markup=False, soft_wrap=True)
    if made.unseen:
        hint = "; --tasks shows pictures and clips" if tasks is None else ""
        progress.note(f"{made.unseen} pairs left out: they must be seen or heard{hint}")
    progress.note(f"{votes.key_file(results)} tells whose answers they are: keep it for the import, and keep it back")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The CSV that the page downloads, or the table filled in.",
                                         show_default=False)],
    results: Annotated[Path, typer.Option("--output", "-o", help="The results that the pairs came from.",
                                          show_default=False)],
    voter: Annotated[str, typer.Option(help="Who voted; votes of several people stay apart.", show_default=False)],
) -> None:  # fmt: skip
    """Add somebody's votes to the results, as rows beside the judge's verdicts. A second time it adds nothing.

    Example: turnout votes import votes.csv -o results.csv --voter ann
    """
    from turnout.bench import votes
    from turnout.cli import render

    new, known = votes.import_votes(results, file, voter)
    told = f"{new} new votes of {voter} in {results}" + (f"; {known} were there already" if known else "")
    render.out().print(told, markup=False, soft_wrap=True)
