"""Work beside the messages of a screen: on a daemon thread that posts its outcome, or after a delay; and the garbage of it."""

from __future__ import annotations

import gc
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeVar

from textual.message import Message
from textual.message_pump import MessagePump
from textual.timer import Timer, TimerCallback

from reader.errors import ReaderError
from reader.formats import INTERNAL_ERROR
from reader.formats.progress import ProgressReport, report_to

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.formats.open_request import OpenRequest

# ------------------------------------------------------------------ any work

T = TypeVar("T")

PATIENCE: Final = 0.1
"""Seconds that a key may wait for the disk."""

Post = Callable[[Message], object]
"""Post a message to a screen, from any thread."""


class TaskOutcome(Message):
    """The outcome of a thread's work; the screen calls `apply` to use it."""

    def __init__(self, take: Callable[[], None]) -> None:
        super().__init__()
        self.apply = take


def run_in_background(post: Post, work: Callable[[], T], take: Callable[[T | Exception], None]) -> None:
    """Do `work` on a thread, and let the screen behind `post` call `take` with its result or exception."""

    def run() -> None:
        try:
            outcome: T | Exception = work()
        except Exception as failed:
            # Unexpected errors too: without an outcome the screen would wait for ever.
            outcome = failed
        post_outcome(post, partial(take, outcome))

    start_thread(run, "work")


def run_with_patience(post: Post, work: Callable[[], T], take: Callable[[T | Exception], None]) -> bool:
    """Do as `run_in_background`, but wait a moment for the outcome; return whether it was taken at once.

    For what is quick unless a disk stands still: the next key finds what this one did.
    """
    outcomes: list[T | Exception] = []
    has_ended, is_taken = threading.Event(), threading.Lock()

    def run() -> None:
        try:
            outcomes.append(work())
        except Exception as failed:
            outcomes.append(failed)
        if is_taken.acquire(blocking=False):
            has_ended.set()
        else:
            post_outcome(post, partial(take, outcomes[0]))

    start_thread(run, "work")
    is_at_once = has_ended.wait(PATIENCE) or not is_taken.acquire(blocking=False)
    if is_at_once:
        take(outcomes[0])
    return is_at_once


def ask_disk(work: Callable[[], T], otherwise: T) -> T:
    """Return what `work` returns, or raise what it raises; `otherwise` if the disk keeps that waiting."""
    outcomes: list[T | Exception] = []
    run_with_patience(lambda message: None, work, outcomes.append)
    outcome = outcomes[0] if outcomes else otherwise
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def start_thread(run: Callable[[], None], name: str) -> None:
    """Run a function on a daemon thread: the program ends without waiting for it."""
    threading.Thread(target=run, name=name, daemon=True).start()


class WorkQueue:
    """Does work on one thread, in the order in which it was asked for, and lets the screen take the outcomes.

    The thread ends when nothing is left to do, as it would keep the screen in memory.
    """

    def __init__(self, post: Post) -> None:
        self._post = post
        self._lock = threading.Lock()
        self._jobs = deque[Callable[[], None]]()
        self._is_working = False
        self._waiting = 0

    @property
    def is_idle(self) -> bool:
        """Whether all work is done and its outcomes were taken."""
        return not self._waiting

    def run(self, work: Callable[[], T], take: Callable[[T | Exception], None]) -> None:
        """Do `work` after all earlier work; `take` gets its result or exception, on the thread of the screen."""

        def job() -> None:
            try:
                outcome: T | Exception = work()
            except Exception as failed:
                # Unexpected errors too: without an outcome the screen would wait for ever.
                outcome = failed
            post_outcome(self._post, lambda: end(outcome))

        def end(outcome: T | Exception) -> None:
            self._waiting -= 1
            take(outcome)

        self._waiting += 1
        with self._lock:
            self._jobs.append(job)
            was_working, self._is_working = self._is_working, True
        if not was_working:
            start_thread(self._work, "work")

    def _work(self) -> None:
        while (job := self._next_job()) is not None:
            job()

    def _next_job(self) -> Callable[[], None] | None:
        with self._lock:
            self._is_working = bool(self._jobs)
            return self._jobs.popleft() if self._jobs else None


def post_outcome(post: Post, take: Callable[[], None]) -> None:
    """Let the screen behind `post` call `take`, unless the program has ended."""
    with suppress(RuntimeError):
        post(TaskOutcome(take))


