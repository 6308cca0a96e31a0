"""Whatever a client or a provider sends, a translation ends in a result or in the one error it may raise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from anthropic.types import Message
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import Response
from played import chunk

from turnout.errors import InvalidResponse
from turnout.gateway.dialect import BadRequest, Dialect
from turnout.gateway.messages import Messages
from turnout.gateway.responses import Responses

DIALECTS: list[Dialect] = [Messages(), Responses()]
ASKS = {
    "messages": {"model": "auto", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]},
    "responses": {"model": "auto", "input": "Hi"},
}
RICH = {
    "messages": {
        "model": "auto",
        "max_tokens": 9,
        "system": [{"type": "text", "text": "a"}],
        "messages": [
            {"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "u"}}]},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "n", "input": {"a": [1]}}]},
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "t",
                        "content": [{"type": "text", "text": "b"}],
                        "is_error": True,
                    },
                    {"type": "document", "source": {"type": "text", "data": "c"}, "title": "d"},
                ],
            },
        ],
        "tools": [{"name": "n", "description": "e", "input_schema": {"type": "object"}, "strict": True}],
        "tool_choice": {"type": "tool", "name": "n", "disable_parallel_tool_use": True},
        "stop_sequences": ["f"],
        "metadata": {"user_id": "g"},
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}}},
        "temperature": 1,
        "turnout": {"price": 1},
        "stream": True,
    },
    "responses": {
        "model": "auto",
        "instructions": "a",
        "input": [
            {"role": "user", "content": [{"type": "input_image", "image_url": "u", "detail": "low"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "b"}]},
            {"type": "function_call", "call_id": "c", "name": "n", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "d"}]},
            {"role": "user", "content": [{"type": "input_file", "file_data": "e", "filename": "f"}]},
        ],
        "tools": [{"type": "function", "name": "n", "parameters": {"type": "object"}, "strict": True}],
        "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "n"}]},
        "parallel_tool_calls": True,
        "text": {"format": {"type": "json_schema", "name": "g", "schema": {"type": "object"}}, "verbosity": "low"},
        "reasoning": {"effort": "low"},
        "metadata": {"k": "v"},
        "max_output_tokens": 9,
        "temperature": 1,
        "turnout": {"price": 1},
        "stream": True,
    },
}
# The words of both formats, so that chance gets past the first check now and then.
WORDS = sorted(
    {
        "assistant",
        "arguments",
        "function",
        "tool_calls",
        "delta",
        "message",
        "choices",
        "usage",
        "finish_reason",
        "index",
    }
    | {"content", "reasoning", "refusal", "prompt_tokens", "completion_tokens", "prompt_tokens_details", "cost"}
    | {word.strip('":, ') for rich in RICH.values() for word in json.dumps(rich, indent=0).split() if '"' in word}
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(WORDS), st.just(10**400)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)), inner, max_size=5),
    ),
    max_leaves=20,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from paths(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """A copy of a JSON value with `by` in one place."""
    if not path:
        return by
    changed: Any = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = replaced(changed[path[0]], path[1:], by)
    return changed


def translate(dialect: Dialect, body: Any) -> None:
    """Asks for a translation; only a refusal that says where may come instead of a Chat body."""
    refusal = None
    try:
        chat = dialect.to_chat(body)
    except BadRequest as refused:
        refusal = refused
    if refusal is not None:
        assert refusal.message.startswith(f"{refusal.param}: " if refusal.param else "the request: ")
        return
    assert chat["model"] == body["model"]
    assert chat["messages"]
    assert all(message["role"] in ("system", "user", "assistant", "tool") for message in chat["messages"])
    json.dumps(chat)
    first = read(dialect.events(body, "m", "dec-1").start())[0]
    if dialect.name == "messages":
        Message.model_validate(first["message"])
    else:
        Response.model_validate(first["response"])


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
class TestAnyInput:
    @given(body=JSON)
    def test_any_json_is_translated_or_refused(self, dialect: Dialect, body: Any):
        translate(dialect, body)

    @given(more=st.dictionaries(st.sampled_from(WORDS), JSON, max_size=6))
    def test_any_field_is_translated_or_refused(self, dialect: Dialect, more: Any):
        translate(dialect, {**ASKS[dialect.name], **more})

    @given(data=st.data())
    def test_a_good_request_with_anything_in_one_place_is_translated_or_refused(self, dialect: Dialect, data: Any):
        rich = RICH[dialect.name]
        translate(dialect, rich)
        place = data.draw(st.sampled_from(sorted(paths(rich), key=str)))
        translate(dialect, replaced(rich, place, data.draw(JSON)))

    @pytest.mark.parametrize("shape", [list, dict])
    def test_depth_is_refused(self, dialect: Dialect, shape: type):
        deep: Any = 0
        for _ in range(200_000):
            deep = [deep] if shape is list else {"content": deep}
        for place in paths(RICH[dialect.name]):
            with pytest.raises(BadRequest):
                dialect.to_chat(replaced(RICH[dialect.name], place, deep))

    @given(data=st.data())
    def test_whatever_a_provider_streams_the_events_are_well_formed(self, dialect: Dialect, data: Any):
        objects = st.dictionaries(st.sampled_from(WORDS), JSON, max_size=5)
        calls = st.fixed_dictionaries(
            {},
            optional={
                "index": st.one_of(st.integers(0, 2), JSON),
                "id": st.one_of(st.sampled_from(["a", "b"]), JSON),
                "function": st.fixed_dictionaries(
                    {},
                    optional={
                        "name": st.one_of(st.sampled_from(["f", "g"]), JSON),
                        "arguments": st.one_of(st.sampled_from(['{"a": 1}', '{"a"', ": 1}", "}", ""]), JSON),
                    },
                ),
            },
        )
        deltas = st.fixed_dictionaries(
            {},
            optional={
                "content": st.one_of(st.text(max_size=3), JSON),
                "reasoning": st.one_of(st.text(max_size=3), JSON),
                "refusal": st.one_of(st.text(max_size=3), JSON),
                "tool_calls": st.one_of(st.lists(st.one_of(calls, JSON), max_size=3), JSON),
            },
        )
        finish = st.sampled_from([None, "stop", "length", "tool_calls", "content_filter"])
        chunks = data.draw(
            st.lists(
                st.one_of(st.builds(chunk, deltas, finish), objects, st.builds(lambda u: {"usage": u}, objects)),
                max_size=8,
            )
        )
        body = RICH[dialect.name]
        writer = dialect.events(body, "m", "dec-1")
        sent = writer.start() + b"".join([writer.feed(piece) for piece in chunks]) + writer.close()
        assert writer.close() == b""
        events = read(sent)
        check = check_messages if dialect.name == "messages" else check_responses
        check(events)

    @given(
        chat=st.one_of(JSON.filter(lambda value: isinstance(value, dict)), st.builds(lambda m: {"choices": [m]}, JSON))
    )
    def test_whatever_a_provider_answers_the_sdk_can_read_it(self, dialect: Dialect, chat: Any):
        try:
            found = dialect.answer(chat, RICH[dialect.name], "m", "dec-1")
        except InvalidResponse:
            return
        (Message if dialect.name == "messages" else Response).model_validate(found)


def read(sent: bytes) -> list[dict[str, Any]]:
    """Server-sent events, each with its name in its data."""
    events = []
    for block in sent.decode("ascii").split("\n\n")[:-1]:
        first, second = block.split("\n")
        events.append(json.loads(second.removeprefix("data: ")))
        assert first == f"event: {events[-1]['type']}"
    return events


def check_messages(events: list[dict[str, Any]]) -> None:
    """One block after the other, numbered from 0, between start and stop."""
    assert events[0]["type"] == "message_start"
    blocks = [event for event in events if event["type"].startswith("content_block")]
    number, is_open = -1, False
    for event in blocks:
        if event["type"] == "content_block_start":
            assert not is_open
            number, is_open = number + 1, True
        assert is_open
        assert event["index"] == number
        is_open = event["type"] != "content_block_stop"
    assert not is_open
    if events[-1]["type"] != "error":
        assert [event["type"] for event in events[-2:]] == ["message_delta", "message_stop"]


def check_responses(events: list[dict[str, Any]]) -> None:
    """Numbered from 0; every item that was added is done, and the last event has them all as they were."""
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    last = events[-1]
    assert last["type"] in ("response.completed", "response.incomplete")
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert [item["id"] for item in done] == [item["id"] for item in last["response"]["output"]]
    Response.model_validate(last["response"])
    for item in done:
        if item["type"] == "function_call":
            deltas = [event["delta"] for event in events if "delta" in event and event["item_id"] == item["id"]]
            assert "".join(deltas) == item["arguments"]
