"""Run work on a thread and bring its outcome back as a message."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeVar

from textual.message import Message

from reader.errors import ReaderError
from reader.formats.progress import ProgressReport, report_to

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.formats.open_request import OpenRequest

# ------------------------------------------------------------------ done on a thread that ends with the program, its outcome

T = TypeVar("T")

Post = Callable[[Message], object]
"""Posts a message to a screen, from any thread."""


class TaskOutcome(Message):
    """What a thread brought; `take` is what the screen that it is posted to does with it."""

    def __init__(self, take: Callable[[], None]) -> None:
        super().__init__()
        self.apply = take


def run_in_background(post: Post, work: Callable[[], T], take: Callable[[T | Exception], None]) -> None:
    """Do `work` on a thread, and have the screen behind `post` call `take` with what it returned or raised."""

    def run() -> None:
        try:
            outcome: T | Exception = work()
        except Exception as failed:
            # Also what nobody expected: the screen must be told, or it would wait for ever.
            outcome = failed
        post_outcome(post, partial(take, outcome))

    start_thread(run, "beside")


def start_thread(run: Callable[[], None], name: str) -> None:
    """Run a function on a thread that the program does not wait for when it ends."""
    threading.Thread(target=run, name=name, daemon=True).start()


def post_outcome(post: Post, take: Callable[[], None]) -> None:
    """Have the screen behind `post` call `take`; nothing when the program ended meanwhile."""
    with suppress(RuntimeError):
        post(TaskOutcome(take))


def error_message(error: Exception, name: str) -> str:
    """Return what to say of an error while `name` was read, in one line."""
    if isinstance(error, ReaderError):
        return str(error)
    return f"{name} cannot be read: an error of Claim Reader itself ({type(error).__name__})"


# ------------------------------------------------------------------ on a thread of its own, which tells how far it is and can

PROGRESS_INTERVAL: Final = 0.25
"""Seconds between two looks at how far reading is."""
_KB: Final = 1000


class LoadingFinished(Message):
    """An article was read, or could not be: then `error` says why."""

    def __init__(self, arrival: LoadingTask, article: Article | None, error: Exception | None) -> None:
        super().__init__()
        self.task = arrival
        self.article = article
        self.error = error

    @property
    def error_text(self) -> str:
        """What to say of the error, in one line."""
        if self.error is None or isinstance(self.error, ReaderError):
            return str(self.error or "")
        return f"{self.task.request.name} cannot be read: an error of Claim Reader itself ({type(self.error).__name__})"


class LoadingTask:
    """One article on its way; `post` is told when it is there. What was stopped is never told.

    The thread ends with the program. One that was stopped ends at its next step: nobody waits for that.
    """

    def __init__(self, wanted: OpenRequest, post: Callable[[Message], object]) -> None:
        self.request = wanted
        self.report: ProgressReport | None = None
        self._post = post
        self._stopped = False
        self._since = time.monotonic()

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._run, name="reading", daemon=True).start()

    def stop(self) -> None:
        """Read no more, and tell nothing."""
        self._stopped = True

    @property
    def name(self) -> str:
        """What is read, in short: a file without its folder, an address."""
        name = self.request.name
        return "what came through the pipe" if name == "-" else name if "://" in name else PurePath(name).name or name

    @property
    def progress(self) -> str:
        """How far reading is: pages or bytes, and seconds."""
        seconds = f"{time.monotonic() - self._since:.0f} s"
        return f"{progress_text(self.report)} · {seconds}" if self.report is not None else seconds

    @property
    def fraction(self) -> float:
        """How much of it is read, from 0 to 1; 0 while that is not known."""
        return min(1.0, self.report.done / self.report.total) if self.report is not None and self.report.total else 0.0

    def _run(self) -> None:
        article: Article | None = None
        error: Exception | None = None
        try:
            with report_to(self._note_progress):
                article = self.request.read()
        except Exception as failed:
            # Also what nobody expected: the screen must be told, or it would wait for ever.
            error = failed
        if not self._stopped:
            with suppress(RuntimeError):  # the program ended meanwhile
                self._post(LoadingFinished(self, article, error))

    def _note_progress(self, step: ProgressReport) -> bool:
        self.report = step
        return not self._stopped


def progress_text(step: ProgressReport) -> str:
    """Return how far reading is, in a few words."""
    if step.unit == "byte":
        of = f" of {step.total // _KB:,}" if step.total else ""
        return f"{step.done // _KB:,}{of} KB"
    return f"{step.unit} {step.done:,} of {step.total:,}" if step.total else f"{step.unit} {step.done:,}"
