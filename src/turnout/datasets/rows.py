"""Rows of CSV and JSON-lines files, plain or gzipped, whose every fault names the file and the row."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from turnout.errors import DataError, InputFileError, UserError
from turnout.types import Array, OutcomeTable

__all__ = [
    "Row",
    "check_recorded",
    "columns_of",
    "csv_header",
    "csv_rows",
    "either",
    "jsonl_rows",
    "lettered",
    "reading",
    "table",
]

_LONGEST_FIELD = 2**31 - 1  # csv's own limit, 128 KiB, is shorter than prompts get


@dataclass(frozen=True, slots=True)
class Row:
    """One record and where it stands. `number` counts as a spreadsheet does: a CSV's header is row 1."""

    path: Path
    number: int
    values: Mapping[str, Any]

    def fault(self, what: str) -> DataError:
        """The error to raise about this row."""
        return DataError(f"{self.path}: row {self.number}: {what}")

    def text(self, column: str) -> str:
        """The value as text; a JSON number counts as its text."""
        value = self.values.get(column)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.fault(f"{column!r} is missing or is not text")
        return str(value)

    def number_or_nan(self, column: str, low: float = 0.0, high: float = math.inf) -> float:
        """The value as a number from `low` to `high`; empty or absent = not measured = NaN. True is 1, False is 0."""
        value = self.values.get(column)
        if value is None or value == "" or value != value:  # a NaN, how some tools write nothing
            return math.nan
        try:
            number = {"True": 1.0, "False": 0.0}.get(value, value)
            number = float(number)
        except (TypeError, ValueError):
            raise self.fault(f"{column!r} is {str(value)[:40]!r}, which is not a number") from None
        if not (low <= number <= high and math.isfinite(number)):
            within = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of at least {low:g}"
            raise self.fault(f"{column!r} is {number:g}, expected a number {within}, or nothing when not measured")
        return number

    def quality(self, column: str) -> float:
        """A score in [0, 1], or NaN when unscored."""
        return self.number_or_nan(column, 0.0, 1.0)


def lettered(row: Row) -> str:
    """Its question, and its options below, lettered from A."""
    options = row.values.get("options")
    if not isinstance(options, list):
        raise row.fault("'options' is missing or is not a list")
    return "\n".join([row.text("question"), *(f"{chr(ord('A') + i)}. {option}" for i, option in enumerate(options))])


def csv_rows(path: Path) -> Iterator[Row]:
    """Rows of a CSV with a header; as many fields in each as the header has."""
    with reading(path) as lines:
        reader = csv.reader(lines, strict=True)
        header = csv_header(path, reader)
        number = 1
        try:
            for number, fields in enumerate(reader, start=2):
                if len(fields) != len(header):
                    raise DataError(f"{path}: row {number}: {len(fields)} fields, the header has {len(header)}")
                yield Row(path, number, dict(zip(header, fields, strict=True)))
        except csv.Error as error:
            raise DataError(f"{path}: row {number + 1}: {error}") from error


def csv_header(path: Path, reader: Iterator[list[str]]) -> list[str]:
    """The first row of a CSV that is about to be read."""
    csv.field_size_limit(_LONGEST_FIELD)
    header = next(reader, None)
    if not header:
        raise DataError(f"{path}: it has no header row")
    if len(set(header)) != len(header):
        raise DataError(f"{path}: row 1: a column appears twice")
    return header


def columns_of(path: Path) -> list[str]:
    """The header of a CSV."""
    with reading(path) as lines:
        return next(csv.reader(lines), [])


def check_recorded(path: Path, wanted: Sequence[str], recorded: Collection[str]) -> None:
    """Raises `UserError` when the answers of a wanted model are not among those recorded."""
    for model in wanted:
        if model not in recorded:
            raise UserError(f"{path} has no answers of {model!r}; recorded are those of {', '.join(sorted(recorded))}")


def jsonl_rows(path: Path) -> Iterator[Row]:
    """Objects of a JSON-lines file; empty lines are passed over, and counted."""
    with reading(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                values = json.loads(line)
            except (ValueError, RecursionError):
                raise DataError(f"{path}: row {number}: not JSON") from None
            if not isinstance(values, dict):
                raise DataError(f"{path}: row {number}: not a JSON object")
            yield Row(path, number, values)


def either(folder: Path, *names: str) -> Path:
    """The first of the files that is there, else the first: upstream's own form, or the one that it was kept in."""
    return next((folder / name for name in names if (folder / name).exists()), folder / names[0])


@contextmanager
def reading(path: Path) -> Iterator[Iterable[str]]:
    """Lines of a UTF-8 file (a byte-order mark is allowed), unzipped when it ends in .gz."""
    try:
        with path.open("rb") as file:
            binary = gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file
            yield io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path}: it is not an intact gzip file: {error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: it is not UTF-8 text (byte {error.start} of a block)") from error
    except OSError as error:
        raise InputFileError(f"cannot read {path}: {error.strerror or error}") from error


def table(
    name: str,
    prompt_ids: Sequence[str],
    prompts: Sequence[str],
    model_ids: Sequence[str],
    quality: Sequence[Sequence[float]],
    *,
    categories: Sequence[str] | None = None,
    cost_usd: Sequence[Sequence[float]] | None = None,
    latency_s: Sequence[Sequence[float]] | None = None,
    output_tokens: Sequence[Sequence[float]] | None = None,
    responses: Mapping[str, Sequence[str | None]] | None = None,
) -> OutcomeTable:
    """An `OutcomeTable` of rows of numbers; what is not given was not measured (NaN)."""
    shape = (len(prompts), len(model_ids))

    def array(values: Sequence[Sequence[float]] | None) -> Array:
        return np.full(shape, np.nan) if values is None else np.array(values, dtype=np.float64).reshape(shape)

    return OutcomeTable(
        name=name,
        prompt_ids=tuple(prompt_ids),
        prompts=tuple(prompts),
        model_ids=tuple(model_ids),
        quality=array(quality),
        cost_usd=array(cost_usd),
        latency_s=array(latency_s),
        output_tokens=array(output_tokens),
        categories=None if categories is None else tuple(categories),
        responses={model: tuple(texts) for model, texts in (responses or {}).items()},
    )
