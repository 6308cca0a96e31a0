"""What a request will cost, before it is sent."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from turnout.types import Array, Model, Prompt

__all__ = ["RequestPrices"]


class RequestPrices:
    """What requests cost at each of `models`, by list price × tokens or by time × price of this machine.

    `output_tokens`, `latency_s` and `bills` have one entry per model. A prompt without text (a recommendation for a
    task) counts as `usual_input_tokens`. `bills` (USD a request, NaN = none known) stand in where no price is listed;
    `billed` says where they do, shape (n_models,).
    """

    def __init__(
        self,
        models: Sequence[Model],
        *,
        usual_input_tokens: float,
        output_tokens: Sequence[float],
        latency_s: Array,
        bills: Array,
    ) -> None:
        self.usual_input_tokens = usual_input_tokens
        self._output_tokens = np.array(output_tokens, dtype=np.float64)
        # A cost is rate × tokens + a part that tokens do not change; one of the two is zero.
        self._input_rate, self._output_rate, fixed = np.zeros((3, len(models)))
        for j, model in enumerate(models):
            price = model.price
            if price.per_second is not None:
                fixed[j] = price.per_second * latency_s[j]
            elif price.input_per_mtok is None or price.output_per_mtok is None:
                fixed[j] = np.nan
            else:
                self._input_rate[j], self._output_rate[j] = price.input_per_mtok, price.output_per_mtok
        self.billed: Array = np.isnan(fixed) & np.isfinite(bills)
        self._fixed = np.where(self.billed, bills, fixed)

    def costs(self, prompts: Sequence[Prompt]) -> Array:
        """USD per request, (n_prompts, n_models); NaN where the price, or the time it is charged by, is unknown.

        A prompt's own limit caps what is produced.
        """
        taken = np.array([[prompt.tokens if prompt.text else self.usual_input_tokens] for prompt in prompts])
        most = np.array([[prompt.max_output_tokens or math.inf] for prompt in prompts])
        by_token = self._input_rate * taken + self._output_rate * np.minimum(self._output_tokens, most)
        costs: Array = by_token / 1e6 + self._fixed
        return costs
