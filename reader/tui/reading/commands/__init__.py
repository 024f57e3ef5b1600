"""What the actions of the reading screen do: a function for each, by the action's id.

A command gets the screen and the key that chose it. One that cannot act raises `CannotAct` with the reason.
"""

from __future__ import annotations

from typing import Final

from reader.tui.reading.commands import annotation as marking
from reader.tui.reading.commands import application as keeping
from reader.tui.reading.commands import judgement as advising
from reader.tui.reading.commands import judgement as judging
from reader.tui.reading.commands import judgement as linking
from reader.tui.reading.commands import lists as auditing
from reader.tui.reading.commands import lists as referring
from reader.tui.reading.commands import navigation as finding
from reader.tui.reading.commands import navigation as moving
from reader.tui.reading.commands import placement as checking
from reader.tui.reading.commands import queue as reviewing
from reader.tui.reading.commands import selection as selecting
from reader.tui.reading.commands import sources as sourcing
from reader.tui.reading.commands.context import Command

COMMANDS: Final[dict[str, Command]] = {
    **moving.MOVING_COMMANDS,
    **marking.COMMANDS,
    **selecting.COMMANDS,
    **judging.JUDGING_COMMANDS,
    **advising.ADVISING_COMMANDS,
    **linking.COMMANDS,
    **referring.COMMANDS,
    **auditing.AUDITING_COMMANDS,
    **finding.COMMANDS,
    **checking.COMMANDS,
    **sourcing.COMMANDS,
    **reviewing.COMMANDS,
    **keeping.COMMANDS,
}
