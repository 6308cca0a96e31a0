"""`turnout serve`: the OpenAI-compatible gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from turnout.gateway.app import Gateway
    from turnout.gateway.options import ServeOptions

__all__ = ["serve"]

_WHO = "Who may ask"
_HOW_MUCH = "How much"
_WIDTH = 80


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every one this machine has.")]
    = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8484,
    models: o.Models = None,
    benchmark: o.Benchmark = None,
    router: o.RouterFile = None,
    log: Annotated[bool, typer.Option("--log", help="Print a line for each request, without what was said.")] = False,
    allow_anonymous: Annotated[bool, typer.Option("--allow-anonymous", help="Let clients without a key in.",
                                                  rich_help_panel=_WHO)] = False,
    cors: Annotated[list[str] | None, typer.Option(help="Let web pages of this origin ask (repeatable).",
                                                   rich_help_panel=_WHO, show_default=False)] = None,
    open_metrics: Annotated[bool, typer.Option("--open-metrics", help="/metrics without a key.",
                                               rich_help_panel=_WHO)] = False,
    fetch_urls: Annotated[bool, typer.Option("--fetch-urls", help="Fetch public addresses of pictures and films for "
                                             "models on this machine.", rich_help_panel=_WHO)] = False,
    max_body: Annotated[int, typer.Option(min=1, help="Largest request (MiB).", rich_help_panel=_HOW_MUCH)] = 32,
    concurrent: Annotated[int, typer.Option(min=1, help="Requests served at a time.", rich_help_panel=_HOW_MUCH)]
    = 1024,
    queue: Annotated[int, typer.Option(min=0, help="Requests that may wait for a place; more get a 429.",
                                       rich_help_panel=_HOW_MUCH)] = 1024,
) -> None:  # fmt: skip
    """Serve an OpenAI-compatible API: model "auto" is the right model for each request.

    Example: turnout serve --models 'local/*'   (then: base_url="http://127.0.0.1:8484/v1")
    """
    import logging

    from turnout import serving
    from turnout.cli import progress
    from turnout.config import load_settings
    from turnout.gateway.memory import one_arena, settle
    from turnout.gateway.options import ServeOptions
    from turnout.gateway.serve import listen, run

    one_arena()
    logging.basicConfig(format="turnout: %(message)s", level=logging.WARNING)
    options = ServeOptions(
        host, port, allow_anonymous, open_metrics, fetch_urls, tuple(cors or ()), max_body * 2**20, concurrent, queue
    )
    app = serving.gateway(
        load_settings(),
        options,
        models=o.patterns(models),
        benchmark=benchmark,
        router=router,
        watcher=progress.unattended(),
        log=progress.note if log else None,
    )
    at = listen(host, port)
    settle()
    _welcome(app, options, at.getsockname()[1])
    run(app, at, _stopping)


def _welcome(app: Gateway, options: ServeOptions, port: int) -> None:
    from turnout.cli import progress

    everywhere = options.host in ("0.0.0.0", "::")  # noqa: S104  # compared, not bound
    host = "127.0.0.1" if everywhere else f"[{options.host}]" if ":" in options.host else options.host
    base = f"http://{host}:{port}"
    progress.note(f"serving {base}/v1 (how to use it: {base}/docs)")
    if everywhere:
        progress.note("and on every other address of this machine")
    available = app.available
    if available:
        progress.note(_listed([model.id for model in available]))
    else:
        progress.note("no model can be asked: set OPENROUTER_API_KEY, or pip install 'turnout[local]'")
    if app.is_open:
        everybody = "everybody who reaches this address" if options.allow_anonymous else "clients on this machine"
        progress.note(f"no key is needed: {everybody} may ask")
    else:
        progress.note("clients need a key: turnout keys create NAME makes one")
    if available:
        key = "" if app.is_open else '    -H "Authorization: Bearer $TURNOUT_KEY" \\\n'
        progress.note(
            f"try it:\n  curl {base}/v1/chat/completions \\\n{key}"
            """    -d '{"messages": [{"role": "user", "content": "Why is the sky blue?"}]}'"""
        )


def _listed(ids: list[str]) -> str:
    """As many names as a line of a terminal holds."""
    n = len(ids)
    head = "1 model can be asked" if n == 1 else f"{n:,} models can be asked"
    for shown in range(n, 0, -1):
        rest = f" and {n - shown:,} more" if shown < n else ""
        line = f"{head}: {', '.join(ids[:shown])}{rest}"
        if len(line) <= _WIDTH or shown == 1:
            return line
    return head


def _stopping(answers: int) -> None:
    from turnout.cli import progress

    waiting = {0: "", 1: ": one answer is under way"}.get(answers, f": {answers:,} answers are under way")
    progress.note(f"stopping{waiting}{' (Ctrl-C again cuts off)' if answers else ''}")
