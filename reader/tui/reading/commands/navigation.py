"""Commands: move, search, jump."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from reader.article.ranges import MAX_HITS, Span, block_at, find_hits
from reader.review.filter import parse_filter
from reader.tui.actions import LIST
from reader.tui.reading.commands.context import Command, OnText
from reader.tui.reading.commands.lists import step_hit, to_text
from reader.tui.text_state import CannotAct, Hits
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.text_screen import TextScreen


# ------------------------------------------------------------------ by sentence, paragraph, page and claim; bookmarks; back


def _sentence(by: int) -> OnText:
    def command(screen: TextScreen[Any], key: str) -> None:
        sentences = screen.article.sentences
        here = screen.in_hand.current_sentence()
        target = sentences.after(here) if by > 0 else sentences.before(here)
        if target is None:
            raise CannotAct("this is the last sentence" if by > 0 else "this is the first sentence")
        screen.view.select(None)
        screen.go(target)

    return command


def _paragraph(by: int) -> OnText:
    def command(screen: TextScreen[Any], key: str) -> None:
        sentences = screen.article.sentences
        here = screen.in_hand.current_sentence()
        blocks = sentences.body_blocks
        at = bisect_left(blocks, block_at(screen.article.blocks, here.start))
        if by < 0 and here != sentences.in_block(blocks[at])[0]:
            screen.go(sentences.in_block(blocks[at])[0])
            return
        at += by
        while 0 <= at < len(blocks) and not sentences.in_block(blocks[at]):
            at += by
        if not 0 <= at < len(blocks):
            raise CannotAct("this is the last paragraph" if by > 0 else "this is the first paragraph")
        screen.go(sentences.in_block(blocks[at])[0])

    return command


def _page(pages: float) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        if screen.context == LIST:
            screen.list.go_to(screen.list.index + (1 if pages > 0 else -1) * screen.list.visible_count)
        else:
            screen.view.move_by_pages(pages)

    return command


def _edge(last: bool) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        if screen.context == LIST:
            screen.list.go_to(10**9 if last else 0)
            return
        to_edge(screen, last=last)

    return command


def to_edge(screen: TextScreen[Any], *, last: bool) -> None:
    """Go to the first or the last sentence of a text."""
    screen.in_hand.current_sentence()
    sentence = screen.article.sentences.at(len(screen.article.text) if last else 0)
    if sentence is not None:
        screen.go(sentence, jump=True)
        if not last:
            screen.view.scroll_to(y=0, animate=False)


def _claim(by: int) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        desk = screen.state
        session = desk.open_session
        placed = [(session.index.place(a), a) for a in desk.filtered_annotations() if session.index.place(a) is not None]
        if not placed:
            if desk.filter.text:
                raise CannotAct("no claim passes the filter: {} changes it", "filter")
            raise CannotAct("no claims yet: {} marks a sentence as one", "mark")
        current, here = desk.annotation, desk.sentence or Span(0, 0)
        at = next((n for n, (_, a) in enumerate(placed) if current is not None and a.id == current.id), None)
        if at is None:
            after = next(
                (n for n, (place, _) in enumerate(placed) if place is not None and place.start > here.start), len(placed)
            )
            at = after - 1 if by > 0 else after
        at += by
        if not 0 <= at < len(placed):
            raise CannotAct("this is the last claim" if by > 0 else "this is the first claim")
        place, annotation = placed[at]
        if place is not None:
            screen.go(place, jump=True)
            screen.select_annotation(annotation)

    return command


def set_bookmark(screen: ReadingScreen, key: str) -> None:
    """Name the current sentence with a letter; one that comes without, from the palette, is asked for."""
    if not key:
        _ask_letter(screen, set_bookmark)
        return
    screen.state.open_session.set_bookmark(key, screen.state.current_sentence().start)
    screen.say(f"bookmark {key} set")


def go_bookmark(screen: ReadingScreen, key: str) -> None:
    """Go to the place with a letter."""
    session = screen.state.open_session
    if not key:
        _ask_letter(screen, go_bookmark)
        return
    bookmark = session.index.bookmark(key)
    if bookmark is None:
        known = ", ".join(b.name for b in session.index.bookmarks())
        raise CannotAct(f"no bookmark {key}" + (f"; there is {known}" if known else " yet"))
    screen.go(Span(bookmark.start, bookmark.start + 1), jump=True)


def _ask_letter(screen: ReadingScreen, command: Command) -> None:
    def done(text: str) -> str | None:
        if len(text) != 1 or not text.isalnum():
            return "one letter"
        screen.close_question()
        try:
            command(screen, text)
        except CannotAct as reason:
            screen.say(reason.to_message(screen.key), "fault")
        screen.show()
        return None

    known = " ".join(b.name for b in screen.state.open_session.index.bookmarks())
    screen.ask(Question("bookmark", done, "", f"set: {known}" if known else "a letter", on_leave=screen.close_question))


def go_back(screen: ReadingScreen, key: str) -> None:
    """Come back from where a jump led."""
    _along(screen, screen.state.trail.back(_here(screen)), "nowhere to come back to")


def go_forward(screen: ReadingScreen, key: str) -> None:
    """Go again where one came back from."""
    _along(screen, screen.state.trail.forward(_here(screen)), "nowhere to go forward to")


def _here(screen: ReadingScreen) -> int:
    """Return the offset where the person looks: the cursor's, or the first one shown when they looked away from it."""
    sentence = screen.state.current_sentence()
    return sentence.start if screen.view.is_in_view(sentence) else screen.view.top


