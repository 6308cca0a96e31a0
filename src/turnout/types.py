"""The values that travel through Turnout: frozen, without I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "MODALITIES",
    "Array",
    "Basis",
    "Candidate",
    "Decision",
    "Estimates",
    "Exclusion",
    "Media",
    "Modality",
    "Model",
    "Neighbour",
    "Outcome",
    "OutcomeSource",
    "OutcomeTable",
    "Preference",
    "Price",
    "Prompt",
    "Usage",
]

Array = npt.NDArray[Any]
Modality = Literal["text", "image", "audio", "video"]
MODALITIES: tuple[Modality, ...] = ("text", "image", "audio", "video")
OutcomeSource = Literal["exact", "judge", "human", "feedback", "unscored"]


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs. USD per million tokens, and USD per second of compute for models on this machine."""

    input_per_mtok: float | None = None
    output_per_mtok: float | None = None
    per_second: float | None = None

    def cost_usd(self, input_tokens: float, output_tokens: float, seconds: float | None) -> float | None:
        """Cost of one request, or None when a part of the price, or the time it is charged by, is unknown."""
        if self.per_second is not None:
            return None if seconds is None else self.per_second * seconds
        if self.input_per_mtok is None or self.output_per_mtok is None:
            return None
        return (self.input_per_mtok * input_tokens + self.output_per_mtok * output_tokens) / 1e6


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the catalogue: who can be asked, through which provider, under which name there."""

    id: str  # e.g. "openai/gpt-4o", "local/smollm2-135m"
    provider: str  # name of the provider that serves it: "openrouter", "local", one of the user's own
    name: str  # what the provider calls it
    price: Price
    inputs: frozenset[Modality] = frozenset({"text"})
    outputs: frozenset[Modality] = frozenset({"text"})
    context_tokens: int | None = None
    tools: bool = False
    endpoint: Literal["chat", "transcription", "speech"] = "chat"
    source: str = ""  # where the price comes from


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call, and what the provider says it billed (USD), when it says so."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment: bytes and their MIME type. The modality is the MIME type's first half."""

    data: bytes = field(repr=False)
    mime: str
    name: str = ""

    @property
    def modality(self) -> Modality:
        """image, audio or video."""
        kind = self.mime.partition("/")[0]
        return next((m for m in MODALITIES if m == kind), "text")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked. `tokens` is a rough count (4 bytes of UTF-8 a token) unless the caller knows better."""

    text: str
    modality: Modality = "text"
    category: str | None = None  # "question-answering" or "question-answering/physics"
    media: tuple[Media, ...] = ()
    needs_tools: bool = False
    max_output_tokens: int | None = None
    token_count: int | None = None

    @property
    def tokens(self) -> int:
        """Input tokens of the text."""
        return self.token_count if self.token_count is not None else -(-len(self.text.encode()) // 4)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One trial of one model on one prompt. Quality None means unscored, which is never the same as 0."""

    prompt_id: str
    model_id: str
    quality: float | None  # in [0, 1]
    source: OutcomeSource
    cost_usd: float | None
    latency_s: float | None
    ttft_s: float | None
    input_tokens: int | None
    output_tokens: int | None
    modality: Modality
    category: str
    error: str | None
    at: datetime

    def __post_init__(self) -> None:
        if self.quality is not None and not 0.0 <= self.quality <= 1.0:
            raise ValueError(f"quality must lie in [0, 1], got {self.quality}")
        if self.at.tzinfo is None:
            raise ValueError("an outcome's time needs a time zone")


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """Trials as arrays, one row per prompt and one column per model; NaN = not measured.

    `quality`, `cost_usd`, `latency_s` and `output_tokens` have shape (n_prompts, n_models). `categories` are for
    evaluation and for estimators that are allowed to see them; a data set's name is never a feature. `responses` holds
    the recorded answers of the models whose text was asked for, one per prompt, None where there is none.
    """

    name: str
    prompt_ids: tuple[str, ...]
    prompts: tuple[str, ...]
    model_ids: tuple[str, ...]
    quality: Array
    cost_usd: Array
    latency_s: Array
    output_tokens: Array
    categories: tuple[str, ...] | None = None
    responses: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.prompts), len(self.model_ids))
        if len(self.prompt_ids) != shape[0]:
            raise ValueError(f"{len(self.prompt_ids)} prompt ids for {shape[0]} prompts")
        for name in ("quality", "cost_usd", "latency_s", "output_tokens"):
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"{name} has shape {found}, expected {shape} (prompts × models)")
        if self.categories is not None and len(self.categories) != shape[0]:
            raise ValueError(f"{len(self.categories)} categories for {shape[0]} prompts")
        for model, texts in self.responses.items():
            if len(texts) != shape[0]:
                raise ValueError(f"{len(texts)} responses of {model} for {shape[0]} prompts")

    def take(self, rows: Sequence[int] | Array) -> OutcomeTable:
        """The table of these rows only, in this order."""
        index = np.asarray(rows, dtype=np.intp)
        return replace(
            self,
            prompt_ids=tuple(self.prompt_ids[i] for i in index),
            prompts=tuple(self.prompts[i] for i in index),
            quality=self.quality[index],
            cost_usd=self.cost_usd[index],
            latency_s=self.latency_s[index],
            output_tokens=self.output_tokens[index],
            categories=None if self.categories is None else tuple(self.categories[i] for i in index),
            responses={model: tuple(texts[i] for i in index) for model, texts in self.responses.items()},
        )


