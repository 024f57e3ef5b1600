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
        desk, selected = screen.desk, screen.view.selection
        session = desk.opened
        span = desk.current_sentence() if selected is None else words_in(screen, selected)
        if selected is not None:
            annotation = next((a for a in session.annotations_on(span) if session.place(a) == span), None)
        else:
            annotation = desk.annotation
        if annotation is None:
            made = session.mark(span, kind)
            screen.view.select(None)
            _take(screen, made)
            screen.say(_marked(screen, made))
        elif other_kinds(annotation):
            _take(screen, session.set_kind(annotation, kind))
            screen.say(f"decided: {_NAMES[kind]}")
        elif annotation.kind == kind:
            session.remove([annotation], f"unmark {_NAMES[kind]}")
            screen.view.select(None)
            screen.say(_lost(screen, annotation, "unmarked"))
        else:
            _take(screen, session.set_kind(annotation, kind))
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


def _take(screen: ReadingScreen, annotation: Annotation) -> None:
    """Take an annotation in hand, and its sentence if the cursor is elsewhere."""
    place = screen.desk.opened.place(annotation)
    sentence = screen.desk.sentence
    if place is not None and (sentence is None or not sentence.overlaps(place)):
        screen.go(place)
    screen.choose(annotation)


def _marked(screen: ReadingScreen, annotation: Annotation) -> str:
    if annotation.kind != CLAIM:
        return f"marked: {_NAMES[annotation.kind]}"
    pairs = len(screen.desk.opened.status(annotation).rests_on)
    digits = verdict_key_label(screen.desk.scale, screen.reader.keymap.keys_of("verdict"))
    judge = f" · {digits} judge its reference" if digits else ""
    return f"claim marked · {screen.key('tag')} tags it" + (judge if pairs else " · it cites nothing")


def _lost(screen: ReadingScreen, annotation: Annotation, done: str) -> str:
    """Say what went with an annotation, and that it can be had back."""
    judged = len(annotation.judgements)
    lost = [
        *(["its note"] if annotation.note else []),
        *([f"{len(annotation.tags)} tag" + "s" * (len(annotation.tags) > 1)] if annotation.tags else []),
        *([f"{judged} verdict" + "s" * (judged > 1)] if judged else []),
    ]
    return done + (f", with {' and '.join(lost)}" if lost else "") + f" · {screen.key('undo')} brings it back"


def enter(screen: ReadingScreen, key: str) -> None:
    """Go to the reference that is peeked; else mark an unmarked sentence or the selection; on a marked one open the card."""
    if screen.desk.peeked:
        screen.do("go-definition")
    elif screen.view.selection is None and screen.desk.annotation is not None:
        screen.do("open-card")
    else:
        COMMANDS["mark"](screen, key)


def tag(screen: ReadingScreen, key: str) -> None:
    """Ask for a tag and put it on the annotation in hand, or take it off if it is there."""
    annotation = screen.desk.marked()
    session = screen.desk.opened

    def done(answer: str | None) -> None:
        name = clean_tag_name(answer or "")
        now = session.get(annotation.id)
        if name and now is None:
            screen.say("not tagged: it was removed in another window", "fault")
        elif name and now is not None:
            tags = tuple(t for t in now.tags if t != name) if name in now.tags else (*now.tags, name)
            screen.choose(session.set_tags(now, tags))
            screen.say(f"#{name} " + ("added" if name in tags else "taken off"))
        screen.show()

    screen.reader.push_screen(TagScreen(session.recent_tags(), annotation.tags, screen.desk.tag_part), done)


def note(screen: ReadingScreen, key: str) -> None:
    """Write the note of the annotation in hand; of a note that has two versions, show both: what is left of them is kept."""
    annotation = screen.desk.marked()
    session = screen.desk.opened
    versions = 1 + len(other_notes(annotation))

    def done(answer: str | None) -> None:
        now = session.get(annotation.id)
        if answer is not None and now is not None:
            screen.choose(session.set_note(now, answer.strip()))
            if versions > 1:
                screen.say("one note now")
        screen.receiver.write_on(None)
        screen.show()

    screen.receiver.write_on(annotation)
    screen.reader.push_screen(NoteScreen(all_notes(annotation), annotation.selector.exact, versions), done)


def split(screen: ReadingScreen, key: str) -> None:
    """Split the annotation in hand at the selection's start, else where its next sentence begins."""
    desk = screen.desk
    annotation = desk.marked()
    session = desk.opened
    place = session.place(annotation)
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
    _take(screen, left if cut > desk.current_sentence().start else right)
    screen.say("split in two")


def join(screen: ReadingScreen, key: str) -> None:
    """Join all annotations that the selection touches; without one, the annotation in hand and the next."""
    desk = screen.desk
    session = desk.opened
    selection = screen.view.selection
    if selection is not None:
        parts = session.annotations_on(selection)
        if len(parts) < 2:
            raise CannotAct("the selection touches fewer than two claims")
    else:
        annotation = desk.marked()
        order = [a for a in session.annotations() if a.kind == annotation.kind]
        at = order.index(annotation)
        if at + 1 == len(order):
            raise CannotAct("there is no claim after this one to join with")
        parts = tuple(order[at : at + 2])
    joined = session.join(parts)
    screen.view.select(None)
    _take(screen, joined)
    screen.say(f"{len(parts)} joined")


def remove(screen: ReadingScreen, key: str) -> None:
    """Remove the annotation in hand."""
    annotation = entry(screen) or screen.desk.marked()
    screen.desk.opened.remove([annotation], f"remove {_NAMES.get(annotation.kind, annotation.kind)}")
    screen.say(_lost(screen, annotation, "removed"))


def entry(screen: ReadingScreen) -> Annotation | None:
    """Return the claim that the list is on, when the list has the keys."""
    shown = screen.desk.filtered()
    if screen.focused is screen.list and screen.desk.tab == "claims" and screen.list.index < len(shown):
        return shown[screen.list.index]
    return None


COMMANDS: dict[str, Command] = {
    "mark": _kind(CLAIM),
    "not-claim": _kind(NOT_CLAIM),
    "later": _kind(LATER),
    "enter": enter,
    "tag": tag,
    "note": note,
    "split": split,
    "join": join,
    "remove": remove,
}
