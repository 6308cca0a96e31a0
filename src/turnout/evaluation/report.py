"""What an evaluation found, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

__all__ = ["Policy", "Report"]


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy's figures over all test prompts. Intervals are 95 %, by bootstrap over groups of near-duplicates."""

    name: str
    kind: str  # "baseline", "router", "bound"
    quality: float
    quality_low: float
    quality_high: float
    gain: float  # over the constant best, absolute
    gain_low: float  # paired with it, prompt by prompt
    gain_high: float
    headroom: float | None  # share of (oracle − constant best) recovered
    regret: float
    collapse: float
    entropy: float
    cost_usd: float | None
    latency_s: float | None
    any_correct: float  # share of prompts on which the chosen model is wholly right
    label_accuracy: float | None  # share whose choice is the cheapest best model; rewards always picking a cheap one
    apgr: float | None  # this and the next four: two models only
    apgr_low: float | None
    apgr_high: float | None
    cpt50: float | None
    cpt80: float | None
    aiq: float | None  # this and the next three: routers, where costs are known
    hypervolume: float | None
    cost_save: float | None
    qnc: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """All policies on one data set by one protocol."""

    data: str
    protocol: str
    prompts: int
    groups: int
    models: tuple[str, ...]
    folds: int
    seeds: int
    policies: tuple[Policy, ...]
    labels: int | None = None  # training prompts of a fold, None = all
    tuned: bool = False
    encoder: str = ""
    space: str = "prompt"
    upper_bound: bool = False  # the vectors encode answers that do not exist before routing
    sections: Mapping[str, Any] = field(default_factory=dict)  # what is more than one number a policy

    def policy(self, name: str) -> Policy:
        """The policy of that name; raises `KeyError`."""
        for policy in self.policies:
            if policy.name == name:
                return policy
        raise KeyError(f"no policy {name!r}; there is {', '.join(p.name for p in self.policies)}")

    @property
    def summary(self) -> str:
        """In plain words: is routing worth it here?"""
        routers = [p for p in self.policies if p.kind == "router"]
        if not routers:
            return "No router was measured."
        best = max(routers, key=lambda p: p.quality)
        if self.upper_bound:
            return (
                f"An upper bound, no router: the answers encoded here do not exist before routing. {best.name} would "
                f"gain {best.gain:+.3f} [{best.gain_low:+.3f}, {best.gain_high:+.3f}] over the best single model."
            )
        if best.gain_low > 0:
            return (
                f"Routing is worth it: {best.name} gains {best.gain:+.3f} [{best.gain_low:+.3f}, {best.gain_high:+.3f}]"
                f" over always asking the best single model, {best.headroom or 0:.0%} of a perfect choice's gain."
            )
        return (
            f"Routing for quality is not worth it here: the best router, {best.name}, is {best.gain:+.3f} "
            f"[{best.gain_low:+.3f}, {best.gain_high:+.3f}] from always asking the best single model."
        )

    def to_dict(self) -> dict[str, Any]:
        """Stable JSON: schema turnout.report/1, policies by name."""
        document = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("policies", "sections")}
        document["models"] = list(self.models)
        document["policies"] = {p.name: asdict(p) for p in self.policies}
        return {"schema": "turnout.report/1", **document, **self.sections, "summary": self.summary}

    def table(self) -> Any:
        """A Rich table within 80 columns."""
        from rich.table import Table

        two = any(p.apgr is not None for p in self.policies)  # then APGR tells more than headroom does
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column("policy")
        for name in ("quality", "95 %", "gain", "95 %", "APGR" if two else "headroom", "top share"):
            table.add_column(name, justify="right")
        for p in self.policies:
            own, form = (p.apgr, "{:.3f}") if two else (p.headroom, "{:.0%}")
            cells = [
                p.name,
                f"{p.quality:.3f}",
                f"[{p.quality_low:.3f}, {p.quality_high:.3f}]",
                f"{p.gain:+.3f}",
                f"[{p.gain_low:+.3f}, {p.gain_high:+.3f}]",
                "–" if own is None else form.format(own),
                f"{p.collapse:.0%}",
            ]
            table.add_row(*(cell.replace("[", "\\[") for cell in cells), style={"router": "bold"}.get(p.kind, ""))
        return table
