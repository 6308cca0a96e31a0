"""What depends on the models alone, worked out once: a gateway asks of the same few thousands of times a second."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from turnout.types import Model

__all__ = ["Recall"]

_T = TypeVar("_T")
_KEPT = 256  # results: kinds of request × subsets of models that are in use at a time


class Recall(Generic[_T]):
    """Results by a key and by models, the models told apart by identity.

    They are frozen, so the same objects are the same models; hashing all their fields would take as long as what is
    saved. An entry holds its models: as long as it is kept, no other object can have their identity. Threads may share
    one; at worst two of them work the same thing out.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[tuple[Model, ...], _T]] = {}

    def get(self, key: Hashable, models: Sequence[Model], make: Callable[[], _T]) -> _T:
        """The result for `key` and `models`, made if it is not there."""
        whole = (key, *map(id, models))
        found = self._kept.get(whole)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[whole] = (tuple(models), make())
        return found[1]
