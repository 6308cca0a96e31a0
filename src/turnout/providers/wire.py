"""OpenAI's wire format, as pure functions: requests to JSON, JSON to answers.

Chat Completions, plus OpenRouter's `video_url` part and its `usage.cost`; Audio (transcriptions, speech).
"""

from __future__ import annotations

import base64
import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from turnout.errors import InvalidResponse, RequestRejected
from turnout.providers.protocol import ChatRequest, Message
from turnout.types import Media, Model, Usage

__all__ = [
    "Piece",
    "TextJoiner",
    "chat_body",
    "error_in",
    "load_object",
    "message_content",
    "parse_answer",
    "parse_delta",
    "parse_transcript",
    "parse_usage",
    "priced_usage",
    "speech_body",
    "transcription_fields",
    "transcription_media",
]

_WITHOUT_TEXT = ("reasoning", "reasoning_content", "tool_calls", "function_call", "refusal", "audio", "images")
_AUDIO_FORMATS = {"mpeg": "mp3", "x-wav": "wav", "wave": "wav", "vnd.wave": "wav", "mp4": "m4a", "x-m4a": "m4a"}


@dataclass(frozen=True, slots=True)
class Piece:
    """What one JSON object says of the answer: the text it adds, and usage and the reason to stop if it has them.

    `answers` is False for an object that carries no choice at all (usage only, a ping).
    """

    text: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    answers: bool = True


class TextJoiner:
    """Makes whole characters of JSON strings: two halves of an escaped surrogate pair, which may come in two pieces of
    a stream, become one character, and half a pair alone, which no file or terminal takes, becomes U+FFFD."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16-le")("replace")

    def feed(self, text: str) -> str:
        """The whole characters so far; half a pair at the end is kept for the next piece."""
        return self._decoder.decode(text.encode("utf-16-le", "surrogatepass"))

    def close(self) -> str:
        """What is left at the end."""
        return self._decoder.decode(b"", final=True)


def chat_body(
    model: Model, request: ChatRequest, *, stream: bool, ask_bill: bool = False, limit_name: str = "max_tokens"
) -> dict[str, Any]:
    """The JSON of `/chat/completions`. `ask_bill` asks OpenRouter for what it billed; `request.extra` has the last
    word on everything but the model and whether the answer is streamed."""
    body: dict[str, Any] = {
        "messages": [{"role": m.role, "content": message_content(m)} for m in request.messages],
    }
    options = {limit_name: request.max_tokens, "temperature": request.temperature, "seed": request.seed}
    body |= {name: value for name, value in options.items() if value is not None}
    if request.stop:
        body["stop"] = list(request.stop)
    if ask_bill:
        body["usage"] = {"include": True}
    if stream:
        body["stream_options"] = {"include_usage": True}
    return {**body, **request.extra, "model": model.name, "stream": stream}


def message_content(message: Message) -> str | list[dict[str, Any]]:
    """A turn as text, or as parts when it has attachments."""
    if not message.media:
        return message.text
    text = [{"type": "text", "text": message.text}] if message.text else []
    return [*text, *(_media_part(media) for media in message.media)]


def _media_part(media: Media) -> dict[str, Any]:
    data = base64.b64encode(media.data).decode()
    url = f"data:{media.mime};base64,{data}"
    if media.modality == "image":
        return {"type": "image_url", "image_url": {"url": url}}
    if media.modality == "video":
        return {"type": "video_url", "video_url": {"url": url}}
    if media.modality == "audio":
        return {"type": "input_audio", "input_audio": {"data": data, "format": audio_format(media.mime)}}
    raise RequestRejected(f"an attachment of type {media.mime!r} cannot be sent: use an image, audio or video file")


def audio_format(mime: str) -> str:
    """The short name ("wav", "mp3") of an audio MIME type."""
    kind = mime.partition("/")[2].partition(";")[0].strip().lower()
    return _AUDIO_FORMATS.get(kind, kind)


def transcription_media(model: Model, request: ChatRequest) -> Media:
    """The recording in the last message; raises `RequestRejected` when there is none."""
    media = request.messages[-1].media if request.messages else ()
    found = next((m for m in media if m.modality == "audio"), None)
    if found is None:
        raise RequestRejected(f"{model.id} writes down speech: attach an audio file to the last message")
    return found


def transcription_fields(model: Model, request: ChatRequest) -> dict[str, str]:
    """The form fields beside the file. The last message's text is the hint that the API calls prompt."""
    fields: dict[str, Any] = {"response_format": "json"}
    if request.messages[-1].text:
        fields["prompt"] = request.messages[-1].text
    if request.temperature is not None:
        fields["temperature"] = request.temperature
    fields |= {**request.extra, "model": model.name}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}