@dataclass(frozen=True, slots=True)
class Basis:
    """Where one model's estimate comes from, so that a decision can be checked."""

    metric: str = ""  # "accuracy", "chrF", "human win rate vs gpt-3.5-turbo"
    benchmark: str = ""  # the set of tasks it was measured on; only equal (benchmark, metric) are compared
    source: str = ""
    date: str = ""
    scope: Literal["prompt", "category", "model", "prior"] = "prior"
    latency_source: str = ""  # "" when unmeasured
    cost_is_estimate: bool = True  # price list × typical tokens, not a measured bill


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A piece of evidence near the prompt: how near, and how each model did there."""

    prompt: str
    similarity: float
    quality: dict[str, float]


@dataclass(frozen=True, slots=True)
class Estimates:
    """What the evidence says of each model. Arrays have shape (n_prompts, n_models); NaN = unmeasured."""

    model_ids: tuple[str, ...]
    quality: Array  # in [0, 1]
    quality_se: Array
    cost_usd: Array  # per request
    latency_s: Array  # median, whole answer
    support: Array  # scored trials behind each number; 0 = prior only
    basis: tuple[Basis, ...] = ()  # one per model, or empty

    def __post_init__(self) -> None:
        for name in ("quality", "quality_se", "cost_usd", "latency_s", "support"):
            array = getattr(self, name)
            if array.ndim != 2 or array.shape[1] != len(self.model_ids):
                raise ValueError(f"{name} has shape {array.shape}, expected (n_prompts, {len(self.model_ids)})")


@dataclass(frozen=True, slots=True)
class Preference:
    """What matters: three weights ≥ 0 and three limits. Applied last, never baked into an estimator."""

    price: float = 0.25
    latency: float = 0.25
    accuracy: float = 0.5
    max_usd: float | None = None  # per request
    max_seconds: float | None = None
    min_quality: float | None = None  # held against the lower confidence bound


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model within the limits, with the numbers it was ranked by. None = unmeasured."""

    rank: int
    model_id: str
    utility: float  # in [0, 1]: the fit to the preference
    quality: float | None
    quality_low: float | None  # 95 % interval
    quality_high: float | None
    support: int
    cost_usd: float | None
    latency_s: float | None
    on_pareto_front: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A model that may not answer, and why."""

    model_id: str
    rule: Literal["modality", "context", "tools", "availability", "price", "latency", "quality", "evidence"]
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Ranked candidates (never empty), the excluded with reasons, and the sentence that explains the choice."""

    candidates: tuple[Candidate, ...]
    excluded: tuple[Exclusion, ...]
    preference: Preference
    modality: Modality
    category: str | None
    explanation: str
    neighbours: tuple[Neighbour, ...] = ()

    @property
    def winner(self) -> Candidate:
        """The candidate to ask."""
        return self.candidates[0]
