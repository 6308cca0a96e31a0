from __future__ import annotations

import json
from typing import Any

import anthropic
import pytest
from anthropic.types import Message
from played import CALLS, PARALLEL, USAGE, call, chunk, completion, played
from pydantic import BaseModel

from turnout.errors import InvalidResponse
from turnout.gateway.dialect import BadRequest
from turnout.gateway.messages import Messages

ASK: dict[str, Any] = {"model": "auto", "max_tokens": 64, "messages": [{"role": "user", "content": "Hi"}]}
TOOL = {"name": "weather", "description": "Tells it.", "input_schema": {"type": "object", "properties": {}}}
PIXEL = {"type": "base64", "media_type": "image/png", "data": "aGk="}
PIXEL_PART = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}


def chat(**more: Any) -> dict[str, Any]:
    return Messages().to_chat({**ASK, **more})


def said(*messages: Any) -> list[dict[str, Any]]:
    return chat(messages=list(messages))["messages"]


def answer(message: dict[str, Any], finish: str = "stop", asked: Any = None, **more: Any) -> Message:
    found = Messages().answer(completion(message, finish, **more), {**ASK, **(asked or {})}, "served/model", "dec-1")
    return Message.model_validate(found)


def client(url: str) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(base_url=url, api_key="key-of-a-test", max_retries=0)


async def streamed(chunks: list[dict[str, Any]], **more: Any) -> tuple[Message, list[str]]:
    async with (
        played(Messages(), chunks=chunks) as server,
        client(server.url) as sdk,
        sdk.messages.stream(**{**ASK, **more}) as stream,
    ):
        kinds = [f"{event.type} {getattr(event, 'index', '')}".strip() async for event in stream]
        return await stream.get_final_message(), kinds


def test_a_plain_request_becomes_a_chat_request():
    assert chat(
        system="Be brief.",
        temperature=0.5,
        top_p=0.9,
        top_k=5,
        stop_sequences=["END"],
        metadata={"user_id": "u1"},
        service_tier="auto",
        turnout={"price": 1},
        stream=True,
    ) == {
        "model": "auto",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "max_tokens": 64,
        "temperature": 0.5,
        "top_p": 0.9,
        "stop": ["END"],
        "user": "u1",
        "turnout": {"price": 1},
        "stream": True,
    }


def test_a_request_like_claude_codes_keeps_its_text_and_tools_and_loses_what_only_anthropic_knows():
    cached = {"cache_control": {"type": "ephemeral"}}
    body = {
        **ASK,
        "system": [{"type": "text", "text": "You are a tool."}, {"type": "text", "text": "Rules.", **cached}],
        "messages": [
            {
                "role": "user",
                "content": [{"type": "text", "text": "<reminder>"}, {"type": "text", "text": "Go", **cached}],
            }
        ],
        "tools": [{**TOOL, **cached, "eager_input_streaming": True}],
        "thinking": {"type": "enabled", "budget_tokens": 31999},
        "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
        "output_config": {"effort": "medium"},
        "metadata": {"user_id": "user_1"},
    }
    assert Messages().to_chat(body) == {
        "model": "auto",
        "max_tokens": 64,
        "messages": [
            {"role": "system", "content": "You are a tool.\n\nRules."},
            {"role": "user", "content": [{"type": "text", "text": "<reminder>"}, {"type": "text", "text": "Go"}]},
        ],
        "tools": [
            {
                "type": "function",
                "function": {"name": "weather", "description": "Tells it.", "parameters": TOOL["input_schema"]},
            }
        ],
        "reasoning_effort": "medium",
        "user": "user_1",
    }


