"""What a request asks for, read from its JSON: the prompt to judge by, the preference, and who may answer.

The client's choice is the `model` field: a real id, ``auto``, or ``auto:`` and a preset. How to choose stands in the
`turnout` object; OpenRouter's own fields (`models`, `provider.sort`, `provider.max_price`) say the same where they can.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from turnout.categories import CATEGORIES, parse_category
from turnout.errors import InvalidPreference, UnknownCategory
from turnout.gateway.refusal import Refusal
from turnout.preference import PRESETS, prefer
from turnout.types import MODALITIES, Media, Modality, Preference, Price, Prompt

__all__ = ["AUTO", "Ask", "read_ask", "read_choice", "read_prompt_id"]

AUTO = "auto"
_SORTS = {"price": "cheapest", "throughput": "fastest", "latency": "fastest"}  # OpenRouter's provider.sort
_WEIGHTS = ("price", "latency", "accuracy")
_LIMITS = ("max_usd", "max_seconds", "min_quality")
_WORDS = ("category", "modality", "prefer")
_KNOWN = (*_WORDS, *_WEIGHTS, *_LIMITS, "models")
_PARTS: Mapping[str, Modality] = {
    "image_url": "image",
    "input_image": "image",
    "input_audio": "audio",
    "video_url": "video",
}
_LONGEST, _MOST = 256, 100  # characters of a model's id; ids in a list, each of which is compared with all there are
_PLAIN_PARTS = ("text", "input_text", "output_text", "refusal")
_MEDIA_TOKENS = 1000  # an attachment's share of the context, roughly: a large image; providers differ


@dataclass(slots=True)
class Ask:
    """What is wanted. `preference` is None when the client named a model; then `models` are that one and, in
    OpenRouter's way, those to fall back on. Otherwise `patterns` bound the choice (empty = everybody)."""

    asked: str
    prompt: Prompt
    preference: Preference | None
    models: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    max_usd: float | None = None  # for models that the client named; else it is in the preference
    max_price: Price | None = None
    answers: int = 1  # how many the client wants to choose from: n
    conversation: str = ""  # the same for every turn of a conversation
    prefix_tokens: int = 0  # of the turns so far, which a provider may hold in its cache; 0 = this is the first


def read_ask(body: Mapping[str, Any]) -> Ask:
    """The ask of a chat request; raises `Refusal` naming the field that cannot be read."""
    turns = _turns(body)
    text, tokens, answered, needs_tools = "", 0, 0, bool(body.get("tools"))
    media: list[Media] = []
    for turn in turns:
        said = _text(turn)
        tokens += _bytes(said) // 4 + 5  # 4 bytes a token, and the turn's own marks
        role = turn["role"]
        if role == "user":
            text = said
        elif role == "assistant":
            answered = tokens
            needs_tools = needs_tools or bool(turn.get("tool_calls"))
        elif role in ("tool", "function"):
            needs_tools = True
        if isinstance(turn.get("content"), list):
            media += _media(turn["content"])
    prompt = Prompt(
        text=text,
        modality=media[0].modality if media else "text",
        media=tuple(media),
        needs_tools=needs_tools,
        max_output_tokens=_count(body, "max_completion_tokens") or _count(body, "max_tokens"),
        token_count=tokens + _MEDIA_TOKENS * len(media),
    )
    ask = read_choice(body, prompt)
    answers = _count(body, "n") or 1
    if ask.preference is None:  # nothing is chosen, so there is nothing to stay with
        return ask if answers == 1 else replace(ask, answers=answers)
    return replace(ask, answers=answers, conversation=_conversation(turns), prefix_tokens=answered)


def read_choice(body: Mapping[str, Any], prompt: Prompt) -> Ask:
    """Who may answer `prompt` and what matters, from the fields beside it."""
    more = _strings(body, "models")
    # Without a model OpenRouter tries the list in its order; with auto the list bounds the choice.
    model = body.get("model", more[0] if more else AUTO)
    if not isinstance(model, str) or not 0 < len(model) <= _LONGEST:
        raise Refusal(400, "model must be a string: a model's id, auto, or auto:cheapest", param="model")
    wanted = _object(body, "turnout")
    provider = _object(body, "provider")
    if unknown := sorted(str(name) for name in wanted if name not in _KNOWN):
        raise Refusal(
            400, f"turnout.{unknown[0]} is not a field; there are {', '.join(_KNOWN)}", param=f"turnout.{unknown[0]}"
        )
    prompt = _described(prompt, wanted)
    preset = _preset(model)
    if preset is None:
        limit = _preference("balanced", wanted, {}).max_usd if wanted else None
        return Ask(model, prompt, None, models=tuple(dict.fromkeys((model, *more))), max_usd=limit)
    patterns = (*_strings(wanted, "models", "turnout.models"), *more)
    return Ask(model, prompt, _preference(preset, wanted, provider), patterns=patterns, max_price=_max_price(provider))


def read_prompt_id(body: bytes) -> str:
    """What tells this request from others in the record, without keeping its text."""
    return hashlib.sha256(body).hexdigest()


def _preset(model: str) -> str | None:
    """The preset that an automatic model name stands for; None for a real model."""
    if model in (AUTO, "turnout/auto", "openrouter/auto"):
        return "balanced"
    head, colon, name = model.partition(":")
    if head != AUTO or not colon:
        return None
    if name not in PRESETS:
        raise Refusal(
            404, f"no preset {name!r}; there are {', '.join(f'auto:{p}' for p in PRESETS)}",
            code="model_not_found", param="model",
        )  # fmt: skip
    return name


