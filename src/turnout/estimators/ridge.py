"""Ridge regression in closed form, of many outputs of which each may be measured on other rows."""

from __future__ import annotations

import numpy as np

from turnout.types import Array

__all__ = ["ridge"]

_ALPHAS = np.geomspace(1.0, 3000.0, 25)


def ridge(centred: Array, target: Array, alpha: float | None) -> tuple[Array, Array]:
    """Weights (dim, m) of each column of `target` (n, m; NaN = not measured), and the degrees of freedom used, (m,).

    `alpha` weighs ‖w‖². None chooses it per column by generalised cross-validation (Golub, Heath & Wahba 1979): least
    (residual sum of squares) / (1 − degrees of freedom / n)².
    """
    weights, freedom = np.zeros((centred.shape[1], target.shape[1])), np.ones(target.shape[1])
    # Columns measured on the same rows share one factorisation.
    patterns, which = np.unique(np.isfinite(target).T, axis=0, return_inverse=True)
    for i, pattern in enumerate(patterns):
        columns = np.flatnonzero(which.reshape(-1) == i)
        rows = centred[pattern]
        if len(rows):
            weights[:, columns], freedom[columns] = _solve(rows, target[np.ix_(pattern, columns)], alpha)
    return weights, freedom


def _solve(rows: Array, target: Array, alpha: float | None) -> tuple[Array, Array]:
    values, vectors = np.linalg.eigh(rows.T @ rows)
    values = np.clip(values, 0.0, None)
    moment = vectors.T @ (rows.T @ target)
    alphas = _ALPHAS if alpha is None else np.array([alpha])
    coefficients = moment[None] / (values[None, :, None] + alphas[:, None, None])  # (alphas, dim, m)
    explained = 2 * (coefficients * moment).sum(axis=1) - (coefficients**2 * values[None, :, None]).sum(axis=1)
    freedom = (values / (values + alphas[:, None])).sum(axis=1)
    score = ((target**2).sum(axis=0) - explained) / np.maximum(1 - freedom / len(rows), 1e-3)[:, None] ** 2
    best = score.argmin(axis=0)
    chosen = coefficients[best, :, np.arange(target.shape[1])].T
    return vectors @ chosen, freedom[best]
