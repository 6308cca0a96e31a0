from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai.types.responses import Response
from played import CALLS, PARALLEL, USAGE, chunk, completion, played
from pydantic import BaseModel

from turnout.errors import InvalidResponse
from turnout.gateway.dialect import BadRequest
from turnout.gateway.responses import Responses

ASK: dict[str, Any] = {"model": "auto", "input": "Hi"}
TOOL = {"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}, "strict": False}
OTHER = {"type": "function", "name": "clock", "parameters": None, "strict": True, "description": "Tells it."}
PIXEL = "data:image/png;base64,aGk="


def chat(**more: Any) -> dict[str, Any]:
    return Responses().to_chat({**ASK, **more})


def said(*items: Any) -> list[dict[str, Any]]:
    return chat(input=list(items))["messages"]


def answer(message: dict[str, Any], finish: str = "stop", asked: Any = None, **more: Any) -> Response:
    found = Responses().answer(completion(message, finish, **more), {**ASK, **(asked or {})}, "served/model", "dec-1")
    return Response.model_validate(found)


def client(url: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="key-of-a-test", max_retries=0)


async def streamed(chunks: list[dict[str, Any]], breaks: str | None = None, **more: Any) -> list[Any]:
    """The events, as the SDK parsed them."""
    async with played(Responses(), chunks=chunks, breaks=breaks) as server, client(server.url) as sdk:
        return [event async for event in await sdk.responses.create(**{**ASK, **more}, stream=True)]


def test_a_plain_request_becomes_a_chat_request():
    assert chat(
        instructions="Be brief.",
        temperature=1.5,
        top_p=0.9,
        max_output_tokens=64,
        store=True,
        background=False,
        metadata={"k": "v"},
        truncation="auto",
        include=["reasoning.encrypted_content"],
        prompt_cache_key="p",
        safety_identifier="u1",
        reasoning={"effort": "low", "summary": "auto"},
        turnout={"price": 1},
        stream=True,
    ) == {
        "model": "auto",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "max_tokens": 64,
        "temperature": 1.5,
        "top_p": 0.9,
        "user": "u1",
        "reasoning_effort": "low",
        "turnout": {"price": 1},
        "stream": True,
    }


def test_items_become_messages_and_calls_are_followed_by_their_results():
    assert said(
        {"role": "developer", "content": "Rules."},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Look"}]},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [
                {"type": "output_text", "text": "I ", "annotations": []},
                {"type": "output_text", "text": "will.", "annotations": []},
            ],
        },
        {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "look", "arguments": '{"at":"ü"}'},
        {"type": "function_call", "call_id": "c2", "name": "list", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": [{"type": "input_image", "image_url": PIXEL}]},
        {"type": "function_call_output", "call_id": "c2", "output": "nothing"},
        {"role": "user", "content": "Well?"},
    ) == [
        {"role": "system", "content": "Rules."},
        {"role": "user", "content": "Look"},
        {
            "role": "assistant",
            "content": "I will.",
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at":"ü"}'}},
                {"id": "c2", "type": "function", "function": {"name": "list", "arguments": "{}"}},
            ],
        },
        {
            "role": "tool",
            "tool_call_id": "c1",
            "content": "(What is not text in this result follows in the next message.)",
        },
        {"role": "tool", "tool_call_id": "c2", "content": "nothing"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Part of the result of tool call c1:"},
                {"type": "image_url", "image_url": {"url": PIXEL}},
            ],
        },
        {"role": "user", "content": "Well?"},
    ]


def test_calls_in_turn_stay_in_turn():
    items = [
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "1"},
        {"type": "function_call", "call_id": "c2", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c2", "output": "2"},
    ]
    assert [message["role"] for message in said(*items)] == ["assistant", "tool", "assistant", "tool"]


