"""`turnout keys`: the keys of the gateway's clients."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from turnout.config import Settings
    from turnout.gateway.keys import ClientKey, KeyRing, Per

__all__ = ["app"]

app = typer.Typer(help="Keys of the gateway's clients: create, list, revoke, change.", no_args_is_help=True)

_Id = Annotated[str, typer.Argument(help="The key's id, e.g. key-3f9a12.", show_default=False)]
_Models = Annotated[
    str | None,
    typer.Option(help="Only models that match, e.g. 'openai/*,local/*'; '*' allows all.", show_default=False),
]
_MaxUsd = Annotated[float | None, typer.Option(help="Budget (USD).", show_default=False)]
_Per = Annotated[str | None, typer.Option(help="The budget's period: day, month (UTC's) or total.", show_default=False)]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whose it is.", show_default=False)],
    models: _Models = None,
    max_usd: _MaxUsd = None,
    per: _Per = None,
    as_json: o.Json = False,
) -> None:
    """Make a key for a client and print it, once: only its hash is kept.

    Example: turnout keys create ann --models 'openai/*' --max-usd 5 --per day
    """
    from turnout.cli import progress, render, wire
    from turnout.config import load_settings
    from turnout.errors import UserError

    if per is not None and max_usd is None:
        raise UserError("--per is the period of a budget: give --max-usd too")
    ring = _ring(load_settings())
    key, secret = ring.create(name, models=_patterns(models) or (), max_usd=max_usd, per=_period(per) or "total")
    if as_json:
        wire.print_json({"schema": "turnout.key/1", **_document(key), "key": secret})
        return
    render.out().print(secret, markup=False, soft_wrap=True)
    progress.note(f"{key.id} for {key.name}: {_said_models(key)}, {_said_budget(key)}. The key is not shown again.")


@app.command("list")
def list_(as_json: o.Json = False) -> None:
    """Show the keys, what they may do and what they have spent in their period.

    Example: turnout keys list
    """
    from turnout.cli import render, wire
    from turnout.config import load_settings

    settings = load_settings()
    keys = _ring(settings).keys
    spent = _spent(settings, keys)
    if as_json:
        entries = [{**_document(key), "spent_usd": spent[key.id]} for key in keys]
        wire.print_json({"schema": "turnout.keys/1", "keys": entries})
        return
    console = render.out()
    if not keys:
        console.print("no key yet: turnout keys create NAME")
        return
    from rich.table import Table
    from rich.text import Text

    from turnout.explain import dollars

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("id", no_wrap=True)
    for column in ("name", "models"):
        table.add_column(column, overflow="fold")
    for column in ("budget", "spent"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("state", no_wrap=True)
    for key in keys:
        used = key.max_usd is not None and spent[key.id] >= key.max_usd
        state = "revoked" if key.revoked else "used up" if used else "active"
        table.add_row(
            key.id,
            Text(key.name),
            Text(", ".join(key.models) or "all"),
            "–"
            if key.max_usd is None
            else f"{dollars(key.max_usd)} {'total' if key.per == 'total' else f'a {key.per}'}",
            dollars(spent[key.id]),
            Text(state, style="" if state == "active" else "red"),
        )
    console.print(table)


@app.command("revoke")
def revoke(id: _Id, as_json: o.Json = False) -> None:
    """End a key. Running servers refuse it within a second.

    Example: turnout keys revoke key-3f9a12
    """
    from turnout.cli import render, wire
    from turnout.config import load_settings

    key = _ring(load_settings()).revoke(id)
    if as_json:
        wire.print_json({"schema": "turnout.key/1", **_document(key)})
        return
    render.out().print(f"{key.id} ({key.name}) is revoked", markup=False, soft_wrap=True)


@app.command("change")
def change(
    id: _Id,
    name: Annotated[str | None, typer.Option(help="Another name.", show_default=False)] = None,
    models: _Models = None,
    max_usd: _MaxUsd = None,
    per: _Per = None,
    unlimited: Annotated[bool, typer.Option("--unlimited", help="No budget any more.")] = False,
    as_json: o.Json = False,
) -> None:
    """Change a key's name, models or budget; what is left out stays. Running servers know within a second.

    Example: turnout keys change key-3f9a12 --max-usd 20 --per month
    """
    from turnout.cli import render, wire
    from turnout.config import load_settings
    from turnout.errors import UserError

    if unlimited and (max_usd is not None or per is not None):
        raise UserError("--unlimited takes the budget away: leave --max-usd and --per out")
    if not unlimited and (name, models, max_usd, per) == (None, None, None, None):
        raise UserError("nothing to change: give --name, --models, --max-usd, --per or --unlimited")
    ring = _ring(load_settings())
    key = ring.change(
        id, name=name, models=_patterns(models), max_usd=max_usd, per=_period(per), unlimited=unlimited
    )  # fmt: skip
    if as_json:
        wire.print_json({"schema": "turnout.key/1", **_document(key)})
        return
    told = f"{key.id} for {key.name}: {_said_models(key)}, {_said_budget(key)}"
    render.out().print(told, markup=False, soft_wrap=True)


def _ring(settings: Settings) -> KeyRing:
    from turnout.gateway.keys import KeyRing

    return KeyRing.open(settings.config_dir / "keys.json")


def _patterns(models: str | None) -> tuple[str, ...] | None:
    if models is None:
        return None
    found = tuple(o.patterns(models))
    return () if found == ("*",) else found


def _period(per: str | None) -> Per | None:
    from typing import get_args

    from turnout.errors import UserError
    from turnout.gateway.keys import Per

    found: Per | None = next((known for known in get_args(Per) if known == per), None)
    if per is not None and found is None:
        raise UserError(f"--per is {', '.join(get_args(Per))}, not {per!r}")
    return found


def _spent(settings: Settings, keys: tuple[ClientKey, ...]) -> dict[str, float]:
    from turnout import build
    from turnout.gateway.budget import Budgets

    budgets = Budgets()
    if keys:
        with build.store(settings) as store:
            budgets.stored((), store.spending(budgets.periods()))
    return {key.id: budgets.spent_usd(key) for key in keys}


def _document(key: ClientKey) -> dict[str, Any]:
    shown = asdict(key)
    del shown["sha256"]
    return {**shown, "created": key.created.isoformat(), "models": list(key.models)}


def _said_models(key: ClientKey) -> str:
    return f"models {', '.join(key.models)}" if key.models else "all models"


def _said_budget(key: ClientKey) -> str:
    from turnout.explain import dollars

    if key.max_usd is None:
        return "no budget"
    return f"{dollars(key.max_usd)} {'in total' if key.per == 'total' else f'a {key.per}'}"
