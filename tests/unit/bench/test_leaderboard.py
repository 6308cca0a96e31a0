from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_results import BAD, GOOD, REFERENCE, answer, run

from turnout.bench.leaderboard import boards, difference


def board(rows, category="", modality="text", degenerate=None):
    return next(b for b in boards(rows, degenerate) if (b.modality, b.category) == (modality, category))


def ranks(rows, category="summarization", degenerate=None):
    return {s.model: s.rank for s in board(rows, category, degenerate=degenerate).standings}


def scored(model, scores, **others):
    return [answer(f"t{i:03}", model, score, **others) for i, score in enumerate(scores)]


def test_there_is_a_board_for_each_modality_category_and_subject_in_the_order_of_the_documentation():
    rows = [*run(), answer("clip", GOOD, 1.0, modality="audio", category="transcription")]
    assert [(b.modality, b.category) for b in boards(rows)] == [
        ("text", ""), ("text", "summarization"), ("text", "question-answering"), ("text", "question-answering/physics"),
        ("audio", ""), ("audio", "transcription"),
    ]  # fmt: skip


def test_the_best_leads_and_every_interval_holds_its_mean():
    whole = board(run())
    assert [s.model for s in whole.standings] == [GOOD, REFERENCE, BAD]
    assert [s.rank for s in whole.standings] == [1, 2, 3]
    for s in whole.standings:
        assert s.low < s.quality < s.high
        assert (s.n, s.unscored, s.missing) == (80, 0, 0)
    assert whole.standings[0].quality == pytest.approx(0.8, abs=0.02)


def test_models_that_the_tasks_do_not_tell_apart_share_a_rank_and_the_next_is_not_second():
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, 60)
    rows = scored("a", 0.6 + noise) + scored("b", 0.61 + noise[::-1]) + scored("c", 0.3 + noise)
    assert ranks(rows) == {"b": 1, "a": 1, "c": 3}


def test_pairing_tells_apart_what_overlapping_intervals_do_not():
    hard = np.linspace(0, 0.9, 50)  # tasks differ far more than the models do
    rows = scored("a", hard + 0.05 + 0.01 * (np.arange(50) % 2)) + scored("b", hard)
    first, second = board(rows, "summarization").standings
    assert second.high > first.low
    assert (first.rank, second.rank) == (1, 2)
    assert (second.behind, second.paired) == (pytest.approx(0.055), 50)


def test_two_tasks_tell_nobody_apart_however_far_the_scores_are():
    assert ranks(scored("a", [1, 1]) + scored("b", [0, 0])) == {"a": 1, "b": 1}
    assert ranks(scored("a", [1] * 8) + scored("b", [0] * 8)) == {"a": 1, "b": 2}


def test_who_answered_a_part_is_marked_ranked_by_nobody_and_compared_on_common_tasks():
    rows = scored("whole", [0.5] * 10 + [0.9] * 10) + scored("part", [None] * 10 + [1.0] * 10)
    first, second = board(rows, "summarization").standings
    assert (first.model, first.rank) == ("whole", 1)
    assert (second.quality, second.rank, second.n, second.unscored) == (1.0, None, 10, 10)
    assert second.mark == "only 10 of 20 tasks scored"
    assert (second.behind, second.paired) == (pytest.approx(-0.1), 10)


def test_a_failed_call_is_no_zero():
    standing = board(scored("a", [0.8] * 19 + [None]), "summarization").standings[0]
    assert (standing.quality, standing.n, standing.unscored) == (pytest.approx(0.8), 19, 1)


def test_when_everybody_answered_a_part_the_common_tasks_decide():
    rows = scored("a", [0.9] * 15 + [None] * 15) + scored("b", [None] * 5 + [0.1] * 15 + [None] * 10)
    assert ranks(rows) == {"a": 1, "b": 2}