def speech_body(model: Model, request: ChatRequest) -> dict[str, Any]:
    """The JSON of `/audio/speech`: the last message's text. The API demands a voice; `extra["voice"]` chooses it."""
    text = request.messages[-1].text if request.messages else ""
    if not text.strip():
        raise RequestRejected(f"{model.id} speaks a text: the last message has none")
    return {"input": text, "voice": "alloy", **request.extra, "model": model.name}


def load_object(text: str | bytes, who: str) -> dict[str, Any]:
    """The JSON object in `text`; raises `InvalidResponse`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidResponse(f"{who} answered something that is not JSON") from None
    if not isinstance(value, dict):
        raise InvalidResponse(f"{who} answered JSON that is not an object")
    return value


def error_in(payload: Mapping[str, Any]) -> Any:
    """The error that an answer carries in place of its first choice, or (OpenRouter) inside it; else None."""
    return payload.get("error") or (_first_choice(payload) or {}).get("error") or None


def parse_answer(payload: Mapping[str, Any], who: str) -> Piece:
    """A whole chat answer. An empty text is an answer; a missing one raises `InvalidResponse`."""
    choice = _first_choice(payload)
    message = None if choice is None else choice.get("message")
    if choice is None or not isinstance(message, Mapping):
        raise InvalidResponse(f"{who} answered without choices")
    text = _text_of(message)
    if text is None:
        # With one of these and nothing said beside it there is an answer, and its text is empty.
        if not any(message.get(name) for name in _WITHOUT_TEXT):
            raise InvalidResponse(f"{who} answered a message without content")
        text = str(message.get("refusal") or "")
    return Piece(_whole(text), _word(choice.get("finish_reason")), parse_usage(payload.get("usage")))


def parse_delta(payload: Mapping[str, Any]) -> Piece:
    """One object of a streamed chat answer."""
    choice = _first_choice(payload)
    usage = parse_usage(payload.get("usage"))
    if choice is None:
        return Piece(usage=usage, answers=False)
    delta = choice.get("delta")
    text = _text_of(delta) or delta.get("refusal") if isinstance(delta, Mapping) else None
    return Piece(str(text or ""), _word(choice.get("finish_reason")), usage)


def parse_transcript(payload: Mapping[str, Any], who: str) -> Piece:
    """A transcript: `{"text": …}`."""
    text = payload.get("text")
    if not isinstance(text, str):
        raise InvalidResponse(f"{who} answered without a transcript")
    return Piece(_whole(text).strip(), None, parse_usage(payload.get("usage")))


def parse_usage(usage: Any) -> Usage | None:
    """Tokens and bill, under Chat's names or Audio's; None when nothing usable is there."""
    if not isinstance(usage, Mapping):
        return None
    cost = _amount(usage.get("cost"))
    details = usage.get("cost_details")
    if cost is not None and usage.get("is_byok") and isinstance(details, Mapping):
        # With the user's own upstream key, OpenRouter's cost is its fee alone; the upstream bills the rest.
        cost += _amount(details.get("upstream_inference_cost")) or 0.0
    found = Usage(
        _count(usage.get("prompt_tokens", usage.get("input_tokens"))),
        _count(usage.get("completion_tokens", usage.get("output_tokens"))),
        cost,
    )
    return None if found == Usage() else found


def priced_usage(model: Model, usage: Usage | None, seconds: float) -> Usage:
    """The usage with its cost: what was billed, else the price list times the tokens reported (or the seconds taken,
    for a model priced by time), else None."""
    usage = usage or Usage()
    if usage.cost_usd is not None:
        return usage
    if model.price.per_second is None and (usage.input_tokens is None or usage.output_tokens is None):
        return usage
    cost = model.price.cost_usd(usage.input_tokens or 0, usage.output_tokens or 0, seconds)
    return replace(usage, cost_usd=cost)


def _first_choice(payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
    choices = payload.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        return choices[0]
    return None


def _text_of(message: Mapping[str, Any]) -> str | None:
    content = message.get("content")
    if isinstance(content, list):  # some servers answer in parts
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else None


def _whole(text: str) -> str:
    if text.isascii():
        return text
    joiner = TextJoiner()
    return joiner.feed(text) + joiner.close()


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _amount(value: Any) -> float | None:
    # The upper end refuses NaN, infinity and integers that no float holds, all of which JSON lets through.
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e9:
        return float(value)
    return None
