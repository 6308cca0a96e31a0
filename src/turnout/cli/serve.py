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


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every one this machine has.")]
    = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8484,
    models: o.Models = None,
    benchmark: o.Benchmark = None,
    router: o.RouterFile = None,
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
    )
    at = listen(host, port)
    settle()
    _welcome(app, options, at.getsockname()[1])
    run(app, at)


def _welcome(app: Gateway, options: ServeOptions, port: int) -> None:
    from turnout.cli import progress

    host = f"[{options.host}]" if ":" in options.host else options.host
    progress.note(f"serving http://{host}:{port}/v1 (what there is: http://{host}:{port}/docs)")
    available = app.available
    names = ", ".join(model.id for model in available[:3])
    more = f" and {len(available) - 3:,} more" if len(available) > 3 else ""
    if available:
        progress.note(f"{len(available):,} models can be asked: {names}{more}")
    else:
        progress.note("no model can be asked: set OPENROUTER_API_KEY, or pip install 'turnout[local]'")
    if app.is_open:
        everybody = "everybody who reaches this address" if options.allow_anonymous else "clients on this machine"
        progress.note(f"no key is needed: {everybody} may ask (turnout keys create NAME makes one)")
