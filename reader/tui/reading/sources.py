"""The sources of one reading screen: opened over it, asked for, brought from files and addresses, attached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from reader.article.model import Reference
from reader.errors import ReaderError
from reader.review.model import ABSTRACT, EMPTY, SourceText
from reader.tui.background import LOOK, run_in_background, said_of

if TYPE_CHECKING:
    from textual.timer import Timer

    from reader.tui.cues import NearestPassages, ReadSource, ReadSources
    from reader.tui.reading.fetch_jobs import FetchJobs, Job
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.source.screen import Pair, SourceScreen

Then = Callable[[], None]
"""What to do once all is brought."""


class SourceManager:
    """Opens and brings sources for a reading screen.

    While `opening`, the text of a source is being read for the source screen, and keys wait for that.
    """

    def __init__(self, screen: ReadingScreen) -> None:
        self._blind: bool | None = None
        self._screen = screen
        self.opening = False
        self._bringing: FetchJobs | None = None
        self._came: Counter[str] = Counter()
        self._failed = ""
        self._timer: Timer | None = None
        self._said = ""

    @property
    def blind(self) -> bool:
        """Whether passages stay hidden until a pair has a verdict: as the person said last, else as the settings say."""
        return self._screen.reader.settings.blind if self._blind is None else self._blind

    def set_blind(self, blind: bool) -> None:
        """Hide passages until a pair has a verdict from now on, or show them."""
        self._blind = blind

    @cached_property
    def closer(self) -> NearestPassages:
        """What finds the passages that the queue shows; made when the first are looked for."""
        from reader.tui.cues import NearestPassages

        screen = self._screen
        return NearestPassages(screen.post_message, screen.reader.open_library, self._sources, screen.show)

    @cached_property
    def _sources(self) -> ReadSources:
        """The texts that were read last, for the queue and the source screen alike."""
        from reader.tui.cues import ReadSources

        return ReadSources()

    # ------------------------------------------------------------------ opening

    def open(self, pair: Pair, text: SourceText) -> None:
        """Read a text of a source on a thread, then show it over the screen, or in the place of the one that is shown."""
        screen, read = self._screen, self._sources
        self.opening = True
        self._say("opening the source …", "hint")

        def taken(outcome: ReadSource | Exception) -> None:
            self.opening = False
            if isinstance(outcome, Exception):
                screen.reader.typed.forget()  # they were meant for the source
                self._say(said_of(outcome, "the source"), "bad")
            else:
                self._show(pair, outcome)
            screen.reader.take_waiting_keys()

        run_in_background(screen.post_message, lambda: read.read(screen.reader.open_library(), text), taken)

    def _show(self, pair: Pair, read: ReadSource) -> None:
        from reader.tui.source.screen import SourceScreen

        screen = self._screen
        shown = self._shown()
        if screen.reader.screen not in (screen, shown):
            return  # the person went elsewhere meanwhile

        def back(_: object) -> None:
            screen.show()

        if shown is not None:
            shown.dismiss()
        screen.message = ("", "text")
        screen.reader.push_screen(SourceScreen(pair, read, screen), back)

    def _shown(self) -> SourceScreen | None:
        from reader.tui.source.screen import SourceScreen

        top = self._screen.reader.screen
        return top if isinstance(top, SourceScreen) and top.reading is self._screen else None

    # ------------------------------------------------------------------ bringing

    @property
    def is_bringing(self) -> bool:
        """Whether something is being read or fetched."""
        return self._bringing is not None

    def bring(self, jobs: Sequence[Job], then: Then | None = None) -> None:
        """Read or fetch texts one after the other and attach each; `then` is called after one that came."""
        from reader.tui.reading.fetch_jobs import FetchJobs

        screen, many = self._screen, len(jobs) > 1

        def came(job: Job, outcome: SourceText | Exception) -> None:
            said, tone = self._take(job, outcome)
            if not many:
                self._said = ""
                self._say(said, tone)

        def done() -> None:
            came = self._came
            self._end()
            if many:
                self._say(_summary(came, self._failed), "fault" if came["failed"] else "good")
            elif then is not None and came["came"]:
                then()

        self._came.clear()
        self._failed = ""
        self._bringing = FetchJobs(jobs, screen.post_message, came, done)
        self._bringing.start(screen.reader.open_library, private=screen.reader.private)
        self._timer = screen.set_interval(LOOK, self._tell)
        self._tell()

    def stop(self) -> str:
        """Bring nothing more; return what to say of what came until now, "" when nothing was under way."""
        if self._bringing is None:
            return ""
        self._bringing.stop()
        came = self._came
        self._end()
        return f"stopped: {_summary(came, self._failed)}"

    def _end(self) -> None:
        self._bringing, self._came = None, Counter()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _take(self, job: Job, outcome: SourceText | Exception) -> tuple[str, str]:
        """Attach what came, or note that an address could not be reached; return what to say, and its role."""
        screen, session = self._screen, self._screen.desk.opened
        first, labels = job.references[0], labels_of(screen, job.references)
        if isinstance(outcome, Exception):
            self._came["failed"] += 1
            said = said_of(outcome, job.short)
            self._failed = self._failed or f"{labels} {said}"
            if job.is_fetched:
                why = outcome.what if isinstance(outcome, ReaderError) else said
                for reference in job.references:
                    session.record_fetch_failure(reference, job.name, why)
            return f"{labels} {said}", "bad"
        self._came["came"] += 1
        source = session.attach_source(first, outcome)
        for reference in job.references[1:]:
            session.share_source(reference, source)
        return f"{labels} {_told(outcome, screen.key('source'))}", "fault" if outcome.extent == EMPTY else "good"

    def _tell(self) -> None:
        """Say how far it is, unless the person is being told something else."""
        screen, bringing = self._screen, self._bringing
        if bringing is not None and screen.message[0] in ("", self._said) and not screen.pending:
            self._said = f"{bringing.progress} · Esc stops"
            screen.say(self._said, "hint")
            screen.show_state()

    def _say(self, text: str, tone: str) -> None:
        """Say something where the person is."""
        shown = self._shown()
        (shown or self._screen).told(text, tone)


def labels_of(screen: ReadingScreen, references: Sequence[str]) -> str:
    """Return what people call references: "[2]", "[2][5]"."""
    known = screen.article.reference_by_id
    return "".join(f"[{known[reference].label}]" for reference in references if reference in known)


def source_name(reference: Reference) -> str:
    """Return what the question for a source is called."""
    return f"source of [{reference.label}]"


def _told(text: SourceText, key: str) -> str:
    if text.extent == EMPTY:
        return "is there, but no text is in it: a scan? a pasted text can take its place"
    title = f" “{text.title}”" if text.title else ""
    part = ", only an abstract as it looks" if text.extent == ABSTRACT else ""
    return f"attached{title}{part} · {key} reads it"


def _summary(came: Counter[str], failed: str) -> str:
    fetched, missed = came["came"], came["failed"]
    if not missed:
        return f"{fetched} fetched"
    return f"{fetched} fetched, {missed} could not be reached" + (f": {failed}" if missed == 1 else "")
