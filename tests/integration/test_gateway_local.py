"""The gateway before models that run on this machine, asked by the official OpenAI client."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from openai import OpenAI

from served import Serve
from turnout.config import Settings
from turnout.providers.local import servers

pytestmark = pytest.mark.slow

SMALL = "local/smollm2-135m"


@pytest.fixture(scope="module")
def client(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAI]:
    """Of the gateway as it is without any settings, where only models of this machine can be asked."""
    folder = tmp_path_factory.mktemp("local")
    url = serve(folder, TURNOUT_DOWNLOAD="always", TURNOUT_LOCAL_IDLE_S="60")
    with OpenAI(base_url=f"{url}/v1", api_key="anything", timeout=300) as made:
        yield made
    servers.stop(Settings(state_dir=folder / "state"))


def test_whole_and_streamed(client: OpenAI) -> None:
    asked: Any = {"messages": [{"role": "user", "content": "What is the capital of France? Answer with one word."}]}
    raw = client.chat.completions.with_raw_response.create(model=SMALL, temperature=0, max_tokens=24, **asked)
    whole = raw.parse()
    assert "Paris" in (whole.choices[0].message.content or "")
    assert whole.model == raw.headers["x-turnout-model"] == SMALL
    assert whole.usage is not None
    assert whole.usage.cost == pytest.approx(float(raw.headers["x-turnout-usd"]), rel=1e-4)  # type: ignore[attr-defined]
    options: Any = {"stream": True, "stream_options": {"include_usage": True}, "temperature": 0, "max_tokens": 24}
    chunks = list(client.chat.completions.create(model=SMALL, **asked, **options))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert {chunk.model for chunk in chunks} == {SMALL}
    assert chunks[-1].usage.cost > 0


def test_cheapest_and_a_conversation_stays_with_its_model(client: OpenAI) -> None:
    turns: Any = [{"role": "user", "content": "Name a river."}]
    first = client.chat.completions.create(model="auto:cheapest", messages=turns, max_tokens=16)
    assert first.model == SMALL
    turns += [{"role": "assistant", "content": first.choices[0].message.content}, {"role": "user", "content": "More."}]
    assert client.chat.completions.create(model="auto:cheapest", messages=turns, max_tokens=16).model == SMALL


def test_history_of_tools_is_text_for_a_model_without_tools(client: OpenAI) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}
    turns: Any = [
        {"role": "user", "content": "How is the weather in Oslo?"},
        {"role": "assistant", "content": None, "tool_calls": [call], "reasoning_content": "They want the weather."},
        {"role": "tool", "tool_call_id": "call_1", "content": "Rain all day."},
    ]
    answer = client.chat.completions.create(model=SMALL, messages=turns, max_tokens=32)
    assert answer.choices[0].message.content


def test_responses_streamed(client: OpenAI) -> None:
    stream = client.responses.create(model=SMALL, input="Name three rivers.", max_output_tokens=16, stream=True)
    last = list(stream)[-1]
    assert last.type in ("response.completed", "response.incomplete")
    assert last.response.output_text
    assert last.response.usage is not None
    assert 0 < last.response.usage.output_tokens <= 16


def test_speech_is_heard_again(client: OpenAI) -> None:
    said = "The train leaves the station in the morning."
    raw = client.audio.speech.with_raw_response.create(model="auto", voice="alloy", input=said)
    with wave.open(BytesIO(raw.content)) as sound:
        assert sound.getnframes() / sound.getframerate() > 1
    assert raw.headers["x-turnout-model"] in ("local/piper-joe", "local/espeak-ng")
    heard = client.audio.transcriptions.with_raw_response.create(
        model="auto:best", file=("said.wav", raw.content, "audio/wav")
    )
    assert "train" in heard.parse().text.lower()
    assert heard.headers["x-turnout-model"] == "local/whisper-base"
    assert float(heard.headers["x-turnout-usd"]) > 0


def test_own_vectors_as_numbers_and_as_base64(client: OpenAI) -> None:
    texts = ["A cat sat on the mat.", "A kitten sits on a rug.", "Interest rates rose again."]
    answer = client.embeddings.create(model="auto", input=texts, encoding_format="float")
    vectors = np.array([item.embedding for item in answer.data])
    assert vectors.shape == (3, 384)
    near = vectors @ vectors.T
    assert near[0, 1] > near[0, 2]
    packed = client.embeddings.create(model="local/all-minilm-l6-v2", input=texts)  # the client asks for base64
    assert np.allclose([item.embedding for item in packed.data], vectors, atol=1e-6)
    assert packed.model == "local/all-minilm-l6-v2"


def test_route_explains_itself_with_the_nearest_evidence(client: OpenAI) -> None:
    body = {
        "model": "auto",
        "prompt": "Write a Python function that adds two numbers.",
        "turnout": {"category": "code"},
    }
    told: Any = client.post("/route", body=body, cast_to=dict[str, Any])
    assert {candidate["model"] for candidate in told["candidates"]} > {SMALL}
    assert all(candidate["quality"] is not None for candidate in told["candidates"])
    excluded = {entry["model_id"]: entry for entry in told["excluded"]}
    assert excluded["openai/gpt-4o"]["reason"] == "needs OPENROUTER_API_KEY"
    assert told["neighbours"]
    heard: Any = client.post(
        "/route",
        body={"prompt": "", "turnout": {"category": "speech-recognition"}, "endpoint": "transcription"},
        cast_to=dict[str, Any],
    )
    assert heard["chosen"] in ("local/whisper-base", "local/pocketsphinx")
