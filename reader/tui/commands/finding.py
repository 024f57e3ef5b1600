"""Finding: search the text, step through hits, filter the claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reader.article.search import MOST, find_hits
from reader.review.filtering import parse_filter
from reader.tui.commands.referring import step, to_text
from reader.tui.commands.types import Command, OnText
from reader.tui.desk import CannotAct
from reader.tui.in_hand import Hits
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.screens.reading import ReadingScreen
    from reader.tui.screens.text import TextScreen

LONG = 2_000_000
"""Code points from which a text is searched on Enter only, not at every letter."""


def search(screen: TextScreen[Any], key: str) -> None:
    """Ask what to search for; hits light up while it is typed, Enter stays at the first from here."""
    top, before = screen.view.top, screen.in_hand.hits

    def find(typed: str) -> None:
        hits = Hits(find_hits(screen.article.text, typed), role="hit", label=f"“{typed}”")
        screen.in_hand.hits = hits
        screen.view.show_hits(hits.spans, -1)
        many = f"{len(hits.spans)}+" if len(hits.spans) == MOST else str(len(hits.spans))
        screen.prompt.say(f"{many} found" if typed else "", "hint" if hits.spans else "fault")
        here = screen.in_hand.sentence
        first = next((hit for hit in hits.spans if here is None or hit.start >= here.start), None)
        if first is not None:
            screen.view.bring(first)

    def typed(text: str) -> None:
        if len(screen.article.text) < LONG:
            find(text)

    def move(by: int) -> None:
        if screen.in_hand.hits.spans:
            step(screen, by)
            screen.show()

    def done(text: str) -> str | None:
        if text and text != screen.in_hand.hits.label.strip("“”"):
            find(text)
        if text and not screen.in_hand.hits.spans:
            return "not found"
        screen.answered()
        to_text(screen)
        if text and screen.in_hand.hits.index < 0:
            step(screen, 1)
        elif not text:
            screen.view.show_hits(())
        screen.show()
        return None

    def left() -> None:
        screen.in_hand.hits = before
        screen.view.show_hits(before.spans, before.index, before.role)
        screen.view.restore(top)
        screen.answered()

    screen.ask(Question("search", done, "", "", typed, move, left))


def _hit(by: int) -> OnText:
    def command(screen: TextScreen[Any], key: str) -> None:
        if not screen.in_hand.hits.spans:
            raise CannotAct("nothing searched for yet: {} searches the text", "search")
        step(screen, by)

    return command


def filter_claims(screen: ReadingScreen, key: str) -> None:
    """Ask for a filter on the claims; they are filtered while it is typed."""
    desk = screen.desk
    before = desk.filter
    desk.opened.tags()

    def typed(text: str) -> None:
        desk.set_filter(parse_filter(text, desk.scale))
        count = len(desk.filtered())
        screen.prompt.say(f"{count} left" if text else HINT)
        screen.view.repaint_all()
        screen.show()

    def done(text: str) -> str | None:
        typed(text)
        screen.set_tab("claims")
        screen.answered()
        screen.keeper.remember()
        return None

    def left() -> None:
        typed(before.typed)
        screen.answered()

    screen.set_tab("claims")
    screen.show()
    screen.ask(Question("filter", done, before.typed, HINT, typed, None, left))


HINT = "#tag  [3]  open  judged  uncited  later  supports  word   -word turns round"

ON_TEXT: dict[str, OnText] = {
    "search": search,
    "next-hit": _hit(1),
    "previous-hit": _hit(-1),
}
"""What finds in any text."""

COMMANDS: dict[str, Command] = {
    **ON_TEXT,
    "filter": filter_claims,
}
