from __future__ import annotations

import time

import pytest

from turnout.bench.sandbox import passes
from turnout.bench.scorers import SCORERS, score
from turnout.errors import UnreadableAnswer


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
        ("fields", '{"weight": 3.5, "day": "May 4, 2024", "price": "€1,200.00"}',
         '{"weight": "3.5 kg", "day": "2024-05-04", "price": 1200}', {}, 1),
        ("fields", '{"day": "2024-05-05"}', '{"day": "2024-05-04"}', {}, 0),
        ("fields", '{"n": 12, "m": 7}', '{"n": "12 to 14", "m": 8}', {}, 0),
        ("fields", '{"a": null, "b": "x"}', '{"a": null, "b": "x"}', {}, 1),
        ("fields", '{"b": "x"}', '{"a": null, "b": "x"}', {}, 1),
        ("fields", '{"a": "made up", "b": "x"}', '{"a": null, "b": "x"}', {}, 0.5),
        ("fields", '{"who": {"name": "Ann", "age": "41"}}', '{"who": {"name": "Ann", "age": 41}}', {}, 1),
        ("fields", '{"skills": ["welding", "Python"]}', '{"skills": ["python", "welding"]}', {}, 1),
        ("fields", '{"skills": ["python"]}', '{"skills": ["python", "welding"]}', {}, 2 / 3),
        ("fields", '{"a": "NYC"}', '{"a": "New York"}', {"or": {"a": ["nyc"]}}, 1),
        ("fields", '{"open": true}', '{"open": true}', {}, 1),
        ("fields", '{"open": "yes"}', '{"open": true}', {}, 1),
        ("fields", '{"open": false}', '{"open": true}', {}, 0),
        ("schema", '{"n": 3}', '{"n": 3}', {"schema": {"properties": {"n": {"type": "integer"}}}}, 1),
        ("schema", '{"n": "3"}', '{"n": 3}', {"schema": {"properties": {"n": {"type": "integer"}}}}, 0),
        ("items", "- Ann\n- Bob\n- Cy", '["Ann", "Bob"]', {}, 0.8),
        ("items", "Ann, Bob and Cy", '["Ann", "Bob", "Cy"]', {}, 1),
        ("items", '["ann", "robert"]', '["Ann", "Bob"]', {"or": {"Bob": ["Robert"]}}, 1),
        ("exact", "  “Paris.” ", "paris", {}, 1),
        ("exact", "It is Paris", "paris", {}, 0),
        ("all", "Red and green circles", "", {"all": [["red"], ["circle", "circles"]]}, 1),
        ("all", "Red squares", "", {"all": [["red"], ["circle", "circles"]]}, 0),
        ("choice", "very good", "very good", {"among": ["good", "very good"]}, 1),
        ("choice", "It is a simile, so A", "B", {"among": ["A", "B"]}, 0),
        ("choice", "This is a hyperbole: (B)", "B", {"among": ["A", "B"]}, 1),
        ("choice", "The answer is B) prophase", "B", {"among": ["A", "B"]}, 1),
        ("choice", "c) Chile", "c", {"among": ["a", "b", "c"]}, 1),
        ("choice", " b ", "B", {"among": ["A", "B"]}, 1),
        ("choice", "**A**", "A", {"among": ["A", "B"]}, 1),
        ("choice", "A poem of fourteen lines", "A", {"among": ["A", "B"]}, 0),
        ("choice", "First A, but no: B", "B", {"among": ["A", "B"], "last": True}, 1),
        ("chrf", "a cat sat", "the dog ran", {"references": ["a cat sat"]}, 1),
        ("rouge", "the cat sat down", "the cat sat down", {}, 1),
        ("number", "Das macht 7,50 €", "7.5", {}, 1),
        ("number", "von 3,4 auf 12", "12", {}, 1),
        ("number", "−4", "-4", {}, 1),
        ("number", "from 3 to 4.5", "4.5", {}, 1),
        ("number", "between 10-20", "20", {}, 1),
        ("correction", "He goes home.", "He goes home.", {"original": "he go home"}, 1),
        ("correction", "A worse one", "He goes home.", {"original": "he go home"}, 0),
        ("correction", "he goes home.", "He goes home.", {"original": "he go home"}, 0.83),
        ("correction", "we  agree", "We agree", {"original": "we agree"}, 0),
        ("correction", "He go home.", "He goes home.", {"original": "He go home."}, 0),
        ("constraints", "one two three", "", {"max_words": 3, "contains": ["two"], "without": ["three"]}, 2 / 3),
        ("words", "the cat sat", "The cat sat.", {}, 1),
        ("words", "We live at number 42, Harbor Road", "we live at number forty two, harbour road", {}, 1),
        ("words", "Gleis 7", "Gleis sieben", {"language": "de"}, 0.5),
        ("bleu", "the cat sat on the mat", "the cat sat on the mat", {}, 1),
        ("bleu", "a dog", "the cat sat", {"references": ["a dog"]}, 1),
        ("bleu", "xyz", "the cat sat", {}, 0),
        ("words", "a b c d e f g h i j", "one", {}, 0),
        ("characters", "abc d", "abc\nd", {}, 1),
        ("tests", "```python\ndef f(): return 1\n```", "", {"tests": ["assert f() == 1", "assert f() == 2"]}, 0.5),
        ("tests", "def f(: return", "", {"tests": ["assert f()"]}, 0),
    ],
)  # fmt: skip
def test_scores(name, answer, reference, options, expected):
    assert score(name, answer, reference, options) == pytest.approx(expected, abs=0.1 if name == "correction" else 1e-6)


@pytest.mark.parametrize(
    ("name", "answer", "options"),
    [
        ("contains", " ", {}),
        ("number", "Let me think about it. First we", {}),
        ("fields", 'Here it is: {"a": "1', {}),
    ],
)
def test_what_cannot_be_read_is_unscored(name, answer, options):
    with pytest.raises(UnreadableAnswer):
        score(name, answer, '{"a": 1}' if name == "fields" else "1", options, cut_off=True)
    if answer.strip():
        assert score(name, answer, '{"a": 1}' if name == "fields" else "1", options) == 0


def test_every_scorer_names_its_metric():
    assert all(scorer.metric for scorer in SCORERS.values())


@pytest.mark.slow
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
