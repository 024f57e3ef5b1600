"""Marking: claims and other kinds, tags, notes, split and join, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reader.article.ranges import Span
from reader.review.model import CLAIM, LATER, NOT_CLAIM, Annotation, clean_tag_name
from reader.tui.dialogs.note import NoteScreen
from reader.tui.dialogs.tag import TagScreen
from reader.tui.keymap import verdict_key_label
from reader.tui.panes.notes import all_notes, other_kinds, other_notes
from reader.tui.reading.commands.context import Command
from reader.tui.text_state import CannotAct

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.text_screen import TextScreen

_NAMES = {CLAIM: "claim", NOT_CLAIM: "not a claim", LATER: "later"}


def _kind(kind: str) -> Command:
    """Return the command that marks as `kind`, or takes the mark back where it is already that."""

    def command(screen: ReadingScreen, key: str) -> None:
        desk, selected = screen.state, screen.view.selection
        session = desk.open_session
        span = desk.current_sentence() if selected is None else words_in(screen, selected)
        if selected is not None:
            annotation = next((a for a in session.index.annotations_on(span) if session.index.place(a) == span), None)
        else:
            annotation = desk.annotation
        if annotation is None:
            made = session.mark(span, kind)
            screen.view.select(None)
            _select(screen, made)
            screen.say(_mark_message(screen, made))
        elif other_kinds(annotation):
            _select(screen, session.set_kind(annotation, kind))
            screen.say(f"decided: {_NAMES[kind]}")
        elif annotation.kind == kind:
            session.remove([annotation], f"unmark {_NAMES[kind]}")
            screen.view.select(None)
            screen.say(_removal_message(screen, annotation, "unmarked"))
        else:
            _select(screen, session.set_kind(annotation, kind))
            screen.say(f"now: {_NAMES[kind]}")

    return command


def words_in(screen: TextScreen[Any], selected: Span) -> Span:
    """Return a selection without the blanks at its ends; raises CannotAct when nothing is left."""
    text = screen.article.text[selected.start : selected.end]
    bare = text.strip()
    if not bare:
        raise CannotAct("nothing to mark: the selection holds no words")
    start = selected.start + text.index(bare)
    return Span(start, start + len(bare))


def _select(screen: ReadingScreen, annotation: Annotation) -> None:
    """Take an annotation in hand, and its sentence if the cursor is elsewhere."""
    place = screen.state.open_session.index.place(annotation)
    sentence = screen.state.sentence
    if place is not None and (sentence is None or not sentence.overlaps(place)):
        screen.go(place)
    screen.select_annotation(annotation)


def _mark_message(screen: ReadingScreen, annotation: Annotation) -> str:
    if annotation.kind != CLAIM:
        return f"marked: {_NAMES[annotation.kind]}"
    pairs = len(screen.state.open_session.index.status(annotation).rests_on)
    digits = verdict_key_label(screen.state.scale, screen.services.keymap.keys_of("verdict"))
    judge = f" · {digits} judge its reference" if digits else ""
    return f"claim marked · {screen.key('tag')} tags it" + (judge if pairs else " · it cites nothing")


def _removal_message(screen: ReadingScreen, annotation: Annotation, done: str) -> str:
    """Say what went with an annotation, and that it can be had back."""
    judged = len(annotation.judgements)
    lost = [
        *(["its note"] if annotation.note else []),
        *([f"{len(annotation.tags)} tag" + "s" * (len(annotation.tags) > 1)] if annotation.tags else []),
        *([f"{judged} verdict" + "s" * (judged > 1)] if judged else []),
    ]
    return done + (f", with {' and '.join(lost)}" if lost else "") + f" · {screen.key('undo')} brings it back"


def mark_or_open(screen: ReadingScreen, key: str) -> None:
    """Go to the reference that is peeked; else mark an unmarked sentence or the selection; on a marked one open the card."""
    if screen.state.peeked_reference:
        screen.do("go-definition")
    elif screen.view.selection is None and screen.state.annotation is not None:
        screen.do("open-card")
    else:
        COMMANDS["mark"](screen, key)


def add_tag(screen: ReadingScreen, key: str) -> None:
    """Ask for a tag and put it on the annotation in hand, or take it off if it is there."""
    annotation = screen.state.current_annotation()
    session = screen.state.open_session

    def done(answer: str | None) -> None:
        name = clean_tag_name(answer or "")
        now = session.index.get(annotation.id)
        if name and now is None:
            screen.say("not tagged: it was removed in another window", "fault")
        elif name and now is not None:
            tags = tuple(t for t in now.tags if t != name) if name in now.tags else (*now.tags, name)
            screen.select_annotation(session.set_tags(now, tags))
            screen.say(f"#{name} " + ("added" if name in tags else "taken off"))
        screen.show()

    screen.services.push_screen(TagScreen(session.index.recent_tags(), annotation.tags, screen.state.tag_part), done)


def edit_note(screen: ReadingScreen, key: str) -> None:
    """Write the note of the annotation in hand; of a note that has two versions, show both: what is left of them is kept."""
    annotation = screen.state.current_annotation()
    session = screen.state.open_session
    versions = 1 + len(other_notes(annotation))

    def done(answer: str | None) -> None:
        now = session.index.get(annotation.id)
        if answer is not None and now is not None:
            screen.select_annotation(session.set_note(now, answer.strip()))
            if versions > 1:
                screen.say("one note now")
        screen.receiver.write_on(None)
        screen.show()

    screen.receiver.write_on(annotation)
    screen.services.push_screen(NoteScreen(all_notes(annotation), annotation.selector.exact, versions), done)


def split_annotation(screen: ReadingScreen, key: str) -> None:
    """Split the annotation in hand at the selection's start, else where its next sentence begins."""
    desk = screen.state
    annotation = desk.current_annotation()
    session = desk.open_session
    place = session.index.place(annotation)
    if place is None:
        raise CannotAct("this claim lost its place")
    selection = screen.view.selection
    if selection is not None:
        cut = selection.start
    else:
        first = screen.article.sentences.at(place.start)
        second = screen.article.sentences.after(first) if first else None
        sentence = desk.current_sentence()
        cut = sentence.start if sentence.start > place.start else second.start if second else place.end
    try:
        left, right = session.split(annotation, cut)
    except ValueError as error:
        raise CannotAct("select the words where the second claim begins, then {} splits there", "split") from error
    screen.view.select(None)
    _select(screen, left if cut > desk.current_sentence().start else right)
    screen.say("split in two")


