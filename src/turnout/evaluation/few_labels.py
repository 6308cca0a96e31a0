"""How good is a router when only a few evaluations can be paid for, and which should they be?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from turnout.errors import UserError
from turnout.estimators import make
from turnout.estimators.selection import Labelled, eliminate, medoids
from turnout.evaluation import metrics
from turnout.evaluation.bootstrap import group_weights, interval
from turnout.evaluation.splits import group_folds, grouped
from turnout.types import Array, OutcomeTable

__all__ = ["ROUTERS", "FewLabelsReport", "FewPolicy", "few_labels"]

SPENDING = ("random", "medoids", "elimination", "all")
# (how the labels are spent, estimator): the same number of evaluations each, but for "all".
ROUTERS: tuple[tuple[str, str], ...] = (
    ("random", "kmeans"),
    ("random", "knn"),
    ("random", "process"),
    ("medoids", "process"),
    ("elimination", "knn"),
    ("elimination", "process"),
    ("all", "hierarchical"),
)
_BEST = "constant best, all labels"


@dataclass(frozen=True, slots=True)
class FewPolicy:
    """A router by what it was fitted on. Intervals are 95 %, by bootstrap over groups of near-duplicates."""

    name: str
    kind: str  # "baseline", "router", "bound": a router of all labels
    spending: str
    estimator: str
    evaluations: int  # single ones, mean over folds
    prompts: int  # that have a label, mean over folds
    quality: float
    quality_low: float
    quality_high: float
    gain: float  # over the constant best of all labels, absolute
    gain_low: float
    gain_high: float


@dataclass(frozen=True, slots=True)
class FewLabelsReport:
    """Routers of few labels beside those of all labels, on one data set."""

    data: str
    prompts: int
    models: tuple[str, ...]
    folds: int
    seeds: int
    budget: int
    policies: tuple[FewPolicy, ...]

    def policy(self, name: str) -> FewPolicy:
        """The policy of that name, such as "elimination · process"; raises `KeyError`."""
        for policy in self.policies:
            if policy.name == name:
                return policy
        raise KeyError(f"no policy {name!r}; there is {', '.join(p.name for p in self.policies)}")

    @property
    def summary(self) -> str:
        """In plain words: what do few labels buy?"""
        few = [p for p in self.policies if p.spending not in ("all", "")]
        whole = [p for p in self.policies if p.spending == "all"]
        if not few:
            return "No router of few labels was measured."
        best = max(few, key=lambda p: p.quality)
        said = (
            f"{self.budget:,} evaluations give {best.quality:.3f} [{best.quality_low:.3f}, {best.quality_high:.3f}] "
            f"({best.name}), {best.gain:+.3f} [{best.gain_low:+.3f}, {best.gain_high:+.3f}] over the best single model"
        )
        if not whole:
            return said + "."
        top = max(whole, key=lambda p: p.quality)
        part = f", {best.gain / top.gain:.0%} of that gain" if top.gain > 0 else ""
        return f"{said}; all {top.evaluations:,} give {top.quality:.3f}{part}."

    def to_dict(self) -> dict[str, Any]:
        """Stable JSON: schema turnout.few-labels/1, policies by name."""
        document = asdict(self)
        document["policies"] = {p.name: asdict(p) for p in self.policies}
        return {"schema": "turnout.few-labels/1", "protocol": "few-labels", **document, "summary": self.summary}

    def table(self) -> Any:
        """A Rich table within 80 columns."""
        from rich.table import Table

        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column("labels · estimator")
        for name in ("labels", "quality", "95 %", "gain", "95 %"):
            table.add_column(name, justify="right")
        for p in self.policies:
            cells = (
                p.name,
                f"{p.evaluations:,}",
                f"{p.quality:.3f}",
                f"\\[{p.quality_low:.3f}, {p.quality_high:.3f}]",
                f"{p.gain:+.3f}",
                f"\\[{p.gain_low:+.3f}, {p.gain_high:+.3f}]",
            )
            table.add_row(*cells, style="" if p.spending in ("", "all") else "bold")
        return table


def few_labels(
    outcomes: OutcomeTable,
    features: Array,
    *,
    budget: int,
    routers: Sequence[tuple[str, str]] = ROUTERS,
    folds: int = 5,
    seeds: int = 2,
    alike: Array | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> FewLabelsReport:
    """Cross-validate routers that may read `budget` single evaluations (a prompt × a model) of their training rows.

    All training prompts are there without labels. "random" and "medoids" ask every model on as many prompts as that
    pays for; "elimination" asks the models that lead on more of them (`estimators.selection.eliminate`), and its router
    chooses among those; "all" reads everything and is the aim. What was never measured in the data costs as if it were.
    `alike`: as in `splits.grouped`.
    """
    if unknown := [s for s, _ in routers if s not in SPENDING]:
        raise UserError(f"unknown way to spend labels {unknown[0]!r}: choose from {', '.join(SPENDING)}")
    data = grouped(outcomes, features, folds, alike=alike)
    outcomes, features, groups, scored = data.outcomes, data.features, data.groups, data.rows
    got = {router: np.zeros(len(scored)) for router in routers}
    spent: dict[tuple[str, str], list[tuple[int, int]]] = {router: [] for router in routers}
    best = np.zeros(len(scored))
    done, total = 0, folds * seeds * len(routers)
    for seed in range(seeds):
        for fold, (train, test) in enumerate(group_folds(groups, folds, seed)):
            table, measured = outcomes.take(train), outcomes.quality[test]
            constant = np.broadcast_to(metrics.means(table.quality), measured.shape)
            best[test] += metrics.chosen(measured, metrics.pick(constant, measured)) / seeds
            bought: dict[str, Labelled] = {}
            for spending, estimator in routers:
                if spending not in bought:
                    bought[spending] = _buy(spending, table.quality, features[train], budget, seed * folds + fold)
                labelled = bought[spending]
                fitted = make(estimator).fit(features[train], replace(table, quality=labelled.quality))
                estimated = np.full(measured.shape, -1.0)
                left = list(labelled.finalists)
                estimated[:, left] = fitted.estimate(features[test]).quality[:, left]
                got[spending, estimator][test] += metrics.chosen(measured, metrics.pick(estimated, measured)) / seeds
                spent[spending, estimator].append((labelled.asked, len(labelled.rows)))
                done += 1
                on_progress(done, total)
    draws = group_weights(groups)

    def policy(
        name: str, spending: str, estimator: str, values: Array, cost: Sequence[tuple[float, float]]
    ) -> FewPolicy:
        evaluations, prompts = (round(float(v)) for v in np.mean(cost, axis=0))
        quality, gain = interval(draws @ values), interval(draws @ (values - best))
        return FewPolicy(
            name, {"": "baseline", "all": "bound"}.get(spending, "router"), spending, estimator, evaluations, prompts,
            float(values.mean()), *quality, float((values - best).mean()), *gain,
        )  # fmt: skip

    rows = len(scored) * (folds - 1) / folds  # of a training fold, on average
    everything = [(rows * len(outcomes.model_ids), rows)]
    return FewLabelsReport(
        data=outcomes.name,
        prompts=len(scored),
        models=outcomes.model_ids,
        folds=folds,
        seeds=seeds,
        budget=budget,
        policies=(
            policy(_BEST, "", "constant", best, everything),
            *(policy(f"{s} · {e}", s, e, got[s, e], spent[s, e]) for s, e in routers),
        ),
    )


def _buy(spending: str, quality: Array, features: Array, budget: int, seed: int) -> Labelled:
    """The training rows' quality with everything hidden that was not paid for."""
    prompts, models = quality.shape
    if spending == "all":
        return Labelled(quality, tuple(range(models)), np.arange(prompts), quality.size)
    if spending == "elimination":
        return eliminate(lambda rows, columns: quality[np.ix_(rows, columns)], prompts, models, budget, seed=seed)
    count = min(prompts, budget // models)
    if count < 2:
        raise UserError(f"{budget} labels are too few for {models} models: at least {2 * models} are needed")
    if spending == "medoids":
        rows = medoids(features, count, seed)
    else:
        rows = np.random.default_rng(seed).permutation(prompts)[:count]
    seen = np.full(quality.shape, np.nan)
    seen[rows] = quality[rows]
    return Labelled(seen, tuple(range(models)), rows, len(rows) * models)
