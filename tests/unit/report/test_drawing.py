from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from turnout.report import labels, look
from turnout.report.numbers import percent, signed


@given(
    st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300), st.text("abcW-", min_size=1, max_size=20)), max_size=12)
)
def test_labels_cover_neither_each_other_nor_other_points(points):
    sides = labels.place(points, 400, 300)
    boxes = [labels.box(x, y, text, side) for (x, y, text), side in zip(points, sides, strict=True) if side]
    assert not any(labels.overlap(a, b) for a, b in combinations(boxes, 2))
    assert all(box[0] >= 0 and box[2] <= 400 for box in boxes)


def test_a_label_keeps_off_a_line_when_it_can():
    line = [(x, 100.0) for x in range(100, 200, 4)]
    assert labels.place([(100, 100, "name")], 400, 300) == ["right"]
    assert labels.place([(100, 100, "name")], 400, 300, line) == ["left"]


@given(st.lists(st.floats(0, 300), max_size=12))
def test_spread_keeps_the_order_and_the_gap(values):
    moved = labels.spread(values, 12, 0, 300)
    assert (np.diff(sorted(moved)) >= 12 - 1e-9).all()
    assert all(a < b for (v, a), (w, b) in combinations(sorted(zip(values, moved, strict=True)), 2) if v < w)


@given(st.lists(st.text("ab/-.", min_size=1, max_size=40), max_size=8))
def test_short_names_stay_different(ids):
    short = look.short_names(ids, 14)
    assert set(short) == set(ids)
    assert len(set(short.values())) == len(short)


def test_numbers_as_text():
    assert [percent(v) for v in (0, 0.034, 0.5, 1, -0.25, None)] == ["0%", "3.4%", "50%", "100%", "−25%", "–"]
    assert [signed(v) for v in (0.0412, -0.5, 0.0, -0.0001)] == ["+0.041", "−0.500", "0.000", "0.000"]
