"""What a request will cost, before it is sent."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from turnout.types import Array, Model, Prompt

__all__ = ["request_costs"]


def request_costs(
    prompts: Sequence[Prompt],
    models: Sequence[Model],
    *,
    usual_input_tokens: float,
    output_tokens: Sequence[float],
    latency_s: Array,
) -> Array:
    """USD per request, shape (n_prompts, n_models); NaN where the price, or the time it is charged by, is unknown.

    A prompt without text (a recommendation for a task) counts as `usual_input_tokens`. `output_tokens` and `latency_s`
    have one entry per model; a prompt's own limit caps what is produced.
    """
    costs = np.full((len(prompts), len(models)), np.nan)
    for j, model in enumerate(models):
        seconds = None if np.isnan(latency_s[j]) else float(latency_s[j])
        for i, prompt in enumerate(prompts):
            taken = prompt.tokens if prompt.text else usual_input_tokens
            produced = min(output_tokens[j], prompt.max_output_tokens or math.inf)
            usd = model.price.cost_usd(taken, produced, seconds)
            costs[i, j] = np.nan if usd is None else usd
    return costs
