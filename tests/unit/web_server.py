"""Pages on the loopback, for tests that fetch: what is served, and what was asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, TypeVar


class Reply(NamedTuple):
    """An answer with its status and headers, of which those here take the place of the usual ones."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {}


Page = bytes | Reply | None


def redirect(address: str, status: int = 302) -> Reply:
    """Return a redirect to an address."""
    return Reply(status=status, headers={"Location": address})


class Pages:
    """A server of `pages`, texts or documents by their paths, "*" for all others; one that is None never answers.

    `asked` are the paths so far, `headers` those of the last request to each.
    """

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self.pages = dict(pages)
        self.asked: list[str] = []
        self.headers: dict[str, Mapping[str, str]] = {}
        self.waiting = threading.Event()
        self.released = threading.Event()
        self.address = ""

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        """Answer a request: with its page, with 404, or not before the test is over."""
        self.asked.append(to.path)
        self.headers[to.path] = dict(to.headers.items())
        page = self.pages.get(to.path, self.pages.get("*", b""))
        if page is None:
            self.waiting.set()
            self.released.wait(60)
            return
        reply = page if isinstance(page, Reply) else Reply(page, 200 if page else 404)
        headers = {"Content-Type": _content_type(reply.body), "Content-Length": str(len(reply.body))} | {**reply.headers}
        to.send_response(reply.status)
        for name, value in headers.items():
            to.send_header(name, value)
        to.end_headers()
        with suppress(ConnectionError):  # who stopped reading has gone
            to.wfile.write(reply.body)


def _content_type(body: bytes) -> str:
    if body.startswith(b"%PDF"):
        return "application/pdf"
    return "text/html; charset=utf-8" if body.startswith(b"<") else "text/plain; charset=utf-8"


Site = TypeVar("Site", bound=Pages)


@contextmanager
def answer_requests(answer: Callable[[BaseHTTPRequestHandler], object]) -> Iterator[str]:
    """Let a function answer what is asked of a server on this machine, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Write no log."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@contextmanager
def serve(pages: Mapping[str, Page], kind: type[Site] = Pages) -> Iterator[Site]:
    """Serve pages for a block, by a server of this kind."""
    site = kind(pages)
    with answer_requests(site.answer) as site.address:
        try:
            yield site
        finally:
            site.released.set()
