"""Dialogs: a panel at the bottom of the screen, with lines above and below a field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from reader.tui.panes.bars import panel_key_lines
from reader.tui.services import ClosingScreen, EndListener, FieldFull
from reader.tui.styled_line import StyledLine, clip_line, line
from reader.tui.widgets.styled_lines import CARD_ROLES, StyledLines

Result = TypeVar("Result")
"""Type of the value that a dialog returns."""


class DialogLines(StyledLines):
    """Lines as high as their number."""

    UNDER = CARD_ROLES

    def fill(self, lines: Sequence[StyledLine]) -> None:
        """Show lines and adopt their height."""
        self.styles.height = len(lines)
        self.show(lines)


class ListLines(DialogLines):
    """List with one line for each entry."""

    WHOLE_LINES = True


class Dialog(EndListener, ModalScreen[Result], ClosingScreen[Result]):
    """Panel at the bottom of the screen with `lines`, the widgets of a subclass, and a `hint` with the keys."""

    DEFAULT_CSS = """
    Dialog { align: center bottom; background: transparent; }
    Dialog > Vertical { width: 1fr; height: auto; background: $panel; border-top: solid $hairline; padding: 0 1; }
    Dialog Input { border: none; height: 1; padding: 0 1; background: $panel; }
    Dialog Input:focus { border: none; }
    Dialog DialogLines { height: 1; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines = DialogLines()
        self.hint = DialogLines()
        self._keys: Sequence[StyledLine] = ()
        self._has_refused = False

    def body(self) -> Sequence[Widget]:
        """Return the widgets of the panel above the hint."""
        return (self.lines,)

    def compose(self) -> ComposeResult:
        """Lay out the panel."""
        with Vertical():
            yield from (*self.body(), self.hint)

    def keep_draft(self) -> None:
        """Keep what is typed, to offer it again; a dialog without a field for texts keeps nothing."""

    def keep_progress(self) -> None:
        """Keep what is typed, as the program is ended from outside."""
        self.keep_draft()

    def show_keys(self, *keys: tuple[str, str]) -> None:
        """Show keys, each with a verb, in as many lines as they need."""
        self._keys = panel_key_lines(keys, max(10, self.size.width - 2))
        self.hint.fill(self._keys)

    @on(FieldFull)
    def _handle_full(self, event: FieldFull) -> None:
        event.stop()
        self._has_refused = True
        self.hint.fill([clip_line(line((event.text, event.tone)), max(10, self.size.width - 2)), *self._keys])

    @on(Input.Changed)
    def drop_refusal(self) -> None:
        """Say no longer that a field is full: it was changed."""
        if self._has_refused:
            self._has_refused = False
            self.hint.fill(self._keys)


class PickDialog(Dialog[Result]):
    """Field above a list. Typing narrows the list, up and down choose an entry, Enter or a click picks it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = ListLines()
        self.index = 0

    def search(self, words: str) -> None:
        """Find the entries that match the words in the field."""
        raise NotImplementedError

    def rows(self) -> list[StyledLine]:
        """Return a line for each entry."""
        raise NotImplementedError

    def pick(self, number: int) -> None:
        """Pick the entry with this number, if there is one."""
        raise NotImplementedError

    def empty_line(self) -> StyledLine:
        """Return the line that an empty list shows."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """List the likeliest entries and focus the field."""
        field = self.query_one(Input)
        self._narrow(field.value)
        field.focus()

    def on_resize(self) -> None:
        """Draw the list at the new width."""
        self.draw()

    def draw(self) -> None:
        """Show the list."""
        self.lines.fill(self.rows() or [self.empty_line()])

    def _narrow(self, words: str) -> None:
        self.search(words)
        self.index = 0
        self.draw()

    @on(Input.Changed)
    def _handle_change(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def submit(self) -> None:
        """Pick the current entry."""
        self.pick(self.index)

    @on(Input.Submitted)
    def _handle_submit(self) -> None:
        self.submit()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        self.pick(int(event.target.partition(":")[2]))

    def on_key(self, event: events.Key) -> None:
        """Close the dialog or step through the list."""
        if event.key == "escape":
            event.stop()
            self.keep_draft()
            self.dismiss()
        elif event.key in ("down", "up"):
            event.stop()
            self.index = (self.index + (1 if event.key == "down" else -1)) % max(1, len(self.rows()))
            self.draw()
