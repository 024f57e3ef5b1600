"""The registry of commands: which function performs an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from reader.tui.reading.context import ReadingContext
    from reader.tui.text_context import PairContext

Command = Callable[["ReadingContext", str], None]
"""Perform an action on the reading screen; the second argument is the key that chose it. Raises CannotAct."""

TextCommand = Callable[["PairContext", str], None]
"""Perform an action on the reading screen or the source screen."""

COMMANDS: Final[dict[str, Command]] = {}
TEXT_COMMANDS: Final[dict[str, TextCommand]] = {}
"""The commands of the reading screen, and those that the source screen shares, by the ids of their actions."""

AnyCommand = TypeVar("AnyCommand", bound=Command)
AnyTextCommand = TypeVar("AnyTextCommand", bound=TextCommand)


def command(*action_ids: str) -> Callable[[AnyCommand], AnyCommand]:
    """Register a function as the command of actions of the reading screen."""

    def register(function: AnyCommand) -> AnyCommand:
        COMMANDS.update(dict.fromkeys(action_ids, function))
        return function

    return register


def text_command(*action_ids: str) -> Callable[[AnyTextCommand], AnyTextCommand]:
    """Register a function as the command of actions of both text screens."""

    def register(function: AnyTextCommand) -> AnyTextCommand:
        TEXT_COMMANDS.update(dict.fromkeys(action_ids, function))
        COMMANDS.update(dict.fromkeys(action_ids, function))
        return function

    return register
