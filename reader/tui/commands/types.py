"""The shape of a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.tui.screens.reading import ReadingScreen

Command = Callable[["ReadingScreen", str], None]
"""Does an action on a screen; the second argument is the key that chose it. Raises CannotAct, with the reason."""
