from __future__ import annotations

from typing import Any

import pytest

from turnout.gateway.ask import read_ask, read_choice
from turnout.gateway.refusal import Refusal
from turnout.preference import PRESETS, prefer
from turnout.types import Price, Prompt

USER = {"role": "user", "content": "Where is the ferry?"}


def ask(*messages: dict[str, Any], **body: Any):
    return read_ask({"messages": list(messages) or [USER], **body})


def refused(param: str | None, **body: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        read_ask({"messages": [USER], **body})
    assert found.value.param == param
    return found.value


@pytest.mark.parametrize("name", ["auto", "turnout/auto", "openrouter/auto"])
def test_automatic_names(name):
    read = ask(model=name)
    assert (read.asked, read.preference, read.models) == (name, PRESETS["balanced"], ())
    assert ask().preference == PRESETS["balanced"]


@pytest.mark.parametrize("preset", PRESETS)
def test_presets(preset):
    assert ask(model=f"auto:{preset}").preference == PRESETS[preset]
    assert ask(model="auto", turnout={"prefer": preset}).preference == PRESETS[preset]
    assert ask(model="auto:cheapest", turnout={"prefer": preset}).preference == PRESETS[preset]


def test_an_unknown_preset_is_no_model():
    found = refused("model", model="auto:nicest")
    assert (found.status, found.code) == (404, "model_not_found")
    assert "auto:cheapest" in found.message


def test_a_real_model_and_openrouters_fallbacks():
    read = ask(model="a/b", models=["c/d", "a/b", "e/f"])
    assert (read.preference, read.models) == (None, ("a/b", "c/d", "e/f"))
    assert ask(models=["c/d", "e/f"]).models == ("c/d", "e/f")


def test_what_matters():
    wanted = {"price": 0.7, "latency": "low", "max_usd": 0.001, "max_seconds": 3, "min_quality": 0.5}
    read = ask(model="auto:best", turnout={**wanted, "models": ["openai/*"]}, models=["local/*"])
    assert read.preference == prefer("best", **wanted)
    assert read.patterns == ("openai/*", "local/*")
    assert ask(turnout={"models": "openai/*, local/*"}).patterns == ("openai/*", "local/*")


@pytest.mark.parametrize(("sort", "preset"), [("price", "cheapest"), ("latency", "fastest"), ("throughput", "fastest")])
def test_openrouters_sort_and_highest_price(sort, preset):
    for said in (sort, {"by": sort, "partition": "none"}):
        read = ask(model="auto", provider={"sort": said, "max_price": {"prompt": 1, "completion": "2.5"}})
        assert (read.preference, read.max_price) == (PRESETS[preset], Price(1.0, 2.5))
    assert ask(provider={"max_price": {"prompt": 1}}).max_price == Price(1.0, None)


@pytest.mark.parametrize(
    ("param", "body"),
    [
        ("model", {"model": 3}),
        ("model", {"model": ""}),
        ("model", {"model": "x" * 300}),
        ("models", {"models": "a/b"}),
        ("models", {"models": ["a/b", 3]}),
        ("models", {"models": ["a/*"] * 101}),
        ("turnout", {"turnout": []}),
        ("turnout.colour", {"turnout": {"colour": 1}}),
        ("turnout.price", {"turnout": {"price": True}}),
        ("turnout.price", {"turnout": {"price": [1]}}),
        ("turnout", {"turnout": {"price": -1}}),
        ("turnout", {"turnout": {"price": 0, "latency": 0, "accuracy": 0}}),
        ("turnout.max_usd", {"turnout": {"max_usd": "1"}}),
        ("turnout", {"turnout": {"max_usd": 0}}),
        ("turnout", {"turnout": {"min_quality": 2}}),
        ("turnout.prefer", {"turnout": {"prefer": 1}}),
        ("turnout.category", {"turnout": {"category": "poetry slam"}}),
        ("turnout.modality", {"turnout": {"modality": "smell"}}),
        ("turnout.models", {"turnout": {"models": [""]}}),
        ("turnout.models", {"turnout": {"models": ",".join(["a"] * 101)}}),
        ("provider", {"provider": "openai"}),
        ("provider.sort", {"provider": {"sort": "colour"}}),
        ("provider.max_price", {"provider": {"max_price": {"prompt": "cheap"}}}),
        ("provider.max_price", {"provider": {"max_price": 3}}),
    ],
)
def test_what_cannot_be_read_is_named(param, body):
    assert refused(param, **body).status in (400, 404)


@pytest.mark.parametrize(
    ("param", "messages"),
    [
        ("messages", None),
        ("messages", []),
        ("messages", "hello"),
        ("messages.1", [USER, "hello"]),
        ("messages.0", [{"content": "x"}]),
        ("messages.0", [{"role": 1}]),
        ("messages.0.content", [{"role": "user", "content": 1}]),
        ("messages.0.content", [{"role": "user", "content": ["x"]}]),
    ],
)
def test_messages_that_cannot_be_read_are_named(param, messages):
    assert refused(param, messages=messages).status == 400


def test_a_category_decides_the_modality_where_it_can():
    read = read_choice({"turnout": {"category": "speech-recognition"}}, Prompt("x"))
    assert (read.prompt.modality, read.prompt.category) == ("audio", "speech-recognition")
    read = read_choice({"turnout": {"category": "summarization"}}, Prompt("x"))
    assert (read.prompt.modality, read.prompt.category) == ("text", "summarization")
    read = read_choice({"turnout": {"category": "Question-Answering/physics"}}, Prompt("x"))
    assert read.prompt.category == "question-answering/physics"
    assert refused("turnout.category", turnout={"category": "speech-recognition", "modality": "text"}).status == 400


def test_the_prompt_is_what_the_user_said_last():
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    read = ask(
        {"role": "system", "content": "Be brief."},
        USER,
        {"role": "assistant", "content": "There."},
        {"role": "user", "content": [{"type": "text", "text": "And"}, picture, {"type": "text", "text": "this?"}]},
    )
    assert read.prompt.text == "And\nthis?"
    assert read.prompt.modality == "image"
    assert [m.modality for m in read.prompt.media] == ["image"]
    assert read.prompt.tokens > 1000
    assert ask({"role": "system", "content": "Speak."}).prompt.text == ""


def test_tools_and_limits_are_needs():
    assert ask(tools=[{"type": "function"}]).prompt.needs_tools
    assert ask(USER, {"role": "tool", "content": "3"}).prompt.needs_tools
    assert not ask(tools=[]).prompt.needs_tools
    assert ask(max_tokens=5, max_completion_tokens=7).prompt.max_output_tokens == 7
    assert ask(max_tokens=True).prompt.max_output_tokens is None
    assert ask(max_tokens=2**40).prompt.max_output_tokens is None
    assert (ask(n=4).answers, ask(n=0).answers, ask(n="4").answers) == (4, 1, 1)


def test_a_conversation_keeps_its_name_however_long_it_grows():
    first = ask(USER)
    answered = [USER, {"role": "assistant", "content": "There."}, {"role": "user", "content": "Thanks."}]
    later, longer = ask(*answered), ask(*answered, *answered[1:])
    assert first.conversation == later.conversation == longer.conversation
    assert first.prefix_tokens == 0 < later.prefix_tokens < longer.prefix_tokens
    assert ask({"role": "user", "content": "Hello"}).conversation != first.conversation