def test_images_audio_and_files_become_parts():
    parts = [
        {"type": "input_text", "text": "See"},
        {"type": "input_image", "image_url": "https://pictures.example/a.png", "detail": "high"},
        {"type": "input_image", "image_url": PIXEL, "detail": "auto"},
        {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
        {"type": "input_file", "filename": "deed.pdf", "file_data": "data:application/pdf;base64,JVBERg=="},
    ]
    assert said({"role": "user", "content": parts})[0]["content"] == [
        {"type": "text", "text": "See"},
        {"type": "image_url", "image_url": {"url": "https://pictures.example/a.png", "detail": "high"}},
        {"type": "image_url", "image_url": {"url": PIXEL}},
        {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
        {"type": "file", "file": {"filename": "deed.pdf", "file_data": "data:application/pdf;base64,JVBERg=="}},
    ]


def test_tools_become_chat_tools():
    found = chat(tools=[TOOL, OTHER], tool_choice="required", parallel_tool_calls=False)
    empty = {"type": "object", "properties": {}}
    assert (found["tool_choice"], found["parallel_tool_calls"]) == ("required", False)
    assert [tool["function"] for tool in found["tools"]] == [
        {"name": "weather", "parameters": empty, "strict": False},
        {"name": "clock", "description": "Tells it.", "parameters": empty, "strict": True},
    ]


def test_a_chosen_tool_and_a_set_of_allowed_tools():
    chosen = {"type": "function", "name": "clock"}
    found = chat(tools=[TOOL, OTHER], tool_choice=chosen)
    assert found["tool_choice"] == {"type": "function", "function": {"name": "clock"}}
    found = chat(tools=[TOOL, OTHER], tool_choice={"type": "allowed_tools", "mode": "auto", "tools": [chosen]})
    assert found["tool_choice"] == "auto"
    assert [tool["function"]["name"] for tool in found["tools"]] == ["clock"]


def test_the_text_format_becomes_a_response_format():
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    form = {"type": "json_schema", "name": "count", "schema": schema, "strict": True}
    found = chat(text={"format": form, "verbosity": "low"})
    expected = {"type": "json_schema", "json_schema": {"name": "count", "schema": schema, "strict": True}}
    assert (found["response_format"], found["verbosity"]) == (expected, "low")
    assert chat(text={"format": {"type": "json_object"}})["response_format"] == {"type": "json_object"}
    assert "response_format" not in chat(text={"format": {"type": "text"}})


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"model": None}, "model"),
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"conversation": {"id": "conv_1"}}, "conversation"),
        ({"background": True}, "background"),
        ({"prompt": {"id": "pmpt_1"}}, "prompt"),
        ({"tools": [{"type": "web_search"}]}, "tools.0.type"),
        ({"tools": [{"type": "file_search", "vector_store_ids": []}]}, "tools.0.type"),
        ({"tools": [{"type": "computer_use_preview"}]}, "tools.0.type"),
        ({"tools": [TOOL], "tool_choice": {"type": "function", "name": "other"}}, "tool_choice.name"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"temperature": "hot"}, "temperature"),
        ({"top_logprobs": 5}, "top_logprobs"),
        ({"reasoning": {"summary": 1}}, "reasoning.summary"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input.0"),
        ({"input": [{"type": "hologram"}]}, "input.0"),
        ({"input": [{"role": "user", "content": [{"type": "hologram"}]}]}, "input.0.content.0"),
        ({"input": [{"type": "function_call_output", "call_id": "c9", "output": ""}]}, "input.0.call_id"),
        (
            {"input": [{"role": "assistant", "content": [{"type": "input_image", "image_url": PIXEL}]}]},
            "input.0.content",
        ),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "file_1"}]}]},
            "input.0.content.0.file_id",
        ),
    ],
)
def test_what_cannot_be_passed_on_is_refused_by_name(more: Any, param: str):
    with pytest.raises(BadRequest) as refused:
        chat(**more)
    assert refused.value.param == param
    assert refused.value.message.startswith(f"{param}: ")


def test_an_answer_with_text_calls_and_usage():
    calls = [
        {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
        for id, name, given in CALLS
    ]
    asked = {"tools": [TOOL, OTHER], "metadata": {"k": "v"}, "instructions": "Be brief.", "temperature": 0.5}
    found = answer(
        {"content": "Let me look.", "reasoning": "hm", "tool_calls": calls}, "tool_calls", asked, usage=USAGE
    )
    assert (found.id, found.model, found.status, found.output_text) == (
        "dec-1",
        "served/model",
        "completed",
        "Let me look.",
    )
    assert (found.metadata, found.instructions, found.temperature) == ({"k": "v"}, "Be brief.", 0.5)
    assert [item.type for item in found.output] == ["message", "function_call", "function_call", "function_call"]
    made = [(i.call_id, i.name, json.loads(i.arguments)) for i in found.output if i.type == "function_call"]
    assert made == CALLS
    assert len({item.id for item in found.output}) == 4
    counts = found.usage
    assert counts is not None
    assert (counts.input_tokens, counts.output_tokens, counts.total_tokens) == (100, 20, 120)
    assert counts.input_tokens_details.cached_tokens == 60
    assert counts.output_tokens_details.reasoning_tokens == 5
    assert counts.model_extra == {"cost": 0.00125}


@pytest.mark.parametrize(
    ("finish", "status", "reason"),
    [
        ("stop", "completed", None),
        ("tool_calls", "completed", None),
        ("length", "incomplete", "max_output_tokens"),
        ("content_filter", "incomplete", "content_filter"),
    ],
)
def test_status(finish: str, status: str, reason: str | None):
    found = answer({"content": "a"}, finish)
    assert found.status == status
    assert (found.incomplete_details.reason if found.incomplete_details else None) == reason
    assert found.output[0].status == status
    assert found.usage is None


def test_a_refusal_and_reasoning_have_places_of_their_own():
    found = answer({"refusal": "I will not.", "reasoning_content": "hm"}, asked={"reasoning": {"effort": "high"}})
    assert [item.type for item in found.output] == ["reasoning", "message"]
    assert found.output[0].content[0].text == "hm"
    assert found.output[1].content[0].refusal == "I will not."
    assert [item.type for item in answer({"content": "a", "reasoning": "hm"}).output] == ["message"]


def test_a_completion_without_a_choice_is_the_providers_fault():
    with pytest.raises(InvalidResponse, match="without a choice"):
        Responses().answer({"choices": []}, ASK, "m", "dec-1")


async def test_the_sdk_reads_a_streamed_text_with_usage_in_the_last_chunk():
    chunks = [chunk({"role": "assistant", "content": ""}), chunk({"content": "Grüße "}), chunk({"content": "🦊"})]
    async with (
        played(Responses(), chunks=[*chunks, chunk({}, "stop"), chunk(usage=USAGE)]) as server,
        client(server.url) as sdk,
        sdk.responses.stream(**ASK) as stream,
    ):
        kinds = [event.type async for event in stream]
        found = await stream.get_final_response()
    assert (found.output_text, found.status, found.id) == ("Grüße 🦊", "completed", "dec-1")
    assert found.usage is not None
    assert (found.usage.input_tokens, found.usage.input_tokens_details.cached_tokens) == (100, 60)
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]


