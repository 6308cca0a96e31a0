"""Means of groups, as corrections of a wider estimate: by as much as their trials can bear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from turnout.types import Array

__all__ = ["Correction", "correct"]

_LEAST = 1e-8  # variance below which a direction is rounding
_UNSEEN = 1e6  # noise of a mean without trials


@dataclass(frozen=True, slots=True)
class Correction:
    """What each group adds to the wider estimate and the trials behind it, (k, m) each; the prior's worth in trials."""

    mean: Array
    trials: Array
    pseudo_trials: Array


def correct(residual: Array, labels: Array, groups: int) -> Correction:
    """Posterior mean of each group's shift, given residuals (n, m; NaN = no trial) from the wider estimate.

    Multivariate empirical Bayes (Efron & Morris 1972): a group's true shift over the m models is drawn from N(0, B),
    its mean residual scatters around it by W / trials. W is the covariance within groups, B the one between them, both
    by the method of moments. Models that go up and down together share what is known of each; one without trials in a
    group still moves with the others.
    """
    known = np.isfinite(residual)
    filled, seen = np.where(known, residual, 0.0), known.astype(np.float64)
    member = np.zeros((groups, len(labels)))
    member[labels, np.arange(len(labels))] = 1.0
    trials = member @ seen
    mean = (member @ filled) / np.maximum(trials, 1)
    left = np.where(known, filled - mean[labels], 0.0)
    # Trials that two models share, per group: (k, m, m). Fully measured data need no such product.
    together = (
        np.broadcast_to(trials[:, :, None], (groups, *2 * trials.shape[1:]))
        if known.all()
        else np.stack([seen[labels == g].T @ seen[labels == g] for g in range(groups)])
    )
    pairs = together.sum(axis=0)
    within = _psd((left.T @ left) / np.maximum(pairs - (together > 0).sum(axis=0), 1))
    share = together / np.maximum(trials[:, :, None] * trials[:, None, :], 1)  # noise of a product of two means, over W
    weighted = np.einsum("kij,ki,kj->ij", together, mean, mean) - within * np.einsum("kij,kij->ij", together, share)
    between = _psd(weighted / np.maximum(pairs, 1))
    noise = within * share
    diagonal = np.arange(trials.shape[1])
    noise[:, diagonal, diagonal] = np.where(trials > 0, noise[:, diagonal, diagonal] + _LEAST, _UNSEEN)
    moved = np.linalg.solve(between + noise, mean[:, :, None])[:, :, 0] @ between
    spread = np.diag(between)
    pseudo = np.clip(np.diag(within) / np.maximum(spread, _LEAST), 1.0, 1000.0)
    return Correction(moved, trials, pseudo)


def _psd(matrix: Array) -> Array:
    """The nearest covariance: no direction has less than no variance."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    nearest: Array = (vectors * np.clip(values, _LEAST, None)) @ vectors.T
    return nearest
