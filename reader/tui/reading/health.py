"""The health of the sources of one reading screen: look up what is known, and ask registries, on threads."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from reader.printable import plural
from reader.tui.background import PROGRESS_INTERVAL, error_message, post_outcome, run_in_background, start_thread

if TYPE_CHECKING:
    from textual.timer import Timer

    from reader.article.model import Reference
    from reader.registries.client import RegistryOptions
    from reader.registries.lookup import KnownHealth
    from reader.review.health import RecordCheck
    from reader.tui.reading.host import ReadingHost


class HealthManager:
    """Give the review of a reading host what others have recorded about its sources."""

    def __init__(self, host: ReadingHost) -> None:
        self._host = host
        self._run: RecordRun | None = None
        self._timer: Timer | None = None
        self._last_message = ""

    def look_up(self) -> None:
        """Look up, without the network, what is known about the sources of the review that was opened."""
        host, session = self._host, self._host.state.session
        if session is None or not host.article.references:
            return

        def look_up() -> KnownHealth:
            from reader.registries.lookup import KnownHealth

            return KnownHealth(host.article, host.services.open_library().folder, host.services.settings)

        def take(outcome: KnownHealth | Exception) -> None:
            if isinstance(outcome, Exception):
                host.report(error_message(outcome, "the list of retractions"), "bad")
                return
            outcome.give_to(session)
            if outcome.complaint:
                host.report(outcome.complaint, "fault")

        run_in_background(host.post_message, look_up, take)

    # ------------------------------------------------------------------ registries

    @property
    def is_asking(self) -> bool:
        """Whether registries are being asked."""
        return self._run is not None

    def ask(self, references: list[Reference], options: RegistryOptions) -> None:
        """Ask registries about references, and show each result as it comes."""
        self._run = RecordRun(references, options)
        self._run.start(self._host, self._finish)
        self._timer = self._host.set_interval(PROGRESS_INTERVAL, self._show_progress)
        self._show_progress()

    def stop(self) -> str:
        """Stop asking; return a message with the results so far, "" if nobody was being asked."""
        run = self._run
        if run is None:
            return ""
        self.leave()
        self._host.session.health.set_records(run.take_results())
        return f"Stopped: {run.summary}"

    def leave(self) -> None:
        """Stop asking, for a screen that is closed."""
        if self._run is not None:
            self._run.stop()
        self._end()

    def _finish(self, run: RecordRun, error: Exception | None) -> None:
        if run is not self._run:
            return  # it was stopped
        self._end()
        self._last_message = ""
        self._host.session.health.set_records(run.take_results())
        if error is not None:
            self._host.report(error_message(error, "the answers"), "bad")
        else:
            self._host.report(run.summary, "fault" if run.has_faults else "good")

    def _end(self) -> None:
        self._run = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _show_progress(self) -> None:
        """Show the results so far and the progress, unless another message is shown."""
        host, run = self._host, self._run
        if run is None:
            return
        host.session.health.set_records(run.take_results())
        if host.message[0] in ("", self._last_message) and not host.pending_keys:
            self._last_message = f"{run.progress} · Esc stops"
            host.say(self._last_message, "hint")
            host.show_save_status()


class RecordRun:
    """A run that asks registries about references on a thread, until it is stopped."""

    def __init__(self, references: list[Reference], options: RegistryOptions) -> None:
        self._references = references
        self._options = options
        self._stop = threading.Event()
        self._results: deque[tuple[str, RecordCheck]] = deque()
        self._counts: Counter[str] = Counter()

    def start(self, host: ReadingHost, finish: Callable[[RecordRun, Exception | None], None]) -> None:
        """Start; at the end, `finish` is called on the loop of the host with the run and the error that ended it, if any."""

        def run() -> None:
            error: Exception | None = None
            try:
                self._ask()
            except Exception as failed:
                # Unexpected errors too: without an end the screen would wait for ever.
                error = failed
            if not self._stop.is_set():
                post_outcome(host.post_message, partial(finish, self, error))

        start_thread(run, "registries")

    def stop(self) -> None:
        """Stop asking; the thread ends at its next step."""
        self._stop.set()

    def take_results(self) -> dict[str, RecordCheck]:
        """Return the results that came since the last call, by reference id."""
        return dict(self._results.popleft() for _ in range(len(self._results)))

    @property
    def progress(self) -> str:
        """How far the run is."""
        number = min(sum(self._counts.values()) + 1, len(self._references))
        return f"asking registries · reference {number} of {len(self._references)}"

    @property
    def summary(self) -> str:
        """The results in numbers."""
        results = "; ".join(f"{count:,} {outcome}" for outcome, count in sorted({**self._counts}.items()))
        return f"{plural(sum(self._counts.values()), 'reference')} checked{f': {results}' if results else ''}"

    @property
    def has_faults(self) -> bool:
        """Whether a record differs, or does not exist."""
        from reader.review.health import DIFFERS, NO_SUCH_RECORD

        return bool(self._counts[DIFFERS] + self._counts[NO_SUCH_RECORD])

    def _ask(self) -> None:
        from reader.formats.progress import report_to
        from reader.registries.answers import AnswerCache
        from reader.registries.cited_work import CitedWork
        from reader.registries.client import RegistryClient
        from reader.registries.lookup import answers_path
        from reader.registries.record_check import check_records

        def ignore(_: object) -> None:
            """Ignore the bytes of an answer."""

        with contextlib.closing(AnswerCache(answers_path())) as cache, report_to(ignore, self._stop.is_set):
            for name, check in check_records(map(CitedWork, self._references), RegistryClient(self._options, cache)):
                self._counts[check.outcome] += 1
                self._results.append((name, check))
