"""The results file while a run writes to it: one writer, rows on the disk before they count, none torn or doubled."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from turnout.bench.lock import only_writer
from turnout.bench.rows import COLUMNS, Key, Row, append, cells_of, parse_rows, whole_length
from turnout.bench.tasks import Task
from turnout.errors import DataError, InputFileError

__all__ = ["Results", "failed", "open_results"]


class Results:
    """Rows by key; `add` puts one on the disk. `dropped` are those that were taken out on opening."""

    def __init__(self, path: Path, file: IO[bytes], rows: Iterable[Row], dropped: Sequence[Row] = ()) -> None:
        self.path = path
        self.dropped = dropped
        self._file = file
        self._rows = {row.key: row for row in rows}
        self._waiting: list[tuple[Row, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    @property
    def rows(self) -> Mapping[Key, Row]:
        """What is on the disk."""
        return self._rows

    async def add(self, row: Row) -> None:
        """Returns once the row is on the disk. Rows that come while others are written go out together."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    async def drain(self) -> None:
        """Write what was handed over, also by somebody who did not wait for it."""
        if self._writer is not None:
            await self._writer

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(append, self._file, [cells_of(row) for row, _ in batch])
            except OSError as error:
                failure = InputFileError(f"cannot write {self.path}: {error.strerror}")
                for _, done in [*batch, *self._waiting]:
                    if not done.done():
                        done.set_exception(failure)
                self._waiting = []
                return
            for row, done in batch:
                self._rows[row.key] = row
                if not done.done():  # whoever waited may have been cancelled; the row is written all the same
                    done.set_result(None)


@asynccontextmanager
async def open_results(path: Path, tasks: Iterable[Task] = (), *,
                       drop: Callable[[Row], bool] = lambda row: False) -> AsyncIterator[Results]:  # fmt: skip
    """The results at `path`, made when there are none, for one writer at a time.

    A torn last row is taken off. Rows that `drop` names are taken out, atomically. Raises `InputFileError` when
    somebody else writes to it, `DataError` when it holds something else or answers to another wording of `tasks`.
    """
    with only_writer(path):
        file, kept, dropped = _opened(path, tasks, drop)
        with file:
            results = Results(path, file, kept, dropped)
            try:
                yield results
            finally:
                await results.drain()


def failed(row: Row) -> bool:
    """Whether nothing came of the call: unscored, and without an answer that another rule might score."""
    return row.quality is None and not row.answer


def _opened(path: Path, tasks: Iterable[Task], drop: Callable[[Row], bool]) -> tuple[IO[bytes], list[Row], list[Row]]:
    try:
        rows = _whole_rows(path)
        _refuse_changed(tasks, rows, path)
        kept = [row for row in rows if not drop(row)]
        dropped = [row for row in rows if drop(row)]
        if dropped:
            _replace(path, kept)
        file = path.open("ab")
        if file.tell() == 0:
            append(file, [COLUMNS])
    except OSError as error:
        raise InputFileError(f"cannot write {path}: {error.strerror}") from None
    return file, kept, dropped


def _whole_rows(path: Path) -> list[Row]:
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = whole_length(data)
    rows = parse_rows(data[:whole], str(path))
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
    return rows


def _refuse_changed(tasks: Iterable[Task], rows: Iterable[Row], path: Path) -> None:
    """Answers to another wording of a task, or scored by another rule, must not count for this one."""
    known = {task.id: task for task in tasks}
    for row in rows:
        task = known.get(row.task_id)
        if task is None or row.source != "exact":
            continue
        if row.prompt != task.prompt.encode("utf-8", "backslashreplace").decode():
            raise DataError(f"{path} answers another wording of task {task.id}; choose another file")
        if row.by != task.scorer:
            raise DataError(f"{path} has task {task.id} scored by {row.by}, not {task.scorer}; choose another file")


def _replace(path: Path, rows: Iterable[Row]) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
        append(file, [COLUMNS, *map(cells_of, rows)])
    new = Path(file.name)
    new.chmod(path.stat().st_mode)
    new.replace(path.resolve())  # a link stays one
