"""From verdicts and votes to win rates: per model and category, raw and at equal length, with 95 % intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import numpy as np

from turnout.bench.judge import SAME
from turnout.bench.rows import Row
from turnout.evidence.interval import bootstrap, wilson
from turnout.types import Array

__all__ = ["Comparison", "WinRate", "combine", "comparisons", "length_controlled", "win_rates"]

_FEWEST_FOR_LENGTH = 10  # tasks; a regression on fewer says nothing
_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one judge, or one voter, makes of a model's answer to a task against another model's.

    `score` is the mean over both orders of a judge, and over the order that was seen of a voter: 1 better, ½ tie, 0
    worse; None = not scored in all of them. `consistent`: whether a judge said the same in both orders; None where it
    was not asked twice. `longer` is by how many characters the model's answer is longer, None when unknown.
    """

    task_id: str
    model: str
    against: str
    repeat: int
    by: str
    modality: str
    category: str
    score: float | None
    consistent: bool | None
    longer: int | None


@dataclass(frozen=True, slots=True)
class WinRate:
    """Win rate of a model against another: ties count ½, what is unscored is counted apart.

    `n` is tasks. `controlled` is the rate at equal length of the answers; `consistency` the share of tasks on which the
    judge said the same in both orders. None = too few to say. Judge "all" is several judges together.
    """

    model: str
    against: str
    modality: str
    category: str  # "" is all of them
    by: str
    n: int
    unscored: int
    rate: float
    low: float
    high: float
    controlled: float | None
    controlled_low: float | None
    controlled_high: float | None
    consistency: float | None


