"""Read or fetch the texts of sources one after the other, on a thread that can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from reader.errors import ReaderError
from reader.formats import is_address, short_name
from reader.formats.progress import ProgressReport, report_to
from reader.tui.background import Post, post_outcome, start_thread

if TYPE_CHECKING:
    from reader.library.library import Library
    from reader.review.model import SourceText

PASTED_TEXT_LENGTH: Final = 300
"""The length from which pasted characters are a text themselves, not the name of one."""


@dataclass(frozen=True, slots=True)
class FetchJob:
    """A text for references, by their ids: from `name`, a path or an address, or pasted."""

    references: tuple[str, ...]
    name: str = ""
    pasted_text: str = ""

    @property
    def is_remote(self) -> bool:
        """Whether the text comes from an address."""
        return is_address(self.name)

    @property
    def short_name(self) -> str:
        """A short name for the text: the host of an address, or a file without its folder."""
        return short_name(self.name) if self.name else "the pasted text"


def is_pasted_text(characters: str) -> bool:
    """Whether pasted characters are a text rather than the name of one: several lines, or long."""
    return len(characters.strip().splitlines()) > 1 or len(characters) > PASTED_TEXT_LENGTH


JobCallback = Callable[[FetchJob, "SourceText | Exception"], None]
"""Called with a job and its text, or the exception."""


class FetchJobs:
    """Run jobs one after the other; on the screen's loop, call `take` for each and `finish` after the last.

    After `stop` neither is called. The thread then ends at its next step; nothing waits for that.
    """

    def __init__(self, jobs: Sequence[FetchJob], post: Post, take: JobCallback, finish: Callable[[], None]) -> None:
        self._jobs = jobs
        self._post = post
        self._report = take
        self._finish = finish
        self._index = 0
        self._progress: ProgressReport | None = None
        self._stop = threading.Event()

    def start(self, open_library: Callable[[], Library], *, private: bool) -> None:
        """Start; `private` allows addresses of the person's own network."""
        start_thread(partial(self._run, open_library, private), "fetch")

    def stop(self) -> None:
        """Stop fetching."""
        self._stop.set()

    @property
    def progress(self) -> str:
        """The progress: number and name of the job, pages or bytes."""
        job, many = self._jobs[self._index], len(self._jobs)
        verb = "fetching" if job.is_remote else "reading"
        which = f"{verb} {self._index + 1} of {many} · {job.short_name}" if many > 1 else f"{verb} {job.short_name}"
        step = self._progress
        return f"{which} · {step.summary}" if step is not None else which

    def _run(self, open_library: Callable[[], Library], private: bool) -> None:
        from reader.fetching.web import RateLimiter

        turns = RateLimiter()
        for number, job in enumerate(self._jobs):
            if self._stop.is_set():
                return
            self._index, self._progress = number, None
            if job.is_remote:
                turns.wait(job.name)
            post_outcome(self._post, partial(self._deliver, number, self._fetch(job, open_library, private)))

    def _fetch(self, job: FetchJob, open_library: Callable[[], Library], private: bool) -> SourceText | Exception:
        from reader.fetching import read_source
        from reader.formats.source_input import read_paste
        from reader.library.library import keep_source

        try:
            with report_to(self._note_progress, self._stop.is_set):
                source = read_paste(job.pasted_text) if job.pasted_text else read_source(job.name, private=private)
            if self._stop.is_set():
                return ReaderError("stopped")
            return keep_source(open_library(), source.article, source.data, source.origin)
        except Exception as failed:
            # Unexpected errors too: without an outcome the screen would wait for ever.
            return failed

    def _note_progress(self, step: ProgressReport) -> None:
        self._progress = step

    def _deliver(self, number: int, outcome: SourceText | Exception) -> None:
        if self._stop.is_set():
            return
        self._report(self._jobs[number], outcome)
        if number + 1 == len(self._jobs):
            self._finish()  # at once, as the callback of the last job may start another fetch
