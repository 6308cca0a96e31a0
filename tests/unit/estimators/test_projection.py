from __future__ import annotations

import numpy as np
import pytest

from turnout.errors import UserError
from turnout.estimators import load_state, make
from turnout.estimators.logistic import Logistic
from turnout.evidence import artifact
from turnout.types import OutcomeTable


def table(quality: np.ndarray) -> OutcomeTable:
    blank, names = np.full(quality.shape, np.nan), tuple(str(i) for i in range(len(quality)))
    models = tuple(f"m{j}" for j in range(quality.shape[1]))
    return OutcomeTable("t", names, names, models, quality, blank, blank, blank)


def hidden(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """What decides is one faint direction among 30 louder ones that mean nothing."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, 30))
    features[:, 0] *= 0.5
    sign = np.sign(features[:, 0])
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    chance = np.stack([0.5 + 0.4 * sign, 0.5 - 0.4 * sign], axis=1)
    return features.astype(np.float32), (rng.random(chance.shape) < chance).astype(float)


def right(estimator, features: np.ndarray, sign: np.ndarray) -> float:
    quality = estimator.estimate(features).quality
    return float(((quality[:, 0] > quality[:, 1]) == (sign > 0)).mean())


@pytest.mark.parametrize("inner", ["kmeans", "knn"])
def test_it_finds_the_direction_that_matters(inner):
    features, quality = hidden(2000)
    train, test = slice(0, 1200), slice(1200, None)
    plain = make(inner).fit(features[train], table(quality[train]))
    learned = make("projection", inner=inner, weight=3.0).fit(features[train], table(quality[train]))
    sign = features[test, 0]
    assert right(learned, features[test], sign) > right(plain, features[test], sign) + 0.1
    assert right(learned, features[test], sign) > 0.8


def test_luck_is_not_learned():
    """Outcomes that have nothing to do with the prompt: estimates stay near the models' means."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 100))
    features = (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float32)
    quality = (rng.random((400, 3)) < 0.5).astype(float)
    fitted = make("projection", alpha=0.1, weight=10.0).fit(features, table(quality))
    estimated = fitted.estimate(features).quality
    assert np.abs(estimated - fitted.model_mean_).mean() < 0.05
    without = make("projection", alpha=0.1, weight=10.0, folds=1).fit(features, table(quality))  # rows see themselves
    assert np.abs(without.estimate(features).quality - without.model_mean_).mean() > 0.15


def test_the_inner_estimator_is_saved_with_it(tmp_path):
    features, quality = hidden(300)
    fitted = make("projection", inner="knn", inner_settings={"k": 40}, rank=1).fit(features, table(quality))
    header, arrays = fitted.state()
    artifact.save(tmp_path / "p.npz", kind="t", header=header, arrays=arrays)
    _, header, arrays = artifact.load(tmp_path / "p.npz")
    again = load_state("projection", header, arrays)
    np.testing.assert_array_equal(again.estimate(features).quality, fitted.estimate(features).quality)
    assert again.inner_settings == {"k": 40}


def test_no_projection_inside_a_projection():
    features, quality = hidden(20)
    with pytest.raises(UserError, match="cannot stand inside"):
        make("projection", inner="projection").fit(features, table(quality))


def test_logistic_recovers_the_chances_of_a_logistic_world():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(6000, 6)).astype(np.float32)
    chance = 1 / (1 + np.exp(-(0.5 + features @ np.array([1.5, -1, 0, 0, 0, 0.5]))))
    labels = (rng.random(6000) < chance).astype(float)[:, None]
    estimated = Logistic(alpha=1.0).fit(features, table(labels)).estimate(features).quality[:, 0]
    assert np.abs(estimated - chance).mean() < 0.015


def test_logistic_takes_fractions_as_what_they_are_worth():
    """A quality of 0.3 on every prompt is as ten trials of which three succeeded."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 5)).astype(np.float32)
    fraction = rng.integers(0, 11, 400) / 10
    whole = Logistic(alpha=2.0).fit(features, table(fraction[:, None]))
    # The same as the two classes apart, each with its weight: scikit-learn's solution of the same problem.
    from sklearn.linear_model import LogisticRegression

    twice = np.vstack([features, features]).astype(np.float64) - features.mean(axis=0)
    model = LogisticRegression(C=0.5, tol=1e-10, max_iter=1000)
    model.fit(twice, np.repeat([1, 0], 400), sample_weight=np.concatenate([fraction, 1 - fraction]))
    expected = model.predict_proba(features.astype(np.float64) - features.mean(axis=0))[:, 1]
    np.testing.assert_allclose(whole.estimate(features).quality[:, 0], expected, atol=1e-3)


def test_logistic_keeps_the_mean_of_a_model_that_never_failed():
    features = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    quality = np.stack([np.ones(50), (features[:, 0] > 0).astype(float)], axis=1)
    fitted = Logistic().fit(features, table(quality))
    estimated = fitted.estimate(features).quality
    np.testing.assert_array_equal(estimated[:, 0], fitted.model_mean_[0])
    assert estimated[:, 1].std() > 0.2


def test_logistic_stands_a_world_without_overlap():
    features = np.repeat(np.eye(2, dtype=np.float32), 100, axis=0)
    quality = np.repeat([[1.0], [0.0]], 100, axis=0)
    estimated = Logistic(alpha=1e-6).fit(features, table(quality)).estimate(features).quality[:, 0]
    assert estimated[0] > 0.99
    assert estimated[-1] < 0.01
