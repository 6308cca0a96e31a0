"""Placing a new model from a few evaluations: the models that are known already say most of what there is to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from turnout.estimators.process import Membership
from turnout.types import Array

__all__ = ["Basis", "Hyper", "Placement"]

_PANEL = 5  # strongest known models: a new model matters where it contends with them
_DIMENSIONS = 48
_TUNED_ON = 200  # labels of a known model that plays the new one
_CANDIDATES = 1000  # prompts among which the informative ones are sought
_RIDGE = 10.0  # of the known models' quality on the regions
_ANSWERS = 0.05  # prior spread of the weight of one known model's own answer


class Basis:
    """Main directions of shared cluster membership: where on the prompts a model may differ from the others."""

    def __init__(self, features: Array, sizes: Sequence[int] = (8, 16, 32, 64), restarts: int = 2, seed: int = 0):
        self.members = Membership.fit(features, sizes, restarts, seed)
        mapped = self.members.mapped(self.members.columns(features))
        self.centre = mapped.mean(axis=0)
        mapped -= self.centre
        self.axes = np.linalg.eigh(mapped.T @ mapped)[1][:, -_DIMENSIONS:]

    def of(self, features: Array) -> Array:
        """Coordinates of prompts, (n, d)."""
        mapped = self.members.mapped(self.members.columns(features))
        found: Array = (mapped - self.centre) @ self.axes
        return found


@dataclass(frozen=True, slots=True)
class Hyper:
    """Prior standard deviations of what sets a new model apart from the mean of the panel."""

    ability: tuple[float, ...]  # overall, in quality where chances are even; one of these, which is left to the labels
    prior: tuple[float, ...]  # log weight of each
    profile: float  # weight of each known model's estimated quality
    local: float  # in single regions of the prompts


_ABILITY = (0.03, 0.06, 0.12, 0.25, 0.5)
_DETAIL = tuple(product((0.1, 0.3, 1.0), (0.03, 0.06, 0.12)))  # profile, local
_DEFAULT = Hyper(_ABILITY, (0.0,) * len(_ABILITY), 0.3, 0.06)


class Placement:
    """Known models' answers on the training prompts, made ready to place a new model among them.

    A new model's quality on a prompt is the mean of the strongest known models there, plus an overall difference in
    ability (felt most where chances are even, as in item response theory), plus a mixture of the known models' profiles
    of quality, plus a deviation of its own per region. All are Gaussian, with spreads that maximise the likelihood of
    the known models when each plays the new one; but the spread of ability is averaged over by what the new model's own
    labels say of it, so that one which outdoes all known ones is not held back by their likeness. On labelled prompts
    the known models' *answers* tell hard from easy prompts, which takes noise away; a live prompt has no answers yet,
    and needs none.
    """

    def __init__(self, quality: Array, region: Array, seed: int = 0, hyper: Hyper | None = None) -> None:
        """`quality` (n, known models; NaN = not measured) and `region` (n, d), from a `Basis`, of the same prompts."""
        if len(region) != len(quality) or not quality.size:
            raise ValueError(f"quality of shape {quality.shape} does not fit regions of shape {region.shape}")
        self._region = region
        self._rng = np.random.default_rng(seed)
        answers, smooth = self._smoothed(quality)
        order = np.argsort(-answers.mean(axis=0), kind="stable")
        self.hyper = hyper or self._tune(answers[:, order[: _PANEL + 1]], smooth[:, order[: _PANEL + 1]])
        self.panel = order[:_PANEL]
        self._design = _Design(answers[:, self.panel], smooth[:, self.panel], region)

    def known(self, region: Array) -> Array:
        """The known models' quality on prompts, from their regions alone: (n, known models).

        As smooth as the new model's estimate: to be compared with it. The best of many sharp estimates is too high by
        their noise, and would keep a new model out.
        """
        found: Array = self._level + region @ self._slopes
        return found

    def estimate(self, rows: Array, scores: Array, region: Array) -> Array:
        """The new model's quality on prompts in these regions (n,), from its scores on the training prompts `rows`."""
        measured = np.isfinite(scores)
        rows, scores = np.asarray(rows)[measured], np.asarray(scores, dtype=np.float64)[measured]
        there = self.known(region)[:, self.panel]
        left = scores - self._design.mean[rows]
        moves, likely = [], []
        for ability, prior in zip(self.hyper.ability, self.hyper.prior, strict=True):
            seen = self._design.labelled(rows, ability, self.hyper)
            factor, whitened = _whiten(seen, self._design.noise[rows], left)
            likely.append(prior + _log_likelihood(factor, whitened))
            weights = seen.T @ np.linalg.solve(factor.T, whitened)
            moves.append(self._design.live(there, region, ability, self.hyper) @ weights)
        weight = np.exp(np.array(likely) - max(likely))
        found: Array = np.clip(there.mean(axis=1) + np.average(moves, axis=0, weights=weight), 0.0, 1.0)
        return found

    def means(self, rows: Array, scores: Array, groups: Array) -> tuple[Array, Array]:
        """The new model's mean quality on each group of training prompts, and its standard error.

        `groups` (n,) numbers the group of every training prompt; both results have an entry per number. Groups that
        hold no label are known by what the others say of the model, with the error that this has.
        """
        measured = np.isfinite(scores)
        rows, scores = np.asarray(rows)[measured], np.asarray(scores, dtype=np.float64)[measured]
        within = np.zeros((int(groups.max()) + 1, len(groups)))
        within[groups, np.arange(len(groups))] = 1
        within /= within.sum(axis=1, keepdims=True)
        everywhere = np.arange(len(groups))
        left = scores - self._design.mean[rows]
        found, spreads, likely = [], [], []
        for ability, prior in zip(self.hyper.ability, self.hyper.prior, strict=True):
            seen = self._design.labelled(rows, ability, self.hyper)
            wanted = within @ self._design.labelled(everywhere, ability, self.hyper)
            factor, whitened = _whiten(seen, self._design.noise[rows], left)
            likely.append(prior + _log_likelihood(factor, whitened))
            told = np.linalg.solve(factor, seen @ wanted.T)  # (labels, groups)
            found.append(told.T @ whitened)
            spreads.append((wanted**2).sum(axis=1) - (told**2).sum(axis=0))
        weight = np.exp(np.array(likely) - max(likely))
        mean = np.average(found, axis=0, weights=weight)
        variance = np.average(np.array(spreads) + (np.array(found) - mean) ** 2, axis=0, weights=weight)
        return np.clip(within @ self._design.mean + mean, 0.0, 1.0), np.sqrt(variance)

    def _smoothed(self, quality: Array) -> tuple[Array, Array]:
        """Answers without gaps, and what the regions say of each prompt without its own answer: (n, known models).

        Ridge regression; leaving a prompt out is exact: residual ÷ (1 − leverage).
        """
        measured = np.isfinite(quality)
        count = measured.sum(axis=0)
        level = np.where(count > 0, np.where(measured, quality, 0.0).sum(axis=0) / np.maximum(count, 1), 0.5)
        centred = self._region - self._region.mean(axis=0)
        inverse = np.linalg.inv(centred.T @ centred + _RIDGE * np.eye(centred.shape[1]))
        leverage = 1 / len(centred) + ((centred @ inverse) * centred).sum(axis=1)
        answers = np.where(measured, quality, level)
        for _ in range(2):  # a gap is filled by what the regions say, then counts as an answer
            slopes = inverse @ (centred.T @ (answers - answers.mean(axis=0)))
            fitted = answers.mean(axis=0) + centred @ slopes
            answers = np.where(measured, quality, fitted)
        self._slopes = slopes
        self._level = answers.mean(axis=0) - self._region.mean(axis=0) @ slopes
        return answers, answers - (answers - fitted) / np.maximum(1 - leverage, 0.1)[:, None]

    def informative(self, count: int, allowed: Array) -> Array:
        """Training rows of `allowed` to label: each next one lessens the summed variance over all prompts the most.

        They depend on the known models only, never on the new one's answers (A-optimal design, greedily).
        """
        allowed = self._rng.permutation(np.flatnonzero(allowed))[: max(count, _CANDIDATES)]
        ability = self.hyper.ability[int(np.argmax(self.hyper.prior))]
        seen = self._design.labelled(allowed, ability, self.hyper) / np.sqrt(self._design.noise[allowed])[:, None]
        wanted = self._design.live(self._design.estimated, self._region, ability, self.hyper)
        covariance, matters = np.eye(seen.shape[1]), wanted.T @ wanted
        left = np.ones(len(allowed), dtype=bool)
        chosen = []
        for _ in range(min(count, len(allowed))):
            spread = seen @ covariance
            total = 1 + (spread * seen).sum(axis=1)
            saved = ((spread @ matters) * spread).sum(axis=1) / total
            best = int(np.argmax(np.where(left, saved, -np.inf)))
            chosen.append(int(allowed[best]))
            left[best] = False
            covariance = covariance - np.outer(spread[best], spread[best]) / total[best]
        return np.array(chosen, dtype=np.intp)

    def _tune(self, answers: Array, smooth: Array) -> Hyper:
        """The spreads under which these models' own labels are likeliest, each placed by the others."""
        models = answers.shape[1]
        if models < 3:
            return _DEFAULT
        total = np.zeros((len(_DETAIL), len(_ABILITY)))
        for model in range(models):
            others = np.delete(np.arange(models), model)
            design = _Design(answers[:, others], smooth[:, others], self._region)
            rows = self._rng.permutation(len(answers))[:_TUNED_ON]
            left = answers[rows, model] - design.mean[rows]
            for i, (profile, local) in enumerate(_DETAIL):
                tried = Hyper(_ABILITY, (), profile, local)
                for j, ability in enumerate(_ABILITY):
                    seen = design.labelled(rows, ability, tried)
                    total[i, j] += _log_likelihood(*_whiten(seen, design.noise[rows], left))
        profile, local = _DETAIL[int(np.argmax(total.max(axis=1)))]
        # The known models together count as one: the new one's labels are to outweigh them soon.
        prior = total[int(np.argmax(total.max(axis=1)))] / models
        return Hyper(_ABILITY, tuple(float(v) for v in prior - prior.max()), profile, local)


