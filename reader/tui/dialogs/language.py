"""Pick the language of an article, or let it be the recognised one."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from reader.article.language import LANGUAGE_NAMES, language_title, primary_language
from reader.tui.dialogs.dialog import PickDialog
from reader.tui.styled_line import Part, StyledLine, line
from reader.tui.widgets.prompt_bar import LineField

RECOGNIZED = ""
"""The choice of the recognised language."""
_MAX_OFFERS = 8
"""Most languages in the list; typing finds the others."""


def match_languages(words: str) -> list[str]:
    """Return the choices that match a text: languages whose code or name begins with it, then those that contain it."""
    text = words.strip().casefold()
    titles = {RECOGNIZED: "recognise it", **dict(sorted(LANGUAGE_NAMES.items(), key=lambda pair: pair[1]))}

    def rank(code: str) -> int:
        title = titles[code].casefold()
        return 0 if code == text or title.startswith(text) else 1 if text in title else 9

    return sorted((code for code in titles if rank(code) < 9), key=rank)


class LanguageScreen(PickDialog[str]):
    """Dialog that returns the code of the picked language, RECOGNIZED for the recognised one, None for no change.

    `recognized` is a BCP 47 tag; `current` is the code that a person set, or RECOGNIZED.
    """

    def __init__(self, recognized: str, current: str) -> None:
        super().__init__()
        self._recognized = recognized
        self._current = current
        self._choices: list[str] = []

    def body(self) -> Sequence[Widget]:
        """Return field and list."""
        return LineField("", placeholder="language of this text, or its code", select_on_focus=False), self.lines

    def search(self, words: str) -> None:
        """Find the languages that match the words in the field; without words, the present choice and the recognised one."""
        first = () if words.strip() else (self._current, RECOGNIZED, primary_language(self._recognized))
        self._choices = list(dict.fromkeys((*first, *match_languages(words))))[:_MAX_OFFERS]

    def draw(self) -> None:
        """Show list and keys."""
        super().draw()
        self.show_keys(("↑↓", "choose"), ("Enter", "sets it"), ("Esc", "cancels"))

    def rows(self) -> list[StyledLine]:
        """Return a line for each language that is offered."""
        return [self._row(number, code) for number, code in enumerate(self._choices)]

    def _row(self, number: int, code: str) -> StyledLine:
        current, target = number == self.index, f"language:{number}"
        lead = Part(" ▸ " if current else "   ", "yours b")
        if code == RECOGNIZED:
            title, remark = "Recognise it", f"  it is {language_title(self._recognized)}"
        else:
            title = LANGUAGE_NAMES.get(code, code)
            remark = f"  {code}" + (", as recognised" if code == primary_language(self._recognized) else "")
        sign = "● " if code == self._current else "  "
        return line(lead, (sign, "yours"), (title, "text b" if current else "text", target), (remark, "hint", target))

    def empty_line(self) -> StyledLine:
        """Return the line for no match."""
        return line((" No language matches", "fault"))

    def pick(self, number: int) -> None:
        """Close and return the language with this number."""
        if number < len(self._choices):
            self.dismiss(self._choices[number])
