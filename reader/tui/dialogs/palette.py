"""The command palette: every action with its keys, found by letters of its words; Enter does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from reader.tui.panes.bars import panel_key_lines
from reader.tui.panes.palette_lines import PaletteEntry, PaletteRow, palette_line, palette_rows
from reader.tui.services import ClosingScreen, FieldFull, app_of
from reader.tui.styled_line import StyledLine, line, width_of
from reader.tui.widgets.prompt_bar import LineField
from reader.tui.widgets.styled_lines import CARD_ROLES, StyledLines

_MAX_WIDTH: Final = 92
_TALL: Final = 30
"""The rows of a window from which on two stay free above and below the panel, else one."""
_FIXED_ROWS: Final = 5
"""Rows of the panel that list no actions."""


class _PaletteLines(StyledLines):
    """The rows, a click anywhere on one chooses it."""

    UNDER = CARD_ROLES
    WHOLE_LINES = True


class PaletteScreen(ModalScreen[str], ClosingScreen[str]):
    """Panel of actions. It returns the id of the chosen one, None when it is left. `used` are the ids of those used last."""

    DEFAULT_CSS = """
    PaletteScreen { align: center top; background: $veil 58%; }
    PaletteScreen > Vertical { background: $panel; }
    #palette-bar { height: 1; background: $raised; }
    #palette-field { border: none; height: 1; width: 1fr; padding: 0 2; background: $raised; }
    #palette-field:focus { border: none; background-tint: $foreground 0%; }
    #palette-count { height: 1; width: auto; background: $raised; }
    #palette-rows { height: 1fr; margin-top: 1; background: $panel; }
    #palette-keys { height: 3; background: $panel; }
    """

    def __init__(self, entries: Sequence[PaletteEntry], used: Sequence[str]) -> None:
        super().__init__()
        self._entries = entries
        self._used = used
        self._rows: list[PaletteRow] = []
        self._index = -1
        self._first = 0
        self._list = _PaletteLines(id="palette-rows")
        self._count = StyledLines(id="palette-count", under=("raised", "text"))
        self._keys = StyledLines(id="palette-keys", under=CARD_ROLES)

    def compose(self) -> ComposeResult:
        """Lay out the field, the actions and the keys."""
        with Vertical():
            with Horizontal(id="palette-bar"):
                yield LineField(placeholder="find a command by its words or its key", id="palette-field")
                yield self._count
            yield self._list
            yield self._keys

    def on_mount(self) -> None:
        """List all actions."""
        self._find("")

    def on_resize(self) -> None:
        """Fit the panel to the window."""
        width, height = app_of(self).size
        panel, margin = self.query_one(Vertical), 2 if height >= _TALL else 1
        panel.styles.width = min(_MAX_WIDTH, width)
        panel.styles.height = max(_FIXED_ROWS + 1, height - 2 * margin)
        panel.styles.margin = (min(margin, max(0, height - _FIXED_ROWS - 1)), 0)

    @on(StyledLines.Resized)
    def _handle_resize(self) -> None:
        self._draw()

    @on(Input.Changed)
    def _handle_change(self, event: Input.Changed) -> None:
        event.stop()
        self._find(event.value)

    def _find(self, query: str) -> None:
        self._rows, self._index, count = palette_rows(self._entries, query, self._used)
        self._first = 0
        total = len(self._entries)
        number, of = (f"{count}", f" of {total}") if query.strip() else (f"{total}", "")
        parts = line((number, "text"), (f"{of} commands  ", "quote"))
        self._count.styles.width = width_of(parts)
        self._count.show([parts])
        self._say_keys()
        self._draw()

    def _say_keys(self) -> None:
        keys = (("Enter", "does it"), ("↑↓", "choose"), ("Esc", "leaves"))
        self._show_foot(line("  ", *panel_key_lines(keys, _MAX_WIDTH)[0]))

    def _show_foot(self, parts: StyledLine) -> None:
        width = max(0, min(_MAX_WIDTH, app_of(self).size.width) - 4)
        self._keys.show([line("  ", ("─" * width, "hairline")), parts])

    def _draw(self) -> None:
        """Show the rows around the current one, with the heading above it."""
        width, height = self._list.size.width, self._list.size.height
        if not height:
            return
        if not self._rows:
            self._list.show([line("  ", ("No command has these letters", "secondary"))])
            return
        heading = self._index
        while heading > 0 and self._rows[heading - 1].entry is not None:
            heading -= 1
        top = max(0, heading - 1) if self._index - heading < height - 1 else self._index
        if self._index >= self._first + height:
            self._first = self._index - height + 1
        self._first = max(0, min(self._first, top))
        shown = range(self._first, min(len(self._rows), self._first + height))
        lines = [palette_line(self._rows[n], n, width, is_current=n == self._index, is_first=n == self._first) for n in shown]
        self._list.show(lines, [("raised", "text") if n == self._index else CARD_ROLES for n in shown])

    # ------------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        """Leave, or go to another action."""
        steps = {"down": 1, "up": -1, "pagedown": self._list.size.height - 1, "pageup": 1 - self._list.size.height}
        if event.key in ("escape", "ctrl+p"):
            self.dismiss()
        elif event.key in steps:
            self._step(steps[event.key])
        else:
            return
        event.stop()
        event.prevent_default()

    def _step(self, by: int) -> None:
        """Go on by so many rows, to the nearest action there; one beyond the last is the first."""
        numbers = [n for n, row in enumerate(self._rows) if row.entry is not None]
        if not numbers:
            return
        at = numbers.index(self._index) if self._index in numbers else 0
        if abs(by) == 1:
            self._index = numbers[(at + by) % len(numbers)]
        else:
            self._index = numbers[max(0, min(len(numbers) - 1, at + by))]
        self._say_keys()
        self._draw()

    @on(FieldFull)
    def _handle_full(self, event: FieldFull) -> None:
        event.stop()
        self._show_foot(line("  ", (event.text, event.tone)))

    @on(Input.Submitted)
    def _handle_submit(self, event: Input.Submitted) -> None:
        event.stop()
        self._choose(self._index)

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        self._choose(int(event.target.partition(":")[2]))

    def _choose(self, number: int) -> None:
        """Return an action, unless it acts elsewhere only."""
        entry = self._rows[number].entry if 0 <= number < len(self._rows) else None
        if entry is None:
            return
        if entry.place:
            self._show_foot(line("  ", (f"{entry.action.title}: {entry.place}", "fault")))
        else:
            self.dismiss(entry.action.id)
