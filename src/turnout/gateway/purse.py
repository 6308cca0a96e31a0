"""Money around a request: set aside before, settled after, whatever happened in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from turnout.gateway.budget import Budgets
from turnout.gateway.exchange import Exchange
from turnout.gateway.keys import ClientKey
from turnout.gateway.relay import Choice

__all__ = ["Purse"]


class Purse:
    """What keys may still spend. Anonymous clients have no budget."""

    def __init__(self, budgets: Budgets) -> None:
        self.budgets = budgets

    def left(self, key: ClientKey | None) -> float | None:
        """USD that the key's budget still holds; None = no limit. Raises `BudgetReached` when nothing is left."""
        if key is None or key.max_usd is None:
            return None
        self.budgets.settle(self.budgets.reserve(key, 0.0), 0.0)  # raises when requests under way hold the rest
        return key.max_usd - self.budgets.spent_usd(key)

    @contextmanager
    def spending(self, key: ClientKey | None, exchange: Exchange, choices: Sequence[Choice]) -> Iterator[None]:
        """Set aside what the dearest of the choices should cost; settle by the bill. Raises `BudgetReached`.

        A bill that nobody knows counts as what was set aside, unless nobody was asked or everybody failed.
        """
        if key is None:
            yield
            return
        asked = max((choice.estimated_usd or 0.0 for choice in choices), default=0.0)
        reservation = self.budgets.reserve(key, asked)
        try:
            yield
        finally:
            unknown = exchange.usd is None and exchange.model_id is not None
            exchange.charged_usd = self.budgets.settle(reservation, None if unknown else exchange.usd or 0.0)
