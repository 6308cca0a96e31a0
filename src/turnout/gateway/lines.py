"""A line for each request, for whoever watches the server: what was asked, who answered, how it went."""

from __future__ import annotations

from collections.abc import Callable

from turnout.explain import dollars, two_digits
from turnout.gateway.exchange import Exchange

__all__ = ["Lines", "line"]


class Lines:
    """An observer that gives each request's line to `write`."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def observe(self, exchange: Exchange) -> None:
        """Write the line."""
        self._write(line(exchange))


def line(exchange: Exchange) -> str:
    """``22:51:35 auto → local/smollm2-135m · 200 · 0.64 s · $0.0000071``, in the clock of this machine.

    A key's id follows, and after a failure what it was; never what was asked or answered.
    """
    asked = exchange.asked or exchange.endpoint
    served = exchange.model_id or "nobody"
    parts = [asked if asked == served else f"{asked} → {served}", str(exchange.status)]
    if exchange.latency_s is not None:
        parts.append(f"{two_digits(exchange.latency_s)} s")
    if exchange.usd is not None:
        parts.append(dollars(exchange.usd))
    if exchange.key_id is not None:
        parts.append(exchange.key_id)
    if exchange.fallbacks:
        parts.append(f"after {', '.join(dict.fromkeys(a.model_id for a in exchange.attempts))} failed")
    if exchange.error is not None:
        parts.append(exchange.error)
    text = f"{exchange.at.astimezone():%H:%M:%S} {' · '.join(parts)}"
    return "".join(c if c.isprintable() else " " for c in text)
