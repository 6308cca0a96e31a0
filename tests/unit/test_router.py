"""From estimates to a decision: who may answer, which limits hold, and what is said about it."""

from __future__ import annotations

import numpy as np
import pytest

from turnout.errors import EmptyPrompt, NoEligibleModel
from turnout.preference import prefer
from turnout.router import Router
from turnout.types import Basis, Estimates, Media, Model, Price, Prompt

NAN = float("nan")


class Known:
    """An estimate source of fixed numbers: (quality, error, cost, latency, support) by model."""

    def __init__(self, **numbers: tuple[float, float, float, float, int]) -> None:
        self.numbers = numbers

    def estimate(self, prompts, models):
        rows = np.array([self.numbers[m.id] for m in models], dtype=float)
        tiled = [np.tile(column, (len(prompts), 1)) for column in rows.T]
        basis = tuple(Basis("accuracy", "bench", "test", "2026-11", "category", "bench") for _ in models)
        return Estimates(tuple(m.id for m in models), *tiled, basis)

    def neighbours(self, prompt):
        return ()


SOURCE = Known(
    good=(0.9, 0.01, 1e-2, 8.0, 500),
    fair=(0.7, 0.02, 1e-4, 2.0, 500),
    poor=(0.4, 0.02, 1e-5, 0.5, 500),
    bad=(0.3, 0.02, 1e-2, 20.0, 500),
    unmeasured=(NAN, NAN, 1e-6, 0.1, 0),
    untimed=(0.8, 0.02, NAN, NAN, 20),
)


def model(name: str, **more) -> Model:
    return Model(name, "p", name, Price(), **more)


def decide(*names, prompt=None, source=SOURCE, unavailable=lambda m: None, **preference):
    models = [n if isinstance(n, Model) else model(n) for n in names]
    router = Router(models, source, unavailable=unavailable)
    return router.decide([prompt or Prompt("hello", "text", "code")], prefer(**preference))[0]


def excluded(decision):
    return {e.model_id: (e.rule, e.reason) for e in decision.excluded}


def test_the_preference_decides():
    names = ["good", "fair", "poor"]
    assert decide(*names, preset="best").winner.model_id == "good"
    assert decide(*names, preset="cheapest").winner.model_id == "poor"
    assert [c.rank for c in decide(*names).candidates] == [1, 2, 3]


def test_limits_exclude_and_say_by_how_much():
    d = decide("good", "fair", "poor", "untimed", max_usd=1e-3, max_seconds=5, min_quality=0.5)
    assert [c.model_id for c in d.candidates] == ["fair"]
    assert excluded(d) == {
        "good": ("price", "≈$0.010 a request, above $0.001"),
        "poor": ("quality", "quality may be as low as 0.36, below 0.5"),
        "untimed": ("price", "price unknown"),
    }


def test_a_model_without_comparable_evidence_is_excluded_while_others_have_some():
    d = decide("good", "unmeasured")
    assert excluded(d) == {"unmeasured": ("evidence", "nothing comparable was measured")}


def test_when_nothing_is_measured_price_and_latency_decide_and_the_sentence_says_so():
    d = decide("unmeasured")
    assert d.winner.quality is None
    assert "quality unknown" in d.explanation


def test_an_unmeasured_time_is_shown_as_none_and_never_helps():
    d = decide("untimed", "fair", preset="fastest")
    assert d.winner.model_id == "fair"
    assert d.candidates[1].latency_s is None


def test_a_dominated_model_is_marked():
    marks = {c.model_id: c.on_pareto_front for c in decide("good", "fair", "bad").candidates}
    assert marks == {"good": True, "fair": True, "bad": False}


def test_eligibility_modality_context_tools_availability():
    sees = model("fair", inputs=frozenset({"text", "image"}))
    picture = Prompt("what is this?", "image", "question-answering", (Media(b"x", "image/png"),))
    d = decide("good", sees, prompt=picture)
    assert excluded(d)["good"] == ("modality", "takes no image")

    small = model("good", context_tokens=100)
    long = Prompt("word " * 200, "text", "code")
    assert excluded(decide(small, "fair", prompt=long))["good"][0] == "context"

    d = decide(model("good", tools=True), "fair", prompt=Prompt("hi", "text", "code", needs_tools=True))
    assert excluded(d)["fair"] == ("tools", "calls no tools")

    d = decide("good", "fair", unavailable=lambda m: "needs A_KEY" if m.id == "good" else None)
    assert excluded(d)["good"] == ("availability", "needs A_KEY")


def test_speech_needs_a_model_that_speaks():
    speaker = model("poor", outputs=frozenset({"audio"}))
    d = decide("good", speaker, prompt=Prompt("say this", "audio", "voice-generation"))
    assert [c.model_id for c in d.candidates] == ["poor"]
    assert excluded(d)["good"] == ("modality", "gives no audio")


def test_nobody_left_names_the_limit_that_excluded_each():
    with pytest.raises(NoEligibleModel) as caught:
        decide("good", "fair", max_usd=1e-9)
    assert set(caught.value.reasons) == {"good", "fair"}
    assert "2 above --max-usd" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_allowed_narrows_the_pool():
    router = Router([model("good"), model("fair")], SOURCE)
    d = router.decide([Prompt("hello", "text", "code")], prefer("best"), allowed={"fair"})[0]
    assert d.winner.model_id == "fair"


def test_an_empty_prompt_is_refused():
    with pytest.raises(EmptyPrompt):
        decide("good", prompt=Prompt("  \n", "text", "code"))


def test_many_prompts_keep_their_order_and_their_own_limits():
    router = Router([model("good", context_tokens=60), model("fair")], SOURCE)
    prompts = [Prompt("a", "text", "code"), Prompt("b" * 400, "text", "reasoning"), Prompt("c" * 400, "text", "code")]
    winners = [d.winner.model_id for d in router.decide(prompts, prefer("best"))]
    assert winners == ["good", "fair", "fair"]


def test_the_sentence_compares_with_the_runner_up():
    said = decide("good", "fair", preset="best").explanation
    assert "good fits best for accuracy 100%: quality 0.90 (accuracy on bench, n = 500)" in said
    assert "$10.00 per 1,000 requests, 8.0 s" in said
    assert "fair comes next: 0.20 worse, 100 × cheaper, 4.0 × faster" in said
