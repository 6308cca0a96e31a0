"""The source paper's two routers, which vote on a label: the model that is the cheapest right one.

They are no `Estimator`s and are not registered as such. A share of votes estimates P(label = m), and these shares sum
to 1 over the models: of ten models that are right on nine prompts out of ten, each would be given a "quality" near 0.1,
and a limit such as `min_quality` would exclude them all. What estimates quality from neighbours and clusters is `knn`
and `kmeans`; these two serve the paper's protocol (`turnout.evaluation.paper`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from turnout.errors import NotFitted
from turnout.types import Array

__all__ = ["LabelVote"]

_CHUNK = 256  # prompts at a time


class LabelVote:
    """Majority vote of the labels of the `k` nearest prompts by cosine. One ordering serves every `k`."""

    def __init__(self, labels: int) -> None:
        self.labels = labels

    def fit(self, features: Array, label: Array) -> LabelVote:
        """Keep unit rows (n, dim) and their labels (n,), integers below `labels`."""
        if len(features) != len(label) or not len(label):
            raise ValueError(f"{len(features)} vectors for {len(label)} labels")
        self.features_ = np.ascontiguousarray(features, dtype=np.float32)
        self.label_ = np.asarray(label, dtype=np.intp)
        return self

    def shares(self, features: Array, ks: Sequence[int]) -> dict[int, Array]:
        """Share of the votes per label, (n, labels), for each k; k beyond the number of prompts means all of them."""
        if not hasattr(self, "features_"):
            raise NotFitted("LabelVote was used before fit")
        parts: dict[int, list[Array]] = {k: [] for k in ks}
        for near in self._nearest(features, max(ks)):
            votes = np.cumsum(np.eye(self.labels, dtype=np.float32)[near], axis=1)  # (chunk, k, labels)
            for k in ks:
                at = min(k, near.shape[1])
                parts[k].append(votes[:, at - 1] / at)
        return {k: np.concatenate(part) for k, part in parts.items()}

    def _nearest(self, features: Array, k: int) -> Iterator[Array]:
        """Labels of the k nearest, nearest first: (chunk, k)."""
        k = min(k, len(self.label_))
        for start in range(0, len(features), _CHUNK):
            near = features[start : start + _CHUNK] @ self.features_.T
            rows = np.argpartition(-near, k - 1, axis=1)[:, :k] if k < near.shape[1] else np.argsort(-near, axis=1)
            order = np.argsort(-np.take_along_axis(near, rows, axis=1), axis=1, kind="stable")
            yield self.label_[np.take_along_axis(rows, order, axis=1)]
