from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

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
