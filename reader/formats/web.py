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

# ------------------------------------------------------------------ Asking one host no more often than a person would, when

REQUEST_PAUSE: Final = 1.0
"""The seconds between two requests to one host."""


class RateLimiter:
    """When each host was asked last. `sleep` waits for so many seconds, and may be left by an exception."""

    def __init__(self, pause: float = REQUEST_PAUSE, sleep: Callable[[float], object] = time.sleep) -> None:
        self._pause = pause
        self._sleep = sleep
        self._asked: dict[str, float] = {}

    def wait(self, address: str) -> None:
        """Wait until the host of an address may be asked again. That is at once for one that was not asked yet."""
        try:
            host = urlsplit(address).netloc.casefold()
        except ValueError:
            # It is no address, which fetching it will tell.
            return
        known = self._asked.get(host)
        if known is not None:
            self._sleep(max(0.0, known + self._pause - time.monotonic()))
        self._asked[host] = time.monotonic()


# ------------------------------------------------------------------ one address, http or https, with limits on everything that

FetchListener = Callable[[int, int], bool]
"""Is told how many bytes have come and how many there will be (0: unknown); returns False to stop."""

USER_AGENT: Final = f"claim-reader/{__version__} (a reader of single articles, started by a person)"
MAX_PAGE_SIZE: Final = 30_000_000
"""The most bytes of a page, unpacked."""
MAX_FETCH_SECONDS: Final = 120.0
"""The most seconds that a page may take."""
_TIMEOUT: Final = httpx.Timeout(20.0, connect=10.0)
_MAX_REDIRECTS: Final = 8
_ACCEPT_HEADER: Final = (
    "text/html,application/xhtml+xml,application/pdf,application/epub+zip,application/xml;q=0.9,text/*;q=0.8,*/*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What a fetch may take: bytes, seconds, seconds of silence, and whether private addresses may be reached."""

    size: int = MAX_PAGE_SIZE
    seconds: float = MAX_FETCH_SECONDS
    timeout: httpx.Timeout = field(default_factory=lambda: _TIMEOUT)
    private: bool = False


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What came: its bytes, the address it came from in the end, the charset that was named with it, the time in UTC."""

    data: bytes
    address: str
    charset: str
    fetched_at: str


def read_page(address: str, limits: FetchLimits | None = None, progress: FetchListener | None = None) -> Article:
    """Fetch a page and return the article in it. Raises ReaderError when that fails or is stopped."""
    fetched = fetch_page(address, limits, progress)
    return page_article(fetched)


def page_article(fetched: FetchedPage) -> Article:
    """Return the article in what was fetched. Raises ReaderError as `parse`."""
    article = parse_article(_to_utf8(fetched), fetched.address)
    about = article.about._replace(address=article.about.address or fetched.address, fetched=fetched.fetched_at)
    return replace(article, about=about)


def fetch_page(address: str, limits: FetchLimits | None = None, progress: FetchListener | None = None) -> FetchedPage:
    """Fetch an address, through at most 8 redirects.

    Raises ReaderError when it fails, takes too long, is too large, or is stopped.
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
                    data = b"".join(_read_body(response, limits, deadline, progress))
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
        raise ReaderError(f"{address} cannot be fetched: {error}") from error
    raise ReaderError(f"{address} leads on and on: after {_MAX_REDIRECTS} redirects there is still no page")


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise ReaderError(f"{address} is no address of a page", "only http:// and https:// are fetched")
    if not parts.hostname:
        raise ReaderError(f"{address} names no host")


def _read_body(
    response: httpx.Response, limits: FetchLimits, deadline: float, progress: FetchListener | None
) -> Iterator[bytes]:
    expected = int(response.headers.get("content-length") or 0) if not response.headers.get("content-encoding") else 0
    if expected > limits.size:
        raise _size_error(response, limits)
    come = 0
    for part in response.iter_bytes():
        come += len(part)
        if come > limits.size:
            raise _size_error(response, limits)
        if time.monotonic() > deadline:
            raise ReaderError(f"{response.url} takes too long: stopped after {limits.seconds:g} seconds")
        if progress is not None and not progress(come, expected):
            raise ReaderError(f"fetching {response.url} was stopped")
        yield part


def _size_error(response: httpx.Response, limits: FetchLimits) -> ReaderError:
    return ReaderError(f"{response.url} is larger than {limits.size // 1_000_000} MB", "save it to a file and open that")


def _status_error(address: str, response: httpx.Response) -> ReaderError:
    hints = {
        401: "it wants a password: save the page from your browser and open the file",
        403: "it does not let programs in: save the page from your browser and open the file",
        404: "check the address; the page may have moved",
        410: "the page was taken away",
        429: "it was asked too often: try again later",
    }
    hint = hints.get(response.status_code, "try again later" if response.status_code >= 500 else "")
    return ReaderError(f"{address} answered {response.status_code} {response.reason_phrase}".rstrip(), hint)


def _network_error(address: str, error: Exception) -> ReaderError:
    said = str(error) or type(error).__name__
    if isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException)):
        return ReaderError(f"{address} does not answer", "try again later")
    if isinstance(error, httpx.DecodingError):
        return ReaderError(f"{address} sent what cannot be unpacked: {said}")
    if isinstance(error, (httpx.RemoteProtocolError, httpcore.RemoteProtocolError)):
        return ReaderError(f"{address} broke off before all had come: {said}", "try again")
    return ReaderError(f"{address} cannot be reached: {said}", "check the address and the network")


class _ResponseStream(httpx.SyncByteStream):
    """A response's body as it comes."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        """Let go of the connection."""
        self._response.close()


class _Transport(httpx.BaseTransport):
    """Sends requests over connections that are checked when they are made."""

    def __init__(self, private: bool) -> None:
        context = httpx.create_ssl_context()
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=_CheckedBackend(private), max_connections=1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response, whose body has not come yet."""
        sent = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
            ),
            headers=request.headers.raw,
            extensions=request.extensions,
        )
        response = self._pool.handle_request(sent)
        return httpx.Response(response.status, headers=response.headers, stream=_ResponseStream(response))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _CheckedBackend(httpcore.SyncBackend):
    """Connects to public addresses only, unless private ones are allowed: to the very address that was checked."""

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
        """Connect to a host by name. Raises ReaderError for a private address, httpcore.ConnectError when it fails."""
        error: Exception = httpcore.ConnectError(f"no host is called {host}")
        for address in _resolve_host(host, port):
            if not self._private and not ipaddress.ip_address(address.partition("%")[0]).is_global:
                raise ReaderError(
                    f"{host} is in your own network, and was not asked for anything", "--allow-private lets the reader go there"
                )
            try:
                return super().connect_tcp(address, port, timeout, local_address)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error


def _resolve_host(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"no host is called {host}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _to_utf8(fetched: FetchedPage) -> bytes:
    """Return a text in UTF-8, with a mark that says so, when a charset came with it: that counts before what stands in it."""
    data = fetched.data
    if (
        not fetched.charset
        or detect_container(data)
        or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        return data
    try:
        text = data.decode(fetched.charset)
    except (LookupError, UnicodeDecodeError):
        # The charset is unknown, or not the one of what came: what came tells better itself.
        return data
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
