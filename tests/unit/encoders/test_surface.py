"""The surface of a prompt is steady, bounded, and beside the sentence vector."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from turnout.encoders import Surface
from turnout.encoders.surface import sentence_part, surface


class Plain:
    """Every text the same vector."""

    dim = 4
    name = "plain"

    def encode(self, texts):
        return np.tile(np.array([1, 0, 0, 0], dtype=np.float32), (len(texts), 1))


@given(st.text(max_size=300))
def test_any_text_has_finite_numbers_and_a_unit_vector(text):
    assert np.isfinite(surface(text)).all()
    row = Surface(Plain()).encode([text])
    assert np.isfinite(row).all()
    np.testing.assert_allclose(np.linalg.norm(row), 1, rtol=1e-5)


@given(st.text(st.characters(max_codepoint=127), max_size=200) | st.text(max_size=60))
def test_digits_and_signs_are_counted_alike_in_ascii_and_beyond(text):
    digits = sum(c.isdigit() for c in text)
    signs = sum(not c.isalnum() and not c.isspace() for c in text)
    assert surface(text)[4:6] == [digits / max(1, len(text)), signs / max(1, len(text))]


@given(st.text(alphabet="abc DEF,", min_size=1, max_size=60))
def test_letter_case_is_not_seen(text):
    assert surface(text.lower()) == surface(text.upper().lower())


def test_layout_tells_what_the_sentence_does_not():
    code, question = Surface(Plain()).encode(["def f(x):\n    return x == 2\n" * 5, "who sings this song"])
    assert code @ question < 0.95


def test_the_sentence_vector_can_be_taken_back():
    encoder = Surface(Plain())
    both = encoder.encode(["a", "b c"])
    np.testing.assert_allclose(sentence_part(both, encoder.name), Plain().encode(["a", "b c"]), atol=1e-6)
    np.testing.assert_array_equal(sentence_part(both, "plain"), both)


def test_the_name_says_what_was_added():
    assert Surface(Plain()).name == "plain+surface1"
    assert Surface(Plain()).dim == 26
