"""`turnout ask`: choose, ask, show, and say what it cost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from turnout.providers.protocol import ChatRequest, ChatResponse
    from turnout.session import Answer
    from turnout.types import Prompt

__all__ = ["ask"]


def ask(
    prompt: Annotated[str | None, typer.Argument(help="What to ask; - reads standard input.")] = None,
    category: o.CategoryOption = None,
    modality: Annotated[str | None, typer.Option("--modality", "-m", help="Default: what is attached, else text.",
                                                 rich_help_panel=o.WHAT, show_default=False)] = None,
    models: o.Models = None,
    image: Annotated[list[Path] | None, typer.Option(help="Attach an image.", rich_help_panel=o.WHAT)] = None,
    audio: Annotated[list[Path] | None, typer.Option(help="Attach audio.", rich_help_panel=o.WHAT)] = None,
    video: Annotated[list[Path] | None, typer.Option(help="Attach a video.", rich_help_panel=o.WHAT)] = None,
    system: Annotated[str | None, typer.Option(help="System message.", show_default=False)] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Longest answer.", show_default=False)] = None,
    temperature: Annotated[float | None, typer.Option(min=0, max=2, help="0 to 2.", show_default=False)] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where generated speech goes (WAV).",
                                                show_default=False)] = None,
    prefer: o.Prefer = "balanced",
    price: o.Price = None,
    latency: o.Latency = None,
    accuracy: o.Accuracy = None,
    max_usd: o.MaxUsd = None,
    max_seconds: o.MaxSeconds = None,
    min_quality: o.MinQuality = None,
    benchmark: o.Benchmark = None,
    router: o.RouterFile = None,
    explain: o.Explain = False,
    as_json: o.Json = False,
    yes: o.Yes = False,
) -> None:  # fmt: skip
    """Ask the model that fits: choose on measured evidence, stream its answer, say what it cost.

    Example: turnout ask "Summarize: …" -c summarization --price high --latency medium --accuracy low
    """
    import asyncio

    from turnout.cli import progress, render, wire
    from turnout.cli.question import check_output, question
    from turnout.config import load_settings
    from turnout.session import Session

    wanted = o.preference(prefer, price, latency, accuracy, max_usd, max_seconds, min_quality)
    asked = question(prompt, modality, category, [*(image or ()), *(audio or ()), *(video or ())], max_tokens)
    check_output(asked, output)
    settings = load_settings(**({"download": "always"} if yes else {}))
    session = Session.open(
        settings, models=o.patterns(models), benchmark=benchmark, router=router, watcher=progress.watcher()
    )
    decision = session.decide(asked, wanted, with_neighbours=explain)
    request = _request(asked, system, max_tokens, temperature)
    if as_json:
        answer = asyncio.run(session.ask(decision, asked, request))
        wire.print_json(wire.answer_document(answer, session, _write_media(answer.response, output)))
        return
    progress.note(render.one_line(decision))
    if explain:
        progress.note(decision.explanation)
        render.sources(progress.console(), decision)
    shown: list[str] = []
    try:
        answer = asyncio.run(session.ask(decision, asked, request, on_text=lambda text: _show(text, shown)))
    finally:
        # Also when the answer broke off: what follows begins on a line of its own.
        if shown and not shown[-1].endswith("\n"):
            sys.stdout.write("\n")
    if (written := _write_media(answer.response, output)) is not None:
        progress.note(f"speech written to {written}")
    progress.note(_closing_line(answer))


def _show(text: str, shown: list[str]) -> None:
    shown[:] = [text]
    sys.stdout.write(text)
    sys.stdout.flush()


def _request(asked: Prompt, system: str | None, max_tokens: int | None, temperature: float | None) -> ChatRequest:
    from turnout.providers.protocol import ChatRequest, Message

    first = (Message("system", system),) if system else ()
    turn = Message("user", asked.text, asked.media)
    return ChatRequest((*first, turn), max_tokens=max_tokens, temperature=temperature)


def _write_media(response: ChatResponse, output: Path | None) -> Path | None:
    """Speech to its file, whole or not at all."""
    from turnout.errors import InputFileError

    if not response.media or output is None:
        return None
    part = output.with_name(output.name + ".part")
    try:
        part.write_bytes(response.media[0].data)
        part.replace(output)
    except OSError as error:
        raise InputFileError(f"cannot write {output}: {error.strerror}") from None
    return output


def _closing_line(answer: Answer) -> str:
    from turnout.explain import dollars

    response = answer.response
    first = "" if response.ttft_s is None else f" (first token {response.ttft_s:.2f} s)"
    parts = [response.model_id, f"{response.latency_s:.1f} s{first}", dollars(response.usage.cost_usd)]
    for other in answer.alternatives:
        price = "at an unknown price" if other.estimated_usd is None else f"≈{dollars(other.estimated_usd)}"
        parts.append(f"{other.role} {other.model_id} {price}")
    return " · ".join(parts)
