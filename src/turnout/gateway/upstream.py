"""Calls to providers: where each model answers, bytes sent there, and what goes wrong as `ProviderError`s.

One aiohttp session serves all: its connections stay open, and nothing is built per request that can be kept.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
from pydantic import SecretStr

from turnout.catalog import Catalogue
from turnout.config import Settings
from turnout.errors import ProviderUnavailable, RequestRejected
from turnout.providers.connection import (
    USER_AGENT,
    authorization,
    bare_key,
    check_address,
    host_of,
    provider_errors,
    read_answer,
)
from turnout.providers.failures import error_of_status
from turnout.types import Model

__all__ = ["ANSWER_BYTES", "Target", "Upstreams"]

ANSWER_BYTES = 64 * 2**20  # a picture in base64 is larger than any text
_CONNECT_S = 10.0
_TARGETS = 10_000
_TOUCH_S = 10.0  # how often the lease of a local server is renewed


@dataclass(frozen=True, slots=True)
class Target:
    """Where one model answers, with all that every request there needs."""

    model: Model
    base_url: str
    who: str  # model and host, for messages
    secret: str = field(repr=False)
    key_hint: str
    headers: dict[str, str] = field(repr=False)
    limit_name: str = "max_tokens"

    @property
    def is_openrouter(self) -> bool:
        """Whether OpenRouter's own fields mean something there."""
        return self.model.provider == "openrouter"


class Upstreams:
    """Every provider that can be reached. `start` brings up a model's server on this machine and gives its address and
    key; it blocks and runs in a thread. `touch` keeps such a server from stopping for idleness."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        start: Callable[[Model], tuple[str, str]],
        touch: Callable[[Model], None],
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._start = start
        self._touch = touch
        self._targets: dict[str, Target] = {}
        self._starting: dict[str, asyncio.Task[Target]] = {}
        self._touched: dict[str, float] = {}
        self._session: aiohttp.ClientSession | None = None
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S, sock_read=settings.timeout_s)

    async def target(self, model: Model) -> Target:
        """Where the model answers; a model of this machine is started first if need be."""
        found = self._targets.get(model.id)
        if found is None and len(self._targets) >= _TARGETS:  # names that clients made up must not fill the memory
            self._targets.clear()
        if model.provider != "local":
            return found or self._remote(model)
        now = time.monotonic()
        if found is not None:
            if now - self._touched.get(model.id, 0.0) > _TOUCH_S:
                self._touched[model.id] = now
                self._touch(model)
            return found
        task = self._starting.get(model.id)
        if task is None:
            task = self._starting[model.id] = asyncio.create_task(self._local(model))
            task.add_done_callback(lambda done: self._starting.pop(model.id, None))
        return await asyncio.shield(task)  # one who leaves does not stop the start that others wait for

    def forget(self, model: Model) -> None:
        """A server of this machine that cannot be reached any more is started anew next time."""
        if model.provider == "local":
            self._targets.pop(model.id, None)

    async def post(
        self, target: Target, path: str, data: bytes, mime: str = "application/json"
    ) -> aiohttp.ClientResponse:
        """The answer's head; its status is 200 and its body unread. Whoever gets it must release or close it."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True
            )
        headers = target.headers if mime == "application/json" else {**target.headers, "Content-Type": mime}
        with self.errors(target):
            answer = await self._session.post(target.base_url + path, data=data, headers=headers, allow_redirects=False)
            if answer.status == 200:
                return answer
            try:
                said = await read_answer(answer, target.who)
            finally:
                answer.release()
        error = error_of_status(answer.status, said, answer.headers, target.who, target.key_hint, (target.secret,))
        if answer.status >= 400:
            raise error
        elsewhere = ProviderUnavailable(str(error))  # a redirect is no refusal of this request, and no client's fault
        elsewhere.retryable = False
        raise elsewhere

    async def read(self, target: Target, answer: aiohttp.ClientResponse) -> bytes:
        """The whole body; the connection is free afterwards."""
        try:
            with self.errors(target):
                if answer.content_length is not None and answer.content_length <= ANSWER_BYTES:
                    return await answer.read()
                return await read_answer(answer, target.who, ANSWER_BYTES)
        finally:
            answer.release()

    def errors(self, target: Target) -> provider_errors:
        """A block whose failures are `ProviderError`s that name the target and never its key."""
        return provider_errors(target.who, self._settings.timeout_s, target.secret)

    async def aclose(self) -> None:
        """Close connections."""
        for task in list(self._starting.values()):
            task.cancel()
        if self._session is not None:
            await self._session.close()

    def _remote(self, model: Model) -> Target:
        endpoint = self._catalogue.endpoints.get(model.provider)
        if endpoint is None:
            raise RequestRejected(f"{model.id}: no provider serves it; add one with: turnout models add FILE")
        if model.provider == "openrouter":
            key, hint = self._settings.openrouter_api_key, "OPENROUTER_API_KEY"
        else:
            name = endpoint.api_key_env
            key = SecretStr(os.environ[name]) if name and os.environ.get(name) else None
            hint = name or "the provider's key"
        made = self._targets[model.id] = _target(model, endpoint.base_url, bare_key(key), hint)
        return made

    async def _local(self, model: Model) -> Target:
        url, key = await asyncio.to_thread(self._start, model)
        self._touched[model.id] = time.monotonic()
        made = self._targets[model.id] = _target(model, url, key, "the key of the local server")
        return made


def _target(model: Model, base_url: str, key: str, hint: str) -> Target:
    host = host_of(base_url)
    who = f"{model.id} at {host}"
    check_address(base_url, who, key)
    headers = {"User-Agent": USER_AGENT, "Content-Type": "application/json", **authorization(key, who, hint)}
    limit = "max_completion_tokens" if host == "api.openai.com" else "max_tokens"
    return Target(model, base_url.rstrip("/"), who, key, hint, headers, limit)
