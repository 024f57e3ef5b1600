"""The commands of the reading screen, each registered for the actions that it performs.

A command gets the screen as a context, and the key that chose it. One that cannot act raises `CannotAct` with the reason.
"""

from importlib import import_module
from typing import Final

from reader.tui.reading.commands.registry import COMMANDS, TEXT_COMMANDS, Command, TextCommand

_MODULES: Final = (
    "navigation",
    "lists",
    "references",
    "sources",
    "selection",
    "annotation",
    "judgement",
    "placement",
    "queue",
    "application",
)
"""The modules that register commands when they are imported, the quickest to import first."""


def find_command(action_id: str) -> Command:
    """Return the command of an action, importing modules until one has registered it: the program starts with none."""
    for module in _MODULES:
        if action_id in COMMANDS:
            break
        import_module(f"{__name__}.{module}")
    return COMMANDS[action_id]


def load_commands() -> dict[str, Command]:
    """Import all modules, and return the commands by the ids of their actions."""
    for module in _MODULES:
        import_module(f"{__name__}.{module}")
    return COMMANDS


def load_text_commands() -> dict[str, TextCommand]:
    """Import all modules, and return the commands that the source screen shares by the ids of their actions."""
    load_commands()
    return TEXT_COMMANDS
