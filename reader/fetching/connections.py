"""Connect to web servers: only to public addresses, and so that a fetch ends at once when it is stopped or its time is over."""

from __future__ import annotations

import errno
import ipaddress
import os
import queue
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import httpcore

from reader.errors import ReaderError
from reader.formats.progress import checkpoint

# ------------------------------------------------------------------ Public addresses

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 addresses behind a translator: https://www.rfc-editor.org/rfc/rfc6052."""
_PROTOCOLS: Final = ipaddress.IPv4Network("192.0.0.0/24")
"""Addresses of protocols, of which earlier versions of Python know only some: https://www.rfc-editor.org/rfc/rfc6890."""
_IPV4_BITS: Final = 0xFFFFFFFF


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to one host on the internet, and so do the IPv4 addresses that are embedded in it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and address not in _PROTOCOLS
    if embedded := _embedded_addresses(address):
        return all(map(is_public, embedded))
    return address in _GLOBAL_UNICAST and address.is_global


def _embedded_addresses(address: ipaddress.IPv6Address) -> tuple[ipaddress.IPv4Address, ...]:
    """Return the IPv4 addresses that packets to an IPv6 address may reach: mapped, translated, 6to4 or Teredo."""
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address in _TRANSLATED:
        return (ipaddress.IPv4Address(int(address) & _IPV4_BITS),)
    return address.teredo or ()


def is_private_host(host: str) -> bool:
    """Whether a host has an address that is not public. False for one that has no address. Raises Cancelled."""
    try:
        return not _has_public_addresses(_resolve_host(host, 0))
    except httpcore.ConnectError:
        return False


def _has_public_addresses(addresses: list[tuple[int, Any]]) -> bool:
    return all(is_public(ipaddress.ip_address(name.partition("%")[0])) for _, (name, *_) in addresses)


class PrivateAddress(ReaderError):
    """A refusal to connect to a private network."""


# ------------------------------------------------------------------ Connections

_POLL_SECONDS: Final = 0.1
"""The longest time between two checkpoints of a connection that waits."""
_T = TypeVar("_T")


class PublicBackend(httpcore.NetworkBackend):
    """Network backend that connects only to public addresses, unless `private` permits others.

    It connects to the checked address itself, so that a second look-up cannot return another one.
    """

    def __init__(self, *, private: bool) -> None:
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
        addresses = _resolve_host(host, port)
        if not self._private and not _has_public_addresses(addresses):
            raise PrivateAddress(
                f"{host} is in a private network, so nothing was fetched", "--allow-private permits private networks"
            )
        error: Exception = httpcore.ConnectError(f"host {host} not found")
        for family, address in addresses:
            try:
                return _Stream(_connect(family, address, timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        raise error


def _resolve_host(host: str, port: int) -> list[tuple[int, Any]]:
    """Return the address families and addresses of a host. The look-up runs on a thread, as nothing can interrupt it."""
    answers: queue.SimpleQueue[list[tuple[int, Any]] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys((int(info[0]), info[4]) for info in infos)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    while True:
        checkpoint()
        try:
            answer = answers.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            continue
        if isinstance(answer, Exception):
            raise httpcore.ConnectError(f"host {host} not found") from answer
        return answer


def _connect(family: int, address: Any, timeout: float | None) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        code = connection.connect_ex(address)
        if code in (errno.EINPROGRESS, errno.EWOULDBLOCK):
            _repeat(lambda: _await_connection(connection), timeout, httpcore.ConnectTimeout)
            code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise httpcore.ConnectError(os.strerror(code))
        connection.settimeout(_POLL_SECONDS)
    except BaseException:
        connection.close()
        raise
    return connection


def _await_connection(connection: socket.socket) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_WRITE)
        if not selector.select(_POLL_SECONDS):
            raise TimeoutError


def _repeat(operation: Callable[[], _T], timeout: float | None, too_late: type[Exception]) -> _T:
    """Return the result of an operation that raises TimeoutError every moment, with a checkpoint before each try.

    Raises `too_late` after `timeout` seconds.
    """
    end = time.monotonic() + (float("inf") if timeout is None else timeout)
    while True:
        checkpoint()
        try:
            return operation()
        except TimeoutError:
            if time.monotonic() > end:
                raise too_late from None


class _Stream(httpcore.NetworkStream):
    """Stream over a socket whose operations time out every moment."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, none at the end. Raises httpcore.ReadTimeout and httpcore.ReadError."""
        try:
            return _repeat(lambda: self._socket.recv(max_bytes), timeout, httpcore.ReadTimeout)
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes. Raises httpcore.WriteTimeout and httpcore.WriteError."""
        rest = buffer
        try:
            while rest:
                sent = _repeat(lambda part=rest: self._socket.send(part), timeout, httpcore.WriteTimeout)
                rest = rest[sent:]
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Encrypt the connection. Raises httpcore.ConnectTimeout and httpcore.ConnectError."""
        try:
            encrypted = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname, do_handshake_on_connect=False)
            self._socket = encrypted
            _repeat(encrypted.do_handshake, timeout, httpcore.ConnectTimeout)
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(str(error)) from error
        except BaseException:
            self.close()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks for: whether an idle connection was closed, and the kind of encryption."""
        if info == "is_readable":
            with selectors.DefaultSelector() as selector:
                selector.register(self._socket, selectors.EVENT_READ)
                return bool(selector.select(0))
        return self._socket if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket) else None
