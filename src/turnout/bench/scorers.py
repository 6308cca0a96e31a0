"""Scores in [0, 1] by rules, one metric per kind of task. A wrong answer is 0; one that cannot be read is unscored."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from turnout.bench.sandbox import passes
from turnout.bench.structured import fields_f1, first_json, items_f1, plain, valid
from turnout.errors import MissingExtra, UnreadableAnswer

__all__ = ["SCORERS", "Scorer", "score"]

_Options = Mapping[str, Any]
_SAME = 0.995  # chrF of texts that differ in nothing it sees


class _NothingFound(Exception):
    """The answer holds nothing of the kind that was asked for."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """`metric` is what the number means; `function(answer, reference, options)` gives it."""

    metric: str
    function: Callable[[str, str, _Options], float]
    needs: tuple[str, ...] = ()  # options without which it cannot score


def score(name: str, answer: str, reference: str, options: _Options, *, cut_off: bool = False) -> float:
    """The score of an answer, in [0, 1].

    Raises `UnreadableAnswer` for an empty answer, and for one cut off before a number was said or JSON was closed:
    nobody knows what would have come. A whole answer in a wrong form is a wrong answer.
    """
    answer = answer.strip()
    if not answer:
        raise UnreadableAnswer("the answer is empty")
    try:
        return min(1.0, max(0.0, SCORERS[name].function(answer, reference, options)))
    except _NothingFound as missing:
        if cut_off:
            raise UnreadableAnswer(f"cut off at the token limit before {missing}") from None
        return 0.0


def _says(text: str, words: str) -> bool:
    """Whether the words stand in the text as whole words: "late" is not in "later"."""
    return f" {plain(words)} " in f" {plain(text)} "


def _says_any(text: str, ways: Iterable[str]) -> bool:
    return any(_says(text, way) for way in ways)


def _short_enough(answer: str, options: _Options) -> bool:
    return len(answer.split()) <= int(options.get("max_words", 40))


def _choice(answer: str, reference: str, options: _Options) -> float:
    """The one of `among` said first (with `last`: last), as a whole word, must be the reference.

    Of names that begin at the same place the longest is meant: "very good" is not "good".
    """
    among = options["among"]
    found = _letters(answer, among) if all(len(name) == 1 for name in among) else _names(answer, among)
    if not found:
        return 0.0  # also when it was cut off: who was asked for one word need not be heard out
    chosen = max(found) if options.get("last") else min(found)
    return float(plain(chosen[1]) == plain(reference))


def _names(answer: str, among: Sequence[str]) -> list[tuple[int, str]]:
    """Where each name stands, but for those within a longer one."""
    said = plain(answer)
    matches = [(m, name) for name in among for m in re.finditer(rf"\b{re.escape(plain(name))}\b", said)]
    spans = {m.span() for m, _ in matches}
    return [
        (m.start(), name)
        for m, name in matches
        if not any(start <= m.start() and m.end() <= end and (start, end) != m.span() for start, end in spans)
    ]


def _letters(answer: str, among: Sequence[str]) -> list[tuple[int, str]]:
    """Where each letter stands for a choice: as a capital, or in the form "c)", or alone; an article is no choice."""
    found = []
    for name in among:
        letter = re.escape(name.upper())
        pattern = rf"(?<![\w'’])(?:{letter}(?![\w'’])(?! [a-z])|{letter.lower()}(?=[).\]:])|^\W*{letter}\W*$)"
        found += [(m.start(), name) for m in re.finditer(pattern, answer)]
    return found or [(0, name) for name in among if plain(answer) == plain(name)]


def _number(answer: str, reference: str, options: _Options) -> float:
    """The last number of the answer, or the one behind its last "=", must be the reference ("4 = 4 in 2 boxes")."""
    text = re.sub(r"(?<=\d)[,\u202f\u00a0'](?=\d{3}\b)", "", answer).replace("\u2212", "-")
    number = r"(?<![\d.])-?(?:\d+(?:\.\d+)?|\.\d+)"
    said = []
    for reading in (text, re.sub(r"(?<=\d),(?=\d)", ".", text)):  # "7,50" is seven and a half to many
        said += re.findall(number, reading)[-1:] + re.findall(rf"=\s*[^\d\n=-]{{0,3}}({number})", reading)[-1:]
    if not said:
        raise _NothingFound("a number was said")
    return float(any(abs(float(n) - float(reference)) <= options.get("tolerance", 1e-6) for n in said))


def _exact(answer: str, reference: str, options: _Options) -> float:
    return float(plain(answer) in {plain(text) for text in (reference, *options.get("or", ()))})


def _contains(answer: str, reference: str, options: _Options) -> float:
    """The reference, or one of `or`, must stand in a short answer as whole words."""
    return float(_short_enough(answer, options) and _says_any(answer, (reference, *options.get("or", ()))))


def _all(answer: str, reference: str, options: _Options) -> float:
    """Every one of `all`, each a list of ways to say it."""
    return float(_short_enough(answer, options) and all(_says_any(answer, ways) for ways in options["all"]))


def _facts(answer: str, reference: str, options: _Options) -> float:
    """Share of `facts` (each a list of ways to say it) that the answer holds, for its length.

    Up to 60 % of the passage nothing is taken off; at its full length a summary is a copy and scores 0.
    """
    said, passage = plain(answer), plain(options["passage"])
    facts = options["facts"]
    recall = sum(_says_any(answer, ways) for ways in facts) / len(facts)
    return recall * min(1.0, max(0.0, (1 - len(said) / len(passage)) / 0.4))


def _chrf(answer: str, reference: str, options: _Options) -> float:
    try:
        from sacrebleu.metrics.chrf import CHRF
    except ImportError:
        raise MissingExtra("the chrF score", "bench") from None
    # The best of several: a translator is not wrong for having chosen the second.
    metric = CHRF()
    return max(float(metric.sentence_score(answer, [text]).score) for text in _references(reference, options)) / 100


def _bleu(answer: str, reference: str, options: _Options) -> float:
    try:
        from sacrebleu.metrics.bleu import BLEU
    except ImportError:
        raise MissingExtra("the BLEU score", "bench") from None
    # One sentence may have no four words in a row in common, or not have four.
    return float(BLEU(effective_order=True).sentence_score(answer, _references(reference, options)).score) / 100


def _rouge(answer: str, reference: str, options: _Options) -> float:
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError:
        raise MissingExtra("the ROUGE score", "bench") from None
    metric = RougeScorer(["rougeL"])
    return max(float(metric.score(text, answer)["rougeL"].fmeasure) for text in _references(reference, options))


def _references(reference: str, options: _Options) -> Sequence[str]:
    return [reference, *options.get("references", ())]


def _correction(answer: str, reference: str, options: _Options) -> float:
    """How far the text came from the original to the corrected one, by chrF: the original handed back scores 0."""
    before, after = (_chrf(text, reference, options) for text in (options["original"], answer))
    # Where original and correction differ in spaces or case alone, chrF sees hardly any difference.
    if before > _SAME:
        return float(_squeezed(answer) in {_squeezed(text) for text in _references(reference, options)})
    return (after - before) / (1 - before)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _fields(answer: str, reference: str, options: _Options) -> float:
    """F1 of the fields of a JSON object."""
    found = first_json(answer)
    if found is None:
        raise _NothingFound("a JSON object was closed")
    return fields_f1(found, json.loads(reference), options.get("or", {})) if isinstance(found, dict) else 0.0


def _schema(answer: str, reference: str, options: _Options) -> float:
    """As `_fields`, and 0 for JSON that does not keep to the schema."""
    found = first_json(answer)
    return _fields(answer, reference, options) if found is None or valid(found, options["schema"]) else 0.0


def _items(answer: str, reference: str, options: _Options) -> float:
    return items_f1(answer, json.loads(reference), options.get("or", {}))


def _tests(answer: str, reference: str, options: _Options) -> float:
    """Share of `tests` (assert statements) that the answer's code passes."""
    fenced = re.search(r"```(?:python|py)?\s*\n(.*?)(?:```|\Z)", answer, re.DOTALL)
    code = fenced[1] if fenced else answer
    return sum(passes(code, test) for test in options["tests"]) / len(options["tests"])


