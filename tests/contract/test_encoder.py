"""What every encoder promises, asked of each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from turnout.encoders import CachedEncoder, Encoder, HTTPEncoder, Int8MiniLM, MiniLM, StaticEncoder, Surface

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "encoders"))
from embeddings_server import DIM, serving

TEXTS = ["The train leaves at nine.", "a", "def f(x):\n    return x", "東京 🚂", "long " * 300, "a"]


@pytest.fixture(scope="module", params=["minilm", "int8", "static", "cached", "http", "surface"])
def encoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encoder]:
    if request.param == "http":
        with serving() as server:
            yield HTTPEncoder(server.base_url, "tiny", DIM)
        return
    if request.param == "static":
        yield StaticEncoder(request.getfixturevalue("minilm_folder"), request.getfixturevalue("static_folder"))
        return
    if request.param == "int8":
        yield Int8MiniLM(request.getfixturevalue("minilm_folder"))
        return
    minilm = MiniLM(request.getfixturevalue("minilm_folder"))
    if request.param == "surface":
        yield Surface(minilm)
        return
    yield minilm if request.param == "minilm" else CachedEncoder(minilm, tmp_path_factory.mktemp("cache"))


def test_it_is_an_encoder(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.name


def test_rows_are_float32_and_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_order_is_kept_and_one_is_a_batch_of_one(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert np.allclose(encoder.encode(TEXTS), alone, atol=1e-5)
    assert np.allclose(encoder.encode(TEXTS[::-1])[::-1], alone, atol=1e-5)
    assert not np.allclose(alone[0], alone[1], atol=1e-2)


def test_the_same_texts_give_the_same_bits(encoder: Encoder) -> None:
    assert np.array_equal(encoder.encode(TEXTS), encoder.encode(TEXTS))
    assert np.allclose(encoder.encode(TEXTS)[1], encoder.encode(TEXTS)[5], atol=1e-6)


def test_the_result_can_be_changed_without_changing_the_next(encoder: Encoder) -> None:
    first = encoder.encode(TEXTS)
    kept = first.copy()
    first[:] = 0
    assert np.array_equal(encoder.encode(TEXTS), kept)


def test_no_text_gives_no_rows(encoder: Encoder) -> None:
    vectors = encoder.encode([])
    assert vectors.shape == (0, encoder.dim)
    assert vectors.dtype == np.float32


def test_empty_text_has_a_vector(encoder: Encoder) -> None:
    assert np.allclose(np.linalg.norm(encoder.encode([""]), axis=1), 1, atol=1e-5)
