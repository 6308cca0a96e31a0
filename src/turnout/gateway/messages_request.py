"""A request of the Anthropic Messages API as a Chat request."""

from __future__ import annotations

from typing import Any

from turnout.gateway.field import Field, common_fields

__all__ = ["to_chat"]

_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_CHOICES = {"auto": "auto", "any": "required", "none": "none"}


def to_chat(body: dict[str, Any]) -> dict[str, Any]:
    """The Chat body. Raises BadRequest naming the field that Chat has no place for, or that is malformed."""
    request = Field(body)
    request.object()
    request.refuse_depth()
    for name in ("container", "mcp_servers"):
        found = request.get(name)
        if found is not None and found.value:
            found.refuse("not available here: it needs Anthropic's own servers")
    chat = {**common_fields(request, limit="max_tokens"), "messages": _messages(request)}
    for name in ("temperature", "top_p"):
        if (setting := request.get(name)) is not None:
            chat[name] = setting.number(0, 1)
    if (stop := request.get("stop_sequences")) is not None and (words := [word.name() for word in stop.array()]):
        chat["stop"] = words
    if (metadata := request.get("metadata")) is not None and (user := metadata.get("user_id")) is not None:
        chat["user"] = user.text()
    return chat | _output(request) | _tools(request)


def _output(request: Field) -> dict[str, Any]:
    # A `thinking` budget in tokens has no equal in Chat, so only `effort` is passed on.
    options: dict[str, Any] = {}
    config = request.get("output_config")
    if config is not None and (effort := config.get("effort")) is not None:
        options["reasoning_effort"] = effort.one_of(*_EFFORTS)
    form = request.get("output_format") or (config.get("format") if config is not None else None)
    if form is not None:
        form.need("type").one_of("json_schema")
        schema = {"name": "answer", "schema": form.need("schema").object(), "strict": True}
        options["response_format"] = {"type": "json_schema", "json_schema": schema}
    return options


def _tools(request: Field) -> dict[str, Any]:
    given = request.get("tools")
    tools = [_tool(tool) for tool in given.array()] if given is not None else []
    options: dict[str, Any] = {"tools": tools} if tools else {}
    choice = request.get("tool_choice")
    if choice is None:
        return options
    kind = choice.need("type").one_of(*_CHOICES, "tool")
    if kind == "tool":
        name = choice.need("name")
        if name.text() not in [tool["function"]["name"] for tool in tools]:
            name.refuse("there is no tool of this name")
        options["tool_choice"] = {"type": "function", "function": {"name": name.value}}
    elif tools:
        options["tool_choice"] = _CHOICES[kind]
    elif kind == "any":
        choice.refuse("a tool is asked for, but there are no tools")
    alone = choice.get("disable_parallel_tool_use")
    if alone is not None and alone.flag() and tools:
        options["parallel_tool_calls"] = False
    return options


def _tool(tool: Field) -> dict[str, Any]:
    kind = tool.get("type")
    if kind is not None and kind.text() != "custom":
        kind.refuse(f"only tools with an input_schema are available here, not {kind.shown()}")
    function: dict[str, Any] = {"name": tool.need("name").name()}
    if (description := tool.get("description")) is not None:
        function["description"] = description.text()
    function["parameters"] = tool.need("input_schema").object()
    if (strict := tool.get("strict")) is not None:
        function["strict"] = strict.flag()
    return {"type": "function", "function": function}


def _messages(request: Field) -> list[dict[str, Any]]:
    chat: list[dict[str, Any]] = []
    if (system := request.get("system")) is not None and (text := _plain(system)):
        chat.append({"role": "system", "content": text})
    called: set[str] = set()
    given = request.need("messages")
    start = len(chat)
    for message in given.array():
        role = message.need("role").one_of("user", "assistant", "system")
        content = message.need("content")
        if role == "system":
            chat.append({"role": "system", "content": _plain(content)})
        elif role == "assistant":
            chat += _assistant(content, called)
        else:
            chat += _user(content, called)
    if len(chat) == start:
        given.refuse("there is nothing in it for a model to read")
    return chat


def _plain(content: Field) -> str:
    """A string or text blocks, as one text."""
    if isinstance(content.value, str):
        return content.value
    texts = []
    for block in content.array():
        block.need("type").one_of("text")
        texts.append(block.need("text").text())
    return "\n\n".join(texts)


