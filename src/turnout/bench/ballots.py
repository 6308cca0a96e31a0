"""The table that votes travel in: safe to open in a spreadsheet, and read back from what a spreadsheet makes of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from turnout.errors import DataError, InputFileError

__all__ = ["CAST", "Cast", "read_cast", "write_table"]

CAST = ("A", "B", "tie", "both bad")
_HEADER = ("id", "prompt", "answer_a", "answer_b", "reference", "vote", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 32_000  # characters; spreadsheets cut at 32,767 and shift what follows


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote: `vote` is of `CAST`, `at` ISO 8601 or empty."""

    id: str
    vote: str
    reason: str
    at: str
    line: int


def write_table(pairs: Iterable[tuple[str, str, str, str, str]], path: Path) -> None:
    """Rows of (id, prompt, answer A, answer B, reference answer), the vote left empty."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:  # the mark tells spreadsheets that it is UTF-8
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows([name, *map(_harmless, texts), "", ""] for name, *texts in pairs)


def _harmless(text: str) -> str:
    """An answer such as =HYPERLINK(…) must not become a formula; what a cell cannot hold is left out with a mark."""
    if len(text) > _LONGEST_CELL:
        text = f"{text[:_LONGEST_CELL]}\n[… {len(text) - _LONGEST_CELL:,} characters left out …]"
    return f"'{text}" if text.startswith(_FORMULA) else text


def read_cast(path: Path) -> list[Cast]:
    """The votes of a CSV with the columns id and vote; rows without a vote are passed over.

    Commas, semicolons or tabs, as spreadsheets of various countries write. Raises `DataError` naming the row.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    csv.field_size_limit(1 << 26)
    found: dict[str, Cast] = {}
    try:
        for line, row in enumerate(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 2):
            if not {"id", "vote"} <= row.keys():
                raise DataError(f"{path} has no columns id and vote")
            cast = _cast({name: value for name, value in row.items() if isinstance(value, str)}, path, line)
            if cast is None:
                continue
            before = found.setdefault(cast.id, cast)
            if before.vote != cast.vote:
                raise DataError(f"{path}, row {line}: another vote on the pair of row {before.line}")
    except csv.Error as error:
        raise DataError(f"{path} is no table of votes: {error}") from None
    if not found:
        raise DataError(f"{path} holds no vote: the column vote takes {', '.join(CAST)}")
    return list(found.values())


def _cast(row: dict[str, str], path: Path, line: int) -> Cast | None:
    said = " ".join(row.get("vote", "").split()).casefold()
    if not said:
        return None
    vote = {name.casefold(): name for name in CAST}.get(said)
    if vote is None:
        raise DataError(f"{path}, row {line}: the vote {said[:20]!r} is not one of {', '.join(CAST)}")
    at = row.get("at", "").strip()
    try:
        # JavaScript writes Z for UTC.
        at = datetime.fromisoformat(at).isoformat(timespec="seconds") if at else ""
    except ValueError:
        raise DataError(f"{path}, row {line}: {at[:30]!r} is no time") from None
    return Cast(row.get("id", "").strip(), vote, " ".join(row.get("reason", "").split()), at, line)
