"""Read or fetch the texts of sources, on threads that can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from reader.formats import is_address, short_name
from reader.formats.progress import ProgressReport, report_to
from reader.tui.background import Post, post_outcome, start_thread

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.fetching.run import FetchRun
    from reader.formats.source_input import SourceInput
    from reader.library.library import Library
    from reader.review.model import SourceText


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


JobCallback = Callable[[FetchJob, "FetchedText | Exception"], None]
"""Called with a job and its text, or the exception."""


class FetchedText(NamedTuple):
    """A text that is kept in the library. `source` is what was fetched or read, without the text itself."""

    text: SourceText
    source: SourceInput


class FetchJobs:
    """Run jobs; on the screen's loop, call `take` for each as it is done, and `finish` after the last.

    Addresses are fetched beside each other. After `stop` neither is called. The threads then end at their next step; nothing
    waits for that.
    """

    def __init__(
        self, article: Article, jobs: Sequence[FetchJob], post: Post, take: JobCallback, finish: Callable[[], None]
    ) -> None:
        self._article = article
        self._jobs = jobs
        self._post = post
        self._report = take
        self._finish = finish
        self._left_count = len(jobs)
        self._progress: ProgressReport | None = None
        self._fetch_run: FetchRun | None = None
        self._stop = threading.Event()

    def start(self, open_library: Callable[[], Library], *, private: bool, archive: str) -> None:
        """Start. `private` allows addresses of the person's own network; `archive` is the address of a TimeGate, or ""."""
        start_thread(partial(self._run, open_library, private, archive), "fetch")

    def stop(self) -> None:
        """Stop fetching."""
        self._stop.set()
        if self._fetch_run is not None:
            self._fetch_run.stop()

    @property
    def progress(self) -> str:
        """The progress: how many are done and from which hosts others come, or the name of the job, with pages or bytes."""
        if self._fetch_run is not None:
            return f"fetching {'' if len(self._jobs) == 1 else '· '}{self._fetch_run.progress}"
        job, step = self._jobs[0], self._progress
        which = f"{'fetching' if job.is_remote else 'reading'} {job.short_name}"
        return f"{which} · {step.summary}" if step is not None else which

    def _run(self, open_library: Callable[[], Library], private: bool, archive: str) -> None:
        remote = [job for job in self._jobs if job.is_remote]
        for job in self._jobs:
            if not job.is_remote:
                self._take(job, self._read(job), open_library)
        if remote and not self._stop.is_set():
            try:
                self._fetch_all(remote, open_library, private, archive)
            except Exception as error:
                # Without an outcome the screen would wait for ever.
                for job in remote:
                    self._take(job, error, open_library)

    def _fetch_all(self, jobs: Sequence[FetchJob], open_library: Callable[[], Library], private: bool, archive: str) -> None:
        from reader.fetching.fetcher import FetchOptions
        from reader.fetching.run import FetchRun, target_of
        from reader.fetching.web import FetchLimits
        from reader.review.index import FetchableReference

        limits, is_alone = FetchLimits(private=private), len(self._jobs) == 1
        # For one page, a person is the one who visits; many are visited by a program.
        options = FetchOptions(limits, archive=archive, obeys_robots=not is_alone)
        targets = [target_of(self._article, FetchableReference(job.name, job.references)) for job in jobs]
        self._fetch_run = FetchRun(targets, options)
        if not self._stop.is_set():
            self._fetch_run.run(lambda index, outcome: self._take(jobs[index], outcome, open_library))

    def _read(self, job: FetchJob) -> SourceInput | Exception:
        from reader.formats.source_input import read_paste, read_source_file

        try:
            with report_to(self._note_progress, self._stop.is_set):
                return read_paste(job.pasted_text) if job.pasted_text else read_source_file(job.name)
        except Exception as error:
            return error

    def _take(self, job: FetchJob, outcome: SourceInput | Exception, open_library: Callable[[], Library]) -> None:
        """Keep what a job has brought, and hand it to the screen."""
        from reader.fetching import with_route
        from reader.library.source_texts import keep_source

        if self._stop.is_set():
            return
        fetched: FetchedText | Exception
        try:
            if isinstance(outcome, Exception):
                fetched = outcome
            else:
                text = keep_source(open_library(), outcome.article, outcome.data, outcome.origin)
                fetched = FetchedText(with_route(text, outcome), outcome._replace(article=None, data=b""))
        except Exception as error:
            fetched = error
        post_outcome(self._post, partial(self._deliver, job, fetched))

    def _note_progress(self, step: ProgressReport) -> None:
        self._progress = step

    def _deliver(self, job: FetchJob, outcome: FetchedText | Exception) -> None:
        if self._stop.is_set():
            return
        self._left_count -= 1
        self._report(job, outcome)
        if not self._left_count:
            self._finish()  # at once, as the callback of the last job may start another fetch
