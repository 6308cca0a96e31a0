"""The static encoder: it is the tokenizer's, it is near MiniLM, it is fast, and it is distilled once, whole or not."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from make_minilm_reference import TEXTS

from turnout.datasets import load
from turnout.encoders import MiniLM, StaticEncoder, static
from turnout.encoders.distil import compose, distil, refit
from turnout.encoders.minilm import open_tokenizer, token_ids
from turnout.errors import StoreError, WeightsError

LANGUAGES = [
    "Der Zug fährt um neun.", "Le train part à neuf heures.", "El tren sale a las nueve.", "Поезд отходит в девять.",
    "列车九点开。", "電車は九時に出ます。", "기차는 아홉 시에 출발합니다.", "ट्रेन नौ बजे निकलती है।",
    "القطار يغادر في التاسعة.", "Το τρένο φεύγει στις εννέα.", "הרכבת יוצאת בתשע.", "รถไฟออกเก้าโมง",
]  # fmt: skip
ODD = [
    "", " \t\n", "\0\x01\x7f", "a\x0bb c\x1cd", "\U0010ffff\ue000", "🚂" * 300, "[MASK] or [mask] [SEP]",
    "bad \ud83d end",
    "x" * 101 + " y", "\u200b\ufeff", "naïve CAFÉ ﬁ ½", "don't-stop_me@now.com/a?b=c#d", "a" * 9000, "word " * 5000,
]  # fmt: skip


@pytest.fixture(scope="module")
def encoder(minilm_folder: Path, static_folder: Path) -> StaticEncoder:
    return StaticEncoder(minilm_folder, static_folder)


@pytest.fixture(scope="module")
def tokenizer(minilm_folder: Path):
    return open_tokenizer(minilm_folder / "tokenizer.json")


@pytest.mark.parametrize("text", TEXTS + LANGUAGES + ODD, ids=lambda text: ascii(text[:12]))
def test_tokens_are_the_tokenizers(encoder, tokenizer, text):
    assert list(encoder._load().ids(text)) == token_ids(tokenizer, text)


@given(st.text(st.characters(max_codepoint=0x17F), max_size=60) | st.from_regex(r"[ -~\n]{0,200}", fullmatch=True))
@example("[UNK]")
@example("~`^|")
def test_tokens_are_the_tokenizers_for_any_text(encoder, tokenizer, text):
    assert list(encoder._load().ids(text)) == token_ids(tokenizer, text)


def test_any_text_has_a_vector_of_length_one_and_the_same_bits_in_every_batch(encoder):
    texts = TEXTS + LANGUAGES + ODD
    together = encoder.encode(texts)
    assert np.isfinite(together).all()
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.array_equal(together, np.concatenate([encoder.encode([text]) for text in texts]))
    assert np.array_equal(together[::-1], encoder.encode(texts[::-1]))


def test_texts_beyond_256_tokens_are_cut_there(encoder):
    full, beyond, short = encoder.encode(["train word " * 127, "train word " * 127 + "zebra " * 500, "train"])
    assert np.array_equal(full, beyond)
    assert not np.allclose(full, short, atol=1e-3)


def test_it_finds_the_neighbours_that_minilm_finds(encoder, minilm_folder, data_dir):
    prompts = load("llmrouter", data_dir).take(np.arange(0, 5160, 60)).prompts
    ours, theirs = encoder.encode(prompts), MiniLM(minilm_folder).encode(prompts)
    assert np.sum(ours * theirs, axis=1).mean() > 0.55
    pairs = np.triu_indices(len(prompts), 1)
    assert np.corrcoef((ours @ ours.T)[pairs], (theirs @ theirs.T)[pairs])[0, 1] > 0.5


def test_a_prompt_takes_a_fraction_of_minilms_time(encoder, minilm_folder):
    text = "The passengers who wait at the station want to know when the next train leaves. " * 6
    minilm = MiniLM(minilm_folder, threads=1)

    def fastest(subject) -> float:
        subject.encode([text])
        times = []
        for _ in range(10):
            start = time.perf_counter()
            subject.encode([text])
            times.append(time.perf_counter() - start)
        return min(times)

    assert fastest(encoder) < fastest(minilm) / 20


def small_vocabulary(minilm_folder, words: int) -> dict[str, int]:
    """The first words of MiniLM's vocabulary."""
    vocabulary = open_tokenizer(minilm_folder / "tokenizer.json").get_vocab()
    return {word: i for word, i in vocabulary.items() if i < vocabulary["the"] + words}


