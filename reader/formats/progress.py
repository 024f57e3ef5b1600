"""Report the progress of an import; a listener may cancel it.

Importers call `report` even if there is no listener.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple

from reader.errors import ReaderError

_KB: Final = 1000


class ProgressReport(NamedTuple):
    """The progress of an import: `done` of `total` (0: unknown) in `unit`, such as "page" or "byte"."""

    unit: str
    done: int
    total: int = 0

    @property
    def summary(self) -> str:
        """The progress as people read it: "page 3 of 20", "1,200 of 4,000 KB"."""
        if self.unit == "byte":
            of = f" of {self.total // _KB:,}" if self.total else ""
            return f"{self.done // _KB:,}{of} KB"
        return f"{self.unit} {self.done:,} of {self.total:,}" if self.total else f"{self.unit} {self.done:,}"


ProgressListener = Callable[[ProgressReport], bool]
"""Called with each report, on the importing thread. Returns False to cancel."""

_listener: ContextVar[ProgressListener | None] = ContextVar("listener", default=None)


class Cancelled(ReaderError):
    """Cancellation of an import by its listener."""


@contextmanager
def report_to(listener: ProgressListener) -> Generator[None]:
    """Send the reports of the code in the context to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def report(unit: str, done: int, of: int = 0) -> None:
    """Report progress. Raises Cancelled if the listener cancels."""
    listener = _listener.get()
    if listener is not None and not listener(ProgressReport(unit, done, of)):
        raise Cancelled("Reading was cancelled")
