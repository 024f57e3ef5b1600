"""Pages on the loopback, for tests that fetch: what is served, and what was asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Pages:
    """A server of `pages`, texts or documents by their paths; one that is None never answers. `asked` are the paths so far."""

    def __init__(self, pages: Mapping[str, bytes | None]) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.waiting = threading.Event()
        self.released = threading.Event()
        self.address = ""

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        """Answer a request: with its page, with 404, or not before the test is over."""
        self.asked.append(to.path)
        page = self.pages.get(to.path, b"")
        if page is None:
            self.waiting.set()
            self.released.wait(60)
            return
        to.send_response(200 if page else 404)
        kind = "application/pdf" if page.startswith(b"%PDF") else "text/plain; charset=utf-8"
        to.send_header("Content-Type", kind)
        to.send_header("Content-Length", str(len(page)))
        to.end_headers()
        to.wfile.write(page)


@contextmanager
def serve(pages: Mapping[str, bytes | None]) -> Iterator[Pages]:
    """Serve pages for a block."""
    site = Pages(pages)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Write no log."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{running.server_port}"
    try:
        yield site
    finally:
        site.released.set()
        running.shutdown()
        running.server_close()
        thread.join()
