"""What evidence says of each model for a prompt: numbers first, the choice comes later."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from turnout.errors import UserError
from turnout.estimators.protocol import Estimator
from turnout.types import Array

__all__ = ["ESTIMATORS", "Estimator", "load_state", "make"]

ESTIMATORS: Mapping[str, str] = {
    "hierarchical": "turnout.estimators.hierarchical:Hierarchical",
    "knn": "turnout.estimators.knn:KNN",
    "kmeans": "turnout.estimators.kmeans:KMeans",
    "process": "turnout.estimators.process:ClusterProcess",
    "soft-kmeans": "turnout.estimators.kmeans:KMeans",
    "agglomerative": "turnout.estimators.kmeans:KMeans",
    "density": "turnout.estimators.kmeans:KMeans",
    "mixture": "turnout.estimators.kmeans:KMeans",
    "projection": "turnout.estimators.projection:Projection",
    "logistic": "turnout.estimators.logistic:Logistic",
    "linear": "turnout.estimators.linear:Linear",
    "stacked": "turnout.estimators.stacked:Stacked",
    "category": "turnout.estimators.category:Category",
    "constant": "turnout.estimators.constant:Constant",
}

# What a name means beyond its class.
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "soft-kmeans": {"soft": 0.02},
    "agglomerative": {"clustering": "agglomerative"},
    "density": {"clustering": "density", "k": 64},
    "mixture": {"clustering": "mixture"},
}


def _class(name: str) -> type[Estimator]:
    if name not in ESTIMATORS:
        raise UserError(f"unknown estimator {name!r}: choose from {', '.join(ESTIMATORS)}")
    module, _, attribute = ESTIMATORS[name].partition(":")
    found: type[Estimator] = getattr(import_module(module), attribute)
    return found


def make(name: str, **settings: Any) -> Estimator:
    """An unfitted estimator by name; raises `UserError` naming those there are."""
    return _class(name)(**{**_SETTINGS.get(name, {}), **settings})


def load_state(name: str, header: Mapping[str, Any], arrays: Mapping[str, Array]) -> Estimator:
    """The fitted estimator whose `state` was saved."""
    return _class(name).from_state(header, arrays)