def comparisons(rows: Iterable[Row], source: Literal["judge", "human"] = "judge") -> list[Comparison]:
    """One per task, repeat, pair of models, and judge or voter.

    A judge's verdict counts when both orders were scored: one order alone would carry its liking for a place.
    """
    lengths: dict[tuple[str, str, int], int] = {}
    found: dict[tuple[str, str, str, int, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.source == "exact":
            lengths[row.task_id, row.model, row.repeat] = len(row.answer)
        elif row.source == source:
            found[row.task_id, row.model, row.against, row.repeat, row.by].append(row)
    made = []
    for (task, model, against, repeat, by), asked in found.items():
        scored = [row.quality for row in asked if row.quality is not None]
        orders = {row.order for row in asked if row.quality is not None}
        whole = orders == {"AB", "BA"} if source == "judge" else bool(scored)
        one, other = lengths.get((task, model, repeat)), lengths.get((task, against, repeat))
        same = any(row.answer == SAME for row in asked)
        made.append(Comparison(
            task, model, against, repeat, by, asked[0].modality, asked[0].category,
            score=fmean(scored) if whole else None,
            consistent=len(set(scored)) == 1 if orders == {"AB", "BA"} and not same else None,
            longer=None if one is None or other is None else one - other,
        ))  # fmt: skip
    return made


def combine(made: Iterable[Comparison], by: str = "all", *, how: Literal["mean", "majority"] = "mean",
            ) -> list[Comparison]:  # fmt: skip
    """Several judges, or voters, as one: the mean of those who scored it, or what most of them said.

    Without a majority for either side it is a tie. None of them scored it = unscored.
    """
    groups: dict[tuple[str, str, str, int], list[Comparison]] = defaultdict(list)
    for c in made:
        groups[c.task_id, c.model, c.against, c.repeat].append(c)
    joined = []
    for members in groups.values():
        scores = [c.score for c in members if c.score is not None]
        score = None if not scores else fmean(scores) if how == "mean" else _majority(scores)
        agreed = [c.consistent for c in members if c.consistent is not None]
        first = members[0]
        joined.append(Comparison(
            first.task_id, first.model, first.against, first.repeat, by, first.modality, first.category, score,
            all(agreed) if agreed else None, first.longer,
        ))  # fmt: skip
    return joined


def _majority(scores: Sequence[float]) -> float:
    wins, losses = sum(s > 0.5 for s in scores), sum(s < 0.5 for s in scores)
    return 1.0 if 2 * wins > len(scores) else 0.0 if 2 * losses > len(scores) else 0.5


def win_rates(rows: Iterable[Row], source: Literal["judge", "human"] = "judge") -> list[WinRate]:
    """Per pair of models × modality × category (its subjects in it too, and "" for all), and per judge.

    Several judges are told one by one and together (`by` "all", the mean); voters only together.
    """
    made = comparisons(rows, source)
    several = len({c.by for c in made}) > 1
    if source == "human":
        made = combine(made)
    elif several:
        made += combine(made)
    cells: dict[tuple[str, str, str, str, str], list[Comparison]] = defaultdict(list)
    for c in made:
        for category in {c.category, c.category.partition("/")[0], ""}:
            cells[c.model, c.against, c.modality, category, c.by].append(c)
    return [rate for key, members in sorted(cells.items()) if (rate := _rate(*key, members)) is not None]


def _rate(
    model: str, against: str, modality: str, category: str, by: str, members: Sequence[Comparison]
) -> WinRate | None:
    by_task: dict[str, list[Comparison]] = defaultdict(list)
    for c in members:
        by_task[c.task_id].append(c)
    scores = _means(by_task, lambda c: c.score)
    if not scores:
        return None
    values = np.array(list(scores.values()))
    rate = float(values.mean())
    # The bootstrap of a few wins in a row has no width; Wilson's interval, the widest for numbers in [0, 1], has.
    intervals = bootstrap(values, rounds=_ROUNDS), wilson(rate, len(values))
    longer = _means(by_task, lambda c: c.longer)
    both = [task for task in scores if task in longer]
    controlled = length_controlled(np.array([scores[t] for t in both]), np.array([longer[t] for t in both]))
    agreed = [c.consistent for c in members if c.consistent is not None]
    return WinRate(
        model, against, modality, category, by,
        n=len(scores), unscored=len(by_task) - len(scores), rate=rate,
        low=min(low for low, _ in intervals), high=max(high for _, high in intervals),
        controlled=controlled and controlled[0], controlled_low=controlled and controlled[1],
        controlled_high=controlled and controlled[2],
        consistency=fmean(agreed) if agreed else None,
    )  # fmt: skip


def _means(
    by_task: Mapping[str, Sequence[Comparison]], value: Callable[[Comparison], float | None]
) -> dict[str, float]:
    found = {task: [v for c in members if (v := value(c)) is not None] for task, members in by_task.items()}
    return {task: fmean(values) for task, values in found.items() if values}


def length_controlled(
    scores: Array, longer: Array, *, rounds: int = _ROUNDS, seed: int = 0
) -> tuple[float, float, float] | None:
    """Win rate at equal length, and its 95 % bootstrap interval (Dubois et al. 2024, arXiv 2404.04475).

    A logistic regression of the score (n numbers in [0, 1]) on tanh(d / sd(d)), d = `longer` in characters, predicts at
    d = 0. The paper's term for how hard a task is needs other models' verdicts and is left out; as there, the length
    term is shrunk a little (ridge of 1, as scikit-learn's default). None with fewer than ten tasks, or when there is
    nothing to regress on: all lengths or all scores the same.
    """
    n = len(scores)
    if n < _FEWEST_FOR_LENGTH or np.ptp(scores) == 0 or np.ptp(longer) == 0:
        return None
    x = np.tanh(longer / longer.std())
    drawn = np.random.default_rng(seed).integers(0, n, size=(rounds, n))
    weights = np.vstack([np.ones((1, n)), np.array([np.bincount(d, minlength=n) for d in drawn])])
    rates = _at_equal_length(scores, x, weights)
    low, high = np.quantile(rates[1:], [0.025, 0.975])
    return float(rates[0]), min(float(low), float(rates[0])), max(float(high), float(rates[0]))


def _at_equal_length(scores: Array, x: Array, weights: Array, *, ridge: float = 1.0) -> Array:
    """σ(intercept) of logistic regressions, one for each row of `weights` (rounds × n), by Newton's method.

    A resample of wins alone has no finite intercept; a ridge of 0.01 holds it, and moves no other by much.
    """
    share = np.clip(weights @ scores / weights.sum(axis=1), 0.01, 0.99)
    a, b, held = np.log(share / (1 - share)), np.zeros(len(weights)), 0.01
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(a[:, None] + b[:, None] * x, -30, 30)))
        residual = weights * (scores - p)
        curve = weights * p * (1 - p)
        g0, g1 = residual.sum(axis=1) - held * a, residual @ x - ridge * b
        h00, h01, h11 = curve.sum(axis=1) + held, curve @ x, curve @ (x * x) + ridge
        determinant = h00 * h11 - h01 * h01
        step_a, step_b = (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant
        a, b = a + np.clip(step_a, -2, 2), b + np.clip(step_b, -2, 2)
        if max(np.abs(step_a).max(), np.abs(step_b).max()) < 1e-8:
            break
    found: Array = 1 / (1 + np.exp(-a))
    return found
