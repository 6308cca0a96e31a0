from __future__ import annotations

import pytest

from turnout.categories import CATEGORIES, parse_category, parse_modality
from turnout.errors import UnknownCategory, UnknownModality


def test_every_category_parses_back_to_itself():
    for category in CATEGORIES:
        for subject in (None, *category.subjects):
            text = category.name if subject is None else f"{category.name}/{subject}"
            assert parse_category(category.modality, text) == (category, subject)


def test_spelling_is_forgiven():
    assert parse_category("text", " Question_Answering/Physics ")[1] == "physics"


@pytest.mark.parametrize(
    ("modality", "text", "hint"),
    [
        ("text", "sumarization", "did you mean summarization"),
        ("text", "speech-recognition", "it belongs to --modality audio"),
        ("text", "question-answering/alchemy", "unknown subject 'alchemy'"),
        ("video", "nonsense", "Known: description, question-answering"),
    ],
)
def test_an_unknown_category_says_what_is_known(modality, text, hint):
    with pytest.raises(UnknownCategory, match=hint):
        parse_category(modality, text)


def test_an_unknown_modality_says_what_is_known():
    with pytest.raises(UnknownModality, match="text, image, audio, video"):
        parse_modality("smell")
