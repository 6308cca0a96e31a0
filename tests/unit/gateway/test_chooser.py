from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from turnout.catalog import Catalogue
from turnout.errors import BudgetReached, NoEligibleModel, UnknownModel
from turnout.gateway.ask import read_ask, read_choice
from turnout.gateway.chooser import Chooser
from turnout.gateway.conversations import Conversations
from turnout.gateway.refusal import Refusal
from turnout.types import Estimates, Media, Model, Neighbour, Price, Prompt

FIGURES = {  # quality, USD and seconds per request
    "box/dear": (0.9, 0.1, 5.0),
    "box/cheap": (0.5, 0.0001, 2.0),
    "far/fast": (0.6, 0.01, 0.2),
    "far/eyes": (0.4, 0.02, 4.0),
    "far/ears": (0.7, 0.001, 1.0),
}
TEXT = frozenset({"text"})


def model(id: str, price: float, **fields: Any) -> Model:
    return Model(id, id.partition("/")[0], id.partition("/")[2], Price(price, price), **fields)


MODELS = [
    model("box/dear", 100.0, tools=True, context_tokens=100_000),
    model("box/cheap", 0.1, context_tokens=1000),
    model("far/fast", 5.0, tools=True, context_tokens=100_000),
    model("far/eyes", 9.0, inputs=frozenset({"text", "image"}), context_tokens=100_000),
    model("far/ears", 2.0, inputs=frozenset({"audio"}), endpoint="transcription"),
]


class Known:
    """Estimates that do not depend on the prompt."""

    def __init__(self) -> None:
        self.figures = dict(FIGURES)

    def estimate(self, prompts: Sequence[Prompt], models: Sequence[Model]) -> Estimates:
        rows = np.array([self.figures[m.id] for m in models]).T[:, None, :].repeat(len(prompts), 1)
        quality, cost, latency = rows
        return Estimates(tuple(m.id for m in models), quality, 0.01 * np.ones_like(quality), cost, latency, 9 * quality)

    def neighbours(self, prompt: Prompt) -> tuple[Neighbour, ...]:
        return ()


@pytest.fixture
def chooser():
    absent = {"far/away": "needs FAR_KEY"}
    models = [*MODELS, model("far/away", 1.0)]
    made = Chooser(Catalogue({m.id: m for m in models}), models, Known(), unavailable=lambda m: absent.get(m.id))
    yield made
    made.close()


def body(text: str = "Where is the ferry?", **fields: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}], **fields}


async def ids(chooser: Chooser, asked: dict[str, Any], **options: Any) -> list[str]:
    return [c.model.id for c in (await chooser.choose(read_ask(asked), **options)).choices]


@pytest.mark.parametrize(
    ("name", "first"), [("auto:best", "box/dear"), ("auto:cheapest", "box/cheap"), ("auto:fastest", "far/fast")]
)
async def test_presets_choose(chooser, name, first):
    found = await ids(chooser, body(model=name))
    assert found[0] == first
    assert set(found) == {"box/dear", "box/cheap", "far/fast", "far/eyes"}  # and others to fall back on, ears never


async def test_reasons_and_estimates(chooser):
    chosen = await chooser.choose(read_ask(body(model="auto:best")))
    assert chosen.choices[0].reason.startswith("best fit of 4 for accuracy 100%: quality 0.90, $100.00 per")
    assert chosen.choices[1].reason.startswith("fit no. 2 of 4")
    assert chosen.choices[0].estimated_usd == 0.1
    assert chosen.decision is not None


async def test_patterns_keys_and_prices_bound_the_choice(chooser):
    assert await ids(chooser, body(turnout={"models": "box/*"}, model="auto:fastest")) == ["box/cheap", "box/dear"]
    assert (await ids(chooser, body(model="auto:best"), key_models=("far/*",)))[0] == "far/fast"
    assert await ids(chooser, body(model="auto:best", models=["far/*"]), key_models=("far/f*", "box/*")) == ["far/fast"]
    limit = {"max_price": {"prompt": 6, "completion": 6}}
    assert set(await ids(chooser, body(model="auto:best", provider=limit))) == {"far/fast", "box/cheap"}
    assert (await ids(chooser, body(model="auto", provider={"sort": "price"})))[0] == "box/cheap"
    with pytest.raises(UnknownModel, match="no model in the catalogue matches"):
        await ids(chooser, body(model="auto", models=["nobody/*"]))
    with pytest.raises(NoEligibleModel):
        await ids(chooser, body(), key_models=("nobody/*",))


async def test_a_budget_bounds_the_choice_and_says_so(chooser):
    assert (await ids(chooser, body(model="auto:best"), max_usd=0.05))[0] == "far/fast"
    with pytest.raises(BudgetReached, match="budget"):
        await ids(chooser, body(model="auto:best"), max_usd=1e-9)
    with pytest.raises(NoEligibleModel):  # not for the budget's sake
        await ids(chooser, body(turnout={"min_quality": 0.99}), max_usd=1e-9)
    with pytest.raises(NoEligibleModel):  # the client's own limit
        await ids(chooser, body(turnout={"max_usd": 1e-9}), max_usd=1.0)


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


