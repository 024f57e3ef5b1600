"""The commands of the reading screen, each registered for the actions that it performs.

A command gets the screen as a context, and the key that chose it. One that cannot act raises `CannotAct` with the reason.
"""

from reader.tui.reading.commands import (
    annotation,
    application,
    judgement,
    lists,
    navigation,
    placement,
    queue,
    selection,
    sources,
)
from reader.tui.reading.commands.registry import COMMANDS, TEXT_COMMANDS

MODULES = (annotation, application, judgement, lists, navigation, placement, queue, selection, sources)
"""The modules that register commands when they are imported."""

__all__ = ["COMMANDS", "MODULES", "TEXT_COMMANDS"]
