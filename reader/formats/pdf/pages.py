"""Read the pages of a PDF as runs of characters, with PDFium in a separate process."""

from __future__ import annotations

import atexit
import contextlib
import marshal
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from reader.errors import ReaderError
from reader.formats.detection import BROKEN_FILE_HINT
from reader.formats.pdf.run_table import NO_RUNS, Font, PdfRun, RunTable
from reader.formats.progress import checkpoint

if TYPE_CHECKING:
    from reader.formats.pdf.worker import PageFields


# ------------------------------------------------------------------ Worker process

_BUSY_HINT: Final = "The system may be short of memory: close other programs and try again"
_PROGRAM: Final = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import worker; worker.run_worker()"


class PdfWorker:
    """A process that reads PDF files one after the other. `has_ended`: the process is gone."""

    _idle_workers: ClassVar[list[PdfWorker]] = []
    _all_workers: ClassVar[set[PdfWorker]] = set()

    def __init__(self) -> None:
        """Start the process. Raises ReaderError if the system cannot start one."""
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
            raise ReaderError(f"The process that reads PDF files cannot be started: {error.strerror}", _BUSY_HINT) from error
        self._all_workers.add(self)

    @classmethod
    def take_idle(cls) -> PdfWorker:
        """Return an idle worker, or start one."""
        while cls._idle_workers:
            worker = cls._idle_workers.pop()
            if worker._process.poll() is None:
                return worker
            worker.end()
        return cls()

    def open(self, data: bytes, first: int, end: int) -> Any:
        """Send a file to read from page number `first` up to `end`. Return the first message, or None if the process ended."""
        with contextlib.suppress(OSError):  # the process ended while reading; its next message will be missing
            pipe: Any = self._process.stdin
            pipe.write(b"".join(number.to_bytes(8, "big") for number in (len(data), first, end)))
            pipe.write(data)
            pipe.flush()
        return self.read_message()

    def read_message(self) -> Any:
        """Return the next message, or None if the process ended."""
        pipe: Any = self._process.stdout
        try:
            return marshal.loads(pipe.read(int.from_bytes(pipe.read(8), "big")))
        except (EOFError, ValueError):
            self.end()
            return None

    def kill(self) -> None:
        """Kill the process, so that a thread that waits for its next message goes on. Any thread may call this."""
        self._process.kill()

    def release(self) -> None:
        """Keep the worker for the next file, or end it if another one is idle."""
        if self.has_ended or self._idle_workers:
            self.end()
        else:
            self._idle_workers.append(self)

    def end(self) -> None:
        """Kill the process and free its resources."""
        self.has_ended = True
        self._all_workers.discard(self)
        self._process.kill()
        with contextlib.suppress(OSError, ValueError):  # unsent input, or a thread that still reads its output
            self._process.communicate()

    @classmethod
    def end_all(cls) -> None:
        """End all workers, including those of abandoned threads."""
        for worker in tuple(cls._all_workers):
            worker.end()


atexit.register(PdfWorker.end_all)


# ------------------------------------------------------------------ Pages

_PASSWORD_ERROR: Final = 4
_SECURITY_ERROR: Final = 5
"""Error numbers of PDFium."""
_MAX_CRASHES: Final = 3
_ALL_PAGES: Final = 1 << 32
_WATCH_SECONDS: Final = 0.1


class PdfLink(NamedTuple):
    """A link on a page, to an address or to a page number with x and y. Unknown numbers are -1."""

    left: float
    top: float
    right: float
    bottom: float
    address: str = ""
    page: int = -1
    x: float = -1.0
    y: float = -1.0


class PdfPage(NamedTuple):
    """A page with its runs in the order of its content. `askew_runs` have a different direction from the rest.

    A page is not legible if its fonts do not say which letters they show.
    """

    height: float
    runs: RunTable
    links: list[PdfLink]
    askew_runs: RunTable
    is_legible: bool = True


