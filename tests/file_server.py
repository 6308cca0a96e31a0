"""A real HTTP server on loopback that serves one folder's worth of bytes, well or as badly as the path says.

``/BEHAVIOUR/anything``: good, cut (a connection that breaks off after `cut_after` bytes), no-range, changing (another
version at each request), 404, 500, flaky (500 twice), html, stuck (no end), liar (a wrong offset), huge, redirect.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FileServer:
    """What it serves, and what it was asked."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}  # name after the behaviour → bytes
        self.asked: list[tuple[str, str]] = []  # path, Range header
        self.cut_after = 50_000
        self.port = 0

    def url(self, behaviour: str, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{behaviour}/{name}"


@contextlib.contextmanager
def file_server() -> Iterator[FileServer]:
    """The server, for as long as the block runs."""
    state = FileServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            behaviour, _, name = self.path.lstrip("/").partition("/")
            asked = self.headers.get("Range", "")
            state.asked.append((self.path, asked))
            times = sum(path == self.path for path, _ in state.asked)
            if behaviour == "redirect":
                self.answer(302, b"", Location=state.url("good", name))
                return
            if behaviour.isdigit() or (behaviour == "flaky" and times <= 2):
                self.answer(int(behaviour) if behaviour.isdigit() else 500, b"no")
                return
            if behaviour == "html":
                self.answer(200, b"<html>log in</html>", **{"Content-Type": "text/html"})
                return
            data = state.content.get(name) or state.content.get(self.path.lstrip("/"))
            if data is None:
                self.answer(404, b"nothing here")
                return
            if behaviour == "changing":
                data = data[:-1] + bytes([times])
            etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            if behaviour == "no-range" or self.headers.get("If-Range", etag) != etag:
                start = 0
            if start >= len(data) and start:
                self.answer(416, b"", **{"Content-Range": f"bytes */{len(data)}"})
                return
            if behaviour == "liar" and start:
                start -= 1
            headers = {"ETag": etag, "Content-Length": str(len(data) - start)}
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            if behaviour == "huge":
                headers["Content-Length"] = str(10**16)
            body = data[start:]
            broken = behaviour in ("cut", "changing", "no-range-cut", "liar") and len(body) > state.cut_after
            self.answer(206 if start else 200, body[: state.cut_after] if broken else body, **headers)
            if broken or behaviour == "huge":
                self.close_connection = True

        def answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for key, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