async def test_a_picture_never_goes_to_a_model_without_eyes(chooser):
    seen = {"messages": [{"role": "user", "content": [{"type": "text", "text": "What is it?"}, PICTURE]}]}
    for name in ("auto", "auto:best", "auto:cheapest", "auto:fastest"):
        assert await ids(chooser, {**seen, "model": name}) == ["far/eyes"]
    later = {"messages": [*seen["messages"], {"role": "assistant", "content": "A cat."}, *body("Sure?")["messages"]]}
    assert await ids(chooser, {**later, "model": "auto:best"}) == ["far/eyes"]
    for models in ({"model": "box/dear"}, {"model": "far/eyes", "models": ["box/dear"]}):
        with pytest.raises(Refusal, match="box/dear takes no image"):
            await ids(chooser, {**seen, **models})


async def test_context_and_tools_are_needed(chooser):
    assert "box/cheap" not in await ids(chooser, body("word " * 5000, model="auto:cheapest"))
    assert set(await ids(chooser, body(tools=[{"type": "function"}]))) == {"box/dear", "far/fast"}


async def test_named_models(chooser):
    assert await ids(chooser, body(model="box/cheap", models=["far/fast"])) == ["box/cheap", "far/fast"]
    chosen = await chooser.choose(read_ask(body("word " * 400, model="far/fast", max_tokens=1000)))
    assert chosen.decision is None
    assert chosen.choices[0].estimated_usd == pytest.approx(1500 * 5 / 1e6, rel=0.02)
    assert chosen.choices[0].reason == "the client asked for it"
    for asked, status, options in (
        ("box/dear", 403, {"key_models": ("far/*",)}),
        ("far/away", 404, {}),
        ("far/ears", 400, {}),
    ):
        with pytest.raises(Refusal) as refused:
            await ids(chooser, body(model=asked), **options)
        assert refused.value.status == status
    for asked in ("nobody/home", "box/*", "*"):
        with pytest.raises(UnknownModel):
            await ids(chooser, body(model=asked))


async def test_other_endpoints_have_other_models(chooser):
    recording = Prompt("", "audio", "speech-recognition", (Media(b"", "audio/*"),), token_count=0)
    asked = read_choice({"model": "auto"}, recording)
    chosen = await chooser.choose(asked, endpoint="transcription")
    assert [c.model.id for c in chosen.choices] == ["far/ears"]


async def test_explain_names_everybody(chooser):
    decision = chooser.explain(read_ask(body(model="auto:best")))
    assert decision.winner.model_id == "box/dear"
    excluded = {e.model_id: e.rule for e in decision.excluded}
    assert excluded["far/away"] == "availability"
    with pytest.raises(Refusal):
        chooser.explain(read_ask(body(model="box/dear")), key_models=("far/*",))


def conversation(turns: int, **fields: Any) -> dict[str, Any]:
    said = [{"role": "user", "content": "Where is the ferry? " * 200}]
    for _ in range(turns):
        said += [{"role": "assistant", "content": "There. " * 300}, {"role": "user", "content": "And now?"}]
    return {"messages": said, **fields}


async def test_a_conversation_stays_unless_leaving_pays_for_its_cache(chooser):
    balanced = {"model": "auto", "turnout": {"price": 1, "latency": 0, "accuracy": 1, "models": "box/dear,far/*"}}
    asked = read_ask(conversation(1, **balanced))
    best, second = (c.model.id for c in (await chooser.choose(asked)).choices[:2])
    chooser.conversations.remember("key-1", asked.conversation, second)
    assert (await ids(chooser, conversation(1, **balanced)))[0] == best  # another key's conversation
    source = chooser._decider.router.source
    assert isinstance(source, Known)
    quality, cost, seconds = FIGURES[second]
    top = FIGURES[best]
    source.figures[second] = (top[0] - 0.01, top[1], seconds)  # as good as the best, but for a hair
    stays = await chooser.choose(read_ask(conversation(1, **balanced)), key_id="key-1")
    assert stays.choices[0].model.id == second
    assert "stays with its model" in stays.choices[0].reason
    assert [c.thinks for c in stays.choices[:2]] == [True, False]
    source.figures[second] = (quality - 0.3, cost, seconds)
    assert (await ids(chooser, conversation(1, **balanced), key_id="key-1"))[0] == best
    assert (await ids(chooser, conversation(0, **balanced), key_id="key-1"))[0] == best  # its first turn is a new one
    chooser.conversations.remember("key-1", asked.conversation, "nobody/any-more")
    assert (await ids(chooser, conversation(1, **balanced), key_id="key-1"))[0] == best


def test_old_conversations_are_forgotten():
    held = Conversations(size=2)
    for name in ("a", "b"):
        held.remember(None, name, name)
    held.remember(None, "a", "again")
    held.remember(None, "c", "c")
    assert [held.model_of(None, name) for name in "abc"] == ["again", None, "c"]
    assert held.model_of("key-1", "a") is None
    assert held.model_of(None, "") is None


async def test_a_better_source_takes_over(chooser):
    better = Known()
    better.figures["box/cheap"] = (0.99, 0.0001, 2.0)
    chooser.use(better, slow=True)
    assert (await ids(chooser, body(model="auto:best")))[0] == "box/cheap"
    assert replace(MODELS[0]) in chooser.visible(())
    assert [m.id for m in chooser.visible(("far/e*",))] == ["far/eyes", "far/ears"]