def test_results_of_tools_follow_their_calls_at_once_and_images_in_them_come_after():
    assert said(
        {"role": "user", "content": "Look"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "redacted_thinking", "data": "x"},
                {"type": "text", "text": "I will."},
                {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": "ü"}},
                {"type": "tool_use", "id": "t2", "name": "list", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "image", "source": PIXEL}]},
                {"type": "tool_result", "tool_use_id": "t2", "content": "no such folder", "is_error": True},
                {"type": "text", "text": "Well?"},
            ],
        },
    ) == [
        {"role": "user", "content": "Look"},
        {
            "role": "assistant",
            "content": "I will.",
            "tool_calls": [
                {"id": "t1", "type": "function", "function": {"name": "look", "arguments": '{"at":"ü"}'}},
                {"id": "t2", "type": "function", "function": {"name": "list", "arguments": "{}"}},
            ],
        },
        {
            "role": "tool",
            "tool_call_id": "t1",
            "content": "(What is not text in this result follows in the next message.)",
        },
        {"role": "tool", "tool_call_id": "t2", "content": "Error: no such folder"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Part of the result of tool call t1:"},
                PIXEL_PART,
                {"type": "text", "text": "Well?"},
            ],
        },
    ]


def test_a_turn_of_thinking_alone_leaves_no_empty_message():
    thought = {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": "s"}]}
    assert said({"role": "user", "content": "Hi"}, thought) == [{"role": "user", "content": "Hi"}]


def test_images_and_documents_become_parts():
    pdf = {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="}
    blocks = [
        {"type": "image", "source": PIXEL},
        {"type": "image", "source": {"type": "url", "url": "https://pictures.example/a.png"}},
        {"type": "document", "source": pdf, "title": "Deed"},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Lorem"}},
        {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "Ipsum"}]}},
        {"type": "search_result", "title": "T", "source": "S", "content": [{"type": "text", "text": "Found"}]},
    ]
    assert said({"role": "user", "content": blocks})[0]["content"] == [
        PIXEL_PART,
        {"type": "image_url", "image_url": {"url": "https://pictures.example/a.png"}},
        {"type": "text", "text": "Deed"},
        {"type": "file", "file": {"filename": "Deed", "file_data": "data:application/pdf;base64,JVBERg=="}},
        {"type": "text", "text": "Lorem"},
        {"type": "text", "text": "Ipsum"},
        {"type": "text", "text": "T\nS\nFound"},
    ]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"type": "auto"}, {"tool_choice": "auto"}),
        ({"type": "any", "disable_parallel_tool_use": True}, {"tool_choice": "required", "parallel_tool_calls": False}),
        ({"type": "none"}, {"tool_choice": "none"}),
        (
            {"type": "tool", "name": "weather", "disable_parallel_tool_use": False},
            {"tool_choice": {"type": "function", "function": {"name": "weather"}}},
        ),
    ],
)
def test_tool_choice(choice: Any, expected: Any):
    found = chat(tools=[TOOL], tool_choice=choice)
    assert {key: found[key] for key in ("tool_choice", "parallel_tool_calls") if key in found} == expected


def test_a_schema_for_the_answer_becomes_a_response_format():
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    expected = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    form = {"type": "json_schema", "schema": schema}
    assert chat(output_config={"format": form})["response_format"] == expected
    assert chat(output_format=form)["response_format"] == expected


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"model": None}, "model"),
        ({"max_tokens": True}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"temperature": float("nan")}, "temperature"),
        ({"turnout": "cheap"}, "turnout"),
        ({"stream": "yes"}, "stream"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "Hi"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": [{"type": "hologram"}]}]}, "messages.0.content.0"),
        ({"messages": [{"role": "assistant", "content": [{"type": "server_tool_use"}]}]}, "messages.0.content.0"),
        (
            {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t9"}]}]},
            "messages.0.content.0.tool_use_id",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "file"}}]}]},
            "messages.0.content.0.source.type",
        ),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools.0.type"),
        ({"tools": [TOOL], "tool_choice": {"type": "tool", "name": "other"}}, "tool_choice.name"),
        ({"tool_choice": {"type": "any"}}, "tool_choice"),
        ({"mcp_servers": [{"type": "url"}]}, "mcp_servers"),
    ],
)
def test_what_cannot_be_passed_on_is_refused_by_name(more: Any, param: str):
    with pytest.raises(BadRequest) as refused:
        chat(**more)
    assert refused.value.param == param
    assert refused.value.message.startswith(f"{param}: ")


