from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from turnout.errors import InvalidResponse
from turnout.providers.sse import EventParser

ends = st.sampled_from(["\n", "\r\n", "\r"])
texts = st.lists(
    st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=12), max_size=3
)


@given(st.lists(texts, max_size=5), ends, st.lists(st.integers(1, 7), min_size=1, max_size=40))
def test_events_do_not_depend_on_how_the_bytes_arrive(events, end, cuts):
    raw = "".join(
        ": ping" + end + "".join(f"data: {line}{end}" for line in lines) + "id: 3" + end + end for lines in events
    ).encode()
    parser, got, at = EventParser(), [], 0
    for i in range(len(raw)):
        if at >= len(raw):
            break
        size = cuts[i % len(cuts)]
        got += parser.feed(raw[at : at + size])
        at += size
    got += parser.close()
    assert got == ["\n".join(lines) for lines in events if lines]


def test_a_forgotten_blank_line_at_the_end_is_forgiven():
    parser = EventParser()
    assert parser.feed(b"data: last") == []
    assert parser.close() == ["last"]


def feed_all(raw: bytes, size: int, max_bytes: int = 2**20) -> list[str]:
    parser = EventParser(max_bytes)
    events = [event for at in range(0, len(raw), size) for event in parser.feed(raw[at : at + size])]
    return events + parser.close()


@example([("data: a", "\r\n"), ("", "\n"), ("data: b", "\n")])
@given(st.lists(st.tuples(st.sampled_from(["data: a", "data:b", "data", ": c", "id: 1", ""]), ends), max_size=20))
def test_line_ends_may_be_mixed(lines):
    raw = "".join(line + end for line, end in lines).encode()
    # The specification's own words: a CRLF pair, else a lone LF, else a lone CR ends a line.
    expected, data = [], []
    for line in [*raw.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        if line.startswith("data"):
            data.append(line.removeprefix("data").removeprefix(":").removeprefix(" "))
        if not line and data:
            expected.append("\n".join(data))
            data = []
    for size in (1, 2, 3, len(raw) or 1):
        assert feed_all(raw, size) == expected


def test_a_byte_order_mark_at_the_start_is_skipped():
    assert feed_all(b"\xef\xbb\xbfdata: a\n\n", 1) == ["a"]


@pytest.mark.parametrize("line", [b"data: " + b"x" * 50, b": " + b"x" * 50 + b"\ndata: y\n", b"data:\n"])
def test_an_event_without_an_end_is_stopped(line):
    with pytest.raises(InvalidResponse, match="larger than 1,000 bytes"):
        feed_all(line * 2000, len(line), max_bytes=1000)
