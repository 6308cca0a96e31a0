"""A Gaussian process over prompts that fall into the same clusters: the estimator for few labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from turnout.estimators.base import Base
from turnout.types import Array, OutcomeTable

__all__ = ["CHUNK", "ClusterProcess", "Membership"]

CHUNK = 2048  # prompts at a time
_NOISE = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)  # variance of one label ÷ variance between prompts


@dataclass(frozen=True, slots=True)
class Membership:
    """Several k-means clusterings of one set of prompts as a map into a space of 0/1 coordinates, √runs apart.

    The inner product of two mapped prompts is the share of clusterings that put them together. It follows the density
    of the prompts, which a distance does not, and needs no labels: unlabelled prompts make it better.
    """

    centres: Array  # (Σk, dim) float32, all clusterings one below the other
    sizes: tuple[int, ...]  # k of each clustering

    @classmethod
    def fit(cls, features: Array, sizes: Sequence[int], restarts: int, seed: int) -> Membership:
        """Cluster (n, dim) rows `restarts` times into each of `sizes` (fewer where there are fewer distinct rows)."""
        from sklearn.cluster import MiniBatchKMeans

        most = max(1, len(np.unique(features, axis=0)) // 2)  # clusters of one say nothing of other prompts
        runs = [
            MiniBatchKMeans(min(k, most), n_init=1, batch_size=1024, max_iter=30, random_state=seed + i)
            for k in sizes
            for i in range(restarts)
        ]
        # Centres may coincide; which of two equal ones is nearest would be a matter of rounding.
        centres = [np.unique(run.fit(features).cluster_centers_.round(6), axis=0) for run in runs]
        return cls(np.vstack(centres).astype(np.float32), tuple(len(c) for c in centres))

    def columns(self, features: Array) -> Array:
        """The coordinates that are not 0: for each prompt the column of its cluster in every clustering, (n, runs)."""
        features = np.asarray(features, dtype=np.float32)
        columns = np.empty((len(features), len(self.sizes)), dtype=np.intp)
        squared = (self.centres**2).sum(axis=1)
        ends = np.cumsum(self.sizes)
        for rows in _chunks(len(features)):
            distance = squared - 2 * (features[rows] @ self.centres.T)
            for run, (end, size) in enumerate(zip(ends, self.sizes, strict=True)):
                columns[rows, run] = end - size + np.argmin(distance[:, end - size : end], axis=1)
        return columns

    def mapped(self, columns: Array) -> Array:
        """The coordinates of prompts given by their `columns`, (n, Σk)."""
        made = np.zeros((len(columns), len(self.centres)))
        np.put_along_axis(made, columns, 1 / np.sqrt(len(self.sizes)), axis=1)
        return made


class ClusterProcess(Base):
    """Quality = the model's mean + a Gaussian process whose covariance is the share of clusterings in common.

    Models that were scored on the same prompts are fitted together, along the principal axes of their covariance: what
    makes a prompt hard for all of them, and what sets them apart, are each given as much weight as the labels bear out
    (noise by marginal likelihood; Rasmussen & Williams 2006, sections 2.7 and 5.4). Rows without any label help too:
    the clusters are those of all prompts.
    """

    def __init__(self, sizes: Sequence[int] = (8, 16, 32, 64, 128), restarts: int = 3, seed: int = 0) -> None:
        self.sizes = tuple(sizes)
        self.restarts = restarts
        self.seed = seed

    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        found = Membership.fit(features, self.sizes, self.restarts, self.seed)
        self.centres_, self.cluster_counts_ = found.centres, found.sizes
        columns = found.columns(features)
        known = np.isfinite(outcomes.quality)
        shape = (len(found.centres), len(outcomes.model_ids))
        self.weights_, self.trials_ = np.zeros(shape), np.zeros(shape)
        self.level_ = self.model_mean_.copy()
        self.noise_ = np.full(shape[1], _NOISE[-1])
        for model in range(shape[1]):
            np.add.at(self.trials_[:, model], columns[known[:, model]].ravel(), 1.0)
        patterns, which = np.unique(known.T, axis=0, return_inverse=True)
        for i, pattern in enumerate(patterns):
            models = np.flatnonzero(which.reshape(-1) == i)
            rows = np.flatnonzero(pattern)
            if len(rows) > 1:
                target = outcomes.quality[np.ix_(rows, models)].astype(np.float64)
                self._solve(found, columns[rows], target, models)

    def _solve(self, found: Membership, columns: Array, target: Array, models: Array) -> None:
        """Weights of the coordinates for these models, all labelled on these rows."""
        axes = np.linalg.eigh(np.atleast_2d(np.cov(target.T)))[1]
        level, weights, noise = _evidence(found, columns, target @ axes)
        # A model's level is its axes' mean under the process; few labels leave it near the models' common mean.
        own = len(target) / (len(target) + 1.0)
        self.level_[models] = own * (axes @ level) + (1 - own) * self.model_mean_[models]
        self.weights_[:, models] = weights @ axes.T
        self.noise_[models] = (axes**2) @ noise

    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        columns = Membership(self.centres_, self.cluster_counts_).columns(features)
        runs = columns.shape[1]
        mean = self.level_ + self.weights_[columns].sum(axis=1) / np.sqrt(runs)
        return mean, self.trials_[columns].mean(axis=1), self.noise_


def _evidence(found: Membership, columns: Array, target: Array) -> tuple[Array, Array, Array]:
    """Level (m,), weights (Σk, m) and noise ratio (m,) of each output, the ratio by marginal likelihood.

    Everything is done among the Σk coordinates, so that the cost grows with the prompts only linearly.
    """
    size, count = len(found.centres), len(target)
    gram, ones, product = np.zeros((size, size)), np.zeros(size), np.zeros((size, target.shape[1]))
    for rows in _chunks(count):
        part = found.mapped(columns[rows])
        gram += part.T @ part
        ones += part.sum(axis=0)
        product += part.T @ target[rows]
    values, vectors = np.linalg.eigh(gram)
    values = values.clip(0.0)
    ones, product = vectors.T @ ones, vectors.T @ product
    total, squares = target.sum(axis=0), (target**2).sum(axis=0)
    best = np.full(target.shape[1], -np.inf)
    level, noise, weights = np.zeros_like(best), np.zeros_like(best), np.zeros_like(product)
    for ratio in _NOISE:
        inner = values + ratio  # K⁻¹ = (I − Φ(ΦᵀΦ + ratio)⁻¹Φᵀ) ÷ ratio
        one_one = count - (ones**2 / inner).sum()
        one_y = total - (ones / inner) @ product
        y_y = squares - (product**2 / inner[:, None]).sum(axis=0)
        mean = one_y / one_one
        scale = np.maximum((y_y - mean * one_y) / ratio / count, 1e-12)
        log = -0.5 * (count * np.log(scale) + np.log(inner).sum() + (count - size) * np.log(ratio))
        better = log > best
        best, level, noise = np.where(better, log, best), np.where(better, mean, level), np.where(better, ratio, noise)
        fitted = (product - ones[:, None] * mean) / inner[:, None]
        weights[:, better] = fitted[:, better]
    return level, vectors @ weights, noise


def _chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, CHUNK):
        yield slice(start, min(start + CHUNK, count))
