"""Every shipped task is valid, and its own reference is a right answer."""

from __future__ import annotations

import json

import pytest

from turnout.bench import load_suite, read_tasks
from turnout.bench.scorers import score
from turnout.errors import DataError

TASKS = load_suite("core")


@pytest.mark.parametrize("task", TASKS, ids=lambda t: t.id)
def test_its_reference_scores_1_and_nonsense_does_not(task):
    assert score(task.scorer, task.reference, task.reference, task.options) == pytest.approx(1.0)
    assert score(task.scorer, "Bananas.", task.reference, task.options) < 0.5 or task.category == "generation"
    assert score(task.scorer, "", task.reference, task.options) < 0.15


def test_the_suite_covers_what_the_local_models_do():
    kinds = {(t.modality, t.category.partition("/")[0]) for t in TASKS}
    assert len([c for m, c in kinds if m == "text"]) == 10
    assert {("audio", "speech-recognition"), ("audio", "voice-generation"), ("image", "text-recognition")} <= kinds
    assert len({t.language for t in TASKS}) >= 5


def test_no_two_tasks_ask_the_same():
    asked = [(t.prompt, tuple(m.name for m in t.media)) for t in TASKS]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"category": "nonsense"}, "unknown text category"),
        ({"scorer": "nose"}, "unknown scorer"),
        ({"reference": None}, "'reference' is missing"),
        ({"media": ["none.png"]}, "No such file"),
    ],
)
def test_a_wrong_task_names_file_and_line(tmp_path, change, said):
    good = {"id": "a", "modality": "text", "category": "code", "prompt": "p", "reference": "r", "scorer": "contains"}
    wrong = {k: v for k, v in {**good, "id": "b", **change}.items() if v is not None}
    path = tmp_path / "tasks.jsonl"
    path.write_text(f"{json.dumps(good)}\n{json.dumps(wrong)}\n")
    with pytest.raises(DataError, match=f"line 2: .*{said}"):
        read_tasks(path)
