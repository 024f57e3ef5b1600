"""A question before work is lost: nothing happens but by the key that says so."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from reader.tui.parts import clip_middle, line
from reader.tui.widgets.painted import Painted

Choice = tuple[str, str, str]
"""A key, what it does, and what the question is then answered with."""


class _Words(Painted):
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

    def __init__(self, text: str, why: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._text = text
        self._why = why
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Lay out question and keys."""
        with Vertical():
            yield _Words(id="confirm-text")
            yield _Words(id="confirm-hint")

    def on_mount(self) -> None:
        """Show the keys."""
        keys = [part for key, word, _ in self._choices for part in ((key, "yours b"), (f" {word}   ", "secondary"))]
        self.query_one("#confirm-hint", _Words).show([line(*keys, ("Esc", "yours b"), (" stay", "secondary"))])

    def on_resize(self, event: events.Resize) -> None:
        """Show the question, and why it is asked as far as there is room."""
        why = clip_middle(self._why, max(10, event.size.width - 4))
        rows = [line((self._text, "bad b")), *([line((why, "secondary"))] if why else [])]
        words = self.query_one("#confirm-text", _Words)
        words.styles.height = len(rows)
        words.show(rows)

    def on_key(self, event: events.Key) -> None:
        """Answer."""
        event.stop()
        self.dismiss(next((answer for key, _, answer in self._choices if event.character == key), ""))
