"""The process around the application: a socket, an event loop, and a quiet end."""

from __future__ import annotations

import signal
import socket
from typing import Any

import uvicorn

from turnout.errors import ConfigError

__all__ = ["listen", "run", "server"]

_DRAIN_S = 30  # for answers under way once the server is told to stop; the rest is cut off


def listen(host: str, port: int) -> socket.socket:
    """The socket to be served, bound and listening; `ConfigError` when the address is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ConfigError(f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port") from None
    # Connections inherit it. asyncio's own loop would leave it out, and each answer wait 40 ms for an acknowledgement.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def run(app: Any, at: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, then finish what was begun and return."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn sends itself once more the signal that has ended it, which is not to end this process as a failure.
        signal.signal(number, lambda number, frame: None)
    server(app).run(sockets=[at])


def server(app: Any) -> uvicorn.Server:
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
    return uvicorn.Server(config)
