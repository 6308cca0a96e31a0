"""Whether a judge can be believed: beside human votes, and what a few human labels make of its win rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from turnout.bench.agreement import Agreement, Pair, agreement, by_category
from turnout.bench.debias import Estimate, human_only, ppi, rogan_gladen
from turnout.datasets.mt_bench import Judgment, judgments
from turnout.types import Array

__all__ = ["Repair", "Validity", "mt_bench", "validity"]

_DRAWS = 200
_FEWEST_LABELS = 5


@dataclass(frozen=True, slots=True)
class Repair:
    """An estimator of people's win rate, tried many times on `labels` human labels and the judge's other verdicts.

    All in points of win rate, means over models: `coverage` is the share of 95 % intervals that hold the truth, `width`
    that of the interval, `error` the root mean squared error, `bias` the mean of |mean error|.
    """

    method: str
    labels: int
    coverage: float
    width: float
    error: float
    bias: float


@dataclass(frozen=True, slots=True)
class Validity:
    """`models`: each against all the others it met; `matches`: each pair of models."""

    overall: Agreement
    categories: Mapping[str, Agreement]
    models: Mapping[str, Agreement]
    matches: Mapping[tuple[str, str], Agreement]
    repairs: tuple[Repair, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "overall": asdict(self.overall),
            "categories": {name: asdict(a) for name, a in self.categories.items()},
            "models": {name: asdict(a) for name, a in self.models.items()},
            "pairs": [{"model": m, "against": b, **asdict(a)} for (m, b), a in self.matches.items()],
            "with_labels": [asdict(repair) for repair in self.repairs],
        }


def mt_bench(folder: Path) -> list[Pair]:
    """GPT-4's recorded verdicts beside people's votes, on the pairs of answers that have both."""
    votes, verdicts = judgments(folder)
    cast: dict[tuple[str, int, str, str], list[Judgment]] = defaultdict(list)
    for vote in votes:
        cast[vote.question, vote.turn, vote.model, vote.against].append(vote)
    found = []
    for v in verdicts:
        if members := cast.get((v.question, v.turn, v.model, v.against)):
            found.append(Pair(
                f"{v.question}/{v.turn}", v.question, v.model, v.against, v.category,
                tuple(vote.score for vote in members), v.score, v.consistent,
            ))  # fmt: skip
    return found


def validity(pairs: Sequence[Pair], *, labels: int = 100, draws: int = _DRAWS) -> Validity:
    """Everything about one judge. `labels` is how many human labels the repairs are tried with."""
    models: dict[str, list[Pair]] = defaultdict(list)
    matches: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        models[pair.model].append(pair)
        models[pair.against].append(_turned(pair))
        matches[pair.model, pair.against].append(pair)
    if len(models) > 1 and len({pair.against for pair in pairs}) == 1:
        del models[pairs[0].against]  # all met one reference: its own rate says nothing new
    return Validity(
        overall=agreement(pairs),
        categories=by_category(pairs),
        models={name: agreement(members) for name, members in sorted(models.items())},
        matches={match: agreement(members) for match, members in sorted(matches.items())},
        repairs=tuple(_repairs(list(models.values()), labels, draws)),
    )


def _turned(pair: Pair) -> Pair:
    """The same with the other model first."""
    votes = tuple(1 - vote for vote in pair.votes)
    return replace(pair, model=pair.against, against=pair.model, votes=votes, judged=1 - pair.judged)


_METHODS: Mapping[str, Callable[[Array, Array, Array], Estimate]] = {
    "people alone": lambda human, judged, others: human_only(human),
    "judge + labels, PPI": ppi,
    "judge + labels, Rogan–Gladen": lambda human, judged, others: rogan_gladen(human, judged, others, rounds=200),
}


def _repairs(cells: Sequence[Sequence[Pair]], labels: int, draws: int) -> Iterable[Repair]:
    """Each model's pairs are taken for the world: answers are drawn from them, and the first `labels` are labelled."""
    usable = [members for members in cells if len(members) >= 2 * labels]
    if labels < _FEWEST_LABELS or not usable:
        return
    rng = np.random.default_rng(0)
    trials: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    for members in usable:
        human, judged = np.array([p.human for p in members]), np.array([p.judged for p in members])
        truth, n = human.mean(), len(members)
        made: dict[str, list[Estimate]] = defaultdict(list)
        for _ in range(draws):
            drawn = rng.integers(0, n, size=n)
            seen, rest = drawn[:labels], drawn[labels:]
            made["judge alone"].append(_naive(judged[drawn]))
            for name, method in _METHODS.items():
                made[name].append(method(human[seen], judged[seen], judged[rest]))
        for name, estimates in made.items():
            errors = np.array([e.rate - truth for e in estimates])
            trials[name].append((
                fmean(e.low <= truth <= e.high for e in estimates),
                fmean(e.high - e.low for e in estimates),
                float(np.sqrt((errors**2).mean())),
                abs(float(errors.mean())),
            ))  # fmt: skip
    for name, found in trials.items():
        coverage, width, error, bias = (float(value) for value in np.mean(found, axis=0))
        yield Repair(name, 0 if name == "judge alone" else labels, coverage, width, error, bias)


def _naive(judged: Array) -> Estimate:
    """As if the judge were right."""
    return human_only(judged)
