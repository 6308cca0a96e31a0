"""The gateway with the official OpenAI client for Python, before a provider that answers well."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

from pictures import page, png, wav_silence
from served import Box
from turnout.evidence.store import EvidenceStore

ASK = [{"role": "user", "content": "Say these few words."}]
PICTURE = "data:image/png;base64," + base64.b64encode(png(page([], (8, 8)))).decode()


def tool(name: str) -> dict[str, Any]:
    properties = {"city": {"type": "string"}, "days": {"type": "integer"}}
    parameters = {"type": "object", "properties": properties, "required": ["city"]}
    return {
        "type": "function",
        "function": {"name": name, "description": f"Tells the {name}", "parameters": parameters},
    }


@pytest.fixture(scope="module")
def client(box: Box) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{box.url}/v1", api_key="anything", max_retries=0) as made:
        yield made


def chat(client: OpenAI, model: str = "box/all", **more: Any) -> Any:
    return client.chat.completions.create(**{"model": model, "messages": ASK, **more})


class Forecast(BaseModel):
    city: str
    days: int


def test_whole_answer_names_who_served_and_what_it_cost(client: OpenAI, box: Box) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model="box/all", messages=ASK, user="u-1", metadata={"team": "a"}, max_completion_tokens=50, seed=3, n=2
    )
    answer = raw.parse()
    assert [choice.message.content for choice in answer.choices] == ["Say these few words."] * 2
    assert answer.model == raw.headers["x-turnout-model"] == "box/all"
    usd = answer.usage.prompt_tokens * 1e-6 + answer.usage.completion_tokens * 2e-6
    assert answer.usage.cost == pytest.approx(usd)
    assert float(raw.headers["x-turnout-usd"]) == pytest.approx(usd)
    assert float(raw.headers["x-turnout-estimated-usd"]) > 0
    assert 0 <= float(raw.headers["x-turnout-overhead-ms"]) < 1000
    assert raw.headers["x-turnout-fallbacks"] == "0"
    assert raw.headers["x-turnout-reason"] == "the client asked for it"
    sent = box.provider.body
    assert sent["model"] == "all-1"
    assert {n: sent[n] for n in ("user", "metadata", "max_completion_tokens", "seed", "n")} == {
        "user": "u-1", "metadata": {"team": "a"}, "max_completion_tokens": 50, "seed": 3, "n": 2,
    }  # fmt: skip


@pytest.mark.parametrize("asked", [None, {"include_usage": True}, {"include_usage": False}])
def test_stream_ends_with_usage(client: OpenAI, asked: dict[str, bool] | None) -> None:
    options = {} if asked is None else {"stream_options": asked}
    chunks = list(chat(client, stream=True, **options))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "Say these few words."
    assert {c.model for c in chunks} == {"box/all"}
    assert [c for c in chunks if c.usage] == chunks[-1:]
    assert chunks[-1].usage.cost > 0
    assert bool(chunks[-1].choices) is (asked != {"include_usage": True})


def test_stream_of_several_choices_and_logprobs(client: OpenAI) -> None:
    chunks = list(chat(client, stream=True, n=2, logprobs=True, top_logprobs=2))
    texts = ["", ""]
    for choice in (choice for chunk in chunks for choice in chunk.choices):
        texts[choice.index] += choice.delta.content or ""
    assert texts == ["Say these few words."] * 2
    likely = [c for chunk in chunks for c in chunk.choices if c.logprobs]
    assert likely[0].logprobs.content[0].top_logprobs[1].token == "?"
    assert len(likely) == 8
    whole = chat(client, logprobs=True).choices[0].logprobs.content
    assert [found.logprob for found in whole] == [-0.25] * 4


async def test_async_client(box: Box) -> None:
    async with AsyncOpenAI(base_url=f"{box.url}/v1", api_key="anything", max_retries=0) as client:
        answer = await client.chat.completions.create(model="auto:cheapest", messages=ASK)
        assert answer.choices[0].message.content == "Say these few words."
        async with client.chat.completions.stream(model="box/all", messages=ASK) as stream:
            final = await stream.get_final_completion()
        assert final.choices[0].message.content == "Say these few words."


@pytest.mark.parametrize("stream", [False, True])
def test_two_parallel_tool_calls_and_their_results(client: OpenAI, box: Box, stream: bool) -> None:
    tools = [tool("weather"), tool("tides")]
    turns: list[Any] = [{"role": "user", "content": "weather and tides in Oslo"}]
    if stream:
        with client.chat.completions.stream(model="auto", messages=turns, tools=tools) as events:
            answer: Any = events.get_final_completion()
    else:
        answer = client.chat.completions.create(model="auto", messages=turns, tools=tools)
    assert answer.choices[0].finish_reason == "tool_calls"
    calls = answer.choices[0].message.tool_calls
    assert [(c.function.name, json.loads(c.function.arguments)) for c in calls] == [
        ("weather", {"city": "Oslo", "days": 5}),
        ("tides", {"city": "Oslo", "days": 5}),
    ]
    turns.append(answer.choices[0].message.model_dump(exclude_none=True))
    turns += [{"role": "tool", "tool_call_id": c.id, "content": f"{c.function.name}: fine"} for c in calls]
    answer = client.chat.completions.create(model="auto", messages=turns, tools=tools, parallel_tool_calls=True)
    assert (answer.model, answer.choices[0].message.content) == ("box/all", "tides: fine")
    assert box.provider.body["messages"][1]["tool_calls"][0]["id"] == calls[0].id


def test_schema_is_kept_and_parsed(client: OpenAI) -> None:
    turns: Any = [{"role": "user", "content": "Three days in Bergen"}]
    answer = client.chat.completions.parse(model="box/all", messages=turns, response_format=Forecast)
    assert answer.choices[0].message.parsed == Forecast(city="Bergen", days=4)


def test_attachments_go_to_a_model_that_takes_them(client: OpenAI) -> None:
    sound = {"data": base64.b64encode(wav_silence(0.1)).decode(), "format": "wav"}
    parts: Any = [
        {"type": "text", "text": "What are these?"},
        {"type": "image_url", "image_url": {"url": PICTURE}},
        {"type": "input_audio", "input_audio": sound},
    ]
    turns: Any = [{"role": "user", "content": parts}]
    answer = chat(client, "auto:cheapest", messages=turns)
    assert (answer.model, answer.choices[0].message.content) == ("box/all", "image, audio: What are these?")
    with pytest.raises(openai.BadRequestError, match="box/text takes no audio or image") as caught:
        chat(client, "box/text", messages=turns)
    assert caught.value.code == "wrong_modality"


def test_spoken_answer_passes(client: OpenAI) -> None:
    answer = chat(client, modalities=["text", "audio"], audio={"voice": "alloy", "format": "wav"})
    assert answer.choices[0].message.audio.transcript == "Say these few words."


def test_preference_chooses(client: OpenAI) -> None:
    assert chat(client, "auto:cheapest").model == "box/text"
    wanted = {"turnout": {"category": "summarization", "price": 0.7, "max_usd": 0.001, "models": ["box/a*"]}}
    assert chat(client, "auto", extra_body=wanted).model == "box/all"
    assert chat(client, "auto", extra_body={"provider": {"sort": "price"}}).model == "box/text"
    assert chat(client, "auto", extra_body={"models": ["box/all"]}).model == "box/all"
    limit = {"provider": {"max_price": {"prompt": 0.5, "completion": 0.5}}}
    assert chat(client, "auto:best", extra_body=limit).model == "box/text"


def test_limits_that_leave_nobody_are_told_in_the_requests_own_words(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"above turnout\.max_usd") as caught:
        chat(client, "auto", extra_body={"turnout": {"max_usd": 1e-9}})
    assert caught.value.code == "no_eligible_model"
    assert "--" not in caught.value.message
    with pytest.raises(openai.BadRequestError, match=r"max_usd must be a finite number above 0"):
        chat(client, "auto", extra_body={"turnout": {"max_usd": -1}})


def test_limit_of_money_holds_for_a_named_model_too(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"box/all should cost .* above turnout.max_usd"):
        chat(client, extra_body={"turnout": {"max_usd": 1e-9}})
    assert chat(client, extra_body={"turnout": {"max_usd": 0.1}}).model == "box/all"


def test_list_of_models_alone_is_tried_in_its_order(client: OpenAI) -> None:
    body = {"messages": ASK, "models": ["box/all", "box/text"]}
    assert client.post("/chat/completions", body=body, cast_to=dict[str, Any])["model"] == "box/all"


def test_models(client: OpenAI) -> None:
    ids = [model.id for model in client.models.list()]
    assert ids[:5] == ["auto", "auto:balanced", "auto:cheapest", "auto:fastest", "auto:best"]
    assert {"box/all", "box/text", "local/all-minilm-l6-v2"} < set(ids)
    assert "other/model" not in ids
    assert client.models.retrieve("box/all").owned_by == "box"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("box/none")


def test_models_that_are_not_served_here_cannot_be_named(client: OpenAI, box: Box) -> None:
    before = len(box.provider.asked)
    for model in ("other/model", "openai/gpt-4o"):
        with pytest.raises(openai.NotFoundError, match="GET /v1/models"):
            chat(client, model)
        with pytest.raises(openai.NotFoundError):
            client.embeddings.create(model=model, input="x")
    assert len(box.provider.asked) == before


def test_vectors_of_a_provider(client: OpenAI) -> None:
    for form in ("float", "base64", None):
        options: Any = {} if form is None else {"encoding_format": form}
        answer = client.embeddings.create(model="box/vectors", input=["ab", "abc de"], **options)
        found = [item.embedding for item in answer.data]
        if form == "base64":
            found = [list(np.frombuffer(base64.b64decode(str(text)), "<f4")) for text in found]
        assert found == [[2.0, 0.5, -0.25], [6.0, 0.5, -0.25]]
        assert answer.model == "box/vectors"
        assert answer.usage.cost == pytest.approx(3 * 0.02e-6)  # type: ignore[attr-defined]


def test_recording_becomes_text(client: OpenAI, box: Box) -> None:
    recording = ("said.wav", wav_silence(0.1), "audio/wav")
    for model in ("box/ears", "auto"):
        raw = client.audio.transcriptions.with_raw_response.create(model=model, file=recording)
        assert raw.parse().text.endswith("bytes of audio/wav")
        assert raw.headers["x-turnout-model"] == "box/ears"
        assert float(raw.headers["x-turnout-usd"]) == pytest.approx(14 * 3e-6 + 4 * 5e-6)
    client.audio.transcriptions.create(
        model="box/ears", file=recording, response_format="verbose_json", timestamp_granularities=["word", "segment"],
        prompt="names", language="en",
    )  # fmt: skip
    sent = box.provider.body
    assert ("model", "ears-1") in sent
    assert [value for name, value in sent if name == "timestamp_granularities[]"] == ["word", "segment"]
    text = client.audio.transcriptions.create(model="box/ears", file=recording, response_format="text")
    assert "bytes of" in str(text)


def test_text_becomes_speech(client: OpenAI) -> None:
    for model in ("box/voice", "auto"):
        with client.audio.speech.with_streaming_response.create(model=model, voice="alloy", input="Hello.") as answer:
            assert answer.read() == wav_silence(0.1)
            assert answer.headers["content-type"] == "audio/wav"
            assert answer.headers["x-turnout-model"] == "box/voice"


def test_pictures(client: OpenAI) -> None:
    made = client.images.generate(model="box/all", prompt="a turnout", n=2)
    assert made.data is not None
    assert [picture.revised_prompt for picture in made.data] == ["a turnout"] * 2
    with pytest.raises(openai.BadRequestError, match="name a model"):
        client.images.generate(model="auto", prompt="a turnout")


def test_responses_whole_and_a_second_turn(client: OpenAI, box: Box) -> None:
    first = client.responses.create(model="auto:cheapest", input="Say it.", instructions="Be brief.")
    assert (first.output_text, first.model, first.status) == ("Say it.", "box/text", "completed")
    assert first.usage is not None
    assert first.usage.cost > 0  # type: ignore[attr-defined]
    turns: Any = [{"role": "user", "content": "Say it."}, *first.output, {"role": "user", "content": "And again."}]
    second = client.responses.create(model="auto:cheapest", input=turns, instructions="Be brief.")
    assert second.output_text == "And again."
    assert [m["role"] for m in box.provider.body["messages"]] == ["system", "user", "assistant", "user"]


def test_responses_with_tools_streamed_and_whole(client: OpenAI) -> None:
    tools: Any = [{"type": "function", **tool(name)["function"], "strict": False} for name in ("weather", "tides")]
    turns: Any = [{"role": "user", "content": "weather and tides in Oslo"}]
    with client.responses.stream(model="auto", input=turns, tools=tools) as stream:
        kinds = [event.type for event in stream]
        answer = stream.get_final_response()
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    calls = [item for item in answer.output if item.type == "function_call"]
    assert [(c.name, json.loads(c.arguments)["city"]) for c in calls] == [("weather", "Oslo"), ("tides", "Oslo")]
    turns += [item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in answer.output]
    turns += [{"type": "function_call_output", "call_id": c.call_id, "output": f"{c.name}: fine"} for c in calls]
    done = client.responses.create(model="auto", input=turns, tools=tools)
    assert done.output_text == "tides: fine"
    assert done.model == "box/all"


def test_responses_of_a_schema_with_reasoning_and_others_fields(client: OpenAI) -> None:
    answer = client.responses.parse(
        model="box/all", input="Three days in Bergen", text_format=Forecast, reasoning={"effort": "low"}
    )
    assert answer.output_parsed == Forecast(city="Bergen", days=4)
    thought = next(item for item in answer.output if item.type == "reasoning")
    assert thought.content is not None
    assert thought.content[0].text == "First, read it. Then say it back."
    sorted_by_price = client.responses.create(
        model="auto", input="Hi there", extra_body={"provider": {"sort": "price"}}
    )
    assert sorted_by_price.model == "box/text"
    fallback = client.responses.create(model="auto", input="Hi there", extra_body={"models": ["box/all"]})
    assert fallback.model == "box/all"


def test_errors_are_the_clients_own_exceptions(client: OpenAI, box: Box) -> None:
    with pytest.raises(openai.NotFoundError, match="box/none") as missing:
        chat(client, "box/none")
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError, match="no preset"):
        chat(client, "auto:dearest")
    with pytest.raises(openai.BadRequestError, match="messages must be a list") as empty:
        chat(client, messages=[])
    assert empty.value.param == "messages"
    with pytest.raises(openai.BadRequestError, match="temperature must be at most 2") as refused:
        chat(client, temperature=5)
    assert refused.value.code == "rejected_by_provider"
    with pytest.raises(openai.BadRequestError, match=r"turnout.weight is not a field"):
        chat(client, extra_body={"turnout": {"weight": 1}})


def test_client_waits_as_long_as_it_is_told_to(client: OpenAI, box: Box) -> None:
    box.provider.busy = 2
    with pytest.raises(openai.RateLimitError) as limited:
        chat(client, "box/busy")
    assert (limited.value.response.headers["retry-after"], limited.value.code) == ("1", "rate_limited")
    began = time.monotonic()
    with OpenAI(base_url=f"{box.url}/v1", api_key="anything", max_retries=3) as patient:
        assert chat(patient, "box/busy").choices[0].message.content
    assert time.monotonic() - began > 1.5
    assert box.provider.busy == 0


def test_route_costs_nothing_and_shows_everybody(client: OpenAI, box: Box) -> None:
    before = len(box.provider.asked)
    told: Any = client.post(
        "/route", body={"model": "auto", "messages": ASK, "tools": [tool("x")]}, cast_to=dict[str, Any]
    )
    assert [c["model"] for c in told["candidates"]] == ["box/all", "box/vectors"][:1]
    assert told["candidates"][0]["usd_per_request"] > 0
    assert {(e["model_id"], e["rule"]) for e in told["excluded"]} >= {("box/text", "tools")}
    bounded: Any = client.post(
        "/route", body={"prompt": "Why?", "turnout": {"models": "box/text"}}, cast_to=dict[str, Any]
    )
    assert bounded["chosen"] == "box/text"
    assert bounded["excluded"] == []
    assert len(box.provider.asked) == before


def test_feedback_becomes_an_outcome(client: OpenAI, box: Box) -> None:
    raw = client.chat.completions.with_raw_response.create(model="auto", messages=ASK)
    decision = raw.headers["x-turnout-decision-id"]
    said: Any = client.post("/feedback", body={"decision_id": decision, "vote": "up"}, cast_to=dict[str, Any])
    assert said["quality"] == 1.0
    with pytest.raises(openai.NotFoundError):
        client.post("/feedback", body={"decision_id": "dec-none", "score": 0.5}, cast_to=dict[str, Any])
    with EvidenceStore(box.store_url) as store:
        given = [outcome for outcome in store.outcomes() if outcome.source == "feedback"]
    assert [(o.model_id, o.quality) for o in given] == [(raw.parse().model, 1.0)]


def test_head_says_what_get_would(client: OpenAI) -> None:
    answer = client._client.head(str(client.base_url).removesuffix("/v1/") + "/health")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "15"
