"""all-MiniLM-L6-v2 through onnxruntime: in exact fp32, the default encoder, and in int8, quicker and smaller."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from turnout.encoders.minilm_graph import Precision, cached_graph
from turnout.errors import WeightsError
from turnout.types import Array

__all__ = ["MAX_TOKENS", "Int8MiniLM", "MiniLM", "open_tokenizer", "token_ids"]

MAX_TOKENS = 256  # sentence-transformers' limit for this model
_PREFIX = 8192  # characters; enough for 256 tokens of all but odd texts


class MiniLM:
    """Reimers & Gurevych's all-MiniLM-L6-v2 (mean pooling, unit length) from a folder with its weights and tokenizer.

    Nothing is read before the first `encode`. Texts beyond 256 tokens are cut, as sentence-transformers does. `threads`
    is the number of batches computed at a time; 0 = as many as there are cores to use. Raises `WeightsError` when the
    folder does not hold the model.
    """

    dim = 384
    name = "all-MiniLM-L6-v2"
    _precision: ClassVar[Precision] = "fp32"
    _batch_tokens = 256  # padded tokens per call: small batches stay in the processor's cache

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self.folder = folder
        self.threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def encode(self, texts: Sequence[str]) -> Array:
        """Vectors of `texts`: float32, shape (n, 384), unit rows."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        tokenizer, _ = self._load()
        return self.encode_ids([token_ids(tokenizer, text) for text in texts])

    def encode_ids(self, ids: Sequence[Sequence[int]]) -> Array:
        """Vectors of texts given as token ids, [CLS] and [SEP] included: at least one text, at most 256 ids in each."""
        vectors = np.empty((len(ids), self.dim), dtype=np.float32)
        _, session = self._load()

        def run(rows: list[int]) -> None:
            tokens = max(len(ids[row]) for row in rows)
            batch = np.zeros((2, len(rows), tokens), dtype=np.int32)  # ids and mask
            for i, row in enumerate(rows):
                batch[0, i, : len(ids[row])] = ids[row]
                batch[1, i, : len(ids[row])] = 1
            (vectors[rows],) = session.run(None, {"ids": batch[0], "mask": batch[1]})

        batches = list(_batches([len(row) for row in ids], self._batch_tokens))
        # onnxruntime releases the GIL: threads with one batch each beat one batch on several threads.
        workers = min(self.threads or _usable_cores(), len(batches))
        if workers == 1:
            for rows in batches:
                run(rows)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(run, batches))
        return vectors

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = open_tokenizer(self.folder / "tokenizer.json"), self._session()
            return self._loaded

    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # From its file where there is one: as bytes it would be in memory twice.
        graph = cached_graph(self.folder, self._precision)
        try:
            source = graph if isinstance(graph, bytes) else str(graph)
            return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no base class
            raise WeightsError(f"MiniLM's graph does not load; delete the .onnx files in {self.folder}") from error


class Int8MiniLM(MiniLM):
    """MiniLM with products of bytes, whose vectors are near the exact ones: a third of the time, a quarter of the size.

    Everything else is as in `MiniLM`, whose vectors must not be mixed with these.
    """

    name = "all-MiniLM-L6-v2-int8"
    _precision = "int8"
    _batch_tokens = 0  # each text alone: the scale of its bytes would depend on its neighbours


def open_tokenizer(path: Path) -> Any:
    """MiniLM's tokenizer, cutting at 256 tokens; raises `WeightsError`."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(f"MiniLM's tokenizer cannot be read: {path}: {error.strerror}") from error
    except Exception as error:  # the tokenizers library raises bare Exception for a malformed file
        raise WeightsError(f"{path} is not a tokenizer file; delete it and fetch the weights again") from error
    tokenizer.no_padding()  # the published file pads and truncates to 128
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def token_ids(tokenizer: Any, text: str) -> list[int]:
    """Token ids of `text` with [CLS] and [SEP]. Of a long text only the beginning is tokenized, if that is the same."""
    text = text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text; it becomes "?"
    if len(text) > _PREFIX:
        encoding = tokenizer.encode(text[:_PREFIX])
        # Only the word at the cut can come out differently: the ids hold if it lies wholly in what truncation drops.
        if encoding.overflowing and encoding.overflowing[-1].word_ids[-2] > encoding.word_ids[-2]:
            return list(encoding.ids)
    return list(tokenizer.encode(text).ids)


def _batches(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Rows of similar length, one at least and at most about `tokens` padded tokens together, longest first."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > tokens:
            yield batch
            batch = []
        batch.append(row)
    yield batch


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
