"""Edit the note of a claim. Closing the dialog keeps the text; undo restores the old one."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.widget import Widget
from textual.widgets import TextArea

from reader.printable import printable
from reader.tui.dialogs.dialog import Dialog
from reader.tui.services import app_of
from reader.tui.styled_line import clip, line
from reader.tui.widgets.prompt_bar import NoteField


class NoteScreen(Dialog[str]):
    """Dialog that returns the text of a note."""

    DEFAULT_CSS = """
    NoteScreen TextArea { height: 7; border: none; background: $surface; padding: 0 1; }
    NoteScreen TextArea:focus { border: none; }
    """

    def __init__(self, note: str, quote: str, versions: int = 1) -> None:
        """`note` holds the text, or all versions of it; `versions` counts them."""
        super().__init__()
        self._versions = versions
        self._note = note
        self._printable_note = printable(note)
        self._quote = " ".join(quote.split())

    def body(self) -> Sequence[Widget]:
        """Return quote and field."""
        return self.lines, NoteField(self._printable_note, soft_wrap=True, show_line_numbers=False, tab_behavior="focus")

    def on_mount(self) -> None:
        """Put the cursor at the end of the text."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Fit quote and keys to the width."""
        title = "Note on" if self._versions == 1 else f"{self._versions} versions of the note on"
        quote = clip(f"{title}: {self._quote}", max(10, event.size.width - 4))
        self.lines.fill([line((quote, "secondary"))])
        keep = "keep" if self._versions == 1 else "keep this text as the only version"
        self.show_keys(("Esc", keep), ("Enter", "new line"), (app_of(self).keymap.label("undo"), "undoes it later"))

    def on_key(self, event: events.Key) -> None:
        """Keep the text and close on Escape, Ctrl+S and F2."""
        if event.key in ("escape", "ctrl+s", "f2"):
            event.stop()
            text = self.query_one(TextArea).text
            self.dismiss(self._note if text == self._printable_note else text)
