"""The tasks Turnout knows: modality × category, with what goes in and what comes out.

A category may have subjects, written ``category/subject`` (``question-answering/physics``). Evidence on a subject
counts for the subject and for its category.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from turnout.errors import UnknownCategory, UnknownModality
from turnout.types import MODALITIES, Modality

__all__ = ["CATEGORIES", "Category", "categories_of", "parse_category", "parse_modality"]


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of task. `inputs` and `outputs` are what a model must accept and produce."""

    name: str
    modality: Modality
    title: str
    inputs: frozenset[Modality]
    outputs: frozenset[Modality] = frozenset({"text"})
    subjects: tuple[str, ...] = ()
    typical_input_tokens: int = 200  # what one request is like, when no prompt is at hand to count
    typical_output_tokens: int = 150


_TEXT: frozenset[Modality] = frozenset({"text"})
_IMAGE: frozenset[Modality] = frozenset({"text", "image"})
_AUDIO: frozenset[Modality] = frozenset({"audio"})
_VIDEO: frozenset[Modality] = frozenset({"text", "video"})

_QA_SUBJECTS = (
    "biology", "business", "chemistry", "computer-science", "economics", "engineering", "health", "history",
    "humanities", "law", "math", "other", "philosophy", "physics", "psychology", "stem",
)  # fmt: skip
_VISUAL_MATH = (
    "algebra", "analytic-geometry", "angle", "area", "arithmetic", "combinatorial-geometry", "combinatorics",
    "counting", "descriptive-geometry", "graph-theory", "length", "logic", "solid-geometry", "statistics", "topology",
    "transformation-geometry",
)  # fmt: skip

CATEGORIES: tuple[Category, ...] = (
    Category("generation", "text", "Text generation", _TEXT, subjects=("writing", "roleplay"),
             typical_input_tokens=80, typical_output_tokens=350),
    Category("summarization", "text", "Summarization", _TEXT, typical_input_tokens=600, typical_output_tokens=120),
    Category("translation", "text", "Translation", _TEXT, typical_input_tokens=120, typical_output_tokens=120),
    Category("question-answering", "text", "Question answering", _TEXT, subjects=_QA_SUBJECTS),
    Category("sentiment-analysis", "text", "Sentiment analysis", _TEXT, typical_output_tokens=5),
    Category("moderation", "text", "Content moderation", _TEXT, typical_output_tokens=20),
    Category("enhancement", "text", "Content enhancement", _TEXT, typical_output_tokens=200),
    Category("extraction", "text", "Information extraction", _TEXT, typical_input_tokens=300,
             typical_output_tokens=60),
    Category("reasoning", "text", "Reasoning and mathematics", _TEXT, subjects=("math", "logic", "common-sense"),
             typical_output_tokens=250),
    Category("code", "text", "Code", _TEXT, typical_output_tokens=300),
    Category("voice-generation", "audio", "Text to speech", _TEXT, frozenset({"audio"}),
             typical_input_tokens=40, typical_output_tokens=0),
    Category("speech-recognition", "audio", "Speech recognition", _AUDIO, typical_input_tokens=0,
             typical_output_tokens=40),
    Category("transcription", "audio", "Transcription of long or noisy audio", _AUDIO, typical_input_tokens=0,
             typical_output_tokens=200),
    Category("text-recognition", "image", "Reading the text in an image (OCR)", frozenset({"image"}),
             typical_output_tokens=120),
    Category("description", "image", "Visual description", _IMAGE),
    Category("question-answering", "image", "Questions about an image", _IMAGE, subjects=_VISUAL_MATH),
    Category("description", "video", "Video description", _VIDEO),
    Category("question-answering", "video", "Questions about a video", _VIDEO),
)  # fmt: skip

_BY_KEY = {(c.modality, c.name): c for c in CATEGORIES}


def parse_modality(text: str) -> Modality:
    """The modality called `text`; raises `UnknownModality` naming those there are."""
    for modality in MODALITIES:
        if text.strip().lower() == modality:
            return modality
    raise UnknownModality(f"unknown modality {text!r}: choose one of {', '.join(MODALITIES)}")


def categories_of(modality: Modality) -> tuple[Category, ...]:
    """All categories of a modality, in the order of the documentation."""
    return tuple(c for c in CATEGORIES if c.modality == modality)


def parse_category(modality: Modality, text: str) -> tuple[Category, str | None]:
    """`text` as (category, subject or None); raises `UnknownCategory` with the nearest names."""
    name, _, subject = text.strip().lower().replace("_", "-").replace(" ", "-").partition("/")
    category = _BY_KEY.get((modality, name))
    if category is None:
        known = [c.name for c in categories_of(modality)]
        elsewhere = [c.modality for c in CATEGORIES if c.name == name]
        near = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        if elsewhere:
            hint = f"it belongs to --modality {elsewhere[0]}. "
        raise UnknownCategory(f"unknown {modality} category {text!r}: {hint}Known: {', '.join(known)}")
    if subject and subject not in category.subjects:
        known_subjects = ", ".join(category.subjects) or "none"
        raise UnknownCategory(f"unknown subject {subject!r} of {modality} {name}: known are {known_subjects}")
    return category, subject or None
