"""The gateway with the Anthropic SDK, LangChain, the `llm` command and OpenAI's client for Node."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import platformdirs
import pytest
from anthropic import Anthropic
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, SecretStr

from pictures import page, png
from served import Box

OPENAI_FOR_NODE = "6.30.1"
ASK: Any = [{"role": "user", "content": "Say these few words."}]
WEATHER: Any = {
    "name": "weather",
    "description": "The weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
TIDES: Any = {**WEATHER, "name": "tides"}


@pytest.fixture(scope="module")
def claude(box: Box) -> Iterator[Anthropic]:
    with Anthropic(base_url=box.url, api_key="anything", max_retries=0) as made:
        yield made


def test_message_whole_and_streamed(claude: Anthropic) -> None:
    raw = claude.messages.with_raw_response.create(model="auto:cheapest", max_tokens=50, messages=ASK)
    message = raw.parse()
    assert (message.content[0].text, message.model) == ("Say these few words.", "box/text")  # type: ignore[union-attr]
    assert raw.headers["x-turnout-model"] == "box/text"
    assert message.usage.output_tokens > 0
    assert message.usage.cost > 0  # type: ignore[attr-defined]
    with claude.messages.stream(model="box/all", max_tokens=2, system="Be brief.", messages=ASK) as stream:
        assert "".join(stream.text_stream) == "Say these "
        final = stream.get_final_message()
    assert (final.stop_reason, final.model) == ("max_tokens", "box/all")
    assert final.usage.output_tokens > 0


@pytest.mark.parametrize("streamed", [False, True])
def test_tools_in_a_loop_with_thinking_in_the_history(claude: Anthropic, box: Box, streamed: bool) -> None:
    turns: Any = [{"role": "user", "content": "weather and tides in Oslo"}]
    options: Any = {
        "model": "auto", "max_tokens": 2000, "tools": [WEATHER, TIDES],
        "thinking": {"type": "enabled", "budget_tokens": 1024}, "output_config": {"effort": "low"},
    }  # fmt: skip
    if streamed:
        with claude.messages.stream(messages=turns, **options) as stream:
            message = stream.get_final_message()
    else:
        message = claude.messages.create(messages=turns, **options)
    assert message.stop_reason == "tool_use"
    assert [block.type for block in message.content] == ["thinking", "tool_use", "tool_use"]
    calls = [block for block in message.content if block.type == "tool_use"]
    assert [(call.name, call.input) for call in calls] == [("weather", {"city": "Oslo"}), ("tides", {"city": "Oslo"})]
    turns.append({"role": "assistant", "content": message.content})
    results = [{"type": "tool_result", "tool_use_id": c.id, "content": f"{c.name}: fine"} for c in calls]
    turns.append({"role": "user", "content": results})
    done = claude.messages.create(messages=turns, **options)
    assert (done.stop_reason, done.content[-1].text) == ("end_turn", "tides: fine")  # type: ignore[union-attr]
    sent = box.provider.body["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "tool", "tool"]
    assert "First, read it" not in json.dumps(sent)


def test_picture_in_a_message_goes_to_a_model_that_sees(claude: Anthropic) -> None:
    data = base64.b64encode(png(page([], (8, 8)))).decode()
    source = {"type": "base64", "media_type": "image/png", "data": data}
    content = [{"type": "image", "source": source}, {"type": "text", "text": "What is it?"}]
    turns: Any = [{"role": "user", "content": content}]
    message = claude.messages.create(model="auto:cheapest", max_tokens=50, messages=turns)
    assert (message.model, message.content[0].text) == ("box/all", "image: What is it?")  # type: ignore[union-attr]


def test_errors_are_anthropics_own_exceptions(claude: Anthropic, box: Box) -> None:
    with pytest.raises(anthropic.NotFoundError, match="box/none"):
        claude.messages.create(model="box/none", max_tokens=5, messages=ASK)
    with pytest.raises(anthropic.BadRequestError, match=r"turnout.max_usd"):
        claude.messages.create(model="auto", max_tokens=5, messages=ASK, extra_body={"turnout": {"max_usd": 1e-9}})
    box.provider.busy = 1
    with pytest.raises(anthropic.RateLimitError) as limited:
        claude.messages.create(model="box/busy", max_tokens=5, messages=ASK)
    assert int(limited.value.response.headers["retry-after"]) >= 1


class Forecast(BaseModel):
    """A forecast."""

    city: str
    days: int


def langchain(box: Box, model: str = "box/all", **more: Any) -> ChatOpenAI:
    return ChatOpenAI(model=model, base_url=f"{box.url}/v1", api_key=SecretStr("anything"), max_retries=0, **more)


def test_langchain_invokes_and_streams_with_usage(box: Box) -> None:
    answer = langchain(box, "auto:cheapest", max_tokens=50).invoke("Say these few words.")
    assert (answer.content, answer.response_metadata["model_name"]) == ("Say these few words.", "box/text")
    assert answer.response_metadata["token_usage"]["cost"] > 0
    whole: Any = None
    for chunk in langchain(box, stream_usage=True).stream("Say these few words."):
        whole = chunk if whole is None else whole + chunk
    assert whole.content == "Say these few words."
    assert whole.usage_metadata["total_tokens"] > 4
    preferred = langchain(box, "auto", extra_body={"turnout": {"price": 1, "latency": 0, "accuracy": 0}})
    assert preferred.invoke("Say it.").response_metadata["model_name"] == "box/text"


async def test_langchain_calls_tools_and_fills_schemas(box: Box) -> None:
    tools = [{"name": t["name"], "description": "…", "parameters": t["input_schema"]} for t in (WEATHER, TIDES)]
    bound = langchain(box, "auto").bind_tools(tools)
    asked = HumanMessage("weather and tides in Oslo")
    called = await bound.ainvoke([asked])
    assert [(c["name"], c["args"]) for c in called.tool_calls] == [
        ("weather", {"city": "Oslo"}),
        ("tides", {"city": "Oslo"}),
    ]
    results = [ToolMessage(f"{c['name']}: fine", tool_call_id=c["id"]) for c in called.tool_calls]
    assert (await bound.ainvoke([asked, called, *results])).content == "tides: fine"
    for method in ("json_schema", "function_calling"):
        filled = langchain(box).with_structured_output(Forecast, method=method)
        assert filled.invoke("Forecast for Bergen") == Forecast(city="Bergen", days=3)


def test_langchain_speaks_the_responses_api(box: Box) -> None:
    answer = langchain(box, "auto:cheapest", use_responses_api=True).invoke("Say it.")
    assert answer.text == "Say it."
    assert answer.response_metadata["model_name"] == "box/text"
    pieces = langchain(box, use_responses_api=True).stream("Say these few words.")
    assert "".join(piece.text for piece in pieces) == "Say these few words."


def test_langchain_embeds(box: Box) -> None:
    vectors = OpenAIEmbeddings(
        model="box/vectors", base_url=f"{box.url}/v1", api_key=SecretStr("anything"), check_embedding_ctx_length=False
    )
    assert vectors.embed_documents(["ab", "abc"]) == [[2.0, 0.5, -0.25], [3.0, 0.5, -0.25]]


@pytest.mark.slow
def test_llm_command(box: Box, tmp_path: Path) -> None:
    base = f"{box.url}/v1"
    models = [
        {"model_id": "turnout", "model_name": "auto:cheapest", "api_base": base},
        {"model_id": "all", "model_name": "box/all", "api_base": base, "vision": True, "supports_schema": True},
    ]
    (tmp_path / "extra-openai-models.yaml").write_text(json.dumps(models))
    (tmp_path / "picture.png").write_bytes(png(page([], (8, 8))))

    def llm(*arguments: str) -> str:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
        variables = {**outside, "LLM_USER_PATH": str(tmp_path)}
        command = [sys.executable, "-m", "llm", *arguments]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert llm("-m", "turnout", "Say these few words.") == "Say these few words."
    assert llm("-m", "all", "What is it?", "-a", str(tmp_path / "picture.png")) == "image: What is it?"
    assert json.loads(llm("-m", "all", "--schema", "city, days int", "Bergen", "--no-stream"))["city"] == "Bergen"
    logged = json.loads(llm("logs", "--json", "-n", "3"))
    assert {entry["model"] for entry in logged} == {"turnout", "all"}


@pytest.fixture(scope="module")
def node() -> Path:
    """A folder with OpenAI's client for Node, fetched by npm into the cache once."""
    if shutil.which("npm") is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Node and npm")
        pytest.skip("no npm")
    cache = Path(os.environ.get("TURNOUT_CACHE_DIR") or platformdirs.user_cache_dir("turnout"))
    folder = cache / "node" / f"openai-{OPENAI_FOR_NODE}"
    if not (folder / "node_modules" / "openai" / "package.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=peer", "--prefix", folder]
        subprocess.run([*command, f"openai@{OPENAI_FOR_NODE}"], check=True, capture_output=True, timeout=300)
    return folder


