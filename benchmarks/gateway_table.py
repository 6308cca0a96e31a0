"""What `gateway.py` found, as a table of 80 columns and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

__all__ = ["Row", "Target", "as_json", "lines"]

_VERDICT = {True: "met", False: "MISSED", None: "not measured"}


@dataclass(frozen=True)
class Target:
    """What must be reached: `text` names it, `value` is what was found (None = not measured), `bound` the limit."""

    text: str
    value: float | None
    bound: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """None when it was not measured."""
        if self.value is None:
            return None
        return self.value >= self.bound if self.at_least else self.value <= self.bound


@dataclass
class Row:
    """One measured thing: per server and statistic, a value for each round. `failed` has servers' reasons."""

    number: int
    title: str
    unit: str
    values: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    note: str = ""
    units: Mapping[str, str] = field(default_factory=dict)  # of statistics that have another

    def unit_of(self, statistic: str) -> str:
        """What its values are in."""
        return self.units.get(statistic, self.unit)

    def add(self, server: str, statistic: str, value: float) -> None:
        """The value of one round; `statistic` is empty when the row has but one."""
        self.values.setdefault((server, statistic), []).append(value)

    def median(self, server: str, statistic: str = "") -> float | None:
        """Over the rounds; None when it was not measured."""
        values = self.values.get((server, statistic))
        return median(values) if values else None

    def ratio(self, server: str, to: str, statistic: str = "") -> float | None:
        """Of the medians; None when either is missing or not above zero, as the gaps of streams in time can be."""
        mine, theirs = self.median(server, statistic), self.median(to, statistic)
        return None if mine is None or theirs is None or min(mine, theirs) <= 0 else mine / theirs

    def added(self, server: str, to: str, statistic: str) -> float | None:
        """The difference of the medians; None when either is missing."""
        mine, theirs = self.median(server, statistic), self.median(to, statistic)
        return None if mine is None or theirs is None else mine - theirs


def lines(rows: Sequence[Row], litellm: str, raw: str) -> Iterator[str]:
    """The table: per row its servers, then its targets."""
    yield f"{'median and range over rounds':<31}{'median':>9}{'min–max':>16}{'× LiteLLM':>11}{'× raw':>7}  unit"
    for row in rows:
        yield f"\n{row.number} {row.title}"
        for (server, statistic), values in row.values.items():
            spread = f"{_short(min(values))}–{_short(max(values))}" if len(values) > 1 else ""
            beside = (_ratio(row.ratio(server, to, statistic)) for to in (litellm, raw))
            name, unit = f"{server} {statistic}".strip(), row.unit_of(statistic)
            yield f"  {name:<29}{_short(median(values)):>9}{spread:>16}{next(beside):>11}{next(beside):>7}  {unit}"
        for server, reason in row.failed.items():
            yield from _folded(f"{server}: not measured: {reason}")
        for target in row.targets:
            asked = f"{'≥' if target.at_least else '≤'} {target.bound:g} {target.unit} {target.text}"
            found = "" if target.value is None else f"{_short(target.value)} {target.unit}"
            yield f"    {asked:<46}{found:>13}  {_VERDICT[target.met]}"
        if row.note:
            yield from _folded(row.note)


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The same with every round's value."""
    return [
        {
            "row": row.number,
            "title": row.title,
            "values": [
                {"server": s, "statistic": t, "unit": row.unit_of(t), "rounds": v} for (s, t), v in row.values.items()
            ],
            "failed": row.failed,
            "targets": [{**asdict(target), "met": target.met} for target in row.targets],
            "note": row.note,
        }
        for row in rows
    ]


def _folded(text: str) -> list[str]:
    return textwrap.wrap(text, 80, initial_indent="    ", subsequent_indent="    ")


def _short(value: float) -> str:
    """Three digits, or all before the point."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}" if value < 0.1 else _short(value)
