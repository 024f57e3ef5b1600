"""Where to save when it cannot be saved where the library is. It asks until a folder could be used, or it is left."""

from __future__ import annotations

from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from reader.tui.panes.bars import SaveStatus
from reader.tui.services import app_of
from reader.tui.styled_line import clip_middle, fold, line
from reader.tui.widgets.painted import Painted
from reader.tui.widgets.prompt_bar import LineField

COMPLAINT_LINES = 3
"""How many lines a complaint takes at most."""


class _Words(Painted):
    """What is said above and below the field."""

    UNDER = ("card", "text")


class FolderScreen(ModalScreen[None]):
    """Asks for the folder that everything is saved in from now on. The app tells it when that folder cannot be used."""

    DEFAULT_CSS = """
    FolderScreen { align: center bottom; background: transparent; }
    FolderScreen > Vertical {
        width: 1fr; height: auto; background: $panel; border-top: solid $hairline; padding: 0 1;
    }
    FolderScreen Input { border: none; height: 1; padding: 0 1; background: $surface; }
    FolderScreen Input:focus { border: none; }
    #folder-words, #folder-hint { height: 1; background: $panel; }
    """

    def __init__(self, saved: SaveStatus) -> None:
        super().__init__()
        self._said = (f"not saved: {saved.why}", "bad") if saved.kind == "failed" else ("", "text")

    def compose(self) -> ComposeResult:
        """Lay out words, field and hint."""
        with Vertical():
            yield _Words(id="folder-words")
            yield LineField(placeholder="a new or empty folder", select_on_focus=False)
            yield _Words(id="folder-hint")

    def on_mount(self) -> None:
        """Take the keys."""
        hint = line(
            ("Enter", "yours b"),
            (" saves all there and goes on with it   ", "secondary"),
            ("Esc", "yours b"),
            (" leaves", "secondary"),
        )
        self.query_one("#folder-hint", _Words).show([hint])
        self.query_one(Input).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Fit the words to the width."""
        self._show()

    def complain(self, why: str) -> None:
        """Say why the folder cannot be used."""
        self._say(why, "bad")

    def _say(self, text: str, tone: str) -> None:
        self._said = (text, tone)
        self._show()

    def _show(self) -> None:
        text, tone = self._said
        width = max(10, self.size.width - 4)
        said = [line((piece, tone)) for piece in fold(clip_middle(text, 2 * width), width, COMPLAINT_LINES)]
        rows = [line(("Save everything in another folder", "b")), *said]
        words = self.query_one("#folder-words", _Words)
        words.styles.height = len(rows)
        words.show(rows)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._say("", "text")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        typed = event.value.strip()
        if not typed:
            self.complain("type the path of a folder; it is made if it is not there")
            return
        self._say("saving there …", "hint")
        app_of(self).save_to(Path(typed).expanduser().absolute())

    def on_key(self, event: events.Key) -> None:
        """Leave on Escape."""
        if event.key == "escape":
            event.stop()
            self.dismiss()
