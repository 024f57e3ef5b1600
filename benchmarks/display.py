"""The screen of a terminal, worked out by pyte from the bytes that a program wrote."""

from __future__ import annotations

import re

import pyte

_KEYBOARD_MODE = re.compile(rb"\x1b\[[<=>][0-9;:]*u")
_UNFINISHED = re.compile(rb"\x1b(?:\[[<=>]?[0-9;:]*)?\Z")


class Display:
    """Takes bytes and shows lines. The sequences for kitty's keyboard, which pyte would draw, are left out."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take more bytes; a sequence that is not whole yet waits for the next ones."""
        data = self._rest + data
        unfinished = _UNFINISHED.search(data)
        self._rest = unfinished[0] if unfinished else b""
        data = data[: len(data) - len(self._rest)]
        self._stream.feed(_KEYBOARD_MODE.sub(b"", data))

    def resize(self, columns: int, rows: int) -> None:
        """Take another size."""
        self.screen.resize(rows, columns)

    @property
    def lines(self) -> list[str]:
        """The lines of the screen from top to bottom."""
        return list(self.screen.display)

    @property
    def cursor_hidden(self) -> bool:
        """Whether the cursor is hidden."""
        return self.screen.cursor.hidden

    def __str__(self) -> str:
        return "\n".join(self.lines)
