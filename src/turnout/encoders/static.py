"""Text to vector without a network of layers: a table of token vectors, added up. A few hundredths of MiniLM's time."""

from __future__ import annotations

import re
import struct
import tempfile
import threading
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from turnout.encoders.distil import RECIPE, distil
from turnout.encoders.minilm import MAX_TOKENS, MiniLM, open_tokenizer, token_ids
from turnout.errors import StoreError
from turnout.types import Array

__all__ = ["StaticEncoder"]

_REMEMBERED = 20_000  # words of more than one token whose ids are kept
_LONGEST_WORD = 100  # characters; the tokenizer calls a longer one unknown
_LONG = 16 * MAX_TOKENS  # characters

# BERT's own splitting, for the texts of which it is simple: printable ASCII and the white space that BERT takes for it.
_PLAIN = re.compile(r"[\t\n\r -~]*")
_SPECIAL = re.compile(r"\[(?:PAD|UNK|CLS|SEP|MASK)\]")  # the tokenizer takes these for tokens of its own
_WORD = re.compile(r"[a-z0-9]+|[!-/:-@\[-`{-~]")


class StaticEncoder:
    """all-MiniLM-L6-v2 distilled to one vector per token; a text's vector is their sum, brought to length 1.

    `folder` holds MiniLM's files, `cache` the distilled table (12 MB), made on the first `encode` when it is not there:
    a minute or two, `on_progress` gets (texts done, texts in all). Texts beyond 256 tokens are cut, as MiniLM does.
    Raises `WeightsError` when the folder does not hold the model, `StoreError` when the table cannot be kept.
    """

    dim = 384
    name = f"static-minilm-v{RECIPE}"

    def __init__(
        self, folder: Path, cache: Path, on_progress: Callable[[int, int], None] | None = None, threads: int = 0
    ) -> None:
        self.folder = folder
        self.path = cache / f"{self.name}.npz"
        self.on_progress = on_progress
        self.threads = threads
        self._lock = threading.Lock()
        self._loaded: _Table | None = None

    def encode(self, texts: Sequence[str]) -> Array:
        """Vectors of `texts`: float32, shape (n, 384), unit rows."""
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        if not texts:
            return vectors
        table = self._loaded or self._load()
        for row, text in enumerate(texts):  # one by one: a text's vector has the same bits in every batch
            ids = np.array(table.ids(text))
            np.matmul(table.scales.take(ids), table.values.take(ids, axis=0).astype(np.float32), out=vectors[row])
        vectors /= np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
        return vectors

    def _load(self) -> _Table:
        with self._lock:
            if self._loaded is None:
                tokenizer = open_tokenizer(self.folder / "tokenizer.json")
                found = _read(self.path) or self._distil(tokenizer.get_vocab())
                self._loaded = _Table(tokenizer, *found)
            return self._loaded

    def _distil(self, vocabulary: dict[str, int]) -> tuple[Array, Array]:
        from filelock import FileLock

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock")):
                # Whoever held the lock before may have made it; whoever died holding it left its temporary file.
                if (found := _read(self.path)) is not None:
                    return found
                for left in self.path.parent.glob(f"{self.path.stem}-*.part"):
                    left.unlink(missing_ok=True)
                report = self.on_progress or (lambda done, total: None)
                made = _to_bytes(distil(MiniLM(self.folder, self.threads), vocabulary, report))
                _write(self.path, *made)
                return made
        except OSError as error:
            raise StoreError(
                f"the static encoder cannot be kept in {self.path.parent}: {error.strerror or error}"
            ) from error


class _Table:
    """What `encode` needs at hand: token vectors as bytes times a scale, and the ids of words seen before."""

    def __init__(self, tokenizer: Any, values: Array, scales: Array) -> None:
        self.tokenizer = tokenizer
        self.values = values  # (tokens, dim) int8
        self.scales = scales  # (tokens,) float32
        vocabulary: dict[str, int] = tokenizer.get_vocab()
        self.first, self.last = vocabulary["[CLS]"], vocabulary["[SEP]"]
        # A word that is in the vocabulary is its own only token; others are remembered as they come.
        self.whole = {word: token for word, token in vocabulary.items() if _WORD.fullmatch(word)}
        self.split: dict[str, Sequence[int]] = {}

    def ids(self, text: str) -> list[int]:
        """The tokenizer's ids. It takes most of the time, so plain ASCII is split here and its words are remembered."""
        if not _PLAIN.fullmatch(text) or _SPECIAL.search(text):
            return token_ids(self.tokenizer, text)
        found = [self.first]
        whole, split = self.whole.get, self.split.get
        lower = text.lower()
        # All words at once is quicker than one by one, unless the text goes on long after the last token that counts.
        words = _WORD.findall(lower) if len(lower) < _LONG else (match[0] for match in _WORD.finditer(lower))
        for word in words:
            if (token := whole(word)) is not None:
                found.append(token)
            else:
                found += split(word) or self._split(word)
            if len(found) >= MAX_TOKENS:
                break
        del found[MAX_TOKENS - 1 :]
        found.append(self.last)
        return found

    def _split(self, word: str) -> Sequence[int]:
        ids = tuple(self.tokenizer.encode(word, add_special_tokens=False).ids)
        if len(word) <= _LONGEST_WORD and len(self.split) < _REMEMBERED:
            self.split[word] = ids
        return ids


def _to_bytes(table: Array) -> tuple[Array, Array]:
    """Each row as int8 and its scale: a quarter of the size, and cosines that differ in the fifth place."""
    scales: Array = np.maximum(np.abs(table).max(axis=1), np.float32(1e-12)) / np.float32(127)
    return np.rint(table / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _read(path: Path) -> tuple[Array, Array] | None:
    """The table that `_write` wrote, or None: what is damaged is made again.

    The token vectors stay in the file and are mapped into memory: of 12 MB, a process holds the rows it has used, and
    shares them with others.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                return None
            with archive.open("scales.npy") as file:
                scales = np.lib.format.read_array(file, allow_pickle=False)
            values = _mapped(path, archive.getinfo("values.npy"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if values.dtype != np.int8 or values.ndim != 2 or values.shape != (len(scales), StaticEncoder.dim):
        return None
    return values, scales


def _mapped(path: Path, member: zipfile.ZipInfo) -> Array:
    """An array of an uncompressed archive, as a map of the file; raises `ValueError` for anything else."""
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{member.filename} is compressed")
    with path.open("rb") as file:
        file.seek(member.header_offset + 26)  # of the local header: the lengths of the name and of an extra field
        name, extra = struct.unpack("<HH", file.read(4))
        file.seek(name + extra, 1)
        version = np.lib.format.read_magic(file)
        if version != (1, 0):
            raise ValueError(f"{member.filename} is of NumPy's format {version}")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
        if fortran:
            raise ValueError(f"{member.filename} is stored by columns")
        # As a plain array: the subclass makes every row that is taken a map, too, which costs a quarter of the time.
        return np.asarray(np.memmap(file, dtype, "r", file.tell(), shape))


def _write(path: Path, values: Array, scales: Array) -> None:
    """Whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.stem}-", suffix=".part", delete=False) as file:
        temporary = Path(file.name)
        try:
            np.savez(file, values=values, scales=scales)
            file.close()
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
