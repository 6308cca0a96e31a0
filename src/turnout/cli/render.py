"""Decisions as a person reads them: a table that fits 80 columns, the excluded, the sentence that explains."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from turnout.explain import dollars, two_digits
from turnout.session import Session
from turnout.types import Candidate, Decision, Exclusion

__all__ = ["decision", "one_line", "out", "sources"]

_SHOWN = 30
_SHOWN_PER_RULE = 8
_RULES = {
    "price": "over the price limit",
    "latency": "over the time limit",
    "quality": "below the quality limit",
    "availability": "cannot be asked from here",
    "context": "prompt too long",
    "tools": "no tool calls",
    "evidence": "nothing comparable was measured",
    "modality": "wrong modality",
}


def out() -> Console:
    """The console of standard output."""
    return Console(highlight=False)


def one_line(chosen: Decision) -> str:
    """The decision in one line, as `ask` prints it."""
    best = chosen.winner
    quality = "quality unknown" if best.quality is None else f"quality {best.quality:.2f} ± {_half_width(best):.2f}"
    time = "time unmeasured" if best.latency_s is None else f"≈{two_digits(best.latency_s)} s"
    price = "price unknown" if best.cost_usd is None else f"≈{dollars(best.cost_usd)}"
    return f"→ {best.model_id}  ({quality}, {price}, {time}; first of {len(chosen.candidates)})"


def decision(chosen: Decision, session: Session, *, explain: bool) -> None:
    """The whole decision on standard output."""
    console = out()
    weights = chosen.preference
    total = weights.price + weights.latency + weights.accuracy
    mix = ", ".join(f"{name} {getattr(weights, name) / total:.0%}" for name in ("price", "latency", "accuracy"))
    console.print(f"[bold]{chosen.modality} · {chosen.category or 'any task'}[/]   {mix}{_limits(chosen)}")
    basis = chosen.winner.basis
    if basis.benchmark:
        console.print(f"[dim]quality = {escape(basis.metric)} on {escape(basis.benchmark)}: "
                      f"{escape(basis.source)}, {basis.date}[/]")  # fmt: skip
    console.print(_table(chosen, session))
    if len(chosen.candidates) > _SHOWN:
        console.print(f"[dim]… and {len(chosen.candidates) - _SHOWN:,} more (all of them: --json)[/]")
    console.print("[dim]✓ can be asked now  ◆ Pareto front  ≈ estimate  – unmeasured[/]")
    _unmeasured(console, chosen)
    _excluded(console, chosen.excluded)
    console.print()
    console.print(escape(chosen.explanation))
    if explain:
        sources(console, chosen)
    if not any(session.unavailable(c.model_id) is None for c in chosen.candidates):
        console.print("[dim]None of these can be asked from here yet; --available ranks those that can.[/]")


def _limits(chosen: Decision) -> str:
    p = chosen.preference
    said = []
    if p.max_usd is not None:
        said.append(f"≤ ${p.max_usd:g}")
    if p.max_seconds is not None:
        said.append(f"≤ {p.max_seconds:g} s")
    if p.min_quality is not None:
        said.append(f"quality ≥ {p.min_quality:g}")
    return "; " + ", ".join(said) if said else ""


def _table(chosen: Decision, session: Session) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("#", justify="right")
    table.add_column("", width=1)
    table.add_column("model", overflow="fold", ratio=None)
    table.add_column("fit", justify="right")
    table.add_column("quality", justify="right")
    table.add_column("n", justify="right")
    table.add_column("$/1k", justify="right")
    table.add_column("p50 s", justify="right")
    table.add_column("", width=1)
    for c in chosen.candidates[:_SHOWN]:
        style = "bold green" if c.rank == 1 else ""
        ready = session.unavailable(c.model_id) is None
        table.add_row(
            str(c.rank),
            Text("✓" if ready else " ", style="green"),
            Text(c.model_id, style=style),
            f"{c.utility:.2f}",
            "–" if c.quality is None else f"{c.quality:.2f} ±{_half_width(c):.2f}",
            f"{c.support:,}" if c.support else "–",
            _thousand(c),
            "–" if c.latency_s is None else two_digits(c.latency_s),
            "◆" if c.on_pareto_front else " ",
        )
    return table


def _thousand(c: Candidate) -> str:
    if c.cost_usd is None:
        return "–"
    return ("≈" if c.basis.cost_is_estimate else "") + dollars(c.cost_usd * 1000).removeprefix("$")


def _half_width(c: Candidate) -> float:
    if c.quality_low is None or c.quality_high is None:
        return 0.0
    return (c.quality_high - c.quality_low) / 2


def _excluded(console: Console, excluded: tuple[Exclusion, ...]) -> None:
    if not excluded:
        return
    console.print("\n[bold]excluded[/]")
    order = list(_RULES)
    for rule, group in groupby(sorted(excluded, key=lambda e: order.index(e.rule)), key=lambda e: e.rule):
        members = list(group)
        if rule in ("modality", "evidence") and len(members) > _SHOWN_PER_RULE:
            console.print(f"  [dim]{len(members):,} models: {_RULES[rule]} (all of them: --json)[/]")
            continue
        if rule == "availability" and len(members) > _SHOWN_PER_RULE:
            counts = Counter(e.reason for e in members)
            told = ", ".join(f"{count:,} {reason}" for reason, count in counts.most_common())
            console.print(f"  [dim]{escape(told)} (all of them: --json)[/]")
            continue
        for e in members[:_SHOWN_PER_RULE]:
            console.print(f"  {escape(e.model_id)}  [dim]{escape(e.reason)}[/]")
        if len(members) > _SHOWN_PER_RULE:
            console.print(f"  [dim]… {len(members) - _SHOWN_PER_RULE:,} more {_RULES[rule]} (all of them: --json)[/]")


def _unmeasured(console: Console, chosen: Decision) -> None:
    """What is unmeasured, counts, and is not the same for all decides something: say so, and how to leave it out."""
    count = len(chosen.candidates)
    for name, missing in (
        ("latency", sum(c.latency_s is None for c in chosen.candidates)),
        ("price", sum(c.cost_usd is None for c in chosen.candidates)),
    ):
        if getattr(chosen.preference, name) and 0 < missing < count:
            told = f"{name} is unmeasured for {missing} of {count} and counts as the worst; --{name} 0 leaves it out"
            console.print(f"[dim]{told}[/]")


def sources(console: Console, chosen: Decision) -> None:
    """The evidence behind the candidates, each source once, and the nearest fitted prompts."""
    console.print("\n[bold]evidence[/]")
    for what, said in (("quality", _quality_source), ("latency", _latency_source)):
        by_source: dict[str, list[str]] = {}
        for c in chosen.candidates:
            by_source.setdefault(said(c), []).append(
                f"{c.model_id} ({c.support:,})" if what == "quality" else c.model_id
            )
        for source, models in by_source.items():
            console.print(f"  {what}: {escape(source)}")
            console.print(f"    [dim]{escape(', '.join(models))}[/]")
    if chosen.neighbours:
        console.print("\n[bold]nearest prompts it was fitted on[/]")
    for near in chosen.neighbours:
        told = " ".join(near.prompt.split())
        console.print(f"  {near.similarity:.2f}  {escape(told[:70])}")
        best = sorted(near.quality.items(), key=lambda item: -item[1])[:4]
        console.print(f"        [dim]{escape(', '.join(f'{m} {q:.2f}' for m, q in best))}[/]")


def _quality_source(c: Candidate) -> str:
    b = c.basis
    if c.quality is None:
        return "unmeasured"
    level = {"prompt": "from prompts like this one", "category": "measured on this task"}.get(
        b.scope, "from other tasks"
    )
    return f"{b.metric} on {b.benchmark}, {level}; {b.source}, {b.date} (trials)"


def _latency_source(c: Candidate) -> str:
    return c.basis.latency_source or "unmeasured"
