"""One request through the gateway, as everything that watches it sees it: record, metrics, spans, budgets."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from turnout.types import Modality, Preference

__all__ = ["Attempt", "Exchange", "Observer", "new_id"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to a provider that failed: who, how, and how long it took (seconds), the pause after it included."""

    model_id: str
    kind: str  # the name of the error's class: "RateLimited", "ProviderTimeout", …
    error: str  # one line without secrets
    seconds: float


@dataclass(slots=True)
class Exchange:
    """Filled in while a request is served; observers get it once, when its last byte has left (or it broke off)."""

    id: str  # the decision id: "dec-" and 24 hexadecimal digits
    at: datetime  # when the request had arrived, UTC
    began: float  # the same on time.perf_counter's clock
    endpoint: str  # "chat", "messages", "responses", "embeddings", "transcription", "speech", "image"
    asked: str = ""  # the model that the client named: "auto", "auto:best", a real id
    key_id: str | None = None  # of the client's key; None = anonymous
    stream: bool = False
    prompt_id: str = ""  # SHA-256 of what was asked; the text itself is never kept
    modality: Modality = "text"
    category: str = ""
    preference: Preference | None = None  # None when the client named the model
    reason: str = ""  # why this model, in one line
    estimated_usd: float | None = None
    model_id: str | None = None  # who served; None = nobody did
    provider: str | None = None
    attempts: list[Attempt] = field(default_factory=list)
    status: int = 0  # HTTP status that the client got; 499 = it left before the end
    error: str | None = None  # what ended it, in one line without secrets
    input_tokens: int | None = None
    output_tokens: int | None = None
    usd: float | None = None  # billed, else price list × tokens; None = unknown
    charged_usd: float | None = None  # what counts against the key's budget
    latency_s: float | None = None  # the provider's: from its request to its last byte
    start_s: float = 0.0  # waited for a server of this machine to start
    ttft_s: float | None = None  # the provider's: to the first byte of the answer
    overhead_s: float | None = None  # spent by the gateway itself before the answer's first byte
    finish_reason: str | None = None
    traceparent: str = ""  # the header of that name: the client's span

    @property
    def fallbacks(self) -> int:
        """How many other models were asked before the one that served."""
        return len({attempt.model_id for attempt in self.attempts} - {self.model_id})


class Observer(Protocol):
    """Whoever wants to know of every request. Called on the event loop, so it must be quick and must not raise."""

    def observe(self, exchange: Exchange) -> None:
        """The exchange is over and will not change any more."""
        ...


_CHANCE = random.Random(os.urandom(16))  # noqa: S311  # ids must differ, not be secret; the system's own is slower
os.register_at_fork(after_in_child=lambda: _CHANCE.seed(os.urandom(16)))


def new_id() -> str:
    """An id that sorts by time (milliseconds, then chance)."""
    return f"dec-{time.time_ns() // 1_000_000:012x}{_CHANCE.getrandbits(48):012x}"
