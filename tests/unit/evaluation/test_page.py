from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree

import documents
import pytest

from turnout.errors import DataError, InputFileError
from turnout.evaluation.page import write_report
from turnout.report import look

pytestmark = pytest.mark.slow

HOSTILE = ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(2)>", "</style></title>{{ 7 * 7 }}\x00\ud800\x1b"]


class Page(HTMLParser):
    """What a browser would find: elements with their attributes, and the text of each kind."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A report in which every name that comes from outside attacks the page."""
    document = documents.honest(HOSTILE, routers=("hierarchical", HOSTILE[0]))
    document["data"] = document["summary"] = document["encoder"] = "</title>" + HOSTILE[0]
    document["stability"]["hierarchical"]["by_perturbation"] = {HOSTILE[1]: 0.1}
    folder = tmp_path_factory.mktemp("hostile") / "deep" / "report"
    seen = []
    paths = write_report(document, folder, on_progress=lambda done, total: seen.append((done, total)))
    return document, folder, paths, seen


@pytest.fixture(scope="module")
def page(hostile):
    return Page((hostile[1] / "index.html").read_text("utf-8"))


def test_the_folder_holds_the_json_two_pictures_of_each_chart_and_the_page(hostile):
    _, folder, paths, seen = hostile
    assert sorted(paths) == sorted(folder.iterdir())
    assert paths[0] == folder / "index.html"
    charts = {path.stem for path in paths if path.suffix == ".svg"}
    assert charts == {path.stem for path in paths if path.suffix == ".png"}
    assert {"quality", "cost-quality", "savings", "preference", "speed"} <= charts
    assert seen == [(i, len(charts) + 1) for i in range(len(charts) + 2)]


def test_pngs_have_twice_the_pixels_of_their_svgs(hostile):
    for path in hostile[1].glob("*.svg"):
        root = ElementTree.parse(path).getroot()
        width, height = struct.unpack(">II", path.with_suffix(".png").read_bytes()[16:24])
        assert (width, height) == pytest.approx((2 * float(root.get("width")), 2 * float(root.get("height"))), abs=2)


def test_names_from_outside_are_text_and_nothing_else(hostile, page):
    script = (resources.files("turnout.report") / "assets" / "page.js").read_text("utf-8")
    assert page.texts["script"] == [script]
    assert not page.all("img")
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
    assert len(page.all("style")) == len(page.all("title")) == 1
    assert any(HOSTILE[0] in text for text in page.texts["h1"])
    shown = "".join(text for texts in page.texts.values() for text in texts)
    assert HOSTILE[0] in shown
    assert "{{ 7 * 7 }}" in shown
    assert "49" not in "".join(page.texts["th"])
    for path in hostile[1].glob("*.svg"):
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(path).iter()}
        assert tags <= {
            "svg",
            "g",
            "path",
            "rect",
            "line",
            "text",
            "tspan",
            "defs",
            "clipPath",
            "linearGradient",
            "stop",
        }