def _assistant(content: Field, called: set[str]) -> list[dict[str, Any]]:
    if isinstance(content.value, str):
        return [{"role": "assistant", "content": content.value}]
    texts, calls = [], []
    for block in content.array():
        kind = block.need("type").text()
        if kind == "text":
            texts.append(block.need("text").text())
        elif kind == "tool_use":
            id, given = block.need("id").name(), block.need("input")
            given.object()
            called.add(id)
            function = {"name": block.need("name").name(), "arguments": given.encoded()}
            calls.append({"id": id, "type": "function", "function": function})
        elif kind not in ("thinking", "redacted_thinking"):  # those belong to the model that thought them
            block.refuse(f"a content block of this type cannot be passed on: {block.need('type').shown()}")
    if calls:
        return [{"role": "assistant", "content": "".join(texts) or None, "tool_calls": calls}]
    return [{"role": "assistant", "content": "".join(texts)}] if texts else []


def _user(content: Field, called: set[str]) -> list[dict[str, Any]]:
    if isinstance(content.value, str):
        return [{"role": "user", "content": content.value}]
    # Chat wants the results right behind the calls, and only text in them: other parts follow as the user's.
    results: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    said: list[dict[str, Any]] = []
    for block in content.array():
        if block.need("type").value == "tool_result":
            result, attached = _result(block, called)
            results.append(result)
            shown += attached
        else:
            said += _parts(block)
    parts = shown + said
    if not parts:
        return results
    if len(parts) == 1 and parts[0]["type"] == "text":
        return [*results, {"role": "user", "content": parts[0]["text"]}]
    return [*results, {"role": "user", "content": parts}]


def _result(block: Field, called: set[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The tool message, and the parts of the result that are not text."""
    id = block.need("tool_use_id")
    if id.text() not in called:
        id.refuse("no tool_use block before has this id")
    texts: list[str] = []
    attached: list[dict[str, Any]] = []
    content = block.get("content")
    if content is not None and isinstance(content.value, str):
        texts.append(content.value)
    elif content is not None:
        for inner in content.array():
            for part in _parts(inner):
                if part["type"] == "text":
                    texts.append(part["text"])
                else:
                    attached += [{"type": "text", "text": f"Part of the result of tool call {id.value}:"}, part]
    if attached:
        texts.append("(What is not text in this result follows in the next message.)")
    failed = block.get("is_error")
    text = "\n".join(texts)
    if failed is not None and failed.flag():
        text = f"Error: {text}"
    return {"role": "tool", "tool_call_id": id.value, "content": text}, attached


def _parts(block: Field) -> list[dict[str, Any]]:
    """A block that holds content, as parts of a Chat message."""
    kind = block.need("type").text()
    if kind == "text":
        return [_text(block.need("text").text())]
    if kind == "image":
        return [{"type": "image_url", "image_url": {"url": _image(block.need("source"))}}]
    if kind == "document":
        return _document(block)
    if kind == "search_result":
        about = [block.need(name).text() for name in ("title", "source")]
        return [_text("\n".join([*about, _plain(block.need("content"))]))]
    if kind == "tool_reference":
        return [_text(f"The tool {block.need('tool_name').name()} is available.")]
    block.refuse(f"a content block of this type cannot be passed on: {block.need('type').shown()}")


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _image(source: Field) -> str:
    if source.need("type").one_of("base64", "url") == "url":
        return source.need("url").name()
    media = source.need("media_type")
    if not media.text().startswith("image/"):
        media.refuse(f"must be the media type of an image, not {media.shown()}")
    return f"data:{media.value};base64,{source.need('data').name()}"


def _document(block: Field) -> list[dict[str, Any]]:
    source = block.need("source")
    kind = source.need("type").one_of("base64", "text", "content")
    title = block.get("title")
    about = [_text(field.text()) for field in (title, block.get("context")) if field is not None]
    if kind == "text":
        return [*about, _text(source.need("data").text())]
    if kind == "content":
        content = source.need("content")
        if isinstance(content.value, str):
            return [*about, _text(content.value)]
        inner = []
        for part in content.array():
            part.need("type").one_of("text", "image")
            inner += _parts(part)
        return about + inner
    source.need("media_type").one_of("application/pdf")
    data = f"data:application/pdf;base64,{source.need('data').name()}"
    name = title.value if title is not None and title.value else "document.pdf"
    return [*about, {"type": "file", "file": {"filename": name, "file_data": data}}]
