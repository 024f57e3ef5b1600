"""The note of a claim, written over several lines. Leaving keeps what was written: undo takes it back."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from reader.printable import printable
from reader.tui.services import app_of
from reader.tui.styled_line import clip, line
from reader.tui.widgets.painted import Painted
from reader.tui.widgets.prompt_bar import NoteField


class _Words(Painted):
    """A line of the note's frame."""

    UNDER = ("card", "text")


class NoteScreen(ModalScreen[str]):
    """Gives back the note as it was left."""

    DEFAULT_CSS = """
    NoteScreen { align: center bottom; background: transparent; }
    NoteScreen > Vertical {
        width: 1fr; height: auto; background: $panel; border-top: solid $hairline; padding: 0 1;
    }
    NoteScreen TextArea { height: 7; border: none; background: $surface; padding: 0 1; }
    NoteScreen TextArea:focus { border: none; }
    #note-quote, #note-hint { height: 1; background: $panel; }
    """

    def __init__(self, note: str, quote: str, versions: int = 1) -> None:
        """`note` holds the text, or all versions of it, which are so many."""
        super().__init__()
        self._versions = versions
        self._note = note
        self._shown = printable(note)
        self._quote = " ".join(quote.split())

    def compose(self) -> ComposeResult:
        """Lay out quote, field and hint."""
        with Vertical():
            yield _Words(id="note-quote")
            yield NoteField(self._shown, soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
            yield _Words(id="note-hint")

    def on_mount(self) -> None:
        """Put the cursor behind what is written."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()
        keeps = " keeps it   " if self._versions == 1 else " keeps what stands here as the one note   "
        hint = line(
            ("Esc", "yours b"),
            (keeps, "secondary"),
            ("Enter", "yours b"),
            (" new line   ", "secondary"),
            (f"{app_of(self).keymap.label('undo')} later undoes", "hint"),
        )
        self.query_one("#note-hint", _Words).show([hint])

    def on_resize(self, event: events.Resize) -> None:
        """Fit the quote to the width."""
        what = "note on" if self._versions == 1 else f"{self._versions} versions of the note on"
        quote = clip(f"{what}: {self._quote}", max(10, event.size.width - 4))
        self.query_one("#note-quote", _Words).show([line((quote, "secondary"))])

    def on_key(self, event: events.Key) -> None:
        """Keep and leave on Escape and the usual keys for saving."""
        if event.key in ("escape", "ctrl+s", "f2"):
            event.stop()
            text = self.query_one(TextArea).text
            self.dismiss(self._note if text == self._shown else text)
