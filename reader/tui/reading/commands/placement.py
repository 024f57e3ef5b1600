"""Checking what changed: the claims to look at, confirming their places, attaching one to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.article.ranges import Span
from reader.review.filter import CHECK_FILTER, parse_filter
from reader.review.model import Annotation
from reader.tui.reading.commands.annotation import entry, words_in
from reader.tui.reading.commands.context import Command
from reader.tui.reading.commands.lists import to_list, to_text
from reader.tui.text_state import CannotAct

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen


def to_check(screen: ReadingScreen, key: str) -> None:
    """Show only what to look at, and go to the first; when that is shown already, show everything again."""
    desk, session = screen.desk, screen.desk.opened
    if desk.filter.text == CHECK_FILTER:
        _filter(screen, "")
        screen.say("every claim is shown again")
        return
    found = parse_filter(CHECK_FILTER, desk.scale).select(session)
    if not found:
        raise CannotAct("nothing to check: whatever you marked stands where it stood")
    _filter(screen, CHECK_FILTER)
    screen.set_tab("claims")
    screen.list.index = 0
    _go(screen, found[0])
    if session.place(found[0]) is None:
        to_list(screen)
    screen.say(f"{_left(screen)} · {screen.key('next-claim')} goes to the next, {screen.key('to-check')} shows all again")


def _filter(screen: ReadingScreen, typed: str) -> None:
    screen.desk.set_filter(parse_filter(typed, screen.desk.scale))
    screen.view.repaint_all()
    screen.keeper.remember()


def _go(screen: ReadingScreen, annotation: Annotation) -> None:
    """Go to an annotation, if it has a place and the cursor is elsewhere, and take it in hand."""
    place, here = screen.desk.opened.place(annotation), screen.desk.sentence
    if place is not None and (here is None or not here.overlaps(place)):
        screen.go(place, jump=True)
    screen.choose(annotation)


def _left(screen: ReadingScreen) -> str:
    """Say how much there is to look at."""
    session = screen.desk.opened
    found = parse_filter(CHECK_FILTER, screen.desk.scale).select(session)
    lost = sum(session.place(annotation) is None for annotation in found)
    checked = len(found) - lost
    parts = (f"{checked} to check" if checked else "", f"{lost} without a place" if lost else "")
    return ", ".join(part for part in parts if part) or "nothing left to check"


def _decided(screen: ReadingScreen, said: str) -> None:
    """Say what was decided and what is left; when nothing is, show every claim again."""
    if screen.desk.filter.text == CHECK_FILTER and not screen.desk.filtered():
        _filter(screen, "")
    screen.say(f"{said} · {_left(screen)} · {screen.key('undo')} undoes that")


def confirm(screen: ReadingScreen, key: str) -> None:
    """Say that the annotation in hand, or the one the list is on, stands where it was found."""
    session = screen.desk.opened
    annotation = entry(screen) or screen.desk.marked()
    if session.place(annotation) is None:
        raise CannotAct("it has no place to confirm: {} offers the likeliest", "attach")
    if not session.placement(annotation).check_reason:
        if session.is_stale(annotation):
            raise CannotAct("its place is sure; what its verdict is on is another source now: a digit judges it anew")
        raise CannotAct("its place is sure; {} shows what to check", "to-check")
    session.confirm_places([annotation])
    screen.choose(annotation)
    _decided(screen, "its place is confirmed")


def confirm_all(screen: ReadingScreen, key: str) -> None:
    """Say that all that are to be checked stand where they were found."""
    session = screen.desk.opened
    found = session.annotations_to_check()
    if not found:
        raise CannotAct("no place is to be confirmed")
    session.confirm_places(found)
    _decided(screen, f"{len(found)} place{'s' * (len(found) > 1)} confirmed")


def attach(screen: ReadingScreen, key: str) -> None:
    """Attach the annotation in hand to the selection; without one take it along, an orphan to its likeliest place."""
    desk, session = screen.desk, screen.desk.opened
    annotation = desk.held or entry(screen) or desk.marked()
    if annotation.edition == session.article.digest:
        raise CannotAct("it was marked in this very text: {} moves its bounds", "bounds")
    if screen.view.selection is not None:
        _attach(screen, annotation)
        return
    to_text(screen)
    screen.remove_class("-card")
    desk.hold(annotation)
    decides = f"{screen.key('attach-here')} attaches it here, {screen.key('escape')} leaves it"
    guess = session.guess_place(annotation) if session.place(annotation) is None else None
    if guess is None:
        screen.say(f"go where it belongs: {decides}")
        return
    screen.go(guess, jump=True)
    screen.say(f"best guess: {decides}")


def attach_here(screen: ReadingScreen, key: str) -> None:
    """Attach what is taken along to the selection, else to the sentence."""
    if screen.desk.held is None:
        raise CannotAct("nothing is taken along: {} takes a claim along whose text changed", "attach")
    _attach(screen, screen.desk.held)


def _attach(screen: ReadingScreen, annotation: Annotation) -> None:
    selection = screen.view.selection
    span: Span = screen.desk.current_sentence() if selection is None else words_in(screen, selection)
    screen.picking = None
    screen.view.select(None)
    screen.desk.hold(None)
    _go(screen, screen.desk.opened.set_place(annotation, span))
    _decided(screen, "attached")


def edition(screen: ReadingScreen, key: str) -> None:
    """Show the text that the annotation in hand was made on, else the last one before; read-only."""
    desk = screen.desk
    others = [edition for edition in screen.keeper.editions if edition.digest != desk.opened.article.digest]
    if not others:
        raise CannotAct("the text has not changed since it was first opened")
    made_on = desk.annotation.edition if desk.annotation is not None else ""
    wanted = next((edition for edition in others if edition.digest == made_on), others[-1])
    screen.keeper.read_edition(wanted)
    screen.say("opening the text as it was …", "hint")


COMMANDS: dict[str, Command] = {
    "to-check": to_check,
    "confirm": confirm,
    "confirm-all": confirm_all,
    "attach": attach,
    "attach-here": attach_here,
    "edition": edition,
}
