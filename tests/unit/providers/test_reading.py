"""What programs read in pictures and films: text where it stands, shapes, distinct frames."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import Image, ImageDraw

pytest.importorskip("rapidocr_onnxruntime")

from pictures import film, page, png
from turnout.providers.local.films import film_notes, frames_of
from turnout.providers.local.media import BadInput
from turnout.providers.local.pages import Line, ReadLines, decode, layout, line_reader
from turnout.providers.local.reader import cut
from turnout.providers.local.shapes import facts, shapes


@pytest.fixture(scope="module")
def read() -> ReadLines:
    return line_reader(1)


def test_words_keep_their_spaces_and_columns_their_places(read: ReadLines) -> None:
    drawn = page([[(30, "Rye bread"), (480, "7.00")], [(30, "Apple cake"), (480, "13.40")], [(30, "To pay by card")]])
    text = layout(read(decode(png(drawn))))
    rows = text.splitlines()
    assert [row.split() for row in rows] == [["Rye", "bread", "7.00"], ["Apple", "cake", "13.40"],
                                             ["To", "pay", "by", "card"]]  # fmt: skip
    assert abs(rows[0].index("7.00") - rows[1].index("13.40")) <= 2
    assert "Rye bread   " in rows[0]


def test_white_on_dark_is_read_too(read: ReadLines) -> None:
    drawn = Image.eval(page([[(40, "Night train to Rome")]]), lambda value: 255 - value)
    assert layout(read(decode(png(drawn)))) == "Night train to Rome"


def test_pieces_that_overlap_in_height_stand_in_one_row() -> None:
    lines = [Line("right", 300, 12, 350, 32), Line("left", 10, 10, 50, 30), Line("below", 10, 50, 60, 70)]
    assert [row.split() for row in layout(lines).splitlines()] == [["left", "right"], ["below"]]
    assert layout([]) == ""


def drawing() -> Image.Image:
    image = Image.new("RGB", (500, 400), "white")
    draw = ImageDraw.Draw(image)
    for x, y in ((60, 60), (200, 90), (90, 260)):
        draw.ellipse((x, y, x + 80, y + 80), fill="red")
    draw.rectangle((320, 60, 400, 140), fill="blue")
    draw.rectangle((300, 250, 440, 310), fill="green")
    draw.polygon([(200, 360), (290, 360), (245, 280)], fill="orange")
    return image


def test_flat_shapes_are_counted_named_and_placed(read: ReadLines) -> None:
    pixels = decode(png(drawing()))
    lines = read(pixels)
    found = {(shape.colour, shape.form, shape.place) for shape in shapes(pixels, lines)}
    assert found == {("red", "circle", "top left"), ("red", "circle", "top centre"), ("red", "circle", "bottom left"),
                     ("blue", "square", "top right"), ("green", "rectangle", "bottom right"),
                     ("orange", "triangle", "bottom centre")}  # fmt: skip
    assert "3 red circles" in facts(pixels, lines)


def test_a_bar_is_told_with_its_label_and_number(read: ReadLines) -> None:
    image = page([[(105, "120")], [], [], [], [], [(100, "June")]])
    ImageDraw.Draw(image).rectangle((90, 62, 170, 272), fill="purple")
    assert "June: 120 – purple rectangle" in facts(decode(png(image)), read(decode(png(image))))


def test_letters_are_no_shapes_and_noise_has_none(read: ReadLines) -> None:
    pixels = decode(png(page([[(40, "A plain page of text")], [(40, "with OOO and HHH in it")]])))
    assert shapes(pixels, read(pixels)) == []
    noise = Image.effect_noise((300, 200), 90).convert("RGB")
    assert shapes(decode(png(noise)), []) == []


def test_a_film_is_read_where_it_changes(read: ReadLines) -> None:
    scenes = [(page([[(40, text)]], ground=ground), 1.5)
              for text, ground in (("Boil the water", "white"), ("Add the pasta", "lightyellow"))]  # fmt: skip
    notes = film_notes(film(scenes), read, lambda sound: [])
    assert notes[0] == "film: 3.0 s, 640 × 360 pixels, without sound"
    assert len(notes) == 3
    assert "Boil the water" in notes[1]
    assert "Add the pasta" in notes[2]
    assert 1.4 <= float(notes[2].split()[0].strip("[")) <= 1.8


def test_what_moves_all_the_time_is_thinned_out() -> None:
    scenes = []
    for step in range(60):
        image = Image.new("RGB", (320, 180), "white")
        ImageDraw.Draw(image).ellipse((step * 4, 60, step * 4 + 50, 110), fill="red")
        scenes.append((image, 0.3))
    found = frames_of(film(scenes))
    times = [frame.at for frame in found.frames]
    assert len(times) == 12
    assert times == sorted(set(times))
    assert times[0] == 0
    assert times[-1] > 17
    assert max(b - a for a, b in pairwise(times)) < 6


@pytest.mark.parametrize("data", [b"no film", b"\x00\x00\x00\x18ftypmp42" + bytes(200)])
def test_what_is_no_film_is_rejected(data: bytes) -> None:
    with pytest.raises(BadInput, match="not a film that can be decoded"):
        frames_of(data)


def test_a_long_note_is_cut_in_the_middle_and_says_so() -> None:
    shorter = cut("a" * 500 + "b" * 500, 200)
    assert len(shorter) <= 200
    assert shorter.startswith("aaa")
    assert shorter.endswith("bbb")
    assert "cut: too long" in shorter
    assert cut("short", 200) == "short"
