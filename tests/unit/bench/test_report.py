from __future__ import annotations

import json
from dataclasses import replace

import pytest
from made_results import BAD, GOOD, JUDGE, REFERENCE, answer, run, verdict

from turnout.bench.report.document import describe
from turnout.bench.report.failures import KINDS, failures, kind_of
from turnout.bench.report.figures import figures
from turnout.bench.report.records import embedded, records
from turnout.bench.report.spending import front
from turnout.bench.tasks import Task
from turnout.errors import DataError
from turnout.report import NARROW, Figure, Omitted


def drawn(document):
    return {f.name: f for f in figures(document) if isinstance(f, Figure)}


def omitted(document):
    return {f.title: f.why for f in figures(document) if isinstance(f, Omitted)}


@pytest.fixture(scope="module")
def document():
    return describe(run(), name="results.csv")


def test_the_document_is_json_and_says_who_leads(document):
    again = json.loads(json.dumps(document, allow_nan=False))
    assert again["schema"] == "turnout.bench-report/1"
    assert (again["answers"], again["verdicts"], again["votes"], again["tasks"]) == (240, 320, 80, 80)
    assert again["reference"] == REFERENCE
    assert again["summary"].startswith(f"Text: {GOOD} leads with 0.8")
    assert again["boards"][0]["standings"][0]["model"] == GOOD


def test_judging_costs_apart_and_the_local_judge_is_said_to_be_weak(document):
    assert document["answers_usd"] == pytest.approx(80 * (0.002 + 0.004 + 0.0001))
    assert document["judges_usd"] == pytest.approx(320 * 0.001)
    (judge,) = document["judges"]
    assert (judge["judge"], judge["local"], judge["both_orders"]) == (JUDGE, True, 160)
    assert 0.55 < judge["consistency"] < 0.8
    notes = " ".join(document["notes"])
    assert f"{JUDGE} is a local model, and small judges are weak" in notes
    assert "On 80 pairs of answers that people voted on" in notes
    assert "in no model's cost" in notes


def test_without_votes_the_notes_say_how_to_get_them():
    notes = " ".join(describe(run(voted=False), name="x")["notes"])
    assert "turnout votes export" in notes


def test_degenerate_models_are_named_once_and_cannot_lead():
    same = [
        answer(r.task_id, "maker/same", 1.0, category=r.category, answer="I like it very much.")
        for r in run() if r.model == GOOD and r.source == "exact"
    ]  # fmt: skip
    found = describe([*run(), *same], name="x")
    assert [s["model"] for s in found["boards"][0]["standings"]][-1] == "maker/same"
    assert sum("maker/same cannot lead" in note for note in found["notes"]) == 1
    assert GOOD in found["summary"]


def test_only_verdicts_are_no_run():
    with pytest.raises(DataError, match="no answers of models"):
        describe([verdict("t", GOOD, 1.0, "AB")], name="votes.csv")


def test_the_papers_figures_are_there_with_judge_and_humans(document):
    found = drawn(document)
    eight = found["figure-8-text-summarization"]
    assert eight.title == "Figure 8. Summarization: judge and human win rates"
    assert {(row[0], row[1]) for row in eight.rows} == {(m, by) for m in (GOOD, BAD) for by in ("judge", "humans")}
    assert "figure-9-text-question-answering" in found
    assert "On 40 answers that both saw" in eight.finding
    assert found["win-rates"].rows[0][0] == GOOD
    assert "The judge is kinder than people in" in found["judge-humans"].finding


def test_without_verdicts_or_votes_the_figures_say_which_command_makes_them():
    why = omitted(describe(run(judged=False, voted=False), name="x"))
    assert "--judge MODEL" in why["Figures 8–13. Judge and human win rates by category"]
    assert "--judge MODEL" in why["Win rate by the judge, raw and at equal length"]
    why = omitted(describe(run(voted=False), name="x"))
    assert "turnout votes export" in why["Figures 8–13. Judge and human win rates by category"]
    assert why["Why answers have no score"] == "every answer has a score"


