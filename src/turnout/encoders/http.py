"""An encoder behind any `/v1/embeddings` endpoint."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from pydantic import SecretStr

from turnout.errors import (
    AuthenticationFailed,
    ConfigError,
    InvalidResponse,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRejected,
)
from turnout.types import Array

__all__ = ["HTTPEncoder"]

_BATCH = 64  # texts a request; endpoints differ in what they allow, none known allows fewer


class HTTPEncoder:
    """Vectors of `model` from `base_url` (ending before `/embeddings`), for instance ``http://localhost:8080/v1``.

    Failed requests that may succeed later are repeated `retries` times, after the wait the endpoint asks for.
    Raises a `ProviderError` for anything the endpoint does wrong, `ConfigError` for a URL that is not http(s).
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        dim: int,
        *,
        api_key: SecretStr | None = None,
        timeout_s: float = 60,
        retries: int = 2,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError("an embeddings endpoint needs a URL such as http://localhost:8080/v1")
        self._url = base_url.rstrip("/") + "/embeddings"
        self._api_key = api_key
        self.model = model
        self.dim = dim
        self.timeout_s = timeout_s
        self.retries = retries
        self._host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
        self.name = f"{model}@{self._host}"

    def encode(self, texts: Sequence[str]) -> Array:
        """Vectors of `texts`: float32, shape (n, dim), brought to length 1."""
        batches = [self._vectors(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(batches) if batches else np.empty((0, self.dim), dtype=np.float32)

    def _vectors(self, texts: Sequence[str]) -> Array:
        import stamina

        @stamina.retry(on=_wait, attempts=self.retries + 1, timeout=None)
        def ask() -> Array:
            return self._parse(self._post({"model": self.model, "input": list(texts)}), len(texts))

        return ask()

    def _post(self, body: dict[str, Any]) -> bytes:
        headers = {"Content-Type": "application/json"}
        if self._api_key is not None:
            headers["Authorization"] = f"Bearer {self._api_key.get_secret_value()}"
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers)  # noqa: S310  (http(s): see __init__)
        try:
            with _opener().open(request, timeout=self.timeout_s) as response:
                return bytes(response.read())
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(error) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise ProviderTimeout(f"no vectors from {self._host} within {self.timeout_s:g} s") from error
            raise ProviderUnavailable(f"the embeddings endpoint {self._host} cannot be reached: {reason}") from error

    def _refusal(self, error: urllib.error.HTTPError) -> ProviderError:
        code = error.code
        kind: type[ProviderError] = RequestRejected
        if code in (401, 402, 403):
            kind = AuthenticationFailed
        elif code == 429:
            kind = RateLimited
        elif code >= 500:
            kind = ProviderUnavailable
        return kind(
            f"the embeddings endpoint {self._host} answered {code} {error.reason} for model {self.model!r}",
            retry_after_s=_seconds(error.headers.get("Retry-After")),
        )

    def _parse(self, body: bytes, count: int) -> Array:
        """The vectors in the order asked: `index` says which text each belongs to."""
        try:
            data = json.loads(body)["data"]
            rows = {int(entry["index"]): entry["embedding"] for entry in data}
            vectors = np.array([rows[i] for i in range(count)], dtype=np.float32)
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidResponse(f"{self._host} did not answer with one vector for each of {count} texts") from error
        if vectors.shape != (count, self.dim):
            raise InvalidResponse(
                f"{self._host} gave vectors of shape {vectors.shape} for {self.model!r}, expected {(count, self.dim)}"
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths) & (lengths > 0)):
            raise InvalidResponse(f"{self._host} gave a vector that is zero or not finite")
        unit: Array = vectors / lengths
        return unit


def _opener() -> urllib.request.OpenerDirector:
    """Straight to the host that was named: no redirect, and no proxy out of the environment, as for chat models."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key and the texts to a host nobody chose."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuse: the 3xx answer itself becomes the error."""


def _wait(error: Exception) -> bool | float:
    """For stamina: whether to ask again, or how many seconds to wait before it."""
    if not isinstance(error, ProviderError) or not error.retryable:
        return False
    return True if error.retry_after_s is None else error.retry_after_s


def _seconds(retry_after: str | None) -> float | None:
    try:
        seconds = float(retry_after or "")
    except ValueError:  # absent, or a date
        return None
    return seconds if 0 <= seconds <= 60 else None
