"""What `turnout serve` can be told."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ServeOptions"]


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where the gateway listens, whom it lets in, and how much it takes on."""

    host: str = "127.0.0.1"
    port: int = 8484
    allow_anonymous: bool = False
    open_metrics: bool = False
    fetch_urls: bool = False
    origins: tuple[str, ...] = ()
    max_body: int = 32 * 2**20  # bytes
    concurrent: int = 1024
    queue: int = 1024
    patience_s: float = 30.0  # for a request's whole body, and for a client to take a piece of its answer
