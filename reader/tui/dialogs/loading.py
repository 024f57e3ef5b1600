"""Show the progress of opening the first article, and how to stop it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen

from reader.tui.actions import LOADING
from reader.tui.background import PROGRESS_INTERVAL, LoadingFinished, LoadingTask
from reader.tui.panes.bars import hint_parts
from reader.tui.services import AppServices, app_of
from reader.tui.styled_line import Part, clip_middle, line, meter
from reader.tui.widgets.article_view import TEXT_WIDTH
from reader.tui.widgets.styled_lines import StyledLines

if TYPE_CHECKING:
    from reader.formats.open_request import OpenRequest

LOADING_METER = 24
"""How many cells the line takes that grows."""
STOPPED_EXIT_CODE = 130
"""The exit code of a program that was interrupted."""


class _Words(StyledLines):
    """What is read, in the place where the article will be."""

    UNDER = ("page", "text")


class LoadingScreen(Screen[None]):
    """Reads an article and gives its place to it. What is typed meanwhile is for the article, but for the key that stops."""

    DEFAULT_CSS = """
    LoadingScreen { background: $background; }
    #arriving { height: 1fr; background: $background; }
    """
    AUTO_FOCUS = ""

    def __init__(self, wanted: OpenRequest) -> None:
        super().__init__()
        self._arrival = LoadingTask(wanted, self.post_message)

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        """Lay out header, words and footer."""
        yield StyledLines(id="header")
        yield _Words(id="arriving")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Begin to read once the screen stands."""
        gc.freeze()
        gc.enable()  # it was off for a quick start
        self._ticking = self.set_interval(PROGRESS_INTERVAL, self._show)
        self.call_after_refresh(self._arrival.start)

    @on(StyledLines.Resized)
    def _show(self) -> None:
        width, height = self.size
        left = " " * max(3, (width - TEXT_WIDTH) // 2)
        name = clip_middle(self._arrival.name, max(10, min(TEXT_WIDTH, width - 2 * len(left)) - 10))
        bar = (*meter(self._arrival.fraction, 1, LOADING_METER), Part("  ")) if self._arrival.fraction else ()
        words = [line(left, ("opening ", "secondary"), (name, "b"), " …"), line(left, *bar, (self._arrival.progress, "hint"))]
        self.query_one("#arriving", _Words).show([*[()] * max(0, height // 3), *words])
        hints = self.services.keymap.hints(LOADING)
        keys = [part for key, word, action in hints for part in hint_parts(key, word, action)]
        self.query_one("#footer", StyledLines).show([line(" ", *keys)])

    def take_key(self, key: events.Key) -> bool:
        """Stop when the key asks for it; return whether it did."""
        stops = self.services.keymap.find(LOADING, (key.key,)).action is not None
        if stops:
            self._arrival.stop()
            self.services.exit(return_code=STOPPED_EXIT_CODE)
        return stops

    @on(StyledLines.Clicked)
    def _clicked(self) -> None:
        self._arrival.stop()
        self.services.exit(return_code=STOPPED_EXIT_CODE)

    @on(LoadingFinished)
    def _arrived(self, event: LoadingFinished) -> None:
        self._ticking.stop()
        if event.article is not None:
            self.services.show_first_article(event.article)
        elif event.error is not None:
            self.services.fail(event.error)
