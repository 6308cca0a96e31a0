"""Encoder + space + estimator + preference → Decision. Never calls a model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import groupby
from typing import Protocol

import numpy as np

from turnout import preference as pref
from turnout.categories import Category, parse_category
from turnout.errors import EmptyPrompt, NoEligibleModel
from turnout.explain import dollars, explain, explain_nobody, two_digits
from turnout.types import (
    Basis,
    Candidate,
    Decision,
    Estimates,
    Exclusion,
    Modality,
    Model,
    Neighbour,
    Preference,
    Prompt,
)

__all__ = ["EstimateSource", "Router"]

_Z = 1.959964  # 95 %


class EstimateSource(Protocol):
    """What the evidence says: category averages, or a fitted router that reads the prompt."""

    def estimate(self, prompts: Sequence[Prompt], models: Sequence[Model]) -> Estimates:
        """Estimates of shape (n_prompts, n_models); the prompts share modality and category."""
        ...

    def neighbours(self, prompt: Prompt) -> tuple[Neighbour, ...]:
        """The evidence nearest to the prompt, for explanations."""
        ...


class Router:
    """Chooses among `models` on what `source` says of them.

    `unavailable` gives the reason why a model cannot be asked here and now, or None. A model of which nothing
    comparable was measured is excluded, unless that is true of all: then price and latency decide, and the decision
    says that quality is unknown.
    """

    def __init__(
        self,
        models: Sequence[Model],
        source: EstimateSource,
        *,
        unavailable: Callable[[Model], str | None] = lambda model: None,
    ) -> None:
        self.models = tuple(models)
        self.source = source
        self._unavailable = unavailable

    def decide(
        self,
        prompts: Sequence[Prompt],
        preference: Preference,
        allowed: Collection[str] | None = None,
        *,
        with_neighbours: bool = False,
    ) -> list[Decision]:
        """One decision per prompt, in order. Raises `NoEligibleModel` when the limits leave nobody."""
        decisions: dict[int, Decision] = {}
        kinds = sorted(range(len(prompts)), key=lambda i: _kind(prompts[i]))
        for _, group in groupby(kinds, key=lambda i: _kind(prompts[i])):
            rows = list(group)
            batch = [prompts[i] for i in rows]
            eligible, excluded = self._eligible(batch, allowed)
            possible = [m for m in self.models if m.id in {i for ids in eligible for i in ids}]
            estimates = self.source.estimate(batch, possible) if possible else None
            for row, prompt in enumerate(batch):
                near = self.source.neighbours(prompt) if with_neighbours else ()
                decisions[rows[row]] = _decide(prompt, preference, estimates, row, eligible[row], excluded[row], near)
        return [decisions[i] for i in range(len(prompts))]

    def _eligible(
        self, prompts: Sequence[Prompt], allowed: Collection[str] | None
    ) -> tuple[list[set[str]], list[list[Exclusion]]]:
        pool = [m for m in self.models if allowed is None or m.id in allowed]
        missing = {m.id: self._unavailable(m) for m in pool}
        eligible: list[set[str]] = []
        excluded: list[list[Exclusion]] = []
        for prompt in prompts:
            if not prompt.text.strip() and not prompt.media and prompt.token_count is None:
                raise EmptyPrompt("the prompt is empty: say what you want to ask")
            category = parse_category(prompt.modality, prompt.category)[0] if prompt.category else None
            reasons = [(m.id, _ineligible(m, prompt, category, missing[m.id])) for m in pool]
            eligible.append({i for i, reason in reasons if reason is None})
            excluded.append([reason for _, reason in reasons if reason is not None])
        return eligible, excluded


def _kind(prompt: Prompt) -> tuple[str, str]:
    return prompt.modality, prompt.category or ""


def _ineligible(model: Model, prompt: Prompt, category: Category | None, missing: str | None) -> Exclusion | None:
    """Step 1: can this model take this request at all?"""
    needs: set[Modality] = {media.modality for media in prompt.media}
    needs |= category.inputs if category else {prompt.modality}
    gives: frozenset[Modality] = category.outputs if category else frozenset({"text"})
    if lacking := sorted(needs - model.inputs):
        return Exclusion(model.id, "modality", f"takes no {' or '.join(lacking)}")
    if lacking := sorted(gives - model.outputs):
        return Exclusion(model.id, "modality", f"gives no {' or '.join(lacking)}")
    if prompt.needs_tools and not model.tools:
        return Exclusion(model.id, "tools", "calls no tools")
    room = prompt.tokens + (prompt.max_output_tokens or 0)
    if model.context_tokens is not None and room >= model.context_tokens:
        return Exclusion(model.id, "context", f"≈{room:,} tokens do not fit its context of {model.context_tokens:,}")
    if missing:
        return Exclusion(model.id, "availability", missing)
    return None


def _decide(
    prompt: Prompt,
    preference: Preference,
    estimates: Estimates | None,
    row: int,
    eligible: set[str],
    excluded: list[Exclusion],
    near: tuple[Neighbour, ...],
) -> Decision:
    if estimates is None:
        raise _nobody(prompt, preference, excluded)
    columns = [j for j, model in enumerate(estimates.model_ids) if model in eligible]
    quality, se = estimates.quality[row], estimates.quality_se[row]
    cost, seconds, support = estimates.cost_usd[row], estimates.latency_s[row], estimates.support[row]
    low, high = np.clip(quality - _Z * se, 0, 1), np.clip(quality + _Z * se, 0, 1)

    measured = [j for j in columns if np.isfinite(quality[j])]
    if measured:
        for j in set(columns) - set(measured):
            excluded.append(Exclusion(estimates.model_ids[j], "evidence", "nothing comparable was measured"))
        columns = measured
    met = pref.limits_met(preference, low, cost, seconds)
    within = []
    for j in columns:
        failed = next((rule for rule, mask in met.items() if not mask[j]), None)
        if failed is None:
            within.append(j)
        else:
            reason = _over_limit(failed, preference, low[j], cost[j], seconds[j])
            excluded.append(Exclusion(estimates.model_ids[j], failed, reason))  # type: ignore[arg-type]
    if not within:
        raise _nobody(prompt, preference, excluded)

    index = np.array(within)
    ids = [estimates.model_ids[j] for j in within]
    front = pref.pareto_front(quality[index], cost[index], seconds[index])
    fits = pref.utility(preference, quality[index], cost[index], seconds[index])
    order = pref.rank(preference, ids, quality[index], cost[index], seconds[index])
    candidates = tuple(
        Candidate(
            rank=rank,
            model_id=ids[k],
            utility=float(fits[k]),
            quality=_known(quality[within[k]]),
            quality_low=_known(low[within[k]]),
            quality_high=_known(high[within[k]]),
            support=int(support[within[k]]),
            cost_usd=_known(cost[within[k]]),
            latency_s=_known(seconds[within[k]]),
            on_pareto_front=bool(front[k]),
            basis=estimates.basis[within[k]] if estimates.basis else Basis(),
        )
        for rank, k in enumerate(order, 1)
    )
    return Decision(
        candidates=candidates,
        excluded=tuple(sorted(excluded, key=lambda e: (e.rule, e.model_id))),
        preference=preference,
        modality=prompt.modality,
        category=prompt.category,
        explanation=explain(candidates, preference),
        neighbours=near,
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _over_limit(rule: str, preference: Preference, low: float, cost: float, seconds: float) -> str:
    if rule == "price":
        return (
            "price unknown" if np.isnan(cost) else f"≈{dollars(float(cost))} a request, above ${preference.max_usd:g}"
        )
    if rule == "latency":
        return (
            "latency unmeasured"
            if np.isnan(seconds)
            else f"≈{two_digits(float(seconds))} s, above {preference.max_seconds:g} s"
        )
    if np.isnan(low):
        return "quality unmeasured"
    return f"quality may be as low as {low:.2f}, below {preference.min_quality:g}"


def _nobody(prompt: Prompt, preference: Preference, excluded: Sequence[Exclusion]) -> NoEligibleModel:
    what = f"{prompt.modality} {prompt.category}" if prompt.category else prompt.modality
    return NoEligibleModel(explain_nobody(what, excluded), {e.model_id: e.reason for e in excluded})
