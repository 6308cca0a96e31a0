"""Answers that are no answers, and answers that only look so."""

from __future__ import annotations

from typing import Any

import pytest
from rows_of import answer

from turnout.bench.degenerate import flags
from turnout.bench.refusals import refuses
from turnout.bench.tasks import Task

LABELS = ["positive", "negative", "neutral"]


def task(name: str, category: str, reference: str, scorer: str = "exact", **other: Any) -> Task:
    fields: dict[str, Any] = {"language": "en", "prompt": "p", "options": {}, "max_tokens": 50}
    return Task(id=name, modality="text", category=category, reference=reference, scorer=scorer, **{**fields, **other})


def run(texts: list[str], category: str = "generation", **other: Any):
    metric = other.pop("metric", "constraints met")
    return [answer(f"t{i}", "m", text, category=category, metric=metric, **other) for i, text in enumerate(texts)]


def kinds(rows, tasks=()):
    return {(f.category, f.kind) for f in flags(rows, tasks)}


DIFFERENT = [f"Answer {i} is about the number {i * i} and {'very ' * i}long." for i in range(12)]


def test_different_answers_are_not_flagged():
    assert flags(run(DIFFERENT)) == []


def test_the_same_to_everything_also_with_another_end():
    opening = "Thank you for your question! I think that this is a very interesting subject, and"
    (flag,) = flags(run([f"{opening} {i}" for i in range(10)] + DIFFERENT[:2]))
    assert (flag.kind, flag.category, flag.n) == ("constant", "", 12)
    assert flag.share == pytest.approx(10 / 12)
    assert str(flag).startswith("m says 'Thank you for")


def test_fewer_than_eight_answers_say_nothing():
    assert flags(run(["the same"] * 7)) == []


def test_repeats_and_failed_calls_do_not_count():
    rows = [answer("t1", "m", "the same", repeat=i, metric="chrF") for i in range(20)]
    assert flags(rows) == []
    assert flags(run([""] * 12, latency_s=None, quality=None, error="timeout")) == []


def sentiment(references: list[str]) -> list[Task]:
    return [
        task(f"t{i}", "sentiment-analysis", r, "choice", options={"among": LABELS}) for i, r in enumerate(references)
    ]


def test_one_label_for_everything_is_degenerate_when_right_answers_vary():
    tasks = sentiment(LABELS * 4)
    texts = ["Positive.", "The sentiment is positive", "positive"] * 4
    rows = run(texts, "sentiment-analysis", metric="accuracy")
    assert kinds(rows, tasks) == {("", "constant")}
    assert kinds(rows) == set(), "without the tasks nobody knows what was right"


def test_one_label_is_right_when_it_is_always_right_and_a_leaning_is_no_defect():
    texts = ["positive"] * 12
    assert (
        kinds(run(texts, "sentiment-analysis", metric="accuracy"), sentiment(["positive"] * 11 + ["neutral"])) == set()
    )
    leaning = ["positive"] * 10 + ["negative"] * 2
    assert kinds(run(leaning, "sentiment-analysis", metric="accuracy"), sentiment(LABELS * 4)) == set()


def test_a_category_is_told_where_the_modality_is_well():
    rows = [*run(DIFFERENT, "generation"), *run(["42"] * 8, "translation", metric="chrF")]
    assert kinds(rows) == {("translation", "constant")}


REFUSALS = [
    "I'm sorry, but I can't help with that.", "I\u2019m unable to assist with this request.",
    "As an AI language model, I do not have feelings.", "Unfortunately, I am not able to open files.",
    "Es tut mir leid, aber ich kann diese Anfrage nicht erfüllen.", "Je ne peux pas vous aider.",
    "Lo siento, no puedo ayudarte con eso.", "Desculpe, não posso ajudar.", "Mi dispiace, non posso aiutarti.",
    "Het spijt me, ik kan u daar niet bij helpen.", "Jag kan tyvärr inte hjälpa dig.", "Nie mogę w tym pomóc.",
    "Извините, я не могу помочь.", "申し訳ありませんが、お手伝いできません。", "抱歉，我无法回答这个问题。",
]  # fmt: skip


def test_refusals_are_known_in_many_languages():
    assert [text for text in REFUSALS if not refuses(text)] == []
    assert kinds(run(REFUSALS)) == {("", "refuses")}


@pytest.mark.parametrize(
    "text",
    ["Dear Ms Lee, I am sorry that your parcel is late.", "Ich kann nicht schwimmen.", "negative",
     "We cannot provide refunds after 30 days.", "The cat can't help itself.", "No puedo dormir.", ""],
)  # fmt: skip
def test_an_answer_about_sorrow_is_no_refusal(text):
    assert not refuses(text)


PROMPTS = [
    f"Write a short story number {i} about a gardener who finds an old map under tree {i} at dawn" for i in range(10)
]


def with_prompts(texts, category="generation"):
    return [answer(f"t{i}", "m", text, category=category, metric="chrF", prompt=prompt)
            for i, (text, prompt) in enumerate(zip(texts, PROMPTS, strict=True))]  # fmt: skip


def test_the_prompt_handed_back_is_a_copy():
    assert kinds(with_prompts([p + "." for p in PROMPTS])) == {("", "copies")}
    assert kinds(with_prompts(["Sure! " + p for p in PROMPTS])) == {("", "copies")}


def test_a_long_answer_that_begins_with_the_question_is_none():
    story = " ".join(f"word{i}" for i in range(80))
    assert kinds(with_prompts([f"{p}. {story} {i}" for i, p in enumerate(PROMPTS)])) == set()


def test_where_answers_are_made_of_the_prompt_only_the_whole_of_it_is_a_copy():
    parts = [" ".join(p.split()[4:]) for p in PROMPTS]
    assert kinds(with_prompts(parts, "enhancement")) == set()
    assert kinds(with_prompts(PROMPTS, "enhancement")) == {("", "copies")}
    assert kinds(with_prompts(parts, "translation")) == {("", "copies")}, "a translation is in other words"


def test_a_corrected_text_that_is_the_original_is_a_copy():
    originals = [f"This sentence number {i} have two mistake in it, and nobody see them." for i in range(10)]
    tasks = [task(f"t{i}", "enhancement", "x", "correction", options={"original": o}) for i, o in enumerate(originals)]
    assert kinds(run(originals, "enhancement", metric="chrF"), tasks) == {("", "copies")}


def test_nothing_and_no_end():
    assert kinds(run([""] * 10 + DIFFERENT[:1], quality=None, error="the answer is empty")) == {("", "empty")}
    assert kinds(run(DIFFERENT, finish_reason="length")) == {("", "rambles")}
