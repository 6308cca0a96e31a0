"""Quicker encoders beside MiniLM: time, and what is lost. Prints the tables of docs/how-to/static-encoder.md.

``python benchmarks/encoders.py latency``, ``python benchmarks/encoders.py loss llmrouter routellm-mmlu mmlu-pro``,
``python benchmarks/encoders.py int8 llmrouter routellm-mmlu mmlu-pro``, with TURNOUT_DATA naming the folder of the data
sets. Folds and groups are those of the honest protocol on MiniLM's vectors; all encoders see the same ones, and
differences are paired prompt by prompt (95 %, bootstrap over groups).
"""

from __future__ import annotations

import argparse
import pydoc_data.topics
import re
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from turnout import build, datasets
from turnout.config import load_settings
from turnout.encoders import CachedEncoder, Int8MiniLM, MiniLM, StaticEncoder
from turnout.encoders.distil import refit, weighted
from turnout.encoders.minilm import open_tokenizer, token_ids
from turnout.estimators import make
from turnout.evaluation import metrics
from turnout.evaluation.splits import group_folds, near_duplicate_groups
from turnout.types import Array, OutcomeTable

SETTINGS = load_settings(download="always")


def encoders() -> tuple[CachedEncoder, StaticEncoder]:
    """Both, as Turnout builds them."""
    watcher = build.Watcher(distilling=lambda done, total: sys.stderr.write(f"\rdistilling {done}/{total}"))
    minilm = build.encoder(SETTINGS.model_copy(update={"encoder": "minilm"}), watcher)
    static = build.encoder(SETTINGS.model_copy(update={"encoder": "static"}), watcher)
    assert isinstance(minilm, CachedEncoder)
    assert isinstance(static, StaticEncoder)
    return minilm, static


def latency(rounds: int) -> None:
    """Milliseconds of one call, the encoders taking turns; one thread each. MiniLM without its cache of vectors."""
    cached, static = encoders()
    minilm = MiniLM(cached.inner.folder, threads=1)
    tokenizer = open_tokenizer(minilm.folder / "tokenizer.json")
    prompts = datasets.load("llmrouter", SETTINGS.data_dir).prompts
    own = [" ".join(prompts[i::97]).split() for i in range(97)]  # another text in every call
    print("| what | MiniLM p50 / p95 | static p50 / p95 | ratio of p50 | static, right after MiniLM |")
    print("|---|---|---|---|---|")
    for tokens in (30, 300):
        calls = [[_of_tokens(tokenizer, words, tokens)] for words in own]
        _row(f"one prompt of {tokens} tokens", calls, minilm, static, rounds)
    rng = np.random.default_rng(0)
    batches = [[prompts[i] for i in rng.permutation(len(prompts))[:256]] for _ in range(5)]
    _row("256 prompts of llmrouter", batches, minilm, static, 3)


def int8(names: list[str], at_most: int, rounds: int) -> None:
    """MiniLM in int8 beside the exact one: milliseconds of one call, in turns, and cosines on real prompts."""
    folder = encoders()[0].inner.folder
    exact, rounded = MiniLM(folder, threads=1), Int8MiniLM(folder, threads=1)
    tokenizer = open_tokenizer(folder / "tokenizer.json")
    prompts = {name: datasets.load(name, SETTINGS.data_dir).prompts for name in names}
    first = prompts[names[0]]
    own = [" ".join(first[i::97]).split() for i in range(97)]  # another text in every call
    print("| what | MiniLM p50 / p95 | int8 p50 / p95 | ratio of p50 | int8, right after MiniLM |")
    print("|---|---|---|---|---|")
    for tokens in (30, 100, 300):
        calls = [[_of_tokens(tokenizer, words, tokens)] for words in own]
        _row(f"one prompt of {tokens} tokens", calls, exact, rounded, rounds)
    print("\n| prompts | cosine with MiniLM: mean | 5 % are below | worst |\n|---|---|---|---|")
    for name, texts in prompts.items():
        drawn = [texts[i] for i in np.random.default_rng(0).permutation(len(texts))[:at_most]]
        cosine = np.sum(exact.encode(drawn) * rounded.encode(drawn), axis=1)
        cells = " | ".join(f"{value:.3f}" for value in (cosine.mean(), np.quantile(cosine, 0.05), cosine.min()))
        print(f"| {len(drawn)} of {name} | {cells} |", flush=True)


