"""Which of several right models is the cheapest: from recorded costs, else from a price list, else by a stand-in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from turnout.errors import DataError, InputFileError, UserError
from turnout.types import Array, OutcomeTable

__all__ = ["PriceOrder", "labels", "price_order", "read_prices"]


@dataclass(frozen=True, slots=True)
class PriceOrder:
    """`price` (n, n_models) in any unit, finite; `models` from the cheapest on average; `source` in plain words."""

    price: Array
    models: tuple[str, ...]
    source: str


def price_order(outcomes: OutcomeTable, prices: Mapping[str, float] | None = None) -> PriceOrder:
    """The recorded cost of each answer where every model has costs; else `prices` (USD per million output tokens) times
    the recorded output tokens, or alone where those are not recorded for every model; else weakest first.

    The last is a stand-in: weak models are mostly the cheap ones. Raises `UserError` when `prices` lacks a model.
    """
    count, models = len(outcomes.prompts), outcomes.model_ids
    costs, tokens = _means(outcomes.cost_usd), _means(outcomes.output_tokens)
    if np.isfinite(costs).all():
        price = np.where(np.isfinite(outcomes.cost_usd), outcomes.cost_usd, costs)
        return PriceOrder(price, _sorted(models, costs), "recorded costs")
    if prices is not None:
        missing = [model for model in models if model not in prices]
        if missing:
            raise UserError(f"the price list lacks {', '.join(missing)}")
        listed = np.array([prices[model] for model in models], dtype=np.float64)
        counted = bool(np.isfinite(tokens).all())
        per_answer = listed * tokens if counted else listed
        told = "price list × mean recorded output tokens" if counted else "price list, per token"
        return PriceOrder(np.broadcast_to(per_answer, (count, len(models))), _sorted(models, per_answer), told)
    strength = np.nan_to_num(_means(outcomes.quality), nan=np.inf)
    told = "no costs known: weakest model first, as a stand-in"
    return PriceOrder(np.broadcast_to(strength, (count, len(models))), _sorted(models, strength), told)


def labels(outcomes: OutcomeTable, order: PriceOrder) -> Array:
    """Column of each prompt's label, (n,): the cheapest of the models of highest quality; of equals the first by name.

    On RouterBench it is the column `oracle_model_to_route_to`. Every prompt needs one scored model.
    """
    quality = np.where(np.isfinite(outcomes.quality), outcomes.quality, -1.0)
    by_name = np.argsort(np.array(outcomes.model_ids), kind="stable")
    price = np.where(quality == quality.max(axis=1, keepdims=True), order.price, np.inf)
    columns: Array = by_name[np.argmin(price[:, by_name], axis=1)]
    return columns


def read_prices(path: Path) -> dict[str, float]:
    """A JSON object of USD per million output tokens by model: numbers, or objects with `output_usd_per_mtok`.

    The latter is how LLMRouter ships its `prices.json`. Raises `InputFileError` or `DataError`.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        listed = {
            str(model): float(entry["output_usd_per_mtok"] if isinstance(entry, dict) else entry)
            for model, entry in document.items()
        }
    except OSError as error:
        raise InputFileError(f"cannot read {path}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} is no price list (model: USD per million output tokens): {error}") from None
    if any(not (np.isfinite(price) and price >= 0) for price in listed.values()):
        raise DataError(f"{path}: a price must be a number of at least 0")
    return listed


def _means(values: Array) -> Array:
    """Mean of what was measured per column, NaN where nothing was."""
    known = np.isfinite(values)
    total: Array = np.where(known, values, 0.0).sum(axis=0)
    means: Array = np.divide(total, known.sum(axis=0), out=np.full(len(total), np.nan), where=known.any(axis=0))
    return means


def _sorted(models: tuple[str, ...], price: Array) -> tuple[str, ...]:
    return tuple(sorted(models, key=lambda model: (price[models.index(model)], model)))
