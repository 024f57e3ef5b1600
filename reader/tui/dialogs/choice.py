"""Choose one of a few: a confirmation by keys, a menu by digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple

from textual import events, on

from reader.tui.dialogs.dialog import Dialog
from reader.tui.styled_line import Part, StyledLine, clip_line, clip_middle, line, width_of
from reader.tui.widgets.styled_lines import StyledLines

# ------------------------------------------------------------------ confirmation

ConfirmChoice = tuple[str, str, str]
"""A key, the word for its choice, and the answer that it gives."""


class ConfirmScreen(Dialog[str]):
    """Dialog with a question, its reason and choices. It returns the answer of the pressed key, "" for any other key."""

    AUTO_FOCUS = ""

    def __init__(self, text: str, why: str, choices: Sequence[ConfirmChoice]) -> None:
        super().__init__()
        self._text = text
        self._why = why
        self._choices = choices

    def on_resize(self, event: events.Resize) -> None:
        """Fit question, reason and keys to the width."""
        why = clip_middle(self._why, max(10, event.size.width - 4))
        self.lines.fill([line((self._text, "bad b")), *([line((why, "secondary"))] if why else [])])
        self.show_keys(*((key, word) for key, word, _ in self._choices), ("Esc", "stays"))

    def on_key(self, event: events.Key) -> None:
        """Return the answer of a key."""
        event.stop()
        self.dismiss(next((answer for key, _, answer in self._choices if event.character == key), ""))


# ------------------------------------------------------------------ menu

MAX_COLUMNS = 4
"""Most columns of choices."""


class Choice(NamedTuple):
    """Choice of a menu: its key, its label, whether it is on."""

    key: str
    label: str
    is_on: bool


class ChoiceScreen(Dialog[bool]):
    """Menu of choices, which `choices` returns anew after each change.

    `take` gets the key of a choice and returns whether the menu stays open. `several` is set if several choices can be on.
    `back` is the word for the key 0, "" if the menu does not use it; `verb` says what Enter does, which takes what is chosen
    already. Enter and Esc close the menu; it returns whether by Enter.
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
        verb: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._take = take
        self._several = several
        self._back = back
        self._verb = verb

    def on_resize(self) -> None:
        """Draw the menu at the new width."""
        self._draw()

    def _draw(self) -> None:
        choices, width = self._choices(), max(10, self.size.width - 2)
        title = clip_line(line((self._title, "text b")), width)
        self.lines.fill([title, *_rows_in_columns([self._cell(choice) for choice in choices], width)])
        digits = (f"{choices[0].key}–{choices[-1].key}", "switch on or off" if self._several else "choose")
        back = [("0", self._back)] if self._back else []
        has_one = any(choice.is_on for choice in choices)
        verb = self._verb or ("keeps them" if self._several else "keeps it" if has_one else "closes")
        self.show_keys(digits, *back, ("Enter", verb), ("Esc", "cancels"))

    def _cell(self, choice: Choice) -> StyledLine:
        target = f"choice:{choice.key}"
        signs = "■□" if self._several else "●○"
        sign, tone, role = (signs[0], "yours", "text b") if choice.is_on else (signs[1], "hint", "text")
        return line((choice.key, "yours b", target), (f" {sign} ", tone, target), (choice.label, role, target))

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        self._take_choice(event.target.partition(":")[2])

    def on_key(self, event: events.Key) -> None:
        """Take a choice or close the menu."""
        event.stop()
        if event.key in ("escape", "enter"):
            self.dismiss(event.key == "enter")
        elif event.character:
            self._take_choice(event.character)

    def _take_choice(self, key: str) -> None:
        if key not in {choice.key for choice in self._choices()} and not (self._back and key == "0"):
            return
        if self._take(key):
            self._draw()
        else:
            self.dismiss(True)


def _rows_in_columns(cells: Sequence[StyledLine], width: int) -> list[StyledLine]:
    """Return cells in rows of as many equal columns as fit."""
    column_width = max(map(width_of, cells)) + 3
    most = max(1, min(MAX_COLUMNS, width // column_width))
    columns = ceil(len(cells) / ceil(len(cells) / most))  # no more than needed, so that the last row is not nearly empty
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    return [tuple(part for cell in row for part in (*cell, Part(" " * (column_width - width_of(cell))))) for row in rows]
