"""Show the keys of every place, the current one first, and find one by its key or by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input

from reader.tui.dialogs.dialog import DialogLines
from reader.tui.panes.bars import panel_key_lines
from reader.tui.panes.help_lines import PLACES, help_legend, match_lines, place_lines, tab_line, tab_rule
from reader.tui.services import ClosingScreen, FieldFull
from reader.tui.styled_line import StyledLine, line, width_of
from reader.tui.widgets.prompt_bar import LineField
from reader.tui.widgets.styled_lines import StyledLines

if TYPE_CHECKING:
    from reader.review.scale import Scale
    from reader.tui.keymap import KeyMap

_MAX_WIDTH = 116
_FIELD_ROOM = 24
"""Cells that the keys leave to the field."""
_LEGEND_HEIGHT = 20
"""The rows of a window from which on there is room for the legend."""


class HelpScreen(ModalScreen[None], ClosingScreen[None]):
    """Screen of all keys. Typing searches, Tab shows the next place; Escape, Enter, F1 and a second ? close it."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $veil 58%; }
    HelpScreen > Vertical { width: 100%; max-width: 116; height: 90%; background: $panel; padding: 0 2; }
    #help-bar { height: 1; background: $raised; margin-bottom: 1; }
    HelpScreen Input { border: none; height: 1; width: 1fr; padding: 0; background: $raised; }
    HelpScreen Input:focus { border: none; background-tint: $foreground 0%; }
    #help-keys { height: 1; width: auto; background: $raised; }
    HelpScreen VerticalScroll { height: 1fr; background: $panel; scrollbar-size-vertical: 1; }
    HelpScreen DialogLines { height: auto; background: $panel; }
    #help-tabs { margin-bottom: 1; }
    #help-legend { margin-top: 1; }
    """

    def __init__(self, keymap: KeyMap, place: str, scale: Scale) -> None:
        super().__init__()
        self._keymap = keymap
        self._here = self._place = place
        self._scale = scale
        self._keys = StyledLines(id="help-keys", under=("raised", "text"))
        self._tabs = DialogLines(id="help-tabs")
        self._text = DialogLines(id="help-text")
        self._legend = DialogLines(id="help-legend")

    def compose(self) -> ComposeResult:
        """Lay out the field, the places, the keys and the legend."""
        with Vertical():
            with Horizontal(id="help-bar"):
                yield LineField(placeholder="find a key or a word", id="help-field")
                yield self._keys
            yield self._tabs
            with VerticalScroll(can_focus=False):
                yield self._text
            yield self._legend

    def on_resize(self) -> None:
        """Show the help at the new size."""
        self._draw()

    @on(Input.Changed)
    def _handle_change(self, event: Input.Changed) -> None:
        if event.value == "?":
            self.dismiss()
            return
        self._draw()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    @on(FieldFull)
    def _handle_full(self, event: FieldFull) -> None:
        event.stop()
        self._show_bar(line((event.text, event.tone)))

    @on(Input.Submitted)
    def _leave(self) -> None:
        self.dismiss()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        self._go_to(event.target.partition(":")[2])

    def _draw(self) -> None:
        width = max(20, min(_MAX_WIDTH, self.size.width) - 5)
        query = self.query_one(Input).value
        keys = panel_key_lines((("Esc", "leaves"), ("Tab", "next place"), ("↑↓", "scroll")), max(12, width - _FIELD_ROOM))[0]
        self._show_bar(keys)
        tabs = tab_line(self._place, width)
        self._tabs.fill([tabs, tab_rule(tabs, width)])
        self._text.fill(
            match_lines(self._keymap, query, self._place, width)
            if query.strip()
            else place_lines(self._keymap, self._place, width)
        )
        self._legend.fill(help_legend(self._scale, self._here, width) if self.size.height >= _LEGEND_HEIGHT else [])

    def _show_bar(self, parts: StyledLine) -> None:
        """Show keys or a message beside the field."""
        self._keys.styles.width = width_of(parts)
        self._keys.show([parts])

    def _go_to(self, place: str) -> None:
        self._place = place
        self.query_one(Input).value = ""
        self._draw()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_key(self, event: events.Key) -> None:
        """Close the help, scroll, or show another place."""
        scroll = self.query_one(VerticalScroll)
        if event.key in ("escape", "f1"):
            self.dismiss()
        elif event.key in ("tab", "shift+tab"):
            names = list(PLACES)
            self._go_to(names[(names.index(self._place) + (1 if event.key == "tab" else -1)) % len(names)])
        elif event.key in ("down", "up"):
            scroll.scroll_relative(y=1 if event.key == "down" else -1, animate=False)
        elif event.key == "pagedown":
            scroll.scroll_page_down(animate=False)
        elif event.key == "pageup":
            scroll.scroll_page_up(animate=False)
        else:
            return
        event.stop()
        event.prevent_default()