def test_the_page_runs_one_script_of_ours_and_asks_nobody(page):
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(page.texts["script"][0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    for tag, attributes in page.elements:
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert (attributes.get(name) or "#").startswith(("#", "data:application/json;")), (tag, name)
    assert not re.search(r"@import|url\((?!#)", "".join(page.texts["style"]))


def test_the_json_is_in_the_page_and_beside_it(hostile, page):
    document, folder, _, _ = hostile
    link = next(a for a in page.all("a") if a.get("download") == "report.json")
    embedded = json.loads(base64.b64decode(link["href"].partition("base64,")[2]))
    assert embedded == json.loads((folder / "report.json").read_text("utf-8"))
    assert embedded["policies"]["oracle"] == document["policies"]["oracle"]
    assert embedded["frontiers"]["hierarchical"] == document["frontiers"]["hierarchical"]


def test_ids_are_unique_and_every_reference_has_its_target(page):
    ids = [a["id"] for _, a in page.elements if a.get("id")]
    assert len(set(ids)) == len(ids)
    used = {m for _, a in page.elements for v in a.values() for m in re.findall(r"url\(#([^)]+)\)", v or "")}
    links = {a["href"][1:] for a in page.all("a") if (a.get("href") or "").startswith("#")}
    assert used
    assert used | links <= set(ids)


def test_every_figure_has_words_a_drawing_for_each_width_and_its_numbers(page):
    drawings = [a for a in page.all("div") if a.get("role") == "img"]
    assert len(drawings) == 2 * len(page.all("figure")) == 2 * len(page.all("figcaption")) == 2 * 9
    assert all(a["aria-label"] for a in drawings)
    assert len(page.all("details")) == 9
    widths = [float(a["viewbox"].split()[2]) for a in page.all("svg")]
    assert all(width <= 720 for width in widths[::2])
    assert all(width <= 344 for width in widths[1::2])


def test_every_grey_of_the_charts_turns_dark_with_the_page(page):
    style = "".join(page.texts["style"])
    for colour in (look.INK, look.MUTED, look.FAINT, look.PAPER):
        assert f'[fill="{colour}"]' in style
        assert f'[stroke="{colour}"]' in style
    assert f'[stroke="{look.GRID}"]' in style
    assert f'[fill="{look.BAND}"]' in style
    used = {a.get(n) for tag, a in page.elements if tag in ("text", "line") for n in ("fill", "stroke")} - {None}
    known = {look.INK, look.MUTED, look.FAINT, look.GRID, look.PAPER, "#1b1f24", "#fefefe"}
    assert used <= known | {colour for colour, _ in look.SERIES}


def test_the_main_table_sorts_by_numbers_and_leaves_out_what_nobody_measured(page):
    heads = page.texts["th"]
    assert "$ per 1,000" in heads
    assert "APGR" not in heads
    values = [float(a["data-value"]) for a in page.all("td") if a.get("data-value")]
    assert 0.65 in values


@pytest.fixture(scope="module")
def small():
    """The page of a report with few figures."""
    document = documents.two_models()
    return {key: document[key] for key in document if key not in ("shares", "calibration", "stability", "speed")}


def text_of(folder: Path) -> str:
    return (folder / "index.html").read_text("utf-8")


def test_what_is_left_out_is_said_and_the_command_repeats_the_measurement(small, tmp_path):
    write_report(small, tmp_path)
    text = text_of(tmp_path)
    assert "Cost and quality: no costs in these data." in text
    assert "turnout eval made --estimators hierarchical,knn --folds 5 --seeds 2 --report report" in text
    assert "1,200 in 1,100 groups" in text
    write_report(small, tmp_path, command="turnout eval 'my file.csv' --folds 3")
    assert "turnout eval &#39;my file.csv&#39; --folds 3" in text_of(tmp_path)


def test_the_papers_page_names_its_figures_and_removed_prompts(tmp_path):
    document = documents.paper()
    document["curves"] = document["curves"][:2]
    write_report(document, tmp_path)
    text = text_of(tmp_path)
    assert "Figure 2. k-means, prompt space: accuracy against N" in text
    assert "100 on which no model is right were removed" in text
    assert "label accuracy" in text
    assert "--protocol paper" in text
    assert len(text) < 1_000_000


def test_a_new_models_page(tmp_path):
    document = documents.new_model()
    write_report(document, tmp_path)
    assert "A new model on made: how many labels?" in text_of(tmp_path)
    assert (tmp_path / "gain.png").stat().st_size > 10_000


def test_a_folder_that_cannot_be_written_is_a_users_mistake(small, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputFileError, match="cannot write the report"):
        write_report(small, tmp_path / "file")


def test_what_json_cannot_hold_is_refused_before_anything_is_written(small, tmp_path):
    with pytest.raises(DataError, match="JSON"):
        write_report({**small, "space": float("nan")}, tmp_path / "out")
    assert not (tmp_path / "out").exists()
