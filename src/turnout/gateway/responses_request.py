"""A request of the OpenAI Responses API as a Chat request."""

from __future__ import annotations

from typing import Any

from turnout.gateway.field import Field, common_fields

__all__ = ["to_chat"]

_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_STATEFUL = {
    "previous_response_id": "Turnout keeps no conversations: send the earlier items in `input`",
    "conversation": "Turnout keeps no conversations: send the earlier items in `input`",
    "prompt": "Turnout keeps no prompts: send the text in `instructions` and `input`",
    "background": "Turnout answers at once or by streaming, not in the background",
}


def to_chat(body: dict[str, Any]) -> dict[str, Any]:
    """The Chat body. Raises BadRequest naming the field that Chat has no place for, or that is malformed."""
    request = Field(body)
    request.object()
    request.refuse_depth()
    for name, problem in _STATEFUL.items():
        found = request.get(name)
        if found is not None and found.value is not False:
            found.refuse(problem)
    chat = {**common_fields(request, limit="max_output_tokens"), "messages": _messages(request)}
    for name, high in (("temperature", 2), ("top_p", 1)):
        if (setting := request.get(name)) is not None:
            chat[name] = setting.number(0, high)
    for name in ("user", "safety_identifier"):
        if (user := request.get(name)) is not None:
            chat["user"] = user.text()
    if (metadata := request.get("metadata")) is not None:  # given back in the answer
        for name in metadata.object():
            if (value := metadata.get(name)) is not None:
                value.text()
    return chat | _output(request) | _tools(request)


def _output(request: Field) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if (reasoning := request.get("reasoning")) is not None:
        if (effort := reasoning.get("effort")) is not None:
            options["reasoning_effort"] = effort.one_of(*_EFFORTS)
        if (summary := reasoning.get("summary")) is not None:  # given back in the answer
            summary.one_of("auto", "concise", "detailed")
    if (likely := request.get("top_logprobs")) is not None and likely.value != 0:
        likely.refuse("not available here: ask /v1/chat/completions for logprobs")
    text = request.get("text")
    if text is None:
        return options
    if (verbosity := text.get("verbosity")) is not None:
        options["verbosity"] = verbosity.one_of("low", "medium", "high")
    if (form := text.get("format")) is None:
        return options
    kind = form.need("type").one_of("text", "json_object", "json_schema")
    if kind == "json_object":
        options["response_format"] = {"type": "json_object"}
    elif kind == "json_schema":
        schema: dict[str, Any] = {"name": form.need("name").name(), "schema": form.need("schema").object()}
        if (description := form.get("description")) is not None:
            schema["description"] = description.text()
        if (strict := form.get("strict")) is not None:
            schema["strict"] = strict.flag()
        options["response_format"] = {"type": "json_schema", "json_schema": schema}
    return options


def _tools(request: Field) -> dict[str, Any]:
    given = request.get("tools")
    tools = [_tool(tool) for tool in given.array()] if given is not None else []
    parallel = request.get("parallel_tool_calls")
    together = parallel.flag() if parallel is not None else None
    choice = request.get("tool_choice")
    mode: str | dict[str, Any] | None = None
    if choice is not None and isinstance(choice.value, str):
        mode = choice.one_of("none", "auto", "required")
        if mode == "required" and not tools:
            choice.refuse("a tool is asked for, but there are no tools")
    elif choice is not None:
        mode, tools = _choice(choice, tools)
    if not tools:
        return {}
    options: dict[str, Any] = {"tools": tools}
    if mode is not None:
        options["tool_choice"] = mode
    if together is not None:
        options["parallel_tool_calls"] = together
    return options


def _choice(choice: Field, tools: list[dict[str, Any]]) -> tuple[str | dict[str, Any], list[dict[str, Any]]]:
    """Chat's `tool_choice`, and the tools that may be chosen from."""
    if choice.need("type").one_of("function", "allowed_tools") == "function":
        name = _known(choice, tools)
        return {"type": "function", "function": {"name": name}}, tools
    allowed = []
    for tool in choice.need("tools").array():
        tool.need("type").one_of("function")
        allowed.append(_known(tool, tools))
    mode = choice.need("mode").one_of("auto", "required")
    return mode, [tool for tool in tools if tool["function"]["name"] in allowed]


def _known(of: Field, tools: list[dict[str, Any]]) -> str:
    name = of.need("name")
    if name.text() not in [tool["function"]["name"] for tool in tools]:
        name.refuse("there is no tool of this name")
    return name.text()


def _tool(tool: Field) -> dict[str, Any]:
    kind = tool.need("type")
    if kind.text() != "function":
        kind.refuse(f"only function tools are available here, not {kind.shown()}")
    function: dict[str, Any] = {"name": tool.need("name").name()}
    if (description := tool.get("description")) is not None:
        function["description"] = description.text()
    parameters = tool.get("parameters")
    function["parameters"] = parameters.object() if parameters is not None else {"type": "object", "properties": {}}
    if (strict := tool.get("strict")) is not None:
        function["strict"] = strict.flag()
    return {"type": "function", "function": function}


