"""Encoder + space + estimator + preference → Decision. Never calls a model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import groupby
from typing import Protocol

import numpy as np

from turnout import preference as pref
from turnout.categories import parse_category
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
        pool = [m for m in self.models if allowed is None or m.id in allowed]
        missing = [self._unavailable(m) for m in pool]
        kinds = sorted(range(len(prompts)), key=lambda i: _kind(prompts[i]))
        for _, group in groupby(kinds, key=lambda i: _kind(prompts[i])):
            rows = list(group)
            batch = [prompts[i] for i in rows]
            excluded = [_ineligible(pool, missing, prompt) for prompt in batch]  # by place in the pool
            nowhere = set(excluded[0]).intersection(*excluded[1:])
            columns = [j for j in range(len(pool)) if j not in nowhere]
            estimates = self.source.estimate(batch, [pool[j] for j in columns]) if columns else None
            for row, (prompt, out) in enumerate(zip(batch, excluded, strict=True)):
                near = self.source.neighbours(prompt) if with_neighbours else ()
                open_to = [column for column, j in enumerate(columns) if j not in out]
                decisions[rows[row]] = _decide(prompt, preference, estimates, row, open_to, [*out.values()], near)
        return [decisions[i] for i in range(len(prompts))]


def _kind(prompt: Prompt) -> tuple[str, str]:
    return prompt.modality, prompt.category or ""


def _ineligible(models: Sequence[Model], missing: Sequence[str | None], prompt: Prompt) -> dict[int, Exclusion]:
    """Step 1: which models, by place, cannot take this request at all? `missing` says what keeps one from being asked.

    Raises `EmptyPrompt`.
    """
    if not prompt.text.strip() and not prompt.media and prompt.token_count is None:
        raise EmptyPrompt("the prompt is empty: say what you want to ask")
    category = parse_category(prompt.modality, prompt.category)[0] if prompt.category else None
    needs: set[Modality] = {media.modality for media in prompt.media}
    needs |= category.inputs if category else {prompt.modality}
    gives: set[Modality] = {*category.outputs} if category else {"text"}
    room = prompt.tokens + (prompt.max_output_tokens or 0)
    excluded: dict[int, Exclusion] = {}
    for place, model in enumerate(models):
        if lacking := needs - model.inputs:
            out = Exclusion(model.id, "modality", f"takes no {' or '.join(sorted(lacking))}")
        elif lacking := gives - model.outputs:
            out = Exclusion(model.id, "modality", f"gives no {' or '.join(sorted(lacking))}")
        elif prompt.needs_tools and not model.tools:
            out = Exclusion(model.id, "tools", "calls no tools")
        elif model.context_tokens is not None and room >= model.context_tokens:
            reason = f"≈{room:,} tokens do not fit its context of {model.context_tokens:,}"
            out = Exclusion(model.id, "context", reason)
        elif because := missing[place]:
            out = Exclusion(model.id, "availability", because)
        else:
            continue
        excluded[place] = out
    return excluded


def _decide(
    prompt: Prompt,
    preference: Preference,
    estimates: Estimates | None,
    row: int,
    columns: list[int],
    excluded: list[Exclusion],
    near: tuple[Neighbour, ...],
) -> Decision:
    """Steps 2 to 4 for the prompt of that row: limits, Pareto front, utility. `columns` are the eligible models'."""
    if estimates is None:
        raise _nobody(prompt, preference, excluded)
    ids = estimates.model_ids
    quality, cost, seconds = estimates.quality[row], estimates.cost_usd[row], estimates.latency_s[row]
    margin = _Z * estimates.quality_se[row]
    low, high = np.maximum(quality - margin, 0.0), np.minimum(quality + margin, 1.0)

    known = np.isfinite(quality).tolist()
    measured = [j for j in columns if known[j]]
    if measured and len(measured) < len(columns):
        for j in set(columns) - set(measured):
            excluded.append(Exclusion(ids[j], "evidence", "nothing comparable was measured"))
        columns = measured
    for rule, met in pref.limits_met(preference, low, cost, seconds).items():
        for j in columns:
            if not met[j]:
                reason = _over_limit(rule, preference, low[j], cost[j], seconds[j])
                excluded.append(Exclusion(ids[j], rule, reason))  # type: ignore[arg-type]
        columns = [j for j in columns if met[j]]
    if not columns:
        raise _nobody(prompt, preference, excluded)

    within = np.array(columns)
    names = [ids[j] for j in columns]
    numbers = np.array([quality, low, high, cost, seconds])[:, within]
    criteria = numbers[0], numbers[3], numbers[4]
    fits = pref.utility(preference, *criteria)
    order = pref.rank(preference, names, *criteria, fits=fits)
    # As Python's numbers all at once: taking them from the arrays one by one would take longer than the ranking.
    front, utility = pref.pareto_front(*criteria).tolist(), fits.tolist()
    support = estimates.support[row][within].tolist()
    known_or_none = np.where(np.isfinite(numbers), numbers, None).T.tolist()  # type: ignore[call-overload]  # objects
    candidates = []
    for rank, k in enumerate(order, 1):
        mean, lowest, highest, usd, time = known_or_none[k]
        candidates.append(
            Candidate(
                rank=rank,
                model_id=names[k],
                utility=utility[k],
                quality=mean,
                quality_low=lowest,
                quality_high=highest,
                support=int(support[k]),
                cost_usd=usd,
                latency_s=time,
                on_pareto_front=front[k],
                basis=estimates.basis[columns[k]] if estimates.basis else Basis(),
            )
        )
    return Decision(
        candidates=tuple(candidates),
        excluded=tuple(sorted(excluded, key=lambda e: (e.rule, e.model_id))),
        preference=preference,
        modality=prompt.modality,
        category=prompt.category,
        explanation=explain(candidates, preference),
        neighbours=near,
    )


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
