"""Real local models, from their packages to an answer."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import wave
from pathlib import Path

import pytest

from pictures import film, page, png, wav_silence
from turnout.config import Settings
from turnout.errors import LocalServerError, RequestRejected
from turnout.providers.local import LOCAL_MODELS, installed, models, servers
from turnout.providers.local.model import LocalChatModel
from turnout.providers.protocol import ChatRequest, Message
from turnout.types import Media

pytestmark = pytest.mark.slow

SMALL = "local/smollm2-135m"
SENTENCE = "The train leaves the station in the morning."


def chat_model(model_id: str, settings: Settings, told: list[str] | None = None) -> LocalChatModel:
    if (reason := installed(model_id)) is not None:
        pytest.skip(reason)
    (model,) = [model for model in models(settings) if model.id == model_id]
    return LocalChatModel(model, settings, status=None if told is None else told.append)


def ask(text: str, *media: Media, max_tokens: int = 24) -> ChatRequest:
    return ChatRequest((Message("user", text, tuple(media)),), max_tokens=max_tokens, temperature=0, seed=1)


@pytest.mark.parametrize("model_id", [model.id for model in LOCAL_MODELS if model.engine == "llm"])
async def test_language_model_answers_and_is_charged_by_the_second(model_id: str, local_settings: Settings) -> None:
    told: list[str] = []
    model = chat_model(model_id, local_settings, told)
    answer = await model.complete(ask("What is the capital of France? Answer with one word."))
    await model.aclose()
    assert "Paris" in answer.text
    assert answer.model_id == model_id
    assert answer.usage.output_tokens
    assert answer.usage.cost_usd == pytest.approx(answer.latency_s * local_settings.local_usd_per_hour / 3600)
    assert told[-1].startswith(f"started {model_id}")


async def test_stream_says_the_same_and_ends_with_the_whole(local_settings: Settings) -> None:
    model = chat_model(SMALL, local_settings)
    whole = await model.complete(ask("Name three rivers."))
    chunks = [chunk async for chunk in model.stream(ask("Name three rivers."))]
    await model.aclose()
    last = chunks[-1].response
    assert last is not None
    assert "".join(chunk.text for chunk in chunks) == last.text == whole.text
    assert len([chunk for chunk in chunks if chunk.text]) > 3
    assert last.ttft_s is not None
    assert last.ttft_s < last.latency_s
    assert last.usage.cost_usd is not None


def test_second_process_reuses_the_warm_server(local_settings: Settings) -> None:
    first = servers.ensure(SMALL, local_settings)
    code = (
        "import sys; from pathlib import Path; from turnout.config import Settings; "
        "from turnout.providers.local import servers; "
        f"s = Settings(state_dir=Path(sys.argv[1])); print(servers.ensure({SMALL!r}, s).pid)"
    )
    command = [sys.executable, "-c", code, str(local_settings.state_dir)]
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(second.stdout) == first.pid
    assert servers.running(local_settings) == (first,)


def test_processes_that_start_together_start_one_server_that_outlives_them(local_settings: Settings) -> None:
    servers.ensure(SMALL, local_settings)  # so that the weights are there
    servers.stop(local_settings)
    code = (
        "import sys; from pathlib import Path; from turnout.config import Settings; "
        "from turnout.providers.local import servers; s = Settings(state_dir=Path(sys.argv[1]), "
        f"cache_dir=Path(sys.argv[2])); print(servers.ensure({SMALL!r}, s).pid)"
    )
    command = [sys.executable, "-c", code, str(local_settings.state_dir), str(local_settings.cache_dir)]
    starters = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    pids = {starter.communicate()[0].strip() for starter in starters}
    assert len(pids) == 1
    assert [str(server.pid) for server in servers.running(local_settings)] == list(pids)


def test_state_is_private_and_the_key_is_needed(local_settings: Settings) -> None:
    server = servers.ensure(SMALL, local_settings)
    state = local_settings.state_dir / "servers" / "smollm2-135m.json"
    assert state.stat().st_mode & 0o777 == 0o600
    assert server.key not in repr(server)
    request = urllib.request.Request(server.base_url + "/chat/completions", b"{}")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    caught.value.close()
    assert caught.value.code == 401


async def test_killed_server_is_replaced(local_settings: Settings) -> None:
    model = chat_model(SMALL, local_settings)
    await model.complete(ask("Hello"))
    (before,) = servers.running(local_settings)
    os.kill(before.pid, signal.SIGKILL)
    answer = await model.complete(ask("Hello"))
    await model.aclose()
    (after,) = servers.running(local_settings)
    assert answer.text
    assert after.pid != before.pid


def test_hung_server_is_replaced(local_settings: Settings) -> None:
    before = servers.ensure(SMALL, local_settings)
    os.kill(before.pid, signal.SIGSTOP)  # lives, holds its port and its lock, and never answers
    after = servers.ensure(SMALL, local_settings)
    assert after.pid != before.pid


def test_idle_server_stops_by_itself_and_use_keeps_it(local_settings: Settings) -> None:
    brief = local_settings.model_copy(update={"local_idle_s": 1.5})
    server = servers.ensure(SMALL, brief)
    for _ in range(4):
        time.sleep(0.7)
        servers.touch(SMALL, brief)
    assert servers.running(brief) == (server,)
    wait_until_gone(brief)


async def test_server_does_not_stop_while_it_answers(local_settings: Settings) -> None:
    brief = local_settings.model_copy(update={"local_idle_s": 1.0})
    model = chat_model(SMALL, brief)
    request = ChatRequest((Message("user", "Count."),), max_tokens=300, extra={"ignore_eos": True})
    answer = await model.complete(request)
    await model.aclose()
    assert answer.usage.output_tokens == 300
    assert answer.latency_s > 1.5
    wait_until_gone(brief)


def wait_until_gone(settings: Settings) -> None:
    until = time.monotonic() + 10
    while servers.running(settings):
        assert time.monotonic() < until, "the idle server still runs"
        time.sleep(0.2)
    assert not (settings.state_dir / "servers" / "smollm2-135m.json").exists()


def test_stop_ends_the_process_at_once(local_settings: Settings) -> None:
    server = servers.ensure(SMALL, local_settings)
    began = time.monotonic()
    assert servers.stop(local_settings) == (SMALL,)
    assert time.monotonic() - began < 3
    assert servers.running(local_settings) == ()
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)
    assert servers.stop(local_settings) == ()


def test_start_that_fails_quotes_the_log(local_settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "turnout.providers.local.serve", SMALL, "--state", str(tmp_path)]
    (tmp_path / "bad.gguf").write_bytes(b"GGUF, but not really")
    with log.open("wb") as output:
        ended = subprocess.run([*command, "--folder", str(tmp_path)], stdout=output, stderr=output, check=False)
    assert ended.returncode == 1
    assert "llama.cpp cannot serve bad.gguf" in servers._last_line(log)
    refused = local_settings.model_copy(update={"local_threads": "many"})  # what the process does not take
    with pytest.raises(LocalServerError, match=r"did not start: .* \(log: "):
        servers.ensure(SMALL, refused)


@pytest.mark.parametrize("voice", ["local/piper-joe", "local/espeak-ng"])
@pytest.mark.parametrize("listener", ["local/whisper-base", "local/pocketsphinx"])
async def test_what_one_model_speaks_another_writes_down(voice: str, listener: str, local_settings: Settings) -> None:
    speaker, hearer = chat_model(voice, local_settings), chat_model(listener, local_settings)
    spoken = await speaker.complete(ask(SENTENCE))
    (audio,) = spoken.media
    with wave.open(io.BytesIO(audio.data)) as sound:
        assert 1.0 < sound.getnframes() / sound.getframerate() < 10.0
    heard = await hearer.complete(ask("", audio))
    await speaker.aclose()
    await hearer.aclose()
    words = SENTENCE.lower().strip(".").split()
    found = heard.text.lower().strip(".").split()
    least = 6 if listener == "local/whisper-base" else 2  # of 8; PocketSphinx is the weak one
    assert len([word for word in words if word in found]) >= least
    assert heard.usage.cost_usd is not None


async def test_piper_stays_loaded_and_comes_back_when_killed(local_settings: Settings) -> None:
    model = chat_model("local/piper-joe", local_settings)
    first = await model.complete(ask(SENTENCE))
    second = await model.complete(ask("And\nthis is the next line."))
    with pytest.raises(RequestRejected, match="nothing in it to say"):
        await model.complete(ask("…"))
    server = servers.ensure("local/piper-joe", local_settings)
    (voice,) = children_of(server.pid)
    os.kill(voice, signal.SIGKILL)
    again = await model.complete(ask(SENTENCE))
    await model.aclose()
    assert [answer.media[0].data[:4] for answer in (first, second, again)] == [b"RIFF"] * 3
    assert servers.ensure("local/piper-joe", local_settings) == server


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True)
    return [int(line) for line in listed.stdout.split()]


@pytest.mark.parametrize("listener", ["local/whisper-base", "local/pocketsphinx"])
async def test_what_is_no_audio_is_rejected(listener: str, local_settings: Settings) -> None:
    hearer = chat_model(listener, local_settings)
    with pytest.raises(RequestRejected, match="not audio that can be decoded"):
        await hearer.complete(ask("", Media(b"plain words", "audio/wav", "a.wav")))
    await hearer.aclose()


@pytest.mark.parametrize("reader", ["local/rapidocr", "local/tesseract"])
@pytest.mark.parametrize("kind", ["png", "jpeg"])
async def test_text_in_an_image_is_read(reader: str, kind: str, local_settings: Settings) -> None:
    model = chat_model(reader, local_settings)
    drawn = io.BytesIO()
    page([[(30, "Invoice number 4711")]]).save(drawn, kind)
    image = Media(drawn.getvalue(), f"image/{kind}")
    answer = await model.complete(ask("", image))
    chunks = [chunk async for chunk in model.stream(ask("", image))]
    assert answer.text.lower() == "invoice number 4711"
    assert chunks[-1].response is not None
    assert chunks[-1].response.text == answer.text
    await model.aclose()


@pytest.mark.parametrize("reader", ["local/rapidocr", "local/tesseract"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"GIF89a", "neither a PNG nor a JPEG"), (b"\x89PNG\r\n\x1a\n" + bytes(50), "cannot be decoded|could not use")],
)
async def test_bad_image_is_rejected(reader: str, data: bytes, reason: str, local_settings: Settings) -> None:
    model = chat_model(reader, local_settings)
    with pytest.raises(RequestRejected, match=reason):
        await model.complete(ask("", Media(data, "image/png")))
    await model.aclose()


RECEIPT = [[(30, "Rye bread"), (420, "7.00")], [(30, "Apple cake"), (420, "3.40")], [(30, "TOTAL"), (420, "10.40")]]
READERS = ["local/reader-0.5b", "local/reader-1.5b"]


@pytest.mark.parametrize("model_id", READERS)
async def test_a_question_about_a_picture_is_answered_from_what_is_in_it(
    model_id: str, local_settings: Settings
) -> None:
    model = chat_model(model_id, local_settings)
    asked = ask("What is the total? Answer with the number only.", Media(png(page(RECEIPT)), "image/png"))
    answer = await model.complete(asked)
    chunks = [chunk async for chunk in model.stream(asked)]
    bare = await model.complete(ask("", Media(png(page(RECEIPT)), "image/png")))
    await model.aclose()
    assert "10.40" in answer.text
    assert answer.model_id == model_id
    assert answer.usage.cost_usd == pytest.approx(answer.latency_s * local_settings.local_usd_per_hour / 3600)
    assert chunks[-1].response is not None
    assert chunks[-1].response.text == answer.text
    assert chunks[-1].response.ttft_s is not None
    assert bare.text.split() == ["Rye", "bread", "7.00", "Apple", "cake", "3.40", "TOTAL", "10.40"]


@pytest.mark.parametrize("model_id", READERS)
async def test_a_question_about_a_film_is_answered_from_frames_and_sound(
    model_id: str, local_settings: Settings
) -> None:
    speaker = chat_model("local/espeak-ng", local_settings)
    (sound,) = (await speaker.complete(ask("The meeting moved from Tuesday to Friday at ten."))).media
    await speaker.aclose()
    shown = film([(page([[(40, "Channel 4 News")]]), 3.0)], sound.data)
    model = chat_model(model_id, local_settings)
    heard = await model.complete(ask("To which day was the meeting moved? One word.", Media(shown, "video/mp4")))
    seen = await model.complete(ask("Which channel is this?", Media(shown, "video/mp4")))
    await model.aclose()
    assert "Friday" in heard.text
    assert "4" in seen.text


async def test_what_does_not_fit_the_window_is_cut(local_settings: Settings) -> None:
    model = chat_model(READERS[0], local_settings)
    rows = [[(20, f"entry {i}: {i * 7919 % 1000003} {i * 104729 % 1000003} {i * 1299709 % 1000003}")]
            for i in range(150)]  # fmt: skip
    long = Media(png(page(rows, (640, 50 * len(rows) + 60))), "image/png")
    answer = await model.complete(ask("Summarize this.", long, max_tokens=8))
    await model.aclose()
    assert answer.usage.input_tokens is not None
    assert 1500 < answer.usage.input_tokens < 2500


@pytest.mark.parametrize(
    ("media", "reason"),
    [
        (Media(b"GIF89a", "image/png"), "neither a PNG nor a JPEG"),
        (Media(b"no film", "video/mp4"), "not a film that can be decoded"),
        (Media(wav_silence(1), "video/mp4"), "no pictures in it"),
        (Media(wav_silence(1), "audio/wav"), "does not take audio"),
    ],
)
async def test_what_a_reader_cannot_read_is_rejected(media: Media, reason: str, local_settings: Settings) -> None:
    model = chat_model(READERS[0], local_settings)
    with pytest.raises(RequestRejected, match=reason):
        await model.complete(ask("What is it?", media))
    await model.aclose()


async def test_a_reader_answers_plain_text_too(local_settings: Settings) -> None:
    model = chat_model(READERS[0], local_settings)
    answer = await model.complete(ask("What is the capital of France? Answer with one word."))
    await model.aclose()
    assert "Paris" in answer.text


def test_corrupt_state_is_replaced(local_settings: Settings) -> None:
    folder = local_settings.state_dir / "servers"
    folder.mkdir(parents=True)
    (folder / "smollm2-135m.json").write_text(json.dumps({"pid": 1, "port": "none"}))
    server = servers.ensure(SMALL, local_settings)
    assert servers.running(local_settings) == (server,)
