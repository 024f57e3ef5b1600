"""Fetching from a real server on the loopback, which behaves as badly as servers do."""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from reader.errors import ReaderError, ScanError
from reader.fetching import page_request
from reader.fetching.web import USER_AGENT, FetchLimits, fetch_page, page_article, read_page
from reader.formats import is_address
from reader.formats.progress import Cancelled, ProgressReport, report_to
from tests.unit.scans import SCAN, TITLE, write_tesseract
from tests.unit.test_cli import Call, call

__all__ = ["call"]  # a fixture

TEXT = "The lamp of Kap Orn\n\nIt was lit for the last time in 1987 [1]. Nobody knows why.\n\nReferences\n\n[1] Orn (1990)."
LOOSE = FetchLimits(size=200_000, seconds=20.0, timeout=httpx.Timeout(5.0), private=True)


class _Server(BaseHTTPRequestHandler):
    """Answers each path in its own way."""

    released = threading.Event()
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        ways: dict[str, Callable[[], None]] = {
            "/text.txt": lambda: self.answer(TEXT.encode(), "text/plain; charset=utf-8"),
            "/agent.txt": lambda: self.answer(self.headers["User-Agent"].encode(), "text/plain"),
            "/latin.txt": lambda: self.answer(
                "Más allá del río nadie sabe nada.".encode("latin-1"), "text/plain; charset=iso-8859-1"
            ),
            "/liar.txt": lambda: self.answer("Más allá del río nadie sabe nada.".encode(), "text/plain; charset=ascii"),
            "/nonsense.txt": lambda: self.answer(TEXT.encode(), "text/plain; charset=klingon"),
            "/packed.txt": lambda: self.answer(gzip.compress(TEXT.encode()), "text/plain", {"Content-Encoding": "gzip"}),
            "/members.txt": lambda: self.answer(
                b"".join(map(gzip.compress, (TEXT[:30].encode(), TEXT[30:].encode()))),
                "text/plain",
                {"Content-Encoding": "gzip"},
            ),
            "/trailer.txt": lambda: self.endless(gzip.compress(TEXT.encode()), "gzip"),
            "/bomb.txt": lambda: self.answer(gzip.compress(bytes(8_000_000)), "text/plain", {"Content-Encoding": "gzip"}),
            "/broken.txt": lambda: self.answer(b"this is no gzip", "text/plain", {"Content-Encoding": "gzip"}),
            "/scan.pdf": lambda: self.answer(SCAN, "application/pdf"),
            "/moved": lambda: self.answer(b"", "text/plain", {"Location": "/text.txt"}, 302),
            "/round": lambda: self.answer(b"", "text/plain", {"Location": "/round"}, 301),
            "/far": lambda: self.answer(b"", "text/plain", {"Location": f"/{'a' * 9000}"}, 302),
            "/nowhere": lambda: self.answer(b"", "text/plain", {"Location": "http://[::1"}, 302),
            "/file": lambda: self.answer(b"", "text/plain", {"Location": "file:///etc/passwd"}, 302),
            "/short.txt": lambda: self.answer(TEXT.encode(), "text/plain", {"Content-Length": "100000"}),
            "/claims.txt": lambda: self.answer(b"x", "text/plain", {"Content-Length": "999999999"}),
            "/missing": lambda: self.answer(b"gone", "text/html", {}, 404),
            "/error": lambda: self.answer(b"oh", "text/html", {}, 500),
            "/empty": lambda: self.answer(b"", "text/html"),
            "/endless.txt": self.endless,
            "/silent": self.silent,
            "/garbage": self.garbage,
        }
        ways[self.path]()

    def answer(self, body: bytes, kind: str, headers: dict[str, str] | None = None, status: int = 200) -> None:
        """Send a whole answer; headers that are given count before the right ones."""
        self.send_response(status)
        for name, value in ({"Content-Type": kind, "Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def endless(self, start: bytes = b"", encoding: str = "identity") -> None:
        """Send words until nobody listens."""
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Encoding", encoding)
        self.end_headers()
        try:
            self.wfile.write(start)
            while not self.released.is_set():
                self.wfile.write(b"and so on " * 1000)
        except OSError:
            return

    def garbage(self) -> None:
        """Send what is no HTTP."""
        self.wfile.write(b"\x00\x01 no HTTP at all\r\n\r\n")

    def silent(self) -> None:
        """Say nothing until the test is over."""
        self.released.wait(60)

    def log_message(self, format: str, *args: object) -> None:
        """Write no log."""


@pytest.fixture
def server() -> Iterator[str]:
    """Run the server and give its address."""
    _Server.released.clear()
    _Server.asked.clear()
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    _Server.released.set()
    running.shutdown()
    running.server_close()
    thread.join()


def test_a_page_is_read_and_says_where_and_when_it_came_from(server: str) -> None:
    article = read_page(f"{server}/text.txt", LOOSE)
    assert article.title == "The lamp of Kap Orn"
    assert [c.references for c in article.citations] == [("1",)]
    assert (article.source, article.about.address) == (f"{server}/text.txt", f"{server}/text.txt")
    assert article.about.fetched.endswith("Z")


def test_a_redirect_is_followed_to_the_address_it_leads_to(server: str) -> None:
    assert fetch_page(f"{server}/moved", LOOSE).address == f"{server}/text.txt"


def test_it_says_who_it_is(server: str) -> None:
    assert fetch_page(f"{server}/agent.txt", LOOSE).data.decode() == USER_AGENT


@pytest.mark.parametrize("path", ["latin.txt", "liar.txt"])
def test_the_charset_that_came_with_it_counts_where_it_can_be(server: str, path: str) -> None:
    assert page_article(fetch_page(f"{server}/{path}", LOOSE)).text == "Más allá del río nadie sabe nada."


@pytest.mark.parametrize("path", ["nonsense.txt", "packed.txt", "members.txt", "trailer.txt"])
def test_an_unknown_charset_and_a_packed_page_are_read(server: str, path: str) -> None:
    assert page_article(fetch_page(f"{server}/{path}", LOOSE)).text == TEXT


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("round", "redirects too often"),
        ("file", "Use an address"),
        ("short.txt", "closed the connection too early"),
        ("claims.txt", "larger than"),
        ("bomb.txt", "larger than"),
        ("endless.txt", "larger than"),
        ("broken.txt", "damaged response"),
        ("missing", "404"),
        ("error", "500"),
        ("silent", "does not answer"),
        ("garbage", "is no answer of a web server"),
        ("nowhere", "is no answer of a web server"),
        ("far", "is an address of 9,0"),
        ("empty", "is empty"),
    ],
)
def test_what_goes_wrong_is_said_in_words(server: str, path: str, said: str) -> None:
    limits = FetchLimits(size=200_000, seconds=20.0, timeout=httpx.Timeout(0.5), private=True)
    with pytest.raises(ReaderError) as failed:
        read_page(f"{server}/{path}", limits)
    assert said in str(failed.value)
    assert "127.0.0.1" in failed.value.what or path == "file"


