"""A real embeddings endpoint on loopback: deterministic vectors, and faults on request."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DIM = 8


class EmbeddingsServer(ThreadingHTTPServer):
    """`faults` are (status, headers, body) answered once each before normal service; `requests` is what came in."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults: list[tuple[int, dict[str, str], bytes]] = []
        self.requests: list[tuple[dict[str, str], Any]] = []
        self.delay_s = 0.0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: EmbeddingsServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((dict(self.headers), body))
        time.sleep(self.server.delay_s)
        if self.server.faults:
            self._answer(*self.server.faults.pop(0))
            return
        data = [{"index": i, "embedding": vector(text)} for i, text in enumerate(body["input"])]
        self._answer(200, {}, json.dumps({"data": data[::-1]}).encode())  # out of order, as the protocol allows

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def vector(text: str) -> list[float]:
    """Not of unit length: the encoder must see to that."""
    return [byte + 1.0 for byte in hashlib.sha256(text.encode()).digest()[:DIM]]


@contextmanager
def serving() -> Iterator[EmbeddingsServer]:
    server = EmbeddingsServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
