"""Bringing the texts of sources: read from a file, fetched or pasted, one after the other on a thread that can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from reader.errors import ReaderError
from reader.formats import is_address
from reader.formats.progress import ProgressReport, report_to
from reader.review.model import SourceText
from reader.tui.background import Post, bring, said, start
from reader.tui.panes.sources import short_name

if TYPE_CHECKING:
    from reader.library.library import Library

LONG: Final = 300
"""From so many characters on, what is pasted is a text itself, and no name of one."""


@dataclass(frozen=True, slots=True)
class Job:
    """A text to bring for references, by their ids: what is at `name`, a path or an address, or what was `pasted`."""

    references: tuple[str, ...]
    name: str = ""
    pasted: str = ""

    @property
    def is_fetched(self) -> bool:
        """Whether it comes from an address."""
        return is_address(self.name)

    @property
    def short(self) -> str:
        """What it is called in a few words: the host of an address, a file without its folder."""
        return short_name(self.name) if self.name else "the pasted text"


def is_text(pasted: str) -> bool:
    """Whether what is pasted is a text rather than the name of one: of several lines, or long."""
    return len(pasted.strip().splitlines()) > 1 or len(pasted) > LONG


Came = Callable[[Job, "SourceText | Exception"], None]
"""Is called with what a job brought, or why it did not."""


class FetchJobs:
    """Jobs done one after the other; `came` is called for each, `done` after the last, both on the screen's loop.

    After `stop` nothing is called any more. The thread then ends at its next step: nobody waits for that.
    """

    def __init__(self, jobs: Sequence[Job], post: Post, came: Came, done: Callable[[], None]) -> None:
        self._jobs = jobs
        self._post = post
        self._came = came
        self._done = done
        self._at = 0
        self._step: ProgressReport | None = None
        self._stopped = threading.Event()

    def start(self, open_library: Callable[[], Library], *, private: bool) -> None:
        """Begin; `private` allows addresses of the person's own network."""
        start(partial(self._run, open_library, private), "bringing")

    def stop(self) -> None:
        """Bring nothing more."""
        self._stopped.set()

    @property
    def progress(self) -> str:
        """How far it is: which of how many, from where, pages or bytes."""
        job, many = self._jobs[self._at], len(self._jobs)
        doing = "fetching" if job.is_fetched else "reading"
        which = f"{doing} {self._at + 1} of {many} · {job.short}" if many > 1 else f"{doing} {job.short}"
        step = self._step
        return f"{which} · {said(step)}" if step is not None else which

    def _run(self, open_library: Callable[[], Library], private: bool) -> None:
        from reader.formats.web import RateLimiter

        turns = RateLimiter()
        for number, job in enumerate(self._jobs):
            if self._stopped.is_set():
                return
            self._at, self._step = number, None
            if job.is_fetched:
                turns.wait(job.name)
            bring(self._post, partial(self._take, number, self._brought(job, open_library, private)))

    def _brought(self, job: Job, open_library: Callable[[], Library], private: bool) -> SourceText | Exception:
        from reader.formats.source_input import read_paste, read_source
        from reader.library.library import keep_source

        try:
            with report_to(self._told):
                come = read_paste(job.pasted) if job.pasted else read_source(job.name, private=private)
            if self._stopped.is_set():
                return ReaderError("stopped")
            return keep_source(open_library(), come.article, come.data, come.origin)
        except Exception as failed:
            # Also what nobody expected: the screen must be told, or it would wait for ever.
            return failed

    def _told(self, step: ProgressReport) -> bool:
        self._step = step
        return not self._stopped.is_set()

    def _take(self, number: int, outcome: SourceText | Exception) -> None:
        if self._stopped.is_set():
            return
        self._came(self._jobs[number], outcome)
        if number + 1 == len(self._jobs):
            self._done()  # at once: whoever was told of the last one may ask for another