def _of_tokens(tokenizer, words: list[str], tokens: int) -> str:
    """The first words that make so many tokens ([CLS] and [SEP] included, and before anything is cut)."""
    count, taken = 2, []
    for word in words:
        count += len(tokenizer.encode(word, add_special_tokens=False).ids)
        if count > tokens:
            break
        taken.append(word)
    return " ".join(taken)


def _row(what: str, calls: list[list[str]], minilm: MiniLM, quick: MiniLM | StaticEncoder, rounds: int) -> None:
    """In each round MiniLM once, then the quick encoder ten times: the first finds the processor's cache emptied."""
    slow, fast, cold = [], [], []
    for subject in (minilm, quick):
        subject.encode(["warm"])
    for i in range(rounds):
        slow.append(_seconds(minilm, calls[i % len(calls)]))
        cold.append(_seconds(quick, calls[i % len(calls)]))
        fast += [_seconds(quick, calls[(i + j) % len(calls)]) for j in range(1, 10)]

    def cell(times: list[float]) -> str:
        return " / ".join(f"{float(np.quantile(times, q)) * 1e3:,.3g} ms" for q in (0.5, 0.95))

    ratio = statistics.median(slow) / statistics.median(fast)
    print(f"| {what} | {cell(slow)} | {cell(fast)} | {ratio:.3g} × | {cell(cold)} |", flush=True)


def _seconds(subject: MiniLM | StaticEncoder, texts: list[str]) -> float:
    start = time.perf_counter()
    subject.encode(texts)
    return time.perf_counter() - start


def loss(names: list[str], estimators: list[str], at_most: int, folds: int, seeds: int) -> None:
    """Quality of the choice with each encoder and recipe, and its paired difference from MiniLM's."""
    cached, static = encoders()
    tokenizer = open_tokenizer(cached.inner.folder / "tokenizer.json")
    alone = _alone(cached.inner, tokenizer.get_vocab())
    documentation = _documentation()
    ids, targets = [token_ids(tokenizer, text) for text in documentation], cached.encode(documentation)
    tables = {
        "vocabulary alone": alone - alone.mean(axis=0),
        "+ inverse frequency (model2vec's recipe)": weighted(alone),
        "+ refit on Python's own manual": refit(weighted(alone), ids, targets - targets.mean(axis=0)),
    }
    for name in names:
        outcomes = datasets.load(name, SETTINGS.data_dir)
        if len(outcomes.prompts) > at_most:
            chosen = np.random.default_rng(0).permutation(len(outcomes.prompts))[:at_most]
            outcomes = outcomes.take(np.sort(chosen))
        print(
            f"\n{name}: {len(outcomes.prompts):,} prompts × {len(outcomes.model_ids)} models, {folds} folds × {seeds}\n"
        )
        _losses(outcomes, cached, static, tables, estimators, folds, seeds)


def _losses(
    outcomes: OutcomeTable,
    cached: CachedEncoder,
    static: StaticEncoder,
    tables: dict[str, Array],
    estimators: list[str],
    folds: int,
    seeds: int,
) -> None:
    theirs, ours = cached.encode(outcomes.prompts), static.encode(outcomes.prompts)
    groups = near_duplicate_groups(outcomes.prompts, theirs)
    splits = [split for seed in range(seeds) for split in group_folds(groups, folds, seed)]
    loaded = static._load()
    final = loaded.values * loaded.scales[:, None]
    ids = [list(loaded.ids(text)) for text in outcomes.prompts]

    def refitted(train: Array) -> Array:
        return _pool(refit(final, [ids[i] for i in train], theirs[train]), ids)

    def constant(vectors: Array) -> Callable[[Array], Array]:
        return lambda train: vectors

    recipes = {what: constant(_pool(table, ids)) for what, table in tables.items()}
    recipes["+ refit on composed texts: **the static encoder**"] = constant(ours)
    recipes["the static encoder, refit on training prompts"] = refitted
    print(f"| encoder | cosine with MiniLM | {' | '.join(estimators)} |\n|---|---|{'---|' * len(estimators)}")
    base, _ = _routed(outcomes, constant(theirs), theirs, splits, estimators)
    print(f"| MiniLM | 1 | {' | '.join(f'{base[e].mean():.3f}' for e in estimators)} |", flush=True)
    draws = _draws(groups)
    for what, features in recipes.items():
        got, cosine = _routed(outcomes, features, theirs, splits, estimators)
        cells = " | ".join(_difference(got[e] - base[e], draws) for e in estimators)
        print(f"| {what} | {cosine:.2f} | {cells} |", flush=True)