class PdfDocument:
    """An open PDF. `what` is its name in messages.

    `count` is the number of its pages, of which at most `most_pages` are read. `metadata` has Language and the keys that the
    worker reads, such as Title and Author; missing values are "". Raises ReaderError if the file cannot be opened: if it is not
    a PDF, damaged, locked with a password, or without pages.
    """

    def __init__(self, data: bytes, what: str, most_pages: int = _ALL_PAGES) -> None:
        self._data = data
        self._end = most_pages
        self._worker = PdfWorker.take_idle()
        self._fonts: dict[Font, Font] = {}
        self._is_closed = threading.Event()
        threading.Thread(target=copy_context().run, args=(self._watch,), name="pdf watch", daemon=True).start()
        answer: tuple[int, dict[str, str]] | int | None = self._worker.open(data, 0, self._end)
        if not isinstance(answer, tuple):
            self._pages_left = 0
            self.close()
            checkpoint()
            raise _opening_error(what, answer)
        self.count, self.metadata = answer
        self._pages_left = self._end = min(self.count, most_pages)
        if not self.count:
            self.close()
            raise ReaderError(f"{what} has no pages", BROKEN_FILE_HINT)

    def close(self) -> None:
        """Release the worker."""
        self._is_closed.set()
        if self._pages_left:
            self._worker.end()
        else:
            self._worker.release()

    def _watch(self) -> None:
        """Kill the worker when the import is stopped or its time is over, as it may be busy with one page."""
        while not self._is_closed.wait(_WATCH_SECONDS):
            try:
                checkpoint()
            except ReaderError:
                self._worker.kill()
                return

    def pages(self) -> Iterator[PdfPage | None]:
        """Yield the pages in order, None for each that cannot be read.

        If a page makes the worker crash or exceed its limits, a new worker continues with the next page, a limited number of
        times.
        """
        crashes = 0
        for number in range(self._end):
            fields = self._worker.read_message()
            if self._worker.has_ended and crashes < _MAX_CRASHES and number + 1 < self._end:
                crashes += 1
                self._worker = PdfWorker()
                self._worker.open(self._data, number + 1, self._end)
            self._pages_left -= 1
            yield None if fields is None else _to_page(fields, self._fonts)


def _to_page(fields: PageFields, shared_fonts: dict[Font, Font]) -> PdfPage:
    """Return a page. Equal fonts of a document share their memory."""
    width, height, looks, texts, boxes, faces, links, is_legible = fields
    fonts = [shared_fonts.setdefault(font, font) for font in (Font(*look) for look in looks)]
    page = PdfPage(height, RunTable(tuple(fonts), texts, boxes, faces), [PdfLink(*link) for link in links], NO_RUNS, is_legible)
    return _turn_upright(page, width) if any(font.direction for font in fonts) else page


def _turn_upright(page: PdfPage, page_width: float) -> PdfPage:
    """Turn a page so that most of its text runs to the right, and move the other text to `askew_runs`."""
    all_runs = page.runs.runs()
    count: Counter[int] = Counter()
    for run in all_runs:
        count[run.font.direction] += len(run.text)
    turn = max(range(4), key=lambda turn: count[turn])
    runs = [run for run in all_runs if run.font.direction == turn]
    askew = RunTable.of([run for run in all_runs if run.font.direction != turn])
    if not turn:
        return page._replace(runs=RunTable.of(runs), askew_runs=askew)
    height = page_width if turn in (1, 3) else page.height

    def turn_box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        if turn == 1:
            return page.height - bottom, left, page.height - top, right
        if turn == 2:
            return page_width - right, page.height - bottom, page_width - left, page.height - top
        return top, page_width - right, bottom, page_width - left

    upright_runs: list[PdfRun] = []
    for run in runs:
        left, top, right, bottom = turn_box(run.left, run.top, run.right, run.bottom)
        base = run.baseline if turn == 1 else page.height - run.baseline if turn == 2 else page_width - run.baseline
        upright_runs.append(PdfRun(run.text, left, top, right, bottom, base, run.font._replace(direction=0), run.is_glued))
    links = [PdfLink(*turn_box(*link[:4]), *link[4:]) for link in page.links]
    return PdfPage(height, RunTable.of(upright_runs), links, askew)


def _opening_error(what: str, code: int | None) -> ReaderError:
    """Return the error for an unreadable file. `code` is PDFium's error number, or None if the process ended."""
    if code == _PASSWORD_ERROR:
        return ReaderError(
            f"{what} is locked with a password", "Save a copy without a password, for example with qpdf --decrypt"
        )
    if code == _SECURITY_ERROR:
        return ReaderError(f"{what} has a lock that cannot be opened", "Save a copy without a lock")
    return ReaderError(f"{what} cannot be read as PDF", BROKEN_FILE_HINT)
