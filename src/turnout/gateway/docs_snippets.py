"""A first request to this server from the usual clients, for the page at `/docs`."""

from __future__ import annotations

__all__ = ["snippets"]

_PYTHON = """\
# pip install openai
from openai import OpenAI

client = OpenAI(base_url="{base}/v1", api_key="{key}")
answer = client.chat.completions.create(
    model="auto",  # or "auto:cheapest", "auto:fastest", "auto:best", a model's id
    messages=[{{"role": "user", "content": "Why is the sky blue?"}}],
    extra_body={{"turnout": {{"category": "question-answering/physics", "price": "high"}}}},
)
print(answer.model, answer.choices[0].message.content)"""

_CURL = """\
curl -i {base}/v1/chat/completions{header} \\
  -H "Content-Type: application/json" \\
  -d '{{
    "model": "auto",
    "messages": [{{"role": "user", "content": "Why is the sky blue?"}}],
    "turnout": {{"category": "question-answering/physics", "price": "high"}}
  }}'"""

_NODE = """\
// npm install openai
import OpenAI from "openai";

const client = new OpenAI({{ baseURL: "{base}/v1", apiKey: "{key}" }});
const answer = await client.chat.completions.create({{
  model: "auto",
  messages: [{{ role: "user", content: "Why is the sky blue?" }}],
  turnout: {{ category: "question-answering/physics", price: "high" }},
}});
console.log(answer.model, answer.choices[0].message.content);"""

_ANTHROPIC = """\
# pip install anthropic
from anthropic import Anthropic

client = Anthropic(base_url="{base}", api_key="{key}")  # without /v1
answer = client.messages.create(
    model="auto",
    max_tokens=300,
    messages=[{{"role": "user", "content": "Why is the sky blue?"}}],
    extra_body={{"turnout": {{"category": "question-answering/physics", "price": "high"}}}},
)
print(answer.model, answer.content[0].text)"""


def snippets(base: str, needs_key: bool) -> dict[str, str]:
    """Text by the client's name. `base` is the server's address without /v1."""
    key = "tk-…" if needs_key else "none"
    header = ' \\\n  -H "Authorization: Bearer $TURNOUT_KEY"' if needs_key else ""
    texts = {"Python": _PYTHON, "curl": _CURL, "Node": _NODE, "Anthropic": _ANTHROPIC}
    return {name: text.format(base=base, key=key, header=header) for name, text in texts.items()}
