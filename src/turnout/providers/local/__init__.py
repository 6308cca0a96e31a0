"""Real models on this machine, started on demand as OpenAI-compatible servers and stopped when idle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from turnout.providers.local.catalogue import LOCAL_MODELS, LocalModel, installed, models

if TYPE_CHECKING:
    from turnout.providers.local.model import LocalChatModel

__all__ = ["LOCAL_MODELS", "LocalChatModel", "LocalModel", "installed", "models"]


def __getattr__(name: str) -> Any:
    # Whoever only lists models need not wait for the HTTP client.
    if name == "LocalChatModel":
        from turnout.providers.local.model import LocalChatModel

        return LocalChatModel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
