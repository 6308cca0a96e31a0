"""One schema for everything a benchmark measures: answers scored by rule, a judge's verdicts, human votes."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple

from turnout.errors import DataError, InputFileError

__all__ = ["COLUMNS", "Key", "Row", "Source", "append", "cells_of", "parse_rows", "read_rows", "whole_length"]

Source = Literal["exact", "judge", "human"]
_SOURCES = ("exact", "judge", "human")
_ORDERS = ("", "AB", "BA")
_LONGEST_FIELD = 1 << 26  # characters; the csv module stops at 2^17, and prompts may be longer


class Key(NamedTuple):
    """What a row is the only one of."""

    task_id: str
    model: str
    repeat: int
    source: Source
    by: str
    against: str
    order: str


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement of one answer of a model. Quality None = unscored, and `error` says why.

    Of an `exact` row cost, times and tokens are the answer's; of a `judge` row they are the judge's, so that what
    judging costs is counted apart. Of a comparison (`judge`, `human`) quality is 1 for a win, ½ for a tie, 0 for a
    loss.
    """

    task_id: str
    model: str
    repeat: int  # 0, 1, … of asking the same again
    modality: str
    category: str
    language: str
    source: Source
    by: str  # the scorer, the judge's model id, or the voter's name
    against: str  # of a comparison: the model it was compared with
    order: str  # of a comparison: "AB" when this model's answer was shown first, "BA" when second
    metric: str
    quality: float | None  # in [0, 1]
    error: str
    cost_usd: float | None
    latency_s: float | None
    ttft_s: float | None
    input_tokens: int | None
    output_tokens: int | None
    finish_reason: str
    at: str  # ISO 8601, UTC
    prompt: str  # of an `exact` row
    answer: str  # what the model said; of a verdict or a vote, the reason given

    @property
    def key(self) -> Key:
        """What makes it the only one of its kind."""
        return Key(self.task_id, self.model, self.repeat, self.source, self.by, self.against, self.order)


COLUMNS = tuple(field.name for field in fields(Row))
_WHOLE = frozenset({"repeat", "input_tokens", "output_tokens"})
_REAL = frozenset({"quality", "cost_usd", "latency_s", "ttft_s"})


def read_rows(path: Path) -> list[Row]:
    """The rows of a results file; a torn last row, of a run that was killed, is left out.

    Raises `InputFileError` when it cannot be read, `DataError` naming the row at fault.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputFileError(f"cannot read {path}: {error.strerror}") from None
    rows = parse_rows(data[: whole_length(data)], str(path))
    if not rows:
        raise DataError(f"{path} holds no results yet")
    return rows


def parse_rows(data: bytes, where: str) -> list[Row]:
    """The rows of whole CSV lines; nothing at all is no row."""
    if not data:
        return []
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        lines = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        header = next(lines, [])
        if tuple(header) != COLUMNS:
            raise DataError(
                f"{where} is not a result file of this Turnout: expected the columns {', '.join(COLUMNS[:4])}, …; "
                "choose another file"
            )
        return [_row(cells, f"{where}, row {number}") for number, cells in enumerate(lines, 2)]
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{where} is no table of results: {error}") from None


def _row(cells: Sequence[str], where: str) -> Row:
    if len(cells) != len(COLUMNS):
        raise DataError(f"{where}: {len(cells)} cells for {len(COLUMNS)} columns")
    values: dict[str, Any] = dict(zip(COLUMNS, cells, strict=True))
    try:
        for name in _WHOLE:
            values[name] = int(values[name]) if values[name] else None
        for name in _REAL:
            values[name] = float(values[name]) if values[name] else None
    except ValueError as error:
        raise DataError(f"{where}: {error}") from None
    row = Row(**{**values, "repeat": values["repeat"] or 0})
    if row.source not in _SOURCES or row.order not in _ORDERS:
        raise DataError(f"{where}: source must be one of {', '.join(_SOURCES)} and order AB, BA or empty")
    if row.quality is not None and not 0 <= row.quality <= 1:
        raise DataError(f"{where}: quality must be in [0, 1] or empty, not {row.quality}")
    return row


def cells_of(row: Row) -> list[str]:
    """The row as CSV cells; None is an empty cell."""
    values: Mapping[str, Any] = {name: getattr(row, name) for name in COLUMNS}
    return ["" if value is None else str(value) for value in values.values()]


def append(file: IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    """Write rows of cells in one write, and wait until they are on the disk: whole, or torn only at the very end."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")  # so that a lone "\r" or "\n" within a cell is quoted
    text = ""
    for cells in rows:
        writer.writerow(cells)
        text += buffer.getvalue()[:-2] + "\n"
        buffer.seek(0)
        buffer.truncate()
    file.write(text.encode("utf-8", "backslashreplace"))
    file.flush()
    os.fsync(file.fileno())


def whole_length(data: bytes) -> int:
    """Bytes up to the end of the last row: the last newline that is not inside quotes."""
    end = len(data)
    while (end := data.rfind(b"\n", 0, end)) >= 0:
        # A newline stands inside quotes exactly when the number of quotes before it is odd.
        if data.count(b'"', 0, end) % 2 == 0:
            return end + 1
    return 0
