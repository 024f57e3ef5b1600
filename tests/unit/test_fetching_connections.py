"""Servers on the loopback that speak bytes: a fetch ends in time, is stopped at once, and unpacks no more than a page."""

from __future__ import annotations

import gzip
import ipaddress
import itertools
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from reader.errors import ReaderError
from reader.fetching.connections import is_public
from reader.fetching.web import FetchLimits, fetch_page, page_article
from reader.formats import parse_article
from reader.formats.progress import Cancelled, report_to

TEXT = "The lock keeper of Brandal wrote down each barge. In 1931 there were 212 of them."
SHORT = FetchLimits(size=200_000, seconds=0.3, private=True)
LONG = FetchLimits(size=200_000, private=True)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@contextmanager
def serve(answer: Callable[[socket.socket], None]) -> Iterator[tuple[str, threading.Event]]:
    """Answer one connection. Yield the address, and an event that is set when the other side has hung up."""
    hung_up = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            answer(connection)
            while connection.recv(65536):
                pass
        hung_up.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/page", hung_up
    finally:
        listener.close()


def send_whole(*parts: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(b"".join(parts))


def packed(body: bytes, *encodings: str) -> Callable[[socket.socket], None]:
    names = "".join(f"Content-Encoding: {name}\r\n" for name in encodings).encode()
    return send_whole(HEAD, names, f"Content-Length: {len(body)}\r\n\r\n".encode(), body)


def drip(connection: socket.socket, parts: Iterator[bytes]) -> None:
    """Send parts until the other side hangs up, one every twentieth of a second."""
    connection.settimeout(0.05)
    for part in parts:
        connection.sendall(part)
        with suppress(TimeoutError):
            if not connection.recv(65536):
                return


@pytest.mark.parametrize(
    "parts",
    [
        itertools.chain([HEAD], (f"X-{number}: a\r\n".encode() for number in itertools.count())),
        itertools.chain([HEAD + b"X: "], itertools.repeat(b"a")),
        itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
        itertools.chain([HEAD + b"\r\n"], itertools.repeat(b"a")),
        itertools.chain([HEAD + b"Transfer-Encoding: chunked\r\n\r\n"], itertools.repeat(b"1\r\na\r\n")),
    ],
    ids=["headers", "one header", "continue", "body", "chunks"],
)
def test_a_server_that_drips_is_left_when_the_time_of_the_fetch_is_over(parts: Iterator[bytes]) -> None:
    with serve(lambda connection: drip(connection, parts)) as (address, hung_up):
        with pytest.raises(ReaderError, match=r"takes too long: stopped after 0\.3 seconds"):
            fetch_page(address, SHORT)
        assert hung_up.wait(10)


@contextmanager
def serve_slow_redirects() -> Iterator[str]:
    """Lead every request back to the same address, after a tenth of a second."""
    over, listener = threading.Event(), socket.create_server(("127.0.0.1", 0))
    answer = b"HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    def run() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    over.wait(0.1)
                    connection.sendall(answer)

    threading.Thread(target=run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/page"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_all_redirects_share_the_time_of_the_fetch() -> None:
    with serve_slow_redirects() as address, pytest.raises(ReaderError, match=r"takes too long: stopped after 0\.3 seconds"):
        fetch_page(address, replace(SHORT, redirects=30))


def test_a_server_that_never_agrees_on_encryption_is_left_when_the_time_of_the_fetch_is_over() -> None:
    with serve(lambda _: None) as (address, hung_up):
        with pytest.raises(ReaderError, match=r"takes too long: stopped after 0\.3 seconds"):
            fetch_page(address.replace("http:", "https:"), SHORT)
        assert hung_up.wait(10)


def test_a_stopped_fetch_hangs_up_at_once() -> None:
    stopped, connected = threading.Event(), threading.Event()
    outcome: list[Exception] = []

    def fetch(address: str) -> None:
        try:
            with report_to(lambda _: None, stopped.is_set):
                fetch_page(address, LONG)
        except ReaderError as error:
            outcome.append(error)

    with serve(lambda _: connected.set()) as (address, hung_up):
        thread = threading.Thread(target=fetch, args=(address,), daemon=True)
        thread.start()
        assert connected.wait(10)
        stopped.set()
        assert hung_up.wait(10), "long before the 20 seconds after which a silent server is given up"
        thread.join(10)
    assert [type(error) for error in outcome] == [Cancelled]


@pytest.mark.parametrize("wbits", [15, -15, 31], ids=["zlib", "no header", "gzip"])
def test_a_packed_page_is_unpacked(wbits: int) -> None:
    packer = zlib.compressobj(wbits=wbits)
    body = packer.compress(TEXT.encode()) + packer.flush()
    with serve(packed(body, "gzip" if wbits == 31 else "deflate")) as (address, _):
        assert fetch_page(address, LONG).data.decode() == TEXT


def test_a_packed_page_whose_first_byte_comes_alone_is_unpacked() -> None:
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(TEXT.encode()) + packer.flush()
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:1], body[1:], b""))
    head = HEAD + b"Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serve(send_whole(head, chunks)) as (address, _):
        assert fetch_page(address, LONG).data.decode() == TEXT


