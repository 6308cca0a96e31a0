"""Settings, from (strongest first) arguments, environment (``TURNOUT_…``), and ``config.toml`` in the config folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from turnout.errors import ConfigError

__all__ = ["Settings", "load_settings"]


class Settings(BaseSettings):
    """Everything that can be set. Secrets are `SecretStr`: they do not show in logs, reprs or errors."""

    model_config = SettingsConfigDict(env_prefix="TURNOUT_", extra="forbid", frozen=True, populate_by_name=True)

    config_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_config_dir("turnout")))
    cache_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("turnout")))
    state_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_state_dir("turnout")))
    data_dir: Path | None = Field(None, validation_alias=AliasChoices("TURNOUT_DATA", "TURNOUT_DATA_DIR", "data_dir"))
    evidence_url: str | None = None  # SQLAlchemy URL; default: SQLite in state_dir

    openrouter_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("OPENROUTER_API_KEY", "TURNOUT_OPENROUTER_API_KEY", "openrouter_api_key")
    )
    openrouter_base_url: str = "https://openrouter.ai/api/v1"

    local_usd_per_hour: float = Field(0.04, ge=0)
    """What an hour of one busy core of this machine costs (USD). 0.04 is a core of a small cloud instance; for your
    own hardware use watts / 1000 × price per kWh."""
    local_threads: int = Field(1, ge=1)
    local_idle_s: float = Field(300, gt=0)
    """A local model server stops by itself after this long without a request."""
    download: Literal["ask", "always", "never"] = "ask"
    encoder: Literal["minilm+surface", "minilm-int8+surface", "static+surface", "minilm", "minilm-int8", "static"] = (
        "minilm+surface"
    )
    """What reads prompts. A fitted router keeps the one it was fitted with."""

    timeout_s: float = Field(120, gt=0)
    retries: int = Field(2, ge=0)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the file."""
        folder = env_settings().get("config_dir") or platformdirs.user_config_dir("turnout")
        file = TomlConfigSettingsSource(settings_cls, Path(folder) / "config.toml")
        return init_settings, env_settings, file

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the evidence store."""
        return self.evidence_url or f"sqlite:///{self.state_dir / 'evidence.sqlite'}"

    @property
    def user_catalogue(self) -> Path:
        """The user's own models and providers."""
        return self.config_dir / "models.yaml"

    @property
    def weights_dir(self) -> Path:
        """Where fetched weights live."""
        return self.cache_dir / "weights"


def load_settings(**overrides: Any) -> Settings:
    """The settings in force; raises `ConfigError` naming the bad one, never its value."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"setting {name}: {first['msg']} (environment variable, config.toml or flag)") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"config.toml cannot be read: {error}") from None
