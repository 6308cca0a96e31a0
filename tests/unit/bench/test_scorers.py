from __future__ import annotations

import time

import pytest

from turnout.bench.sandbox import passes
from turnout.bench.scorers import SCORERS, score


@pytest.mark.parametrize(
    ("name", "answer", "reference", "options", "expected"),
    [
        ("choice", "Negative.", "negative", {"among": ["positive", "negative"]}, 1),
        ("choice", "Not positive but negative", "negative", {"among": ["positive", "negative"]}, 0),
        ("choice", "unsafe", "safe", {"among": ["unsafe", "safe"]}, 0),
        ("number", "24 × 7 = 168", "168", {}, 1),
        ("number", "24 × 7 = 168 bottles in 7 crates", "168", {}, 1),
        ("number", "About 1,250", "1250", {}, 1),
        ("number", "I do not know", "3", {}, 0),
        ("contains", "It is Lisbon.", "Lisbon", {}, 1),
        ("contains", "Lisbonne", "Lisbon", {}, 0),
        ("contains", "Lisbon " * 41, "Lisbon", {}, 0),
        ("facts", "The bridge closes in March", "x", {"passage": "w " * 40, "facts": [["bridge"], ["march"], ["bus"]]},
         2 / 3),
        ("facts", "later " + "w " * 29, "x", {"passage": "w " * 40, "facts": [["late"]]}, 0),
        ("facts", "w " * 32, "x", {"passage": "w " * 40, "facts": [["w"]]}, (1 - 63 / 79) / 0.4),
        ("facts", "w " * 40, "x", {"passage": "w " * 40, "facts": [["w"]]}, 0),
        ("fields", 'Sure: {"a": "1", "b": "wrong"}', '{"a": "1", "b": "2"}', {}, 0.5),
        ("fields", "no json", '{"a": "1"}', {}, 0),
        ("correction", "He go home.", "He goes home.", {"original": "He go home."}, 0),
        ("constraints", "one two three", "", {"max_words": 3, "contains": ["two"], "without": ["three"]}, 2 / 3),
        ("words", "the cat sat", "The cat sat.", {}, 1),
        ("words", "a b c d e f g h i j", "one", {}, 0),
        ("characters", "abc d", "abc\nd", {}, 1),
        ("tests", "```python\ndef f(): return 1\n```", "", {"tests": ["assert f() == 1", "assert f() == 2"]}, 0.5),
        ("tests", "def f(: return", "", {"tests": ["assert f()"]}, 0),
    ],
)  # fmt: skip
def test_scores(name, answer, reference, options, expected):
    assert score(name, answer, reference, options) == pytest.approx(expected)


def test_every_scorer_names_its_metric():
    assert all(scorer.metric for scorer in SCORERS.values())


def test_the_sandbox_stops_what_goes_on_for_ever_and_what_reaches_out(tmp_path):
    began = time.monotonic()
    assert not passes("while True: pass", "")
    assert time.monotonic() - began < 11
    kept = tmp_path / "kept"
    kept.write_text("here")
    for line in ("open({!r}, 'w')", "import os; os.remove({!r})", "import os; os.truncate({!r}, 0)",
                 "import os; os.rename({0!r}, {0!r} + '2')", "import os; os.system('rm ' + {!r})"):  # fmt: skip
        assert not passes(line.format(str(kept)), "assert True")
    assert kept.read_text() == "here"
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]
    assert not passes("import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(30)", "assert True")
    assert passes("import collections, random, re, math, json, datetime, itertools, functools", "assert True")
    assert not passes("x = bytearray(2 << 30)", "")
    assert not passes("import sys; sys.exit(0)", "assert False")
    assert not passes("import os; os._exit(0)", "assert False")
    assert passes("import os", "assert not os.environ.get('HOME')")
    assert passes("def f(): return 1", "assert f() == 1")
