"""Scores in [0, 1] by rules, one metric per kind of task. A wrong answer is 0; only a failed call is unscored."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from turnout.bench.sandbox import passes
from turnout.errors import MissingExtra

__all__ = ["SCORERS", "Scorer", "score"]

_Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scorer:
    """`metric` is what the number means; `function(answer, reference, options)` gives it."""

    metric: str
    function: Callable[[str, str, _Options], float]


def score(name: str, answer: str, reference: str, options: _Options) -> float:
    """The score of an answer, in [0, 1]."""
    return min(1.0, max(0.0, SCORERS[name].function(answer.strip(), reference, options)))


def _plain(text: str) -> str:
    """Lower case, words and numbers only, single spaces."""
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def _says(text: str, words: str) -> bool:
    """Whether the words stand in the text as whole words: "late" is not in "later"."""
    return f" {_plain(words)} " in f" {_plain(text)} "


def _choice(answer: str, reference: str, options: _Options) -> float:
    """The one of `options["among"]` that the answer says first, as a whole word, must be the reference."""
    said = _plain(answer)
    found = [
        (m.start(), name) for name in options["among"] if (m := re.search(rf"\b{re.escape(_plain(name))}\b", said))
    ]
    return float(bool(found) and min(found)[1] == reference)


def _number(answer: str, reference: str, options: _Options) -> float:
    """The last number of the answer, or the one behind its last "=", must be the reference ("4 = 4 in 2 boxes")."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", answer)
    number = r"-?\d+(?:\.\d+)?"
    said = re.findall(number, text)[-1:] + re.findall(rf"=\s*[^\d\n=-]{{0,3}}({number})", text)[-1:]
    return float(any(abs(float(n) - float(reference)) <= options.get("tolerance", 1e-6) for n in said))


def _contains(answer: str, reference: str, options: _Options) -> float:
    """The reference, or one of `options["or"]`, must stand in the answer as whole words, in at most 40 words."""
    alternatives = [reference, *options.get("or", ())]
    return float(len(answer.split()) <= 40 and any(_says(answer, text) for text in alternatives))


def _facts(answer: str, reference: str, options: _Options) -> float:
    """Share of `options["facts"]` (each a list of ways to say it) that the answer holds, for its length.

    Up to 60 % of the passage nothing is taken off; at its full length a summary is a copy and scores 0.
    """
    said, passage = _plain(answer), _plain(options["passage"])
    facts = options["facts"]
    recall = sum(any(_says(answer, way) for way in ways) for ways in facts) / len(facts)
    return recall * min(1.0, max(0.0, (1 - len(said) / len(passage)) / 0.4))


def _chrf(answer: str, reference: str, options: _Options) -> float:
    try:
        from sacrebleu.metrics.chrf import CHRF
    except ImportError:
        raise MissingExtra("the chrF score", "bench") from None
    return float(CHRF().sentence_score(answer, [reference]).score) / 100


def _correction(answer: str, reference: str, options: _Options) -> float:
    """chrF against the corrected text; the text as it was, handed back, scores 0."""
    return (
        0.0 if _plain(answer) == _plain(options["original"]) != _plain(reference) else _chrf(answer, reference, options)
    )


def _fields(answer: str, reference: str, options: _Options) -> float:
    """F1 of the fields of a JSON object, each compared as plain text."""
    wanted = json.loads(reference)
    found = _first_object(answer)
    if not found:
        return 0.0
    right = sum(_plain(str(found.get(name, ""))) == _plain(str(value)) for name, value in wanted.items())
    return 2 * right / (len(wanted) + len(found))


def _first_object(text: str) -> dict[str, Any]:
    """The first JSON object in a text."""
    decoder = json.JSONDecoder()
    for start in (m.start() for m in re.finditer(r"\{", text)):
        try:
            value, _ = decoder.raw_decode(text[start:])
        except ValueError:
            continue
        if isinstance(value, dict):
            return value
    return {}


def _tests(answer: str, reference: str, options: _Options) -> float:
    """Share of `options["tests"]` (assert statements) that the answer's code passes."""
    fenced = re.search(r"```(?:python|py)?\s*\n(.*?)(?:```|\Z)", answer, re.DOTALL)
    code = fenced[1] if fenced else answer
    return sum(passes(code, test) for test in options["tests"]) / len(options["tests"])


def _constraints(answer: str, reference: str, options: _Options) -> float:
    """Share of the constraints met; an empty answer meets none."""
    if not answer:
        return 0.0
    words = len(answer.split())
    lines = [line for line in answer.splitlines() if line.strip()]
    met: list[bool] = []
    for name, value in options.items():
        if name == "min_words":
            met.append(words >= value)
        elif name == "max_words":
            met.append(words <= value)
        elif name == "lines":
            met.append(len(lines) == value)
        elif name == "contains":
            met += [_says(answer, word) for word in value]
        elif name == "without":
            met += [not _says(answer, word) for word in value]
        elif name == "matches":
            met.append(re.search(value, answer, re.MULTILINE) is not None)
        else:
            raise ValueError(f"unknown constraint {name!r}")
    return sum(met) / len(met)


def _words(answer: str, reference: str, options: _Options) -> float:
    try:
        from jiwer import wer
    except ImportError:
        raise MissingExtra("the word error rate", "bench") from None
    return 1 - float(wer(_plain(reference), _plain(answer) or " "))


def _characters(answer: str, reference: str, options: _Options) -> float:
    try:
        from jiwer import cer
    except ImportError:
        raise MissingExtra("the character error rate", "bench") from None
    return 1 - float(cer(" ".join(reference.split()), " ".join(answer.split()) or " "))


SCORERS: Mapping[str, Scorer] = {
    "facts": Scorer("key-fact recall for its length", _facts),
    "chrf": Scorer("chrF", _chrf),
    "choice": Scorer("accuracy", _choice),
    "number": Scorer("accuracy", _number),
    "contains": Scorer("accuracy", _contains),
    "fields": Scorer("field F1", _fields),
    "tests": Scorer("tests passed", _tests),
    "correction": Scorer("chrF of the correction", _correction),
    "constraints": Scorer("constraints met", _constraints),
    "words": Scorer("word accuracy", _words),
    "heard": Scorer("word accuracy as whisper-base hears it", _words),
    "characters": Scorer("character accuracy", _characters),
}
