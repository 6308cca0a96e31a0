"""What every encoder looks like to the rest of Turnout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from turnout.types import Array

__all__ = ["Encoder"]


@runtime_checkable
class Encoder(Protocol):
    """Text to vector. The same text always gives the same vector, whatever else is in the batch."""

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def name(self) -> str:
        """Identifies the vectors: two encoders of one name are interchangeable. Stored in caches and fitted routers."""
        ...

    def encode(self, texts: Sequence[str]) -> Array:
        """Vectors of `texts`, in their order: float32, shape (n, dim), rows of length 1."""
        ...