def _preference(preset: str, wanted: Mapping[str, Any], provider: Mapping[str, Any]) -> Preference:
    sort = provider.get("sort")
    if isinstance(sort, dict):  # OpenRouter's longer form: {"by": "price", "partition": …}
        sort = sort.get("by")
    if sort is not None:
        if not isinstance(sort, str) or sort not in _SORTS:
            raise Refusal(400, f"provider.sort must be one of {', '.join(_SORTS)}", param="provider.sort")
        preset = _SORTS[sort]
    if "prefer" in wanted:
        preset = _text_field(wanted, "prefer")
    weights: dict[str, Any] = {name: wanted[name] for name in _WEIGHTS if wanted.get(name) is not None}
    limits: dict[str, Any] = {name: wanted[name] for name in _LIMITS if wanted.get(name) is not None}
    for name, value in weights.items():
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise Refusal(400, f"turnout.{name} must be a number or low, medium, high", param=f"turnout.{name}")
    for name, value in limits.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Refusal(400, f"turnout.{name} must be a number", param=f"turnout.{name}")
    try:
        return prefer(preset, **weights, **limits)
    except InvalidPreference as error:
        said = str(error).replace("-", "_", 1) if str(error).startswith(("max-", "min-")) else str(error)
        raise Refusal(400, f"turnout: {said}", param="turnout") from None


def _described(prompt: Prompt, wanted: Mapping[str, Any]) -> Prompt:
    modality = _text_field(wanted, "modality") if wanted.get("modality") is not None else prompt.modality
    known = next((m for m in MODALITIES if m == modality), None)
    if known is None:
        raise Refusal(400, f"turnout.modality must be one of {', '.join(MODALITIES)}", param="turnout.modality")
    if wanted.get("category") is None:
        return prompt if known == prompt.modality else replace(prompt, modality=known)
    known, category = _category(known, _text_field(wanted, "category"), free=wanted.get("modality") is None)
    return replace(prompt, modality=known, category=category)


@lru_cache(256)
def _category(modality: Modality, text: str, *, free: bool) -> tuple[Modality, str]:
    """The category as it is written in the evidence. `free` lets it decide the modality, where it can."""
    try:
        found, subject = parse_category(modality, text)
    except UnknownCategory as error:
        elsewhere = {c.modality for c in CATEGORIES if c.name == text.partition("/")[0].strip().lower()}
        if not free or len(elsewhere) != 1:
            raise Refusal(400, f"turnout.category: {error}", param="turnout.category") from None
        return _category(elsewhere.pop(), text, free=False)
    return found.modality, f"{found.name}/{subject}" if subject else found.name


def _max_price(provider: Mapping[str, Any]) -> Price | None:
    limits = _object(provider, "max_price", "provider.max_price")
    if not limits:
        return None
    found: list[float | None] = []
    for name in ("prompt", "completion"):
        value = limits.get(name)
        try:
            found.append(None if value is None else float(value))
        except (TypeError, ValueError, OverflowError):
            raise Refusal(
                400, f"provider.max_price.{name} must be USD per million tokens", param="provider.max_price"
            ) from None
    return Price(*found)


def _media(parts: Sequence[Mapping[str, Any]]) -> list[Media]:
    """One empty attachment for each that a turn holds: the choice needs their kinds, not their bytes."""
    kinds = [_PARTS.get(part["type"]) for part in parts if isinstance(part.get("type"), str)]
    return [Media(b"", f"{kind}/*") for kind in kinds if kind is not None]


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [part.get("text") for part in content if part.get("type") in _PLAIN_PARTS]
    return "\n".join(text for text in parts if isinstance(text, str))


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="replace"))


def _turns(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The conversation, each turn an object; raises `Refusal`."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refusal(400, "messages must be a list with at least one message", param="messages")
    for i, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise Refusal(400, f"messages.{i} must be an object with a role", param=f"messages.{i}")
        content = message.get("content")
        if content is not None and not isinstance(content, (str, list)):
            raise Refusal(400, f"messages.{i}.content must be a text or a list of parts", param=f"messages.{i}.content")
        if isinstance(content, list) and not all(isinstance(part, dict) for part in content):
            raise Refusal(400, f"messages.{i}.content holds a part that is no object", param=f"messages.{i}.content")
    return messages


def _conversation(messages: Sequence[Mapping[str, Any]]) -> str:
    """Its beginning, up to the first answer: that stays the same however long it grows."""
    digest = hashlib.blake2b(digest_size=16)
    for message in messages:
        if message.get("role") == "assistant":
            break
        digest.update(_text(message).encode(errors="replace"))
        digest.update(b"\0")
    return digest.hexdigest()


def _object(body: Mapping[str, Any], name: str, path: str = "") -> Mapping[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal(400, f"{path or name} must be an object", param=path or name)
    return value


def _strings(body: Mapping[str, Any], name: str, path: str = "") -> tuple[str, ...]:
    value = body.get(name)
    if value is None:
        return ()
    if isinstance(value, str) and path:  # in our own field one pattern may stand without its list
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list) or not all(isinstance(item, str) and 0 < len(item) <= _LONGEST for item in value):
        raise Refusal(400, f"{path or name} must be a list of model ids", param=path or name)
    if len(value) > _MOST:
        raise Refusal(400, f"{path or name} holds more than {_MOST} model ids", param=path or name)
    return tuple(value)


def _text_field(wanted: Mapping[str, Any], name: str) -> str:
    value = wanted[name]
    if not isinstance(value, str):
        raise Refusal(400, f"turnout.{name} must be a string", param=f"turnout.{name}")
    return value


def _count(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else None
