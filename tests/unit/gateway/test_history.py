from __future__ import annotations

import copy

import pytest

from turnout.gateway.history import fit_history
from turnout.types import Model, Price

TOOLS = Model("box/tools", "box", "tools", Price(), tools=True)
PLAIN = Model("box/plain", "box", "plain", Price())
CALL = {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Oslo"}'}}
TURNS = [
    {"role": "user", "content": "Rain in Oslo?"},
    {"role": "assistant", "content": None, "reasoning": "hm", "reasoning_details": [{"x": 1}], "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call_a", "content": "rain"},
    {"role": "assistant", "content": [{"type": "thinking", "thinking": "so"}, {"type": "text", "text": "Yes."}]},
    {"role": "user", "content": "Thanks."},
]


def test_a_model_gets_its_own_thinking_back():
    kept = fit_history(TURNS, TOOLS, thinks=True)
    assert all(after is before for after, before in zip(kept, TURNS, strict=True))


def test_thinking_of_another_model_is_left_out():
    before = copy.deepcopy(TURNS)
    fitted = fit_history(TURNS, TOOLS, thinks=False)
    assert before == TURNS  # what others are sent is not touched
    assert fitted[1] == {"role": "assistant", "content": None, "tool_calls": [CALL]}
    assert fitted[3]["content"] == [{"type": "text", "text": "Yes."}]
    assert "hm" not in str(fitted)
    assert fitted[0] is TURNS[0]


def test_a_model_without_tools_reads_what_they_found():
    fitted = fit_history(TURNS, PLAIN, thinks=False)
    assert fitted[1] == {"role": "assistant", "content": '[Called the tool weather with {"city":"Oslo"}]'}
    assert fitted[2] == {"role": "user", "content": "[Result of a tool]\nrain"}
    assert not [turn for turn in fitted if "tool_calls" in turn or turn["role"] == "tool"]


@pytest.mark.parametrize("thought", ["thinking", "redacted_thinking", "reasoning"])
def test_a_turn_of_nothing_but_thinking_stays_a_turn(thought):
    (turn,) = fit_history([{"role": "assistant", "content": [{"type": thought}]}], TOOLS, thinks=False)
    assert turn == {"role": "assistant", "content": ""}


@pytest.mark.parametrize(
    "odd",
    [
        {"role": "assistant", "tool_calls": "none"},
        {"role": "assistant", "tool_calls": [1, {"function": 2}, {"function": {}}, None]},
        {"role": "tool", "content": [{"type": "text"}, {"text": None}, {"text": "x"}]},
        {"role": "tool"},
        {"role": "function", "content": None},
        {"role": "user", "content": [{"type": ["x"]}, {}]},
    ],
)
def test_odd_turns_do_no_harm(odd):
    (turn,) = fit_history([odd], PLAIN, thinks=False)
    assert turn["role"] in ("assistant", "user")
