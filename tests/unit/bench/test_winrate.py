"""Win rates out of verdicts and votes, raw and at equal length."""

from __future__ import annotations

import numpy as np
import pytest
from rows_of import answer, verdict, vote
from sklearn.linear_model import LogisticRegression

from turnout.bench.judge import SAME
from turnout.bench.winrate import combine, comparisons, length_controlled, win_rates


def both(task: str, first: float | None, second: float | None, **other):
    return [verdict(task, "m", "AB", first, **other), verdict(task, "m", "BA", second, **other)]


def test_both_orders_are_averaged_and_what_is_unscored_is_counted_apart():
    rows = [*both("t1", 1, 1), *both("t2", 1, 0), *both("t3", 0, 0), *both("t4", 1, None), verdict("t5", "m", "AB", 1)]
    (rate,) = [r for r in win_rates(rows) if r.category == "reasoning"]
    assert (rate.model, rate.against, rate.by) == ("m", "ref", "judge")
    assert (rate.n, rate.unscored) == (3, 2), "one order alone is no verdict"
    assert rate.rate == pytest.approx(0.5)
    assert rate.low < 0.5 < rate.high
    assert rate.consistency == pytest.approx(2 / 3)
    assert rate.controlled is None


def test_five_wins_of_five_are_not_certainty():
    (rate, _) = win_rates([row for i in range(5) for row in both(f"t{i}", 1, 1)])
    assert rate.rate == 1.0
    assert rate.low < 0.6


def test_subjects_count_in_their_category_and_in_all_of_it():
    rows = [*both("t1", 1, 1, category="reasoning/math"), *both("t2", 0, 0, category="reasoning/logic")]
    found = {r.category: (r.n, r.rate) for r in win_rates(rows)}
    assert found == {"": (2, 0.5), "reasoning": (2, 0.5), "reasoning/math": (1, 1.0), "reasoning/logic": (1, 0.0)}


def test_answers_that_are_the_same_say_nothing_of_a_judges_consistency():
    (c,) = comparisons([verdict("t1", "m", o, 0.5, answer=SAME) for o in ("AB", "BA")])
    assert (c.score, c.consistent) == (0.5, None)


def test_several_judges_are_told_one_by_one_and_together():
    rows = [*both("t1", 1, 1, by="j1"), *both("t1", 0, 0, by="j2"), *both("t1", 1, 1, by="j3")]
    found = {r.by: r.rate for r in win_rates(rows) if r.category == ""}
    assert found == {"j1": 1.0, "j2": 0.0, "j3": 1.0, "all": pytest.approx(2 / 3)}
    (majority,) = combine(comparisons(rows), how="majority")
    assert majority.score == 1.0


def test_votes_of_several_people_are_one_rate_over_tasks():
    rows = [vote("t1", "m", 1.0), vote("t1", "m", 0.0, by="bob", order="BA"), vote("t2", "m", 1.0)]
    (rate, _) = win_rates(rows, "human")
    assert (rate.n, rate.rate, rate.by, rate.consistency) == (2, 0.75, "all", None)


def test_repeats_of_a_task_are_one_task():
    rows = [row for i in range(3) for row in both("t1", 1, 1, repeat=i)] + both("t2", 0, 0)
    assert win_rates(rows)[0].n == 2
    assert win_rates(rows)[0].rate == 0.5


def test_the_length_regression_is_scikit_learns():
    rng = np.random.default_rng(0)
    longer, scores = rng.normal(100, 200, 120), rng.choice([0, 0.5, 1], 120)
    x = np.tanh(longer / longer.std())
    twice, label = np.r_[x, x][:, None], np.r_[np.ones(120), np.zeros(120)]
    model = LogisticRegression(C=1.0, tol=1e-10).fit(twice, label, sample_weight=np.r_[scores, 1 - scores])
    found = length_controlled(scores, longer)
    assert found is not None
    assert found[0] == pytest.approx(1 / (1 + np.exp(-model.intercept_[0])), abs=1e-3)
    assert found[1] < found[0] < found[2]


def test_a_judge_that_likes_length_is_seen_through():
    rng = np.random.default_rng(1)
    rows = []
    for i in range(300):  # the model is no better, but two answers in three are longer, and the judge likes that
        extra = int(rng.normal(100, 230))
        won = float(rng.random() < 1 / (1 + np.exp(-extra / 100)))
        rows += [
            answer(f"t{i}", "m", "x" * (1000 + extra)),
            answer(f"t{i}", "ref", "x" * 1000),
            *both(f"t{i}", won, won),
        ]
    rate = win_rates(rows)[0]
    assert rate.rate > 0.58
    assert rate.controlled is not None
    assert rate.controlled_low < 0.5 < rate.controlled_high
    assert abs(rate.controlled - 0.5) < (rate.rate - 0.5) / 2


@pytest.mark.parametrize(("scores", "longer"), [([1] * 20, range(20)), ([0, 1] * 10, [5] * 20), ([0, 1] * 3, range(6))])
def test_no_controlled_rate_where_there_is_nothing_to_regress_on(scores, longer):
    assert length_controlled(np.array(scores, dtype=float), np.array(list(longer), dtype=float)) is None
