"""Every shipped task is valid, and its own reference is a right answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from turnout.bench import load_suite, read_tasks
from turnout.bench.check import check, near_duplicates
from turnout.bench.scorers import score
from turnout.categories import CATEGORIES
from turnout.errors import DataError

ROOT = Path(__file__).resolve().parents[3]
TASKS = load_suite()


def test_it_has_a_thousand_tasks_over_every_category_and_many_languages():
    assert len(TASKS) == 1000
    assert {(t.modality, t.category.partition("/")[0]) for t in TASKS} == {(c.modality, c.name) for c in CATEGORIES}
    assert len({t.language for t in TASKS if t.category == "translation"}) >= 6
    assert len({t.options["source_language"] for t in TASKS if t.category == "translation"}) >= 6


@pytest.mark.slow
def test_nothing_is_wrong_with_it():
    assert check("turnout-1000").faults == ()


def test_nonsense_scores_little():
    rules = [t for t in TASKS if t.scorer not in ("constraints", "tests")]  # some wishes anything fulfils
    lucky = [t.id for t in rules if score(t.scorer, "Bananas.", t.reference, t.options) >= 0.5]
    assert lucky == []


def test_no_two_tasks_ask_the_same():
    assert near_duplicates(TASKS) == []


def test_the_file_is_what_its_sources_say():
    made = subprocess.run([sys.executable, "tools/make_suite.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr


def test_a_task_of_ones_own_may_hold_texts_and_files(tmp_path):
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.png").write_bytes(b"png")
    row = {"id": "a", "modality": "image", "category": "description", "reference": "r", "scorer": "contains",
           "content": [{"type": "text", "text": "Look."}, {"type": "image", "file": "a.png"},
                       {"type": "text", "text": "What is it?"}], "preference": {"price": 1}}  # fmt: skip
    (tmp_path / "tasks.jsonl").write_text(json.dumps(row))
    (task,) = read_tasks(tmp_path / "tasks.jsonl")
    assert task.prompt == "Look.\n\nWhat is it?"
    assert [(m.name, m.mime, m.data) for m in task.media] == [("a.png", "image/png", b"png")]
    assert task.preference.price == 1
    assert task.language == "en"


def test_check_finds_what_is_wrong(tmp_path):
    good = {"id": "a", "modality": "text", "category": "code", "content": "Say hello to the whole wide world, please.",
            "reference": "hello", "scorer": "contains"}  # fmt: skip
    rows = [
        good,
        {**good, "id": "b", "content": "Say hello to the whole wide world please"},
        {**good, "id": "c", "content": "Pick one.", "scorer": "choice", "options": {"among": ["x", "y"]}},
        {**good, "id": "d", "content": "Choose.", "scorer": "choice"},
        {**good, "id": "e e", "content": "Something else entirely: what is two?"},
        {**good, "id": "f", "content": "Write.", "scorer": "constraints", "options": {"rhymes": 2}},
        {**good, "id": "g", "modality": "image", "category": "description", "content": "What is in the picture?"},
    ]
    path = tmp_path / "tasks.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    faults = check(path).faults
    for said in ("a and b ask nearly the same", "c: its own reference scores 0.00", "needs the option 'among'",
                 "line 5: id", "unknown constraint 'rhymes'", "g: description needs a file of type image"):  # fmt: skip
        assert any(said in fault for fault in faults), said
    assert len(faults) == 6


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"category": "nonsense"}, "unknown text category"),
        ({"scorer": "nose"}, "unknown scorer"),
        ({"reference": None}, "'reference' is missing"),
        ({"content": [{"type": "image", "file": "none.png"}]}, "there is no file 'none.png'"),
        ({"content": []}, "content is a text, or a list of parts"),
        ({"prompt": "p"}, "unknown key 'prompt'"),
        ({"preference": {"beauty": 1}}, "beauty"),
    ],
)
def test_a_wrong_task_names_file_and_line(tmp_path, change, said):
    good = {"id": "a", "modality": "text", "category": "code", "content": "p", "reference": "r", "scorer": "contains"}
    wrong = {k: v for k, v in {**good, "id": "b", **change}.items() if v is not None}
    path = tmp_path / "tasks.jsonl"
    path.write_text(f"{json.dumps(good)}\n{json.dumps(wrong)}\n")
    with pytest.raises(DataError, match=f"line 2: .*{said}"):
        read_tasks(path)
