"""Edit the note of a claim. Enter keeps the text, Escape cancels; a canceled text is offered again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events, on
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult, Location

from reader.printable import printable
from reader.tui.dialogs.dialog import Dialog
from reader.tui.question import Draft
from reader.tui.services import FieldFull
from reader.tui.styled_line import clip, fold, line

MOST_IN_NOTE: Final = 50_000
"""The characters that a field of several lines holds. Textual lays a whole paragraph out with every key."""
_MOST_TO_EDIT: Final = 4 * MOST_IN_NOTE
"""The characters of a text that is edited at all: it may be one of an import, or have several versions."""
_REASON_LINES: Final = 3
_KEEPING_KEYS: Final = ("ctrl+s", "f2")


def why_too_long(text: str, what: str) -> str:
    """Return why a text that is called `what` cannot be edited in a field, "" if it can."""
    if len(text) <= _MOST_TO_EDIT:
        return ""
    return f"{what} has {len(text):,} characters, too many to edit here: an export shows all of it"


class NoteField(TextArea):
    """Field of several lines: Enter submits, Ctrl+J begins a line. Pasted control characters become visible signs.

    What would make the text too long, it refuses as a whole and posts `FieldFull`.
    """

    class Submitted(Message):
        """Enter was pressed."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted())
        elif event.key == "ctrl+j":
            event.stop()
            event.prevent_default()
            self._replace_via_keyboard("\n", *self.selection)
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")  # terminals send the key for a line end
        await super()._on_paste(events.Paste(printable(text)))

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        replaced = len(self.get_text_range(*sorted((start, end))))
        if len(insert) > replaced and len(self.text) - replaced + len(insert) > MOST_IN_NOTE:
            self.post_message(FieldFull(MOST_IN_NOTE, "; attach a longer text as a source"))
            return None
        return super()._replace_via_keyboard(insert, start, end)


class NoteScreen(Dialog[str]):
    """Dialog that returns the text of a note, None if it was canceled."""

    DEFAULT_CSS = """
    NoteScreen TextArea { height: 7; border: none; background: $surface; padding: 0 1; }
    NoteScreen TextArea:focus { border: none; }
    """

    def __init__(self, note: str, quote: str, draft: Draft, versions: int = 1) -> None:
        """`note` holds the text, or all versions of it; `versions` counts them. `draft` is the text typed and not kept."""
        super().__init__()
        self._versions = versions
        self._draft = draft
        self._has_draft = draft.exists
        self._note = note
        self._printable_note = printable(note)
        self._quote = " ".join(quote.split())

    def body(self) -> Sequence[Widget]:
        """Return quote and field."""
        text = self._draft.text(self._printable_note)
        return self.lines, NoteField(text, soft_wrap=True, show_line_numbers=False, tab_behavior="focus")

    def on_mount(self) -> None:
        """Put the cursor at the end of the text."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Fit quote and keys to the width."""
        title = "Note on" if self._versions == 1 else f"{self._versions} versions of the note on"
        title = f"Typed before and not kept · {title}" if self._has_draft else title
        quote = clip(f"{title}: {self._quote}", max(10, event.size.width - 4))
        self.lines.fill([line((quote, "secondary"))])
        keep = "keeps it" if self._versions == 1 else "keeps this text as the only version"
        self.show_keys(("Enter", keep), ("Ctrl+J", "begins a line"), ("Esc", "cancels"))

    def on_key(self, event: events.Key) -> None:
        """Keep the text on Ctrl+S and F2 too; on Escape keep it as a draft and close."""
        if event.key in _KEEPING_KEYS:
            event.stop()
            self._submit()
        elif event.key == "escape":
            event.stop()
            self.keep_draft()
            self.dismiss(None)

    @on(TextArea.Changed)
    def _handle_change(self) -> None:
        self.drop_refusal()

    @on(NoteField.Submitted)
    def _submit(self) -> None:
        text = self.query_one(TextArea).text
        self._draft.drop()
        self.dismiss(self._note if text == self._printable_note else text)

    def keep_draft(self) -> None:
        """Keep what is typed as a draft."""
        self._draft.keep(self.query_one(TextArea).text, self._printable_note)


class TooLongScreen(Dialog[None]):
    """Dialog in place of one for a text that is too long for it: it says why, and takes the keys that are typed for that one.

    It closes with the keys that would close that one; with Enter only if that always does.
    """

    AUTO_FOCUS = ""

    def __init__(self, reason: str, *, enter_closes: bool = True) -> None:
        super().__init__()
        self._reason = reason
        self._ends = ("escape", *_KEEPING_KEYS, *(["enter"] if enter_closes else []))

    def on_resize(self) -> None:
        """Fit the reason to the width."""
        width = max(10, self.size.width - 4)
        self.lines.fill([line((part, "fault")) for part in fold(self._reason, width, _REASON_LINES)])
        self.show_keys(("Esc", "closes"))

    def on_key(self, event: events.Key) -> None:
        """Close."""
        event.stop()
        if event.key in self._ends:
            self.dismiss(None)
