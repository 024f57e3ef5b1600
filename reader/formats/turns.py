"""Asking one host no more often than a person would, when several pages are fetched one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

PAUSE: Final = 1.0
"""The seconds between two requests to one host."""


class Turns:
    """When each host was asked last. `sleep` waits for so many seconds, and may be left by an exception."""

    def __init__(self, pause: float = PAUSE, sleep: Callable[[float], object] = time.sleep) -> None:
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
