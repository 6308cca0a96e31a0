from __future__ import annotations

import json
import time

import pytest
from scripted import ASK, ScriptedModel, read

from turnout.errors import DataError, InputFileError, ProviderUnavailable, RateLimited
from turnout.providers import ChatRequest, FallbackModel, Message, RecordedAnswer, RecordingModel, ReplayModel
from turnout.providers.replay import read_recording

TRICKY = "two\nlines, a line\u2028separator, a next\x85line, 🦊, and spaces  "


@pytest.mark.parametrize("way", ["complete", "stream"])
async def test_what_was_recorded_is_replayed_whatever_is_in_it(tmp_path, way):
    path = tmp_path / "answers.jsonl"
    recorder = RecordingModel(ScriptedModel(TRICKY), path)
    original = (await recorder.complete(ASK)).text if way == "complete" else await read(recorder)
    again = ReplayModel("acme/one", read_recording(path, "acme/one"))
    assert (await again.complete(ASK)).text == original
    assert await read(again) == original


async def test_a_failure_is_replayed_with_the_wait_it_asked_for(tmp_path):
    path = tmp_path / "answers.jsonl"
    with pytest.raises(RateLimited):
        await read(RecordingModel(ScriptedModel(RateLimited("slow down", retry_after_s=7)), path))
    again = ReplayModel("acme/one", read_recording(path, "acme/one"))
    errors = []
    for _ in range(2):
        with pytest.raises(RateLimited, match=r"^slow down$") as caught:
            await again.complete(ASK)
        assert caught.value.retry_after_s == 7
        errors.append(caught.value)
    assert errors[0] is not errors[1]


async def test_the_model_that_served_is_recorded(tmp_path):
    path = tmp_path / "answers.jsonl"
    chain = FallbackModel([ScriptedModel(ProviderUnavailable("down")), ScriptedModel("yes", model_id="acme/two")])
    await RecordingModel(chain, path).complete(ASK)
    assert read_recording(path, "acme/one") == {}
    assert read_recording(path, "acme/two")["hello"].text == "yes"


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1]",
        '{"prompt": "hello"}',
        '{"model": "acme/one", "text": "no prompt", "latency_s": 1}',
        '{"model": "acme/one", "prompt": "hello", "text": "no time"}',
        '{"model": "acme/one", "prompt": "hello", "error": "NoSuchError", "latency_s": 0}',
        '{"model": "acme/one", "prompt": "hello", "error": "UserError", "latency_s": 0}',
    ],
)
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "answers.jsonl"
    good = json.dumps({"model": "acme/one", "prompt": "hello", "text": "hi", "latency_s": 1})
    path.write_text(f"{good}\n\n{line}\n")
    with pytest.raises(DataError, match=r"answers\.jsonl line 3: not a recorded answer"):
        read_recording(path, "acme/one")


async def test_files_that_cannot_be_read_or_written(tmp_path):
    with pytest.raises(InputFileError, match="cannot read"):
        read_recording(tmp_path / "nowhere.jsonl", "acme/one")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputFileError, match="cannot read"):
        read_recording(tmp_path / "binary.jsonl", "acme/one")
    with pytest.raises(InputFileError, match="cannot write"):
        await RecordingModel(ScriptedModel("yes"), tmp_path / "no" / "folder.jsonl").complete(ASK)


async def test_recorded_times_are_reported_at_once_or_waited_for():
    answers = {"hello": RecordedAnswer("a b c", latency_s=0.4, ttft_s=0.1)}
    began = time.perf_counter()
    assert (await ReplayModel("acme/one", answers).complete(ASK)).latency_s == 0.4
    assert time.perf_counter() - began < 0.1
    began = time.perf_counter()
    await read(ReplayModel("acme/one", answers, pace=0.5))
    assert 0.2 <= time.perf_counter() - began < 0.4


async def test_a_request_without_a_message_has_no_recorded_answer():
    with pytest.raises(Exception, match="no answer is recorded"):
        await ReplayModel("acme/one", {"hello": RecordedAnswer("hi")}).complete(ChatRequest(()))
    two_turns = ChatRequest((Message("system", "be brief"), Message("user", "hello")))
    assert (await ReplayModel("acme/one", {"hello": RecordedAnswer("hi")}).complete(two_turns)).text == "hi"