class _Design:
    """Prior mean and noise of a new model's score on each training prompt; the coordinates in which it may differ."""

    def __init__(self, answers: Array, estimated: Array, region: Array) -> None:
        self.estimated = estimated
        residual = answers - estimated
        slope, spread = _shared(residual)
        expected = estimated.mean(axis=1) + slope * residual.mean(axis=1)
        even = np.clip(expected, 0.08, 0.92)
        even = even * (1 - even)
        self.mean = expected
        self._even = even / even.mean()  # ability moves a chance of one half the most, a certainty hardly
        self.noise = np.maximum(spread * self._even, 1e-3)
        self._residual, self._region = residual, region
        gram = region.T @ region + np.eye(region.shape[1])
        self._even_by_region = np.linalg.solve(gram, region.T @ (self._even - 1))

    def labelled(self, rows: Array, ability: float, hyper: Hyper) -> Array:
        """Coordinates of training prompts, where the known models' answers are known too."""
        return self._coordinates(
            self._even[rows] * ability, self.estimated[rows], self._residual[rows], self._region[rows], hyper
        )

    def live(self, estimated: Array, region: Array, ability: float, hyper: Hyper) -> Array:
        """Coordinates of prompts of which only the vector is known."""
        return self._coordinates(
            (1 + region @ self._even_by_region) * ability, estimated, np.zeros_like(estimated), region, hyper
        )

    def _coordinates(self, even: Array, estimated: Array, residual: Array, region: Array, hyper: Hyper) -> Array:
        profile = estimated - estimated.mean(axis=1, keepdims=True)
        return np.hstack([even[:, None], profile * hyper.profile, residual * _ANSWERS, region * hyper.local])


def _shared(residual: Array) -> tuple[float, float]:
    """How much of the panel's mean residual a further model shares, and the variance that then remains."""
    models = residual.shape[1]
    if models < 2:
        return 0.0, float(np.mean(residual**2)) if models else 0.15
    rest = (residual.sum(axis=1, keepdims=True) - residual) / (models - 1)
    power = float((rest**2).sum())
    slope = float((rest * residual).sum()) / power if power > 0 else 0.0
    return slope, float(np.mean((residual - slope * rest) ** 2))


def _whiten(seen: Array, noise: Array, left: Array) -> tuple[Array, Array]:
    """Cholesky factor L of the labels' covariance, and L⁻¹ · residuals."""
    factor = np.linalg.cholesky(seen @ seen.T + np.diag(noise))
    return factor, np.linalg.solve(factor, left)


def _log_likelihood(factor: Array, whitened: Array) -> float:
    return float(-0.5 * (whitened @ whitened) - np.log(np.diag(factor)).sum())