async def test_the_sdk_reads_parallel_calls_whose_deltas_alternate():
    async with (
        played(Responses(), chunks=PARALLEL) as server,
        client(server.url) as sdk,
        sdk.responses.stream(**ASK, tools=[TOOL]) as stream,
    ):
        grown = {}
        async for event in stream:
            if event.type == "response.function_call_arguments.delta":
                grown[event.output_index] = event.snapshot
        found = await stream.get_final_response()
    calls = [item for item in found.output if item.type == "function_call"]
    assert [(item.call_id, item.name, json.loads(item.arguments or "{}")) for item in calls] == CALLS
    assert [json.loads(arguments) for _, arguments in sorted(grown.items())] == [given for *_, given in CALLS[:2]]


async def test_events_are_numbered_and_agree_with_the_whole_response():
    chunks = [chunk({"reasoning": "hm"}), chunk({"content": "a"}), chunk({"refusal": "No."}), *PARALLEL[3:]]
    events = await streamed(chunks, tools=[TOOL], reasoning={"effort": "low"})
    assert [event.sequence_number for event in events] == list(range(len(events)))
    whole = events[-1].response
    assert [event.item for event in events if event.type == "response.output_item.done"] == whole.output
    assert [item.type for item in whole.output] == ["reasoning", "message", "message", *["function_call"] * 3]
    reasoned = [event.delta for event in events if event.type == "response.reasoning_text.delta"]
    refused = [event.refusal for event in events if event.type == "response.refusal.done"]
    assert (reasoned, refused) == (["hm"], ["No."])


async def test_an_answer_cut_off_by_its_limit_ends_as_incomplete():
    events = await streamed([chunk({"content": "a"}, "length")])
    assert events[-1].type == "response.incomplete"
    assert events[-1].response.incomplete_details.reason == "max_output_tokens"
    assert events[-1].response.usage is None


async def test_an_error_in_the_stream_reaches_the_sdk():
    events = await streamed([chunk({"content": "Gr"})], breaks="the provider hung up")
    assert [event.type for event in events[-2:]] == ["error", "response.failed"]
    assert events[-2].message == events[-1].response.error.message == "the provider hung up"
    assert events[-1].response.status == "failed"
    assert events[-1].response.output[0].status == "incomplete"


async def test_refusals_become_the_sdks_own_exceptions():
    async with played(Responses()) as server, client(server.url) as sdk:
        with pytest.raises(openai.BadRequestError, match="keeps no conversations") as refused:
            await sdk.responses.create(**ASK, previous_response_id="resp_1")
        assert (refused.value.param, refused.value.type) == ("previous_response_id", "invalid_request_error")
    async with played(Responses(), error=(429, "rate_limit_error")) as server, client(server.url) as sdk:
        with pytest.raises(openai.RateLimitError, match="it hurts"):
            await sdk.responses.create(**ASK)


class Count(BaseModel):
    n: int


async def test_the_sdk_gets_a_parsed_answer_and_passes_turnouts_own_field():
    async with played(Responses(), chat=completion({"content": '{"n": 3}'})) as server, client(server.url) as sdk:
        found = await sdk.responses.parse(**ASK, text_format=Count, extra_body={"turnout": {"price": 1}})
    assert found.output_parsed == Count(n=3)
    assert server.chats[0]["turnout"] == {"price": 1}
    assert server.chats[0]["response_format"]["json_schema"]["name"] == "Count"


async def test_a_conversation_with_a_tool_goes_round():
    asked = {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Ōsaka"}'}}
    message = {"content": "Wait.", "reasoning": "hm", "tool_calls": [asked]}
    async with played(Responses(), chat=completion(message, "tool_calls")) as server, client(server.url) as sdk:
        ask = {**ASK, "tools": [TOOL], "reasoning": {"effort": "low"}, "store": False}
        first = await sdk.responses.create(**ask)
        result = {"type": "function_call_output", "call_id": "call_a", "output": "rain"}
        await sdk.responses.create(**{**ask, "input": [{"role": "user", "content": "Hi"}, *first.output, result]})
    assert server.chats[1]["messages"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Wait.", "tool_calls": [asked]},
        {"role": "tool", "tool_call_id": "call_a", "content": "rain"},
    ]
