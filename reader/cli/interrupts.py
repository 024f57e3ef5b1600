"""Ctrl+C while modules are imported: it ends the process without a word, as it does later in a command."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import FrameType

from reader.errors import INTERRUPTED


@contextmanager
def end_on_interrupt() -> Generator[None]:
    """End the process with its exit code at Ctrl+C within a block that imports modules; there is nothing to undo yet.

    An exception would not always get through: where it comes while a class is made, Python raises another one, and in the
    callback of a weak reference it only prints it. A handler that is not Python's own stays.
    """
    usual = signal.default_int_handler
    is_usual = signal.getsignal(signal.SIGINT) is usual
    with suppress(ValueError):  # only the main thread may, and no other is interrupted
        if is_usual:
            signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        with suppress(ValueError):
            if is_usual:
                signal.signal(signal.SIGINT, usual)


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)
