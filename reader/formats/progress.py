"""Report the progress of an import, and end it at its next step when it was stopped or its time is over.

Importers and fetches call `report` and `checkpoint` even if nobody listens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple

from reader.errors import ReaderError

_KB: Final = 1000
_LATE: Final = 5 / 6
"""The part of the time after which it is late."""


class ProgressReport(NamedTuple):
    """The progress of an import: `done` of `total` (0: unknown) in `unit`, such as "page" or "byte".

    `preview` is text that was read since the last report, line by line, for people to look at until the whole text is there.
    It is not a part of the article's text, and no offset refers to it.
    """

    unit: str
    done: int
    total: int = 0
    preview: str = ""

    @property
    def summary(self) -> str:
        """The progress as people read it: "page 3 of 20", "1,200 of 4,000 KB"."""
        if self.unit == "byte":
            of = f" of {self.total // _KB:,}" if self.total else ""
            return f"{self.done // _KB:,}{of} KB"
        return f"{self.unit} {self.done:,} of {self.total:,}" if self.total else f"{self.unit} {self.done:,}"


ProgressListener = Callable[[ProgressReport], object]
"""Called with each report, on the importing thread."""


def _never() -> bool:
    return False


class _Watch(NamedTuple):
    """What watches an import: a listener, a question whether it was stopped, its deadline, and from when on it is late."""

    listener: ProgressListener | None = None
    is_stopped: Callable[[], bool] = _never
    end: float = float("inf")
    message: str = ""
    late: float = float("inf")


_UNWATCHED: Final = _Watch()
_watch: ContextVar[_Watch] = ContextVar("watch", default=_UNWATCHED)


class Cancelled(ReaderError):
    """Cancellation of an import."""


class OutOfTimeError(ReaderError):
    """The end of the time that an import may take."""


@contextmanager
def report_to(listener: ProgressListener, is_stopped: Callable[[], bool] = _never) -> Generator[None]:
    """Send the reports of the code in the context to `listener`, and end it at its next step once `is_stopped` is true."""
    with _use_watch(_watch.get()._replace(listener=listener, is_stopped=is_stopped)):
        yield


@contextmanager
def deadline(seconds: float, message: str) -> Generator[None]:
    """Let the code in the context raise OutOfTimeError with this message at its first step after this time.

    An earlier deadline around it stays, with its own message.
    """
    watch, now = _watch.get(), time.monotonic()
    own = watch._replace(end=now + seconds, message=message, late=now + seconds * _LATE)
    with _use_watch(watch if watch.end <= own.end else own):
        yield


def is_late() -> bool:
    """Whether most of the time is over: the rest is needed for what was read so far."""
    return time.monotonic() > _watch.get().late


@contextmanager
def without_reports() -> Generator[None]:
    """Send no reports of the code in the context, as when it is one step of many; it can be stopped all the same."""
    with _use_watch(_watch.get()._replace(listener=None)):
        yield


@contextmanager
def _use_watch(watch: _Watch) -> Generator[None]:
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


def report(unit: str, done: int, of: int = 0, preview: str = "") -> None:
    """Report progress. Raises as `checkpoint` does."""
    watch = _watch.get()
    if watch.listener is not None:
        watch.listener(ProgressReport(unit, done, of, preview))
    checkpoint()


def checkpoint() -> None:
    """Raise Cancelled if the import was stopped, OutOfTimeError if its time is over. Call it in every long loop."""
    watch = _watch.get()
    if watch.is_stopped():
        raise Cancelled("Reading was cancelled")
    if time.monotonic() > watch.end:
        raise OutOfTimeError(watch.message)
