"""What the paper's protocol found, as JSON, as a table and in plain words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Constant", "Curve", "PaperReport", "Point"]

_SAME_CHOICE = 1e-9  # the training rows chose the strongest model in every split


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same model. Intervals are 95 %, by bootstrap over prompts."""

    model: str
    accuracy: float  # share of the prompts on which it is right
    low: float
    high: float
    label_accuracy: float  # share of the prompts whose cheapest right model it is
    label_low: float
    label_high: float


@dataclass(frozen=True, slots=True)
class Point:
    """A router at one k or N. `gain` is over the best constant, paired prompt by prompt."""

    value: int
    share_of_evaluations: float  # training prompts that every model must have answered: N/D for medoids, else 1
    accuracy: float
    low: float
    high: float
    label_accuracy: float
    label_low: float
    label_high: float
    gain: float
    gain_low: float
    gain_high: float
    top_share: float  # of the prompts that go to the most chosen model; 1 = it is a constant itself


@dataclass(frozen=True, slots=True)
class Curve:
    """One router in one space. `charged_…` is the mean per prompt of what the space needs before routing."""

    space: str
    upper_bound: bool
    charged_usd: float | None
    charged_s: float | None
    prompts: int  # that have a vector in this space
    estimator: str  # "knn-vote", "kmeans-medoid"
    parameter: str  # "k", "N"
    points: tuple[Point, ...]

    @property
    def best(self) -> Point:
        """The point of highest accuracy, the smallest of equals. It was picked on the test rows: a flattering one."""
        return max(self.points, key=lambda point: (point.accuracy, -point.value))