def error_message(error: Exception, name: str) -> str:
    """Return the message for an error while `name` was read, in one line."""
    if isinstance(error, ReaderError):
        return str(error)
    return f"{name} cannot be read: {INTERNAL_ERROR} ({type(error).__name__})"


# ------------------------------------------------------------------ work after a delay


class TimerHost(MessagePump):
    """Base class of widgets, screens and apps whose `set_timer` can be relied on.

    A timer of Textual skips the calls that it is too late for, also its only one: it reads the clock twice before it waits, and
    if the delay passes in between, as on a busy machine, the function is never called.
    """

    def set_timer(
        self, delay: float, callback: TimerCallback | None = None, *, name: str | None = None, pause: bool = False
    ) -> Timer:
        """Call a function once, after a delay in seconds."""
        timer = super().set_timer(delay, callback, name=name, pause=pause)
        timer._skip = False  # pyright: ignore[reportPrivateUsage]  # read once its task runs; no public name sets it
        return timer


# ------------------------------------------------------------------ garbage


class OpenMemory:
    """What the garbage collector looks at: what is open is set aside, so that no key press waits while it looks there.

    Start-up disables the collector; the first screen enables it again.
    """

    def __init__(self) -> None:
        self._has_closed = False

    @contextmanager
    def rest(self) -> Generator[None]:
        """Let the collector rest while a review is opened, as all of that stays; before, free the articles that were closed.

        They are freed here, on the thread that opens the next one, as it takes about a tenth of a second.
        """
        gc.disable()
        try:
            if self._has_closed:
                self._has_closed = False
                gc.unfreeze()
                gc.collect()
            yield
        finally:
            self.set_aside()

    def close(self) -> None:
        """Take note that something was closed: the next opening frees it."""
        self._has_closed = True

    def set_aside(self) -> None:
        """Set aside everything that is in memory, and let the collector look at what will be made."""
        gc.freeze()
        gc.enable()


# ------------------------------------------------------------------ reading an article

PROGRESS_INTERVAL: Final = 0.25
"""Seconds between two updates of the progress."""


class LoadingFinished(Message):
    """An article was read, or could not be: then `error` is the reason."""

    def __init__(self, task: LoadingTask, article: Article | None, error: Exception | None) -> None:
        super().__init__()
        self.task = task
        self.article = article
        self.error = error


class LoadingTask:
    """Read an article on a daemon thread and post `LoadingFinished`, unless it was stopped.

    `preview` has the lines of its first pages, if the format can show them early. A stopped thread ends at its next step;
    nothing waits for that.
    """

    def __init__(self, request: OpenRequest, post: Post) -> None:
        self.request = request
        self.report: ProgressReport | None = None
        self.preview: list[str] = []
        self._post = post
        self._is_stopped = False
        self._since = time.monotonic()

    def start(self) -> None:
        """Start to read."""
        start_thread(self._run, "reading")

    def stop(self) -> None:
        """Stop reading and post nothing."""
        self._is_stopped = True

    @property
    def name(self) -> str:
        """A short name for the article: its file without the folder, or its address."""
        name = self.request.name
        return "the text from the pipe" if name == "-" else name if "://" in name else PurePath(name).name or name

    @property
    def progress(self) -> str:
        """The progress: pages or bytes, and seconds."""
        seconds = f"{time.monotonic() - self._since:.0f} s"
        return f"{self.report.summary} · {seconds}" if self.report is not None else seconds

    @property
    def fraction(self) -> float:
        """The fraction that was read, from 0 to 1; 0 while it is unknown."""
        return min(1.0, self.report.done / self.report.total) if self.report is not None and self.report.total else 0.0

    def _run(self) -> None:
        article: Article | None = None
        error: Exception | None = None
        try:
            with report_to(self._note_progress, lambda: self._is_stopped):
                article = self.request.read()
        except Exception as failed:
            # Unexpected errors too: without an outcome the screen would wait for ever.
            error = failed
        if not self._is_stopped:
            with suppress(RuntimeError):  # the program ended meanwhile
                self._post(LoadingFinished(self, article, error))

    def _note_progress(self, step: ProgressReport) -> None:
        self.report = step
        if step.preview:
            self.preview += step.preview.split("\n")
