"""A page on the loopback for the screens: at once, in two halves, or gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar


class _Server(BaseHTTPRequestHandler):
    """Gives a page at once; at /slow its first half until `released` is set; `asked` are the paths that were asked for."""

    page = ""
    released = threading.Event()
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = self.page.encode()
        self.send_response(404 if self.path.startswith("/gone") else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        half = len(body) // 2
        self.wfile.write(body[:half])
        self.wfile.flush()
        if self.path == "/slow":
            self.released.wait(30)
        with suppress(ConnectionError):  # who stopped reading has gone
            self.wfile.write(body[half:])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve_page(page: str) -> Iterator[str]:
    """Serve a page on the loopback, whatever is asked for but /gone, and give the address."""
    _Server.page = page
    _Server.released.clear()
    _Server.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=partial(server.serve_forever, 0.01))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        _Server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def release_page() -> None:
    """Have the server give the second half of what it holds back."""
    _Server.released.set()


def requested_paths() -> list[str]:
    """Return the paths that were asked for, in turn."""
    return _Server.asked
