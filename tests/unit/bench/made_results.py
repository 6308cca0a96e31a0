"""Results of a made run: answers, verdicts and votes whose figures are known."""

from __future__ import annotations

import random
from dataclasses import replace

from turnout.bench.rows import COLUMNS, Row, append, cells_of

REFERENCE, GOOD, BAD = "maker/reference", "maker/good-7b", "local/bad-0.1b"
JUDGE = "local/judge-1b"


def answer(task, model, quality, *, category="summarization", modality="text", **others):
    """A row of an answer scored by rule."""
    row = Row(
        task_id=task, model=model, repeat=0, modality=modality, category=category, language="en", source="exact",
        by="facts", against="", order="", metric="key-fact recall", quality=quality,
        error="" if quality is not None else "maker.example failed (503): busy", cost_usd=0.001, latency_s=2.0,
        ttft_s=0.5, input_tokens=50, output_tokens=40, finish_reason="stop", at="2026-01-02T03:04:05+00:00",
        prompt=f"Sum up {task}.", answer=f"{model} says {task} in its own words",
    )  # fmt: skip
    return replace(row, **others)


def verdict(task, model, quality, order, *, source="judge", by=JUDGE, **others):
    """A row of a comparison with the reference."""
    row = answer(task, model, quality, source=source, by=by, against=REFERENCE, order=order, metric="win rate")
    said = replace(row, prompt="", answer="The first is clearer.", error="" if quality is not None else "it refused")
    return replace(said, **others)


def run(tasks=40, *, judged=True, voted=True, seed=0):
    """Three models on as many tasks of each of two categories; the good one is better, and judged and voted so."""
    rng = random.Random(seed)
    rows = []
    for category in ("summarization", "question-answering/physics"):
        for i in range(tasks):
            task = f"{category.partition('/')[0]}-{i:03}"
            for model, quality, cost in ((REFERENCE, 0.5, 0.002), (GOOD, 0.8, 0.004), (BAD, 0.2, 0.0001)):
                score = min(1.0, max(0.0, quality + rng.uniform(-0.15, 0.15)))
                rows.append(answer(
                    task, model, score, category=category, cost_usd=cost, answer=f"{model} on {task}: {rng.random()}",
                    latency_s=rng.uniform(1, 2) * (3 if model == GOOD else 1),
                ))  # fmt: skip
                if model == REFERENCE:
                    continue
                better = 1.0 if model == GOOD else 0.0
                for order in ("AB", "BA") if judged else ():
                    said = better if rng.random() < 0.8 else 1 - better
                    rows.append(verdict(task, model, said, order, category=category))
                if voted and i % 2:
                    rows.append(verdict(task, model, better, "AB", source="human", by="anna", category=category))
    return rows


def write(rows, path):
    """The rows as a results file."""
    with path.open("wb") as file:
        append(file, [COLUMNS, *(cells_of(row) for row in rows)])
    return path
