"""The properties that make a preference trustworthy, over random models and weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnout import preference as pref
from turnout.errors import InvalidPreference
from turnout.types import Preference

measured = st.floats(1e-8, 10) | st.just(float("nan"))
model = st.tuples(st.floats(0, 1), measured, st.floats(1e-3, 1e3) | st.just(float("nan")))
models = st.lists(model, min_size=1, max_size=8)
weight = st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 7.5])
preferences = st.builds(Preference, price=weight, latency=weight, accuracy=weight).filter(
    lambda p: p.price + p.latency + p.accuracy > 0
)


def columns(rows: list[tuple[float, float, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    quality, cost, latency = np.array(rows, dtype=float).T
    return quality, cost, latency


def order(preference: Preference, rows: list[tuple[float, float, float]], names: list[str] | None = None) -> list[str]:
    names = names or [f"m{i}" for i in range(len(rows))]
    return [names[i] for i in pref.rank(preference, names, *columns(rows))]


@given(preferences, models, st.floats(0.01, 100))
def test_more_weight_on_price_never_picks_a_dearer_model(p, rows, extra):
    quality, cost, latency = columns(rows)
    names = [f"m{i}" for i in range(len(rows))]
    before = pref.rank(p, names, quality, cost, latency)[0]
    after = pref.rank(replace(p, price=p.price + extra), names, quality, cost, latency)[0]
    dear = np.nan_to_num(cost, nan=np.inf)
    assert dear[after] <= dear[before]


@given(preferences, models, model)
def test_adding_a_model_never_reorders_the_others(p, rows, newcomer):
    names = [f"m{i}" for i in range(len(rows))]
    with_newcomer = order(p, [*rows, newcomer], [*names, "newcomer"])
    assert [name for name in with_newcomer if name != "newcomer"] == order(p, rows, names)


@given(preferences, models, st.randoms(use_true_random=False))
def test_the_order_of_the_models_does_not_matter(p, rows, random):
    names = [f"m{i}" for i in range(len(rows))]
    shuffled = list(zip(rows, names, strict=True))
    random.shuffle(shuffled)
    assert order(p, [r for r, _ in shuffled], [n for _, n in shuffled]) == order(p, rows, names)


@given(preferences, models)
def test_utility_and_criteria_stay_between_0_and_1(p, rows):
    fits = pref.utility(p, *columns(rows))
    assert np.isfinite(fits).all()
    assert ((fits >= -1e-12) & (fits <= 1 + 1e-12)).all()


@given(preferences.filter(lambda p: min(p.price, p.latency, p.accuracy) > 0), models)
def test_a_dominated_model_never_comes_first(p, rows):
    front = pref.pareto_front(*columns(rows))
    names = [f"m{i}" for i in range(len(rows))]
    first = pref.rank(p, names, *columns(rows))[0]
    # Beyond the ends of the scales all are alike, so only a model that ties with the front may stand in for it.
    fits = np.round(pref.utility(p, *columns(rows)), 12)
    assert front[first] or fits[first] == fits[front].max()


@given(models)
def test_the_front_is_what_nothing_dominates(rows):
    worst = [(q, np.inf if np.isnan(c) else c, np.inf if np.isnan(s) else s) for q, c, s in rows]
    expected = [
        not any(
            o[0] >= m[0] and o[1] <= m[1] and o[2] <= m[2] and (o[0] > m[0] or o[1] < m[1] or o[2] < m[2])
            for o in worst
        )
        for m in worst
    ]
    assert pref.pareto_front(*columns(rows)).tolist() == expected
    assert any(expected)


@given(models, st.floats(1e-6, 5), st.floats(0.01, 100), st.floats(0, 1))
def test_every_limit_holds_and_nothing_unmeasured_meets_one(rows, max_usd, max_seconds, min_quality):
    quality, cost, latency = columns(rows)
    p = Preference(max_usd=max_usd, max_seconds=max_seconds, min_quality=min_quality)
    met = pref.limits_met(p, quality, cost, latency)
    assert set(met) == {"price", "latency", "quality"}
    for i, (q, c, s) in enumerate(rows):
        assert met["price"][i] == (c <= max_usd)
        assert met["latency"][i] == (s <= max_seconds)
        assert met["quality"][i] == (q >= min_quality)


def test_unmeasured_counts_as_the_bad_end_of_its_scale():
    c = pref.criteria(np.array([0.5, np.nan]), np.array([np.nan, 1e-6]), np.array([np.nan, 0.1]))
    assert c.price.tolist() == [0.0, 1.0]
    assert c.latency.tolist() == [0.0, 1.0]
    assert c.accuracy.tolist() == [0.5, 0.0]


def test_presets_choose_what_their_names_say():
    rows = [(0.9, 0.01, 10.0), (0.5, 0.00001, 5.0), (0.6, 0.001, 0.5)]
    names = ["good", "cheap", "fast"]
    assert order(pref.prefer("best"), rows, names)[0] == "good"
    assert order(pref.prefer("cheapest"), rows, names)[0] == "cheap"
    assert order(pref.prefer("fastest"), rows, names)[0] == "fast"


@pytest.mark.parametrize(("text", "value"), [("low", 0.25), ("Medium", 0.5), ("high", 1.0), ("0.3", 0.3), ("0", 0.0)])
def test_weights_are_numbers_or_words(text, value):
    assert pref.parse_weight("price", text) == value


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "much", ""])
def test_weights_without_meaning_are_refused(text):
    with pytest.raises(InvalidPreference, match="price"):
        pref.parse_weight("price", text)


def test_a_weight_replaces_only_its_own_part_of_the_preset():
    p = pref.prefer("best", price="low")
    assert (p.price, p.latency, p.accuracy) == (0.25, 0.0, 1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": 0, "latency": 0, "accuracy": 0},
        {"max_usd": 0},
        {"max_usd": float("nan")},
        {"max_seconds": -1},
        {"min_quality": 1.5},
        {"preset": "cheap"},
    ],
)
def test_preferences_without_meaning_are_refused(wrong):
    with pytest.raises(InvalidPreference):
        pref.prefer(**wrong)
