"""Schemas of the gateway's OpenAPI document: what requests may hold, and what Turnout itself answers.

A field without a type is one that the gateway passes on, or reads leniently: its examples show what it holds.
"""

from __future__ import annotations

from typing import Any

__all__ = ["BODIES", "COMPONENTS", "FORM"]

Schema = dict[str, Any]


def _object(required: tuple[str, ...] = (), /, description: str = "", **properties: Any) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    if description:
        schema["description"] = description
    return {**schema, "required": list(required)} if required else schema


def _text(description: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": description} if description else {}), **more}


def _number(description: str, **more: Any) -> Schema:
    return {"type": "number", "description": description, **more}


def _list(items: Schema, description: str = "", **more: Any) -> Schema:
    return {"type": "array", "items": items, **({"description": description} if description else {}), **more}


def _passed(description: str, example: Any) -> Schema:
    return {"description": description, "examples": [example]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _weight(description: str) -> Schema:
    kinds = [{"type": "number", "minimum": 0}, {"type": "string", "enum": ["low", "medium", "high"]}]
    return {"oneOf": kinds, "description": description}


_MODEL = _text("`auto`, `auto:cheapest`, `auto:fastest`, `auto:best`, or a model's id", minLength=1)
_MESSAGES = _list(_ref("Message"), "The conversation, oldest turn first", minItems=1)
_STREAM = {"type": ["boolean", "null"], "description": "Answer in server-sent events, usage in the last"}
_TOOLS = _passed("Tools; then only models with tools are chosen", [{"type": "function", "function": {"name": "find"}}])
_LONGEST = "Most tokens of the answer; the estimate of the cost reckons with it"
_MODELS = _list(_text(minLength=1), "OpenRouter's: whom to fall back on; with auto, among whom to choose")

COMPONENTS: dict[str, Schema] = {
    "Turnout": {
        **_object(
            category=_text("The task: `summarization`, `code`, `question-answering/physics`, …"),
            modality=_text(
                "What is sent or wanted; read off the attachments if left out", enum=["text", "image", "audio", "video"]
            ),
            prefer=_text("A preset of weights", enum=["balanced", "cheapest", "fastest", "best"]),
            price=_weight("How much a low price matters, beside the other two"),
            latency=_weight("How much a quick answer matters"),
            accuracy=_weight("How much quality matters"),
            max_usd=_number("Most that the request may cost (USD)", exclusiveMinimum=0),
            max_seconds=_number("Longest that it may take (the median, seconds)", exclusiveMinimum=0),
            min_quality=_number("Least quality: the lower end of its interval", minimum=0, maximum=1),
            models=_list(_text(minLength=1), "Patterns of models to choose among: `openai/*`"),
        ),
        "description": "How to choose, with model auto: the task, and what matters.",
        "additionalProperties": False,
        "examples": [{"category": "summarization", "price": 0.7, "max_usd": 0.001}],
    },
    "Message": _object(
        ("role",),
        "One turn.",
        role=_text("`user`, `assistant`, `system`, `developer` or `tool`"),
        content={
            "type": ["string", "array", "null"],
            "items": {"type": "object"},
            "description": "A text, or parts: `text`, `image_url`, `input_audio`, `video_url`, `file`. An attachment "
            "goes only to models that take its kind",
        },
        tool_calls=_passed(
            "Calls that the assistant made; plain text for a model without tools",
            [{"id": "call_1", "type": "function", "function": {"name": "find", "arguments": "{}"}}],
        ),
        tool_call_id=_passed("Of a tool's result: the call it answers", "call_1"),
        reasoning=_passed("Thinking, in this and its other fields: for the model that thought it, nobody else", "…"),
    ),
    "AnthropicMessage": _object(
        ("role",),
        "One turn.",
        role=_text("`user`, `assistant` or `system`"),
        content={
            "type": ["string", "array", "null"],
            "items": {"type": "object"},
            "description": "A text, or blocks: `text`, `image`, `document`, `search_result`, `tool_use`, `tool_result`",
        },
    ),
    "Error": _object(
        ("error",),
        "Why there is no answer.",
        error=_object(
            ("message",),
            message=_text("One sentence that says what to change"),
            type=_text("The kind of error, in the words of the API that was called"),
            code=_passed("Which error exactly; not in Anthropic's form", "no_eligible_model"),
            param=_passed("The field at fault", "turnout.category"),
        ),
    ),
    "Model": _object(
        ("id", "object"),
        "A model that may be asked.",
        id=_text("What to send as `model`"),
        object=_text(enum=["model"]),
        created={"type": "integer"},
        owned_by=_text("The provider; `turnout` for the automatic ones"),
        context_length={"type": ["integer", "null"], "description": "Tokens, question and answer together"},
        architecture=_object(
            input_modalities=_list(_text(), "What it takes"), output_modalities=_list(_text(), "What it gives")
        ),
        turnout=_object(
            endpoint=_text("`chat`, `transcription` or `speech`"),
            tools={"type": "boolean", "description": "Whether it calls tools"},
            price={"type": "object", "description": "USD: per million tokens, or per second of this machine"},
        ),
    ),
    "Models": _object(("object", "data"), object=_text(enum=["list"]), data=_list(_ref("Model"))),
    "Decision": _object(
        ("schema", "candidates", "excluded"),
        "Who would be asked, and why.",
        schema=_text("`turnout.decision/1`: fields are added, never reshaped"),
        modality=_text(),
        category={"type": ["string", "null"], "description": "null = none was named"},
        preference={"type": "object", "description": "Weights and limits that were applied"},
        chosen=_text("The model that would be asked first"),
        explanation=_text("The choice in one or two sentences"),
        candidates=_list(
            _object(
                rank={"type": "integer"},
                model=_text(),
                fit={"type": "number", "description": "Utility, 0 to 1"},
                quality={"type": ["number", "null"], "description": "Estimate; null = unmeasured"},
                quality_95={"type": ["array", "null"], "description": "Its interval"},
                n={"type": "number", "description": "Scored trials behind it"},
                usd_per_request={"type": ["number", "null"]},
                latency_p50_s={"type": ["number", "null"]},
                pareto={"type": "boolean", "description": "Nobody is better in everything"},
                can_be_asked={"type": "boolean"},
                why_not={"type": ["string", "null"]},
                evidence={"type": "object", "description": "Benchmark, metric, source and date of the figures"},
            ),
            "Best first",
        ),
        excluded=_list(
            _object(model_id=_text(), rule=_text(), reason=_text()), "Who cannot be asked for this, by which rule"
        ),
        neighbours=_list({"type": "object"}, "The most similar measured prompts, with each model's score on them"),
    ),
    "Feedback": _object(
        ("object", "decision_id", "quality"),
        object=_text(enum=["feedback"]),
        decision_id=_text(),
        quality={"type": "number", "description": "What was recorded"},
    ),
    "Health": _object(("status",), status=_text(), reason=_text("Why requests are not taken")),
}

_PROVIDER: Schema = {
    "type": "object",
    "description": "OpenRouter's: `sort` and `max_price` choose here, too; at OpenRouter all of it applies",
    "examples": [{"sort": "price", "max_price": {"prompt": 1, "completion": 2}}],
}

BODIES: dict[str, Schema] = {
    "/v1/chat/completions": _object(
        ("messages",),
        model=_MODEL,
        messages=_MESSAGES,
        stream=_STREAM,
        stream_options=_passed("`include_usage`: the last chunk has usage and no choices", {"include_usage": True}),
        max_completion_tokens=_passed(_LONGEST, 300),
        max_tokens=_passed("The same by its older name", 300),
        tools=_TOOLS,
        turnout=_ref("Turnout"),
        models=_MODELS,
        provider=_PROVIDER,
    ),
    "/v1/messages": _object(
        ("model", "messages"),
        model=_MODEL,
        max_tokens={"type": "integer", "minimum": 1, "description": _LONGEST},
        messages=_list(_ref("AnthropicMessage"), "The conversation, oldest turn first", minItems=1),
        system=_passed("The system prompt: a text, or text blocks", "Answer in one sentence."),
        stream=_STREAM,
        temperature=_passed("0 to 1", 0.5),
        top_p=_passed("0 to 1", 0.9),
        stop_sequences=_passed("Texts that end the answer", ["END"]),
        tools=_passed("Tools with an `input_schema`", [{"name": "find", "input_schema": {"type": "object"}}]),
        tool_choice=_passed("`auto`, `any`, `none`, or a tool's name", {"type": "auto"}),
        output_config=_passed("`effort`, and `format` for a JSON schema", {"effort": "low"}),
        thinking=_passed("A provider's reasoning comes back as a thinking block", {"type": "adaptive"}),
        metadata=_passed("`user_id` is passed on", {"user_id": "u-17"}),
        turnout=_ref("Turnout"),
    ),
    "/v1/responses": _object(
        ("model", "input"),
        model=_MODEL,
        input={
            "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}],
            "description": "A text, or items: messages, function calls and their outputs",
        },
        instructions=_passed("The system prompt", "Answer in one sentence."),
        stream=_STREAM,
        max_output_tokens=_passed(_LONGEST, 300),
        temperature=_passed("0 to 2", 0.5),
        top_p=_passed("0 to 1", 0.9),
        text=_passed("`format` (text, JSON object or schema) and `verbosity`", {"format": {"type": "text"}}),
        reasoning=_passed("`effort`; reasoning comes back as an item", {"effort": "low"}),
        tools=_passed("Function tools", [{"type": "function", "name": "find", "parameters": {"type": "object"}}]),
        tool_choice=_passed("`auto`, `none`, `required`, a function, or allowed tools", "auto"),
        parallel_tool_calls=_passed("Several calls in one turn", True),
        metadata=_passed("Comes back in the answer", {"trace": "a-17"}),
        user=_passed("Passed on", "u-17"),
        turnout=_ref("Turnout"),
    ),
    "/v1/embeddings": _object(
        ("input",),
        model=_text("`auto`, `local/all-minilm-l6-v2`, or a model at a provider", minLength=1),
        input={
            "oneOf": [_text(minLength=1), _list(_text(minLength=1), minItems=1)],
            "description": "A text, or up to 2,048",
        },
        encoding_format=_text("How vectors are written", enum=["float", "base64"]),
        dimensions=_passed("384 for the encoder of this server", 384),
    ),
    "/v1/audio/speech": _object(
        ("input",),
        model=_MODEL,
        input=_text("What is to be said", minLength=1),
        voice=_text("`alloy` if left out; models of this machine have one voice"),
        response_format=_passed("As the provider takes it", "wav"),
        turnout=_ref("Turnout"),
    ),
    "/v1/images/generations": _object(
        ("model", "prompt"),
        model=_text("A model's id; there is nothing measured to choose by", minLength=1),
        prompt=_text("What is to be seen", minLength=1),
    ),
    "/v1/route": _object(
        (),
        model=_MODEL,
        prompt=_text("What would be asked; or `messages`, as for chat"),
        messages=_MESSAGES,
        endpoint=_text("Where it would be asked", enum=["chat", "transcription", "speech"]),
        turnout=_ref("Turnout"),
    ),
    "/v1/feedback": _object(
        ("decision_id",),
        decision_id=_text("What `x-turnout-decision-id` said", minLength=1),
        vote=_text("Either this", enum=["up", "down"]),
        score=_number("or this: from 0 to 1", minimum=0, maximum=1),
    ),
}

FORM = _object(
    ("file",),
    file=_text("The recording", contentMediaType="application/octet-stream"),
    model=_MODEL,
    turnout=_text("The same object as for chat, as JSON", contentMediaType="application/json"),
    language=_passed("Passed on, as all other fields are", "en"),
    response_format=_passed("`json`, `text`, … as the provider takes it", "json"),
)
