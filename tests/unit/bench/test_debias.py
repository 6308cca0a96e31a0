"""Win rates put right by labels: unbiased, covered, and never wider than they must be."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from turnout.bench.debias import human_only, ppi, rogan_gladen

RNG = np.random.default_rng(0)


def world(n: int, *, truth: float = 0.4, sensitivity: float = 0.9, false_alarm: float = 0.3):
    """People's scores and those of a judge who likes the model too much."""
    human = (RNG.random(n) < truth).astype(float)
    judged = (RNG.random(n) < np.where(human == 1, sensitivity, false_alarm)).astype(float)
    return human, judged


@pytest.mark.parametrize("method", [ppi, partial(rogan_gladen, rounds=200)], ids=["ppi", "rogan-gladen"])
def test_a_biased_judge_is_put_right_and_the_interval_holds_the_truth(method):
    made, judge = [], []
    for _ in range(300):
        human, judged = world(700)
        judge.append(judged.mean())
        made.append(method(human[:100], judged[:100], judged[100:]))
    rates = np.array([e.rate for e in made])
    assert np.mean(judge) > 0.52, "the judge alone is far off"
    assert rates.mean() == pytest.approx(0.4, abs=0.015)
    covered = np.mean([e.low <= 0.4 <= e.high for e in made])
    assert 0.92 <= covered <= 0.985


def test_a_good_judge_makes_the_interval_shorter_and_a_useless_one_no_longer():
    good, useless = [], []
    for _ in range(100):
        human, judged = world(1000, sensitivity=0.97, false_alarm=0.05)
        noise = RNG.random(1000).round()
        alone = human_only(human[:100])
        good.append((ppi(human[:100], judged[:100], judged[100:]), alone))
        useless.append((ppi(human[:100], noise[:100], noise[100:]), alone))
    assert np.mean([p.high - p.low for p, _ in good]) < 0.6 * np.mean([a.high - a.low for _, a in good])
    assert np.mean([p.high - p.low for p, _ in useless]) < 1.02 * np.mean([a.high - a.low for _, a in useless])


def test_rogan_and_gladen_is_their_formula_for_wins_and_losses():
    human, judged = world(200)
    others = world(800)[1]
    sensitivity, specificity = judged[human == 1].mean(), 1 - judged[human == 0].mean()
    apparent = np.concatenate([judged, others]).mean()
    expected = (apparent + specificity - 1) / (sensitivity + specificity - 1)
    found = rogan_gladen(human, judged, others)
    assert found.rate == pytest.approx(expected)
    assert found.low < expected < found.high


def test_a_judge_against_people_says_nothing():
    human, judged = world(100, sensitivity=0.2, false_alarm=0.8)
    found = rogan_gladen(human, judged, judged)
    assert (found.low, found.high) == (0.0, 1.0)
    assert ppi(human, judged, judged).rate == pytest.approx(human.mean()), "λ is 0: the labels alone"


def test_a_judge_that_never_changes_its_mind_is_left_out():
    human, _ = world(50)
    flat = np.ones(50)
    assert ppi(human, flat, flat).rate == pytest.approx(human.mean())
    assert rogan_gladen(human, flat, flat).high == 1.0


def test_labels_and_verdicts_must_be_of_the_same_answers():
    with pytest.raises(ValueError, match="the same three or more"):
        ppi(np.ones(4), np.ones(3), np.ones(9))