NODE = """
import OpenAI from "openai";
const client = new OpenAI({ baseURL: process.env.BASE, apiKey: "anything", maxRetries: 0 });
const messages = [{ role: "user", content: "Say these few words." }];
const out = {};
const { data, response } = await client.chat.completions
  .create({ model: "auto", messages, turnout: { prefer: "cheapest" } }).withResponse();
out.whole = [data.choices[0].message.content, data.model, response.headers.get("x-turnout-model"), data.usage.cost > 0];
out.pieces = [];
const stream = await client.chat.completions.create({ model: "box/all", messages, stream: true,
  stream_options: { include_usage: true } });
for await (const chunk of stream) {
  if (chunk.choices[0]?.delta.content) out.pieces.push(chunk.choices[0].delta.content);
  if (chunk.usage) out.total = chunk.usage.total_tokens;
}
const parameters = { type: "object", properties: { city: { type: "string" } } };
const runner = client.chat.completions.runTools({ model: "auto", stream: true,
  messages: [{ role: "user", content: "weather in Oslo" }],
  tools: [{ type: "function", function: { name: "weather", description: "The weather", parameters, parse: JSON.parse,
    function: (args) => `${args.city}: fine` } }] });
out.tools = await runner.finalContent();
const events = await client.responses.create({ model: "box/all", input: "Say it again.", stream: true });
out.events = [];
for await (const event of events) out.events.push(event.type);
out.vectors = (await client.embeddings.create({ model: "box/vectors", input: "abc" })).data[0].embedding;
out.heard = (await client.audio.transcriptions.create({ model: "auto",
  file: await OpenAI.toFile(Buffer.from("RIFF"), "said.wav", { type: "audio/wav" }) })).text;
out.models = (await client.models.list()).data.map((model) => model.id);
out.model = (await client.models.retrieve("box/all")).id;
out.errors = [];
for (const model of ["box/none", 7]) {
  try { await client.chat.completions.create({ model, messages }); } catch (error) {
    out.errors.push([error.constructor.name, error.status, error.code]);
  }
}
console.log(JSON.stringify(out));
"""


@pytest.mark.slow
def test_openai_for_node(box: Box, node: Path) -> None:
    (node / "ask.mjs").write_text(NODE)
    variables = {**os.environ, "BASE": f"{box.url}/v1"}
    command = ["node", "ask.mjs"]
    done = subprocess.run(command, cwd=node, env=variables, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["whole"] == ["Say these few words.", "box/text", "box/text", True]
    assert told["pieces"] == ["Say ", "these ", "few ", "words."]
    assert told["total"] > 4
    assert told["tools"] == "Oslo: fine"
    assert (told["events"][0], told["events"][-1]) == ("response.created", "response.completed")
    assert told["vectors"] == [3.0, 0.5, -0.25]
    assert told["heard"] == "heard 4 bytes of audio/wav"
    assert {"auto", "box/all"} < set(told["models"])
    assert told["model"] == "box/all"
    assert told["errors"] == [["NotFoundError", 404, "model_not_found"], ["BadRequestError", 400, None]]
