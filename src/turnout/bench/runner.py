"""Every task to every model, one row the moment it exists, and nothing lost or done twice."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from turnout.bench.scorers import score
from turnout.bench.tasks import Task
from turnout.errors import DataError, InputFileError, ProviderError
from turnout.providers.protocol import ChatModel, ChatRequest, ChatResponse, Message

__all__ = ["COLUMNS", "Result", "run"]


@dataclass(frozen=True, slots=True)
class Result:
    """One row. Quality None = unscored, and `error` says why."""

    task_id: str
    model: str
    modality: str
    category: str
    language: str
    metric: str
    quality: float | None
    error: str
    cost_usd: float | None
    latency_s: float | None
    ttft_s: float | None
    input_tokens: int | None
    output_tokens: int | None
    at: str
    prompt: str
    answer: str


COLUMNS = tuple(field.name for field in fields(Result))
LONGEST_FIELD = 1 << 26  # characters; the csv module stops at 2^17, and prompts may be longer


async def run(
    tasks: Sequence[Task],
    models: Sequence[ChatModel],
    out: Path,
    *,
    listener: ChatModel | None = None,
    on_result: Callable[[Result, int, int], None] = lambda result, done, total: None,
) -> None:
    """Ask each model each task that `out` does not answer yet; `on_result` gets (row, done, total).

    Models one after another, so that their times do not disturb each other; each is asked once before its times count.
    `listener` writes down what speech says, for tasks scored by ear. A second writer on `out` is refused.
    """
    with _only_writer(out):
        done = _complete_rows(out)
        _refuse_changed(tasks, done, out)
        wanted = [(model, task) for model in models for task in tasks if (task.id, model.model_id) not in done]
        with out.open("a", newline="", encoding="utf-8", errors="backslashreplace") as file:
            if file.tell() == 0:
                _append(file, list(COLUMNS))
            warm: set[str] = set()
            for count, (model, task) in enumerate(wanted, 1):
                if model.model_id not in warm:
                    warm.add(model.model_id)
                    await _answer(model, task.request())
                result = await _try(model, task, listener)
                _append(file, ["" if value is None else value for value in asdict(result).values()])
                on_result(result, count, len(wanted))


async def _answer(model: ChatModel, request: ChatRequest) -> ChatResponse | ProviderError:
    try:
        async with aclosing(model.stream(request)) as pieces:
            async for piece in pieces:
                if piece.response is not None:
                    return piece.response
    except ProviderError as error:
        return error
    return ProviderError(f"{model.model_id} did not end its answer")


async def _try(model: ChatModel, task: Task, listener: ChatModel | None) -> Result:
    response = await _answer(model, task.request())
    at = datetime.now(UTC).isoformat(timespec="seconds")
    head = (task.id, model.model_id, task.modality, task.category, task.language, task.metric)
    if isinstance(response, ProviderError):
        return Result(*head, None, str(response), None, None, None, None, None, at, task.prompt, "")
    text: str | ProviderError = response.text
    if task.scorer == "heard":
        text = await _heard(response, listener)
    error = str(text) if isinstance(text, ProviderError) else ""
    quality = None if isinstance(text, ProviderError) else score(task.scorer, text, task.reference, task.options)
    usage = response.usage
    times = (usage.cost_usd, response.latency_s, response.ttft_s, usage.input_tokens, usage.output_tokens)
    return Result(*head, quality, error, *times, at, task.prompt, "" if error else str(text))


async def _heard(response: ChatResponse, listener: ChatModel | None) -> str | ProviderError:
    if listener is None or not response.media:
        return ProviderError("nobody listened" if response.media else "no speech came back")
    heard = await _answer(listener, ChatRequest((Message("user", "", response.media),)))
    return heard if isinstance(heard, ProviderError) else heard.text


def _append(file: io.TextIOWrapper, row: Sequence[object]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(row)  # quotes what holds either; with "\n" a lone "\r" is not
    # One write: a row is whole or, at the end of a killed run, torn and taken out.
    file.write(buffer.getvalue()[:-2] + "\n")
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _only_writer(out: Path) -> Iterator[None]:
    try:
        with FileLock(out.with_name(out.name + ".lock"), timeout=0):
            yield
    except Timeout:
        raise InputFileError(f"another run is writing to {out}; wait for it or choose another file") from None
    except OSError as error:
        raise InputFileError(f"cannot write {out}: {error.strerror}") from None


def _complete_rows(out: Path) -> dict[tuple[str, str], str]:
    """The prompt of each (task, model) in `out`; a torn last row is cut off the file."""
    if not out.exists():
        return {}
    data = out.read_bytes()
    whole = _whole_length(data)
    if whole < len(data):
        with out.open("r+b") as file:
            file.truncate(whole)
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(data[:whole].decode("utf-8"), newline=""), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{out} is no table of results: {error}") from None
    if any(len(row) != len(COLUMNS) for row in rows):
        raise DataError(f"{out} is not a result file of this Turnout: its rows have other lengths")
    if rows and tuple(rows[0]) != COLUMNS:
        raise DataError(f"{out} is not a result file of this Turnout: its columns are others")
    prompt = COLUMNS.index("prompt")
    return {(row[0], row[1]): row[prompt] for row in rows[1:]}


def _refuse_changed(tasks: Sequence[Task], done: dict[tuple[str, str], str], out: Path) -> None:
    """Rows of another wording of a task must not count for this one."""
    prompts = {task.id: task.prompt for task in tasks}
    for (name, _), prompt in done.items():
        if prompts.get(name, prompt) != prompt:
            raise DataError(f"{out} answers another wording of task {name}; choose another file")


def _whole_length(data: bytes) -> int:
    """Bytes up to the end of the last row: the last newline that is not inside quotes."""
    inside, end = False, 0
    for position, byte in enumerate(data):
        if byte == 0x22:
            inside = not inside
        elif byte == 0x0A and not inside:
            end = position + 1
    return end
