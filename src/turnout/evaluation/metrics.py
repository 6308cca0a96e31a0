"""What a routing policy is worth. Pure functions of arrays; definitions as in docs/explanation/metrics.md."""

from __future__ import annotations

import numpy as np

from turnout.types import Array

__all__ = ["aiq", "apgr", "chosen", "collapse", "cpt", "entropy", "hull", "means", "pgr", "pick", "regret"]


def chosen(values: Array, choice: Array) -> Array:
    """values[i, choice[i]]: what each prompt's chosen model gave, (n,)."""
    taken: Array = values[np.arange(len(choice)), choice]
    return taken


def pick(estimated: Array, measured: Array) -> Array:
    """The model of highest estimate among those measured on the prompt, (n,); the first of equals."""
    picked: Array = np.argmax(np.where(np.isfinite(measured), estimated, -np.inf), axis=1)
    return picked


def means(quality: Array) -> Array:
    """Each model's mean over its scored trials, (m,); a model without any is never the choice (−1)."""
    known = np.isfinite(quality)
    count = known.sum(axis=0)
    found: Array = np.where(count > 0, np.where(known, quality, 0.0).sum(axis=0) / np.maximum(count, 1), -1.0)
    return found


def regret(quality: Array, choice: Array) -> float:
    """Mean of the best quality minus the chosen one."""
    return float(np.mean(np.nanmax(quality, axis=1) - chosen(quality, choice)))


def collapse(choice: Array) -> float:
    """Share of prompts that go to the most chosen model."""
    return float(np.bincount(choice).max() / len(choice))


def entropy(choice: Array) -> float:
    """Entropy of the choices in bits: 0 = one model gets all."""
    share = np.bincount(choice) / len(choice)
    share = share[share > 0]
    return float(max(0.0, -(share * np.log2(share)).sum()))


def hull(cost: Array, quality: Array) -> tuple[Array, Array]:
    """Non-decreasing convex hull of (cost, quality) points: what random mixing of them can reach, cheapest first."""
    order = np.lexsort((-np.asarray(quality), np.asarray(cost)))
    points: list[tuple[float, float]] = []
    for x, y in zip(np.asarray(cost)[order], np.asarray(quality)[order], strict=True):
        if points and (y <= points[-1][1] or x == points[-1][0]):
            continue
        while len(points) >= 2:
            (x0, y0), (x1, y1) = points[-2:]
            if (y1 - y0) * (x - x0) <= (y - y0) * (x1 - x0):  # the middle point lies under the new line
                points.pop()
            else:
                break
        points.append((float(x), float(y)))
    xs, ys = np.array(points).T
    return xs, ys


def aiq(cost: Array, quality: Array, low: float, high: float) -> float:
    """Mean height of the hull between two costs (Hu et al. 2024, arXiv 2403.12031). Beyond its ends it is flat.

    Below the cheapest point nothing can be reached, and the cheapest point's quality is not credited: the range must
    begin where every system compared has a point.
    """
    xs, ys = hull(cost, quality)
    if not low < high or xs[0] > low:
        raise ValueError(f"AIQ needs a cost range inside the hull: [{low}, {high}] with points from {xs[0]}")
    grid = np.unique(np.concatenate([[low, high], xs[(xs > low) & (xs < high)]]))
    return float(np.trapezoid(np.interp(grid, xs, ys), grid) / (high - low))


def pgr(weak: Array, strong: Array, preference_for_strong: Array) -> tuple[Array, Array]:
    """Performance gap recovered (Ong et al. 2024, 2406.18665) over shares of calls to the strong model: (x, y).

    `weak` and `strong` are the two models' qualities, `preference_for_strong` the score by which prompts go to the
    strong one first, (n,) each. Prompts of equal score go in random order: one straight piece of the curve.
    """
    gap = float(strong.mean() - weak.mean())
    order = np.argsort(-preference_for_strong, kind="stable")
    last_of_equals = np.append(np.diff(preference_for_strong[order]) != 0, True)
    gained = np.concatenate([[0.0], (np.cumsum((strong - weak)[order]) / len(weak))[last_of_equals]])
    share = np.concatenate([[0.0], (np.flatnonzero(last_of_equals) + 1) / len(weak)])
    with np.errstate(divide="ignore", invalid="ignore"):
        return share, gained / gap


def apgr(weak: Array, strong: Array, preference_for_strong: Array) -> float:
    """Area of `pgr` over all shares of strong calls: a constant score is a coin, 0.5. NaN when both are as good."""
    if strong.mean() == weak.mean():
        return float("nan")
    share, recovered = pgr(weak, strong, preference_for_strong)
    return float(np.trapezoid(recovered, share))


def cpt(share: Array, recovered: Array, level: float) -> float:
    """Least share of strong calls that recovers `level` of the gap, from a curve of `pgr`."""
    at = int(np.argmax(recovered >= level - 1e-12))
    if at == 0:
        return float(share[0])
    x, y = share[at - 1 : at + 1], recovered[at - 1 : at + 1]
    return float(np.interp(level, y, x))
