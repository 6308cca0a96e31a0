"""Prepared data: chosen models, one language, vectors in the spaces asked for, in one Parquet file that says how it was
made.

Columns: `prompt_id`, `prompt`, `category`; per model `quality:MODEL`, `cost_usd:MODEL`, `latency_s:MODEL` and
`output_tokens:MODEL`; per space `embedding:SPACE` (fixed-size list of float32, null where there is no vector),
`usable:SPACE`, `length:SPACE`, `charged_usd:SPACE` and `charged_s:SPACE`. The manifest is JSON in the file's metadata,
and beside it as `FILE.manifest.json`, there with the file's own checksum.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import numpy as np

from turnout.datasets.registry import DATASETS
from turnout.errors import DataError, InputFileError, MissingExtra, UserError
from turnout.spaces import SpaceVectors
from turnout.types import Array, OutcomeTable

__all__ = ["Prepared", "Step", "check_extra", "choose", "is_prepared", "manifest", "read", "source_of", "write"]

Protocol = Literal["paper", "honest"]
_KEY = b"turnout.prepared"
_SCHEMA = "turnout.prepared/1"
_MEASURED = ("quality", "cost_usd", "latency_s", "output_tokens")
_PER_SPACE = ("usable", "length", "charged_usd", "charged_s")
_LIBRARIES = ("turnout", "numpy", "pyarrow", "py3langid", "onnxruntime", "tokenizers")
_CHUNK = 500  # prompts between two reports of progress


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: its rule in words, and how much came in and went out."""

    step: str
    rule: str
    prompts_in: int
    prompts_out: int
    models_in: int
    models_out: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a prepared file holds."""

    outcomes: OutcomeTable
    vectors: Mapping[str, SpaceVectors]
    manifest: Mapping[str, Any]


def choose(
    outcomes: OutcomeTable,
    *,
    models: Sequence[str] = (),
    language: str | None = None,
    min_confidence: float = 0.5,
    protocol: Protocol = "honest",
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[OutcomeTable, tuple[Step, ...]]:
    """The chosen models (names or shell patterns; none = all) and prompts, and what each step took away.

    Language: a prompt stays when py3langid finds `language` (ISO 639-1) the likeliest, with a normalised confidence of
    at least `min_confidence`. `paper` then removes the prompts on which no chosen model is right (quality 1), `honest`
    nothing. Raises `UserError` for an unknown model, language or protocol, and `DataError` when nothing is left.
    """
    if protocol not in ("paper", "honest"):
        raise UserError(f"unknown protocol {protocol!r}: choose from paper, honest")
    steps: list[Step] = []

    def keep(rows: Array, columns: Array, step: str, rule: str) -> None:
        nonlocal outcomes
        before = outcomes.quality.shape
        outcomes = _columns(outcomes.take(rows), columns)
        steps.append(Step(step, rule, before[0], len(rows), before[1], len(columns)))
        if not len(rows):
            raise DataError(f"{outcomes.name}: no prompt is left after the step {step!r} ({rule})")

    everything, all_models = np.arange(len(outcomes.prompts)), np.arange(len(outcomes.model_ids))
    if models:
        keep(everything, _matching(outcomes, models), "models", "chosen: " + ", ".join(models))
        all_models = np.arange(len(outcomes.model_ids))
    if language is not None:
        spoken = _in_language(outcomes.prompts, language, min_confidence, on_progress)
        rule = f"py3langid: likeliest language is {language}, normalised confidence at least {min_confidence:g}"
        keep(np.flatnonzero(spoken), all_models, "language", rule)
    if protocol == "paper":
        right = (np.nan_to_num(outcomes.quality) >= 1).any(axis=1)
        keep(np.flatnonzero(right), all_models, "protocol", "paper: some model is right (quality 1)")
    return outcomes, tuple(steps)


def manifest(
    outcomes: OutcomeTable,
    steps: Sequence[Step],
    vectors: Mapping[str, SpaceVectors],
    *,
    source: Mapping[str, Any],
    protocol: Protocol,
    notes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """How the data was made: schema turnout.prepared/1. `source` is what `source_of` gives."""
    return {
        "schema": _SCHEMA,
        "data": outcomes.name,
        "protocol": protocol,
        "prompts": len(outcomes.prompts),
        "models": list(outcomes.model_ids),
        "source": dict(source),
        "steps": [asdict(step) for step in steps],
        "spaces": [
            {
                "space": name,
                "encoder": v.encoder,
                "dim": int(v.features.shape[1]),
                "usable": int(v.usable.sum()),
                "masked": dict(v.masked),
                "author": v.author,
                "upper_bound": v.upper_bound,
            }
            for name, v in vectors.items()
        ],
        "libraries": {name: found for name in _LIBRARIES if (found := _version(name))},
        **(notes or {}),
    }


def source_of(data: str, data_dir: Path | None) -> dict[str, Any]:
    """Where the data is from, and the SHA-256 of each of its files."""
    info = DATASETS.get(data)
    if info is None:
        path = Path(data)
        return {"name": path.name, "files": {path.name: _sha256(path)}}
    folder = (data_dir or Path()) / info.folder
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "name": info.name,
        "from": info.source,
        "licence": info.licence,
        "files": {str(path.relative_to(folder)): _sha256(path) for path in files},
    }


def write(path: Path, outcomes: OutcomeTable, vectors: Mapping[str, SpaceVectors], made: Mapping[str, Any]) -> Path:
    """Write the Parquet file whole or not at all, then its manifest beside it, whose path is returned.

    Raises `MissingExtra` without pyarrow and `InputFileError` when it cannot be written.
    """
    pa, pq = _arrow()
    columns: dict[str, Any] = {"prompt_id": pa.array(outcomes.prompt_ids), "prompt": pa.array(outcomes.prompts)}
    if outcomes.categories is not None:
        columns["category"] = pa.array(outcomes.categories)
    for j, model in enumerate(outcomes.model_ids):
        for name in _MEASURED:  # NaN = not measured, which Parquet has a null for
            columns[f"{name}:{model}"] = pa.array(getattr(outcomes, name)[:, j], from_pandas=True)
    for name, v in vectors.items():
        empty = ~(np.abs(v.features) > 0).any(axis=1)
        flat = pa.array(np.ascontiguousarray(v.features, dtype=np.float32).ravel())
        columns[f"embedding:{name}"] = pa.FixedSizeListArray.from_arrays(
            flat, v.features.shape[1], mask=pa.array(empty)
        )
        for kind, values in zip(_PER_SPACE, (v.usable, v.lengths, v.charged_usd, v.charged_s), strict=True):
            columns[f"{kind}:{name}"] = pa.array(values, from_pandas=True)
    table = pa.table(columns).replace_schema_metadata({_KEY: json.dumps(made, ensure_ascii=False).encode()})
    beside = path.with_name(path.name + ".manifest.json")
    unfinished = path.with_name(path.name + ".part")
    try:
        pq.write_table(table, unfinished, compression="zstd")
        checksum = _sha256(unfinished)
        unfinished.replace(path)
        beside.write_text(json.dumps({**made, "sha256": checksum}, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise InputFileError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return beside


def is_prepared(path: Path) -> bool:
    """Whether the file is a Parquet file that `write` made; raises `MissingExtra` for Parquet without pyarrow."""
    if path.suffix != ".parquet" or not path.is_file():
        return False
    return _KEY in (_schema(path).metadata or {})


def read(path: Path) -> Prepared:
    """What `write` wrote: outcomes, vectors by space, manifest. Raises `InputFileError` or `DataError`."""
    if not path.is_file():
        raise InputFileError(f"no such file: {path}")
    metadata = _schema(path).metadata or {}
    if _KEY not in metadata:
        raise InputFileError(f"{path} was not made by turnout data prepare")
    pa, pq = _arrow()
    try:
        made = json.loads(metadata[_KEY])
        if made.get("schema") != _SCHEMA:
            raise DataError(f"{path} is of the version {made.get('schema')!r}, this Turnout reads {_SCHEMA}")
        table = pq.read_table(path)
        outcomes = _outcomes(table, made)
        vectors = {entry["space"]: _vectors(table, entry) for entry in made["spaces"]}
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise DataError(f"{path} is damaged ({error}); prepare it again") from None
    return Prepared(outcomes, vectors, made)


def _outcomes(table: Any, made: Mapping[str, Any]) -> OutcomeTable:
    models = tuple(made["models"])

    def numbers(name: str) -> Array:
        columns = [np.asarray(table[f"{name}:{model}"].to_numpy(), dtype=np.float64) for model in models]
        return np.stack(columns, axis=1)

    return OutcomeTable(
        name=made["data"],
        prompt_ids=tuple(table["prompt_id"].to_pylist()),
        prompts=tuple(table["prompt"].to_pylist()),
        model_ids=models,
        quality=numbers("quality"),
        cost_usd=numbers("cost_usd"),
        latency_s=numbers("latency_s"),
        output_tokens=numbers("output_tokens"),
        categories=tuple(table["category"].to_pylist()) if "category" in table.column_names else None,
    )


def _vectors(table: Any, entry: Mapping[str, Any]) -> SpaceVectors:
    name, dim = entry["space"], int(entry["dim"])
    stored = table[f"embedding:{name}"].combine_chunks()
    features = np.zeros((len(stored), dim), dtype=np.float32)
    there = stored.is_valid().to_numpy(zero_copy_only=False)
    features[there] = stored.drop_null().flatten().to_numpy(zero_copy_only=False).reshape(-1, dim)
    usable, lengths, usd, seconds = (table[f"{kind}:{name}"].to_numpy() for kind in _PER_SPACE)
    return SpaceVectors(
        space=name,
        encoder=entry["encoder"],
        features=features,
        usable=usable.astype(bool),
        lengths=lengths.astype(np.float32),
        charged_usd=usd.astype(np.float64),
        charged_s=seconds.astype(np.float64),
        upper_bound=bool(entry["upper_bound"]),
        author=entry["author"],
        masked=dict(entry["masked"]),
    )


def _matching(outcomes: OutcomeTable, models: Sequence[str]) -> Array:
    chosen: dict[int, None] = {}
    for pattern in models:
        found = [j for j, model in enumerate(outcomes.model_ids) if fnmatch.fnmatchcase(model, pattern)]
        if not found:
            raise UserError(f"{outcomes.name} has no model {pattern!r}; it has {', '.join(outcomes.model_ids)}")
        chosen.update(dict.fromkeys(found))
    return np.array(sorted(chosen), dtype=np.intp)


def _columns(outcomes: OutcomeTable, columns: Array) -> OutcomeTable:
    numbers = {name: getattr(outcomes, name)[:, columns] for name in _MEASURED}
    return replace(outcomes, model_ids=tuple(outcomes.model_ids[j] for j in columns), **numbers)


def _in_language(
    prompts: Sequence[str], language: str, min_confidence: float, on_progress: Callable[[int, int], None]
) -> Array:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        raise MissingExtra("telling languages apart", "lab") from None
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if language not in identifier.labels:
        raise UserError(f"unknown language {language!r}: an ISO 639-1 code such as en, de or zh")
    spoken = np.zeros(len(prompts), dtype=bool)
    for i, prompt in enumerate(prompts):
        found, confidence = identifier.classify(prompt)
        spoken[i] = found == language and confidence >= min_confidence
        if (i + 1) % _CHUNK == 0 or i + 1 == len(prompts):
            on_progress(i + 1, len(prompts))
    return spoken


def _schema(path: Path) -> Any:
    pa, pq = _arrow()
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{path} is no Parquet file: {error}") from None


def check_extra() -> None:
    """Raises `MissingExtra` without pyarrow: before the encoding, not after it."""
    _arrow()


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtra("Parquet", "lab") from None
    return pa, pq


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputFileError(f"cannot read {path}: {error.strerror or error}") from None
