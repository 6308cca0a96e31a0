"""Conversations stay with their model unless another pays for the cache that is lost by leaving."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from turnout.preference import utility
from turnout.types import Candidate, Decision, Model

__all__ = ["Conversations", "with_incumbent"]

_CACHED_SHARE = 0.9  # of the price of the input tokens that a warm cache saves, as most providers grant
_MARGIN = 0.02  # utility above the present model's: estimates move that much between two turns of one conversation


class Conversations:
    """Which model answered each conversation last, per key; the oldest of `size` are forgotten."""

    def __init__(self, size: int = 20_000) -> None:
        self._size = size
        self._models: OrderedDict[tuple[str | None, str], str] = OrderedDict()

    def model_of(self, key_id: str | None, conversation: str) -> str | None:
        """The model's id, or None for a conversation that is new here."""
        return self._models.get((key_id, conversation)) if conversation else None

    def remember(self, key_id: str | None, conversation: str, model_id: str) -> None:
        """This model has answered now."""
        self._models[key_id, conversation] = model_id
        self._models.move_to_end((key_id, conversation))
        if len(self._models) > self._size:
            self._models.popitem(last=False)


def with_incumbent(decision: Decision, incumbent: Model, prefix_tokens: int) -> Sequence[Candidate]:
    """The candidates, the incumbent first if staying fits as well once its cached tokens are counted as cheap."""
    ranked = decision.candidates
    held = next((c for c in ranked if c.model_id == incumbent.id), None)
    if held is None or held is ranked[0]:
        return ranked
    saved = _CACHED_SHARE * prefix_tokens * (incumbent.price.input_per_mtok or 0.0) / 1e6
    cost = None if held.cost_usd is None else max(0.0, held.cost_usd - saved)
    measured = [np.array([np.nan if v is None else v]) for v in (held.quality, cost, held.latency_s)]
    staying = float(utility(decision.preference, *measured)[0])
    if ranked[0].utility - staying > _MARGIN:
        return ranked
    return (held, *(c for c in ranked if c is not held))
