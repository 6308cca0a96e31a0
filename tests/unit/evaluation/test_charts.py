from __future__ import annotations

import importlib.util

import documents
import numpy as np
import pytest

from turnout.errors import InputFileError, MissingExtra
from turnout.evaluation import honest
from turnout.evaluation.charts import charts, figures
from turnout.report import NARROW, Figure, Omitted
from turnout.types import OutcomeTable

pytestmark = pytest.mark.slow


def drawn(document):
    return {f.name: f for f in figures(document) if isinstance(f, Figure)}


def omitted(document):
    return {f.title: f.why for f in figures(document) if isinstance(f, Omitted)}


def rows_of(spec, field):
    """All rows of all data of a spec that have a field."""
    return (
        [row for rows in spec["datasets"].values() for row in rows if field in row]
        if "datasets" in spec
        else [row for data in everything(spec, "values") for row in data if isinstance(row, dict) and field in row]
    )


def everything(spec, key):
    """All values of a key, at any depth."""
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name == key:
                yield value
            yield from everything(value, key)
    elif isinstance(spec, list):
        for value in spec:
            yield from everything(value, key)


# Sections of a report beyond its policies' figures (docs/reference/formats.md).
SECTIONS = {
    "single_models", "shares", "frontiers", "savings", "pgr", "calibration", "preference", "monotone", "stability",
    "speed",
}  # fmt: skip


@pytest.fixture(scope="module")
def measured():
    """A real report of a small table with costs and times."""
    rng = np.random.default_rng(0)
    kind = np.arange(150) % 2
    features = rng.normal(size=(150, 16)) * 0.3
    features[:, 0] += np.where(kind, 1, -1)
    features = (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float32)
    chance = np.stack([np.where(kind, 0.9, 0.2), np.where(kind, 0.2, 0.8), np.full(150, 0.5)], axis=1)
    quality = (rng.random((150, 3)) < chance) * 1.0
    prompts = tuple("".join(rng.choice(list("abcdefgh"), 12)) for _ in kind)
    cost, seconds = quality * 0 + [0.001, 0.004, 0.0001], quality * 0 + [1.0, 2.0, 0.2]
    table = OutcomeTable(
        "made", tuple(map(str, range(150))), prompts, tuple(documents.MODELS), quality, cost, seconds, quality * np.nan
    )
    return honest(table, features, ["knn", "hierarchical"], folds=3, seeds=1).to_dict()


def test_the_made_documents_have_the_shape_of_a_real_report(measured):
    made = documents.honest()
    assert set(measured) == set(made)
    (real, *_), (mine, *_) = measured["policies"].values(), made["policies"].values()
    assert set(real) == set(mine)
    for section in set(measured) - {"policies"}:
        assert shape(measured[section]) in (shape(made[section]), "empty"), section


def shape(value):
    """Names of fields; keys that are names of policies, models or perturbations count as one."""
    if isinstance(value, dict):
        if (
            value
            and all(isinstance(item, dict | list | float | bool) for item in value.values())
            and not (
                {"flip_rate", "one_p50_ms", "model", "quality", "weight", "predicted", "price", "quality_kept"}
                & set(value)
            )
        ):
            inner = {str(shape(item)) for item in value.values()} - {"empty"}
            return {"named": sorted(inner)} if inner else "empty"
        return {
            key: "…" if not isinstance(item, dict | list) else shape(item) for key, item in value.items()
        } or "empty"
    if isinstance(value, list | tuple):
        return [shape(value[0])] if value else "empty"
    return "a value"


def test_a_real_report_can_be_drawn(measured):
    assert "quality" in charts(measured)


def test_every_chart_of_the_honest_protocol_is_there_and_says_something():
    found = drawn(documents.honest())
    assert list(found) == [
        "quality", "cost-quality", "savings", "top-share", "shares", "preference", "calibration", "stability", "speed",
    ]  # fmt: skip
    for figure in found.values():
        assert figure.reading
        assert figure.finding.endswith(".")
        assert figure.rows
        assert {len(row) for row in figure.rows} == {len(figure.columns)}


@pytest.mark.parametrize("make", [documents.honest, documents.two_models, documents.paper, documents.new_model])
def test_charts_are_valid_at_both_widths_and_need_no_network(make):
    for width in (720, NARROW):
        for name, chart in charts(make(), width).items():
            spec = chart.to_dict()  # Altair validates against the schema of Vega-Lite
            assert spec["title"]["text"], name
            assert not list(everything(spec, "url")), name


def test_the_quality_chart_holds_the_reports_numbers_best_first():
    document = documents.honest()
    spec = charts(document)["quality"].to_dict()
    rows = rows_of(spec, "quality_low")
    assert {row["name"]: row["quality"] for row in rows} == {n: p["quality"] for n, p in document["policies"].items()}
    assert [row["name"] for row in rows][:2] == ["oracle", "category-best"]
    lines = {row["name"] for row in rows_of(spec, "name") if "quality_low" not in row}
    assert lines == {"constant best", "category-best", "oracle"}


