"""The mean of each model in each category."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.base import Base, pseudo_count, shrink, weighted_mean
from turnout.types import Array, OutcomeTable

__all__ = ["Category"]


class Category(Base):
    """Category means, shrunk to the models' means by an estimated pseudo-count; an unknown category is the mean."""

    reads_categories = True

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        labels = outcomes.categories or ("",) * len(outcomes.prompts)
        self.categories_ = tuple(sorted({label for label in labels if label}))
        position = {name: i for i, name in enumerate(self.categories_)}
        member = np.zeros((len(self.categories_), len(labels)))
        for row, label in enumerate(labels):
            if label:
                member[position[label], row] = 1.0
        level = weighted_mean(member, outcomes.quality)
        groups = np.array([position.get(label, len(position)) for label in labels])
        self.pseudo_trials_ = pseudo_count(groups, outcomes.quality)
        self.category_mean_ = shrink(level, self.model_mean_, self.pseudo_trials_)
        self.category_trials_ = level.trials

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        mean = np.tile(self.model_mean_, (len(features), 1))
        trials = np.tile(self.model_trials_, (len(features), 1))
        position = {name: i for i, name in enumerate(self.categories_)}
        for row, label in enumerate(categories or ()):
            if (i := position.get(label)) is not None:
                mean[row], trials[row] = self.category_mean_[i], self.category_trials_[i]
        return mean, trials, self.pseudo_trials_
