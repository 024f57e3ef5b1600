"""The sources of one reading screen: open them, fetch them from files and addresses, attach them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from reader.errors import ReaderError
from reader.review.vocabulary import ABSTRACT, EMPTY
from reader.tui.background import PROGRESS_INTERVAL, error_message, run_in_background

if TYPE_CHECKING:
    from textual.timer import Timer

    from reader.article.article import Article
    from reader.article.model import Reference
    from reader.fetching.outcomes import FetchTally
    from reader.review.model import SourceText
    from reader.tui.cues import NearestPassages, ReadSource, ReadSources, SourcePair
    from reader.tui.dialogs.source_description import DescribedSource
    from reader.tui.question import Draft
    from reader.tui.reading.fetch_jobs import FetchedText, FetchJob, FetchJobs
    from reader.tui.reading.health import HealthManager
    from reader.tui.reading.host import ReadingHost

Callback = Callable[[], None]
Brought = TypeVar("Brought")
"""Type of what a thread brings."""


class SourceManager:
    """Open and fetch sources for a reading host. While `is_opening`, keys wait for the text of a source."""

    def __init__(self, host: ReadingHost) -> None:
        self._host = host
        self.is_opening = False
        self._jobs: FetchJobs | None = None
        self._tally: FetchTally | None = None
        self._failures: list[str] = []
        self._timer: Timer | None = None
        self._last_message = ""

    @property
    def blind(self) -> bool:
        """Whether passages stay hidden until a pair has a verdict."""
        return self._host.services.settings.blind

    @cached_property
    def nearest(self) -> NearestPassages:
        """The search for the passages that the queue shows, made on first use."""
        from reader.tui.cues import NearestPassages

        host = self._host
        return NearestPassages(host.post_message, host.services.open_library, self._sources, host.show)

    @cached_property
    def health(self) -> HealthManager:
        """What gives the review what others have recorded about the sources, made on first use."""
        from reader.tui.reading.health import HealthManager

        return HealthManager(self._host)

    @cached_property
    def _sources(self) -> ReadSources:
        """The source texts read last, shared by the queue and the source screen."""
        from reader.tui.cues import ReadSources

        return ReadSources()

    # ------------------------------------------------------------------ opening

    def open(self, pair: SourcePair, text: SourceText) -> None:
        """Read a source text on a thread, then show it over the screen or in place of the source there."""
        host, sources = self._host, self._sources
        self.is_opening = True
        host.report("Opening the source …", "hint")

        def show(outcome: ReadSource | Exception) -> None:
            self.is_opening = False
            if isinstance(outcome, Exception):
                host.services.forget_keys()  # they were typed for the source
                host.report(error_message(outcome, "the source"), "bad")
            else:
                host.show_source(pair, outcome)
            host.services.take_waiting_keys()

        run_in_background(host.post_message, lambda: sources.read(host.services.open_library(), text), show)

    # ------------------------------------------------------------------ describing

    def describe(self, reference: Reference, draft: Draft, keep_draft: Callback) -> None:
        """Ask for the description of a source that is no text, and attach it; keys wait while a thread reads and keeps it.

        `keep_draft` is called if the answer was cancelled or could not be kept.
        """
        from reader.library.source_texts import read_record
        from reader.review.description import NO_DESCRIPTION
        from reader.tui.dialogs.note import TooLongScreen, why_too_long
        from reader.tui.dialogs.source_description import DescribedSource, DescriptionScreen

        host = self._host
        source = host.session.sources.source(reference.id)
        text = source.text if source is not None else None
        title = f"Describe the source of [{reference.label}]: {reference.title or reference.text}"

        def ask(said: str) -> None:
            if reason := why_too_long(said, "What was said"):
                host.services.push_screen(TooLongScreen(reason, enter_closes=False))
                return
            old = DescribedSource(text.description if text is not None else NO_DESCRIPTION, said)
            host.services.push_screen(DescriptionScreen(title, old, draft), take)

        def take(answer: DescribedSource | None) -> None:
            if answer is not None:
                self._keep_description(reference, answer, draft, keep_draft)
            elif draft.exists:
                host.say(f"Description not kept · {host.key('describe-source')} offers it again")
                keep_draft()
            host.show()

        self.run_first(lambda: read_record(host.services.open_library(), source), ask)

    def _keep_description(self, reference: Reference, answer: DescribedSource, draft: Draft, keep_draft: Callback) -> None:
        from reader.library.source_texts import keep_description
        from reader.review.vocabulary import EMPTY

        host = self._host

        def attach(text: SourceText) -> None:
            host.session.attach_source(reference.id, text)
            draft.drop()
            about = f"[{reference.label}] described: {text.title}"
            reads = f" · {host.key('source')} reads your record"
            host.report(about + (" · nothing of what was said is written down" if text.extent == EMPTY else reads), "good")

        self.run_first(lambda: keep_description(host.services.open_library(), *answer), attach, keep_draft)

    def run_first(self, read: Callable[[], Brought], take: Callable[[Brought], None], on_error: Callback | None = None) -> None:
        """Call a function on a thread, and `take` with its result before any other key; or report its error."""
        host = self._host
        self.is_opening = True

        def finish(outcome: Brought | Exception) -> None:
            self.is_opening = False
            if isinstance(outcome, Exception):
                host.report(error_message(outcome, "the source"), "bad")
                if on_error is not None:
                    on_error()
            else:
                take(outcome)
            host.services.take_waiting_keys()

        run_in_background(host.post_message, read, finish)

    # ------------------------------------------------------------------ fetching

    @property
    def is_fetching(self) -> bool:
        """Whether a source is being read or fetched."""
        return self._jobs is not None

    def fetch(
        self, jobs: Sequence[FetchJob], then: Callback | None = None, on_error: Callable[[Exception], bool] | None = None
    ) -> None:
        """Read or fetch texts and attach each; `then` is called after a single one that succeeded.

        `on_error` gets the errors, and returns whether something else was done than to report them.
        """
        from reader.fetching.outcomes import FetchTally
        from reader.review.model import new_id
        from reader.tui.reading.fetch_jobs import FetchJobs

        host, many = self._host, len(jobs) > 1
        self._tally = tally = FetchTally()
        step = new_id()

        def take(job: FetchJob, outcome: FetchedText | Exception) -> None:
            if isinstance(outcome, Exception) and on_error is not None and on_error(outcome):
                return
            tally.note(outcome if isinstance(outcome, Exception) else outcome.source)
            with host.session.step(step):
                message, tone = self._attach(job, outcome)
            if not many:
                self._last_message = ""
                self._host.report(message, tone)

        def finish() -> None:
            self._end()
            if many:
                self._host.report(self._summary, "fault" if tally.missing_count else "good")
            elif then is not None and tally.fetched_count:
                then()

        self._failures = []
        self._jobs = FetchJobs(host.article, jobs, host.post_message, take, finish)
        services = host.services
        self._jobs.start(services.open_library, private=services.private, archive=services.settings.archive)
        self._timer = host.set_interval(PROGRESS_INTERVAL, self._show_progress)
        self._show_progress()

    def stop(self) -> str:
        """Stop fetching, else asking registries; return a message with the result so far, "" if there was neither."""
        if self._jobs is None:
            return self.health.stop()
        self._jobs.stop()
        self._end()
        return f"Stopped: {self._summary}"

    def leave(self) -> None:
        """Stop all that goes on, for a screen that is closed."""
        if self._jobs is not None:
            self._jobs.stop()
            self._end()
        self.health.leave()

    def _end(self) -> None:
        self._jobs = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    @property
    def _summary(self) -> str:
        """The counts of the fetch, and the reason if one source alone could not be had."""
        summary = self._tally.summary if self._tally is not None else ""
        if len(self._failures) > 1:
            return f"{summary} · {self._host.key('show-references')} shows which, {self._host.key('open-card')} why"
        return f"{summary}: {self._failures[0]}" if self._failures else summary

    def _attach(self, job: FetchJob, outcome: FetchedText | Exception) -> tuple[str, str]:
        """Attach a source, or record that its address failed; return the message and its style."""
        from reader.fetching.outcomes import BudgetSpent

        host, session = self._host, self._host.session
        first, labels = job.references[0], reference_labels(host.article, job.references)
        if isinstance(outcome, Exception):
            message = error_message(outcome, job.short_name)
            self._failures.append(f"{labels} {message}")
            if job.is_remote and not isinstance(outcome, BudgetSpent):
                reason = outcome.what if isinstance(outcome, ReaderError) else message
                for reference in job.references:
                    session.record_fetch_failure(reference, job.name, reason)
            return f"{labels} {message}", "bad"
        text, source = outcome
        attached = session.attach_source(first, text)
        for reference in job.references[1:]:
            session.share_source(reference, attached)
        message = _attached_message(text, source.note, host.key("source"))
        return f"{labels} {message}", "fault" if text.extent == EMPTY else "good"

    def _show_progress(self) -> None:
        """Show the progress, unless another message is shown."""
        host, jobs = self._host, self._jobs
        if jobs is not None and host.message[0] in ("", self._last_message) and not host.pending_keys:
            self._last_message = f"{jobs.progress} · Esc stops"
            host.say(self._last_message, "hint")
            host.show_save_status()


def reference_labels(article: Article, references: Sequence[str]) -> str:
    """Return the labels of references: "[2]", "[2][5]"."""
    by_id = article.reference_by_id
    return "".join(f"[{by_id[reference].label}]" for reference in references if reference in by_id)


def source_question(reference: Reference) -> str:
    """Return the label of the question for a source."""
    return f"source of [{reference.label}]"


def _attached_message(text: SourceText, note: str, key: str) -> str:
    if text.extent == EMPTY:
        way = "Open a scan in the library first" if note else "If it is a scan, paste its text instead"
        return f"attached, but it contains no text. {way}"
    title = f" “{text.title}”" if text.title else ""
    copy = f", {text.copy_words}" if text.archived_at else ""
    part = copy + (", apparently only an abstract" if text.extent == ABSTRACT else "")
    return f"attached{title}{part} · {key} reads it{f' · {note}' if note else ''}"
