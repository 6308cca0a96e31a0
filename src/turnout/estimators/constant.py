"""The mean of each model: the baseline that any look at the prompt has to beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnout.estimators.base import Base
from turnout.types import Array, OutcomeTable

__all__ = ["Constant"]


class Constant(Base):
    """Each model's mean over all its scored trials, whatever the prompt."""

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        """Nothing beyond the means."""

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        shape = (len(features), len(self.model_ids_))
        return np.broadcast_to(self.model_mean_, shape), np.broadcast_to(self.model_trials_, shape), 0.0
