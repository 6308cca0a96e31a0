"""MT-Bench (lm-sys/FastChat, arXiv 2306.05685): which of two answers people preferred, and which GPT-4 did."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from turnout.datasets.columns import parquet_columns
from turnout.datasets.rows import Row, check_recorded, jsonl_rows, table
from turnout.errors import DataError, InputFileError
from turnout.types import OutcomeTable

__all__ = ["VERDICTS", "VOTES", "Judgment", "judgments", "read", "recorded"]

VOTES = "human-00000-of-00001-25f4910818759289.parquet"
VERDICTS = "gpt4_pair-00000-of-00001-c0b431264a82ddc0.parquet"
_WON = {"model_a": 1.0, "tie": 0.5, "model_b": 0.0}

_INCONSISTENT = "tie (inconsistent)"  # GPT-4 named another winner when the answers changed places
_HUMAN = "human.jsonl"
_GPT4 = "gpt4_pair.jsonl"

_Turn = tuple[str, int]  # question's id; 1 or 2


@dataclass(frozen=True, slots=True)
class Judgment:
    """Somebody's judgment of two answers to a turn of a question; `score` is the first model's: 1, ½ or 0.

    `consistent` is about a judge that was asked in both orders; None of a person.
    """

    question: str
    turn: int
    category: str
    model: str
    against: str
    by: str
    score: float
    consistent: bool | None


def read(folder: Path, responses: Sequence[str] = ()) -> OutcomeTable:
    """`question.jsonl` and the votes: upstream's Parquet file, or `human.jsonl` with `model_answer/<model>.jsonl`.

    A row is a turn of a question that people voted on; the prompt of a second turn has the first above it. The quality
    of a model is its mean over the votes it was in on that turn: a win 1, a tie ½, a loss 0; NaN without votes. It
    depends on whom the model met there, so it is a preference among these models, not a score. The category is
    upstream's. Nothing says what an answer cost or how long it took.
    """
    questions = {row.text("question_id"): row for row in jsonl_rows(folder / "question.jsonl")}
    scores: dict[_Turn, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in _votes(folder):
        turn, (a, b) = _turn(row, questions), (row.text("model_a"), row.text("model_b"))
        won = _won(row)
        scores[turn][a].append(won)
        scores[turn][b].append(1.0 - won)
    if not scores:
        raise DataError(f"{folder}: there are no votes")
    models = sorted({model for votes in scores.values() for model in votes})
    turns = sorted(scores, key=lambda turn: (list(questions).index(turn[0]), turn[1]))
    if responses:
        check_recorded(folder, responses, recorded(folder))
    answers = _answers(folder, responses)
    return table(
        "mt-bench",
        [f"{question}/{turn}" for question, turn in turns],
        [_prompt(questions[question], turn) for question, turn in turns],
        models,
        [[_mean(scores[turn].get(model, ())) for model in models] for turn in turns],
        categories=[questions[question].text("category") for question, _ in turns],
        responses={model: [answers[model].get(turn) for turn in turns] for model in responses},
    )


def judgments(folder: Path) -> tuple[list[Judgment], list[Judgment]]:
    """People's votes, and GPT-4's verdicts: upstream's Parquet files, or the same rows as JSON lines.

    The models of each stand in alphabetical order. Raises `InputFileError` when the verdicts are not there.
    """
    if not any((folder / name).exists() for name in (VERDICTS, _GPT4)):
        raise InputFileError(f"{folder} has no verdicts of GPT-4 ({VERDICTS}); turnout data fetch mt-bench gets them")
    questions = {row.text("question_id"): row for row in jsonl_rows(folder / "question.jsonl")}
    votes = [_judgment(row, questions) for row in _rows(folder, VOTES, _HUMAN)]
    return votes, [_judgment(row, questions, both_orders=True) for row in _rows(folder, VERDICTS, _GPT4)]


def _judgment(row: Row, questions: Mapping[str, Row], *, both_orders: bool = False) -> Judgment:
    question, turn = _turn(row, questions)
    winner, models = row.text("winner"), (row.text("model_a"), row.text("model_b"))
    score = 0.5 if both_orders and winner == _INCONSISTENT else _won(row)
    first, second = sorted(models)
    return Judgment(
        question, turn, questions[question].text("category"), first, second, row.text("judge"),
        score if first == models[0] else 1.0 - score,
        winner != _INCONSISTENT if both_orders else None,
    )  # fmt: skip


def recorded(folder: Path) -> list[str]:
    """The models whose answers are in it."""
    if (folder / VOTES).exists():
        return sorted({row.text(side) for row in _votes(folder) for side in ("model_a", "model_b")})
    return sorted(path.stem for path in (folder / "model_answer").glob("*.jsonl"))


def _won(row: Row) -> float:
    won = _WON.get(row.text("winner"))
    if won is None:
        raise row.fault(f"'winner' is {row.text('winner')[:40]!r}, not one of {', '.join(_WON)}")
    return won


def _votes(folder: Path) -> Iterator[Row]:
    return _rows(folder, VOTES, _HUMAN)


def _rows(folder: Path, upstream: str, lines: str) -> Iterator[Row]:
    if not (folder / upstream).exists():
        yield from jsonl_rows(folder / lines)
        return
    for stretch in parquet_columns(folder / upstream, lambda number, names: None):
        for i in range(len(stretch)):
            yield stretch.row(i)


def _turn(row: Row, questions: Mapping[str, Row]) -> _Turn:
    question = row.text("question_id")
    if question not in questions:
        raise row.fault(f"there is no question {question} in question.jsonl")
    turn = row.values.get("turn")
    if turn not in (1, 2):
        raise row.fault(f"'turn' is {turn!r}, not 1 or 2")
    return question, int(turn)


def _prompt(question: Row, turn: int) -> str:
    turns = question.values.get("turns")
    if not isinstance(turns, list) or len(turns) < turn or not all(isinstance(text, str) for text in turns):
        raise question.fault(f"'turns' is not a list of {turn} texts")
    return "\n".join(turns[:turn])


def _answers(folder: Path, models: Sequence[str]) -> dict[str, dict[_Turn, str]]:
    found: dict[str, dict[_Turn, str]] = {model: {} for model in models}
    if models and (folder / VOTES).exists():
        for row in _votes(folder):
            for side in ("a", "b"):
                model = row.text(f"model_{side}")
                if model in found:
                    said = _said(row.values.get(f"conversation_{side}"))
                    found[model].update({(row.text("question_id"), i): text for i, text in enumerate(said, start=1)})
        return found
    for model in models:
        for row in jsonl_rows(folder / "model_answer" / f"{model}.jsonl"):
            choices = row.values.get("choices")
            if not isinstance(choices, list) or not choices or not isinstance(choices[0].get("turns"), list):
                raise row.fault("'choices' is not a list of answers with their turns")
            for i, text in enumerate(choices[0]["turns"], start=1):
                found[model][row.text("question_id"), i] = text
    return found


def _said(conversation: Any) -> list[str]:
    """What the assistant said, turn by turn."""
    messages = conversation if isinstance(conversation, list) else []
    return [message["content"] for message in messages if message.get("role") == "assistant"]


def _mean(votes: Sequence[float]) -> float:
    return sum(votes) / len(votes) if votes else math.nan