def _along(screen: ReadingScreen, offset: int | None, otherwise: str) -> None:
    if offset is None:
        raise CannotAct(otherwise)
    screen.view.focus()
    screen.go(Span(offset, offset + 1))


MOVING_ON_TEXT: dict[str, OnText] = {
    "next-sentence": _sentence(1),
    "previous-sentence": _sentence(-1),
    "next-paragraph": _paragraph(1),
    "previous-paragraph": _paragraph(-1),
}
"""What moves in any text."""

MOVING_COMMANDS: dict[str, Command] = {
    **MOVING_ON_TEXT,
    "page-down": _page(1),
    "page-up": _page(-1),
    "half-page-down": _page(0.5),
    "half-page-up": _page(-0.5),
    "top": _edge(False),
    "end": _edge(True),
    "next-claim": _claim(1),
    "previous-claim": _claim(-1),
    "set-bookmark": set_bookmark,
    "go-bookmark": go_bookmark,
    "back": go_back,
    "forward": go_forward,
}


# ------------------------------------------------------------------ search the text, step through hits, filter the claims

SEARCH_ON_ENTER = 2_000_000
"""Code points from which a text is searched on Enter only, not at every letter."""


def search(screen: TextScreen[Any], key: str) -> None:
    """Ask what to search for; hits light up while it is typed, Enter stays at the first from here."""
    top, before = screen.view.top, screen.in_hand.hits

    def find(typed: str) -> None:
        hits = Hits(find_hits(screen.article.text, typed), role="hit", label=f"“{typed}”")
        screen.in_hand.hits = hits
        screen.view.show_hits(hits.spans, -1)
        many = f"{len(hits.spans)}+" if len(hits.spans) == MAX_HITS else str(len(hits.spans))
        screen.prompt.say(f"{many} found" if typed else "", "hint" if hits.spans else "fault")
        here = screen.in_hand.sentence
        first = next((hit for hit in hits.spans if here is None or hit.start >= here.start), None)
        if first is not None:
            screen.view.bring_into_view(first)

    def typed(text: str) -> None:
        if len(screen.article.text) < SEARCH_ON_ENTER:
            find(text)

    def move(by: int) -> None:
        if screen.in_hand.hits.spans:
            step_hit(screen, by)
            screen.show()

    def done(text: str) -> str | None:
        if text and text != screen.in_hand.hits.label.strip("“”"):
            find(text)
        if text and not screen.in_hand.hits.spans:
            return "not found"
        screen.close_question()
        to_text(screen)
        if text and screen.in_hand.hits.index < 0:
            step_hit(screen, 1)
        elif not text:
            screen.view.show_hits(())
        screen.show()
        return None

    def left() -> None:
        screen.in_hand.hits = before
        screen.view.show_hits(before.spans, before.index, before.role)
        screen.view.restore_scroll(top)
        screen.close_question()

    screen.ask(Question("search", done, "", "", typed, move, left))


def _hit(by: int) -> OnText:
    def command(screen: TextScreen[Any], key: str) -> None:
        if not screen.in_hand.hits.spans:
            raise CannotAct("nothing searched for yet: {} searches the text", "search")
        step_hit(screen, by)

    return command


def filter_claims(screen: ReadingScreen, key: str) -> None:
    """Ask for a filter on the claims; they are filtered while it is typed."""
    desk = screen.state
    before = desk.filter
    desk.open_session.index.tags()

    def typed(text: str) -> None:
        desk.set_filter(parse_filter(text, desk.scale))
        count = len(desk.filtered_annotations())
        screen.prompt.say(f"{count} left" if text else FILTER_HINT)
        screen.view.repaint_all()
        screen.show()

    def done(text: str) -> str | None:
        typed(text)
        screen.set_tab("claims")
        screen.close_question()
        screen.link.remember()
        return None

    def left() -> None:
        typed(before.text)
        screen.close_question()

    screen.set_tab("claims")
    screen.show()
    screen.ask(Question("filter", done, before.text, FILTER_HINT, typed, None, left))


FILTER_HINT = "#tag  [3]  open  judged  uncited  later  supports  word   -word turns round"

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
