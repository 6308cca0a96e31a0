"""Money around a request: set aside before, settled after, whatever happened in between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType

from turnout.gateway.budget import Budgets, Reservation
from turnout.gateway.exchange import Exchange
from turnout.gateway.keys import ClientKey
from turnout.gateway.refusal import Refusal
from turnout.gateway.relay import Choice
from turnout.types import Price, Prompt

__all__ = ["Purse", "Spending"]

_OUTPUT = 4096  # tokens, of an answer whose length the client does not limit: few get longer


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

    def spending(
        self,
        key: ClientKey | None,
        exchange: Exchange,
        choices: Sequence[Choice],
        prompt: Prompt | None = None,
        answers: int = 1,
    ) -> Spending:
        """Set aside what the dearest of the choices may cost at most, for a block that asks them.

        Many prompts at a time that each ask for a long answer must not outrun their bills. The block is given the most
        tokens that each of the `answers` may have, where the budget pays for no longer ones and the client set no
        limit, else None. Raises `BudgetReached`; `Refusal` for a model of unknown price and a key with a budget.
        """
        if key is None:
            return Spending(self.budgets, exchange, None, None)
        if key.max_usd is not None:
            _check_prices(choices)
        estimated = max((choice.estimated_usd or 0.0 for choice in choices), default=0.0)
        dearest = max((_most(choice, prompt, answers) for choice in choices), default=0.0)
        if prompt is not None and prompt.max_output_tokens is not None:
            estimated = max(estimated, dearest)  # the client's own limit: it may cost that much
        reservation = self.budgets.reserve(key, estimated, at_most=dearest)
        short = reservation.usd < dearest  # never without a prompt
        tokens = _affordable(reservation.usd, choices, prompt, answers) if short and prompt else None
        return Spending(self.budgets, exchange, reservation, tokens)


class Spending:
    """A block whose bill is settled at its end. A bill that nobody knows counts as what was set aside, unless nobody
    answered."""

    __slots__ = ("_budgets", "_exchange", "_reservation", "_tokens")

    def __init__(
        self, budgets: Budgets, exchange: Exchange, reservation: Reservation | None, tokens: int | None
    ) -> None:
        self._budgets = budgets
        self._exchange = exchange
        self._reservation = reservation
        self._tokens = tokens

    def __enter__(self) -> int | None:
        return self._tokens

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._reservation is not None:
            # Who leaves before a word is said has an estimate in the record, and the provider may bill a whole answer:
            # leaving a hundred times must not cost a hundred estimates.
            left = kind is asyncio.CancelledError and self._exchange.output_tokens is None
            unknown = self._exchange.model_id is not None and (self._exchange.usd is None or left)
            usd = None if unknown else self._exchange.usd or 0.0
            self._exchange.charged_usd = self._budgets.settle(self._reservation, usd)


def _most(choice: Choice, prompt: Prompt | None, answers: int) -> float:
    if prompt is None:
        return 0.0
    return choice.model.price.cost_usd(prompt.tokens, answers * (prompt.max_output_tokens or _OUTPUT), None) or 0.0


def _affordable(usd: float, choices: Sequence[Choice], prompt: Prompt, answers: int) -> int:
    """Tokens of each answer that all of the choices give for this much."""
    paid = [
        (usd - (price.cost_usd(prompt.tokens, 0, None) or 0.0)) * 1e6 / price.output_per_mtok
        for price in (choice.model.price for choice in choices)
        if price.output_per_mtok
    ]
    return max(1, int(min(paid, default=_OUTPUT)) // answers)


def _check_prices(choices: Sequence[Choice]) -> None:
    for choice in choices:
        model = choice.model
        if model.price == Price() and model.provider != "openrouter":  # which says what it bills
            raise Refusal(
                403,
                f"this key has a budget, and nobody knows what {model.id} costs: give it a price in the catalogue",
                kind="permission_error",
                code="price_unknown",
                param="model",
            )
