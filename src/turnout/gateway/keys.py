"""The keys that clients of the gateway show: who may ask which models, for how much."""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import hmac
import json
import logging
import math
import os
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from filelock import FileLock, Timeout

from turnout.errors import ConfigError, UserError

__all__ = ["ClientKey", "KeyRing", "Per"]

Per = Literal["day", "month", "total"]

_LOG = logging.getLogger(__name__)
_SCHEMA = "turnout.keyring/1"
_CHECK_S = 1.0  # how long a change of the file may go unseen
_LOCK_S = 10.0
_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class ClientKey:
    """One client's key, without the key itself."""

    id: str  # e.g. "key-3f9a12": shown, recorded, no secret
    name: str
    # Plain SHA-256: the key is 256 random bits, which nobody guesses however fast the hash is. Slow, salted hashes are
    # for passwords that people think up, and would cost every request their time.
    sha256: str = field(repr=False)
    created: datetime
    models: tuple[str, ...] = ()  # patterns of model ids, as in "openai/*"; empty = all
    max_usd: float | None = None  # None = no limit
    per: Per = "total"  # of max_usd; days and months are UTC's
    revoked: bool = False

    def allows(self, model_id: str) -> bool:
        """Whether this key may ask the model."""
        return not self.models or any(fnmatch.fnmatchcase(model_id, pattern) for pattern in self.models)


