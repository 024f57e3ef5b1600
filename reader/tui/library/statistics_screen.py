"""The screen of the library in numbers."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult

from reader.tui.action import STATISTICS
from reader.tui.background import TaskOutcome, error_message, run_in_background
from reader.tui.keymap import KeyReader, typed_key
from reader.tui.panes.bars import footer_lines
from reader.tui.panes.statistics import statistics_header, statistics_lines
from reader.tui.services import KeyScreen, app_of
from reader.tui.styled_line import line
from reader.tui.widgets.styled_lines import PAGE_ROLES, NoticeBar, StyledLines

if TYPE_CHECKING:
    from reader.library.statistics import LibraryStatistics

_SOURCES = 20
"""The most used sources that are named."""


class _Page(StyledLines, can_focus=True):
    UNDER = PAGE_ROLES


class StatisticsScreen(KeyScreen):
    """Screen of coverage, judgements, work and sources of the whole library."""

    DEFAULT_CSS = """
    StatisticsScreen { background: $background; }
    #statistics { height: 1fr; margin-top: 1; background: $background; }
    """
    AUTO_FOCUS = "#statistics"

    def __init__(self) -> None:
        super().__init__()
        self._statistics: LibraryStatistics | Exception | None = None
        self._top = 0

    def compose(self) -> ComposeResult:
        """Lay out header, page and footer."""
        yield StyledLines(id="header")
        yield _Page(id="statistics")
        yield NoticeBar(id="notice")
        yield StyledLines(id="footer")

    def on_screen_resume(self) -> None:
        """Add up the library on a thread."""
        services = app_of(self)
        open_library, scale = services.open_library, services.settings.scale

        def work() -> LibraryStatistics:
            from reader.formats.article_cache import open_document
            from reader.library.statistics import library_statistics

            return library_statistics(open_library(), open_document, scale, _SOURCES)

        run_in_background(self.post_message, work, self._take)
        self._show()

    def _take(self, outcome: LibraryStatistics | Exception) -> None:
        self._statistics = outcome
        self._show()

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        if self.is_mounted:
            event.apply()

    @on(StyledLines.Resized)
    def _show(self) -> None:
        services, width, statistics = app_of(self), self.size.width, self._statistics
        if statistics is None:
            header, rows = statistics_header(None, width), [line(" ", ("Adding up …", "secondary"))]
        elif isinstance(statistics, Exception):
            header, rows = statistics_header(None, width), [line(" ", (error_message(statistics, "The library"), "bad"))]
        else:
            header = statistics_header(statistics.sums, width)
            rows = statistics_lines(statistics.sums, statistics.names, services.settings.scale, width, date.today())
        page = self.query_one("#statistics", StyledLines)
        self._top = max(0, min(self._top, len(rows) - page.size.height))
        self.query_one("#header", StyledLines).show([header])
        page.show(rows[self._top :])
        lines = footer_lines(services.keymap.hints(STATISTICS), services.save_status, width)
        self.query_one(NoticeBar).show_notice(lines[:-1])
        self.query_one("#footer", StyledLines).show(lines[-1:])

    # ------------------------------------------------------------------ keys

    @cached_property
    def _keys(self) -> KeyReader:
        return KeyReader(app_of(self).keymap)

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return (STATISTICS,)

    def take_key(self, event: events.Key) -> bool:
        """Run the action of a key."""
        match = self._keys.press(STATISTICS, typed_key(event))
        if match.action is not None:
            self.do(match.action.id)
        return True

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        self.do(event.target.partition(":")[2])

    def on_mouse_scroll_down(self) -> None:
        """Scroll down."""
        self.do("statistics-down")

    def on_mouse_scroll_up(self) -> None:
        """Scroll up."""
        self.do("statistics-up")

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id."""
        services = app_of(self)
        page = max(1, self.query_one("#statistics").size.height - 1)
        steps = {"statistics-down": 1, "statistics-up": -1, "statistics-page-down": page, "statistics-page-up": -page}
        if action_id in steps:
            self._top += steps[action_id]
            self._show()
        elif action_id == "statistics-help":
            services.show_help(STATISTICS)
        elif action_id == "statistics-palette":
            services.action_command_palette()
        elif action_id == "statistics-quit":
            services.leave()
        else:
            self.dismiss()