def _messages(request: Field) -> list[dict[str, Any]]:
    conversation = _Conversation()
    if (instructions := request.get("instructions")) is not None and instructions.text():
        conversation.chat.append({"role": "system", "content": instructions.value})
    given = request.need("input")
    start = len(conversation.chat)
    if isinstance(given.value, str):
        conversation.chat.append({"role": "user", "content": given.value})
    else:
        for item in given.array():
            conversation.take(item)
        conversation.flush()
    if len(conversation.chat) == start:
        given.refuse("there is nothing in it for a model to read")
    return conversation.chat


class _Conversation:
    """Items, one after the other, as Chat messages: calls join one message, results follow it at once."""

    def __init__(self) -> None:
        self.chat: list[dict[str, Any]] = []
        self._called: set[str] = set()
        self._shown: list[dict[str, Any]] = []  # what was not text in results; follows the last of them

    def take(self, item: Field) -> None:
        kind = item.get("type")
        named = "message" if kind is None else kind.text()
        if named == "function_call_output":
            self._result(item)
        elif named == "message":
            self.flush()
            self._message(item)
        elif named == "function_call":
            self.flush()
            self._call(item)
        elif named == "item_reference":
            item.refuse("Turnout keeps no items: send the item itself")
        elif named != "reasoning":  # it belongs to the model that reasoned
            item.refuse(f"an item of this type cannot be passed on: {item.need('type').shown()}")

    def flush(self) -> None:
        if self._shown:
            self.chat.append({"role": "user", "content": self._shown})
            self._shown = []

    def _message(self, item: Field) -> None:
        role = item.need("role").one_of("user", "assistant", "system", "developer")
        content = item.need("content")
        if isinstance(content.value, str):
            parts = [{"type": "text", "text": content.value}]
        else:
            parts = [_part(part, role) for part in content.array()]
        if not parts:
            return
        if all(part["type"] == "text" for part in parts):
            glue = "" if role == "assistant" else "\n\n"
            text = glue.join(part["text"] for part in parts)
            # Few providers know the role `developer`; it means the same.
            self.chat.append({"role": "system" if role == "developer" else role, "content": text})
        elif role == "user":
            self.chat.append({"role": role, "content": parts})
        else:
            content.refuse(f"a message of the {role} can hold text only")

    def _call(self, item: Field) -> None:
        id = item.need("call_id").name()
        function = {"name": item.need("name").name(), "arguments": item.need("arguments").text()}
        self._called.add(id)
        if not self.chat or self.chat[-1]["role"] != "assistant":
            self.chat.append({"role": "assistant", "content": None})
        calls = self.chat[-1].setdefault("tool_calls", [])
        calls.append({"id": id, "type": "function", "function": function})

    def _result(self, item: Field) -> None:
        id = item.need("call_id")
        if id.text() not in self._called:
            id.refuse("no function_call before has this id (Turnout keeps no conversations: send the call as well)")
        output = item.need("output")
        if isinstance(output.value, str):
            text = output.value
        else:
            parts = [_part(part, "user") for part in output.array()]
            texts = [part["text"] for part in parts if part["type"] == "text"]
            for part in parts:
                if part["type"] != "text":
                    about = f"Part of the result of tool call {id.value}:"
                    self._shown += [{"type": "text", "text": about}, part]
            if len(texts) < len(parts):
                texts.append("(What is not text in this result follows in the next message.)")
            text = "\n".join(texts)
        self.chat.append({"role": "tool", "tool_call_id": id.value, "content": text})


def _part(part: Field, role: str) -> dict[str, Any]:
    kind = part.need("type").text()
    if kind in ("input_text", "output_text"):
        return {"type": "text", "text": part.need("text").text()}
    if kind == "refusal" and role == "assistant":
        return {"type": "text", "text": part.need("refusal").text()}
    if kind == "input_image":
        if part.get("image_url") is None and (file := part.get("file_id")) is not None:
            file.refuse("Turnout keeps no files: send an `image_url`, which may be a data URL")
        image = {"url": part.need("image_url").name()}
        detail = part.get("detail")
        if detail is not None and detail.one_of("auto", "low", "high", "original") in ("low", "high"):
            image["detail"] = detail.text()
        return {"type": "image_url", "image_url": image}
    if kind == "input_audio":
        audio = part.need("input_audio")
        return {
            "type": "input_audio",
            "input_audio": {"data": audio.need("data").name(), "format": audio.need("format").name()},
        }
    if kind == "input_file":
        for name in ("file_id", "file_url"):
            if (file := part.get(name)) is not None:
                file.refuse("Turnout neither keeps nor fetches files: send `file_data`")
        filename = part.get("filename")
        name = filename.text() if filename is not None else "document.pdf"
        return {"type": "file", "file": {"filename": name, "file_data": part.need("file_data").name()}}
    part.refuse(f"a content part of this type cannot be passed on: {part.need('type').shown()}")
