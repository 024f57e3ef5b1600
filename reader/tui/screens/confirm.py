"""A question before work is lost: nothing happens but by the key that says so."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from reader.tui.parts import line
from reader.tui.widgets.painted import Painted


class _Words(Painted):
    """A line of the question."""

    UNDER = ("card", "text")


class ConfirmScreen(ModalScreen[bool]):
    """Says `text`; gives back True for "y", which does `act`, and False for everything else."""

    DEFAULT_CSS = """
    ConfirmScreen { align: center bottom; background: transparent; }
    ConfirmScreen > Vertical {
        width: 1fr; height: auto; background: $panel; border-top: solid $hairline; padding: 0 1;
    }
    #confirm-text, #confirm-hint { height: 1; background: $panel; }
    """

    AUTO_FOCUS = ""

    def __init__(self, text: str, act: str) -> None:
        super().__init__()
        self._text = text
        self._act = act

    def compose(self) -> ComposeResult:
        """Lay out question and keys."""
        with Vertical():
            yield _Words(id="confirm-text")
            yield _Words(id="confirm-hint")

    def on_mount(self) -> None:
        """Show the question."""
        self.query_one("#confirm-text", _Words).show([line((self._text, "bad b"))])
        hint = line(("y", "yours b"), (f" {self._act}   ", "secondary"), ("Esc", "yours b"), (" stay", "secondary"))
        self.query_one("#confirm-hint", _Words).show([hint])

    def on_key(self, event: events.Key) -> None:
        """Answer."""
        event.stop()
        self.dismiss(event.character == "y")
