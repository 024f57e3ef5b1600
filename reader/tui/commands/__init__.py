"""What the actions of the reading screen do: a function for each, by the action's id.

A command gets the screen and the key that chose it. One that cannot act raises `CannotAct` with the reason.
"""

from __future__ import annotations

from typing import Final

from reader.tui.commands import (
    advising,
    auditing,
    checking,
    finding,
    judging,
    keeping,
    linking,
    marking,
    moving,
    referring,
    reviewing,
    selecting,
    sourcing,
)
from reader.tui.commands.types import Command

COMMANDS: Final[dict[str, Command]] = {
    **moving.COMMANDS,
    **marking.COMMANDS,
    **selecting.COMMANDS,
    **judging.COMMANDS,
    **advising.COMMANDS,
    **linking.COMMANDS,
    **referring.COMMANDS,
    **auditing.COMMANDS,
    **finding.COMMANDS,
    **checking.COMMANDS,
    **sourcing.COMMANDS,
    **reviewing.COMMANDS,
    **keeping.COMMANDS,
}
