"""Recorded answers: the public test double, and the way to run a whole evaluation again for nothing.

A recording is a JSONL file, one answer per line: ``{"prompt", "model", "text", "input_tokens", "output_tokens",
"cost_usd", "latency_s", "ttft_s", "finish_reason", "error", "message", "retry_after_s"}``; `error` is the name of a
`ProviderError` in `turnout.errors`. Only text is kept: speech is not.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from turnout import errors
from turnout.errors import DataError, InputFileError, ProviderError, RequestRejected
from turnout.providers.protocol import ChatChunk, ChatModel, ChatRequest, ChatResponse
from turnout.types import Usage

__all__ = ["RecordedAnswer", "RecordingModel", "ReplayModel", "read_recording"]


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """One recorded outcome of a call: text with its usage and times, or the error it ended in."""

    text: str = ""
    usage: Usage = field(default_factory=Usage)
    latency_s: float = 0.0
    ttft_s: float | None = None
    finish_reason: str | None = "stop"
    error: ProviderError | None = None


def read_recording(path: Path, model_id: str) -> dict[str, RecordedAnswer]:
    """A model's recorded answers by prompt; raises `InputFileError` or `DataError` naming file and line."""
    answers = {}
    try:
        lines = path.read_text("utf-8").split("\n")  # splitlines would also cut at U+2028, which JSON leaves as it is
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if row["model"] == model_id:
                answers[row["prompt"]] = _answer(row)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(f"{path} line {number}: not a recorded answer ({error})") from None
    return answers


def _answer(row: Mapping[str, Any]) -> RecordedAnswer:
    usage = Usage(row.get("input_tokens"), row.get("output_tokens"), row.get("cost_usd"))
    failure = None
    if row.get("error"):
        kind = getattr(errors, row["error"])
        if not issubclass(kind, ProviderError):
            raise ValueError(f"{row['error']} is not a failure of a provider")
        failure = kind(row.get("message") or "recorded failure", retry_after_s=row.get("retry_after_s"))
    return RecordedAnswer(
        row.get("text") or "", usage, float(row["latency_s"]), row.get("ttft_s"), row.get("finish_reason"), failure
    )


class ReplayModel:
    """Answers from a recording, by the text of the last message. A prompt without one is `RequestRejected`.

    With `pace` the recorded times are waited for, times that factor; without, answers come at once (and still report
    the recorded latency).
    """

    def __init__(self, model_id: str, answers: Mapping[str, RecordedAnswer], *, pace: float = 0.0) -> None:
        self._model_id = model_id
        self._answers = dict(answers)
        self._pace = pace

    @property
    def model_id(self) -> str:
        """The catalogue id."""
        return self._model_id

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The recorded answer, or the recorded failure."""
        answer = self._find(request)
        await asyncio.sleep(answer.latency_s * self._pace)
        return self._response(answer)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The recorded answer word by word."""
        answer = self._find(request)
        await asyncio.sleep((answer.ttft_s or 0.0) * self._pace)
        words = answer.text.split(" ")
        rest = max(0.0, answer.latency_s - (answer.ttft_s or 0.0)) * self._pace / len(words)
        for i, word in enumerate(words):
            if word or i:
                yield ChatChunk(word if i == 0 else f" {word}")
            await asyncio.sleep(rest)
        yield ChatChunk("", self._response(answer))

    async def aclose(self) -> None:
        """Nothing to release."""

    def _find(self, request: ChatRequest) -> RecordedAnswer:
        prompt = request.messages[-1].text if request.messages else ""
        answer = self._answers.get(prompt)
        if answer is None:
            raise RequestRejected(f"{self._model_id}: no answer is recorded for the prompt {prompt[:60]!r}")
        if answer.error is not None:
            # A new one each time: a raised exception collects tracebacks.
            raise type(answer.error)(str(answer.error), retry_after_s=answer.error.retry_after_s)
        return answer

    def _response(self, answer: RecordedAnswer) -> ChatResponse:
        return ChatResponse(
            answer.text, self._model_id, answer.usage, answer.latency_s, answer.ttft_s, answer.finish_reason
        )


class RecordingModel:
    """`inner`, and every answer or failure appended to a recording, flushed and synced before it is given out."""

    def __init__(self, inner: ChatModel, path: Path) -> None:
        self.inner = inner
        self.path = path

    @property
    def model_id(self) -> str:
        """The catalogue id."""
        return self.inner.model_id

    async def complete(self, request: ChatRequest) -> ChatResponse:
        """The whole answer, recorded."""
        try:
            response = await self.inner.complete(request)
        except ProviderError as error:
            self._write_failure(request, error)
            raise
        self._write(request, response)
        return response

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatChunk]:
        """The answer in pieces, recorded when it is whole."""
        try:
            async with aclosing(self.inner.stream(request)) as pieces:
                async for piece in pieces:
                    if piece.response is not None:
                        self._write(request, piece.response)
                    yield piece
        except ProviderError as error:
            self._write_failure(request, error)
            raise

    async def aclose(self) -> None:
        """Close what is inside."""
        await self.inner.aclose()

    def _write(self, request: ChatRequest, response: ChatResponse) -> None:
        usage = response.usage
        self._append(
            request,
            model=response.model_id,  # with a fallback inside, not always the one that was asked first
            text=response.text,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=usage.cost_usd,
            latency_s=response.latency_s,
            ttft_s=response.ttft_s,
            finish_reason=response.finish_reason,
        )

    def _write_failure(self, request: ChatRequest, error: ProviderError) -> None:
        self._append(
            request,
            model=self.model_id,
            error=type(error).__name__,
            message=str(error),
            retry_after_s=error.retry_after_s,
            latency_s=0.0,
        )

    def _append(self, request: ChatRequest, **fields: Any) -> None:
        row = {"prompt": request.messages[-1].text if request.messages else "", **fields}
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise InputFileError(f"cannot write {self.path}: {error.strerror}") from None
