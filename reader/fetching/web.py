"""Fetch a web page on request, within limits of size and time."""

from __future__ import annotations

import codecs
import ssl
import time
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from reader import __version__
from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.fetching.connections import PublicBackend
from reader.formats import parse_article
from reader.formats.detection import decode_declared, detect_container
from reader.formats.progress import deadline, report

# ------------------------------------------------------------------ Fetching

USER_AGENT: Final = f"claim-reader/{__version__} (a reader of single articles, started by a person)"
MAX_PAGE_SIZE: Final = 30_000_000
"""The maximum size of a page in bytes, decompressed."""
MAX_FETCH_SECONDS: Final = 120.0
"""The maximum time for a page in seconds."""
_TIMEOUT: Final = httpx.Timeout(20.0, connect=10.0)
_MAX_REDIRECTS: Final = 8
_MAX_ADDRESS_LENGTH: Final = 8000
"""The characters of an address that each server must be able to take: RFC 9110, 4.1."""
_SHOWN_LENGTH: Final = 80
_MAX_KIND_LENGTH: Final = 1000
"""The characters of a media type that are read: to take it apart, Python may need the square of its length."""
_MAX_ERROR_SIZE: Final = 10_000
"""The most bytes that are read of an answer that only its status counts of."""
_ANY_HEADER: Final = 47
_NO_HEADER: Final = -15
"""The `wbits` of zlib for gzip or zlib data, and for data without a header."""
_HEADER_SIZE: Final = 2
"""The bytes by which zlib knows whether there is a header."""
_EARLY_END: Final = lazy_pattern("disconnected|closed connection")
"""Match what h11 and httpcore say of an answer that ends before it should; what else they complain about is no HTTP."""
_GZIP_MARK: Final = b"\x1f"
"""The first byte of data in gzip."""
_ACCEPT_HEADER: Final = (
    "text/html,application/xhtml+xml,application/pdf,application/epub+zip,application/xml;q=0.9,text/*;q=0.8,*/*;q=0.5"
)

_REQUEST_HEADERS: Final = {"User-Agent": USER_AGENT, "Accept": _ACCEPT_HEADER, "Accept-Encoding": "gzip, deflate"}
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The limits of a fetch: bytes, seconds, timeouts, redirects, and whether addresses in a private network are permitted.

    What is larger than `size` is an error, unless `cut` permits to read only its beginning.
    """

    size: int = MAX_PAGE_SIZE
    seconds: float = MAX_FETCH_SECONDS
    timeout: httpx.Timeout = field(default_factory=lambda: _TIMEOUT)
    redirects: int = _MAX_REDIRECTS
    cut: bool = False
    private: bool = False


class TooManyRedirects(ReaderError):
    """A chain of redirects that is too long, or a circle."""


Meter = Callable[[int], object]
"""Called with the number of bytes that have arrived. It may raise ReaderError, which ends the fetch."""
Visit = Callable[[str], AbstractContextManager[Meter]]
"""Called with the address of each request, redirects included; the request is made within the context."""


@contextmanager
def _visit_freely(address: str) -> Generator[Meter]:
    yield lambda size: None


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A fetched page: its bytes, its final address, the charset in its headers, and the time of the fetch in UTC.

    Of a page that was not found, or another error, `data` may be only the beginning.

    `status` is the code of the answer, `headers` are its headers by their names in lower case.
    """

    data: bytes
    address: str
    charset: str
    fetched_at: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def read_page(address: str, limits: FetchLimits | None = None, ocr: str | None = None) -> Article:
    """Fetch a page and return its article as `page_article` does. Raises ReaderError if this fails or is cancelled."""
    return page_article(fetch_page(address, limits), ocr)


def page_article(page: FetchedPage, ocr: str | None = None) -> Article:
    """Return the article in a fetched page; the text of a scan is recognised in the language `ocr`, unless that is None.

    Raises ReaderError as `parse_article` and `open_scan` do.
    """
    if ocr is None:
        article = parse_article(_to_utf8(page), page.address)
    else:
        from reader.formats.scans.recognition import open_scan  # few pages are scans

        article = open_scan(_to_utf8(page), page.address, ocr)
    about = article.about._replace(address=article.about.address or page.address, fetched=page.fetched_at)
    return replace(article, about=about)


