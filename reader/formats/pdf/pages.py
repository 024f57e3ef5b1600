"""Pages of a PDF as runs of characters, read by PDFium in a process of its own."""

from __future__ import annotations

import atexit
import contextlib
import marshal
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.formats.pdf.worker import PageFields


# ------------------------------------------------------------------ it is given a file, and says one thing after the other

_BUSY_HINT: Final = "the system may be short of memory: end other programs and try again"
_PROGRAM: Final = f"import sys; sys.path.append({str(Path(__file__).parent)!r}); import worker; worker.main()"


class PdfWorker:
    """A process that reads PDF files. `dead`: it has ended in the middle of its work."""

    _idle_workers: ClassVar[list[PdfWorker]] = []
    _all_workers: ClassVar[set[PdfWorker]] = set()

    def __init__(self) -> None:
        """Start it. Raises ReaderError when the system starts no process any more."""
        self.has_ended = False
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-P", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        except OSError as error:
            raise ReaderError(f"the process that reads PDF files can't be started: {error.strerror}", _BUSY_HINT) from error
        self._all_workers.add(self)

    @classmethod
    def take_idle(cls) -> PdfWorker:
        """Return one that has nothing to do."""
        while cls._idle_workers:
            engine = cls._idle_workers.pop()
            if engine._process.poll() is None:
                return engine
            engine.end()
        return cls()

    def open(self, data: bytes, first: int) -> Any:
        """Give it a file, from page number `first` on, and return what it says of it; None when that ends it."""
        with contextlib.suppress(OSError):  # it ended before it had read all of it: that shows in what it says
            pipe: Any = self._process.stdin
            pipe.write(len(data).to_bytes(8, "big") + first.to_bytes(8, "big"))
            pipe.write(data)
            pipe.flush()
        return self.read_message()

    def read_message(self) -> Any:
        """Return the next thing that it says; None when it has ended."""
        pipe: Any = self._process.stdout
        try:
            return marshal.loads(pipe.read(int.from_bytes(pipe.read(8), "big")))
        except (EOFError, ValueError):
            self.end()
            return None

    def release(self) -> None:
        """Let it wait for another file; one that waits is enough."""
        if self.has_ended or self._idle_workers:
            self.end()
        else:
            self._idle_workers.append(self)

    def end(self) -> None:
        """End it, whatever it does. Nothing is left of it."""
        self.has_ended = True
        self._all_workers.discard(self)
        self._process.kill()
        with contextlib.suppress(OSError, ValueError):  # what it was not given any more; a thread that still listens to it
            self._process.communicate()

    @classmethod
    def end_all(cls) -> None:
        """End those that wait, and those that work for a thread which was left behind."""
        for engine in tuple(cls._all_workers):
            engine.end()


atexit.register(PdfWorker.end_all)


# ------------------------------------------------------------------ The pages of a PDF as runs of characters with their places

_PASSWORD_ERROR: Final = 4
_SECURITY_ERROR: Final = 5
"""PDFium's numbers for why it could not open a file."""
_MOST_CRASHES: Final = 3
_BROKEN_HINT: Final = "it is broken or was cut short: get it again"


class Font(NamedTuple):
    """How characters look. `turn` is where they run to: 0 right, 1 up, 2 left, 3 down, -1 askew."""

    size: float
    bold: bool = False
    italic: bool = False
    monospace: bool = False
    direction: int = 0


