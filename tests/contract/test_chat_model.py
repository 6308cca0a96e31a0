"""Every ChatModel keeps the same promises, whatever it wraps; against a real server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from pydantic import SecretStr

from servers import TEXT, Upstream
from turnout.errors import (
    AuthenticationFailed,
    InvalidResponse,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRejected,
)
from turnout.providers import (
    ChatModel,
    ChatRequest,
    ChatResponse,
    DeadlineModel,
    FallbackModel,
    Message,
    OpenAICompatibleModel,
    RecordedAnswer,
    RecordingModel,
    ReplayModel,
    RetryingModel,
    read_recording,
)
from turnout.types import Media, Model, Price, Usage

MODEL = Model("acme/one", "acme", "one", Price(1.0, 2.0))
ASK = ChatRequest((Message("user", "hello"),))
KEY = SecretStr("sk-right-key-123456")


def client(server: Upstream, behaviour: str = "good", **options) -> OpenAICompatibleModel:
    return OpenAICompatibleModel(options.pop("model", MODEL), server.url(behaviour), KEY, **{"timeout_s": 5, **options})


def replay(server: Upstream, behaviour: str) -> ChatModel:
    usage = Usage(12, 7, (12 + 14) / 1e6)
    text = "" if behaviour == "empty" else TEXT
    return ReplayModel("acme/one", {"hello": RecordedAnswer(text, usage, 0.5, 0.1)})


MAKERS: dict[str, Callable[[Upstream, str, Path], ChatModel]] = {
    "client": lambda server, how, path: client(server, how),
    "replay": lambda server, how, path: replay(server, how),
    "recording": lambda server, how, path: RecordingModel(client(server, how), path / "r.jsonl"),
    "retrying": lambda server, how, path: RetryingModel(client(server, how)),
    "fallback": lambda server, how, path: FallbackModel([client(server, how), client(server)]),
    "deadline": lambda server, how, path: DeadlineModel(client(server, how), 5),
}


@pytest.fixture(params=sorted(MAKERS))
def make(request, server, tmp_path) -> Callable[[str], ChatModel]:
    return lambda behaviour: MAKERS[request.param](server, behaviour, tmp_path)


async def streamed(model: ChatModel) -> tuple[str, ChatResponse]:
    pieces = [piece async for piece in model.stream(ASK)]
    assert [p.response is not None for p in pieces] == [False] * (len(pieces) - 1) + [True]
    return "".join(p.text for p in pieces), pieces[-1].response


@pytest.mark.parametrize("behaviour", ["good", "empty"])
async def test_the_stream_joins_to_the_whole_answer(make, behaviour):
    model = make(behaviour)
    assert isinstance(model, ChatModel)
    whole = await model.complete(ASK)
    text, last = await streamed(model)
    assert text == whole.text == last.text == ("" if behaviour == "empty" else TEXT)
    assert whole.model_id == last.model_id == model.model_id == "acme/one"
    assert (whole.usage.input_tokens, whole.usage.output_tokens) == (12, 7)
    assert last.usage == whole.usage
    assert whole.usage.cost_usd == pytest.approx(26e-6)
    assert whole.finish_reason == "stop"
    await model.aclose()
    await model.aclose()


async def test_leaving_a_stream_early_ends_the_call_upstream(make, server):
    model = make("watched")
    async with aclosing(model.stream(ASK)) as pieces:
        async for _ in pieces:
            break
    await model.aclose()
    if server.seen:  # a replay asks nobody
        await asyncio.wait_for(server.left.wait(), 5)
        assert server.gone == 1


async def test_cancelling_ends_the_call(make, server):
    model = make("hang")
    if isinstance(model, ReplayModel):
        pytest.skip("a recorded answer does not hang")
    call = asyncio.create_task(model.complete(ASK))
    await asyncio.sleep(0.2)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await model.aclose()


FAULTS = [
    ("500", ProviderUnavailable, True),
    ("503", ProviderUnavailable, True),
    ("429-wait", RateLimited, True),
    ("401", AuthenticationFailed, False),
    ("402", AuthenticationFailed, False),
    ("404", RequestRejected, False),
    ("400", RequestRejected, False),
    ("302", RequestRejected, False),
    ("redirect", RequestRejected, False),
    ("413", RequestRejected, False),
    ("408", ProviderUnavailable, True),
    ("529", ProviderUnavailable, True),
    ("error-in-choice", ProviderUnavailable, True),
    ("html", InvalidResponse, True),
    ("not-json", InvalidResponse, True),
    ("no-choices", InvalidResponse, True),
    ("error-in-200", RateLimited, True),
    ("huge", InvalidResponse, True),
]


@pytest.mark.parametrize(("behaviour", "kind", "retryable"), FAULTS)
async def test_every_fault_is_one_error_of_the_right_kind(server, behaviour, kind, retryable):
    model = client(server, behaviour)
    with pytest.raises(kind) as caught:
        await model.complete(ASK)
    with pytest.raises(kind):
        await streamed(model)
    assert caught.value.retryable is retryable
    assert "\n" not in str(caught.value)
    assert KEY.get_secret_value() not in f"{caught.value!r} {model!r}"
    assert caught.value.retry_after_s == (7 if behaviour == "429-wait" else None)
    await model.aclose()


@pytest.mark.parametrize("behaviour", ["401", "402", "404"])
async def test_no_wrapper_changes_the_kind_of_a_failure(make, server, behaviour):
    model = make(behaviour)
    if isinstance(model, ReplayModel | FallbackModel):
        pytest.skip("asks nobody, or somebody else")
    for call in (model.complete, lambda request: streamed(model)):
        with pytest.raises(ProviderError) as caught:
            await call(ASK)
        assert type(caught.value) is (RequestRejected if behaviour == "404" else AuthenticationFailed)
    assert len(server.seen) == 2  # retrying would not have helped
    await model.aclose()


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [("cut", ProviderUnavailable), ("cut-clean", ProviderUnavailable), ("error-event", ProviderUnavailable)],
)
async def test_a_stream_that_breaks_is_an_error_and_not_a_short_answer(server, behaviour, kind):
    model = client(server, behaviour)
    with pytest.raises(kind):
        await streamed(model)
    await model.aclose()


async def test_a_stream_that_stops_in_the_middle_of_a_silence_has_an_end(server):
    model = client(server, "stuck", timeout_s=0.2)
    with pytest.raises(ProviderTimeout):
        await streamed(model)
    await model.aclose()


async def test_nobody_there():
    refused = OpenAICompatibleModel(MODEL, "http://127.0.0.1:9/v1", KEY)
    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        await refused.complete(ASK)
    await refused.aclose()


async def test_waiting_has_an_end(server):
    model = client(server, "hang", timeout_s=0.2)
    with pytest.raises(ProviderTimeout, match=r"0\.2 s"):
        await model.complete(ASK)
    await model.aclose()
    slow = DeadlineModel(client(server, "drip"), 0.5)
    with pytest.raises(ProviderTimeout, match=r"within 0\.5 s"):
        await streamed(slow)
    await slow.aclose()


async def test_the_wrong_key_is_named_by_its_variable_and_never_shown(server):
    model = OpenAICompatibleModel(MODEL, server.url("key"), SecretStr("sk-wrong-key-987654"))
    with pytest.raises(AuthenticationFailed) as caught:
        await model.complete(ASK)
    assert "sk-wrong" not in str(caught.value)
    assert "acme" in str(caught.value)
    await model.aclose()
    right = client(server, "key")
    assert (await right.complete(ASK)).text == TEXT
    await right.aclose()


async def test_what_is_billed_wins_over_the_price_list(server):
    model = client(server, "billed")
    assert (await model.complete(ASK)).usage.cost_usd == 0.0042
    assert (await streamed(model))[1].usage.cost_usd == 0.0042
    await model.aclose()


async def test_attachments_are_sent_as_content_parts(server):
    media = (Media(b"png", "image/png"), Media(b"wav", "audio/wav"), Media(b"mp4", "video/mp4"))
    model = client(server)
    await model.complete(ChatRequest((Message("user", "look", media),), max_tokens=5, temperature=0, stop=("x",)))
    body = server.seen[-1]["body"]
    assert [part["type"] for part in body["messages"][0]["content"]] == [
        "text",
        "image_url",
        "input_audio",
        "video_url",
    ]
    assert body["messages"][0]["content"][1]["image_url"]["url"] == "data:image/png;base64,cG5n"
    assert (body["model"], body["max_tokens"], body["temperature"], body["stop"]) == ("one", 5, 0, ["x"])
    await model.aclose()


async def test_transcription_and_speech_speak_the_same_protocol(server):
    ear = client(server, model=Model("acme/ear", "acme", "ear", Price(), endpoint="transcription"))
    heard = await ear.complete(ChatRequest((Message("user", "", (Media(b"sound", "audio/wav", "a.wav"),)),)))
    assert heard.text == TEXT
    assert server.seen[-1] == {"model": "ear", "file": b"sound", "name": "a.wav"}
    with pytest.raises(RequestRejected, match="attach an audio file"):
        await ear.complete(ASK)
    voice = client(server, model=Model("acme/voice", "acme", "voice", Price(per_second=1.0), endpoint="speech"))
    spoken = await voice.complete(ASK)
    assert spoken.media[0].data == b"RIFFspeech"
    assert spoken.media[0].modality == "audio"
    assert spoken.usage.cost_usd == pytest.approx(spoken.latency_s)
    await ear.aclose()
    await voice.aclose()


async def test_retrying_takes_what_may_pass_and_keeps_to_the_wait_that_was_asked_for(server):
    model = RetryingModel(client(server, "flaky"), attempts=3)
    assert (await model.complete(ASK)).text == TEXT
    limited = RetryingModel(client(server, "limited"), attempts=2)
    assert (await streamed(limited))[0] == TEXT
    asked = len(server.seen)
    final = RetryingModel(client(server, "429-wait"), attempts=3, max_wait_s=1)
    with pytest.raises(RateLimited):
        await final.complete(ASK)
    wrong = RetryingModel(client(server, "400"), attempts=3)
    with pytest.raises(RequestRejected):
        await wrong.complete(ASK)
    broken = RetryingModel(client(server, "cut"), attempts=3)
    with pytest.raises(ProviderUnavailable):
        await streamed(broken)
    assert len(server.seen) == asked + 3
    for used in (model, limited, final, wrong, broken):
        await used.aclose()


async def test_fallback_says_who_served_and_who_did_not(server):
    told = []
    second = client(server, model=Model("acme/two", "acme", "two", Price()))
    model = FallbackModel([client(server, "500"), second], on_fallback=lambda who, why: told.append((who, type(why))))
    assert (await model.complete(ASK)).model_id == "acme/two"
    assert (await streamed(model))[1].model_id == "acme/two"
    assert told == [("acme/one", ProviderUnavailable)] * 2
    await model.aclose()
    dead = FallbackModel([client(server, "500"), client(server, "401")])
    with pytest.raises(AuthenticationFailed, match="all 2 models failed"):
        await dead.complete(ASK)
    await dead.aclose()
    begun = FallbackModel([client(server, "cut"), second])
    with pytest.raises(ProviderUnavailable):
        await streamed(begun)
    await begun.aclose()


async def test_a_recording_replays(server, tmp_path):
    path = tmp_path / "answers.jsonl"
    recorder = RecordingModel(client(server), path)
    original = await recorder.complete(ASK)
    await recorder.aclose()
    again = ReplayModel("acme/one", read_recording(path, "acme/one"))
    assert await again.complete(ASK) == original
    failing = RecordingModel(client(server, "500"), path)
    with pytest.raises(ProviderUnavailable):
        await failing.complete(ASK)
    await failing.aclose()
    with pytest.raises(ProviderUnavailable):
        await ReplayModel("acme/one", read_recording(path, "acme/one")).complete(ASK)
    with pytest.raises(RequestRejected, match="no answer is recorded"):
        await again.complete(ChatRequest((Message("user", "something else"),)))
