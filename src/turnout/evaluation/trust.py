"""Whether a router can be believed: calibration, steadiness under harmless changes of a prompt, and speed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from turnout.encoders.protocol import Encoder
from turnout.estimators import Estimator
from turnout.types import Array

__all__ = ["PERTURBATIONS", "calibration", "encoding_ms", "flip_rate", "speed"]

_BINS = 10
_PASSES = 200


def calibration(estimated: Array, observed: Array) -> list[dict[str, float]]:
    """Deciles of estimated quality over all (prompt, model): their mean, and what was observed, with its interval."""
    known = np.isfinite(estimated) & np.isfinite(observed)
    guess, truth = estimated[known], observed[known]
    order = np.argsort(guess, kind="stable")
    rows = []
    for part in np.array_split(order, _BINS):
        if len(part):
            mean, margin = float(truth[part].mean()), 1.96 * float(truth[part].std()) / len(part) ** 0.5
            rows.append(
                {
                    "predicted": float(guess[part].mean()),
                    "observed": mean,
                    "low": max(0.0, mean - margin),
                    "high": min(1.0, mean + margin),
                    "trials": len(part),
                }
            )
    return rows


def _typos(text: str, rng: random.Random) -> str:
    """Two neighbouring letters swapped in about one word of twenty, one at least."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 3]
    for i in rng.sample(long, min(len(long), max(1, len(words) // 20))):
        at = rng.randrange(1, len(words[i]) - 2)
        words[i] = words[i][:at] + words[i][at + 1] + words[i][at] + words[i][at + 2 :]
    return " ".join(words)


def _punctuation(text: str, rng: random.Random) -> str:
    """The final mark goes; where there is none, a full stop comes."""
    bare = text.rstrip()
    return bare.rstrip(".?!:;") or bare if bare.endswith((".", "?", "!", ":", ";")) else bare + "."


_PREFIXES = ("Please answer this: ", "I have a question. ", "Can you help me with the following? ")

PERTURBATIONS: Mapping[str, Callable[[str, random.Random], str]] = {
    "case": lambda text, rng: text.lower(),
    "punctuation": _punctuation,
    "typos": _typos,
    "prefix": lambda text, rng: rng.choice(_PREFIXES) + text,
}


def flip_rate(changed: Mapping[str, Array]) -> dict[str, Any]:
    """Share of prompts whose choice changes, per perturbation and over all.

    `changed` holds, per perturbation, whether each prompt's choice did, (n,) bool; the interval draws prompts.
    """
    table = np.stack([changed[name] for name in changed]).astype(float)
    mean = table.mean(axis=0)
    drawn = np.random.default_rng(0).integers(0, len(mean), (1000, len(mean)))
    low, high = np.quantile(mean[drawn].mean(axis=1), (0.025, 0.975))
    return {
        "flip_rate": float(mean.mean()),
        "low": float(low),
        "high": float(high),
        "by_perturbation": {name: float(np.mean(row)) for name, row in changed.items()},
    }


def speed(fitted: Estimator, features: Array) -> dict[str, Any]:
    """Milliseconds of an estimate for one prompt (median, 95th percentile) and for 256."""
    rows = np.resize(np.arange(len(features)), _PASSES)
    one = [_timed(partial(fitted.estimate, features[i : i + 1])) for i in rows]
    batch = features[np.resize(np.arange(len(features)), 256)]
    several = [_timed(partial(fitted.estimate, batch)) for _ in range(7)]
    return {
        "one_p50_ms": float(np.median(one)),
        "one_p95_ms": float(np.quantile(one, 0.95)),
        "batch256_ms": float(np.median(several)),
    }


def encoding_ms(encoder: Encoder, prompts: Sequence[str]) -> float:
    """Median milliseconds of encoding one prompt that no cache knows: each gets a mark at its end."""
    fresh = [f"{text} #{random.getrandbits(64):x}" for text in prompts[:20]]
    return float(np.median([_timed(partial(encoder.encode, [text])) for text in fresh]))


def _timed(run: Callable[[], object]) -> float:
    begin = perf_counter()
    run()
    return 1000 * (perf_counter() - begin)
