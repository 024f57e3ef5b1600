"""Fetch a web page on request, within limits of size, time and rate."""

from __future__ import annotations

import codecs
import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from reader import __version__
from reader.article.article import Article
from reader.errors import ReaderError
from reader.formats import parse_article
from reader.formats.detection import detect_container
from reader.formats.progress import report

# ------------------------------------------------------------------ Rate limit

REQUEST_PAUSE: Final = 1.0
"""Seconds between two requests to one host."""


class RateLimiter:
    """Limiter of the rate of requests to each host. `sleep` waits for a number of seconds and may raise to cancel."""

    def __init__(self, pause: float = REQUEST_PAUSE, sleep: Callable[[float], object] = time.sleep) -> None:
        self._pause = pause
        self._sleep = sleep
        self._last_requests: dict[str, float] = {}

    def wait(self, address: str) -> None:
        """Wait until the next request to the host of an address is due. The first request to a host never waits."""
        try:
            host = urlsplit(address).netloc.casefold()
        except ValueError:
            # It is not an address, so fetching it raises an error.
            return
        last_time = self._last_requests.get(host)
        if last_time is not None:
            self._sleep(max(0.0, last_time + self._pause - time.monotonic()))
        self._last_requests[host] = time.monotonic()


# ------------------------------------------------------------------ Fetching

USER_AGENT: Final = f"claim-reader/{__version__} (a reader of single articles, started by a person)"
MAX_PAGE_SIZE: Final = 30_000_000
"""The maximum size of a page in bytes, decompressed."""
MAX_FETCH_SECONDS: Final = 120.0
"""The maximum time for a page in seconds."""
_TIMEOUT: Final = httpx.Timeout(20.0, connect=10.0)
_MAX_REDIRECTS: Final = 8
_ACCEPT_HEADER: Final = (
    "text/html,application/xhtml+xml,application/pdf,application/epub+zip,application/xml;q=0.9,text/*;q=0.8,*/*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The limits of a fetch: bytes, seconds, timeouts, and whether addresses in a private network are permitted."""

    size: int = MAX_PAGE_SIZE
    seconds: float = MAX_FETCH_SECONDS
    timeout: httpx.Timeout = field(default_factory=lambda: _TIMEOUT)
    private: bool = False


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A fetched page: its bytes, its final address, the charset in its headers, and the time of the fetch in UTC."""

    data: bytes
    address: str
    charset: str
    fetched_at: str


def read_page(address: str, limits: FetchLimits | None = None) -> Article:
    """Fetch a page and return its article. Raises ReaderError if this fails or is cancelled."""
    return page_article(fetch_page(address, limits))


def page_article(page: FetchedPage) -> Article:
    """Return the article in a fetched page. Raises ReaderError as `parse_article` does."""
    article = parse_article(_to_utf8(page), page.address)
    about = article.about._replace(address=article.about.address or page.address, fetched=page.fetched_at)
    return replace(article, about=about)


def fetch_page(address: str, limits: FetchLimits | None = None) -> FetchedPage:
    """Fetch an address and follow up to 8 redirects. Report the progress in bytes.

    Raises ReaderError if the fetch fails, is too slow or too large, or is cancelled.
    """
    limits = limits or FetchLimits()
    deadline = time.monotonic() + limits.seconds
    headers = {"User-Agent": USER_AGENT, "Accept": _ACCEPT_HEADER}
    try:
        with httpx.Client(transport=_Transport(limits.private), timeout=limits.timeout, headers=headers) as client:
            for _ in range(_MAX_REDIRECTS + 1):
                _check_address(address)
                with client.stream("GET", address) as response:
                    if response.has_redirect_location:
                        address = urljoin(address, response.headers["location"])
                        continue
                    if not response.is_success:
                        raise _status_error(address, response)
                    data = b"".join(_read_body(response, limits, deadline))
                    return FetchedPage(data, address, response.charset_encoding or "", _now())
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
    raise ReaderError(f"{address} redirects too often: stopped after {_MAX_REDIRECTS} redirects")


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise ReaderError(f"{address} is not the address of a web page", "Use an address with http:// or https://")
    if not parts.hostname:
        raise ReaderError(f"{address} has no host name")


def _read_body(response: httpx.Response, limits: FetchLimits, deadline: float) -> Iterator[bytes]:
    expected = int(response.headers.get("content-length") or 0) if not response.headers.get("content-encoding") else 0
    if expected > limits.size:
        raise _size_error(response, limits)
    received = 0
    for part in response.iter_bytes():
        received += len(part)
        if received > limits.size:
            raise _size_error(response, limits)
        if time.monotonic() > deadline:
            raise ReaderError(f"{response.url} takes too long: stopped after {limits.seconds:g} seconds")
        report("byte", received, expected)
        yield part


def _size_error(response: httpx.Response, limits: FetchLimits) -> ReaderError:
    return ReaderError(f"{response.url} is larger than {limits.size // 1_000_000} MB", "Save it to a file and open that")


def _status_error(address: str, response: httpx.Response) -> ReaderError:
    hints = {
        401: "The page needs a password: save it from your browser and open the file",
        403: "The site blocks programs: save the page from your browser and open the file",
        404: "Check the address; the page may have moved",
        410: "The page was removed",
        429: "The site had too many requests: try again later",
    }
    hint = hints.get(response.status_code, "Try again later" if response.status_code >= 500 else "")
    return ReaderError(f"{address} answered {response.status_code} {response.reason_phrase}".rstrip(), hint)


def _network_error(address: str, error: Exception) -> ReaderError:
    reason = str(error) or type(error).__name__
    if isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException)):
        return ReaderError(f"{address} does not answer", "Try again later")
    if isinstance(error, httpx.DecodingError):
        return ReaderError(f"{address} sent a damaged response: {reason}")
    if isinstance(error, (httpx.RemoteProtocolError, httpcore.RemoteProtocolError)):
        return ReaderError(f"{address} closed the connection too early: {reason}", "Try again")
    return ReaderError(f"Cannot reach {address}: {reason}", "Check the address and the network")


class _ResponseStream(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        """Close the connection."""
        self._response.close()


class _Transport(httpx.BaseTransport):
    """Transport that sends requests through `_CheckedBackend`."""

    def __init__(self, private: bool) -> None:
        context = httpx.create_ssl_context()
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=_CheckedBackend(private), max_connections=1)

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


class _CheckedBackend(httpcore.SyncBackend):
    """Network backend that connects only to public addresses, unless private ones are permitted.

    It connects to the checked address itself, so that a second look-up cannot return another one.
    """

    def __init__(self, private: bool) -> None:
        super().__init__()
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: object = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host. Raises ReaderError for a private address, httpcore.ConnectError if the connection fails."""
        error: Exception = httpcore.ConnectError(f"host {host} not found")
        for address in _resolve_host(host, port):
            if not self._private and not ipaddress.ip_address(address.partition("%")[0]).is_global:
                raise ReaderError(
                    f"{host} is in a private network, so nothing was fetched", "--allow-private permits private networks"
                )
            try:
                return super().connect_tcp(address, port, timeout, local_address)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as connect_error:
                error = connect_error
        raise error


def _resolve_host(host: str, port: int) -> list[str]:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"host {host} not found") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in infos))


def _to_utf8(page: FetchedPage) -> bytes:
    """Convert a text to UTF-8 with a byte order mark if the headers name a charset, since that overrides the content."""
    data = page.data
    if (
        not page.charset
        or detect_container(data)
        or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        return data
    try:
        text = data.decode(page.charset)
    except (LookupError, UnicodeDecodeError):
        # The charset is unknown or wrong, so the content decides.
        return data
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
