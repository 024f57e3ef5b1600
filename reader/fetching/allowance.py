"""Keep a run of fetches within a budget of requests, bytes and time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final

from reader.fetching.outcomes import BudgetSpent

_MB: Final = 1_000_000
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class FetchBudget:
    """The budget of a run: requests and bytes, in all and of one host, and seconds.

    `wait` is the longest time in seconds for which a server that asks to come back later is waited for.
    """

    requests: int = 1000
    size: int = 500 * _MB
    host_requests: int = 200
    host_size: int = 150 * _MB
    seconds: float = 15 * _MINUTE
    wait: float = 60.0


class Allowance:
    """What is left of a budget, from now on; several threads spend it."""

    def __init__(self, budget: FetchBudget) -> None:
        self.budget = budget
        self._end = time.monotonic() + budget.seconds
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._sizes: Counter[str] = Counter()

    @property
    def seconds_left(self) -> float:
        """The seconds that are left, 0 for none."""
        return max(0.0, self._end - time.monotonic())

    def spend_request(self, host: str) -> None:
        """Spend one request to a host. Raises BudgetSpent if none is left."""
        budget = self.budget
        if not self.seconds_left:
            raise BudgetSpent(f"The time of one run is over: {budget.seconds / _MINUTE:g} minutes")
        with self._lock:
            if self._requests.total() >= budget.requests:
                raise BudgetSpent(f"The requests of one run are spent: {budget.requests:,}")
            if self._requests[host] >= budget.host_requests:
                raise BudgetSpent(f"The requests to {host} in one run are spent: {budget.host_requests:,}")
            self._requests[host] += 1

    def spend_size(self, host: str, size: int) -> None:
        """Spend bytes from a host. Raises BudgetSpent if more have come than the budget has."""
        budget = self.budget
        with self._lock:
            self._sizes[host] += size
            total, of_host = self._sizes.total(), self._sizes[host]
        if total > budget.size:
            raise BudgetSpent(f"The bytes of one run are spent: {budget.size // _MB:,} MB")
        if of_host > budget.host_size:
            raise BudgetSpent(f"The bytes from {host} in one run are spent: {budget.host_size // _MB:,} MB")
