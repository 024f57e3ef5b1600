"""Ask for another folder to save in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.widget import Widget
from textual.widgets import Input

from reader.errors import ReaderError
from reader.files import expand_path
from reader.tui.dialogs.dialog import Dialog
from reader.tui.services import app_of
from reader.tui.styled_line import clip_middle, fold, line
from reader.tui.widgets.prompt_bar import LineField

if TYPE_CHECKING:
    from reader.tui.panes.bars import SaveStatus

COMPLAINT_LINES = 3
"""Most lines of a complaint."""


class FolderScreen(Dialog[None]):
    """Dialog for the folder to save everything in from now on. The app calls `complain` if it cannot use the folder."""

    DEFAULT_CSS = "FolderScreen Input, FolderScreen Input:focus { background: $surface; }"

    def __init__(self, status: SaveStatus) -> None:
        super().__init__()
        self._complaint = (f"Not saved: {status.why}", "bad") if status.kind == "failed" else ("", "text")

    def body(self) -> Sequence[Widget]:
        """Return lines and field."""
        return self.lines, LineField(placeholder="a new or empty folder", select_on_focus=False)

    def on_mount(self) -> None:
        """Focus the field."""
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        """Fit lines and keys to the width."""
        self._show()
        self.show_keys(("Enter", "saves everything there"), ("Tab", "completes"), ("Esc", "cancels"))

    def complain(self, why: str) -> None:
        """Show the reason why the folder cannot be used."""
        self._say(why, "bad")

    def _say(self, text: str, tone: str) -> None:
        self._complaint = (text, tone)
        self._show()

    def _show(self) -> None:
        text, tone = self._complaint
        width = max(10, self.size.width - 4)
        complaint = [line((part, tone)) for part in fold(clip_middle(text, 2 * width), width, COMPLAINT_LINES)]
        self.lines.fill([line(("Save everything in another folder", "b")), *complaint])

    @on(Input.Changed)
    def _handle_change(self) -> None:
        self._say("", "text")

    @on(Input.Submitted)
    def _handle_submit(self, event: Input.Submitted) -> None:
        event.stop()
        folder = event.value.strip()
        if not folder:
            self.complain("Type the path of a folder; it is created if it does not exist")
            return
        try:
            path = expand_path(folder).absolute()
        except ReaderError as error:
            self.complain(str(error))
            return
        self._say("Saving there …", "hint")
        app_of(self).save_to(path)

    def on_key(self, event: events.Key) -> None:
        """Close on Escape, complete the path on Tab."""
        if event.key == "escape":
            event.stop()
            self.dismiss()
        elif event.key == "tab":
            event.stop()
            self.query_one(LineField).complete(lambda names: None)
