"""Partitions of prompts by four clusterings, all of them scores of a prompt against centres."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from turnout.errors import UserError
from turnout.types import Array

__all__ = ["CLUSTERINGS", "Clustering", "Partition", "partition", "principal_axes"]

Clustering = Literal["kmeans", "agglomerative", "density", "mixture"]
CLUSTERINGS: tuple[Clustering, ...] = get_args(Clustering)

_SAMPLE = 3000  # prompts that agglomerative and density-based clustering look at: their cost is quadratic
_SHARE = 0.8  # of a smaller set, when there are several runs: on equal prompts these two would find equal clusters
_COMPONENTS = 32  # densities and diagonal covariances mean little in hundreds of dimensions
_VARIANCE = 1e-4  # least variance of a Gaussian in a direction; unit vectors have about 0.01 along a leading axis


@dataclass(frozen=True, slots=True)
class Partition:
    """Several clusterings of one set of prompts; their centres (Σk, d) lie one below the other, `sizes` k each.

    A prompt's score in a cluster is `level` − ½ Σ precision · (x − centre)²: half the squared distance, or the log
    density of a Gaussian. `spread` (runs,) is what a soft assignment's temperature is measured by: the mean squared
    distance to the nearest centre; 1 for a mixture, whose scores are already log probabilities.
    """

    middle: Array  # (dim,), and
    axes: Array  # (dim, d): prompts are moved and projected first; (dim, 0) = left as they are
    centres: Array
    precision: Array  # (Σk, d), or (0, d) where all are 1
    level: Array  # (Σk,)
    spread: Array
    sizes: tuple[int, ...]

    def weights(self, features: Array, soft: float | None) -> Array:
        """Membership of prompts (n, dim) in all clusters, (n, Σk); 1 in all for each clustering.

        `soft` None is all in the best cluster; otherwise exp(score / (soft · spread)), so that small is nearly hard.
        """
        made = np.zeros((len(features), len(self.centres)))
        for run, columns, scores in self._scores(features):
            if soft is None:
                made[np.arange(len(features)), columns.start + scores.argmax(axis=1)] = 1.0
            else:
                scaled = scores / (soft * self.spread[run])
                made[:, columns] = np.exp(scaled - scaled.max(axis=1, keepdims=True))
                made[:, columns] /= made[:, columns].sum(axis=1, keepdims=True)
        return made

    def runs(self) -> Iterator[slice]:
        """The columns of each clustering."""
        start = 0
        for size in self.sizes:
            yield slice(start, start + size)
            start += size

    def _scores(self, features: Array) -> Iterator[tuple[int, slice, Array]]:
        placed = _place(features, self.middle, self.axes)
        if len(self.precision):
            scaled = self.precision * self.centres
            scores = self.level - 0.5 * ((placed**2) @ self.precision.T + (self.centres * scaled).sum(axis=1))
            scores += placed @ scaled.T
        else:  # ‖x‖² is the same for all centres
            scores = self.level + placed @ self.centres.T - 0.5 * (self.centres**2).sum(axis=1)
        for run, columns in enumerate(self.runs()):
            yield run, columns, scores[:, columns]


def partition(features: Array, clustering: Clustering, k: int, restarts: int, seed: int) -> Partition:
    """Cluster rows (n, dim) `restarts` times into about `k`; raises `UserError` for an unknown clustering.

    Agglomerative (Ward) and density-based (HDBSCAN) runs each see a random part of the prompts; all others, new ones
    too, belong to the cluster of the nearest centroid. So do those that HDBSCAN calls noise: three quarters of real
    prompts, for which the wider mean is worse (0.67 against 0.69 mean quality of choice on llmrouter). The density
    decides how many clusters there are; `k` sets how small one may be, n ÷ 4k.
    """
    if clustering not in CLUSTERINGS:
        raise UserError(f"unknown clustering {clustering!r}: choose from {', '.join(CLUSTERINGS)}")
    dim = features.shape[1]
    middle, axes = np.zeros(dim, dtype=np.float32), np.zeros((dim, 0), dtype=np.float32)
    if clustering in ("density", "mixture"):
        middle, axes = principal_axes(features, _COMPONENTS)
    placed = _place(features, middle, axes)
    # Clusters of equal prompts are one: what tells them apart would be rounding.
    k = min(k, len(np.unique(placed, axis=0)))
    runs = [_run(placed, clustering, k, restarts, seed + i) for i in range(restarts)]
    centres = np.vstack([run[0] for run in runs]).astype(np.float32)
    if clustering == "mixture":
        precision, level = np.vstack([run[1] for run in runs]), np.concatenate([run[2] for run in runs])
        spread = np.ones(restarts)
    else:
        precision, level = np.zeros((0, centres.shape[1])), np.zeros(len(centres))
        spread = np.array([_spread(placed, run[0]) for run in runs])
    return Partition(middle, axes, centres, precision, level, spread, tuple(len(run[0]) for run in runs))


def principal_axes(features: Array, count: int) -> tuple[Array, Array]:
    """Mean (dim,) of rows and their leading principal axes as columns (dim, ≤ count), both float32."""
    middle = features.mean(axis=0)
    centred = (features - middle).astype(np.float64)
    axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :count]
    return middle.astype(np.float32), np.ascontiguousarray(axes, dtype=np.float32)


def _place(features: Array, middle: Array, axes: Array) -> Array:
    return (features - middle) @ axes if axes.shape[1] else features


def _spread(placed: Array, centres: Array) -> float:
    centres = centres.astype(np.float64)
    nearest = (placed @ centres.T - 0.5 * (centres**2).sum(axis=1)).max(axis=1)
    return max(float(((placed**2).sum(axis=1) - 2 * nearest).mean()), 1e-6)


def _run(placed: Array, clustering: Clustering, k: int, restarts: int, seed: int) -> tuple[Array, Array, Array]:
    """Centres (k, d); precision (k, d) and level (k,) of a mixture's Gaussians."""
    if clustering == "mixture":
        return _mixture(placed, k, seed)
    if clustering == "kmeans":
        from sklearn.cluster import KMeans

        found = KMeans(k, n_init=1, max_iter=50, random_state=seed).fit(placed)
        return found.cluster_centers_, np.empty(0), np.empty(0)
    count = min(_SAMPLE, len(placed) if restarts == 1 else int(np.ceil(_SHARE * len(placed))))
    rows = placed[np.random.default_rng(seed).permutation(len(placed))[:count]]
    labels = (_ward if clustering == "agglomerative" else _density)(rows, k)
    names = np.unique(labels[labels >= 0])  # noise is −1
    groups = [rows[labels == name] for name in names] or [rows]
    return np.stack([group.mean(axis=0) for group in groups]), np.empty(0), np.empty(0)


