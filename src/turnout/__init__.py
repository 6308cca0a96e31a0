"""Turnout sends each prompt to the language model that fits it: your task, your price, your speed, on evidence.

>>> from turnout import Prompt, Session, prefer
>>> session = Session.open()
>>> decision = session.decide(Prompt("Bonjour", category="translation"), prefer("best"), only_available=False)
>>> print(decision.explanation)  # doctest: +ELLIPSIS
local/... fits best for accuracy 100%: ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from turnout.config import Settings, load_settings
    from turnout.errors import TurnoutError
    from turnout.fitted import FittedRouter
    from turnout.preference import prefer
    from turnout.router import Router
    from turnout.session import Answer, Session
    from turnout.types import Candidate, Decision, Estimates, Model, Outcome, OutcomeTable, Preference, Price, Prompt

__all__ = [
    "Answer",
    "Candidate",
    "Decision",
    "Estimates",
    "FittedRouter",
    "Model",
    "Outcome",
    "OutcomeTable",
    "Preference",
    "Price",
    "Prompt",
    "Router",
    "Session",
    "Settings",
    "TurnoutError",
    "load_settings",
    "prefer",
]

_HOMES = {
    "turnout.config": ("Settings", "load_settings"),
    "turnout.errors": ("TurnoutError",),
    "turnout.fitted": ("FittedRouter",),
    "turnout.preference": ("prefer",),
    "turnout.router": ("Router",),
    "turnout.session": ("Answer", "Session"),
    "turnout.types": (
        "Candidate",
        "Decision",
        "Estimates",
        "Model",
        "Outcome",
        "OutcomeTable",
        "Preference",
        "Price",
        "Prompt",
    ),
}


def __getattr__(name: str) -> Any:
    # Names are found when they are first used: importing turnout loads no numpy, no runtime, no client.
    for module, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(module), name)
    raise AttributeError(f"module 'turnout' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
