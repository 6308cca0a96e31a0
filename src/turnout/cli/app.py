"""The `turnout` command: its sub-commands and how failures leave it.

Answers go to standard output, everything else (progress, notes, errors) to standard error. A failure is one line and
the exit code of its class in `turnout.errors`.
"""

from __future__ import annotations

import sys

import typer

from turnout.errors import TurnoutError

__all__ = ["app", "main"]

app = typer.Typer(
    name="turnout",
    help="Send each prompt to the language model that fits it: your task, your price, your speed, on evidence.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"turnout {version('turnout')}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass


def _register() -> None:
    # Each command imports what it needs when it runs, so that --help stays instant.
    from turnout.cli import (
        ask,
        bench,
        data,
        doctor,
        evaluate,
        evidence,
        fit,
        judge,
        keys,
        models,
        recommend,
        serve,
        votes,
    )

    app.command("recommend")(recommend.recommend)
    app.command("ask")(ask.ask)
    app.command("serve")(serve.serve)
    app.command("fit")(fit.fit)
    app.command("eval")(evaluate.evaluate)
    app.command("doctor")(doctor.doctor)
    app.add_typer(bench.app, name="bench")
    app.add_typer(models.app, name="models")
    app.add_typer(evidence.app, name="evidence")
    app.add_typer(data.app, name="data")
    app.add_typer(judge.app, name="judge")
    app.add_typer(keys.app, name="keys")
    app.add_typer(votes.app, name="votes")


_register()


def main() -> None:
    """Run the command line and exit."""
    try:
        app()
    except TurnoutError as error:
        line = " ".join(str(error).split())
        sys.stderr.write(f"turnout: {line}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("turnout: interrupted\n")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output left (`turnout models list | head`): no error of ours.
        sys.stderr.close()
        sys.exit(141)