def _constraints(answer: str, reference: str, options: _Options) -> float:
    """Share of the constraints met."""
    met = [held for name, value in options.items() for held in CONSTRAINTS[name](answer, value)]
    return sum(met) / len(met)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


CONSTRAINTS: Mapping[str, Callable[[str, Any], list[bool]]] = {
    "min_words": lambda answer, n: [len(answer.split()) >= n],
    "max_words": lambda answer, n: [len(answer.split()) <= n],
    "lines": lambda answer, n: [len(_lines(answer)) == n],
    "sentences": lambda answer, n: [len(re.findall(r"[.!?…]+(?=\s|[\"'”’)]|$)", answer)) == n],
    "paragraphs": lambda answer, n: [len([p for p in re.split(r"\n\s*\n", answer.strip()) if p.strip()]) == n],
    "contains": lambda answer, words: [_says(answer, word) for word in words],
    "without": lambda answer, words: [not _says(answer, word) for word in words],
    "matches": lambda answer, pattern: [re.search(pattern, answer, re.MULTILINE) is not None],
    "starts": lambda answer, text: [plain(answer).startswith(plain(text))],
    "ends": lambda answer, text: [plain(answer).endswith(plain(text))],
}


def _words(answer: str, reference: str, options: _Options) -> float:
    """Of what was said, not how it is spelled: "forty two" is "42", "harbour" is "harbor", as Whisper's authors do."""
    try:
        from jiwer import wer
    except ImportError:
        raise MissingExtra("the word error rate", "bench") from None
    normal = _spoken(options.get("language", "en"))
    return 1 - float(wer(normal(reference).strip(), normal(answer).strip() or " "))


