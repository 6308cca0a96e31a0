"""Rows read as columns: hundreds of thousands of them in seconds, with every fault still named by file and row."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from turnout.datasets.rows import Row, csv_header, jsonl_rows, reading
from turnout.errors import DataError, InputFileError, MissingExtra
from turnout.types import Array

__all__ = ["Columns", "csv_columns", "jsonl_columns", "parquet_columns"]

CHUNK = 20_000  # rows held as texts at a time


@dataclass(frozen=True, slots=True)
class Columns:
    """A stretch of a file. `numbers` are the rows' numbers (see `Row`), `values` the columns, equally long."""

    path: Path
    numbers: Sequence[int]
    values: Mapping[str, Sequence[Any]]

    def __len__(self) -> int:
        return len(self.numbers)

    def row(self, i: int) -> Row:
        """The i-th row by itself, to check it or to complain about it."""
        return Row(self.path, self.numbers[i], {name: column[i] for name, column in self.values.items()})

    def only(self, keep: Sequence[int]) -> Columns:
        """These rows, in this order."""
        values = {name: [column[i] for i in keep] for name, column in self.values.items()}
        return Columns(self.path, [self.numbers[i] for i in keep], values)

    def number(self, name: str, low: float = 0.0, high: float = math.inf) -> Array:
        """The column as `Row.number_or_nan` reads each value, shape (n_rows,); NaN throughout when it is absent."""
        column: Any = self.values.get(name)
        if column is None:
            return np.full(len(self), np.nan)
        try:
            if isinstance(column, np.ndarray):
                found, missing = column.astype(np.float64), int(np.isnan(column).sum())
            else:
                found = np.array([math.nan if v is None or v == "" else float(v) for v in column])
                missing = sum(v is None or v == "" or v != v for v in column)
        except (TypeError, ValueError):
            return self._one_by_one(name, low, high)
        with np.errstate(invalid="ignore"):
            sound = np.isnan(found) | ((found >= low) & (found <= high) & np.isfinite(found))
        # "nan" written out is no number, and float() takes it for one.
        return found if sound.all() and int(np.isnan(found).sum()) == missing else self._one_by_one(name, low, high)

    def _one_by_one(self, name: str, low: float, high: float) -> Array:
        column = self.values[name]
        rows = (Row(self.path, n, {name: v}) for n, v in zip(self.numbers, column, strict=True))
        return np.array([row.number_or_nan(name, low, high) for row in rows])

    def quality(self, name: str) -> Array:
        """A column of scores in [0, 1], NaN when unscored."""
        return self.number(name, 0.0, 1.0)

    def text(self, name: str) -> Sequence[str]:
        """A column of texts; JSON numbers count as their text."""
        column = self.values.get(name, (None,) * len(self))
        if all(type(value) is str for value in column):
            return column
        rows = (Row(self.path, n, {name: v}) for n, v in zip(self.numbers, column, strict=True))
        return [row.text(name) for row in rows]

    def text_or_empty(self, name: str) -> Sequence[str]:
        """As `text`, and nothing is the empty text."""
        column = self.values.get(name)
        if column is None:
            return ("",) * len(self)
        if all(type(value) is str for value in column):
            return column
        filled = ["" if value is None or value != value else value for value in column]
        return Columns(self.path, self.numbers, {name: filled}).text(name)


def csv_columns(path: Path, check: Callable[[int, Sequence[str]], None], size: int = CHUNK) -> Iterator[Columns]:
    """Stretches of a CSV; `check` is given the number and the names of the header."""
    with reading(path) as lines:
        reader = csv.reader(lines, strict=True)
        header = csv_header(path, reader)
        check(1, header)
        number = 2
        while True:
            rows: list[list[str]] = []
            try:
                rows.extend(islice(reader, size))
            except csv.Error as error:
                raise DataError(f"{path}: row {number + len(rows)}: {error}") from error
            if not rows:
                return
            if any(len(row) != len(header) for row in rows):
                i = next(i for i, row in enumerate(rows) if len(row) != len(header))
                raise DataError(f"{path}: row {number + i}: {len(rows[i])} fields, the header has {len(header)}")
            yield Columns(
                path, range(number, number + len(rows)), dict(zip(header, zip(*rows, strict=True), strict=True))
            )
            number += len(rows)


def jsonl_columns(path: Path, check: Callable[[int, Sequence[str]], None], size: int = CHUNK) -> Iterator[Columns]:
    """Stretches of a JSON-lines file; `check` is given the names of each row whose names differ from those before."""
    seen: set[tuple[str, ...]] = set()
    rows = jsonl_rows(path)
    while stretch := list(islice(rows, size)):
        for row in stretch:
            if (names := tuple(row.values)) not in seen:
                check(row.number, names)
                seen.add(names)
        names = tuple(dict.fromkeys(name for row in stretch for name in row.values))
        values = {name: [row.values.get(name) for row in stretch] for name in names}
        yield Columns(path, [row.number for row in stretch], values)


def parquet_columns(path: Path, check: Callable[[int, Sequence[str]], None], size: int = CHUNK) -> Iterator[Columns]:
    """Stretches of a Parquet file, whose first row is row 1."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtra("a Parquet file", "lab") from None
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if len(set(names)) != len(names):
                raise DataError(f"{path}: row 1: a column appears twice")
            check(1, names)
            number = 1
            for batch in file.iter_batches(batch_size=size):
                values = {name: _listed(batch.column(i)) for i, name in enumerate(names)}
                yield Columns(path, range(number, number + batch.num_rows), values)
                number += batch.num_rows
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        what = " ".join(str(error).split())
        raise DataError(f"{path}: it is not an intact Parquet file: {what[:160]}") from error
    except OSError as error:  # pyarrow raises it for damaged data too
        what = error.strerror or " ".join(str(error).split())[:160]
        raise InputFileError(f"cannot read {path}: {what}") from error


def _listed(column: Any) -> list[Any]:
    listed: list[Any] = column.to_pylist()
    return listed
