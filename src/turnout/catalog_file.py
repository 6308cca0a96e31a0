"""Catalogue files: YAML that adds models and providers, the user's and the one shipped with Turnout.

::

    providers:
      mybox: {base_url: "http://localhost:8000/v1", api_key_env: MYBOX_KEY}
    models:
      - {id: mybox/llama, provider: mybox, name: llama-3.1-8b, price: {input: 0.02, output: 0.05}, context: 8192}
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from turnout.catalog import Catalogue, Endpoint, write_atomically
from turnout.errors import ConfigError, InputFileError
from turnout.types import Modality, Model, Price

__all__ = ["merge_file", "read_file", "shipped"]

_BUILT_IN = {"openrouter", "local", "none"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Provider(_Strict):
    base_url: Annotated[str, Field(pattern=r"^https?://")]
    api_key_env: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_keys_in_files(cls, value: Any) -> Any:
        if isinstance(value, dict) and "api_key" in value:
            raise ValueError("keys do not belong in files: name an environment variable in api_key_env")
        return value


_Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Price(_Strict):
    input: _Amount | None = None  # USD per million tokens
    output: _Amount | None = None
    per_second: _Amount | None = None  # USD


class _Model(_Strict):
    id: Annotated[str, Field(min_length=1, pattern=r"^\S+$")]
    provider: str = "openrouter"
    name: str | None = None  # what the provider calls it; the id when left out
    price: _Price = _Price()
    inputs: Annotated[list[Modality], Field(min_length=1)] = ["text"]
    outputs: Annotated[list[Modality], Field(min_length=1)] = ["text"]
    context: Annotated[int, Field(gt=0)] | None = None
    tools: bool = False
    endpoint: Literal["chat", "transcription", "speech"] = "chat"
    source: str = "user catalogue"

    def value(self) -> Model:
        return Model(
            id=self.id,
            provider=self.provider,
            name=self.name or self.id,
            price=Price(self.price.input, self.price.output, self.price.per_second),
            inputs=frozenset(self.inputs),
            outputs=frozenset(self.outputs),
            context_tokens=self.context,
            tools=self.tools,
            endpoint=self.endpoint,
            source=self.source,
        )


class _Document(_Strict):
    providers: dict[str, _Provider] = {}
    models: list[_Model] = []

    def catalogue(self) -> Catalogue:
        return Catalogue(
            {m.id: m.value() for m in self.models},
            {n: Endpoint(n, p.base_url.rstrip("/"), p.api_key_env) for n, p in self.providers.items()},
        )

    def undefined_provider(self) -> _Model | None:
        return next((m for m in self.models if m.provider not in _BUILT_IN | set(self.providers)), None)


def shipped() -> Catalogue:
    """Models that the shipped evidence speaks of and no snapshot lists, the source paper's candidates among them."""
    text = (resources.files("turnout") / "evidence" / "data" / "models.yaml").read_text("utf-8")
    return _parse(text, "the shipped models.yaml").catalogue()


def read_file(path: Path) -> Catalogue:
    """A catalogue file; raises `InputFileError` or `ConfigError` naming the entry at fault."""
    return _read(path).catalogue()


def merge_file(target: Path, addition: Path) -> Catalogue:
    """Add a file's entries to the user's catalogue, replacing those of the same id or name; returns what came in."""
    added = _read(addition)
    old = _read(target) if target.exists() else _Document()
    merged = _Document(
        providers={**old.providers, **added.providers},
        models=list({m.id: m for m in [*old.models, *added.models]}.values()),
    )
    if orphan := merged.undefined_provider():
        known = ", ".join(sorted(_BUILT_IN | set(merged.providers)))
        raise ConfigError(f"{addition}: model {orphan.id} names the provider {orphan.provider!r}; defined are {known}")
    text = yaml.safe_dump(merged.model_dump(exclude_unset=True), sort_keys=False, allow_unicode=True)
    write_atomically(target, text)
    return added.catalogue()


def _read(path: Path) -> _Document:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    return _parse(text, str(path))


def _parse(text: str, where: str) -> _Document:
    try:
        # libyaml reads the shipped file in a tenth of the time, where it is there.
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
        return _Document.model_validate(document or {})
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(f"{where}{f' line {mark.line + 1}' if mark else ''}: not valid YAML") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = " → ".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise ConfigError(f"{where}: {place}: {first['msg'].removeprefix('Value error, ')}") from None
