"""Server-sent events: bytes, cut anywhere, to the data of each event."""

from __future__ import annotations

import re

from turnout.errors import InvalidResponse

__all__ = ["EventParser"]

_LINE_END = re.compile(rb"\r\n|\r|\n")


class EventParser:
    """Collects bytes and gives out the `data` of each finished event (WHATWG HTML, section 9.2.6).

    Comments (keep-alives) and other fields are skipped, several data lines are joined by a newline, line ends may be
    CRLF, LF or CR. Lines are cut before they are decoded, so a character split between two reads stays whole.
    """

    def __init__(self, max_bytes: int = 16 * 2**20) -> None:
        self._max_bytes = max_bytes
        self._line = bytearray()
        self._data: list[str] = []
        self._size = 0
        self._after_cr = False
        self._at_start = True

    def feed(self, piece: bytes) -> list[str]:
        """The events that `piece` finishes; raises `InvalidResponse` when one outgrows `max_bytes`."""
        if not piece:
            return []
        if self._after_cr and piece.startswith(b"\n"):  # second half of a CRLF that two reads cut apart
            piece = piece[1:]
        self._after_cr = piece.endswith(b"\r")
        if self._size + len(self._line) + len(piece) > self._max_bytes and not _LINE_END.search(piece):
            raise InvalidResponse(f"one event of the stream is larger than {self._max_bytes:,} bytes")
        *ends, rest = _LINE_END.split(piece)
        events = [event for end in ends if (event := self._end_line(end)) is not None]
        self._line += rest
        return events

    def close(self) -> list[str]:
        """What is left at the end of the stream: servers exist that forget the last blank line."""
        events = [self._end_line(b""), self._end_line(b"")]
        return [event for event in events if event is not None]

    def _end_line(self, end: bytes) -> str | None:
        self._line += end
        line, self._line = bytes(self._line), bytearray()
        if self._at_start:
            line, self._at_start = line.removeprefix(b"\xef\xbb\xbf"), False
        if not line:
            data, self._data, self._size = self._data, [], 0
            return "\n".join(data) if data else None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._size += len(value) + 1  # empty lines fill memory, too
            if self._size > self._max_bytes:
                raise InvalidResponse(f"one event of the stream is larger than {self._max_bytes:,} bytes")
            self._data.append(value.removeprefix(b" ").decode(errors="replace"))
        return None
