"""Splits that keep what is nearly the same on one side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from turnout.errors import DataError
from turnout.types import Array, OutcomeTable

__all__ = ["Grouped", "group_folds", "grouped", "near_duplicate_groups"]

_SAME = 0.95  # cosine of two prompts that are one prompt in other words
_CHUNK = 1024


@dataclass(frozen=True, slots=True)
class Grouped:
    """What a cross-validation works on: the scored rows of the data, and the group of near-duplicates of each."""

    rows: Array
    outcomes: OutcomeTable
    features: Array
    groups: Array


def grouped(
    outcomes: OutcomeTable, features: Array, folds: int, *, alike: Array | None = None, least: int = 1
) -> Grouped:
    """Prompts with at least `least` scored models, grouped; raises `DataError` when they are too few for the folds.

    `alike` (n, d) are the prompts' vectors by which near-duplicates are found; `features` themselves when None.
    """
    rows = np.flatnonzero(np.isfinite(outcomes.quality).sum(axis=1) >= least)
    if len(rows) < 2 * folds:
        what = "scored prompts" if least == 1 else f"prompts with {least} scores"
        raise DataError(f"{outcomes.name}: {len(rows)} {what} are too few for {folds} folds")
    table = outcomes.take(rows)
    groups = near_duplicate_groups(table.prompts, (features if alike is None else alike)[rows])
    if groups.max() + 1 < folds:
        raise DataError(f"{outcomes.name}: {groups.max() + 1} groups of near-duplicates are too few for {folds} folds")
    return Grouped(rows, table, features[rows], groups)


def near_duplicate_groups(prompts: Sequence[str], features: Array) -> Array:
    """Group of each prompt, (n,) int: equal but for case, punctuation and numbers, or cosine above 0.95."""
    parent = np.arange(len(prompts))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    seen: dict[str, int] = {}
    for i, text in enumerate(prompts):
        # Numbers go too: "3 apples at 2 dollars" and "5 apples at 4 dollars" are one template.
        plain = re.sub(r"[\W_]+", " ", re.sub(r"\d+", "0", text.lower())).strip()
        parent[root(i)] = root(seen.setdefault(plain, i))
    for start in range(0, len(features), _CHUNK):
        near = features[start : start + _CHUNK] @ features.T > _SAME
        for row, column in np.argwhere(near):
            if start + row < column:
                parent[root(start + int(row))] = root(int(column))
    roots = np.array([root(i) for i in range(len(prompts))])
    groups: Array = np.unique(roots, return_inverse=True)[1]
    return groups


def group_folds(groups: Array, folds: int, seed: int) -> Iterator[tuple[Array, Array]]:
    """(train rows, test rows) of each fold; a group is never on both sides, folds are of about equal size."""
    sizes = np.bincount(groups)
    order = np.random.default_rng(seed).permutation(len(sizes))
    # Each group goes to the fold that is smallest so far.
    fold_of = np.empty(len(sizes), dtype=np.intp)
    filled = np.zeros(folds, dtype=np.intp)
    for group in order:
        fold_of[group] = np.argmin(filled)
        filled[fold_of[group]] += sizes[group]
    for fold in range(folds):
        test = fold_of[groups] == fold
        yield np.flatnonzero(~test), np.flatnonzero(test)