@pytest.mark.slow
def test_every_figure_is_valid_at_both_widths_and_needs_no_network(document):
    several = [
        *run(), *(answer(f"a{i}", m, 0.5, modality="audio", category="transcription") for i in range(9) for m in "ab"),
        *(answer(f"b{i}", "a", None, modality="audio", category="transcription") for i in range(4)),
    ]  # fmt: skip
    for found in (document, describe(several, name="x")):
        for figure in drawn(found).values():
            assert {len(row) for row in figure.rows} == {len(figure.columns)}
            assert figure.reading
            for width in (720, NARROW):
                assert '"url"' not in json.dumps(figure.draw(width).to_dict())  # validated by Altair


def test_the_front_has_no_model_that_another_beats():
    points = [(3.0, 0.9), (1.0, 0.5), (2.0, 0.4), (1.0, 0.6), (4.0, 0.9)]
    assert front(points) == [3, 0]
    assert front([]) == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("cut off at the token limit before a number was said", "cut off at the token limit"),
        ("maker.example has too many requests (429)", "rate limited"),
        ("maker/x did not finish within 60 s", "timed out"),
        ("maker.example refused the key (401); check MAKER_API_KEY", "key refused or no credit"),
        ("maker.example failed (503): busy", "provider failed"),
        ("maker.example rejected the request (400): maximum context length", "prompt too long"),
        ("the answer is empty", "empty answer"),
        ("something new", "other"),
    ],
)
def test_errors_have_a_kind(error, kind):
    assert kind_of(error) == kind
    assert kind in KINDS


def test_failures_count_trials_of_each_model():
    rows = [answer("a", "m", 1.0), answer("b", "m", None), answer("c", "m", None, error="odd")]
    assert [(f["kind"], f["count"], f["trials"]) for f in failures(rows)] == [
        ("other", 1, 3), ("provider failed", 1, 3),
    ]  # fmt: skip


def test_records_hold_the_rows_and_cut_long_texts_in_the_middle():
    rows = [answer("a", GOOD, 0.5, answer="x" * 50 + "END"), verdict("a", GOOD, None, "AB")]
    task = Task("a", "text", "summarization", "en", "Sum up a.", "the right one", "facts", {}, 10)
    held = records(rows, [task], longest=30)
    (entry,) = held["tasks"]
    assert entry["right"] == "the right one"
    assert entry["answers"][0][-1].startswith("x" * 20 + "\n[… 23 characters left out …]\n")
    assert entry["answers"][0][-1].endswith("END")
    assert [held["names"][i] for i in (entry["verdicts"][0][0], entry["verdicts"][0][2])] == [JUDGE, GOOD]
    assert entry["verdicts"][0][6:8] == [None, "it refused"]


def test_a_cap_leaves_out_whole_tasks_of_every_category_alike():
    held = records(run(), most=30_000)
    kept = [entry["category"] for entry in held["tasks"]]
    assert 0 < held["left_out"] == 80 - len(kept)
    assert abs(kept.count("summarization") - kept.count("question-answering/physics")) <= 1


def test_embedded_data_cannot_leave_its_element():
    text = embedded({"answer": "</script><!--<script>\u2028&amp; \ud800"[:-1]})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["answer"] == "</script><!--<script>\u2028&amp; "


def test_a_report_of_repeats_says_so():
    rows = [replace(r, repeat=i) for r in run(8) if r.source == "exact" for i in range(2)]
    found = describe(rows, name="x")
    assert found["repeats"] == 2
    assert found["boards"][0]["standings"][0]["n"] == 16


def test_a_category_may_be_called_anything_and_its_files_stay_in_their_folder():
    rows = [replace(r, category="../../x y/z") for r in run(12)]
    found = describe(rows, name="x")
    names = set(drawn(found))
    assert {"categories-text", "figure-8-text"} <= names
    assert not [name for name in names if set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-")]


def test_a_voice_and_a_transcriber_are_told_apart_in_words():
    rows = [
        *(answer(f"s{i}", "voice", 0.9, modality="audio", category="voice-generation") for i in range(3)),
        *(answer(f"h{i}", "ear", 0.5, modality="audio", category="transcription") for i in range(3)),
    ]
    said = describe(rows, name="x")["summary"]
    assert "Audio (voice-generation): voice leads with 0.90" in said
    assert "Audio (transcription): ear leads with 0.50" in said
