"""How each model stands while rows come in: answered, failed, mean quality, median time, money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from statistics import fmean, median

from turnout.bench.rows import Row

__all__ = ["Standing", "Standings"]


@dataclass(slots=True)
class Standing:
    """One model in one modality, or one judge (`modality` "")."""

    model: str
    modality: str
    rows: int = 0
    unscored: int = 0
    usd: float = 0.0
    scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # by category
    latencies: list[float] = field(default_factory=list)
    categories: set[str] = field(default_factory=set)

    @property
    def quality(self) -> float | None:
        """The mean over the categories' means, so that no category counts for more because it has more tasks."""
        return fmean(fmean(scores) for scores in self.scores.values()) if self.scores else None

    @property
    def latency_p50_s(self) -> float | None:
        """The median of what was answered."""
        return median(self.latencies) if self.latencies else None


class Standings:
    """Everybody's standing; `add` counts a row."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._all: dict[tuple[str, str], Standing] = {}
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Count an answer for its model, a verdict for its judge; a person's vote for nobody."""
        if row.source == "human":
            return
        key = ("", row.by) if row.source == "judge" else (row.modality, row.model)
        standing = self._all.setdefault(key, Standing(key[1], key[0]))
        category = row.category.partition("/")[0]
        standing.rows += 1
        standing.categories.add(category)
        standing.usd += row.cost_usd or 0.0
        if row.latency_s is not None:
            standing.latencies.append(row.latency_s)
        if row.quality is None:
            standing.unscored += 1
        else:
            standing.scores[category].append(row.quality)

    def models(self, last: Collection[tuple[str, str]] = ()) -> list[Standing]:
        """Best first within a modality and set of categories: figures over other categories are not compared.

        Those in `last`, (model, modality), do not lead, whatever their quality.
        """

        def place(s: Standing) -> tuple[str, list[str], bool, float, str]:
            return s.modality, sorted(s.categories), (s.model, s.modality) in last, -(s.quality or 0.0), s.model

        return sorted((s for (modality, _), s in self._all.items() if modality), key=place)

    @property
    def judges(self) -> list[Standing]:
        """The judges, by id."""
        return sorted((s for (modality, _), s in self._all.items() if not modality), key=lambda s: s.model)
