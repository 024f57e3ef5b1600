"""The text fields: Textual's own, with all that is typed, pasted or put into them made safe to show."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.widgets import Input, TextArea

from reader.printable import printable, printable_line


class LineField(Input):
    """A field of one line. Control and direction characters in it become visible signs.

    `takes` is asked about what is pasted; when it returns True, it has taken that, and the field gets none of it.
    """

    takes: Callable[[str], bool] | None = None

    def validate_value(self, value: str) -> str:
        """Return the value as it may be shown."""
        return printable_line(value)

    def _on_paste(self, event: events.Paste) -> None:
        if self.takes is not None and self.takes(event.text):
            event.stop()
            event.prevent_default()


class NoteField(TextArea):
    """A field of several lines. Control and direction characters that are pasted become visible signs."""

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(events.Paste(printable(event.text)))
        event.prevent_default()