class PdfRun(NamedTuple):
    """Characters without white space between them, in one font. x leads right, y down; `base` is the y they stand on.

    `glued`: not even white space stands between it and the run before.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    font: Font
    is_glued: bool = False


class PdfLink(NamedTuple):
    """A part of a page that leads to an address, or to a place in the document: a page's number, x and y.

    They are -1 where the link doesn't say.
    """

    left: float
    top: float
    right: float
    bottom: float
    address: str = ""
    page: int = -1
    x: float = -1.0
    y: float = -1.0


class PdfPage(NamedTuple):
    """What is on a page, in the order of its content. `askew` is what runs in another direction than the rest."""

    number: int
    width: float
    height: float
    runs: list[PdfRun]
    links: list[PdfLink]
    askew_runs: list[PdfRun]


class PdfDocument:
    """A PDF that is open while its `pages` are read.

    `what` is what messages call it; `count` is how many pages it has, `said` what it says of itself: Title, Author,
    CreationDate and Language, "" where it doesn't. Raises ReaderError when it can't be opened: no PDF, broken, locked with a
    password, without pages.
    """

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._worker = PdfWorker.take_idle()
        opened: tuple[int, dict[str, str]] | int | None = self._worker.open(data, 0)
        if not isinstance(opened, tuple):
            self._worker.release()
            raise _opening_error(what, opened)
        self.count, self.metadata = opened
        self._pages_left = self.count
        if not self.count:
            self.close()
            raise ReaderError(f"{what} has no pages", _BROKEN_HINT)

    def close(self) -> None:
        """Let go of the process that reads."""
        if self._pages_left:
            self._worker.end()
        else:
            self._worker.release()

    def pages(self) -> Iterator[PdfPage | None]:
        """Yield the pages in order; None for one that can't be read.

        Where one ends the process, as it takes too much memory or time or makes it crash, another one goes on behind it; after
        a few such, no page is read any more.
        """
        deaths = 0
        for number in range(self.count):
            read = self._worker.read_message()
            if self._worker.has_ended and deaths < _MOST_CRASHES and number + 1 < self.count:
                deaths += 1
                self._worker = PdfWorker()
                self._worker.open(self._data, number + 1)
            self._pages_left -= 1
            yield None if read is None else _turn_upright(_to_page(number, read))


def _to_page(number: int, read: PageFields) -> PdfPage:
    width, height, looks, runs, links = read
    fonts = [Font(*look) for look in looks]
    made = [
        PdfRun(text, left, top, right, bottom, base, fonts[font], glued)
        for text, left, top, right, bottom, base, font, glued in runs
    ]
    return PdfPage(number, width, height, made, [PdfLink(*link) for link in links], [])


def _turn_upright(page: PdfPage) -> PdfPage:
    """Return the page turned so that most of its characters run to the right, what doesn't apart."""
    count: Counter[int] = Counter()
    for run in page.runs:
        count[run.font.direction] += len(run.text)
    if not count or set(count) == {0}:
        return page
    turn = max(range(4), key=lambda turn: count[turn])
    runs = [run for run in page.runs if run.font.direction == turn]
    askew = [run for run in page.runs if run.font.direction != turn]
    if not turn:
        return page._replace(runs=runs, askew_runs=askew)
    width, height = (page.height, page.width) if turn in (1, 3) else (page.width, page.height)

    def turned(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        if turn == 1:
            return page.height - bottom, left, page.height - top, right
        if turn == 2:
            return page.width - right, page.height - bottom, page.width - left, page.height - top
        return top, page.width - right, bottom, page.width - left

    made: list[PdfRun] = []
    for run in runs:
        left, top, right, bottom = turned(run.left, run.top, run.right, run.bottom)
        base = run.baseline if turn == 1 else page.height - run.baseline if turn == 2 else page.width - run.baseline
        made.append(PdfRun(run.text, left, top, right, bottom, base, run.font._replace(direction=0), run.is_glued))
    links = [PdfLink(*turned(*link[:4]), *link[4:]) for link in page.links]
    return PdfPage(page.number, width, height, made, links, askew)


def _opening_error(what: str, code: int | None) -> ReaderError:
    """Return what tells a person why a file could not be opened, by PDFium's number for it; None: it ended the process."""
    if code == _PASSWORD_ERROR:
        return ReaderError(f"{what} is locked with a password", "save a copy without one, for example with qpdf --decrypt")
    if code == _SECURITY_ERROR:
        return ReaderError(f"{what} is locked in a way that can't be read", "save a copy that isn't locked")
    return ReaderError(f"{what} can't be read as PDF", _BROKEN_HINT)
