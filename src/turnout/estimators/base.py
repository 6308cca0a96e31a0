"""What estimators share: means that skip what was not measured, shrinkage, and the model's overall mean below all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from turnout.errors import NotFitted
from turnout.types import Array, Estimates, OutcomeTable

__all__ = ["Base", "Level", "pseudo_count", "shrink", "weighted_mean"]

_PRIOR = 0.5  # quality of a model in a world without any trial
_PRIOR_SE = 0.3  # about the spread of a uniform quality
_PRIOR_TRIALS = 1.0  # how many trials the prior over models is worth
_PRIOR_MISS = 0.02  # variance of prompts around their estimate, before any is seen; about what real data show
_PRIOR_PAIRS = 50.0  # how many pairs of prompts that is worth
_HELD_OUT = 0.2
_CALIBRATED_ON = 10_000  # prompts at most


@dataclass(frozen=True, slots=True)
class Level:
    """A mean per prompt and model, and how many trials stand behind it. Shapes (n, n_models)."""

    mean: Array
    trials: Array


def weighted_mean(weights: Array, values: Array) -> Level:
    """Rows of `weights` (…, r) over `values` (…, r, m), skipping NaN.

    `trials` is the effective number: (Σw)² / Σw² over the measured cells; 0 where nothing was measured (mean NaN).
    """
    measured = np.isfinite(values)
    known = measured.astype(weights.dtype)  # a product with booleans would not reach BLAS
    mass = weights @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weights @ np.where(measured, values, 0.0)) / mass
        trials = np.where(mass > 0, mass**2 / (weights**2 @ known), 0.0)
    return Level(mean, trials)


def shrink(level: Level, towards: Array, pseudo_trials: Array | float) -> Array:
    """(n·mean + τ·towards) / (n + τ): a mean of few trials gives way to the wider one."""
    total = level.trials + pseudo_trials
    own = np.divide(level.trials, total, out=np.zeros_like(total), where=total > 0)  # weight of the narrower mean
    shrunk: Array = own * np.where(level.trials > 0, level.mean, 0.0) + (1 - own) * towards
    return shrunk


def pseudo_count(groups: Array, quality: Array, *, low: float = 1.0, high: float = 1000.0) -> float:
    """τ = variance within groups ÷ variance between their true means, by the method of moments, over all models.

    `groups` (n,) are integer labels, `quality` (n, m) may have NaN. It is the number of trials at which a group's own
    mean deserves as much weight as the wider mean (James & Stein; Morris 1983).
    """
    count = int(groups.max()) + 1 if len(groups) else 0
    known = np.isfinite(quality)
    member = np.zeros((count, len(groups)))
    member[groups, np.arange(len(groups))] = 1.0
    n = member @ known
    filled = np.where(known, quality, 0.0)
    mean = (member @ filled) / np.maximum(n, 1)
    within = float(((filled - mean[groups]) ** 2)[known].sum() / max(1.0, float((n - 1).clip(0).sum())))
    overall = filled.sum(0) / np.maximum(known.sum(0), 1)
    big = n >= 2
    if not big.any():
        return high
    excess = ((mean - overall) ** 2 - within / np.maximum(n, 1))[big]
    between = float(np.average(excess, weights=n[big]))
    return float(np.clip(within / between, low, high)) if between > 0 else high


class Base(ABC):
    """Per-model means of quality, cost and latency, which every estimator falls back to."""

    reads_categories: ClassVar[bool] = False  # the category is all it knows of a prompt

    def fit(self, features: Array, outcomes: OutcomeTable) -> Self:
        """Learn the means, what the subclass adds, and by how much the estimates miss single prompts."""
        self._fit(np.ascontiguousarray(features, dtype=np.float32), outcomes)
        self.miss_ = self._miss(features, outcomes)
        return self

    def _fit(self, features: Array, outcomes: OutcomeTable) -> None:
        if features.ndim != 2 or len(features) != len(outcomes.prompts):
            raise ValueError(f"features of shape {features.shape} do not fit {len(outcomes.prompts)} prompts")
        if not len(outcomes.prompts) or not outcomes.model_ids:
            raise ValueError("there is nothing to fit: no prompts or no models")
        self.model_ids_ = tuple(outcomes.model_ids)
        ones = np.ones((1, len(outcomes.prompts)))
        own = weighted_mean(ones, outcomes.quality)
        prior = float(np.nanmean(own.mean)) if np.isfinite(own.mean).any() else _PRIOR
        self.model_mean_ = shrink(own, np.full(own.mean.shape, prior), _PRIOR_TRIALS)[0]
        self.model_trials_ = own.trials[0]
        self.cost_usd_ = weighted_mean(ones, outcomes.cost_usd).mean[0]
        self.latency_s_ = weighted_mean(ones, outcomes.latency_s).mean[0]
        self.miss_ = 0.0
        self._learn(features, outcomes)

    def _miss(self, features: Array, outcomes: OutcomeTable) -> float:
        """Variance of prompts' expected quality around their estimate, beyond the error of the means themselves.

        One trial of a prompt cannot tell luck from a hard prompt; two alike prompts can: their luck is independent,
        so the mean product of the residuals of nearest pairs, on held-out rows, is what the estimate misses. It is a
        lower bound: pairs that are less than identical share less than all of it.
        """
        order = np.random.default_rng(0).permutation(len(features))[:_CALIBRATED_ON]
        count = int(len(order) * _HELD_OUT)
        products = np.empty(0)
        if count >= 2:
            held, rest = order[:count], np.sort(order[count:])
            fitted = type(self)(**self._settings())
            fitted._fit(np.ascontiguousarray(features[rest], dtype=np.float32), outcomes.take(rest))
            known = self.reads_categories and outcomes.categories
            labels = [known[i] for i in held] if known else None  # else as if unknown, which they mostly are
            left = outcomes.quality[held] - fitted.estimate(features[held], labels).quality
            alike = features[held] @ features[held].T
            np.fill_diagonal(alike, -np.inf)
            product = left * left[np.argmax(alike, axis=1)]
            products = product[np.isfinite(product)]
        miss = (products.sum() + _PRIOR_PAIRS * _PRIOR_MISS) / (len(products) + _PRIOR_PAIRS)
        return float(np.clip(miss, 0.0, _PRIOR_SE**2))

    def estimate(self, features: Array, categories: Sequence[str] | None = None) -> Estimates:
        """Quality from the subclass, clipped to [0, 1]; cost and latency from the models' means."""
        self._check_fitted()
        features = np.asarray(features, dtype=np.float32)
        features = features[None] if features.ndim == 1 else features
        mean, trials, pseudo = self._quality(features, categories)
        mean = np.minimum(np.maximum(mean, 0.0), 1.0)  # one prompt is the usual case: np.clip costs more than it cuts
        # A mean of trials in [0, 1] has at most the variance of a coin of that mean; the wider levels count as trials.
        luck = np.maximum(mean * (1 - mean), 0.01) / np.maximum(trials + pseudo, 1e-12)
        spread = np.sqrt(luck + self.miss_)
        unknown = self.model_trials_ == 0
        count = len(features)
        return Estimates(
            model_ids=self.model_ids_,
            quality=mean,
            quality_se=np.where(unknown, _PRIOR_SE, np.minimum(spread, _PRIOR_SE)),
            cost_usd=self.cost_usd_[None].repeat(count, axis=0),
            latency_s=self.latency_s_[None].repeat(count, axis=0),
            support=np.where(unknown, 0.0, trials),
        )

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything that `fit` made: arrays as arrays, the rest as JSON."""
        self._check_fitted()
        header: dict[str, Any] = {"settings": self._settings()}
        arrays: dict[str, Array] = {}
        for name, value in vars(self).items():
            if name.endswith("_") and not name.startswith("_"):
                if isinstance(value, np.ndarray):
                    arrays[name] = value
                else:
                    header[name] = list(value) if isinstance(value, tuple) else value
        return header, arrays

    @classmethod
    def from_state(cls, header: Mapping[str, Any], arrays: Mapping[str, Array]) -> Self:
        """The fitted estimator; raises `KeyError` or `TypeError` when the state is not one of this class."""
        made = cls(**header["settings"])
        for name, value in {**header, **arrays}.items():
            if name != "settings":
                setattr(made, name, tuple(value) if isinstance(value, list) else value)
        made._check_fitted()
        return made

    def _check_fitted(self) -> None:
        if not hasattr(self, "model_mean_"):
            raise NotFitted(f"{type(self).__name__} was used before fit")

    def _settings(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {n: v for n, v in vars(self).items() if not n.endswith("_") and not n.startswith("_")}

    @abstractmethod
    def _learn(self, features: Array, outcomes: OutcomeTable) -> None:
        """What the subclass keeps; its attributes end in an underscore."""

    @abstractmethod
    def _quality(self, features: Array, categories: Sequence[str] | None) -> tuple[Array, Array, Array | float]:
        """Mean quality, trials behind it, and pseudo-trials that the wider levels are worth: (n, n_models) each."""
