"""Task descriptions: what a small model says the task is, kept one by one in a file, and the paper's noise filters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from turnout.errors import DataError, InputFileError, ProviderError, UserError
from turnout.providers.protocol import ChatModel, ChatRequest, Message
from turnout.providers.replay import RecordedAnswer, RecordingModel, read_recording
from turnout.types import OutcomeTable

__all__ = ["describe", "noise", "read_descriptions", "task_request"]

_SHORTEST = 10  # characters, as in the source paper's code
_ANSWERS = ("answer",)
_IRRELEVANT = ("choice", "choose")
_READ = 600  # characters of the prompt: what the task is shows early, and a small model reads slowly
_TOKENS = 32
# No example in it: the source paper found that models repeat examples, and small ones repeat the instruction too.
_ROLE = "You sort questions by the skill they need."
_INSTRUCTION = (
    "Text:\n{prompt}\n\nWhat kind of task is this, and in which field of knowledge? Do not solve it. "
    "Fill in the blanks with a few words: Task: ___ in the field of ___."
)


def task_request(prompt: str) -> ChatRequest:
    """What a describer is asked about a prompt, of which it sees the first 600 characters."""
    text = _INSTRUCTION.format(prompt=prompt[:_READ])
    messages = (Message("system", _ROLE), Message("user", text))
    return ChatRequest(messages, max_tokens=_TOKENS, temperature=0.0, seed=0, stop=("\n",))


def noise(description: str) -> str | None:
    """Why a description is noise, or None: shorter than 10 characters, or it speaks of answers or choices.

    The filters of the source paper's code, which drops such prompts from the description space.
    """
    text = description.strip().lower()
    if len(text) < _SHORTEST:
        return "too short"
    if any(word in text for word in _ANSWERS):
        return "contains an answer"
    if any(word in text for word in _IRRELEVANT):
        return "irrelevant keyword"
    return None


async def describe(
    prompts: Sequence[str],
    describer: ChatModel,
    recording: Path,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Describe every prompt that `recording` (JSON lines, see `providers.replay`) has no description of; returns how
    many were asked.

    A description is on disk before the next is asked, so that an interrupted run goes on where it stopped. A failed
    call is recorded as failed, and asked again next time. Raises the failure when not a single call succeeds.
    """
    with _only_writer(recording):
        known = _known(recording, describer.model_id)
        wanted = [r for r in map(task_request, dict.fromkeys(prompts)) if not _is_answered(r, known)]
        model, failures = RecordingModel(describer, recording), 0
        for done, request in enumerate(wanted, 1):
            try:
                await model.complete(request)
            except ProviderError:
                failures += 1
                if failures == done == min(3, len(wanted)):
                    raise
            on_progress(done, len(wanted))
        return len(wanted)


def read_descriptions(
    path: Path, outcomes: OutcomeTable, describer: str | None = None
) -> tuple[str, tuple[RecordedAnswer | None, ...]]:
    """Who described, and the description of each prompt of `outcomes`, None where there is none.

    `path` is what `describe` recorded; `describer` picks one model of several. Raises `UserError` when the file holds
    several and none is named, or none of these prompts.
    """
    writers = _writers(path)
    if describer is None:
        if len(writers) != 1:
            raise UserError(f"{path} holds descriptions of {', '.join(writers) or 'nobody'}: name the describer")
        describer = writers[0]
    known = read_recording(path, describer)
    found = tuple(known.get(task_request(prompt).messages[-1].text) for prompt in outcomes.prompts)
    if not any(answer is not None and answer.error is None for answer in found):
        raise UserError(f"{path} has no description by {describer} of any prompt of {outcomes.name}")
    return describer, found


def _is_answered(request: ChatRequest, known: dict[str, RecordedAnswer]) -> bool:
    answer = known.get(request.messages[-1].text)
    return answer is not None and answer.error is None


def _writers(path: Path) -> list[str]:
    found: dict[str, None] = {}
    try:
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if line.strip():
                try:
                    found[str(json.loads(line)["model"])] = None
                except (ValueError, KeyError, TypeError):
                    raise DataError(f"{path} line {number}: not a recorded description") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    return list(found)


@contextmanager
def _only_writer(path: Path) -> Iterator[None]:
    try:
        with FileLock(path.with_name(path.name + ".lock"), timeout=0):
            yield
    except Timeout:
        raise InputFileError(f"another run is writing to {path}; wait for it or choose another file") from None
    except OSError as error:
        raise InputFileError(f"cannot write {path}: {error.strerror}") from None


def _known(path: Path, describer: str) -> dict[str, RecordedAnswer]:
    """What is recorded already. A line that a killed run left without its end is cut off the file."""
    if not path.exists():
        return {}
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
    return read_recording(path, describer)
