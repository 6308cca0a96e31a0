"""`turnout bench report` as a person runs it, and its page in a real browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from browser import MISSING, opened

sys.path.append(str(Path(__file__).parents[1] / "unit" / "bench"))
from made_results import BAD, GOOD, JUDGE, REFERENCE, answer, run, verdict, write

HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">'\"&lt;{{7*7}}"
EVIL = 'maker/"><b>evil</b>'


@pytest.fixture
def turnout(tmp_path):
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TURNOUT", "OPENROUTER"))}
    own = {f"TURNOUT_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE")}

    def call(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "turnout", "bench", "report", *map(str, words)]
        every = {**inherited, **own, "NO_COLOR": "1", "COLUMNS": "80", "TURNOUT_DOWNLOAD": "never"}
        return subprocess.run(command, env=every, capture_output=True, text=True, timeout=300, check=False)

    return call


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Results in which everything that comes from outside attacks the page."""
    rows = [
        *run(),
        answer("summarization-000", EVIL, 0.9, prompt="Sum up summarization-000.", answer=HOSTILE),
        answer("summarization-001", EVIL, None, prompt="Sum up summarization-001.", answer="", error=HOSTILE),
        replace(verdict("summarization-000", EVIL, 1.0, "AB"), answer=HOSTILE),
    ]
    return write(rows, tmp_path_factory.mktemp("results") / "run 1.csv")


def test_the_terminal_shows_leaders_win_rates_and_what_to_know_in_80_columns(turnout, results):
    done = turnout(results)
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    for said in (GOOD, REFERENCE, "only 1 of 80 tasks scored", "win rate against", "humans", JUDGE, "summarization"):
        assert said in done.stdout


def test_json_is_one_document(turnout, results):
    document = json.loads(turnout(results, "--json").stdout)
    assert document["schema"] == "turnout.bench-report/1"
    assert document["results"] == "run 1.csv"
    assert [s["model"] for s in document["boards"][0]["standings"][:2]] == [GOOD, REFERENCE]


@pytest.mark.parametrize(
    ("words", "said"),
    [(["missing.csv"], "cannot read missing.csv"), ([Path(__file__)], "not a result file of this Turnout")],
)
def test_mistakes_are_one_line(turnout, words, said):
    done = turnout(*words)
    assert done.returncode != 0
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_drawn(turnout, results):
    done = turnout(results, "--report", "/proc/nowhere")
    assert "cannot write the report" in done.stderr
    assert not done.stdout


@pytest.fixture(scope="module")
def page(results, tmp_path_factory):
    from turnout.bench.report import write_report
    from turnout.bench.rows import read_rows

    folder = tmp_path_factory.mktemp("report")
    paths = write_report(read_rows(results), results, folder, command=f"turnout bench report {HOSTILE}")
    assert sorted(paths) == sorted(folder.iterdir())
    return folder / "index.html"


@pytest.mark.slow
def test_the_folder_holds_page_numbers_charts_and_all_results(page, results):
    names = {path.name for path in page.parent.iterdir()}
    assert {"index.html", "report.json", "results.csv", "figure-8-text-summarization.svg", "latency.png"} <= names
    assert (page.parent / "results.csv").read_bytes() == results.read_bytes()
    assert "<b>evil" not in page.read_text("utf-8")
    assert "<img" not in page.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.skipif(MISSING, reason="no chromium")
async def test_every_number_opens_its_rows_and_answers_are_only_text(page, tmp_path):
    async with opened(page.as_uri(), tmp_path / "browser") as tab:
        unlinked = "[...document.querySelectorAll('.matrix td.heat')].filter(td => !td.querySelector('button')).length"
        assert await tab.value(unlinked) == 0
        for model, quality in ((EVIL, "0.90"), (GOOD, "0.73")):
            cell = f"button.open[data-model={json.dumps(model)}][data-category='summarization']"
            await tab.value(f"document.querySelector({json.dumps('.matrix ' + cell)}).click()")
            assert await tab.value("document.querySelector('dialog').open")
            assert (await tab.value("document.querySelector('#list .score').textContent")).startswith(quality)
            where = await tab.value("[...document.querySelectorAll('#list .where')].map(e => e.textContent).join('|')")
            assert all(f"· {model}" in part for part in where.split("|"))
            if model == EVIL:
                await tab.value("document.querySelector('#list summary').click()")
                await tab.until("document.querySelector('#list .said.main')")
                assert await tab.value("document.querySelector('#list .said.main').textContent") == HOSTILE
                inside = await tab.value("document.querySelector('#list .inside').textContent")
                assert f"{EVIL} against {REFERENCE}, shown first, verdict of {JUDGE}: better" in inside
                assert f"{REFERENCE} (reference)" in inside
            await tab.value("document.querySelector('dialog').close()")
        assert await tab.value("document.querySelectorAll('img, b > b').length") == 0
        assert (await tab.value("document.title")).startswith("Benchmark of 4 models")
        assert tab.thrown == []


@pytest.mark.slow
@pytest.mark.skipif(MISSING, reason="no chromium")
async def test_rows_are_searched_filtered_and_reached_by_keyboard_and_by_address(page, tmp_path):
    async with opened(f"{page.as_uri()}#rows&text%2Fsummarization&{BAD.replace('/', '%2F')}", tmp_path / "b") as tab:
        await tab.until("document.querySelector('dialog').open")
        assert (await tab.value("document.getElementById('counted').textContent")).startswith("40 rows, mean score 0.")
        await tab.value("document.getElementById('find').focus()")
        await tab.call("Input.insertText", text="summarization-007")
        await tab.until("document.getElementById('counted').textContent.startsWith('1 row,')")
        await tab.value("document.getElementById('find').value = ''; document.getElementById('by-model').value = '';"
                        "document.getElementById('by-score').value = 'none';"
                        "document.getElementById('by-score').dispatchEvent(new Event('change'))")  # fmt: skip
        assert (await tab.value("document.getElementById('counted').textContent")) == "1 row"
        await tab.press("Escape", windowsVirtualKeyCode=27)
        await tab.until("!document.querySelector('dialog').open")
        await tab.value("document.querySelector('.matrix button.open').focus()")
        await tab.press("Enter", windowsVirtualKeyCode=13, text="\r")
        await tab.until("document.querySelector('dialog').open")
        assert await tab.value("document.querySelectorAll('#list > details').length") == 40
        await tab.value("document.getElementById('more').click()")
        assert await tab.value("document.querySelectorAll('#list > details').length") == 80
        assert tab.thrown == []


@pytest.mark.slow
@pytest.mark.skipif(MISSING, reason="no chromium")
async def test_a_telephone_sees_all_of_it_and_boards_are_chosen_by_name(page, tmp_path):
    async with opened(page.as_uri(), tmp_path / "browser", width=344, height=740) as tab:
        assert await tab.value("document.documentElement.scrollWidth") <= 344
        shown = "[...document.querySelectorAll('.board')].filter(b => !b.hidden).map(b => b.id).join()"
        assert await tab.value(shown) == "board-text"
        await tab.value("choice.value = 'board-text-question-answering-physics';"
                        "choice.dispatchEvent(new Event('change'))")  # fmt: skip
        assert await tab.value(shown) == "board-text-question-answering-physics"
        await tab.value("document.querySelector('.matrix button.open').click()")
        assert await tab.value("document.querySelector('dialog').scrollWidth") <= 344
