"""What every estimator looks like to the rest of Turnout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self, runtime_checkable

from turnout.types import Array, Estimates, OutcomeTable

__all__ = ["Estimator"]


@runtime_checkable
class Estimator(Protocol):
    """Vectors and outcomes in, estimates out. It never sees a preference and never names a best model."""

    def fit(self, features: Array, outcomes: OutcomeTable) -> Self:
        """Learn from vectors (n, dim), unit rows, and the outcomes of the same n prompts. NaN cells are not trials."""
        ...

    def estimate(self, features: Array, categories: Sequence[str] | None = None) -> Estimates:
        """Estimates of shape (n, n_models). `categories` are the prompts', where they are known; "" = unknown."""
        ...

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """What was learned, as JSON and arrays; raises `NotFitted`."""
        ...

    @classmethod
    def from_state(cls, header: Mapping[str, Any], arrays: Mapping[str, Array]) -> Self:
        """The fitted estimator that `state` described."""
        ...
