"""The gateway's beginning and end: what is opened with the event loop and closed with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from turnout.errors import TurnoutError
from turnout.gateway.chooser import Chooser
from turnout.gateway.links import Links
from turnout.gateway.memory import settle
from turnout.gateway.record import Record
from turnout.gateway.telemetry import Spans
from turnout.gateway.upstream import Upstreams
from turnout.router import EstimateSource

__all__ = ["Lifetime"]

_LOG = logging.getLogger(__name__)


class Lifetime:
    """Starts and stops the parts. `reads_prompts` prepares, in a thread and after the port is open, a source that knows
    more than the averages; it may take a download, and None means that there is none."""

    def __init__(
        self,
        chooser: Chooser,
        record: Record,
        upstreams: Upstreams,
        links: Links,
        spans: Spans | None,
        reads_prompts: Callable[[], tuple[EstimateSource, bool] | None],
    ) -> None:
        self._chooser = chooser
        self._record = record
        self._upstreams = upstreams
        self._links = links
        self._spans = spans
        self._reads_prompts = reads_prompts
        self._preparing: asyncio.Task[None] | None = None
        self._began = False

    def not_ready(self) -> str | None:
        """Why no requests should be sent here now, or None."""
        if not self._began:
            return "the server is stopping" if self._preparing else "the server is starting"
        return None if self._chooser.available else "no model can be asked from here"

    async def begin(self) -> None:
        """Take over what an earlier process left unrecorded, then begin. Raises `StoreError`."""
        await self._record.start()
        self._preparing = asyncio.create_task(self._prepare(), name="turnout-prepare")
        self._began = True

    async def end(self) -> None:
        """Record what is not yet recorded and close connections."""
        self._began = False
        if self._preparing is not None:
            self._preparing.cancel()
        await self._upstreams.aclose()
        await self._links.aclose()
        await self._record.aclose()
        if self._spans is not None:
            await self._spans.aclose()
        self._chooser.close()

    async def _prepare(self) -> None:
        try:
            found = await asyncio.to_thread(self._reads_prompts)
        except TurnoutError as error:
            _LOG.warning("choosing by category averages, without reading prompts: %s", error)
            return
        if found is not None:
            source, slow = found
            self._chooser.use(source, slow=slow)
            await asyncio.to_thread(settle)