@pytest.fixture(scope="module")
def few(minilm_folder) -> Callable[..., np.ndarray]:
    """A distillation of seconds: few tokens, few texts, the rest as always."""

    def distilled(minilm, vocabulary, on_progress=lambda done, total: None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("turnout.encoders.distil._TOPICS", 10)
            return distil(minilm, small_vocabulary(minilm_folder, 250), on_progress)

    return distilled


@pytest.fixture(scope="module")
def one_table(few, minilm_folder) -> np.ndarray:
    return few(MiniLM(minilm_folder), {})


@pytest.fixture
def quick(monkeypatch, one_table):
    """What is kept and when, without waiting for MiniLM each time."""

    def again(minilm, vocabulary, on_progress):
        on_progress(1, 2)
        on_progress(2, 2)
        return one_table.copy()

    monkeypatch.setattr(static, "distil", again)


def test_distilling_twice_gives_the_same_bits_and_shows_how_far_it_is(few, one_table, minilm_folder):
    seen: list[tuple[int, int]] = []
    again = few(MiniLM(minilm_folder, threads=3), {}, lambda done, total: seen.append((done, total)))
    assert np.array_equal(again, one_table)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert {total for _, total in seen} == {seen[-1][0]}


def test_distilling_is_done_once(quick, minilm_folder, tmp_path):
    seen: list[int] = []
    first = StaticEncoder(minilm_folder, tmp_path, lambda done, total: seen.append(done))
    vectors = first.encode(["the and of to"])
    assert seen == [1, 2]
    assert {file.suffix for file in tmp_path.iterdir()} <= {".npz", ".lock"}
    stamp = first.path.stat().st_mtime_ns
    again = StaticEncoder(minilm_folder, tmp_path, lambda done, total: seen.append(done))
    assert np.array_equal(again.encode(["the and of to"]), vectors)
    assert seen == [1, 2]
    assert first.path.stat().st_mtime_ns == stamp


@pytest.mark.parametrize("when", ["distilling", "writing"])
def test_an_interrupted_distillation_leaves_nothing(quick, minilm_folder, tmp_path, monkeypatch, when):
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def half(file, **arrays) -> None:
        file.write(b"half")
        stop()

    encoder = StaticEncoder(minilm_folder, tmp_path, stop if when == "distilling" else None)
    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", half)
        with pytest.raises(KeyboardInterrupt):
            encoder.encode(["the"])
    assert {file.suffix for file in tmp_path.iterdir()} <= {".lock"}
    (tmp_path / f"{encoder.path.stem}-killed.part").write_bytes(b"half")
    assert StaticEncoder(minilm_folder, tmp_path).encode(["the"]).shape == (1, 384)
    assert {file.suffix for file in tmp_path.iterdir()} <= {".npz", ".lock"}


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "noise"])
def test_a_damaged_table_is_made_again(quick, minilm_folder, tmp_path, damage):
    encoder = StaticEncoder(minilm_folder, tmp_path)
    vectors = encoder.encode(["the and of"])
    whole = encoder.path.read_bytes()
    if damage == "other":
        np.savez(encoder.path, values=np.zeros((5, 3), np.int8), scales=np.zeros(5, np.float32))
    else:
        middle = len(whole) // 3
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        encoder.path.write_bytes({"cut": whole[:middle], "flipped": flipped, "noise": b"\xff" * 99}[damage])
    assert np.array_equal(StaticEncoder(minilm_folder, tmp_path).encode(["the and of"]), vectors)
    assert encoder.path.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_one_clear_error(quick, minilm_folder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be kept") as caught:
        StaticEncoder(minilm_folder, tmp_path / "file").encode(["the"])
    assert "\n" not in str(caught.value)


def test_nothing_is_read_before_the_first_text(tmp_path):
    encoder = StaticEncoder(tmp_path / "absent", tmp_path / "cache")
    assert encoder.encode([]).shape == (0, 384)
    assert not (tmp_path / "cache").exists()
    with pytest.raises(WeightsError, match="absent"):
        encoder.encode(["text"])


def test_composed_texts_are_tokens_between_cls_and_sep_about_one_topic_each(minilm_folder):
    vocabulary = small_vocabulary(minilm_folder, 3000)
    vectors = np.random.default_rng(1).normal(size=(max(vocabulary.values()) + 1, 8))
    texts = compose(vocabulary, vectors)
    assert texts == compose(vocabulary, vectors)
    assert texts != compose(vocabulary, vectors, seed=1)
    assert {text[0] for text in texts} == {vocabulary["[CLS]"]}
    assert {text[-1] for text in texts} == {vocabulary["[SEP]"]}
    assert 20 < np.mean([len(text) for text in texts]) < 35
    assert max(len(text) for text in texts) <= 122
    assert set().union(*texts) <= set(vocabulary.values())


def test_the_refit_is_the_ridge_solution():
    """Against the normal equations, solved directly."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(30, 4)).astype(np.float32)
    texts = [rng.integers(0, 25, size=rng.integers(2, 9)).tolist() for _ in range(60)]
    mean = np.stack([np.bincount(text, minlength=30) / len(text) for text in texts])
    targets = (mean @ rng.normal(size=(30, 4))).astype(np.float32)
    found = refit(table, texts, targets)
    before = mean @ table
    scaled = table * (before * targets).sum() / (before**2).sum()
    penalty = 0.3 * (mean**2).sum() / len(texts)
    expected = scaled + np.linalg.solve(mean.T @ mean + penalty * np.eye(30), mean.T @ (targets - mean @ scaled))
    assert np.allclose(found, expected, atol=1e-3)
    assert np.allclose(found[25:], scaled[25:], atol=1e-5), "tokens that no text has keep their direction"
