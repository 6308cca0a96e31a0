"""`turnout doctor`: what works here, and what to do about what does not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from turnout.cli import options as o

if TYPE_CHECKING:
    from turnout.config import Settings

__all__ = ["doctor"]

_Check = tuple[str, bool, str]
_STORE, _KEYS = "evidence store", "gateway keys"  # always set up: they work or are broken


def doctor(as_json: o.Json = False) -> None:
    """Check settings, store, weights, local models and keys; exits 1 when something that is set up does not work."""
    from turnout.cli import render, wire
    from turnout.config import load_settings

    checks = list(_checks(load_settings()))
    broken = {name for name, ok, _ in checks if not ok and name in (_STORE, _KEYS)}
    if as_json:
        documents = [{"check": name, "ok": ok, "detail": detail} for name, ok, detail in checks]
        wire.print_json({"schema": "turnout.doctor/1", "checks": documents})
    else:
        console = render.out()
        width = max(len(name) for name, _, _ in checks)
        for name, ok, detail in checks:
            mark = "[green]✓[/]" if ok else "[red]✗[/]" if name in broken else "[yellow]–[/]"
            console.print(f"{mark} {name:<{width}}  ", end="")
            console.print(detail, markup=False, soft_wrap=True)
    if broken:
        raise typer.Exit(1)


def _checks(settings: Settings) -> Iterator[_Check]:
    from importlib.metadata import version

    from turnout import build, weights
    from turnout.errors import ConfigError, StoreError
    from turnout.gateway.keys import KeyRing
    from turnout.providers.local import catalogue as local

    yield "turnout", True, f"{version('turnout')} on Python {sys.version.split()[0]}"
    try:
        with build.store(settings) as store:
            count = store.count()
            yield _STORE, True, f"{count:,} outcome{'' if count == 1 else 's'} of your own"
    except StoreError as error:
        yield _STORE, False, str(error)
    try:
        keys = KeyRing.open(settings.config_dir / "keys.json").keys
        valid = sum(not key.revoked for key in keys)
        told = f"{valid:,} of {len(keys):,} in force" if keys else "none: turnout serve asks clients here for no key"
        yield _KEYS, True, told
    except ConfigError as error:
        yield _KEYS, False, str(error)
    known = build.catalogue(settings)
    yield "catalogue", True, f"{len(known.models):,} models"
    has_key = settings.openrouter_api_key is not None
    yield "OpenRouter", has_key, "key set" if has_key else "set OPENROUTER_API_KEY to ask remote models"
    for model in local.models(settings):
        reason = local.installed(model.id)
        yield model.id, reason is None, reason or "ready"
    for name, entry in weights.WEIGHTS.items():
        here = weights.available(name, settings)
        size = f"{entry.download_bytes / 1e6:,.0f} MB"
        yield f"weights {name}", here, "in the cache" if here else f"{size}, fetched on first use"