class KeyRing:
    """The keys of one file, which is read again within a second of a change, so that a revoked key stops working.

    Writers take turns, readers see the old or the new file. A file that is damaged or removed while a server runs lets
    nobody new in: damaged, the keys read before stay in force; removed, none is left, which is not the same as `empty`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._by_hash: dict[str, ClientKey] = {}
        self._seen: tuple[int, int, int] | None = None
        self._next_check = 0.0
        self._had_keys = False

    @classmethod
    def open(cls, path: Path) -> KeyRing:
        """The keys in `path`, which need not exist; raises `ConfigError` naming it when it is damaged."""
        ring = cls(path)
        ring._seen = _stamp(path)
        ring._take(_read(path))
        ring._next_check = time.monotonic() + _CHECK_S
        return ring

    @property
    def empty(self) -> bool:
        """Whether no key was ever made: every client is anonymous. A key that is revoked or removed still counts."""
        if time.monotonic() >= self._next_check:
            self._look()
        return not self._had_keys

    @property
    def keys(self) -> tuple[ClientKey, ...]:
        """All keys, the revoked ones too, oldest first."""
        self._look()
        return tuple(self._by_hash.values())

    def find(self, secret: str) -> ClientKey | None:
        """The key that the client showed; None when it is unknown or revoked."""
        if time.monotonic() >= self._next_check:
            self._look()
        shown = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
        key = self._by_hash.get(shown)
        if key is None:  # it may have been made this moment
            self._look()
            key = self._by_hash.get(shown)
        # The dictionary compares hashes, whose timing tells nothing of a key that is not known already.
        if key is None or key.revoked or not hmac.compare_digest(key.sha256, shown):
            return None
        return key

    def create(
        self, name: str, *, models: Sequence[str] = (), max_usd: float | None = None, per: Per = "total"
    ) -> tuple[ClientKey, str]:
        """A new key and its secret, which is kept nowhere: show it once. Raises `UserError` for what has no meaning."""
        secret = "tk-" + base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
        made = ClientKey(
            id="",
            name=name.strip(),
            sha256=hashlib.sha256(secret.encode()).hexdigest(),
            created=datetime.now(UTC).replace(microsecond=0),
            models=tuple(models),
            max_usd=max_usd,
            per=per,
        )
        _check(made)

        def add(keys: list[ClientKey]) -> ClientKey:
            taken = {key.id for key in keys}
            id = next(id for id in iter(lambda: f"key-{secrets.token_hex(3)}", None) if id not in taken)
            keys.append(replace(made, id=id))
            return keys[-1]

        return self._write(add), secret

    def revoke(self, id: str) -> ClientKey:
        """From now on the key opens nothing. Raises `UserError` for an unknown id."""
        return self._write(lambda keys: _replaced(keys, id, revoked=True))

    def change(
        self,
        id: str,
        *,
        name: str | None = None,
        models: Sequence[str] | None = None,
        max_usd: float | None = None,
        per: Per | None = None,
        unlimited: bool = False,
    ) -> ClientKey:
        """Give the key another name, other models (none = all) or another budget; what is left out stays.

        Raises `UserError` for an unknown id and for what has no meaning.
        """
        new: dict[str, Any] = {
            "name": None if name is None else name.strip(),
            "models": None if models is None else tuple(models),
            "max_usd": max_usd,
            "per": per,
        }
        new = {what: value for what, value in new.items() if value is not None}
        if unlimited:
            new["max_usd"] = None
        return self._write(lambda keys: _replaced(keys, id, **new))

    def _write(self, change: Callable[[list[ClientKey]], ClientKey]) -> ClientKey:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_name(self.path.name + ".lock"), timeout=_LOCK_S):
                keys = _read(self.path)
                changed = change(keys)
                _replace_file(self.path, keys)
                self._seen = _stamp(self.path)
                self._take(keys)
                return changed
        except Timeout:
            raise ConfigError(f"another process keeps {self.path} locked") from None
        except OSError as error:
            raise ConfigError(f"{self.path} cannot be written: {error.strerror}") from None

    def _look(self) -> None:
        self._next_check = time.monotonic() + _CHECK_S
        now = _stamp(self.path)
        if now == self._seen:
            return
        self._seen = now
        try:
            self._take(_read(self.path))
        except ConfigError as error:
            _LOG.error("%s; the keys read before stay in force", error)

    def _take(self, keys: Sequence[ClientKey]) -> None:
        self._by_hash = {key.sha256: key for key in keys}
        self._had_keys = self._had_keys or bool(keys)


def _replaced(keys: list[ClientKey], id: str, **new: Any) -> ClientKey:
    for i, key in enumerate(keys):
        if key.id == id:
            keys[i] = replace(key, **new)
            _check(keys[i])
            return keys[i]
    raise UserError(f"no key has the id {id!r}: turnout keys list shows them")


def _check(key: ClientKey) -> None:
    if not key.name or len(key.name) > _NAME_LENGTH or not key.name.isprintable():
        raise UserError(f"a key's name is one line of 1 to {_NAME_LENGTH} characters")
    if key.max_usd is not None and not (math.isfinite(key.max_usd) and key.max_usd >= 0):
        raise UserError(f"a budget is a number of USD ≥ 0, got {key.max_usd:g}")
    if key.per not in get_args(Per):
        raise UserError(f"a budget is per {', '.join(get_args(Per))}, not {key.per!r}")
    if not all(key.models):
        raise UserError("a pattern of models is empty")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _read(path: Path) -> list[ClientKey]:
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["schema"] != _SCHEMA:
            raise ConfigError(f"{path} is not of this Turnout: expected {_SCHEMA}")
        keys = [_key(entry) for entry in document["keys"]]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, AttributeError, UserError) as error:
        if isinstance(error, ConfigError):
            raise
        # What the file holds is not repeated: somebody may have put a key there.
        raise ConfigError(
            f"{path} is damaged ({type(error).__name__}): restore it, or remove it and make new keys"
        ) from None
    if len({key.id for key in keys}) < len(keys):
        raise ConfigError(f"{path} is damaged: two keys have the same id")
    return keys


def _key(entry: dict[str, Any]) -> ClientKey:
    budget = entry["max_usd"]
    key = ClientKey(
        id=entry["id"],
        name=entry["name"],
        sha256=entry["sha256"],
        created=datetime.fromisoformat(entry["created"]),
        models=tuple(entry["models"]),
        max_usd=None if budget is None else float(budget),
        per=entry["per"],
        revoked=entry["revoked"],
    )
    texts = (key.id, key.name, *key.models)
    if not all(isinstance(t, str) for t in texts) or not key.id or not isinstance(entry["models"], list):
        raise ValueError("a text is expected")
    # A list of patterns that lost its last entry would mean all models, and a flag that is no flag would mean anything.
    if not isinstance(key.revoked, bool) or not re.fullmatch(r"[0-9a-f]{64}", key.sha256):
        raise ValueError("a hash or flag cannot be read")
    _check(key)
    return key


def _replace_file(path: Path, keys: Sequence[ClientKey]) -> None:
    entries = [{**asdict(key), "created": key.created.isoformat()} for key in keys]
    text = json.dumps({"schema": _SCHEMA, "keys": entries}, indent=2, ensure_ascii=False) + "\n"
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  # a descriptor with its mode
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
