"""The server of `reader serve`: one page, one program for each tab, for this machine only and for those who have the token.

textual-serve runs the program and carries its screen over a WebSocket, but serves anybody who reaches its port. Here a request
must name this machine, so that no other site's name leads to it, must carry the token, and must not come from the page of
another site (RFC 6455, 10.2).
"""

from __future__ import annotations

import asyncio
import errno
import hmac
import logging
import secrets
import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote

from aiohttp import web
from textual_serve.server import Server

from reader.errors import ReaderError

HOST: Final = "127.0.0.1"
_TOKEN: Final = "token"
_SOCKET: Final = "/ws"
_PAGE: Final = Path(__file__).with_name("page.html")
_FONT_SIZE: Final = 16
"""That of the terminal, in pixels, unless the address says `fontsize`."""
_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the page. The terminal in it writes styles into its elements."""
_HEADERS: Final = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BrowserServer(Server):
    """Serve a command of this program at `HOST`, to those who open `address` first."""

    def __init__(self, arguments: Sequence[str], port: int, announce: Callable[[str], None]) -> None:
        """Take the arguments of `reader` to run for each tab, and what to call with the address once it is served."""
        words = [sys.executable, "-m", "reader", *arguments]
        command = subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
        super().__init__(command, host=HOST, port=port)  # pyright: ignore[reportUnknownMemberType]  # PathLike[Unknown]
        self._token = secrets.token_urlsafe(32)
        self._cookie = f"claim-reader-{port}"  # a browser gives a cookie to all ports of a machine
        self._origin = f"http://{HOST}:{port}"
        self._announce = announce
        self._tabs = set[asyncio.Task[object]]()

    @property
    def address(self) -> str:
        """The address to open, which holds the token."""
        return f"{self._origin}/?{_TOKEN}={self._token}"

    def run(self) -> None:
        """Serve until a signal ends it. Raises ReaderError when the port is taken, before anything is announced."""

        def announce(*_: object) -> None:
            self._announce(self.address)

        self.initialize_logging()
        try:
            # aiohttp prints once the port is open; `Server.serve` and `on_startup` come before that.
            web.run_app(self._make_app(), host=HOST, port=self.port, print=announce)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            what = f"Another program uses port {self.port}"
            raise ReaderError(what, f"Choose another one: `reader serve --port {self.port + 1}`") from error

    def initialize_logging(self) -> None:
        """Print errors only."""
        logging.basicConfig(level="ERROR", format="%(message)s")

    async def on_startup(self, app: web.Application) -> None:
        """Print no banner."""

    async def on_shutdown(self, app: web.Application) -> None:
        """Close all tabs, so that their programs end and the server need not wait for them."""
        for tab in tuple(self._tabs):
            tab.cancel()

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run the program for a tab until one of them ends."""
        tab = asyncio.current_task()
        assert tab is not None
        self._tabs.add(tab)
        try:
            return await super().handle_websocket(request)
        finally:
            self._tabs.discard(tab)

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """Return the page with the terminal."""
        nonce = secrets.token_urlsafe(16)
        socket = f"ws://{HOST}:{self.port}{_SOCKET}"
        size = request.query.get("fontsize", "")
        font_size = min(max(int(size), 6), 60) if size.isdecimal() and len(size) < 3 else _FONT_SIZE
        text = Template(_PAGE.read_text(encoding="utf-8")).substitute(nonce=nonce, socket=socket, font_size=font_size)
        headers = {"Content-Security-Policy": _POLICY.format(nonce=nonce, socket=socket)}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()

        @web.middleware
        async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
            return self._intercept(request) or await handler(request)

        app.middlewares.append(guard)
        app.on_response_prepare.append(_add_headers)
        return app

    def _intercept(self, request: web.Request) -> web.Response | None:
        """Return the refusal of a request, or the answer that makes the token of the address a cookie; None for all others."""
        if request.host != f"{HOST}:{self.port}":
            return _refusal(f"Open {self._origin} instead")
        origin = request.headers.get("Origin", "" if request.path == _SOCKET else self._origin)
        if origin != self._origin:
            return _refusal("Only a page of this program may use it")
        if self._is_token(request.query.get(_TOKEN, "")):
            response = web.Response(status=303, headers={"Location": "/"})
            response.set_cookie(self._cookie, self._token, httponly=True, samesite="Strict")
            return response
        if not self._is_token(request.cookies.get(self._cookie, "")):
            return _refusal("Open the whole address that `reader serve` printed: it holds the token")
        return None

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(errors="replace"), self._token.encode())


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add what every answer bears, and name a download in a way that keeps blanks and letters of all scripts (RFC 6266)."""
    response.headers.update(_HEADERS)
    kind, _, name = response.headers.get("Content-Disposition", "").partition("; filename=")
    if name:
        response.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name, safe='')}"


def _refusal(reason: str) -> web.Response:
    return web.Response(status=403, text=f"{reason}\n")
