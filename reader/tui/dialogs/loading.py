"""Show the progress of opening the first article, and how to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen

from reader.errors import ScanError
from reader.tui.action import LOADING
from reader.tui.background import PROGRESS_INTERVAL, LoadingFinished, LoadingTask, TaskOutcome
from reader.tui.panes.bars import hint_line
from reader.tui.services import AppServices, StopScreen, app_of
from reader.tui.styled_line import Part, clip, clip_middle, line, meter
from reader.tui.widgets.styled_lines import PAGE_ROLES, StyledLines

if TYPE_CHECKING:
    from reader.formats.open_request import OpenRequest

LOADING_METER = 24
"""Cells of the meter."""
STOPPED_EXIT_CODE = 130
"""Exit code of an interrupted program."""


class LoadingScreen(StopScreen, Screen[None]):
    """Screen that loads the first article and then shows it, and until then the first pages of a long one, if they are there.

    Other keys than the one that stops are kept for the article.
    """

    DEFAULT_CSS = """
    LoadingScreen { background: $background; }
    #arriving { height: 1fr; background: $background; }
    """
    AUTO_FOCUS = ""

    def __init__(self, request: OpenRequest) -> None:
        super().__init__()
        self._loading_task = LoadingTask(request, self.post_message)

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        """Lay out header, progress and footer."""
        yield StyledLines(id="header")
        yield StyledLines(id="arriving", under=PAGE_ROLES)
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Start loading after the first frame."""
        self.services.memory.set_aside()
        self._progress_timer = self.set_interval(PROGRESS_INTERVAL, self._show)
        self.call_after_refresh(self._loading_task.start)

    @on(StyledLines.Resized)
    def _show(self) -> None:
        width, height = self.size
        line_width = self.services.settings.line_width
        task, left = self._loading_task, " " * max(3, (width - line_width) // 2)
        name = clip_middle(task.name, max(10, min(line_width, width - 2 * len(left)) - 10))
        bar = (*meter(task.fraction, 1, LOADING_METER), Part("  ")) if task.fraction else ()
        lines = [line(left, ("Opening ", "secondary"), (name, "b"), " …"), line(left, *bar, (task.progress, "hint"))]
        preview = [line(left, (clip(text, width - len(left)), "secondary")) for text in task.preview[:height]]
        above = 1 if preview else max(0, height // 3)
        self.query_one("#arriving", StyledLines).show([*[()] * above, *lines, (), *preview])
        hints = self.services.keymap.hints(LOADING)
        keys = [part for key, word, action in hints for part in hint_line(key, word, action)]
        self.query_one("#footer", StyledLines).show([line(" ", *keys)])

    def stop_by(self, key: events.Key) -> bool:
        """Stop and quit on the key for it; return whether it was that key."""
        is_stop = self.services.keymap.find(LOADING, (key.key,)).action is not None
        if is_stop:
            self._stop_loading()
        return is_stop

    @on(StyledLines.Clicked)
    def _stop_loading(self) -> None:
        self._loading_task.stop()
        self.services.exit(return_code=STOPPED_EXIT_CODE)

    @on(LoadingFinished)
    def _show_article(self, event: LoadingFinished) -> None:
        self._progress_timer.stop()
        if event.article is not None:
            self.services.show_first_article(event.article)
        elif isinstance(event.error, ScanError) and event.task.request.recognize is not None:
            from reader.tui.dialogs.scan import ScanQuestion

            error, fail = event.error, self.services.fail
            ScanQuestion(self.services, self.post_message, error).ask(self._recognize, lambda: fail(error), fail)
        elif event.error is not None:
            self.services.fail(event.error)

    def _recognize(self, language: str) -> None:
        self._loading_task = LoadingTask(self._loading_task.request.with_recognition(language), self.post_message)
        self._progress_timer = self.set_interval(PROGRESS_INTERVAL, self._show)
        self._loading_task.start()

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        event.apply()
