"""What a sentence encoder loses: how long a prompt is, how it is laid out, what signs and kinds of question it has."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from turnout.encoders.protocol import Encoder
from turnout.types import Array

__all__ = ["Surface", "sentence_part", "surface"]

_WEIGHT = 0.6  # of the surface beside the sentence vector, whose length is 1
_OPTIONS = re.compile(r"\b[A-D][.)]")
_NUMBERS = re.compile(r"\d+")
_QUESTIONS = ("what", "who", "when", "where", "how", "why", "which")
# Mean and spread of each number over 3,842 prompts, at most 600 from each of eight public data sets. Scales only: no
# outcome was looked at.
_MEAN = np.array([
    5.429, 3.746, 1.011, 0.56, 0.034, 0.069, 0.262, 0.387, 0.765, 0.185, 0.089, 0.341, 1.619, 0.01, 0.035, 0.183, 0.058,
    0.213, 0.095, 0.179, 0.683, 0.791,
])  # fmt: skip
_SPREAD = np.array([
    0.901, 0.854, 1.047, 0.118, 0.047, 0.059, 0.646, 0.865, 0.893, 0.476, 0.378, 0.681, 1.67, 0.099, 0.184, 0.387,
    0.234, 0.41, 0.293, 0.383, 0.798, 0.152,
])  # fmt: skip
_ASCII = [chr(code) for code in range(128)]
_DIGITS = "".join(c for c in _ASCII if c.isdigit()).encode()
_NO_SIGNS = "".join(c for c in _ASCII if c.isalnum() or c.isspace()).encode()
_SUFFIX = "+surface1"
_FARTHEST = 3.0  # spreads: one odd sign must not outweigh the sentence


def surface(text: str) -> list[float]:
    """Lengths, signs and kinds of question. Not letter case nor final punctuation: both change without any meaning."""
    words, lower = text.split(), text.lower()
    letters, count = max(1, len(text)), max(1, len(words))
    digits, signs = _digits_and_signs(text)
    return [
        math.log1p(len(text)),
        math.log1p(len(words)),
        math.log1p(text.count("\n")),
        letters / count / 10,
        digits / letters,
        signs / letters,
        *(math.log1p(text.count(sign)) for sign in '\\$,(="'),
        math.sqrt(len(_NUMBERS.findall(text))),
        float("def " in lower),
        float("function" in lower),
        float("how many" in lower),
        float("how much" in lower),
        float("which" in lower),
        float("not" in words),
        float(lower.startswith(_QUESTIONS)),
        math.log1p(len(_OPTIONS.findall(text))),
        len(set(lower.split())) / count,
    ]


def _digits_and_signs(text: str) -> tuple[int, int]:
    if text.isascii():  # bytes are told apart a hundred times faster than characters
        raw = text.encode()
        return len(raw) - len(raw.translate(None, _DIGITS)), len(raw.translate(None, _NO_SIGNS))
    digits = sum(c.isdigit() for c in text)
    return digits, sum(not c.isalnum() and not c.isspace() for c in text)


def sentence_part(vectors: Array, encoder: str) -> Array:
    """Unit rows of the sentence alone, from rows (n, dim) that the encoder of that name gave."""
    if not encoder.endswith(_SUFFIX):
        return vectors
    inner = vectors[:, : -len(_MEAN)]
    own: Array = inner / np.maximum(np.linalg.norm(inner, axis=1, keepdims=True), 1e-12)
    return own


class Surface:
    """The vector of `inner` and, beside it, the surface of the text; unit rows."""

    def __init__(self, inner: Encoder) -> None:
        self.inner = inner

    @property
    def dim(self) -> int:
        """That of the inner encoder and of the surface."""
        return self.inner.dim + len(_MEAN)

    @property
    def name(self) -> str:
        """The inner encoder's name and the version of these features."""
        return self.inner.name + _SUFFIX

    def encode(self, texts: Sequence[str]) -> Array:
        """Vectors of `texts`: float32, shape (n, dim), unit rows."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        scaled = (np.array([surface(text) for text in texts]) - _MEAN) / _SPREAD
        beside = np.minimum(np.maximum(scaled, -_FARTHEST), _FARTHEST) * (_WEIGHT / math.sqrt(len(_MEAN)))
        joined = np.concatenate([self.inner.encode(texts), beside], axis=1)
        unit: Array = (joined / np.sqrt((joined * joined).sum(axis=1, keepdims=True))).astype(np.float32)
        return unit
