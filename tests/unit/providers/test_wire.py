from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnout.errors import InvalidResponse, RequestRejected
from turnout.providers import ChatRequest, Message, wire
from turnout.types import Media, Model, Price, Usage

PRICED = Model("acme/one", "acme", "one", Price(1.0, 2.0))
ON_TIME = Model("acme/box", "acme", "box", Price(per_second=0.5))
FREE_OF_FIGURES = Model("acme/new", "acme", "new", Price())


def test_only_what_was_asked_for_is_sent():
    body = wire.chat_body(PRICED, ChatRequest((Message("system", "brief"), Message("user", "hello"))), stream=False)
    assert body == {
        "model": "one",
        "stream": False,
        "messages": [{"role": "system", "content": "brief"}, {"role": "user", "content": "hello"}],
    }


def test_options_go_under_their_names_and_extra_has_nearly_the_last_word():
    request = ChatRequest(
        (Message("user", "hello"),), max_tokens=9, temperature=0.0, seed=0, stop=("END",),
        extra={"temperature": 1, "model": "other", "stream": False, "top_k": 4},
    )  # fmt: skip
    body = wire.chat_body(PRICED, request, stream=True, ask_bill=True, limit_name="max_completion_tokens")
    assert (body["max_completion_tokens"], body["temperature"], body["seed"], body["stop"]) == (9, 1, 0, ["END"])
    assert (body["model"], body["stream"], body["top_k"]) == ("one", True, 4)
    assert body["usage"] == {"include": True}
    assert body["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    ("mime", "part"),
    [
        ("image/png", {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQID"}}),
        ("video/mp4", {"type": "video_url", "video_url": {"url": "data:video/mp4;base64,AQID"}}),
        ("audio/mpeg", {"type": "input_audio", "input_audio": {"data": "AQID", "format": "mp3"}}),
        ("audio/x-wav", {"type": "input_audio", "input_audio": {"data": "AQID", "format": "wav"}}),
        ("audio/flac", {"type": "input_audio", "input_audio": {"data": "AQID", "format": "flac"}}),
    ],
)
def test_each_kind_of_attachment_is_its_own_part(mime, part):
    assert base64.b64decode("AQID") == b"\1\2\3"
    assert wire.message_content(Message("user", "look", (Media(b"\1\2\3", mime),))) == [
        {"type": "text", "text": "look"},
        part,
    ]
    assert wire.message_content(Message("user", "", (Media(b"\1\2\3", mime),))) == [part]


def test_what_no_model_takes_is_refused_before_it_is_sent():
    with pytest.raises(RequestRejected, match="application/pdf"):
        wire.message_content(Message("user", "read", (Media(b"%PDF", "application/pdf"),)))


@pytest.mark.parametrize(
    ("model", "usage", "cost"),
    [
        (PRICED, Usage(1_000_000, 500_000, 0.3), 0.3),  # what was billed wins
        (PRICED, Usage(1_000_000, 500_000, 0.0), 0.0),  # free is not unknown
        (PRICED, Usage(1_000_000, 500_000), 2.0),
        (PRICED, Usage(0, 0), 0.0),
        (PRICED, Usage(1_000_000, None), None),
        (PRICED, None, None),
        (ON_TIME, None, 2.0),
        (ON_TIME, Usage(5, 5), 2.0),
        (FREE_OF_FIGURES, Usage(5, 5), None),
    ],
)
def test_cost_is_the_bill_else_the_price_list_else_unknown(model, usage, cost):
    assert wire.priced_usage(model, usage, 4.0).cost_usd == cost


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 1, "completion_tokens": 2}, Usage(1, 2)),
        ({"input_tokens": 1, "output_tokens": 2, "cost": 0.5}, Usage(1, 2, 0.5)),
        ({"cost": 0.1, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.4}}, Usage(cost_usd=0.5)),
        ({"cost": 0.1, "is_byok": False, "cost_details": {"upstream_inference_cost": 0.4}}, Usage(cost_usd=0.1)),
        ({"prompt_tokens": "many", "completion_tokens": -1, "cost": "dear"}, None),
        ({"prompt_tokens": True, "cost": float("nan")}, None),
        ({"cost": 10**400}, None),
        ([], None),
        (None, None),
    ],
)
def test_usage_is_what_can_be_believed(usage, expected):
    assert wire.parse_usage(usage) == expected


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": "hi"}, "hi"),
        ({"content": ""}, ""),
        ({"content": [{"type": "text", "text": "h"}, {"type": "text", "text": "i"}]}, "hi"),
        ({"content": None, "refusal": "I will not"}, "I will not"),
        ({"content": None, "reasoning": "thought about it, then ran out of tokens"}, ""),
        ({"content": "half \ud83e"}, "half \ufffd"),
        ({"content": "whole \ud83e\udd8a"}, "whole 🦊"),
    ],
)
def test_the_text_of_an_answer(message, text):
    piece = wire.parse_answer({"choices": [{"message": message, "finish_reason": "stop"}]}, "m at h")
    assert (piece.text, piece.finish_reason) == (text, "stop")


@pytest.mark.parametrize(
    "payload",
    [{}, {"choices": []}, {"choices": None}, {"choices": [7]}, {"choices": [{}]}, {"choices": [{"message": {}}]}],
)
def test_a_missing_answer_is_not_an_empty_one(payload):
    with pytest.raises(InvalidResponse, match="m at h answered"):
        wire.parse_answer(payload, "m at h")
    assert not wire.parse_delta({"choices": [], "usage": {"prompt_tokens": 3}}).answers


@pytest.mark.parametrize("text", ["", "<html>", "[]", "7", "[" * 100_000])
def test_only_an_object_is_an_answer(text):
    with pytest.raises(InvalidResponse):
        wire.load_object(text, "m at h")


def test_an_error_may_sit_in_two_places():
    assert wire.error_in({"error": {"code": 429}}) == {"code": 429}
    assert wire.error_in({"choices": [{"error": {"code": 502}}]}) == {"code": 502}
    assert wire.error_in({"error": None, "choices": [{"message": {"content": "hi"}}]}) is None


def test_transcription_and_speech_need_something_to_work_on():
    sound = Media(b"sound", "audio/wav")
    request = ChatRequest((Message("user", "names: Ada", (sound,)),), temperature=0, extra={"language": "en", "n": 1})
    assert wire.transcription_media(PRICED, request) == sound
    fields = wire.transcription_fields(PRICED, request)
    assert fields == {"response_format": "json", "prompt": "names: Ada", "temperature": "0", "language": "en",
                      "n": "1", "model": "one"}  # fmt: skip
    with pytest.raises(RequestRejected, match="attach an audio file"):
        wire.transcription_media(PRICED, ChatRequest(()))
    with pytest.raises(RequestRejected, match="has none"):
        wire.speech_body(PRICED, ChatRequest((Message("user", "  "),)))
    with pytest.raises(InvalidResponse, match="without a transcript"):
        wire.parse_transcript({"text": None}, "m at h")


@given(st.text(), st.lists(st.integers(1, 3), min_size=1))
def test_characters_do_not_depend_on_how_their_halves_arrive(text, sizes):
    raw = text.encode("utf-16-le", "surrogatepass")
    halves = [raw[i : i + 2].decode("utf-16-le", "surrogatepass") for i in range(0, len(raw), 2)]
    joiner, got, at, turn = wire.TextJoiner(), "", 0, 0
    while at < len(halves):
        size = sizes[turn % len(sizes)]
        got += joiner.feed("".join(halves[at : at + size]))
        at, turn = at + size, turn + 1
    assert got + joiner.close() == text
