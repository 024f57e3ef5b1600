"""Give requests turns: one at a time to each host, with a pause between two."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from reader.fetching.addresses import host_of
from reader.formats.progress import checkpoint

REQUEST_PAUSE: Final = 1.0
"""Seconds between two requests to one host."""
_POLL_SECONDS: Final = 0.05
"""The longest time between two checkpoints of a request that waits."""


class _Host:
    """A host: the lock that one request holds, and the time from which the next is due."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.due = 0.0


class HostTurns:
    """The turns of the requests of several threads. `pause` is in seconds; None is REQUEST_PAUSE."""

    def __init__(self, pause: float | None = None) -> None:
        self._pause = REQUEST_PAUSE if pause is None else pause
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, address: str) -> Generator[None]:
        """Hold the turn of the host of an address. Raises ReaderError when the thread is stopped while it waits."""
        host = self._host(address)
        with hold_lock(host.lock):
            while (seconds := host.due - time.monotonic()) > 0:
                checkpoint()
                time.sleep(min(seconds, _POLL_SECONDS))  # the pause between two requests, which a stop cuts short
            checkpoint()
            try:
                yield
            finally:
                host.due = max(host.due, time.monotonic() + self._pause)

    def postpone(self, address: str, seconds: float) -> None:
        """Let the next request to the host of an address wait for at least this time."""
        host = self._host(address)
        host.due = max(host.due, time.monotonic() + seconds)

    def _host(self, address: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host_of(address), _Host())


@contextmanager
def hold_lock(lock: threading.Lock) -> Generator[None]:
    """Hold a lock. Raises ReaderError when the thread is stopped while it waits for it."""
    while not lock.acquire(timeout=_POLL_SECONDS):
        checkpoint()
    try:
        yield
    finally:
        lock.release()
