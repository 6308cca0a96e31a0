"""Money around a request: set aside before, settled after, whatever happened in between."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from turnout.gateway.budget import Budgets, Reservation
from turnout.gateway.exchange import Exchange
from turnout.gateway.keys import ClientKey
from turnout.gateway.relay import Choice

__all__ = ["Purse", "Spending"]


class Purse:
    """What keys may still spend. Anonymous clients have no budget."""

    def __init__(self, budgets: Budgets) -> None:
        self.budgets = budgets

    def left(self, key: ClientKey | None) -> float | None:
        """USD that the key's budget still holds; None = no limit. Raises `BudgetReached` when nothing is left."""
        if key is None or key.max_usd is None:
            return None
        left = self.budgets.left_usd(key)
        if not left:
            self.budgets.reserve(key, 0.0)  # raises, with the figures
        return left

    def spending(self, key: ClientKey | None, exchange: Exchange, choices: Sequence[Choice]) -> Spending:
        """Set aside what the dearest of the choices should cost, for a block that asks them. Raises `BudgetReached`."""
        if key is None:
            return Spending(self.budgets, exchange, None)
        dearest = max((choice.estimated_usd or 0.0 for choice in choices), default=0.0)
        return Spending(self.budgets, exchange, self.budgets.reserve(key, dearest))


class Spending:
    """A block whose bill is settled at its end. A bill that nobody knows counts as what was set aside, unless nobody
    answered."""

    __slots__ = ("_budgets", "_exchange", "_reservation")

    def __init__(self, budgets: Budgets, exchange: Exchange, reservation: Reservation | None) -> None:
        self._budgets = budgets
        self._exchange = exchange
        self._reservation = reservation

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._reservation is not None:
            unknown = self._exchange.usd is None and self._exchange.model_id is not None
            usd = None if unknown else self._exchange.usd or 0.0
            self._exchange.charged_usd = self._budgets.settle(self._reservation, usd)