def test_a_slow_page_is_stopped_after_its_time(server: str) -> None:
    limits = FetchLimits(size=10**12, seconds=0.0, private=True)
    with pytest.raises(ReaderError, match="takes too long"):
        fetch_page(f"{server}/endless.txt", limits)


def test_it_can_be_stopped_while_it_comes(server: str) -> None:
    sizes: list[int] = []

    def note(progress: ProgressReport) -> None:
        sizes.append(progress.done)

    with pytest.raises(Cancelled), report_to(note, lambda: bool(sizes) and sizes[-1] >= 30_000):
        fetch_page(f"{server}/endless.txt", FetchLimits(size=10**12, private=True))
    assert sizes[-1] >= 30_000


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"])
def test_the_persons_own_network_is_not_reached_unless_asked(host: str) -> None:
    with pytest.raises(ReaderError, match="private network") as refused:
        fetch_page(f"http://{host}:9/")
    assert "--allow-private" in refused.value.hint


@pytest.mark.parametrize(
    "address", ["ftp://a.example/x", "file:///etc/passwd", "http://", "https:///x", "javascript:1", "http://[::1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ReaderError):
        fetch_page(address, LOOSE)


def test_a_host_that_is_not_there_is_said() -> None:
    with pytest.raises(ReaderError, match="Cannot reach"):
        fetch_page("http://no-such-host.invalid/", LOOSE)


def test_a_scan_at_an_address_is_recognised_when_asked_and_fetched_once(
    call: Call, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tesseract(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    address = f"{server}/scan.pdf"
    request = page_request(address, private=True)
    with pytest.raises(ScanError, match="like a scan"):
        request.read()
    article = request.with_recognition("").read()
    assert (article.title, article.about.address, _Server.asked) == (TITLE, address, ["/scan.pdf"])
    assert TITLE in call("--allow-private", "add", "--ocr", address).out


def test_what_counts_as_an_address() -> None:
    assert is_address("HTTPS://a.example/")
    assert not is_address("notes.md")