def test_a_degenerate_model_stands_last_with_the_reason_and_cannot_lead():
    rows = [*run(), *(answer(f"summarization-{i:03}", "same", 1.0, answer="yes") for i in range(40))]
    for part in ("", "summarization"):
        last = board(rows, "summarization", degenerate={("same", "text", part): "says 'yes'"}).standings[-1]
        assert (last.model, last.rank, last.mark) == ("same", None, "says 'yes'")
    # What is so in one category is no reason in the whole modality.
    whole = board(rows, degenerate={("same", "text", "summarization"): "says 'yes'"})
    assert next(s for s in whole.standings if s.model == "same").mark == "only 40 of 80 tasks scored"


def test_over_a_modality_each_category_counts_the_same():
    rows = scored("a", [1.0] * 30) + [answer(f"q{i}", "a", 0.0, category="code") for i in range(10)]
    assert board(rows).standings[0].quality == pytest.approx(0.5)


def test_repeats_are_one_task():
    rows = [answer("t", "a", q, repeat=i) for i, q in enumerate((0.2, 0.6))]
    standing = board(rows, "summarization").standings[0]
    assert (standing.n, standing.quality) == (1, pytest.approx(0.4))


def test_costs_and_times_are_of_answers_and_missing_ones_are_none():
    rows = [answer(f"t{i}", "a", 1.0, cost_usd=0.002, latency_s=float(i + 1), output_tokens=10) for i in range(9)]
    s = board(rows, "summarization").standings[0]
    assert (s.cost_usd, s.latency_p50_s, s.latency_p95_s) == (pytest.approx(0.002), 5.0, pytest.approx(8.6))
    assert s.tokens_per_s == pytest.approx(90 / 45)
    bare = answer("t", "a", 1.0, cost_usd=None, latency_s=None, ttft_s=None, output_tokens=None)
    s = board([bare], "summarization").standings[0]
    assert (s.cost_usd, s.latency_p50_s, s.ttft_p50_s, s.tokens_per_s) == (None, None, None, None)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40))
def test_a_difference_lies_in_its_interval_and_turns_its_sign_with_the_sides(pairs):
    gaps = np.array([a - b for a, b in pairs])
    mean, low, high = difference(gaps, np.ones(len(gaps)))
    assert low <= mean <= high
    assert difference(-gaps, np.ones(len(gaps)))[0] == pytest.approx(-mean)
    same = difference(np.zeros(len(pairs)), np.ones(len(pairs)))
    assert same[1] < 0 < same[2]


def test_the_interval_of_a_difference_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    hit = 0
    for _ in range(200):
        one, other = rng.random(60) < 0.7, rng.random(60) < 0.5
        _, low, high = difference(one * 1.0 - other * 1.0, np.ones(60))
        hit += low <= 0.2 <= high
    assert 180 <= hit <= 198


def test_models_of_other_tasks_have_a_board_of_their_own():
    speak, hear = (
        {"modality": "audio", "category": "voice-generation"},
        {"modality": "audio", "category": "transcription"},
    )
    rows = [
        *(answer(f"s{i:02}", m, q, **speak) for i in range(20) for m, q in (("voice", 0.9), ("robot", 0.4))),
        *(answer(f"h{i:02}", m, q, **hear) for i in range(20) for m, q in (("ear", 0.5), ("deaf", 0.1))),
    ]
    whole = [b for b in boards(rows) if not b.category]
    assert [(b.scope, [s.model for s in b.standings], [s.rank for s in b.standings]) for b in whole] == [
        (("voice-generation",), ["voice", "robot"], [1, 2]), (("transcription",), ["ear", "deaf"], [1, 2]),
    ]  # fmt: skip
    assert board(run()).scope == ()


def test_who_shares_no_task_with_the_leader_has_no_rank():
    rows = [
        *scored("a", [0.9] * 10 + [None] * 20), *scored("b", [None] * 20 + [0.5] * 10),
        *scored("c", [None] * 5 + [0.2] * 10 + [None] * 15),
    ]  # fmt: skip
    found = {s.model: (s.rank, s.mark) for s in board(rows, "summarization").standings}
    assert found == {"a": (1, ""), "c": (2, ""), "b": (None, "no task in common with a")}
