"""Spaces: recorded and live text give the same vectors, missing text is masked, what is asked first is charged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from turnout.datasets import load
from turnout.encoders import MiniLM
from turnout.errors import DataError, InputFileError, ProviderUnavailable, RequestRejected, UserError
from turnout.providers import RecordedAnswer, ReplayModel
from turnout.spaces import Space, describe, noise, parse_spaces, read_descriptions, task_request
from turnout.types import OutcomeTable, Usage

MODEL = "Mistral-7B-Instruct-v0.2"
PROMPTS = ("What is 2 + 2?", "Name a river in France.", "Translate 'dog' into Spanish.")
ANSWERS = ("The result is four.", None, "perro")


@pytest.fixture(scope="module")
def encoder(minilm_folder: Path) -> MiniLM:
    return MiniLM(minilm_folder)


def outcomes() -> OutcomeTable:
    blank = np.full((3, 2), np.nan)
    cost, seconds = blank.copy(), blank.copy()
    cost[:, 1], seconds[:, 1] = [0.1, 0.2, 0.3], [1.0, 2.0, 3.0]
    return OutcomeTable(
        "made", ("a", "b", "c"), PROMPTS, ("big", MODEL), blank, cost, seconds, blank, responses={MODEL: ANSWERS}
    )


def recorded(request_of, texts, seconds: float = 0.5) -> dict[str, RecordedAnswer]:
    """Answers by the text that a live space asks."""
    return {
        request_of(prompt): RecordedAnswer(text, Usage(cost_usd=0.01), seconds)
        for prompt, text in zip(PROMPTS, texts, strict=True)
        if text is not None
    }


def test_names_are_read_and_written_alike():
    named = "prompt,response:a/b:c,diff:m,task"
    assert ",".join(space.name for space in parse_spaces(named)) == named
    assert parse_spaces("prompt, prompt") == (Space("prompt"),)
    for bad in ("response", "diff:", "task:m", "prompt:m", "answer:m", ""):
        with pytest.raises(UserError, match="unknown space"):
            Space.parse(bad)


def test_the_prompt_space_is_the_encoder_and_free(encoder):
    space = Space("prompt").offline(outcomes(), encoder)
    np.testing.assert_allclose(space.features, encoder.encode(PROMPTS), atol=1e-6)
    assert space.usable.all()
    assert (space.charged_usd == 0).all()
    assert (space.charged_s == 0).all()
    assert not space.upper_bound


def test_a_missing_response_is_masked_and_never_the_vector_of_an_empty_text(encoder):
    table = outcomes()
    table = replace(table, responses={MODEL: (ANSWERS[0], "  ", ANSWERS[2])})
    for kind in ("response", "diff"):
        space = Space.parse(f"{kind}:{MODEL}").offline(table, encoder)
        assert space.usable.tolist() == [True, False, True]
        assert space.masked == {"no response": 1}
        assert not space.features[1].any()
        np.testing.assert_allclose(np.linalg.norm(space.features, axis=1), [1, 0, 1], atol=1e-5)


def test_the_difference_is_response_minus_prompt_of_length_1_and_remembers_its_own(encoder):
    space = Space.parse(f"diff:{MODEL}").offline(outcomes(), encoder)
    raw = encoder.encode([ANSWERS[0]])[0] - encoder.encode([PROMPTS[0]])[0]
    np.testing.assert_allclose(space.features[0] * space.lengths[0], raw, atol=1e-5)
    assert space.lengths[0] == pytest.approx(np.linalg.norm(raw), abs=1e-5)


def test_a_response_that_repeats_the_prompt_has_no_direction(encoder):
    table = replace(outcomes(), responses={MODEL: (PROMPTS[0], *ANSWERS[1:])})
    space = Space.parse(f"diff:{MODEL}").offline(table, encoder)
    assert space.usable.tolist() == [False, False, True]
    assert space.masked == {"no response": 1, "response repeats the prompt": 1}
    assert np.isfinite(space.features).all()


def test_a_candidates_own_answer_is_an_upper_bound_unless_it_is_asked_anyway(encoder):
    space, table = Space.parse(f"response:{MODEL}"), outcomes()
    assert space.offline(table, encoder).upper_bound
    assert not space.offline(table, encoder, proxy=MODEL).upper_bound
    assert space.offline(table, encoder, proxy="big").upper_bound
    assert not space.offline(table, encoder, candidates=["big"]).upper_bound
    charged = space.offline(table, encoder, proxy=MODEL)
    assert charged.charged_usd.tolist() == [0.1, 0.2, 0.3]
    assert charged.charged_s.tolist() == [1.0, 2.0, 3.0]


def test_text_that_was_not_recorded_is_asked_for(encoder):
    with pytest.raises(UserError, match=f"without the answers of 'big'.*{MODEL}"):
        Space.parse("response:big").offline(outcomes(), encoder)
    with pytest.raises(UserError, match="--describe-with"):
        Space.parse("task").offline(outcomes(), encoder)


async def test_live_gives_the_vectors_that_were_recorded_and_charges_the_proxy(encoder):
    proxy = ReplayModel(f"mistralai/{MODEL.lower()}", recorded(str, ANSWERS))
    for kind in ("response", "diff"):
        space = Space.parse(f"{kind}:{MODEL}")
        live, offline = await space.live(PROMPTS, encoder, proxy), space.offline(outcomes(), encoder)
        np.testing.assert_allclose(live.features, offline.features, atol=1e-5)
        assert live.usable.tolist() == [True, False, True]
        assert live.masked == {"call failed": 1}  # nothing is recorded for it, which ReplayModel refuses
        assert live.charged_usd[[0, 2]].tolist() == [0.01, 0.01]
        assert live.charged_s[[0, 2]].tolist() == [0.5, 0.5]
        assert np.isnan(live.charged_usd[1])
        assert not live.upper_bound


async def test_live_refuses_another_model_no_model_and_a_proxy_that_always_fails(encoder):
    space = Space.parse(f"response:{MODEL}")
    with pytest.raises(UserError, match="not of other"):
        await space.live(PROMPTS, encoder, ReplayModel("other", {}))
    with pytest.raises(UserError, match="needs a model"):
        await space.live(PROMPTS, encoder)
    with pytest.raises(RequestRejected):
        await space.live(PROMPTS, encoder, ReplayModel(MODEL, {}))


@pytest.mark.parametrize(
    ("text", "why"),
    [("Sum.", "too short"), ("  add 2   ", "too short"), ("The answer is four, since 2 + 2 = 4", "contains an answer"),
     ("Task: choose between ten statements", "irrelevant keyword"),
     ("A MULTIPLE CHOICE question", "irrelevant keyword"),
     ("Task: add whole numbers in arithmetic.", None)],
)  # fmt: skip
def test_the_papers_noise_filters(text: str, why: str | None) -> None:
    assert noise(text) == why


DESCRIPTIONS = ("Task: add whole numbers.", "River", None)


def asked(prompt: str) -> str:
    return task_request(prompt).messages[-1].text


async def test_descriptions_are_kept_one_by_one_and_only_the_missing_are_asked(tmp_path, encoder):
    path = tmp_path / "tasks.jsonl"
    describer = ReplayModel("local/small", recorded(asked, DESCRIPTIONS))
    seen = []
    assert await describe(PROMPTS, describer, path, on_progress=lambda *at: seen.append(at)) == 3
    assert seen == [(1, 3), (2, 3), (3, 3)]
    path.write_bytes(path.read_bytes() + b'{"prompt": "torn')
    whole = ReplayModel("local/small", recorded(asked, (None, None, "Task: translate a word.")))
    assert await describe(PROMPTS, whole, path) == 1, "the failed one alone is asked again"
    assert await describe(PROMPTS, whole, path) == 0
    author, answers = read_descriptions(path, outcomes())
    assert author == "local/small"
    space = Space("task").offline(outcomes(), encoder, descriptions=(author, answers))
    assert space.usable.tolist() == [True, False, True]
    assert space.masked == {"too short": 1}
    expected = encoder.encode([DESCRIPTIONS[0], PROMPTS[1], "Task: translate a word."])
    np.testing.assert_allclose(space.features, expected, atol=1e-5)  # the noisy one falls back to the prompt
    assert space.charged_s.tolist() == [0.5, 0.5, 0.5], "noise is paid for too"
    live = await Space("task").live(PROMPTS[:1], encoder, describer)
    np.testing.assert_allclose(live.features[0], space.features[0], atol=1e-5)


async def test_a_describer_that_only_fails_is_not_asked_for_ever(tmp_path):
    class Down:
        model_id, calls = "local/down", 0

        async def complete(self, request):
            self.calls += 1
            raise ProviderUnavailable("refused")

        async def aclose(self):
            pass

        def stream(self, request):
            raise NotImplementedError

    model = Down()
    with pytest.raises(ProviderUnavailable):
        await describe([f"prompt {i}" for i in range(50)], model, tmp_path / "t.jsonl")
    assert model.calls == 3


def test_descriptions_that_cannot_be_used_are_named(tmp_path):
    path = tmp_path / "tasks.jsonl"
    with pytest.raises(InputFileError, match=r"tasks\.jsonl"):
        read_descriptions(path, outcomes())
    path.write_text("[]\n")
    with pytest.raises(DataError, match="line 1"):
        read_descriptions(path, outcomes())
    row = {"prompt": "of nobody", "model": "a", "text": "x", "latency_s": 1}
    path.write_text(json.dumps(row) + "\n")
    with pytest.raises(UserError, match="no description by a of any prompt"):
        read_descriptions(path, outcomes())
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "model": "b"}) + "\n")
    with pytest.raises(UserError, match="name the describer"):
        read_descriptions(path, outcomes())


def test_rows_can_be_taken(encoder):
    space = Space.parse(f"diff:{MODEL}").offline(outcomes(), encoder)
    some = space.take([2, 1])
    np.testing.assert_array_equal(some.features, space.features[[2, 1]])
    assert some.usable.tolist() == [True, False]
    assert some.charged_usd.tolist() == [0.3, 0.2]


def test_mmlu_pros_recorded_answers_make_vectors(data_dir, encoder):
    table = load("mmlu-pro", data_dir, [MODEL]).take(range(12))
    space = Space.parse(f"diff:{MODEL}").offline(table, encoder)
    assert space.usable.sum() >= 11
    assert space.upper_bound
    assert 0.1 < space.lengths[space.usable].mean() < 1.5