def test_a_refusal_repeats_little_of_what_was_sent():
    with pytest.raises(BadRequest) as refused:
        chat(tools=[{"type": "s" * 5000}])
    assert len(refused.value.message) < 200


def test_nesting_has_an_end():
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": [deep]}
    block = {"type": "tool_use", "id": "t", "name": "n", "input": deep}
    with pytest.raises(BadRequest, match="nested deeper than 100 levels"):
        said({"role": "assistant", "content": [block]})


def test_an_answer_with_text_calls_and_usage():
    calls = [
        {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
        for id, name, given in CALLS
    ]
    found = answer({"content": "Let me look.", "reasoning": "hm", "tool_calls": calls}, "tool_calls", usage=USAGE)
    assert (found.id, found.model, found.role, found.stop_reason) == ("dec-1", "served/model", "assistant", "tool_use")
    assert [block.type for block in found.content] == ["text", "tool_use", "tool_use", "tool_use"]
    assert [(b.id, b.name, b.input) for b in found.content if b.type == "tool_use"] == CALLS
    counts = found.usage
    assert (counts.input_tokens, counts.cache_read_input_tokens, counts.cache_creation_input_tokens) == (30, 60, 10)
    assert counts.output_tokens == 20
    assert counts.output_tokens_details is not None
    assert counts.output_tokens_details.thinking_tokens == 5
    assert counts.model_extra == {"cost": 0.00125}


@pytest.mark.parametrize(
    ("message", "finish", "asked", "more", "expected"),
    [
        ({"content": "a"}, "stop", {}, {}, ("end_turn", None)),
        ({"content": "a"}, "length", {}, {}, ("max_tokens", None)),
        ({"content": "a"}, "content_filter", {}, {}, ("refusal", None)),
        ({"refusal": "I will not."}, "stop", {}, {}, ("refusal", None)),
        ({"content": "a"}, "stop", {"stop_sequences": ["X", "Y"]}, {}, ("end_turn", None)),
        ({"content": "a"}, "stop", {"stop_sequences": ["X", "Y"]}, {"stop_reason": "Y"}, ("stop_sequence", "Y")),
        (
            {"content": "a"},
            "stop",
            {"stop_sequences": ["X"]},
            {"native_finish_reason": "stop_sequence"},
            ("stop_sequence", "X"),
        ),
        ({"tool_calls": [{"id": "c", "function": {"name": "f", "arguments": ""}}]}, "stop", {}, {}, ("tool_use", None)),
    ],
)
def test_stop_reasons(message: Any, finish: str, asked: Any, more: Any, expected: Any):
    whole = completion(message, finish)
    whole["choices"][0] |= more
    found = Message.model_validate(Messages().answer(whole, {**ASK, **asked}, "m", "dec-1"))
    assert (found.stop_reason, found.stop_sequence) == expected


def test_counts_that_are_none_are_taken_as_zero():
    odd = {"prompt_tokens": float("nan"), "completion_tokens": 7.0, "prompt_tokens_details": [], "cost": float("inf")}
    counts = answer({"content": "a"}, usage={**odd, "completion_tokens_details": {"reasoning_tokens": "5"}}).usage
    assert (counts.input_tokens, counts.output_tokens, counts.model_extra) == (0, 7, {})
    assert answer({"content": "a"}, usage={"prompt_tokens": -3, "completion_tokens": True}).usage.output_tokens == 0


def test_reasoning_is_shown_to_those_who_asked_for_thinking():
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    found = answer({"content": "Yes.", "reasoning_content": "hm"}, asked=thinking)
    assert [block.model_dump(exclude_none=True) for block in found.content] == [
        {"type": "thinking", "thinking": "hm", "signature": ""},
        {"type": "text", "text": "Yes."},
    ]
    for other in ({"type": "disabled"}, {"type": "adaptive", "display": "omitted"}):
        assert [
            block.type for block in answer({"content": "Yes.", "reasoning": "hm"}, asked={"thinking": other}).content
        ] == ["text"]


def test_a_call_that_is_no_json_object_is_the_providers_fault_and_one_cut_off_is_left_out():
    calls = {"tool_calls": [{"id": "c", "function": {"name": "f", "arguments": '{"a": [1'}}]}
    with pytest.raises(InvalidResponse, match="called the tool f"):
        answer(calls, "tool_calls")
    found = answer(calls, "length")
    assert (found.content, found.stop_reason) == ([], "max_tokens")
    with pytest.raises(InvalidResponse, match="without a choice"):
        Messages().answer({"choices": []}, ASK, "m", "dec-1")


async def test_the_sdk_reads_a_streamed_text_with_usage_in_the_last_chunk():
    found, kinds = await streamed(
        [
            chunk({"role": "assistant", "content": ""}),
            chunk({"content": "Grüße "}),
            chunk({"content": "🦊"}),
            chunk({}, "stop"),
            chunk(usage=USAGE),
        ]
    )
    assert [(block.type, block.text) for block in found.content if block.type == "text"] == [("text", "Grüße 🦊")]
    assert (found.id, found.model, found.stop_reason) == ("dec-1", "served/model", "end_turn")
    assert (found.usage.input_tokens, found.usage.cache_read_input_tokens, found.usage.output_tokens) == (30, 60, 20)
    assert kinds == [
        "message_start",
        "content_block_start 0",
        "content_block_delta 0",
        "text",
        "content_block_delta 0",
        "text",
        "content_block_stop 0",
        "message_delta",
        "message_stop",
    ]


async def test_the_sdk_reads_parallel_calls_whose_deltas_alternate():
    found, kinds = await streamed(PARALLEL, tools=[TOOL])
    assert [(b.id, b.name, b.input) for b in found.content if b.type == "tool_use"] == CALLS
    assert found.stop_reason == "tool_use"
    order = [kind for kind in kinds if kind.startswith(("content_block_start", "content_block_stop"))]
    assert order == [f"content_block_{what} {number}" for number in range(4) for what in ("start", "stop")]


async def test_the_sdk_reads_thinking_before_text_and_a_stream_without_usage():
    chunks = [
        chunk({"reasoning_content": "h"}),
        chunk({"reasoning_content": "m"}),
        chunk({"content": "Yes."}, "length"),
    ]
    found, _ = await streamed(chunks, thinking={"type": "adaptive"})
    assert [block.type for block in found.content] == ["thinking", "text"]
    assert found.content[0].thinking == "hm"
    assert (found.stop_reason, found.usage.output_tokens) == ("max_tokens", 0)


@pytest.mark.parametrize(
    "chunks",
    [
        [
            call(0, '{"a":', "c1", "f"),
            call(0, "1}"),
            call(0, '{"b": 2}', "c3", "h"),
        ],  # numbered 0 throughout
        [call(None, '{"a": 1}', "c1", "f"), call(None, '{"b": 2}', "c3", "h")],
        [call(None, '{"a": 1}', None, "f"), call(None, '{"b": 2}', None, "h")],
        [call(0, None, "c1"), call(0, '{"a"', None, "f"), call(0, ": 1}"), call(1, '{"b": 2}', "c3", "h")],
        [call(0, '{"a": 1}', "c1", "f"), call(0, " \n"), call(1, '{"b": 2}', "c3", "h"), call(0, " ")],
    ],
)
async def test_careless_numbering_of_calls_is_understood(chunks: list[Any]):
    found, _ = await streamed([*chunks, chunk({}, "stop")])
    calls = [block for block in found.content if block.type == "tool_use"]
    assert [(block.name, block.input) for block in calls] == [("f", {"a": 1}), ("h", {"b": 2})]
    assert len({block.id for block in calls}) == 2
    assert found.stop_reason == "tool_use"


@pytest.mark.parametrize(
    ("breaks", "message"), [("the provider hung up", "the provider hung up"), (None, "with what is not a JSON object")]
)
async def test_an_error_in_the_stream_reaches_the_sdk(breaks: str | None, message: str):
    chunks = [chunk({"content": "Gr"}), call(0, '{"a": [1', "c1", "f"), chunk({}, "tool_calls")]
    async with (
        played(Messages(), chunks=chunks, breaks=breaks) as server,
        client(server.url) as sdk,
        sdk.messages.stream(**ASK) as stream,
    ):
        with pytest.raises(anthropic.APIStatusError, match=message) as failed:
            await stream.get_final_message()
        assert failed.value.body["error"]["type"] == "api_error"


async def test_refusals_become_the_sdks_own_exceptions():
    async with played(Messages()) as server, client(server.url) as sdk:
        with pytest.raises(anthropic.BadRequestError, match=r"messages\.0\.role") as refused:
            await sdk.messages.create(**{**ASK, "messages": [{"role": "robot", "content": "Hi"}]})
        assert refused.value.body["error"]["type"] == "invalid_request_error"
    for status, kind, expected, named in (
        (401, "invalid_request_error", anthropic.AuthenticationError, "authentication_error"),
        (404, "invalid_request_error", anthropic.NotFoundError, "not_found_error"),
        (429, "rate_limit_error", anthropic.RateLimitError, "rate_limit_error"),
        (502, "api_error", anthropic.InternalServerError, "api_error"),
    ):
        async with played(Messages(), error=(status, kind)) as server, client(server.url) as sdk:
            with pytest.raises(expected, match="it hurts") as failed:
                await sdk.messages.create(**ASK)
            assert failed.value.body["error"]["type"] == named


class Count(BaseModel):
    n: int


async def test_the_sdk_gets_a_parsed_answer_and_passes_turnouts_own_field():
    async with played(Messages(), chat=completion({"content": '{"n": 3}'})) as server, client(server.url) as sdk:
        more = {"output_format": Count, "extra_body": {"turnout": {"price": 1}}}
        found = await sdk.messages.parse(**ASK, **more)
    assert found.parsed_output == Count(n=3)
    assert server.chats[0]["turnout"] == {"price": 1}
    assert server.chats[0]["response_format"]["json_schema"]["schema"]["required"] == ["n"]


async def test_the_sdks_beta_resource_reads_the_same_stream():
    async with (
        played(Messages(), chunks=PARALLEL) as server,
        client(server.url) as sdk,
        sdk.beta.messages.stream(**ASK, betas=["interleaved-thinking-2025-05-14"]) as stream,
    ):
        found = await stream.get_final_message()
    assert [(b.id, b.name, b.input) for b in found.content if b.type == "tool_use"] == CALLS


async def test_a_conversation_with_a_tool_goes_round():
    asked = {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Ōsaka"}'}}
    async with (
        played(Messages(), chat=completion({"tool_calls": [asked]}, "tool_calls")) as server,
        client(server.url) as sdk,
    ):
        first = await sdk.messages.create(**ASK, tools=[TOOL])
        result = {"type": "tool_result", "tool_use_id": first.content[0].id, "content": "rain"}
        turns = [
            *ASK["messages"],
            {"role": "assistant", "content": first.content},
            {"role": "user", "content": [result]},
        ]
        await sdk.messages.create(**{**ASK, "messages": turns}, tools=[TOOL])
    assert server.chats[1]["messages"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": None, "tool_calls": [asked]},
        {"role": "tool", "tool_call_id": "call_a", "content": "rain"},
    ]
