"""Time of a decision over 36,000 labelled prompts x 11 models, without encoding, beside a scan of all prompts (knn).

Vectors: MMLU-Pro's real prompts, drawn with a little noise; outcomes: random. Only time is measured here.
Run: TURNOUT_DATA=... python benchmarks/decision.py
"""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter

import numpy as np

from turnout import build, datasets
from turnout.config import load_settings
from turnout.estimators import make
from turnout.types import OutcomeTable

PROMPTS, MODELS, PASSES = 36_000, 11, 300


def main() -> None:
    rng = np.random.default_rng(0)
    real = datasets.load("mmlu-pro", Path(os.environ["TURNOUT_DATA"]))
    encoder = build.encoder(load_settings(download="always"))
    vectors = encoder.encode(real.prompts)
    drawn = vectors[rng.integers(0, len(vectors), PROMPTS)]
    drawn = drawn + rng.normal(0, 0.3 / drawn.shape[1] ** 0.5, drawn.shape)
    drawn = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    quality = (rng.random((PROMPTS, MODELS)) < 0.5) * 1.0
    blank, ids = np.full(quality.shape, np.nan), tuple(map(str, range(PROMPTS)))
    table = OutcomeTable("drawn", ids, ids, tuple(f"m{j}" for j in range(MODELS)), quality, blank, blank, blank)
    found = {}
    for name in ("hierarchical", "knn"):
        fitted = make(name).fit(drawn, table)
        one, batch = [], []
        for i in range(PASSES):
            begin = perf_counter()
            fitted.estimate(vectors[i : i + 1])
            one.append(1000 * (perf_counter() - begin))
        for i in range(10):
            begin = perf_counter()
            fitted.estimate(vectors[256 * i : 256 * (i + 1)])
            batch.append(1000 * (perf_counter() - begin))
        found[name] = np.median(one), np.quantile(one, 0.95), np.median(batch)
        print(f"{name:13s} one: p50 {found[name][0]:.2f} ms, p95 {found[name][1]:.2f} ms; 256: {found[name][2]:.1f} ms")
    ratios = [slow / fast for fast, slow in zip(found["hierarchical"], found["knn"], strict=True)]
    print("hierarchical is faster by " + ", ".join(f"{ratio:.1f}x" for ratio in ratios) + " (p50, p95, batch)")


if __name__ == "__main__":
    main()
