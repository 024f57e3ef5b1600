"""Run the app in a terminal, and close its library: in full when a person leaves, at once when the program is ended."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from reader.printable import plural, printable_line
from reader.tui.background import start_thread
from reader.tui.shared_library import launch_command

if TYPE_CHECKING:
    from types import FrameType

    from reader.tui.app import ReaderApp

SIGNAL_CODE: Final = 128
"""The exit code of a program that a signal or a closed terminal ended is the number of the signal beyond this."""
_ENDS: Final = tuple(number for name in ("SIGTERM", "SIGINT", "SIGHUP") if (number := getattr(signal, name, None)) is not None)
"""The signals that ask the program to end; Windows lacks one."""
_PAUSE: Final = 0.05
"""Seconds between two checks whether a signal has asked the program to end."""


def run_app(app: ReaderApp) -> int:
    """Run the program in this terminal and return its exit code. Raises the error that ended it, after everything is saved.

    If the library was moved, the command that opens it is printed.
    """
    try:
        app.run()
    finally:
        is_saved = close_library(app)
        with suppress(OSError):  # the terminal may be closed
            for message in _last_words(app, is_saved=is_saved):
                print(printable_line(message), file=sys.stderr)
    if app.crash is not None:
        raise app.crash
    if app.end_signal:
        return SIGNAL_CODE + app.end_signal
    return (app.return_code or 0) if is_saved else 1


def _last_words(app: ReaderApp, *, is_saved: bool) -> Iterator[str]:
    if not is_saved:
        yield "Not everything could be saved"
    if app.new_folder is not None:
        what = "Everything is saved" if is_saved else "The library is"
        yield f"{what} in {app.new_folder}: `{launch_command(app.new_folder)}` opens it"
    if app.library.unsent:
        yield f"{plural(app.library.unsent, 'change')} for the team will be sent the next time"


def close_library(app: ReaderApp) -> bool:
    """Close the library, or leave it as it is once a signal asks for that; return whether everything is kept."""
    outcome = Future[bool]()

    def close() -> None:
        try:
            outcome.set_result(app.close_library())
        except BaseException as error:  # for the main thread to raise
            outcome.set_exception(error)

    def hurry(number: int) -> None:
        app.is_hurried, app.end_signal = True, number

    with _hear_signals(hurry):
        if not app.is_hurried:
            start_thread(close, "closing")
        # This polls: a handler that woke up a waiting thread would need a lock, and might have interrupted its very holder.
        while not (app.is_hurried or outcome.done()):
            wait([outcome], _PAUSE)
        return (not app.is_hurried and outcome.result()) or app.library.end()


@contextmanager
def _hear_signals(take: Callable[[int], object]) -> Generator[None]:
    """Call `take` with the number of a signal that asks the program to end within a block, in the main thread."""

    def handle(number: int, _: FrameType | None) -> None:
        take(number)

    old: dict[int, Any] = {}
    with suppress(ValueError):  # only the main thread may
        for number in _ENDS:
            old[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