def _ward(rows: Array, k: int) -> Array:
    from sklearn.cluster import AgglomerativeClustering

    if len(rows) < 2:
        return np.zeros(len(rows), dtype=np.intp)
    labels: Array = AgglomerativeClustering(min(k, len(rows)), linkage="ward").fit_predict(rows)
    return labels


def _density(rows: Array, k: int) -> Array:
    from sklearn.cluster import HDBSCAN

    least = max(5, len(rows) // (4 * k))
    if len(rows) < 2 * least:
        return np.zeros(len(rows), dtype=np.intp)
    # Leaves, not the most stable clusters: those are few, and their centroids say little of a prompt.
    found = HDBSCAN(min_cluster_size=least, min_samples=5, cluster_selection_method="leaf", copy=True)
    labels: Array = found.fit_predict(rows.astype(np.float64))
    return labels


def _mixture(placed: Array, k: int, seed: int) -> tuple[Array, Array, Array]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    rows = placed.astype(np.float64)
    if len(rows) < 2:
        return rows, np.ones_like(rows), np.zeros(len(rows))
    made = GaussianMixture(k, covariance_type="diag", reg_covar=_VARIANCE, max_iter=60, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a mixture short of its optimum is a mixture
        made.fit(rows)
    precision = 1 / made.covariances_
    return made.means_, precision, np.log(made.weights_) + 0.5 * np.log(precision).sum(axis=1)
