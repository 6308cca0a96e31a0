"""The process around the application: a socket, an event loop, and a quiet end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from turnout.errors import ConfigError

__all__ = ["listen", "run", "server"]

# How long a thread that records or reads prompts may hold up the event loop: Python's own 5 ms are seen in streams.
_SWITCH_S = 0.0005
_DRAIN_S = 30  # for answers under way once the server is told to stop; the rest is cut off


def listen(host: str, port: int) -> socket.socket:
    """The socket to be served, bound and listening; `ConfigError` when the address is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # Python's own text adds the address once more; a name that is not known has a negative number.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else f"there is no address {host}"
        raise ConfigError(f"cannot listen on {host}:{port}: {reason}; choose another with --host and --port") from None
    # Connections inherit it. asyncio's own loop would leave it out, and each answer wait 40 ms for an acknowledgement.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def run(app: Any, at: socket.socket, stopping: Callable[[int], None] = lambda answers: None) -> None:
    """Serve until SIGINT or SIGTERM, then finish what was begun and return. A second SIGINT cuts it off.

    `stopping` is told how many answers are under way when the end begins.
    """
    made = server(app, stopping)
    sys.setswitchinterval(_SWITCH_S)

    def outside(number: int, frame: FrameType | None) -> None:
        # Before uvicorn listens to signals itself, this ends it as soon as it does. Afterwards uvicorn sends itself the
        # signal that has ended it once more, which is not to end this process as a failure.
        made.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, outside)
    made.run(sockets=[at])


def server(app: Any, stopping: Callable[[int], None] = lambda answers: None) -> uvicorn.Server:
    """uvicorn, set up for the gateway."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # nothing here depends on the client's address
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_DRAIN_S,
        backlog=2048,
    )
    return _Server(config, stopping)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, stopping: Callable[[int], None]) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        first = not self.should_exit
        super().handle_exit(sig, frame)
        if self.force_exit:  # what is cut off now is no failure to report
            logging.getLogger("uvicorn.error").disabled = True
        if first:  # a signal may come in the middle of anything, so the rest waits for the loop
            loop = asyncio.get_running_loop()
            loop.call_soon_threadsafe(lambda: self._stopping(len(self.server_state.tasks)))