def fetch_page(address: str, limits: FetchLimits | None = None) -> FetchedPage:
    """Fetch an address and follow up to 8 redirects. Report the progress in bytes.

    Raises ReaderError if the fetch fails, is too slow or too large, or is cancelled.
    """
    page = fetch_answer(address, limits)
    check_status(page)
    return page


def fetch_answer(
    address: str,
    limits: FetchLimits | None = None,
    headers: Mapping[str, str] = _NO_HEADERS,
    visit: Visit = _visit_freely,
) -> FetchedPage:
    """Fetch as `fetch_page` does, with other request headers, and return the answer whatever its status.

    Raises ReaderError if there is no whole answer, and what `visit` raises.
    """
    return _follow_redirects(address, limits or FetchLimits(), {**_REQUEST_HEADERS, **headers}, visit)


def check_status(page: FetchedPage) -> None:
    """Raise ReaderError for an answer that is no success."""
    if not 200 <= page.status < 300:
        raise _status_error(page.address, page.status)


def _follow_redirects(address: str, limits: FetchLimits, headers: Mapping[str, str], visit: Visit) -> FetchedPage:
    too_late = f"{address} takes too long: stopped after {limits.seconds:g} seconds"
    clock = _Stopwatch()
    try:
        with httpx.Client(transport=_Transport(limits.private), timeout=limits.timeout, headers=headers) as client:
            for _ in range(limits.redirects + 1):
                _check_address(address)
                with (
                    visit(address) as meter,
                    clock.run(),
                    deadline(limits.seconds - clock.seconds, too_late),
                    client.stream("GET", address) as response,
                ):
                    if response.has_redirect_location:
                        address = urljoin(address, response.headers["location"])
                        continue
                    ample = limits if response.is_success else replace(limits, size=_MAX_ERROR_SIZE, cut=True)
                    body = bytearray()
                    for part in _read_body(response, ample, meter):
                        body += part  # a list of all parts takes twenty times their size if a server sends them byte by byte
                    headers = dict(response.headers.items())
                    return FetchedPage(bytes(body), address, _charset(headers), _now(), response.status_code, headers)
    except zlib.error as error:
        raise ReaderError(f"{address} sent a damaged response: {error}") from error
    except (
        httpx.HTTPError,
        httpx.InvalidURL,
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
    ) as error:
        raise _network_error(address, error) from error
    except (ValueError, UnicodeError, OSError) as error:
        raise ReaderError(f"Cannot fetch {address}: {error}") from error
    raise TooManyRedirects(f"{address} redirects too often: stopped after {limits.redirects} redirects")


class _Stopwatch:
    """The seconds that requests have taken, without the time between them: a request may wait for its turn."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def run(self) -> Generator[None]:
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds += time.monotonic() - start


def _check_address(address: str) -> None:
    if len(address) > _MAX_ADDRESS_LENGTH:
        raise ReaderError(
            f"{address[:_SHOWN_LENGTH]}… is an address of {len(address):,} characters, which is none that can be asked for"
        )
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise ReaderError(f"{address} is not the address of a web page", "Use an address with http:// or https://")
    if not parts.hostname:
        raise ReaderError(f"{address} has no host name")


def _status_error(address: str, status: int) -> ReaderError:
    hints = {
        401: "The page needs a password: save it from your browser and open the file",
        403: "The site blocks programs: save the page from your browser and open the file",
        404: "Check the address; the page may have moved",
        410: "The page was removed",
        429: "The site had too many requests: try again later",
    }
    hint = hints.get(status, "Try again later" if status >= 500 else "")
    return ReaderError(f"{address} answered {status} {httpx.codes.get_reason_phrase(status)}".rstrip(), hint)


def _network_error(address: str, error: Exception) -> ReaderError:
    reason = str(error) or type(error).__name__
    if isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException)):
        return ReaderError(f"{address} does not answer", "Try again later")
    if isinstance(error, (httpx.RemoteProtocolError, httpcore.RemoteProtocolError)):
        if _EARLY_END.search(reason):
            return ReaderError(f"{address} closed the connection too early: {reason}", "Try again")
        return ReaderError(
            f"{address} sent what is no answer of a web server: {reason}",
            "Open it in a browser, save it there and open the file",
        )
    return ReaderError(f"Cannot reach {address}: {reason}", "Check the address and the network")


class _ResponseStream(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        """Close the connection."""
        self._response.close()


@lru_cache(1)
def _trust() -> ssl.SSLContext:
    """Return how a server proves who it is, once for all fetches: to read the certificates takes a hundredth of a second."""
    return httpx.create_ssl_context()


class _Transport(httpx.BaseTransport):
    """Transport that sends requests to public hosts, or to any host if `private` permits that."""

    def __init__(self, private: bool) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(), network_backend=PublicBackend(private=private), max_connections=1
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response before its body is read."""
        core_request = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
            ),
            headers=request.headers.raw,
            extensions=request.extensions,
        )
        response = self._pool.handle_request(core_request)
        return httpx.Response(response.status, headers=response.headers, stream=_ResponseStream(response))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


