"""Time of one decision for one prompt over five models, as the gateway makes them, beside its encoder alone.

First by category averages, then by each router file given; another real prompt of about 30 tokens in every call, one
thread, vectors not kept. The encoder and the whole decision take turns, so that both meet the same machine.
Run: turnout fit llmrouter --encoder static+surface -o static.npz
     TURNOUT_DATA=... python benchmarks/whole_decision.py static.npz
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np

from turnout import build, datasets
from turnout.catalog import Catalogue
from turnout.config import load_settings
from turnout.preference import prefer
from turnout.router import Router
from turnout.types import Model, Price, Prompt

MODELS, TURNS = 5, 2_000
SETTINGS = load_settings(download="always", local_threads=1)


def main() -> None:
    outcomes = datasets.load("llmrouter", SETTINGS.data_dir)
    texts = list(islice((text for text in outcomes.prompts if 90 <= len(text) <= 150), 500))
    pool = [
        Model(name, "mybox", name, Price(0.1 * j, 0.2 * j), context_tokens=32_768)
        for j, name in enumerate(outcomes.model_ids[:MODELS], 1)
    ]
    print(f"{'source':34s} {'category':20s} {'decision µs':>18s} {'encoder µs':>18s} {'ratio':>5s}")
    measured = build.averages(SETTINGS)
    remote = [model for model in build.catalogue(SETTINGS).models.values() if model.provider == "openrouter"]
    (quality,) = measured.estimate([Prompt("?", category="question-answering")], remote).quality
    known = [model for model, figure in zip(remote, quality, strict=True) if np.isfinite(figure)][:MODELS]
    for category in (None, "question-answering"):
        row("averages", category, Router(known, measured), texts, None)
    for path in map(Path, sys.argv[1:]):
        router = build.fitted(path, SETTINGS, Catalogue({m.id: m for m in pool}), cached=False)
        name = f"{router.header['encoder']}, {router.header['estimator']}"
        for category in (None, "question-answering"):
            row(name, category, Router(pool, router), texts, router.encoder.encode)


def row(
    name: str, category: str | None, router: Router, texts: list[str], encode: Callable[[list[str]], object] | None
) -> None:
    preference = prefer()
    whole, part = [], []
    begin = perf_counter()
    for i in range(TURNS):
        text = texts[i % len(texts)]
        if encode is not None:
            begin = perf_counter()
            encode([text])
            part.append(perf_counter() - begin)
        prompt = Prompt(text, category=category)
        begin = perf_counter()
        router.decide([prompt], preference)
        whole.append(perf_counter() - begin)
    ratio = f"{np.median(whole) / np.median(part):5.2f}" if part else "    –"
    print(f"{name:34s} {category or '–':20s} {cell(whole):>18s} {cell(part):>18s} {ratio}", flush=True)


def cell(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    p50, p95 = np.quantile(seconds, (0.5, 0.95)) * 1e6
    return f"{p50:,.0f} (p95 {p95:,.0f})"


if __name__ == "__main__":
    main()
