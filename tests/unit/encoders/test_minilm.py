"""MiniLM against vectors that torch computed in float64, and what a damaged weights folder gives."""

from __future__ import annotations

import resource
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from make_minilm_reference import TEXTS

from turnout.encoders.minilm import Int8MiniLM, MiniLM, _batches, token_ids
from turnout.encoders.minilm_graph import cached_graph, read_safetensors
from turnout.errors import WeightsError

REFERENCE = Path(__file__).with_name("minilm_reference.npz")


@pytest.fixture(scope="module")
def encoder(minilm_folder: Path) -> MiniLM:
    return MiniLM(minilm_folder)


def test_vectors_equal_the_reference(encoder: MiniLM) -> None:
    reference = np.load(REFERENCE)["vectors"]
    vectors = encoder.encode(TEXTS)
    cosine = np.sum(vectors.astype(np.float64) * reference, axis=1)
    assert cosine.min() > 0.99999
    assert np.abs(vectors - reference).max() < 1e-5


def test_texts_beyond_256_tokens_are_cut_there(encoder: MiniLM) -> None:
    full, beyond, short = encoder.encode(["word " * 254, "word " * 5000, "word " * 100])
    assert np.array_equal(full, beyond)
    assert not np.allclose(full, short, atol=1e-3)


@pytest.mark.parametrize(
    "text",
    ["train " * 20_000, "x" * 20_000, "word " * 200 + " " * 20_000 + "end", "é́" * 10_000, "a" * 8191 + "bc " * 9000],
    ids=["words", "one word", "blank middle", "combining", "word at the cut"],
)
def test_tokens_of_the_beginning_are_those_of_the_whole(encoder: MiniLM, text: str) -> None:
    tokenizer, _ = encoder._load()
    assert token_ids(tokenizer, text) == list(tokenizer.encode(text).ids)


def test_a_megabyte_takes_no_longer_than_its_first_pages(encoder: MiniLM) -> None:
    encoder.encode(["warm"])
    start = time.perf_counter()
    encoder.encode(["the train leaves at nine " * 330])
    pages = time.perf_counter() - start
    start = time.perf_counter()
    encoder.encode(["the train leaves at nine " * 42_000])
    assert time.perf_counter() - start < 5 * pages + 0.2


def test_half_a_surrogate_pair_does_not_stop_a_batch(encoder: MiniLM) -> None:
    assert np.isfinite(encoder.encode(["fine", "bad \ud83d end"])).all()


def test_threads_change_nothing(minilm_folder: Path, encoder: MiniLM) -> None:
    assert np.allclose(MiniLM(minilm_folder, threads=1).encode(TEXTS), MiniLM(minilm_folder, threads=3).encode(TEXTS))


def test_batches_hold_every_row_once_and_little_padding() -> None:
    lengths = [3, 256, 200, 5, 5, 90, 1, 300]
    batches = list(_batches(lengths, 256))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= 256 for batch in batches)


def test_rounded_to_bytes_a_text_stays_near_and_alone(minilm_folder: Path) -> None:
    reference = np.load(REFERENCE)["vectors"]
    encoder = Int8MiniLM(minilm_folder)
    vectors = encoder.encode(TEXTS)
    cosine = np.sum(vectors * reference, axis=1)
    assert cosine.mean() > 0.985
    assert cosine.min() > 0.95  # of one sentence over and over
    # To the bit: a scale that other texts share would show.
    assert np.array_equal(vectors, np.concatenate([encoder.encode([text]) for text in TEXTS]))
    assert np.array_equal(vectors, Int8MiniLM(minilm_folder, threads=3).encode(TEXTS))
    assert encoder.name != MiniLM.name


def test_bytes_take_half_the_time_and_a_quarter_of_the_file(minilm_folder: Path, encoder: MiniLM) -> None:
    text = ["The train to the coast leaves at nine, and the last one back is at ten past eleven."]
    rounded = Int8MiniLM(minilm_folder)
    seconds: dict[str, list[float]] = {}
    for _ in range(40):  # in turns: what else the machine does meets both alike
        for subject in (encoder, rounded):
            start = time.perf_counter()
            subject.encode(text)
            seconds.setdefault(subject.name, []).append(time.perf_counter() - start)
    assert min(seconds[rounded.name]) < 0.6 * min(seconds[encoder.name])
    sizes = [Path(str(cached_graph(minilm_folder, precision))).stat().st_size for precision in ("fp32", "int8")]
    assert 4 * sizes[1] < 1.1 * sizes[0]


def test_nothing_is_read_before_the_first_text(tmp_path: Path) -> None:
    encoder = MiniLM(tmp_path / "absent")
    assert encoder.dim == 384
    assert encoder.encode([]).shape == (0, 384)
    with pytest.raises(WeightsError, match="absent"):
        encoder.encode(["text"])


def test_the_graph_is_written_once_per_weights(minilm_folder: Path, tmp_path: Path) -> None:
    shutil.copy(minilm_folder / "model.safetensors", tmp_path)
    first = cached_graph(tmp_path)
    (written,) = tmp_path.glob("*.onnx")
    stamp = written.stat().st_mtime_ns
    assert cached_graph(tmp_path) == first == written
    assert written.stat().st_mtime_ns == stamp
    assert len(list(tmp_path.iterdir())) == 2, "a temporary file was left behind"


@pytest.mark.parametrize("kind", [MiniLM, Int8MiniLM])
def test_where_no_file_can_be_kept_the_graph_is_used_from_memory(
    minilm_folder: Path, tmp_path: Path, kind: type[MiniLM]
) -> None:
    for name in ("model.safetensors", "tokenizer.json"):
        shutil.copy(minilm_folder / name, tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))  # as on a disk that is full
    try:
        vectors = kind(tmp_path).encode(["text"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert np.array_equal(vectors, kind(minilm_folder).encode(["text"]))
    assert len(list(tmp_path.iterdir())) == 2, "a temporary file was left behind"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 64,
        b"\x02" + b"\0" * 7 + b"[]",
        b"\x10" + b"\0" * 7 + b'{"a":{"dtype":1}',
        b"\x02" + b"\0" * 7 + b"{}",
    ],
    ids=["empty", "noise", "list", "cut", "no tensors"],
)
def test_damaged_weights_are_one_clear_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(data)
    with pytest.raises(WeightsError, match=r"model\.safetensors") as caught:
        cached_graph(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_tensor_beyond_the_end_is_refused() -> None:
    header = b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}'
    with pytest.raises(WeightsError):
        read_safetensors(len(header).to_bytes(8, "little") + header + b"\0" * 8, "x")


def test_a_damaged_graph_says_what_to_delete(minilm_folder: Path, tmp_path: Path) -> None:
    for name in ("model.safetensors", "tokenizer.json"):
        shutil.copy(minilm_folder / name, tmp_path)
    cached_graph(tmp_path)
    (written,) = tmp_path.glob("*.onnx")
    written.write_bytes(written.read_bytes()[:1_000_000])
    with pytest.raises(WeightsError, match=r"delete the \.onnx"):
        MiniLM(tmp_path).encode(["text"])
    written.unlink()
    assert MiniLM(tmp_path).encode(["text"]).shape == (1, 384)


def test_a_malformed_tokenizer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(WeightsError, match=r"tokenizer\.json"):
        MiniLM(tmp_path).encode(["text"])


def test_import_loads_no_runtime() -> None:
    import subprocess

    code = "import sys, turnout.encoders; print([m for m in ('onnxruntime', 'onnx', 'tokenizers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
