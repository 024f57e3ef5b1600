"""The terminal: end the program when it is closed or a signal asks for it, wait for no output, take no keys from pastes.

Textual's writing thread ends at the first error; after that, whatever draws waits for ever. Its input thread takes a closed
terminal for an empty one, and ends at the first byte that is not UTF-8.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import re
import select
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from reader.errors import ReaderError
from reader.files import max_document_size

if TYPE_CHECKING:
    from types import FrameType

    from textual.app import App

    from reader.settings import Settings

GRACE: Final = 0.5
"""Seconds for which the output of an ending program waits for the terminal."""
MOST_CELLS: Final = 1000
"""The most columns and rows that are used of a window: each key would take seconds for more, and no screen has them."""
_POLL: Final = 0.1
_CLOSED: Final = frozenset({errno.EIO, errno.EPIPE, errno.ENXIO, errno.ENODEV})


def usable_cells(count: int) -> int:
    """Return how many of these columns or rows are used."""
    return min(max(1, count), MOST_CELLS)


class EndRequested(Message):
    """A signal asks the program to end, or its terminal was closed, which counts as SIGHUP."""

    def __init__(self, number: int, waits: int = 10) -> None:
        """Take the number of the signal, and how often the end may wait for keys that were typed before."""
        super().__init__()
        self.number = number
        self.waits = waits


class TerminalOutput(io.TextIOBase):
    """Write to a terminal, waiting while it takes nothing. Once it is closed, or too late while ending, drop the text.

    The terminal is opened once more where possible, as only then it can be written without waiting and with the descriptor of
    the shell left as it is. `on_closed` is called on the writing thread.
    """

    def __init__(self, descriptor: int, on_closed: Callable[[], object]) -> None:
        self._descriptor = descriptor
        try:
            flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
            self._output = os.open(os.ttyname(descriptor), flags)
        except OSError:
            self._output = os.dup(descriptor)
        self._on_closed = on_closed
        self._deadline = float("inf")
        self._is_closed = False

    def fileno(self) -> int:
        """Return the descriptor that the program was started with."""
        return self._descriptor

    def start_ending(self) -> None:
        """Wait at most `GRACE` seconds more."""
        self._deadline = min(self._deadline, time.monotonic() + GRACE)

    def write(self, text: str, /) -> int:
        """Write or drop a text and return its length."""
        rest = memoryview(text.encode("utf-8", "replace"))
        while rest and not self._is_closed and time.monotonic() < self._deadline:
            try:
                if select.select([], [self._output], [], _POLL)[1]:
                    rest = rest[os.write(self._output, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                if error.errno not in _CLOSED:
                    raise
                self._is_closed = True
                self._on_closed()
        return len(text)


_START: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
_ESCAPE_SIGN: Final = "\u241b"
"""What stands for an escape character in a pasted text."""
_MOST_PASTED: Final = 100_000_001
"""The characters that are kept of a paste where the largest size of a document is not known."""
_PASTE_PAUSE: Final = 5.0
"""Seconds without a character after which what came of a paste is all of it: terminals send a paste in one stream."""
_KEY: Final = re.compile(r"\x1b?.|\x1b(?:O.|\[[0-?]*[ -/]*[@-~])", re.DOTALL)
"""What a terminal sends at once for a key that a person presses."""
_KEY_PAUSE: Final = 0.03
"""Seconds without a character that tell a key from the first character of more text: a person presses none so fast."""
_REPORTS: Final = re.compile(r"(?:\x1b\[(?:[IO]|<[\d;-]*[Mm]|48;[\d;:]*t))+")
"""What a terminal sends for the mouse, and when its window gets or loses the focus or has another size."""
_MOST_REPORTED: Final = 100
"""The most characters of reports that come at once: more of them are a part of what is pasted."""


class PasteParser(XTermParser):
    """Textual's parser of what a terminal sends, without what is pasted: that is one text, whatever it holds.

    Textual looks for sequences within a paste too: those that it does not know, it sends as keys, which would be commands here,
    and an escape near the end of a paste can hide the end. tmux and xterm.js do not take escapes out of what they paste. And it
    takes a second for each megabyte, while all keys wait.

    The end of a paste can be lost, with the connection to the machine of the terminal. So a paste is over once nothing came for
    a while. The next key is a key again, once no more came with it; but more text at once is not typed: a line that stood still
    sends the rest. A mouse that is moved meanwhile does not delay that: its reports are text only if more of the paste follows.
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._is_pasting = False
        self._is_in_parts = False
        self._latest = 0.0
        self._key = ""
        """What may be a key that ends the paste, or the first of the rest of it: what follows it tells."""
        self._reports = ""
        """What may be reports that came after a paste whose end is lost: if more of the paste comes, they are text."""
        # While nothing is pasted, the last characters that may begin a paste, and were handed on; else those that may end it.
        self._rest = ""
        self._pieces: list[str] = []
        self._room = 0

    def feed(self, data: str) -> Iterable[Message]:
        """Parse what was received; an empty text is the end."""
        yield from self._take_key()
        if self._has_stopped():
            if _REPORTS.fullmatch(data):
                self._reports += data
                yield from self._take_reports()
                return
            received = self._rest + data
            if _KEY.fullmatch(data) and not (len(received) > 1 and _END.startswith(received)):
                self._key, self._latest = data, time.monotonic()
                return
        elif self._is_pasting and len(data) <= _MOST_REPORTED and _REPORTS.fullmatch(data):
            self._reports += data
            return
        if data:
            data, self._reports, self._key = self._reports + self._key + data, "", ""
        self._latest = time.monotonic()
        yield from self._read(data)

    def tick(self) -> Iterable[Message]:
        """Parse what time tells. Textual's thread calls this ten times a second, whatever happens."""
        yield from super().tick()
        yield from self._take_key()
        if self._has_stopped():
            yield from self._hand_on()
            if self._reports:
                yield from self._take_reports()

    def _take_key(self) -> Iterator[Message]:
        """End the paste with the key that came long after it, if nothing more came at once."""
        if self._key and time.monotonic() - self._latest >= _KEY_PAUSE:
            key, self._key = self._key, ""
            yield from self._hand_on()
            yield from self._take_reports()
            self._is_pasting, self._rest = False, ""
            yield from self._read(key)

    def _take_reports(self) -> Iterator[Message]:
        """End the paste for Textual, and yield what the terminal reported after it."""
        reports, self._reports = self._reports, ""
        yield from self._parse(_END + reports)

    def _read(self, data: str) -> Iterator[Message]:
        """Yield what a text is, and what is pasted in it as one text."""
        for part in self._without_pasted(data) if data else ("",):
            if isinstance(part, events.Paste):
                yield part
            else:
                yield from self._parse(part)

    def _has_stopped(self) -> bool:
        return self._is_pasting and time.monotonic() - self._latest >= _PASTE_PAUSE

    def _hand_on(self) -> Iterator[events.Paste]:
        """Yield what was pasted since the last time, if anything."""
        if self._pieces:
            self._is_in_parts = True
            text = "".join(self._pieces).replace("\x1b", _ESCAPE_SIGN).replace("\0", "")
            self._pieces.clear()
            yield events.Paste(text)

    def _parse(self, data: str) -> Iterator[Message]:
        """Yield what Textual makes of a text, but for pastes.

        Its own are empty, or missing: it gives up on a marker that comes in two parts, too slowly.
        """
        return (message for message in super().feed(data) if not isinstance(message, events.Paste))

    def _without_pasted(self, data: str) -> Iterator[str | events.Paste]:
        """Yield what Textual is to parse, the markers of pastes with it, and what is pasted."""
        while data:
            if self._is_pasting:
                text, marker, rest = (self._rest + data).partition(_END)
                kept = 0 if marker else _beginning_size(text, _END)
                self._keep(text[: len(text) - kept])
                self._rest, data = text[len(text) - kept :], rest
            else:
                text, marker, _ = (self._rest + data).partition(_START)
                end = len(text) + len(marker) - len(self._rest)
                is_late = bool(marker) and len(text) < len(self._rest) and self._awaiting.timeout is None
                if not is_late:  # the beginning of the marker was a key already, and its end would be five more
                    yield data[:end]
                self._rest, data = "" if marker else text[len(text) - _beginning_size(text, _START) :], data[end:]
            if marker:
                self._is_pasting, self._rest, self._room = not self._is_pasting, "", _most_pasted()
            if marker == _START:
                self._is_in_parts = False
            elif marker:
                yield marker
                self._pieces += [] if self._is_in_parts else [""]  # that nothing was pasted is told too
                yield from self._hand_on()

    def _keep(self, text: str) -> None:
        if self._room and text:
            self._pieces.append(text[: self._room])
            self._room -= len(self._pieces[-1])


