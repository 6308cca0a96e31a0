"""Only comparable figures meet; thin ones shrink; nothing unmeasured becomes a number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from turnout.evidence.averages import LIVE, Averages
from turnout.evidence.shipped import Aggregate
from turnout.types import Model, Price, Prompt


def row(model: str, category: str, quality: float | None, **more: Any) -> Aggregate:
    n = more.pop("n", 100)
    half = more.pop("half", 0.05)
    fields: dict[str, Any] = {
        "model": model, "modality": "text", "category": category, "benchmark": "bench", "metric": "accuracy", "n": n,
        "quality": quality, "quality_low": None if quality is None else max(0.0, quality - half),
        "quality_high": None if quality is None else min(1.0, quality + half), "cost_usd": None, "input_tokens": None,
        "output_tokens": None, "latency_p50_s": None, "latency_p95_s": None, "ttft_p50_s": None, "source": "test",
        "date": "2026-11",
    }  # fmt: skip
    return Aggregate(**{**fields, **more})


def model(name: str, price: Price | None = None) -> Model:
    return Model(name, "p", name, price or Price(1.0, 2.0))


def estimate(rows, names, category, text="hello", **options):
    models = [m if isinstance(m, Model) else model(m) for m in names]
    return Averages(rows, **options).estimate([Prompt(text, "text", category)], models)


def test_a_measured_category_is_reported_as_measured():
    e = estimate([row("a", "code", 0.7)], ["a"], "code")
    assert e.quality[0, 0] == 0.7
    assert e.quality_se[0, 0] == pytest.approx(0.05 / 1.96, rel=1e-3)
    assert e.support[0, 0] == 100
    assert (e.basis[0].metric, e.basis[0].benchmark, e.basis[0].scope) == ("accuracy", "bench", "category")


def test_figures_of_different_benchmarks_or_metrics_never_meet():
    rows = [
        row("a", "code", 0.7),
        row("b", "code", 0.6),
        row("c", "code", 0.9, benchmark="other"),
        row("d", "code", 0.9, metric="win rate"),
    ]
    e = estimate(rows, ["a", "b", "c", "d"], "code")
    assert np.isfinite(e.quality[0]).tolist() == [True, True, False, False]
    pinned = estimate(rows, ["a", "b", "c", "d"], "code", benchmark="other")
    assert np.isfinite(pinned.quality[0]).tolist() == [False, False, True, False]


def test_the_benchmark_that_covers_most_of_the_pool_is_used():
    rows = [row(m, "code", 0.5) for m in "abc"] + [row(m, "code", 0.5, benchmark="other") for m in "cd"]
    assert estimate(rows, list("abcd"), "code").basis[0].benchmark == "bench"
    assert estimate(rows, list("cd"), "code").basis[0].benchmark == "other"


def test_a_thin_subject_shrinks_towards_its_category():
    qa = [row("a", "question-answering", 0.5), row("a", "question-answering/physics", 1.0, n=10)]
    assert estimate(qa, ["a"], "question-answering/physics").quality[0, 0] == pytest.approx(0.75)


def test_a_category_never_measured_falls_back_to_the_models_mean_with_a_wider_error():
    rows = [row("a", "code", 0.8), row("b", "code", 0.4), row("b", "reasoning", 0.6)]
    e = estimate(rows, ["a", "b"], "reasoning")
    assert e.quality[0].tolist() == [0.8, 0.6]
    assert e.basis[0].scope == "model"
    assert e.quality_se[0, 0] > 0.1 > e.quality_se[0, 1]


def test_without_a_category_models_are_compared_on_the_categories_they_share():
    rows = [row("a", "code", 0.8), row("a", "reasoning", 0.2), row("a", "translation", 1.0),
            row("b", "code", 0.6), row("b", "reasoning", 0.6)]  # fmt: skip
    e = estimate(rows, ["a", "b"], None)
    assert e.quality[0].tolist() == [0.5, 0.6]
    assert e.basis[0].metric == "mean over 2 categories"


def test_no_evidence_is_no_number():
    e = estimate([row("a", "code", 0.8)], ["z"], "code")
    assert np.isnan(e.quality[0, 0])
    assert np.isnan(e.latency_s[0, 0])
    assert e.support[0, 0] == 0


def test_cost_is_price_times_tokens_and_time_on_this_machine():
    rows = [row("a", "code", 0.5, output_tokens=1000), row("own", "code", 0.5, latency_p50_s=2.0)]
    e = estimate(rows, ["a", model("own", Price(per_second=0.01))], "code", text="x" * 4000)
    assert e.cost_usd[0].tolist() == pytest.approx([(1000 * 1 + 1000 * 2) / 1e6, 0.02])


def test_a_measured_bill_stands_in_only_where_no_price_is_listed():
    rows = [row("a", "code", 0.5, cost_usd=0.5), row("b", "code", 0.5, cost_usd=0.5, output_tokens=0)]
    e = estimate(rows, [model("a", Price()), model("b")], "code", text="x" * 4)
    assert e.cost_usd[0].tolist() == pytest.approx([0.5, 1e-6])


def test_latency_comes_from_the_nearest_measurement_and_says_from_where():
    rows = [row("a", "code", 0.5), row("a", "reasoning", None, benchmark="timing", latency_p50_s=3.0)]
    e = estimate(rows, ["a"], "code")
    assert e.latency_s[0, 0] == 3.0
    assert e.basis[0].latency_source == "timing, reasoning"
    rows.append(row("a", "code", None, benchmark=LIVE, metric="", latency_p50_s=1.0, n=4))
    assert estimate(rows, ["a"], "code").latency_s[0, 0] == 3.0  # too few calls of one's own yet
    rows.append(row("a", "code", None, benchmark=LIVE, metric="", latency_p50_s=1.0, n=5))
    assert estimate(rows, ["a"], "code").latency_s[0, 0] == 1.0