def test_a_page_that_is_not_there_may_be_packed_nothing() -> None:
    head = HEAD.replace(b"200 OK", b"404 Not Found") + b"Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"
    with serve(send_whole(head)) as (address, _), pytest.raises(ReaderError, match="answered 404"):
        fetch_page(address, LONG)


BOMB = bytes(50_000_000)


@pytest.mark.parametrize(
    ("pack", "encodings", "message"),
    [
        (lambda: gzip.compress(gzip.compress(BOMB, 1)), ("gzip", "gzip"), "packed as gzip, gzip"),
        (lambda: gzip.compress(gzip.compress(BOMB, 1)), ("gzip, deflate",), "packed as gzip, deflate"),
        (TEXT.encode, ("br",), "packed as br"),
        (lambda: gzip.compress(BOMB, 1), ("gzip",), "larger than"),
        (lambda: zlib.compress(BOMB, 1), ("deflate",), "larger than"),
        (lambda: gzip.compress(TEXT.encode())[:-12], ("gzip",), "damaged response"),
    ],
    ids=["twice", "in one header", "unknown", "bomb", "deflate bomb", "cut"],
)
def test_a_page_that_is_packed_to_hurt_is_refused(pack: Callable[[], bytes], encodings: tuple[str, ...], message: str) -> None:
    with serve(packed(pack(), *encodings)) as (address, _), pytest.raises(ReaderError, match=message):
        fetch_page(address, LONG)


@pytest.mark.parametrize(
    "charset",
    ["punycode", "undefined", "idna", "zlib_codec", "rot13", "unicode_escape", "utf-7", "cp037", "cp1140", "x" * 9000],
)
def test_a_charset_that_is_no_encoding_of_texts_counts_as_none(charset: str) -> None:
    text = f"{TEXT} Más allá +AGE- \\u0041."
    page = f"<html><head><meta charset={charset[:40]}></head><body><p>{text}</p></body></html>"
    assert parse_article(page.encode(), "a.html").text == text
    head = HEAD.replace(b"plain", f"plain; charset={charset}".encode())
    with serve(send_whole(head, f"Content-Length: {len(text.encode())}\r\n\r\n".encode(), text.encode())) as (address, _):
        assert page_article(fetch_page(address, LONG)).text == text


def test_a_media_type_is_not_taken_apart_however_long_it_is() -> None:
    kind = b'plain; a="' + b";" * 90_000
    with serve(send_whole(HEAD.replace(b"plain", kind), f"Content-Length: {len(TEXT)}\r\n\r\n{TEXT}".encode())) as (address, _):
        assert fetch_page(address, LONG).charset == ""


@pytest.mark.parametrize(
    "address",
    [
        *("224.0.0.1", "239.255.255.250", "240.0.0.1", "100.64.0.1", "0.0.0.0", "192.0.0.100"),
        *("ff02::1", "ff0e::1", "fec0::1", "fe80::1", "fc00::1", "::", "::1", "::7f00:1", "::8.8.8.8", "100::1", "5f00::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::808:808", "64:ff9b::e000:1"),
        *("2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:0:a00:1::f7f7:f7f7", "2001:db8::1"),
    ],
)
def test_an_address_that_may_lead_into_a_private_network_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(ReaderError, match="private network"):
        fetch_page(f"http://{host}:9/")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2a00:1450:4001::200e"]
)
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
