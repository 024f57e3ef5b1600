"""The shapes of a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.text_screen import TextScreen

Command = Callable[["ReadingScreen", str], None]
"""Does an action on a screen; the second argument is the key that chose it. Raises CannotAct, with the reason."""

OnText = Callable[["TextScreen[Any]", str], None]
"""A command that only needs a text: it acts on an article and on a source alike."""