@dataclass(frozen=True, slots=True)
class PaperReport:
    """All curves on one data set. Accuracy is any-correct: the share of test prompts whose chosen model is right."""

    data: str
    prompts: int
    removed: int  # no model right, or none scored
    models: tuple[str, ...]
    train_share: float
    seeds: int
    encoder: str
    price_source: str  # what "cheapest" went by
    price_order: tuple[str, ...]  # cheapest first, on average
    constants: tuple[Constant, ...]
    best_constant: tuple[float, float, float]  # chosen on training rows: accuracy, low, high
    category_best: float | None
    random: float
    curves: tuple[Curve, ...]
    references: tuple[Curve, ...]  # one point each: the model of highest estimated quality on the same splits

    def curve(self, space: str, estimator: str) -> Curve:
        """The curve of that space and router ("knn-vote", "kmeans-medoid"); raises `KeyError`."""
        for curve in self.curves:
            if (curve.space, curve.estimator) == (space, estimator):
                return curve
        raise KeyError(f"no curve of {estimator} in the space {space}")

    @property
    def strongest(self) -> Constant:
        """The constant that is right most often."""
        return max(self.constants, key=lambda c: c.accuracy)

    @property
    def commonest(self) -> Constant:
        """The constant that is the label most often."""
        return max(self.constants, key=lambda c: c.label_accuracy)

    @property
    def summary(self) -> str:
        """In plain words: does any of these routers beat asking one model?"""
        sure = abs(self.strongest.accuracy - self.best_constant[0]) < _SAME_CHOICE
        model = self.strongest.model if sure else "whichever model was best in training"
        always = f"Always asking {model} is right on {self.best_constant[0]:.1%} of the prompts kept"
        measured = [curve for curve in self.curves if curve.points]
        live = [curve for curve in measured if not curve.upper_bound]
        said = [f"{always}, and is no router."]
        if live:
            top = max(live, key=lambda curve: curve.best.accuracy)
            best = top.best
            told = f"{top.estimator} in the space {top.space} ({top.parameter} = {best.value}): {best.accuracy:.1%}"
            itself = " It sends every prompt to one model, and is a constant itself." if best.top_share == 1 else ""
            change = f"{best.gain:+.1%} [{best.gain_low:+.1%}, {best.gain_high:+.1%}]"
            if best.gain_low > 0:
                said.append(f"The best of the paper's routers is {told}, {change} from that.")
            else:
                said.append(
                    f"None of the paper's routers is better than that: the best is {told}, {change} from it.{itself}"
                )
        bounds = [curve for curve in measured if curve.upper_bound]
        if bounds:
            top = max(bounds, key=lambda curve: curve.best.accuracy)
            verdict = "beats" if top.best.gain_low > 0 else "does not beat"
            said.append(
                f"A space that needs a candidate's own answer {verdict} it ({top.best.accuracy:.1%}); "
                "that answer does not exist before routing, so this is an upper bound."
            )
        honest = [curve for curve in self.references if not curve.upper_bound]
        if honest:
            top = max(honest, key=lambda curve: curve.best.accuracy)
            p = top.best
            said.append(
                f"Choosing by estimated quality ({top.estimator}, {top.space}) is right on {p.accuracy:.1%}, "
                f"{p.gain:+.1%} [{p.gain_low:+.1%}, {p.gain_high:+.1%}] from the constant."
            )
        labels = max((point.label_accuracy for curve in live for point in curve.points), default=None)
        if labels is not None:
            said.append(
                f"The cheapest right model is hit on at most {labels:.1%}; always asking {self.commonest.model} hits "
                f"it on {self.commonest.label_accuracy:.1%}."
            )
        said.append(
            f"{self.removed:,} of {self.prompts + self.removed:,} prompts, on which no model is right, were removed: "
            "all accuracies are higher for it."
        )
        return " ".join(filter(None, said))

    def to_dict(self) -> dict[str, Any]:
        """Stable JSON: schema turnout.paper/1."""
        document = asdict(self)
        accuracy, low, high = document.pop("best_constant")
        document["best_constant"] = {"accuracy": accuracy, "low": low, "high": high}
        document["price_order"] = {"source": document.pop("price_source"), "models": list(self.price_order)}
        return {"schema": "turnout.paper/1", "protocol": "paper", **document, "oracle": 1.0, "summary": self.summary}

    def table(self) -> Any:
        """A Rich table within 80 columns: each curve's best point, beside what needs no router."""
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column("policy", overflow="fold", max_width=36)
        table.add_column("at", justify="right", no_wrap=True)
        for name in ("right", "95 %", "gain"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("label", justify="right", no_wrap=True)
        both = dict.fromkeys((self.strongest, self.commonest))
        for c in both:
            at = "best" if c is self.strongest else "label"
            table.add_row(
                Text(f"always {c.model}"), at, f"{c.accuracy:.3f}", Text(f"[{c.low:.3f}, {c.high:.3f}]"), "",
                f"{c.label_accuracy:.3f}",
            )  # fmt: skip
        table.add_row("random", "", f"{self.random:.3f}", "", "", "")
        if self.category_best is not None:
            table.add_row("category-best (reads the task)", "", f"{self.category_best:.3f}", "", "", "")
        for curve in (*self.curves, *self.references):
            if not curve.points:
                table.add_row(Text(f"{curve.estimator} · {curve.space}"), "–", "–", "", "", "")
                continue
            p = curve.best
            mark = " (upper bound)" if curve.upper_bound else ""
            how = curve.estimator if curve.parameter else f"by quality ({curve.estimator})"
            table.add_row(
                Text(f"{how} · {curve.space}{mark}"),
                f"{curve.parameter}={p.value}" if curve.parameter else "",
                f"{p.accuracy:.3f}",
                Text(f"[{p.low:.3f}, {p.high:.3f}]"),
                f"{p.gain:+.3f}{'*' if p.gain_low > 0 or p.gain_high < 0 else ''}",
                f"{p.label_accuracy:.3f}",
                style="bold" if p.gain_low > 0 and not curve.upper_bound else "",
            )
        table.add_row("oracle (a bound)", "", "1.000", "", "", "1.000")
        table.caption = "gain over the best model of the training rows; * its 95 % interval excludes 0"
        table.caption_justify = "left"
        return table