# ------------------------------------------------------------------ The body


def _read_body(response: httpx.Response, limits: FetchLimits, meter: Meter) -> Iterator[bytes]:
    unpacker = _unpacker(response)
    expected = int(response.headers.get("content-length") or 0) if unpacker is None else 0
    if expected > limits.size and not limits.cut:
        raise _size_error(response, limits)
    received = 0
    for part in response.iter_raw():
        data = part if unpacker is None else unpacker.unpack(part, limits.size - received + 1)
        meter(len(part))
        received += len(data)
        if received > limits.size and limits.cut:
            yield data[: limits.size - received]
            return
        if received > limits.size:
            raise _size_error(response, limits)
        report("byte", received, expected)
        yield data
        if unpacker is not None and unpacker.is_over:
            return
    if unpacker is not None and not unpacker.is_complete:
        raise zlib.error("it is incomplete")


def _unpacker(response: httpx.Response) -> _Unpacker | None:
    """Return the unpacker of a body, or None if it is not packed.

    Raises ReaderError for a body that is packed twice, or by a method that was not asked for.
    """
    names = [name.strip().lower() for name in response.headers.get("content-encoding", "").split(",")]
    encodings = [name for name in names if name not in ("", "identity")]
    if not encodings:
        return None
    if len(encodings) > 1 or encodings[0] not in ("gzip", "x-gzip", "deflate"):
        raise ReaderError(
            f"{response.url} sent its text packed as {', '.join(encodings)}",
            "Save the page from your browser and open the file",
        )
    return _Unpacker()


class _Unpacker:
    """Unpacker of gzip and deflate. Some servers send deflate without the header that it must have.

    Data in gzip may have several members (RFC 1952, 2.2). `is_over` says that what comes is none, and counts for nothing.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._inflater = zlib.decompressobj(_ANY_HEADER)
        self._head = b""

    @property
    def is_complete(self) -> bool:
        """Whether the end of the data was reached, or there is none: some servers name the packing of nothing."""
        return self._inflater.eof or not self._head

    def unpack(self, part: bytes, max_size: int) -> bytes:
        """Return the bytes in a part, at most `max_size`. Raises zlib.error if it is damaged."""
        data, rest = b"", part
        while rest and len(data) < max_size:
            if self._inflater.eof:
                if not rest.startswith(_GZIP_MARK):
                    self.is_over = True
                    break
                self._inflater = zlib.decompressobj(_ANY_HEADER)
            data += self._inflate(rest, max_size - len(data))
            rest = self._inflater.unused_data
        return data

    def _inflate(self, part: bytes, max_size: int) -> bytes:
        try:
            return self._inflater.decompress(part, max_size)
        except zlib.error:
            if len(self._head) == _HEADER_SIZE:
                raise
            self._inflater = zlib.decompressobj(_NO_HEADER)
            return self._inflater.decompress(self._head + part, max_size)
        finally:
            self._head = (self._head + part[:_HEADER_SIZE])[:_HEADER_SIZE]


def _charset(headers: Mapping[str, str]) -> str:
    """Return the charset that the headers of an answer name, "" for none."""
    message = Message()
    message["content-type"] = headers.get("content-type", "")[:_MAX_KIND_LENGTH]
    return message.get_content_charset("")


def _size_error(response: httpx.Response, limits: FetchLimits) -> ReaderError:
    return ReaderError(f"{response.url} is larger than {limits.size // 1_000_000} MB", "Save it to a file and open that")


def _to_utf8(page: FetchedPage) -> bytes:
    """Convert a text to UTF-8 with a byte order mark if the headers name a charset, since that overrides the content."""
    data = page.data
    if (
        not page.charset
        or detect_container(data)
        or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        return data
    text = decode_declared(data, page.charset)
    return data if text is None else codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