@cache
def _spoken(language: str) -> Callable[[str], str]:
    try:
        from whisper_normalizer.basic import BasicTextNormalizer
        from whisper_normalizer.english import EnglishTextNormalizer
    except ImportError:
        raise MissingExtra("the word error rate", "bench") from None
    normal: Callable[[str], str] = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
    return normal


def _characters(answer: str, reference: str, options: _Options) -> float:
    try:
        from jiwer import cer
    except ImportError:
        raise MissingExtra("the character error rate", "bench") from None
    return 1 - float(cer(_squeezed(reference), _squeezed(answer) or " "))


SCORERS: Mapping[str, Scorer] = {
    "choice": Scorer("accuracy", _choice, ("among",)),
    "number": Scorer("accuracy", _number),
    "exact": Scorer("accuracy", _exact),
    "contains": Scorer("accuracy", _contains),
    "all": Scorer("accuracy", _all, ("all",)),
    "facts": Scorer("key-fact recall for its length", _facts, ("facts", "passage")),
    "chrf": Scorer("chrF", _chrf),
    "bleu": Scorer("BLEU", _bleu),
    "rouge": Scorer("ROUGE-L", _rouge),
    "correction": Scorer("share of the correction made", _correction, ("original",)),
    "fields": Scorer("field F1", _fields),
    "schema": Scorer("field F1", _schema, ("schema",)),
    "items": Scorer("item F1", _items),
    "tests": Scorer("tests passed", _tests, ("tests",)),
    "constraints": Scorer("constraints met", _constraints),
    "words": Scorer("word accuracy", _words),
    "heard": Scorer("word accuracy as whisper-base hears it", _words),
    "characters": Scorer("character accuracy", _characters),
}