def _most_pasted() -> int:
    """Return how many characters of a paste are kept: one more than a document may have, so that it is found too large."""
    try:
        return 1 + max_document_size()
    except ReaderError:  # it is told where a document is read
        return _MOST_PASTED


def _beginning_size(text: str, marker: str) -> int:
    """Return how many characters at the end of a text may be the beginning of a marker."""
    return next((size for size in range(len(marker) - 1, 0, -1) if text.endswith(marker[:size])), 0)


def _tolerant_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    """Return a decoder that goes on after invalid bytes, as a terminal with another encoding sends: keys would end for ever."""
    return partial(codecs.getincrementaldecoder(encoding), "replace")


class TerminalDriver(LinuxDriver):
    """Textual's driver with output that cannot block the end, and with `EndRequested` for signals and a closed terminal."""

    def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None) -> None:
        size = size or self._get_terminal_size()
        super().__init__(app, debug=debug, mouse=mouse, size=size)  # pyright: ignore[reportUnknownMemberType]  # App[Unknown]
        self._output = TerminalOutput(self._file.fileno(), self._end_closed)
        self._file = self._output
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # Only the main thread may do this. A handler of the event loop would wait for the output with it.
            with suppress(ValueError):
                signal.signal(number, self._handle_signal)
        if self.input_tty:
            Thread(target=self._watch, name="terminal-watch", daemon=True).start()

    def start_application_mode(self) -> None:
        """Take the terminal; with the setting `terminal_cursor`, its cursor stays visible."""
        super().start_application_mode()
        settings: Settings | None = getattr(self._app, "settings", None)
        if settings is not None and settings.terminal_cursor:
            self.write("\x1b[?25h")
            self.flush()

    def process_message(self, message: Message) -> None:
        """Hand on what the terminal sent: a key, or the size of its window, as far as that is used."""
        if isinstance(message, events.Resize):
            cells = usable_cells(message.size.width), usable_cells(message.size.height)
            message = events.Resize.from_dimensions(cells, message.pixel_size)
        super().process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        width, height = super()._get_terminal_size()
        return usable_cells(width), usable_cells(height)

    def _handle_signal(self, number: int, _frame: FrameType | None) -> None:
        self._output.start_ending()
        vars(self._app).update(is_hurried=True, end_signal=number)  # of our own app, which may be ending already
        with suppress(RuntimeError):  # the loop is closed: the program is ending already
            self._loop.call_soon_threadsafe(self._app.post_message, EndRequested(number))

    def _end_closed(self) -> None:
        self._handle_signal(signal.SIGHUP, None)

    def _watch(self) -> None:
        """Wait until the terminal is closed. A poll for nothing still reports that."""
        poll = select.poll()
        poll.register(self.fileno, 0)
        if any(events & (select.POLLHUP | select.POLLERR) for _, events in poll.poll()):
            self._end_closed()

    def run_input_thread(self) -> None:
        """Read what the terminal sends, with no keys in what is pasted, and a sign for each byte that is no text."""
        linux_driver.XTermParser = PasteParser  # pyright: ignore[reportPrivateImportUsage]  # Textual makes it by this name
        linux_driver.getincrementaldecoder = _tolerant_decoder  # pyright: ignore[reportPrivateImportUsage]  # and this one too
        super().run_input_thread()

    def _run_input_thread(self) -> None:
        with suppress(OSError):
            self.run_input_thread()