def _routed(
    outcomes: OutcomeTable,
    features: Callable[[Array], Array],
    theirs: Array,
    splits: list[tuple[Array, Array]],
    estimators: list[str],
) -> tuple[dict[str, Array], float]:
    """Quality got on each prompt, mean over seeds, per estimator; mean cosine with MiniLM on test prompts."""
    got = {name: np.zeros(len(outcomes.prompts)) for name in estimators}
    times, cosines = np.zeros(len(outcomes.prompts)), []
    for train, test in splits:
        vectors = features(train)
        cosines.append(float(np.sum(vectors[test] * theirs[test], axis=1).mean()))
        times[test] += 1
        for name in estimators:
            estimated = make(name).fit(vectors[train], outcomes.take(train)).estimate(vectors[test]).quality
            quality = outcomes.quality[test]
            got[name][test] += metrics.chosen(quality, metrics.pick(estimated, quality))
    return {name: total / times for name, total in got.items()}, statistics.mean(cosines)


def _pool(table: Array, texts: list[list[int]]) -> Array:
    vectors = np.stack([table[ids].sum(axis=0) for ids in texts])
    unit: Array = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _alone(minilm: MiniLM, vocabulary: dict[str, int]) -> Array:
    first, last = vocabulary["[CLS]"], vocabulary["[SEP]"]
    return minilm.encode_ids([[first, token, last] for token in range(max(vocabulary.values()) + 1)])


def _documentation() -> list[str]:
    """Paragraphs of the manual that comes with Python: real text that is on every machine, though not the same."""
    text = "\n\n".join(pydoc_data.topics.topics[name] for name in sorted(pydoc_data.topics.topics))
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return list(dict.fromkeys(part for part in paragraphs if 20 <= len(part) <= 600))


def _draws(groups: Array) -> Array:
    count = int(groups.max()) + 1
    drawn = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), size=1000)[:, groups].astype(float)
    weights: Array = drawn / drawn.sum(axis=1, keepdims=True)
    return weights


def _difference(values: Array, draws: Array) -> str:
    low, high = np.quantile(draws @ values, (0.025, 0.975))
    return f"{values.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def main() -> None:
    """Read the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("latency").add_argument("--rounds", type=int, default=300)
    near = kinds.add_parser("int8")
    near.add_argument("data", nargs="+")
    near.add_argument("--at-most", type=int, default=334, help="prompts of a data set, drawn at random")
    near.add_argument("--rounds", type=int, default=100)
    losses = kinds.add_parser("loss")
    losses.add_argument("data", nargs="+")
    losses.add_argument("--estimators", default="hierarchical,kmeans,linear")
    losses.add_argument("--at-most", type=int, default=100_000, help="prompts of a data set, drawn at random")
    losses.add_argument("--folds", type=int, default=5)
    losses.add_argument("--seeds", type=int, default=1)
    asked = parser.parse_args()
    if asked.kind == "latency":
        latency(asked.rounds)
    elif asked.kind == "int8":
        int8(asked.data, asked.at_most, asked.rounds)
    else:
        loss(asked.data, asked.estimators.split(","), asked.at_most, asked.folds, asked.seeds)


if __name__ == "__main__":
    main()
