"""Choose one of a few: a menu by digits, a confirmation by keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from reader.tui.styled_line import Part, StyledLine, clip_line, clip_middle, line, width_of
from reader.tui.widgets.painted import Painted

# ------------------------------------------------------------------ nothing happens but by the key that says so

ConfirmChoice = tuple[str, str, str]
"""A key, what it does, and what the question is then answered with."""


class _ConfirmWords(Painted):
    """A line of the question."""

    UNDER = ("card", "text")


class ConfirmScreen(ModalScreen[str]):
    """Says `text` and why; gives back the answer of the choice whose key was pressed, and "" for every other key."""

    DEFAULT_CSS = """
    ConfirmScreen { align: center bottom; background: transparent; }
    ConfirmScreen > Vertical {
        width: 1fr; height: auto; background: $panel; border-top: solid $hairline; padding: 0 1;
    }
    #confirm-text, #confirm-hint { height: 1; background: $panel; }
    """

    AUTO_FOCUS = ""

    def __init__(self, text: str, why: str, choices: Sequence[ConfirmChoice]) -> None:
        super().__init__()
        self._text = text
        self._why = why
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Lay out question and keys."""
        with Vertical():
            yield _ConfirmWords(id="confirm-text")
            yield _ConfirmWords(id="confirm-hint")

    def on_mount(self) -> None:
        """Show the keys."""
        keys = [part for key, word, _ in self._choices for part in ((key, "yours b"), (f" {word}   ", "secondary"))]
        self.query_one("#confirm-hint", _ConfirmWords).show([line(*keys, ("Esc", "yours b"), (" stay", "secondary"))])

    def on_resize(self, event: events.Resize) -> None:
        """Show the question, and why it is asked as far as there is room."""
        why = clip_middle(self._why, max(10, event.size.width - 4))
        rows = [line((self._text, "bad b")), *([line((why, "secondary"))] if why else [])]
        words = self.query_one("#confirm-text", _ConfirmWords)
        words.styles.height = len(rows)
        words.show(rows)

    def on_key(self, event: events.Key) -> None:
        """Answer."""
        event.stop()
        self.dismiss(next((answer for key, _, answer in self._choices if event.character == key), ""))


# ------------------------------------------------------------------ to choose one, or to switch several on and off. Clicks

MAX_COLUMNS = 4
"""The most choices beside each other."""


class Choice(NamedTuple):
    """A choice: the key that takes it, what it is called, whether it is on."""

    key: str
    label: str
    is_on: bool


class _Words(Painted):
    """Lines of the menu."""

    UNDER = ("card", "text")


class ChoosingScreen(ModalScreen[None]):
    """Shows `title` and what there is to choose, as it is at the moment.

    `take` is told the key of what was chosen and returns whether the menu stays; `several` tells whether several can be on.
    `back` says what 0 does, "" for nothing: then it is no key of the menu. Enter and Esc close it.
    """

    DEFAULT_CSS = """
    ChoosingScreen { align: center bottom; background: transparent; }
    ChoosingScreen > Vertical {
        width: 1fr; height: auto; background: $panel; border-top: solid $hairline; padding: 0 1;
    }
    #choosing-title, #choosing-list, #choosing-hint { height: 1; background: $panel; }
    """

    AUTO_FOCUS = ""

    def __init__(
        self,
        title: str,
        choices: Callable[[], Sequence[Choice]],
        take: Callable[[str], bool],
        *,
        several: bool = False,
        back: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._take = take
        self._signs = "■□" if several else "●○"
        self._does = " switch one on or off   " if several else " choose   "
        self._leave = ("Enter", "done") if several else ("Esc", "leaves")
        self._back = back

    def compose(self) -> ComposeResult:
        """Lay out title, choices and keys."""
        with Vertical():
            yield _Words(id="choosing-title")
            yield _Words(id="choosing-list")
            yield _Words(id="choosing-hint")

    def on_resize(self, event: events.Resize) -> None:
        """Fit everything to the width."""
        self._draw(event.size.width - 2)

    def _draw(self, width: int) -> None:
        choices = self._choices()
        rows = _rows_in_columns([self._cell(choice) for choice in choices], width)
        words = self.query_one("#choosing-list", _Words)
        words.styles.height = len(rows)
        words.show(rows)
        self.query_one("#choosing-title", _Words).show([clip_line(line((self._title, "text b")), width)])
        digits = line((f"{choices[0].key}–{choices[-1].key}", "yours b"), (self._does, "secondary"))
        back = line(("0", "yours b"), (f" {self._back}   ", "secondary")) if self._back else ()
        leaves = line((self._leave[0], "yours b"), (f" {self._leave[1]}", "secondary"))
        self.query_one("#choosing-hint", _Words).show([clip_line((*digits, *back, *leaves), width)])

    def _cell(self, choice: Choice) -> StyledLine:
        target = f"choice:{choice.key}"
        sign, tone, role = (self._signs[0], "yours", "text b") if choice.is_on else (self._signs[1], "hint", "text")
        return line((choice.key, "yours b", target), (f" {sign} ", tone, target), (choice.label, role, target))

    @on(Painted.Clicked)
    def _clicked(self, event: Painted.Clicked) -> None:
        event.stop()
        self._take_choice(event.target.partition(":")[2])

    def on_key(self, event: events.Key) -> None:
        """Take a choice, or leave."""
        event.stop()
        if event.key in ("escape", "enter"):
            self.dismiss(None)
        elif event.character:
            self._take_choice(event.character)

    def _take_choice(self, key: str) -> None:
        if key not in {choice.key for choice in self._choices()} and not (self._back and key == "0"):
            return
        if self._take(key):
            self._draw(self.size.width - 2)
        else:
            self.dismiss(None)


def _rows_in_columns(cells: Sequence[StyledLine], width: int) -> list[StyledLine]:
    """Return cells in as many columns of one width as fit, read row by row."""
    wide = max(map(width_of, cells)) + 3
    most = max(1, min(MAX_COLUMNS, width // wide))
    columns = ceil(len(cells) / ceil(len(cells) / most))  # no more than it takes: no row is left with one alone
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    return [tuple(part for cell in row for part in (*cell, Part(" " * (wide - width_of(cell))))) for row in rows]
