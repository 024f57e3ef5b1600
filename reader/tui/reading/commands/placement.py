"""Checking what changed: the claims to look at, confirming their places, attaching one to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.article.ranges import Span
from reader.review.filter import CHECK_FILTER, parse_filter
from reader.review.model import Annotation
from reader.tui.reading.commands.annotation import list_annotation, words_in
from reader.tui.reading.commands.context import Command
from reader.tui.reading.commands.lists import to_list, to_text
from reader.tui.text_state import CannotAct

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen


def to_check(screen: ReadingScreen, key: str) -> None:
    """Show only what to look at, and go to the first; when that is shown already, show everything again."""
    desk, session = screen.state, screen.state.open_session
    if desk.filter.text == CHECK_FILTER:
        _filter(screen, "")
        screen.say("every claim is shown again")
        return
    found = parse_filter(CHECK_FILTER, desk.scale).select(session.index)
    if not found:
        raise CannotAct("nothing to check: whatever you marked stands where it stood")
    _filter(screen, CHECK_FILTER)
    screen.set_tab("claims")
    screen.list.index = 0
    _go(screen, found[0])
    if session.index.place(found[0]) is None:
        to_list(screen)
    screen.say(f"{_left(screen)} · {screen.key('next-claim')} goes to the next, {screen.key('to-check')} shows all again")


def _filter(screen: ReadingScreen, typed: str) -> None:
    screen.state.set_filter(parse_filter(typed, screen.state.scale))
    screen.view.repaint_all()
    screen.link.remember()


def _go(screen: ReadingScreen, annotation: Annotation) -> None:
    """Go to an annotation, if it has a place and the cursor is elsewhere, and take it in hand."""
    place, here = screen.state.open_session.index.place(annotation), screen.state.sentence
    if place is not None and (here is None or not here.overlaps(place)):
        screen.go(place, jump=True)
    screen.select_annotation(annotation)


def _left(screen: ReadingScreen) -> str:
    """Say how much there is to look at."""
    session = screen.state.open_session
    found = parse_filter(CHECK_FILTER, screen.state.scale).select(session.index)
    lost = sum(session.index.place(annotation) is None for annotation in found)
    checked = len(found) - lost
    parts = (f"{checked} to check" if checked else "", f"{lost} without a place" if lost else "")
    return ", ".join(part for part in parts if part) or "nothing left to check"


def _report_decision(screen: ReadingScreen, said: str) -> None:
    """Say what was decided and what is left; when nothing is, show every claim again."""
    if screen.state.filter.text == CHECK_FILTER and not screen.state.filtered_annotations():
        _filter(screen, "")
    screen.say(f"{said} · {_left(screen)} · {screen.key('undo')} undoes that")


def confirm_place(screen: ReadingScreen, key: str) -> None:
    """Say that the annotation in hand, or the one the list is on, stands where it was found."""
    session = screen.state.open_session
    annotation = list_annotation(screen) or screen.state.current_annotation()
    if session.index.place(annotation) is None:
        raise CannotAct("it has no place to confirm: {} offers the likeliest", "attach")
    if not session.index.placement(annotation).check_reason:
        if session.index.is_stale(annotation):
            raise CannotAct("its place is sure; what its verdict is on is another source now: a digit judges it anew")
        raise CannotAct("its place is sure; {} shows what to check", "to-check")
    session.confirm_places([annotation])
    screen.select_annotation(annotation)
    _report_decision(screen, "its place is confirmed")


def confirm_places(screen: ReadingScreen, key: str) -> None:
    """Say that all that are to be checked stand where they were found."""
    session = screen.state.open_session
    found = session.index.annotations_to_check()
    if not found:
        raise CannotAct("no place is to be confirmed")
    session.confirm_places(found)
    _report_decision(screen, f"{len(found)} place{'s' * (len(found) > 1)} confirmed")


def attach_annotation(screen: ReadingScreen, key: str) -> None:
    """Attach the annotation in hand to the selection; without one take it along, an orphan to its likeliest place."""
    desk, session = screen.state, screen.state.open_session
    annotation = desk.annotation_to_attach or list_annotation(screen) or desk.current_annotation()
    if annotation.edition == session.index.article.digest:
        raise CannotAct("it was marked in this very text: {} moves its bounds", "bounds")
    if screen.view.selection is not None:
        _attach(screen, annotation)
        return
    to_text(screen)
    screen.remove_class("-card")
    desk.set_annotation_to_attach(annotation)
    decides = f"{screen.key('attach-here')} attaches it here, {screen.key('escape')} leaves it"
    guess = session.index.guess_place(annotation) if session.index.place(annotation) is None else None
    if guess is None:
        screen.say(f"go where it belongs: {decides}")
        return
    screen.go(guess, jump=True)
    screen.say(f"best guess: {decides}")


def attach_to_sentence(screen: ReadingScreen, key: str) -> None:
    """Attach what is taken along to the selection, else to the sentence."""
    if screen.state.annotation_to_attach is None:
        raise CannotAct("nothing is taken along: {} takes a claim along whose text changed", "attach")
    _attach(screen, screen.state.annotation_to_attach)


def _attach(screen: ReadingScreen, annotation: Annotation) -> None:
    selection = screen.view.selection
    span: Span = screen.state.current_sentence() if selection is None else words_in(screen, selection)
    screen.range_selection = None
    screen.view.select(None)
    screen.state.set_annotation_to_attach(None)
    _go(screen, screen.state.open_session.set_place(annotation, span))
    _report_decision(screen, "attached")


def show_old_edition(screen: ReadingScreen, key: str) -> None:
    """Show the text that the annotation in hand was made on, else the last one before; read-only."""
    desk = screen.state
    others = [edition for edition in screen.link.editions if edition.digest != desk.open_session.index.article.digest]
    if not others:
        raise CannotAct("the text has not changed since it was first opened")
    made_on = desk.annotation.edition if desk.annotation is not None else ""
    wanted = next((edition for edition in others if edition.digest == made_on), others[-1])
    screen.link.read_edition(wanted)
    screen.say("opening the text as it was …", "hint")


COMMANDS: dict[str, Command] = {
    "to-check": to_check,
    "confirm": confirm_place,
    "confirm-all": confirm_places,
    "attach": attach_annotation,
    "attach-here": attach_to_sentence,
    "edition": show_old_edition,
}
