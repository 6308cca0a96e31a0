"""What a judge is told to look at, by kind of task, and whether it sees the reference answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from turnout.bench.tasks import Task

__all__ = ["Rubric", "rubric"]


@dataclass(frozen=True, slots=True)
class Rubric:
    """`criteria` in the order of their weight. `reference` says what the reference answer is for; "" = not shown."""

    criteria: str
    reference: str


_RIGHT = "The reference answer is right. An answer that disagrees with it is wrong, however well it is argued."
_ONE_OF_MANY = (
    "The reference answer is one good answer among many. Use it to check facts and meaning; an answer may differ from "
    "it and be as good or better."
)
_NONE = ""

_RUBRICS: Mapping[str, Rubric] = {
    "generation": Rubric(
        "Does it do everything that was asked: subject, form, length, tone, every explicit constraint? Then: is it "
        "well written, specific, and free of contradictions and filler?",
        _NONE,
    ),
    "summarization": Rubric(
        "Is everything in it supported by the passage? Does it hold the main points and leave out what is minor? Is it "
        "as short as was asked, and in its own words?",
        _ONE_OF_MANY,
    ),
    "translation": Rubric(
        "Does it carry the whole meaning, with nothing added, left out or misunderstood (names, numbers, negation)? Is "
        "it in the language asked for, and does it read as a native writer's text? Is there nothing beside the "
        "translation?",
        _ONE_OF_MANY,
    ),
    "question-answering": Rubric(
        "Is the answer right? Of two right answers the one that answers exactly what was asked, in the form asked for, "
        "is better. Explanation is no substitute for being right.",
        _RIGHT,
    ),
    "sentiment-analysis": Rubric("Is the label right, and in the form asked for? Nothing else counts.", _RIGHT),
    "moderation": Rubric("Is the decision right, and in the form asked for? Nothing else counts.", _RIGHT),
    "enhancement": Rubric(
        "Is everything mended or changed that should be, and nothing that should not? Is the meaning kept? Is there "
        "nothing beside the text asked for?",
        _ONE_OF_MANY,
    ),
    "extraction": Rubric(
        "Are all the values there, exactly as the text has them, and none invented? Is the form the one asked for?",
        _RIGHT,
    ),
    "reasoning": Rubric(
        "Is the final result right? A right result by wrong steps is worse than by right ones; a wrong result loses to "
        "a right one whatever its steps. When both are wrong it is a tie, unless one is much nearer.",
        _RIGHT,
    ),
    "code": Rubric(
        "Does the code do what was asked, on edge cases too? Go through it by hand; do not trust its comments. Then: "
        "is it plain and without needless parts?",
        "The reference answer is one right solution. Other solutions may be as right.",
    ),
    "description": Rubric(
        "Is what it says true of what is shown, as far as the reference answer tells? Does it name the main things, "
        "and invent none?",
        _ONE_OF_MANY,
    ),
    "speech-recognition": Rubric("Which has fewer words wrong, missing or added? Case and punctuation do not count.",
                                 _RIGHT),
    "transcription": Rubric("Which has fewer words wrong, missing or added? Case and punctuation do not count.",
                            _RIGHT),
    "text-recognition": Rubric("Which has fewer characters wrong, missing or added?", _RIGHT),
    "voice-generation": Rubric("Which was heard to say the text with fewer words wrong, missing or added?", _RIGHT),
}  # fmt: skip
_ANY = Rubric("Does it do what was asked, is it right, and is it clear?", _ONE_OF_MANY)


def rubric(task: Task) -> Rubric:
    """The rubric of the task's category, whatever its subject."""
    return _RUBRICS.get(task.category.partition("/")[0], _ANY)
