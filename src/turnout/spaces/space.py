"""The spaces in which prompts are compared. Every space gives unit rows, so that an estimator need not know which."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np

from turnout.encoders.protocol import Encoder
from turnout.errors import ProviderError, UserError
from turnout.providers.protocol import ChatModel, ChatRequest, ChatResponse, Message
from turnout.providers.replay import RecordedAnswer
from turnout.spaces.task import noise, task_request
from turnout.types import Array, OutcomeTable

__all__ = ["Space", "SpaceVectors", "parse_spaces"]

Kind = Literal["prompt", "response", "diff", "task"]
_OF_A_MODEL = ("response", "diff")
_PROXY_TOKENS = 256  # about what the encoder reads of a text
_SAME = 1e-6  # a shorter difference is rounding: the two texts are one


@dataclass(frozen=True, slots=True)
class SpaceVectors:
    """Vectors of n prompts in one space, and what getting them costs before a prompt can be routed.

    Rows of `features` (n, dim), float32, have length 1; `lengths` (n,) is what they had before, 1 but for differences.
    A row that is not `usable` is the prompt's own vector in the task space (what a live router falls back to) and zero
    elsewhere: never the vector of an empty text. `charged_usd` and `charged_s` (n,) are the proxy's or describer's bill
    and time per prompt, 0 in the prompt space, NaN where unknown. `upper_bound`: the text is a candidate's own answer,
    which does not exist before routing.
    """

    space: str
    encoder: str
    features: Array
    usable: Array
    lengths: Array
    charged_usd: Array
    charged_s: Array
    upper_bound: bool = False
    author: str = ""  # the model whose text was encoded
    masked: Mapping[str, int] = field(default_factory=dict)  # why rows are not usable, and how many

    def take(self, rows: Sequence[int] | Array) -> SpaceVectors:
        """The vectors of these rows only, in this order. `masked` stays that of the whole."""
        index = np.asarray(rows, dtype=np.intp)
        names = ("features", "usable", "lengths", "charged_usd", "charged_s")
        return replace(self, **{name: getattr(self, name)[index] for name in names})


@dataclass(frozen=True, slots=True)
class _Text:
    """What is encoded of one prompt, or why there is nothing, and what it cost."""

    text: str | None
    why: str = ""
    usd: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Space:
    """One of `prompt`, `response:MODEL`, `diff:MODEL` (response − prompt) and `task`."""

    kind: Kind
    model: str = ""

    @classmethod
    def parse(cls, text: str) -> Space:
        """The space of that name; raises `UserError`."""
        kind, _, model = text.strip().partition(":")
        named = next((k for k in get_args(Kind) if k == kind), None)
        if named is None or bool(model) != (kind in _OF_A_MODEL):
            raise UserError(f"unknown space {text!r}: choose from prompt, response:MODEL, diff:MODEL, task")
        return cls(named, model)

    @property
    def name(self) -> str:
        """As it is parsed: "diff:MODEL"."""
        return f"{self.kind}:{self.model}" if self.model else self.kind

    def offline(
        self,
        outcomes: OutcomeTable,
        encoder: Encoder,
        *,
        proxy: str | None = None,
        candidates: Sequence[str] | None = None,
        descriptions: tuple[str, Sequence[RecordedAnswer | None]] | None = None,
    ) -> SpaceVectors:
        """Vectors from recorded text: `outcomes.responses`, or `descriptions` as `read_descriptions` gives them.

        The answer of a candidate (default: of any model of `outcomes`) is an upper bound unless that model is the
        `proxy`, which is asked before routing anyway. A prompt without its text is masked. Raises `UserError` when the
        space's text was not recorded at all.
        """
        count = len(outcomes.prompts)
        if self.kind == "prompt":
            return _vectors(self, outcomes.prompts, [_Text(text) for text in outcomes.prompts], encoder)
        if self.kind == "task":
            if descriptions is None:
                raise UserError("the task space needs descriptions: turnout data prepare --describe-with MODEL")
            author, answers = descriptions
            if len(answers) != count:
                raise UserError(f"{len(answers)} descriptions for {count} prompts of {outcomes.name}")
            return _vectors(self, outcomes.prompts, [_described(a) for a in answers], encoder, author=author)
        if self.model not in outcomes.responses:
            having = ", ".join(outcomes.responses) or "none"
            raise UserError(f"{outcomes.name} was read without the answers of {self.model!r} (with those of: {having})")
        usd, seconds = np.full(count, np.nan), np.full(count, np.nan)
        if self.model in outcomes.model_ids:
            column = outcomes.model_ids.index(self.model)
            usd, seconds = outcomes.cost_usd[:, column], outcomes.latency_s[:, column]
        texts = [
            _said(text, float(u), float(s))
            for text, u, s in zip(outcomes.responses[self.model], usd, seconds, strict=True)
        ]
        may_answer = outcomes.model_ids if candidates is None else candidates
        bound = self.model in may_answer and self.model != proxy
        return _vectors(self, outcomes.prompts, texts, encoder, author=self.model, upper_bound=bound)

    async def live(
        self,
        prompts: Sequence[str],
        encoder: Encoder,
        proxy: ChatModel | None = None,
        *,
        at_once: int = 4,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> SpaceVectors:
        """Vectors of prompts that nobody has answered yet: `proxy` answers (at most 256 tokens) or describes each.

        A failed call masks its prompt; raises its error when every call fails, and `UserError` for a proxy that is
        missing or is not the space's model: vectors of another model's answers lie elsewhere.
        """
        if self.kind == "prompt":
            return _vectors(self, prompts, [_Text(text) for text in prompts], encoder)
        if proxy is None:
            raise UserError(f"the space {self.name} needs a model to ask before routing")
        if self.model and _plain(proxy.model_id) != _plain(self.model):
            raise UserError(f"the space {self.name} needs answers of {self.model}, not of {proxy.model_id}")
        answers = await _ask_all([self._request(text) for text in prompts], proxy, at_once, on_progress)
        read = _described if self.kind == "task" else _answered
        return _vectors(self, prompts, [read(a) for a in answers], encoder, author=proxy.model_id)

    def _request(self, prompt: str) -> ChatRequest:
        if self.kind == "task":
            return task_request(prompt)
        return ChatRequest((Message("user", prompt),), max_tokens=_PROXY_TOKENS, temperature=0.0, seed=0)


def parse_spaces(text: str) -> tuple[Space, ...]:
    """Comma-separated spaces, each once."""
    return tuple(dict.fromkeys(Space.parse(part) for part in text.split(",") if part.strip()))


async def _ask_all(
    requests: Sequence[ChatRequest], model: ChatModel, at_once: int, on_progress: Callable[[int, int], None]
) -> list[RecordedAnswer]:
    gate, done = asyncio.Semaphore(at_once), 0

    async def ask(request: ChatRequest) -> RecordedAnswer:
        nonlocal done
        async with gate:
            try:
                response: ChatResponse = await model.complete(request)
                answer = RecordedAnswer(response.text, response.usage, response.latency_s)
            except ProviderError as error:
                answer = RecordedAnswer(error=error)
        done += 1
        on_progress(done, len(requests))
        return answer

    answers = await asyncio.gather(*map(ask, requests))
    first = answers[0].error if answers else None
    if first is not None and all(answer.error is not None for answer in answers):
        raise first
    return answers


def _said(text: str | None, usd: float, seconds: float) -> _Text:
    return _Text(text, "", usd, seconds) if text and text.strip() else _Text(None, "no response", usd, seconds)


def _answered(answer: RecordedAnswer) -> _Text:
    if answer.error is not None:  # a failed call was not billed as far as anybody knows
        return _Text(None, "call failed", float("nan"), float("nan"))
    usd = answer.usage.cost_usd
    return _said(answer.text, float("nan") if usd is None else usd, answer.latency_s)


def _described(answer: RecordedAnswer | None) -> _Text:
    if answer is None:
        return _Text(None, "no description", float("nan"), float("nan"))
    text = _answered(answer)
    why = noise(text.text) if text.text is not None else None
    return text if why is None else replace(text, text=None, why=why)


def _vectors(
    space: Space,
    prompts: Sequence[str],
    texts: Sequence[_Text],
    encoder: Encoder,
    *,
    author: str = "",
    upper_bound: bool = False,
) -> SpaceVectors:
    rows = [i for i, text in enumerate(texts) if text.text is not None]
    why = Counter(text.why for text in texts if text.text is None)
    features = np.zeros((len(texts), encoder.dim), dtype=np.float32)
    features[rows] = encoder.encode([text.text or "" for text in texts if text.text is not None])
    usable = np.zeros(len(texts), dtype=bool)
    usable[rows] = True
    lengths = usable.astype(np.float32)
    if space.kind == "diff":
        features[rows] -= encoder.encode([prompts[i] for i in rows])
        lengths = np.linalg.norm(features, axis=1)
        same = usable & (lengths < _SAME)
        if same.any():
            why["response repeats the prompt"] = int(same.sum())
        usable &= ~same
        features[~usable], lengths[~usable] = 0.0, 0.0
        features[usable] /= lengths[usable, None]
    elif space.kind == "task" and len(rows) < len(texts):
        rest = np.flatnonzero(~usable).tolist()
        features[rest] = encoder.encode([prompts[i] for i in rest])
        lengths[rest] = 1.0
    return SpaceVectors(
        space=space.name,
        encoder=encoder.name,
        features=features,
        usable=usable,
        lengths=lengths,
        charged_usd=np.array([text.usd for text in texts], dtype=np.float64),
        charged_s=np.array([text.seconds for text in texts], dtype=np.float64),
        upper_bound=upper_bound,
        author=author,
        masked=dict(why),
    )


def _plain(model: str) -> str:
    """A model's name without vendor and punctuation: "mistralai/Mistral-7B" and "mistral-7b" are one."""
    return re.sub(r"[^a-z0-9]", "", model.rsplit("/", 1)[-1].lower())
