"""The audit's list: a finding is dismissed with a reason, and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.article.finding import Finding
from reader.tui.commands.types import Command
from reader.tui.desk import CannotAct
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.screens.reading import ReadingScreen

HINT = "why? Enter dismisses it, Esc leaves it"


def dismiss(screen: ReadingScreen, key: str) -> None:
    """Ask why the finding in hand is of no account, and dismiss it; bring a dismissed one back."""
    desk, session = screen.desk, screen.desk.opened
    if desk.tab != "audit":
        raise CannotAct("only findings are dismissed: {} shows them", "audit")
    if screen.list.index >= len(desk.findings):
        raise CannotAct("nothing was found, so there is nothing to dismiss")
    finding = desk.findings[screen.list.index]
    if desk.is_dismissed(finding):
        session.bring_back(finding.key)
        _stay_on(screen, finding)
        screen.say(f"back on the list · {screen.key('dismiss')} dismisses it again")
        return

    def done(reason: str) -> str | None:
        session.dismiss(finding.key, finding.kind, finding.text, reason.strip())
        screen.answered()
        screen.list.go(min(screen.list.index, max(0, len(desk.findings) - 1)))
        screen.say(f"dismissed · {screen.key('undo')} brings it back")
        screen.show()
        return None

    screen.ask(Question("dismiss:", done, "", HINT, left=screen.answered))


def _stay_on(screen: ReadingScreen, finding: Finding) -> None:
    """Keep the list on a finding that stands elsewhere in it now."""
    keys = [one.key for one in screen.desk.findings]
    screen.list.go(keys.index(finding.key))


COMMANDS: dict[str, Command] = {"dismiss": dismiss}
