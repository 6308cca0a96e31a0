"""What a waiting person sees: on standard error, and only as much as the terminal can show."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from turnout.build import Watcher

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, TaskID

    from turnout.weights import Weights

__all__ = ["console", "counter", "download", "note", "unattended", "watcher"]

_PATIENCE_S = 1.0  # before anything is shown
_ERR: Console | None = None


def console() -> Console:
    """The console of standard error."""
    from rich.console import Console

    global _ERR
    if _ERR is None:
        _ERR = Console(stderr=True, highlight=False, soft_wrap=True)
    return _ERR


def note(text: str) -> None:
    """A line that is not an answer."""
    console().print(text, style="dim", markup=False)


def watcher() -> Watcher:
    """Questions at a terminal, notes elsewhere; a bar while weights come in."""
    interactive = sys.stdin.isatty() and sys.stderr.isatty()
    return Watcher(
        confirm=_ask if interactive else _announce,
        progress=_fetching(),
        distilling=counter("distilling the static encoder, once"),
        status=note,
        fell_back=lambda model, error: note(f"{model} failed ({error}); asking the next"),
    )


def unattended() -> Watcher:
    """Notes only: a server asks nobody, and several things may go on at once."""
    return Watcher(
        confirm=_announce,
        status=note,
        distilling=counter("distilling the static encoder, once"),
        progress=_Bar(
            "fetching", _byte_columns, lambda done, total: f"  {done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
        ).update,
    )


def _fetching() -> Callable[[int, int], None]:
    return _Bar("fetching", _byte_columns, lambda done, total: f"  {done / 1e6:,.0f} of {total / 1e6:,.0f} MB").update


def counter(what: str) -> Callable[[int, int], None]:
    """A callback (done, total) that shows a bar at a terminal and a line every quarter elsewhere, once work is long."""
    return _Bar(what, _count_columns, lambda done, total: f"{what}: {done:,} of {total:,}").update


@contextmanager
def download(what: str) -> Iterator[Callable[[int, int], None]]:
    """A callback (bytes done, bytes in all) that shows a bar at a terminal and a line every quarter elsewhere."""
    bar = _Bar(what, _byte_columns, lambda done, total: f"  {done / 1e6:,.0f} of {total / 1e6:,.0f} MB")
    try:
        yield bar.update
    finally:
        bar.stop()  # a broken-off download must not leave the terminal without its cursor


def _size(weights: Weights) -> str:
    return f"{weights.title} ({weights.download_bytes / 1e6:,.0f} MB, {weights.licence})"


def _ask(weights: Weights) -> bool:
    import typer

    return typer.confirm(f"Fetch the weights of {_size(weights)} once, into the cache?", default=True, err=True)


def _announce(weights: Weights) -> bool:
    # Nobody is there to ask: choosing a local model was the request, and TURNOUT_DOWNLOAD=never refuses.
    note(f"fetching the weights of {_size(weights)}, once")
    return True


class _Bar:
    """A Rich bar at a terminal, a line every quarter elsewhere; nothing for work that is over in two seconds."""

    def __init__(
        self, what: str, columns: Callable[[], tuple[ProgressColumn, ...]], line: Callable[[int, int], str]
    ) -> None:
        self._what, self._columns, self._line = what, columns, line
        self._started: float | None = None
        self._quarter = 0
        self._shown: tuple[Progress, TaskID] | None = None

    def update(self, done: int, total: int) -> None:
        self._started = self._started or time.monotonic()
        if self._shown is None and time.monotonic() - self._started < _PATIENCE_S:
            return
        if not console().is_terminal:
            quarter = done * 4 // max(total, 1)
            if quarter > self._quarter:
                note(self._line(done, total))
            self._quarter = quarter
            return
        if self._shown is None:
            from rich.progress import Progress

            bar = Progress(*self._columns(), console=console(), transient=True)
            bar.start()
            self._shown = bar, bar.add_task(self._what, total=total)
        bar, task = self._shown
        bar.update(task, completed=done, total=total)
        if done >= total:
            self.stop()

    def stop(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown[0].stop()
        self._shown, self._started = None, None


def _count_columns() -> tuple[ProgressColumn, ...]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    return TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()


def _byte_columns() -> tuple[ProgressColumn, ...]:
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn

    return TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
