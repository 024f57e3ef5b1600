"""How far the reading of a long document is, told to whoever listens, who may stop it there.

Importers tell what they have done (`tell`), and need not know whether anybody listens.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from reader.errors import ReaderError


class ProgressReport(NamedTuple):
    """How far reading is: `done` of `of` (0: not known how many), in `unit`, such as "page" or "byte"."""

    unit: str
    done: int
    total: int = 0


ProgressListener = Callable[[ProgressReport], bool]
"""Is told each step, on the thread that reads; returns False to stop."""

_listener: ContextVar[ProgressListener | None] = ContextVar("listener", default=None)


class Cancelled(ReaderError):
    """Reading was stopped by who listens."""


@contextmanager
def report_to(listener: ProgressListener) -> Generator[None]:
    """Tell `listener` how far reading is, for a block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def report(unit: str, done: int, of: int = 0) -> None:
    """Tell how far reading is. Raises Stopped when whoever listens wants no more of it."""
    listener = _listener.get()
    if listener is not None and not listener(ProgressReport(unit, done, of)):
        raise Cancelled("reading was stopped")
