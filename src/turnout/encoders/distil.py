"""A table of token vectors whose sum points where MiniLM would: distilled on this machine, from MiniLM alone.

Two steps. As in model2vec (Tulkens & van Dongen 2024), each token of the vocabulary goes through MiniLM by itself, the
mean is removed, and tokens are weighted by smooth inverse frequency (Arora et al. 2017), frequencies by Zipf's law:
BERT's vocabulary is ordered by them. Then, as in its successor tokenlearn, the table is refitted so that a text's mean
token vector equals MiniLM's vector of the text. tokenlearn reads a corpus; here the texts are composed from the
vocabulary (words near a topic's, common words, punctuation), so that every machine learns from the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from turnout.encoders.minilm import MiniLM
from turnout.types import Array

__all__ = ["RECIPE", "compose", "distil", "refit", "weighted"]

RECIPE = 1  # part of the static encoder's name: raise it whenever the table would come out otherwise

_TOPICS, _TEXTS_PER_TOPIC = 2000, 4
_NEAR = 200  # words that belong to a topic
_COMMON = 150  # the vocabulary's most frequent words
_LENGTH, _LONGEST = 25, 120  # tokens: near the mean, and at most
_SIF = 3e-5
_PENALTY = 0.3  # of the refit, in units of the mean squared length of a row of weights
_STEPS = 20  # of conjugate gradients; the residual is then below a ten-thousandth
_CHUNK = 256  # texts between two reports of progress
_PUNCTUATION = ".,.,.,?:;()'\"-!/=+*$%<>[]{}_&#@"
_SINGLE = "abcdefghijklmnopqrstuvwxyz0123456789"


def distil(
    minilm: MiniLM, vocabulary: Mapping[str, int], on_progress: Callable[[int, int], None] = lambda done, total: None
) -> Array:
    """The table: float32, shape (tokens in the vocabulary, 384). `on_progress` gets (texts done, texts in all)."""
    alone = [[vocabulary["[CLS]"], token, vocabulary["[SEP]"]] for token in range(max(vocabulary.values()) + 1)]
    total = len(alone) + _TOPICS * _TEXTS_PER_TOPIC
    vectors = _encode(minilm, alone, lambda done: on_progress(done, total))
    texts = compose(vocabulary, vectors)
    targets = _encode(minilm, texts, lambda done: on_progress(len(alone) + done, total))
    # To MiniLM all composed texts have something in common, which real texts have not: it goes, with the mean.
    return refit(weighted(vectors), texts, targets - targets.mean(axis=0))


def _encode(minilm: MiniLM, texts: Sequence[Sequence[int]], report: Callable[[int], None]) -> Array:
    parts = []
    for start in range(0, len(texts), _CHUNK):
        parts.append(minilm.encode_ids(texts[start : start + _CHUNK]))
        report(min(start + _CHUNK, len(texts)))
    return np.concatenate(parts)


def weighted(vectors: Array) -> Array:
    """The tokens' own vectors without their mean, times a / (a + p), with p each token's frequency by Zipf's law."""
    frequency = 1 / np.arange(2.0, len(vectors) + 2)
    weights = _SIF / (_SIF + frequency / frequency.sum())
    table: Array = (vectors - vectors.mean(axis=0)) * weights[:, None].astype(np.float32)
    return table


def compose(vocabulary: Mapping[str, int], vectors: Array, seed: int = 0) -> list[list[int]]:
    """Texts as token ids, [CLS] and [SEP] included. `vectors` are the tokens' own, by which words find their topic."""
    first, last = vocabulary["[CLS]"], vocabulary["[SEP]"]
    # From "the" on the vocabulary lists words by frequency; before it are single characters and unused tokens.
    words = np.array(
        sorted(i for word, i in vocabulary.items() if i >= vocabulary["the"] and re.fullmatch("(##)?[a-z0-9]+", word))
    )
    frequency = 1 / np.arange(2.0, len(words) + 2)
    punctuation = [vocabulary[character] for character in _PUNCTUATION]
    single = [vocabulary[character] for character in _SINGLE]
    common, general = _cumulative(frequency[:_COMMON]), _cumulative(frequency**0.6)
    own = vectors[words] - vectors[words].mean(axis=0)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    # Uniform draws alone: their stream is the same in every numpy, that of `choice` need not be.
    uniform = np.random.default_rng(seed).random
    texts = []
    topics = (uniform(_TOPICS) * len(words)).astype(int)
    for near in _nearest(own, topics):
        nearby = _cumulative(frequency[near] ** 0.3)
        for _ in range(_TEXTS_PER_TOPIC):
            length = int(np.clip(np.log1p(-uniform()) / np.log(1 - 1 / _LENGTH), 2, _LONGEST))
            text = [first]
            for kind, place in uniform((length, 2)):
                if kind < 0.3:
                    text.append(int(words[near[np.searchsorted(nearby, place)]]))
                elif kind < 0.45:
                    text.append(int(words[np.searchsorted(general, place)]))
                elif kind < 0.8:
                    text.append(int(words[np.searchsorted(common, place)]))
                elif kind < 0.95:
                    text.append(punctuation[int(place * len(punctuation))])
                else:
                    text.append(single[int(place * len(single))])
            texts.append([*text, last])
    return texts


def _nearest(vectors: Array, rows: Array) -> Iterator[Array]:
    """For each of `rows` the `_NEAR` rows of highest cosine, itself included, in rising order."""
    for start in range(0, len(rows), _CHUNK):
        for cosines in vectors[rows[start : start + _CHUNK]] @ vectors.T:
            yield np.sort(np.argpartition(-cosines, _NEAR)[:_NEAR])


def refit(table: Array, texts: Sequence[Sequence[int]], targets: Array) -> Array:
    """Ridge regression towards `table`: the mean token vector of each text is to equal its target, (n, dim).

    By conjugate gradients on the normal equations, all columns at once, each token scaled by how much texts say of it.
    Tokens that occur in no text keep their direction.
    """
    mean = _means(texts, len(table))
    transposed = mean.T.tocsr()
    squares = mean.multiply(mean)
    penalty = np.float32(_PENALTY * squares.sum() / len(texts))
    scale = 1 / (np.asarray(squares.sum(axis=0), dtype=np.float32).T + penalty)  # (tokens, 1)
    before = mean @ table
    fitted: Array = table * np.float32((before * targets).sum() / (before**2).sum())
    residual: Array = transposed @ (targets - mean @ fitted)
    scaled = scale * residual
    direction = scaled.copy()
    length = (residual * scaled).sum(axis=0)
    for _ in range(_STEPS):
        image = transposed @ (mean @ direction) + penalty * direction
        step = length / np.maximum((direction * image).sum(axis=0), np.float32(1e-30))
        fitted += step * direction
        residual -= step * image
        scaled = scale * residual
        shorter = (residual * scaled).sum(axis=0)
        direction = scaled + shorter / np.maximum(length, np.float32(1e-30)) * direction
        length = shorter
    return fitted


def _means(texts: Sequence[Sequence[int]], size: int) -> Any:
    """Sparse (n, size) rows that sum to 1: a text's tokens, each as often as it occurs."""
    from scipy import sparse

    lengths = np.array([len(text) for text in texts])
    values = np.repeat((1 / lengths).astype(np.float32), lengths)
    columns = np.concatenate([np.asarray(text, dtype=np.int32) for text in texts])
    rows = sparse.csr_matrix((values, columns, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(texts), size))
    rows.sum_duplicates()
    return rows


def _cumulative(weights: Array) -> Array:
    total = np.cumsum(weights)
    total /= total[-1]
    total[-1] = 1.0
    return total
