"""Blind votes: what is shown, what comes back, and what is refused."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import pytest
from rows_of import answer, verdict

from browser import MISSING, opened
from turnout.bench import votes
from turnout.bench.ballots import read_cast
from turnout.bench.lock import only_writer
from turnout.bench.rows import COLUMNS, append, cells_of, read_rows
from turnout.bench.tasks import Task
from turnout.bench.winrate import win_rates
from turnout.errors import DataError, InputFileError, UserError
from turnout.types import Media

HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)> =1+1'


@pytest.fixture
def results(tmp_path: Path) -> Path:
    path = tmp_path / "results.csv"
    rows = [
        answer(f"t{i}", m, f"{m[-1]} says {i}", prompt=f"Question {i}?")
        for i in range(30)
        for m in ("acme/x", "acme/y")
    ]
    rows += [answer(f"t{i}", "acme/ref", f"ref says {i}", prompt=f"Question {i}?") for i in range(20)]
    rows.append(answer("t25", "acme/ref", "", quality=None, error="the answer is empty"))
    with path.open("wb") as file:
        append(file, [COLUMNS, *map(cells_of, rows)])
    return path


def fill(table: Path, choose) -> Path:
    with table.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "vote": choose(row)} for row in rows)
    return table


def for_x(row):
    """Who votes for x whenever they see it."""
    return "A" if row["answer_a"].startswith("x") else "B" if row["answer_b"].startswith("x") else "tie"


def test_votes_come_home_to_the_right_models(results: Path, tmp_path: Path):
    made = votes.ballots(results, reference="acme/ref")
    assert len(made.pairs) == 40, "where the reference is empty there is nothing to compare"
    table = tmp_path / "votes.csv"
    votes.write_ballots(made.pairs, table)
    fill(table, for_x)
    assert votes.import_votes(results, table, "ann") == (40, 0)
    found = {(r.model, r.against): r.rate for r in win_rates(read_rows(results), "human") if r.category == ""}
    assert found == {("acme/x", "acme/ref"): 1.0, ("acme/y", "acme/ref"): 0.5}
    orders = [row.order for row in read_rows(results) if row.source == "human"]
    assert 8 <= orders.count("AB") <= 32, "both places are used"


def test_the_same_votes_again_add_nothing_and_another_voter_does(results: Path, tmp_path: Path):
    table = tmp_path / "votes.csv"
    votes.write_ballots(votes.ballots(results, sample=10).pairs, table)
    fill(table, lambda row: "both bad")
    assert votes.import_votes(results, table, "ann") == (10, 0)
    before = results.read_bytes()
    assert votes.import_votes(results, table, "ann") == (0, 10)
    assert results.read_bytes() == before
    assert votes.import_votes(results, table, "bob") == (10, 0)
    assert {row.answer for row in read_rows(results) if row.source == "human"} == {"both bad"}
    fill(table, lambda row: "A")
    with pytest.raises(DataError, match="ann has voted otherwise"):
        votes.import_votes(results, table, "ann")


def test_the_file_does_not_say_whose_answers_they_are(results: Path, tmp_path: Path):
    for name in ("votes.csv", "votes.html"):
        votes.write_ballots(votes.ballots(results).pairs, tmp_path / name)
        assert "acme" not in (tmp_path / name).read_text("utf-8")
    key = votes.key_file(results)
    assert key.stat().st_mode & 0o077 == 0
    first = [b.id for b in votes.ballots(results).pairs]
    key.unlink()
    second = [b.id for b in votes.ballots(results).pairs]
    assert not set(first) & set(second), "the ids are the key's"
    assert all(name.startswith("v") for name in second), "no spreadsheet takes it for a number"


def test_a_smaller_sample_is_a_part_of_a_larger_one(results: Path):
    assert votes.ballots(results, sample=50).pairs[:10] == votes.ballots(results, sample=10).pairs
    assert len({b.prompt for b in votes.ballots(results, sample=12).pairs}) > 5, "not the first tasks"


def test_which_pairs(results: Path):
    assert len(votes.ballots(results).pairs) == 20 * 3 + 10, "all with all"
    assert len(votes.ballots(results, models=["acme/x", "acme/y"]).pairs) == 30
    assert len(votes.ballots(results, models=["acme/x"], reference="acme/ref").pairs) == 20
    with results.open("ab") as file:
        append(file, [cells_of(verdict("t1", "acme/x", "AB", 1.0, against="acme/ref"))])
    assert len(votes.ballots(results).pairs) == 40, "the one that was judged against is the reference"
    with pytest.raises(UserError, match="no answers of 'acme/z'"):
        votes.ballots(results, models=["acme/z"])
    with pytest.raises(UserError, match="two models must answer"):
        votes.ballots(results, models=["acme/ref"])


def test_what_must_be_seen_needs_the_tasks(tmp_path: Path):
    path = tmp_path / "results.csv"
    rows = [answer("i1", m, m, modality="image", category="description") for m in ("a", "b")]
    rows += [answer("v1", m, m, modality="audio", category="voice-generation", by="heard") for m in ("a", "b")]
    with path.open("wb") as file:
        append(file, [COLUMNS, *map(cells_of, rows)])
    with pytest.raises(UserError, match="say --tasks"):
        votes.ballots(path)
    picture = Media(b"\x89PNG", "image/png", "a.png")
    task = Task("i1", "image", "description", "en", "p", "a cat", "facts", {}, 10, (picture,))
    made = votes.ballots(path, tasks=[task])
    assert made.unseen == 1
    assert made.pairs[0].media == ("data:image/png;base64,iVBORw==",)
    assert made.pairs[0].reference == "a cat"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("id,vote\nv0123,A\n", "none of these results'"),
        ("id,vote\n{id},C\n", "row 2: the vote 'c' is not one of A, B, tie, both bad"),
        ("id,vote\n{id},A\n{id},B\n", "row 3: another vote on the pair of row 2"),
        ("id,vote\n{id},\n", "holds no vote"),
        ("id;vote\n", "holds no vote"),
        ("name,choice\nx,A\n", "no columns id and vote"),
        ("id,vote,at\n{id},A,yesterday\n", "is no time"),
        ('id,vote\n"{id},A\n', "no table of votes"),
    ],
)
def test_what_is_no_vote_is_refused_and_nothing_is_written(text: str, error: str, results: Path, tmp_path: Path):
    first, second = votes.ballots(results).pairs[:2]
    table = tmp_path / "votes.csv"
    table.write_text(text.format(id=first.id).replace("id,vote\n", f"id,vote\n{second.id},tie\n", 1)
                     if "v0123" in text else text.format(id=first.id))  # fmt: skip
    before = results.read_bytes()
    with pytest.raises(DataError, match=error):
        votes.import_votes(results, table, "ann")
    assert results.read_bytes() == before


def test_votes_on_an_answer_that_has_changed_fit_no_more(results: Path, tmp_path: Path):
    table = tmp_path / "votes.csv"
    votes.write_ballots(votes.ballots(results, models=["acme/x", "acme/y"]).pairs, table)
    fill(table, for_x)
    results.write_bytes(results.read_bytes().replace(b"x says 7", b"x says seven"))
    with pytest.raises(DataError, match="none of these results'"):
        votes.import_votes(results, table, "ann")


def test_no_key_a_bad_name_a_running_bench(results: Path, tmp_path: Path):
    table = tmp_path / "votes.csv"
    votes.write_ballots(votes.ballots(results).pairs, table)
    fill(table, for_x)
    with pytest.raises(UserError, match="voter's name"):
        votes.import_votes(results, table, "a\nb")
    with only_writer(results), pytest.raises(InputFileError, match="another run is writing"):
        votes.import_votes(results, table, "ann")
    votes.key_file(results).unlink()
    with pytest.raises(InputFileError, match=r"results\.csv\.key is not there"):
        votes.import_votes(results, table, "ann")


def test_a_torn_last_row_is_cut_off_before_votes_follow(results: Path, tmp_path: Path):
    table = tmp_path / "votes.csv"
    votes.write_ballots(votes.ballots(results, sample=5).pairs, table)
    fill(table, lambda row: "tie")
    with results.open("ab") as file:
        file.write(b't99,acme/x,0,text,"torn')
    votes.import_votes(results, table, "ann")
    assert sum(row.source == "human" for row in read_rows(results)) == 5


def test_a_table_is_safe_in_a_spreadsheet_and_read_from_one(tmp_path: Path):
    made = [votes.Ballot("v1", "=cmd|' /C calc'!A0", "+1", "x" * 40_000), votes.Ballot("v2", "p", "日本", "é")]
    table = tmp_path / "votes.csv"
    votes.write_ballots(made, table)
    with table.open(newline="", encoding="utf-8-sig") as file:
        first, second = csv.DictReader(file)
    assert (first["prompt"], first["answer_a"]) == ("'=cmd|' /C calc'!A0", "'+1")
    assert len(first["answer_b"]) < 32_767
    assert second["answer_a"] == "日本"
    table.write_bytes("\ufeffid;prompt;vote;reason\r\nv1;a,b,c;BOTH  bad;too short\r\nv2;x;b;\r\n".encode())
    assert [(c.id, c.vote, c.reason) for c in read_cast(table)] == [("v1", "both bad", "too short"), ("v2", "B", "")]
    with pytest.raises(UserError, match=r"\.html page or a \.csv"):
        votes.write_ballots(made, tmp_path / "votes.xlsx")


@pytest.mark.slow
@pytest.mark.skipif(MISSING, reason="no chromium")
async def test_the_page_votes_by_key_keeps_them_and_gives_the_file(results: Path, tmp_path: Path):
    rows = [answer("t98", m, text, prompt=HOSTILE) for m, text in (("acme/x", HOSTILE), ("acme/y", "fine"))]
    with results.open("ab") as file:
        append(file, map(cells_of, rows))
    made = votes.ballots(results, models=["acme/x", "acme/y"]).pairs
    page_file = tmp_path / "votes.html"
    votes.write_ballots(made, page_file)
    async with opened(page_file.as_uri(), tmp_path / "browser") as page:
        await page.until("document.readyState == 'complete' && document.getElementById('count').textContent")
        assert (await page.value("document.getElementById('count').textContent")).startswith("pair 1 of 31")
        for key in ("a", "b", "t", "x"):
            await page.press(key)
        await page.until("document.getElementById('count').textContent == 'pair 5 of 31, 4 voted'")
        await asyncio.sleep(1)  # a browser stores what a page gave it a moment later
        await page.call("Page.reload")
        await page.until("document.getElementById('count')?.textContent == 'pair 5 of 31, 4 voted'")
        await page.press("ArrowLeft")
        assert await page.value("document.querySelector('.keys .chosen').dataset.vote") == "both bad"
        hostile = next(i for i, b in enumerate(made) if b.prompt == HOSTILE)
        for _ in range(40):
            await page.press("ArrowLeft")
        for _ in range(hostile):
            await page.press("ArrowRight")
        assert await page.value("document.getElementById('task').textContent") == HOSTILE
        assert await page.value("document.title") == "Which answer is better?"
        assert await page.value("document.querySelectorAll('img').length") == 0
        text = await page.value(
            "(async () => { let blob; URL.createObjectURL = (b) => { blob = b; return '#'; };"
            " document.getElementById('download').click(); window.said = await blob.text(); })(); 1"
        )
        await page.until("window.said")
        text = await page.value("window.said")
    table = tmp_path / "votes.csv"
    table.write_text(text)
    cast = read_cast(table)
    assert [c.vote for c in cast] == ["A", "B", "tie", "both bad"]
    assert [c.id for c in cast] == [b.id for b in made[:4]]
    assert votes.import_votes(results, table, "ann") == (4, 0)
