"""How far a judge agrees with people, judges with each other, and how far the judge's win rate is off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from turnout.bench.rows import Row
from turnout.bench.winrate import Comparison, combine, comparisons
from turnout.evidence.interval import bootstrap
from turnout.types import Array

__all__ = ["Agreement", "Interval", "Pair", "agreement", "by_category", "judges_agreement", "krippendorff", "pairs"]

_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two models' answers to one task, as people and a judge see them. Scores are the first model's: 1, ½, 0."""

    task_id: str
    group: str  # what the bootstrap draws as a whole: a question with its turns
    model: str
    against: str
    category: str
    votes: tuple[float, ...]
    judged: float
    consistent: bool | None

    @property
    def human(self) -> float:
        """The mean of the votes."""
        return fmean(self.votes)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % bootstrap interval over tasks."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """A judge beside the majority of people, on `n` pairs of answers that both have scored.

    `decisive`: of the pairs on which people have decided, the share on which the judge says the same (its tie is not
    the same). `decided`: the same among those on which the judge has decided too. `exact` and Cohen's `kappa` are over
    win, tie and loss. `humans` is how often two people who saw the same pair agree, when both decided: what a judge can
    reach, comparable with `decided`. `bias` is the judge's win rate less the people's. None = nothing to measure on.
    """

    n: int
    n_decisive: int
    decisive: Interval | None
    decided: Interval | None
    exact: Interval
    kappa: Interval | None
    humans: float | None
    consistency: float | None
    judge_rate: float
    human_rate: float
    bias: Interval


def pairs(rows: Iterable[Row], by: str | None = None) -> list[Pair]:
    """What was both judged and voted on in results: by the judge `by`, or by all judges together."""
    rows = list(rows)
    judged = [c for c in comparisons(rows) if by in (None, c.by)]
    if len({c.by for c in judged}) > 1:
        judged = combine(judged)
    verdicts = {(c.task_id, c.model, c.against, c.repeat): c for c in judged if c.score is not None}
    votes: dict[tuple[str, str, str, int], list[Comparison]] = defaultdict(list)
    for c in comparisons(rows, "human"):
        votes[c.task_id, c.model, c.against, c.repeat].append(c)
    found = []
    for key, members in votes.items():
        verdict = verdicts.get(key)
        scores = tuple(c.score for c in members if c.score is not None)
        if verdict is not None and verdict.score is not None and scores:
            found.append(Pair(
                key[0], key[0], key[1], key[2], verdict.category, scores, verdict.score, verdict.consistent
            ))  # fmt: skip
    return found


def agreement(found: Sequence[Pair]) -> Agreement:
    """Figures of one or more pairs, intervals by bootstrap over their groups."""
    tables = _tables(found)
    whole = tables.sum(axis=0)
    drawn = np.random.default_rng(0).integers(0, len(tables), size=(_ROUNDS, len(tables)))
    resampled = tables[drawn].sum(axis=1)
    differences = [p.judged - p.human for p in found]
    low, high = bootstrap(differences, [p.group for p in found], rounds=_ROUNDS)
    asked_twice = [p.consistent for p in found if p.consistent is not None]
    exact = _interval(_exact, whole, resampled)
    if exact is None:
        raise ValueError("expected one or more pairs")
    return Agreement(
        n=len(found),
        n_decisive=int(whole[[0, 2]].sum()),
        decisive=_interval(_decisive, whole, resampled),
        decided=_interval(_decided, whole, resampled),
        exact=exact,
        kappa=_interval(_kappa, whole, resampled),
        humans=_humans(found),
        consistency=fmean(asked_twice) if asked_twice else None,
        judge_rate=fmean(p.judged for p in found),
        human_rate=fmean(p.human for p in found),
        bias=Interval(fmean(differences), low, high),
    )


def by_category(found: Iterable[Pair]) -> dict[str, Agreement]:
    """Agreement per category; subjects count in their category too."""
    cells: dict[str, list[Pair]] = defaultdict(list)
    for pair in found:
        for category in {pair.category, pair.category.partition("/")[0]}:
            cells[category].append(pair)
    return {category: agreement(members) for category, members in sorted(cells.items())}


def judges_agreement(rows: Iterable[Row]) -> float | None:
    """Krippendorff's α of several judges' scores; None with fewer than two judges or when all they said is the same."""
    made = comparisons(rows)
    judges = {by: i for i, by in enumerate(dict.fromkeys(c.by for c in made))}
    items = {key: i for i, key in enumerate(dict.fromkeys((c.task_id, c.model, c.against, c.repeat) for c in made))}
    ratings = np.full((len(judges), len(items)), np.nan)
    for c in made:
        if c.score is not None:
            ratings[judges[c.by], items[c.task_id, c.model, c.against, c.repeat]] = c.score
    return krippendorff(ratings)


def krippendorff(ratings: Array) -> float | None:
    """α for numbers (interval metric), raters × items, NaN = not rated (Krippendorff 2004, §11.3).

    1 is full agreement, 0 what chance would give. None when no item has two ratings, or all ratings are the same.
    """
    counts = np.isfinite(ratings).sum(axis=0)
    rated = ratings[:, counts >= 2]
    values = rated[np.isfinite(rated)]
    if values.size == 0 or np.ptp(values) == 0:
        return None
    # Squared differences within items and over all; a sum over pairs is 2 n Σ (x − mean)².
    sizes = np.isfinite(rated).sum(axis=0)
    observed = (2 * sizes * np.nanvar(rated, axis=0) * sizes / (sizes - 1)).sum() / values.size
    expected = 2 * values.size * values.var() / (values.size - 1)
    return float(1 - observed / expected)


def _class(score: float) -> int:
    """0 loss, 1 tie, 2 win. Two orders that disagree by half are for the side that won once."""
    return 0 if score < 0.5 else 2 if score > 0.5 else 1


def _tables(found: Sequence[Pair]) -> Array:
    """Per group a table of counts: what people said (rows) × what the judge said, each loss, tie, win."""
    groups: Mapping[str, int] = {group: i for i, group in enumerate(dict.fromkeys(p.group for p in found))}
    tables = np.zeros((len(groups), 3, 3))
    for p in found:
        tables[groups[p.group], _class(p.human), _class(p.judged)] += 1
    return tables


def _interval(statistic: Callable[[Array], Array], whole: Array, resampled: Array) -> Interval | None:
    value = float(statistic(whole))
    if np.isnan(value):
        return None
    low, high = np.nanquantile(statistic(resampled), [0.025, 0.975])
    return Interval(value, min(float(low), value), max(float(high), value))


def _share(part: Array, whole: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Array = np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)
    return share


def _decisive(t: Array) -> Array:
    return _share(t[..., 0, 0] + t[..., 2, 2], t[..., [0, 2], :].sum(axis=(-2, -1)))


def _decided(t: Array) -> Array:
    corners = t[..., [0, 0, 2, 2], [0, 2, 0, 2]].sum(axis=-1)
    return _share(t[..., 0, 0] + t[..., 2, 2], corners)


def _exact(t: Array) -> Array:
    return _share(np.trace(t, axis1=-2, axis2=-1), t.sum(axis=(-2, -1)))


def _kappa(t: Array) -> Array:
    total = t.sum(axis=(-2, -1))
    chance = _share((t.sum(axis=-1) * t.sum(axis=-2)).sum(axis=-1), total**2)
    return _share(_exact(t) - chance, 1 - chance)


def _humans(found: Iterable[Pair]) -> float | None:
    """Share of pairs of voters on the same answers, both decided, who say the same."""
    same = every = 0
    for pair in found:
        wins, losses = sum(v > 0.5 for v in pair.votes), sum(v < 0.5 for v in pair.votes)
        same += wins * (wins - 1) // 2 + losses * (losses - 1) // 2
        every += (wins + losses) * (wins + losses - 1) // 2
    return same / every if every else None
