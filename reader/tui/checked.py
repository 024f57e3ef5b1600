"""A text that changed, on the reading screen: what became of the annotations is told, and the text as it was is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.article.model import Span
from reader.errors import ReaderError
from reader.review.changes import Change
from reader.review.model import Annotation

if TYPE_CHECKING:
    from reader.tui.editions import Other
    from reader.tui.screens.reading import ReadingScreen


def tell_changed(screen: ReadingScreen) -> None:
    """Say in one line how many annotations of another text kept their place, and which key leads to the others."""
    counted = screen.desk.opened.counted()
    if counted is None:
        return
    session = screen.desk.opened
    stale = sum(session.is_stale(claim) and not session.standing(claim).check for claim in session.claims())
    verdicts = f", {stale} verdict{'s' * (stale > 1)} stale" if stale else ""
    leads = f" · {screen.key('to-check')} checks" if counted.to_check or counted.lost or stale else ""
    screen.say(f"the text changed: {counted.said}{verdicts}{leads}", "fault" if leads else "text")


def moves(change: Change) -> bool:
    """Whether a change says of an annotation where it stands in a changed text."""
    both = ((edit.before, edit.after) for edit in change.edits)
    return any(isinstance(a, Annotation) and isinstance(b, Annotation) and a.places != b.places for a, b in both)


def show_edition(screen: ReadingScreen, read: Other | ReaderError) -> None:
    """Show the text as it was over the screen, which then goes to the sentence that was left there; or say why it cannot be."""
    if isinstance(read, ReaderError):
        screen.told(str(read), "bad")
        return
    from reader.tui.screens.edition import EditionScreen

    def back(sentence: Span | None) -> None:
        if sentence is not None:
            screen.go(sentence)
        screen.show()

    screen.message = ("", "text")
    screen.reader.push_screen(EditionScreen(read, screen.desk.sentence), back)