def test_money_is_per_thousand_requests_and_frontiers_never_fall():
    spec = charts(documents.honest())["cost-quality"].to_dict()
    assert any("$ per 1,000 requests" in str(title) for title in everything(spec, "title"))
    line = [r for r in rows_of(spec, "series") if r["series"].startswith("hierarchical (AIQ 0.600)") and "tip" not in r]
    cost, quality = [r["cost"] for r in line], [r["quality"] for r in line]
    assert (min(cost), max(cost)) == (pytest.approx(0.1), pytest.approx(3.0))
    assert (np.diff(cost) > 0).all()
    assert (np.diff(quality) >= -1e-12).all()
    assert max(quality) == pytest.approx(0.65)


def test_findings_follow_the_data():
    document = documents.honest()
    found = drawn(document)
    assert "recovers 25% of that" in found["quality"].finding
    assert "2 of 2 routers" in found["quality"].finding
    assert "No policy keeps 100% of the quality, random mixing does" in found["savings"].finding
    assert "promise" in found["calibration"].reading
    assert "0.050" in found["calibration"].finding
    assert "never chose a dearer" in found["preference"].finding
    for name in ("hierarchical", "knn"):
        document["policies"][name].update(quality=0.55, gain=-0.05, gain_low=-0.06, gain_high=-0.04, headroom=-0.25)
        document["shares"][name] = {documents.MODELS[0]: 1.0}
    document["monotone"]["knn"] = False
    document["frontiers"]["hierarchical"] = document["frontiers"]["zero router"]
    found = drawn(document)
    assert "recovers none of it" in found["quality"].finding
    assert "hierarchical and knn have collapsed" in found["shares"].finding
    assert "does NOT always choose a cheaper mix with knn" in found["preference"].finding
    assert "buys nothing here" in found["cost-quality"].finding


def test_what_was_not_measured_is_left_out_with_the_reason():
    why = omitted(documents.two_models())
    assert why["Cost and quality"] == why["Cost saved at nearly equal quality"] == "no costs in these data"
    assert "gap-recovered" in drawn(documents.two_models())
    assert "these are 3" in omitted(documents.honest())["Performance gap recovered"]
    bare = {k: v for k, v in documents.honest().items() if k not in SECTIONS}
    assert list(drawn(bare)) == ["quality"]
    assert len(omitted(bare)) == 9


def test_a_preference_without_latency_is_drawn_as_lines():
    document = documents.honest()
    document["preference"] = [{**r, "latency_s": None} for r in document["preference"] if r["latency"] == 0]
    spec = charts(document)["preference"].to_dict()
    assert {row["series"] for row in rows_of(spec, "weight")} == {"hierarchical", "knn"}


def test_the_papers_figures_have_its_numbers_and_upper_bounds_are_dashed():
    document = documents.paper()
    found = drawn(document)
    assert [f.title for f in found.values()] == [
        "Figure 2. kNN, prompt space: accuracy against k",
        "Figure 3. k-means, prompt space: accuracy against N",
        "Figure 4. kNN, response space: accuracy against k (upper bound)",
        "Figure 5. k-means, response space: accuracy against N (upper bound)",
        "Figure 6. kNN, difference space: accuracy against k (upper bound)",
        "Figure 7. k-means, difference space: accuracy against N (upper bound)",
    ]
    prompt, response = (charts(document)[name].to_dict() for name in list(found)[:4:2])
    assert dashes(prompt) == [[1, 0]]
    assert dashes(response) == [[6, 3]]
    texts = {row["text"] for row in rows_of(prompt, "text")}
    assert {"oracle (any correct)", "category-best", "random model", "always large-70b"} <= texts
    assert "0.100 below always asking maker/large-70b" in found["figure-2-knn-prompt"].finding
    assert "0.100 above always asking maker/large-70b" in found["figure-4-knn-response"].finding
    assert "no clear difference" in found["figure-6-knn-diff"].finding


def dashes(spec):
    return next(v["scale"]["range"] for v in everything(spec, "strokeDash") if isinstance(v, dict))


def test_labels_of_a_new_model_that_recover_enough():
    found = drawn(documents.new_model())
    assert "50% of that needs 50 labels (medoids); 80% of that needs 200 labels" in found["gain"].finding
    assert "1 of 3 models" in found["each-model"].finding
    document = documents.new_model()
    for points in document["strategies"].values():
        for point in points:
            point.update(share_of_gain=None, share_low=None, share_high=None)
    assert "no gain" in omitted(document)["Share of the gain, by the labels spent on the new model"]


def test_a_missing_library_is_named_with_the_command_that_brings_it(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "vl_convert" else find(name))
    with pytest.raises(MissingExtra, match=r"pip install 'turnout\[lab\]'"):
        charts(documents.honest())


def test_an_unknown_protocol_is_refused():
    with pytest.raises(InputFileError, match="protocol 'other'"):
        charts({**documents.honest(), "protocol": "other"})