def join_claims(screen: ReadingScreen, key: str) -> None:
    """Join all annotations that the selection touches; without one, the annotation in hand and the next."""
    desk = screen.state
    session = desk.open_session
    selection = screen.view.selection
    if selection is not None:
        parts = session.index.annotations_on(selection)
        if len(parts) < 2:
            raise CannotAct("the selection touches fewer than two claims")
    else:
        annotation = desk.current_annotation()
        order = [a for a in session.index.annotations() if a.kind == annotation.kind]
        at = order.index(annotation)
        if at + 1 == len(order):
            raise CannotAct("there is no claim after this one to join with")
        parts = tuple(order[at : at + 2])
    joined = session.join(parts)
    screen.view.select(None)
    _select(screen, joined)
    screen.say(f"{len(parts)} joined")


def remove_annotation(screen: ReadingScreen, key: str) -> None:
    """Remove the annotation in hand."""
    annotation = list_annotation(screen) or screen.state.current_annotation()
    screen.state.open_session.remove([annotation], f"remove {_NAMES.get(annotation.kind, annotation.kind)}")
    screen.say(_removal_message(screen, annotation, "removed"))


def list_annotation(screen: ReadingScreen) -> Annotation | None:
    """Return the claim that the list is on, when the list has the keys."""
    shown = screen.state.filtered_annotations()
    if screen.focused is screen.list and screen.state.tab == "claims" and screen.list.index < len(shown):
        return shown[screen.list.index]
    return None


COMMANDS: dict[str, Command] = {
    "mark": _kind(CLAIM),
    "not-claim": _kind(NOT_CLAIM),
    "later": _kind(LATER),
    "enter": mark_or_open,
    "tag": add_tag,
    "note": edit_note,
    "split": split_annotation,
    "join": join_claims,
    "remove": remove_annotation,
}
