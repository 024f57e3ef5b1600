"""The sources of one reading screen: opened over it, asked for, brought from files and addresses, attached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from reader.article.model import Reference
from reader.errors import ReaderError
from reader.review.model import ABSTRACT, EMPTY, SourceText
from reader.tui.background import PROGRESS_INTERVAL, error_message, run_in_background

if TYPE_CHECKING:
    from textual.timer import Timer

    from reader.tui.cues import NearestPassages, ReadSource, ReadSources
    from reader.tui.reading.fetch_jobs import FetchJob, FetchJobs
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.source.screen import SourcePair, SourceScreen

Callback = Callable[[], None]
"""What to do once all is brought."""


class SourceManager:
    """Opens and brings sources for a reading screen.

    While `opening`, the text of a source is being read for the source screen, and keys wait for that.
    """

    def __init__(self, screen: ReadingScreen) -> None:
        self._blind: bool | None = None
        self._screen = screen
        self.is_opening = False
        self._jobs: FetchJobs | None = None
        self._counts: Counter[str] = Counter()
        self._first_failure = ""
        self._timer: Timer | None = None
        self._last_message = ""

    @property
    def blind(self) -> bool:
        """Whether passages stay hidden until a pair has a verdict: as the person said last, else as the settings say."""
        return self._screen.services.settings.blind if self._blind is None else self._blind

    def set_blind(self, blind: bool) -> None:
        """Hide passages until a pair has a verdict from now on, or show them."""
        self._blind = blind

    @cached_property
    def nearest(self) -> NearestPassages:
        """What finds the passages that the queue shows; made when the first are looked for."""
        from reader.tui.cues import NearestPassages

        screen = self._screen
        return NearestPassages(screen.post_message, screen.services.open_library, self._sources, screen.show)

    @cached_property
    def _sources(self) -> ReadSources:
        """The texts that were read last, for the queue and the source screen alike."""
        from reader.tui.cues import ReadSources

        return ReadSources()

    # ------------------------------------------------------------------ opening

    def open(self, pair: SourcePair, text: SourceText) -> None:
        """Read a text of a source on a thread, then show it over the screen, or in the place of the one that is shown."""
        screen, read = self._screen, self._sources
        self.is_opening = True
        self._say("opening the source …", "hint")

        def taken(outcome: ReadSource | Exception) -> None:
            self.is_opening = False
            if isinstance(outcome, Exception):
                screen.services.type_ahead.forget()  # they were meant for the source
                self._say(error_message(outcome, "the source"), "bad")
            else:
                self._show(pair, outcome)
            screen.services.take_waiting_keys()

        run_in_background(screen.post_message, lambda: read.read(screen.services.open_library(), text), taken)

    def _show(self, pair: SourcePair, read: ReadSource) -> None:
        from reader.tui.source.screen import SourceScreen

        screen = self._screen
        shown = self._source_screen()
        if screen.services.screen not in (screen, shown):
            return  # the person went elsewhere meanwhile

        def back(_: object) -> None:
            screen.show()

        if shown is not None:
            shown.dismiss()
        screen.message = ("", "text")
        screen.services.push_screen(SourceScreen(pair, read, screen), back)

    def _source_screen(self) -> SourceScreen | None:
        from reader.tui.source.screen import SourceScreen

        top = self._screen.services.screen
        return top if isinstance(top, SourceScreen) and top.reading is self._screen else None

    # ------------------------------------------------------------------ bringing

    @property
    def is_fetching(self) -> bool:
        """Whether something is being read or fetched."""
        return self._jobs is not None

    def fetch(self, jobs: Sequence[FetchJob], then: Callback | None = None) -> None:
        """Read or fetch texts one after the other and attach each; `then` is called after one that came."""
        from reader.tui.reading.fetch_jobs import FetchJobs

        screen, many = self._screen, len(jobs) > 1

        def came(job: FetchJob, outcome: SourceText | Exception) -> None:
            said, tone = self._attach(job, outcome)
            if not many:
                self._last_message = ""
                self._say(said, tone)

        def done() -> None:
            came = self._counts
            self._end()
            if many:
                self._say(_fetch_summary(came, self._first_failure), "fault" if came["failed"] else "good")
            elif then is not None and came["came"]:
                then()

        self._counts.clear()
        self._first_failure = ""
        self._jobs = FetchJobs(jobs, screen.post_message, came, done)
        self._jobs.start(screen.services.open_library, private=screen.services.private)
        self._timer = screen.set_interval(PROGRESS_INTERVAL, self._show_progress)
        self._show_progress()

    def stop(self) -> str:
        """Bring nothing more; return what to say of what came until now, "" when nothing was under way."""
        if self._jobs is None:
            return ""
        self._jobs.stop()
        came = self._counts
        self._end()
        return f"stopped: {_fetch_summary(came, self._first_failure)}"

    def _end(self) -> None:
        self._jobs, self._counts = None, Counter()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _attach(self, job: FetchJob, outcome: SourceText | Exception) -> tuple[str, str]:
        """Attach what came, or note that an address could not be reached; return what to say, and its role."""
        screen, session = self._screen, self._screen.state.open_session
        first, labels = job.references[0], reference_labels(screen, job.references)
        if isinstance(outcome, Exception):
            self._counts["failed"] += 1
            said = error_message(outcome, job.short_name)
            self._first_failure = self._first_failure or f"{labels} {said}"
            if job.is_remote:
                why = outcome.what if isinstance(outcome, ReaderError) else said
                for reference in job.references:
                    session.record_fetch_failure(reference, job.name, why)
            return f"{labels} {said}", "bad"
        self._counts["came"] += 1
        source = session.attach_source(first, outcome)
        for reference in job.references[1:]:
            session.share_source(reference, source)
        return f"{labels} {_attached_message(outcome, screen.key('source'))}", "fault" if outcome.extent == EMPTY else "good"

    def _show_progress(self) -> None:
        """Say how far it is, unless the person is being told something else."""
        screen, bringing = self._screen, self._jobs
        if bringing is not None and screen.message[0] in ("", self._last_message) and not screen.pending_keys:
            self._last_message = f"{bringing.progress} · Esc stops"
            screen.say(self._last_message, "hint")
            screen.show_save_status()

    def _say(self, text: str, tone: str) -> None:
        """Say something where the person is."""
        shown = self._source_screen()
        (shown or self._screen).show_message(text, tone)


def reference_labels(screen: ReadingScreen, references: Sequence[str]) -> str:
    """Return what people call references: "[2]", "[2][5]"."""
    known = screen.article.reference_by_id
    return "".join(f"[{known[reference].label}]" for reference in references if reference in known)


def source_question(reference: Reference) -> str:
    """Return what the question for a source is called."""
    return f"source of [{reference.label}]"


def _attached_message(text: SourceText, key: str) -> str:
    if text.extent == EMPTY:
        return "is there, but no text is in it: a scan? a pasted text can take its place"
    title = f" “{text.title}”" if text.title else ""
    part = ", only an abstract as it looks" if text.extent == ABSTRACT else ""
    return f"attached{title}{part} · {key} reads it"


def _fetch_summary(came: Counter[str], failed: str) -> str:
    fetched, missed = came["came"], came["failed"]
    if not missed:
        return f"{fetched} fetched"
    return f"{fetched} fetched, {missed} could not be reached" + (f": {failed}" if missed == 1 else "")
