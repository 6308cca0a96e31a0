"""MT-Bench's human votes (lm-sys/FastChat, arXiv 2306.05685): which of two answers people preferred, 80 questions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from turnout.datasets.columns import parquet_columns
from turnout.datasets.rows import Row, check_recorded, jsonl_rows, table
from turnout.errors import DataError
from turnout.types import OutcomeTable

__all__ = ["VOTES", "read", "recorded"]

VOTES = "human-00000-of-00001-25f4910818759289.parquet"
_WON = {"model_a": 1.0, "tie": 0.5, "model_b": 0.0}

_Turn = tuple[str, int]  # question's id; 1 or 2


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
        won = _WON.get(row.text("winner"))
        if won is None:
            raise row.fault(f"'winner' is {row.text('winner')[:40]!r}, not one of {', '.join(_WON)}")
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


def recorded(folder: Path) -> list[str]:
    """The models whose answers are in it."""
    if (folder / VOTES).exists():
        return sorted({row.text(side) for row in _votes(folder) for side in ("model_a", "model_b")})
    return sorted(path.stem for path in (folder / "model_answer").glob("*.jsonl"))


def _votes(folder: Path) -> Iterator[Row]:
    if not (folder / VOTES).exists():
        yield from jsonl_rows(folder / "human.jsonl")
        return
    for stretch in parquet_columns(folder / VOTES, lambda number, names: None):
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
