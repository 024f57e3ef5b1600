"""A proxy between a client and a server of HTTP that does what networks do: it loses answers, cuts bodies, waits, resets.

A request is signed with the address of the proxy, which is passed on, so servers that check signatures accept it.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlsplit

KEPT = 10_000
"""How many of the last requests are remembered."""
UNREPEATED = {"connection", "transfer-encoding", "content-length", "keep-alive", "expect"}


class Fault(StrEnum):
    """What happens to a request."""

    LOSE_ANSWER = "the server does it, and its answer is lost"
    LOSE_REQUEST = "the connection ends before the server has heard of it"
    CUT_ANSWER = "the connection ends in the middle of the answer's body"
    CUT_REQUEST = "the server hears half of the body"
    RESET = "the connection is reset"
    DELAY = "it waits a while, then it goes on"
    HANG = "nothing comes any more"
    BUSY = "the server says that it is busy"


class CannedAnswer(NamedTuple):
    """An answer in place of the server's, which hears nothing of the request."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class PassingRequest(NamedTuple):
    """A request: its method, its path with the query, how often it has come, from 1 on, and its headers."""

    method: str
    path: str
    time: int
    headers: Mapping[str, str]


Script = Callable[[PassingRequest], Fault | CannedAnswer | None]
"""Says what happens to each request; None: it passes. Called by several threads."""


def error_answer(status: int, code: str, more: str = "", headers: Mapping[str, str] | None = None) -> CannedAnswer:
    """Return an error as a server of S3 sends it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code>{more}</Error>'.encode()
    return CannedAnswer(status, body, {"Content-Type": "application/xml", **(headers or {})})


BUSY_ANSWER = error_answer(503, "SlowDown", "<Message>Please reduce your request rate.</Message>", {"Retry-After": "1"})


def random_faults(seed: int, rates: Mapping[Fault, float]) -> Script:
    """Return a script that draws faults by their rates (of 1), for each request the same with the same seed, in any order."""

    def draw(request: PassingRequest) -> Fault | None:
        chance = Random(f"{seed} {request.method} {request.path} {request.time}").random()
        for fault, rate in rates.items():
            chance -= rate
            if chance < 0:
                return fault
        return None

    return draw


class FaultProxy:
    """A running proxy. `script` may be set anew at any time; `counts` are the faults so far, "" for what passed."""

    def __init__(self, upstream: str, delay: float) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.delay = delay
        self.script: Script = lambda _: None
        self.address = ""
        self.asked: deque[tuple[PassingRequest, str]] = deque(maxlen=KEPT)
        self.counts: Counter[str] = Counter()
        self.times: Counter[tuple[str, str]] = Counter()
        self.released = threading.Event()
        self.lock = threading.Lock()

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        """Take a request through, or not."""
        body = to.rfile.read(int(to.headers.get("Content-Length") or 0))
        with self.lock:
            self.times[to.command, to.path] += 1
            headers = {name.lower(): value for name, value in to.headers.items()}
            request = PassingRequest(to.command, to.path, self.times[to.command, to.path], headers)
            fault = self.script(request)
            name = fault.name if isinstance(fault, Fault) else "ANSWER" if fault else ""
            self.asked.append((request, name))
            self.counts[name] += 1
        with suppress(OSError, http.client.HTTPException):  # who went away, the client or the server, hears no more
            if self._is_through(fault, to, body):
                return
        to.close_connection = True
        if fault is Fault.RESET:
            to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with suppress(OSError):
            to.connection.shutdown(socket.SHUT_RDWR)

    def _is_through(self, fault: Fault | CannedAnswer | None, to: BaseHTTPRequestHandler, body: bytes) -> bool:
        """Whether the client got a whole answer."""
        match fault:
            case CannedAnswer():
                _send(to, fault.status, fault.headers.items(), fault.body)
            case Fault.BUSY:
                _send(to, BUSY_ANSWER.status, BUSY_ANSWER.headers.items(), BUSY_ANSWER.body)
            case Fault.LOSE_REQUEST | Fault.RESET:
                return False
            case Fault.HANG:
                self.released.wait()
                return False
            case Fault.CUT_REQUEST:
                self._forward_half(to, body)
                return False
            case _:
                if fault is Fault.DELAY:
                    self.released.wait(self.delay)
                status, headers, answer = self._forward(to, body)
                if fault is Fault.LOSE_ANSWER:
                    return False
                _send(to, status, headers, answer, cut=fault is Fault.CUT_ANSWER)
                return fault is not Fault.CUT_ANSWER
        return True

    def _forward(self, to: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = self._begin(to, len(body))
        try:
            connection.endheaders(body or None)
            response = connection.getresponse()
            headers = [(name, value) for name, value in response.getheaders() if name.lower() not in UNREPEATED]
            if to.command == "HEAD":
                headers.append(("Content-Length", response.headers.get("Content-Length", "0")))
            return response.status, headers, response.read()
        finally:
            connection.close()

    def _forward_half(self, to: BaseHTTPRequestHandler, body: bytes) -> None:
        connection = self._begin(to, len(body))
        try:
            connection.endheaders(body[: len(body) // 2] or None)
        finally:
            connection.close()

    def _begin(self, to: BaseHTTPRequestHandler, size: int) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self.upstream, timeout=60)
        connection.putrequest(to.command, to.path, skip_host=True, skip_accept_encoding=True)
        for name, value in to.headers.items():
            if name.lower() not in UNREPEATED:
                connection.putheader(name, value)
        if size or to.command in ("PUT", "POST"):
            connection.putheader("Content-Length", str(size))
        return connection


def _send(to: BaseHTTPRequestHandler, status: int, headers: Any, body: bytes, *, cut: bool = False) -> None:
    to.send_response_only(status)
    for name, value in headers:
        to.send_header(name, value)
    if to.command != "HEAD" and status != 204:
        to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body[: len(body) // 2] if cut else body)
    to.wfile.flush()


@contextmanager
def fault_proxy(
    upstream: str, script: Script | None = None, delay: float = 0.2, certificate: tuple[Path, Path] | None = None
) -> Iterator[FaultProxy]:
    """Run a proxy before a server for a block, with a script of faults.

    `delay` is the length of a DELAY in seconds. With a certificate and its key the proxy speaks TLS, to its clients only.
    """
    proxy = FaultProxy(upstream, delay)
    if script is not None:
        proxy.script = script

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_request(self) -> None:
            proxy.answer(self)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_request

        def log_message(self, format: str, *args: object) -> None:
            """Write no log."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that went away."""

    running = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trust.load_cert_chain(*certificate)
        running.socket = trust.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    proxy.address = f"http{'s' if certificate else ''}://127.0.0.1:{running.server_port}"
    try:
        yield proxy
    finally:
        proxy.released.set()
        running.shutdown()
        running.server_close()
        thread.join()
