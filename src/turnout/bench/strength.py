"""One scale for all models out of pairwise results: Bradley and Terry's model, with Rao and Kupper's ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from scipy.optimize import minimize
from scipy.sparse.csgraph import connected_components

from turnout.bench.winrate import Comparison
from turnout.errors import DataError
from turnout.types import Array

__all__ = ["Strengths", "bradley_terry"]

_PRIOR = 1e-3  # ridge on the log-strengths: a model that won everything gets a large finite one


@dataclass(frozen=True, slots=True)
class Strengths:
    """Log-strengths β relative to `anchor` (its own is 0), best first, with 95 % intervals by bootstrap over tasks.

    P(i beats j) = e^βi / (e^βi + ν e^βj) with ν = `ties` ≥ 1, and what is left of both sides is the tie.
    """

    anchor: str
    models: tuple[str, ...]
    log_strength: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    ties: float

    def win_rate(self, model: str, against: str) -> float:
        """Expected win rate, ties counted ½."""
        beta = dict(zip(self.models, self.log_strength, strict=True))
        difference = beta[model] - beta[against]
        wins = 1 / (1 + self.ties * exp(-difference))
        losses = 1 / (1 + self.ties * exp(difference))
        return (1 + wins - losses) / 2


def bradley_terry(made: Sequence[Comparison], anchor: str, *, rounds: int = 300, seed: int = 0) -> Strengths:
    """Strengths of all models that were compared, by maximum likelihood.

    Two orders that contradict each other are a tie; a win and a tie are a win. Raises `DataError` when `anchor` is not
    among the models, or when some were compared with the others neither directly nor through a third.
    """
    scored = [c for c in made if c.score is not None]
    models = sorted({m for c in scored for m in (c.model, c.against)})
    if anchor not in models:
        raise DataError(f"no scored comparison has {anchor}; those that were compared: {', '.join(models) or 'none'}")
    place = {model: i for i, model in enumerate(models)}
    tasks = {task: i for i, task in enumerate(dict.fromkeys(c.task_id for c in scored))}
    # [t, i, j]: on task t, i against j
    wins = np.zeros((len(tasks), len(models), len(models)))
    ties = np.zeros_like(wins)
    for c in scored:
        t, i, j = tasks[c.task_id], place[c.model], place[c.against]
        if c.score == 0.5:
            ties[t, i, j] += 1
        else:
            first, second = (i, j) if (c.score or 0.0) > 0.5 else (j, i)
            wins[t, first, second] += 1
    met = (wins + ties).sum(axis=0)
    count, group = connected_components(met + met.T, directed=False)
    if count > 1:
        apart = [m for m in models if group[place[m]] != group[place[anchor]]]
        raise DataError(f"{', '.join(apart)} were never compared with {anchor}, directly or through another model")
    whole = _fit(wins.sum(axis=0), ties.sum(axis=0), np.zeros(len(models) + 1))
    draws = np.random.default_rng(seed).integers(0, len(tasks), size=(rounds, len(tasks)))
    weights = np.array([np.bincount(draw, minlength=len(tasks)) for draw in draws])
    many = np.array([_fit(np.tensordot(w, wins, 1), np.tensordot(w, ties, 1), whole) for w in weights])
    zero = place[anchor]
    beta = whole[:-1] - whole[zero]
    low, high = np.quantile(many[:, :-1] - many[:, [zero]], [0.025, 0.975], axis=0)
    order = np.argsort(-beta, kind="stable")
    return Strengths(
        anchor,
        tuple(models[i] for i in order),
        tuple(float(beta[i]) for i in order),
        tuple(float(min(low[i], beta[i])) for i in order),
        tuple(float(max(high[i], beta[i])) for i in order),
        ties=1 + exp(float(whole[-1])),
    )


def _fit(wins: Array, ties: Array, start: Array) -> Array:
    """β (as many as models) and log(ν − 1) at the maximum of the penalised likelihood."""

    def loss(parameters: Array) -> tuple[float, Array]:
        beta, excess = parameters[:-1], np.exp(np.clip(parameters[-1], -30, 30))
        nu = 1 + excess
        gap = beta[:, None] - beta[None, :]
        won = 1 / (1 + nu * np.exp(-np.clip(gap, -50, 50)))  # [i, j]: i beats j
        # Tie of i and j: (ν² − 1) won[i, j] won[j, i].
        log_won = np.log(won)
        either = wins + ties + ties.T
        value = -(either * log_won).sum() - ties.sum() * np.log(nu * nu - 1)
        slope = either * (1 - won)
        gradient = -(slope.sum(axis=1) - slope.sum(axis=0))
        by_nu = (either * (1 - won)).sum() / nu - ties.sum() * 2 * nu / (nu * nu - 1)
        value += _PRIOR * (parameters @ parameters)
        return float(value), np.append(gradient, by_nu * excess) + 2 * _PRIOR * parameters

    found: Array = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-5}).x
    return found
