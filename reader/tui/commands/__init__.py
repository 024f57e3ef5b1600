"""What the actions of the reading screen do: a function for each, by the action's id.

A command gets the screen and the key that chose it. One that cannot act raises `CannotAct` with the reason.
"""

from __future__ import annotations

from typing import Final

from reader.tui.commands import checking, finding, judging, keeping, marking, moving, referring, selecting
from reader.tui.commands.types import Command

COMMANDS: Final[dict[str, Command]] = {
    **moving.COMMANDS,
    **marking.COMMANDS,
    **selecting.COMMANDS,
    **judging.COMMANDS,
    **referring.COMMANDS,
    **finding.COMMANDS,
    **checking.COMMANDS,
    **keeping.COMMANDS,
}
