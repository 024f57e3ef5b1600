"""Run the app in a terminal, and close its library: in full when a person leaves, at once when the program is ended."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
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


def run_app(app: ReaderApp) -> int:
    """Run the program in this terminal and return its exit code. Raises the error that ended it, after everything is saved.

    If the library was moved, the command that opens it is printed.
    """
    try:
        app.run()
    finally:
        is_saved = _Closing(app).run()
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


class _Closing:
    """Closes the library of an app, or leaves it as it is once a signal asks for that."""

    def __init__(self, app: ReaderApp) -> None:
        self._app = app
        self._outcome = Future[bool]()
        self._is_over = threading.Event()

    def run(self) -> bool:
        """Close the library, and return whether everything is saved."""
        if not self._app.is_hurried:
            with _hear_signals(self._end):
                start_thread(self._close, "closing")
                self._is_over.wait()
            if not self._app.is_hurried:
                return self._outcome.result()
        return self._app.library.end()

    def _close(self) -> None:
        try:
            self._outcome.set_result(self._app.close_library())
        except Exception as error:  # for the main thread to raise
            self._outcome.set_exception(error)
        self._is_over.set()

    def _end(self, number: int) -> None:
        self._app.is_hurried, self._app.end_signal = True, number
        self._is_over.set()


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
