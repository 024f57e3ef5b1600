"""Commands: mark, tag, note, split, join and remove annotations."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from reader.article.ranges import Span
from reader.printable import plural
from reader.review.model import Annotation, clean_tag_name
from reader.review.vocabulary import CLAIM, LATER, NOT_CLAIM
from reader.tui.keymap import verdict_key_label
from reader.tui.panes.bars import undo_message
from reader.tui.panes.notes import all_notes, other_kinds, other_notes
from reader.tui.question import Draft
from reader.tui.reading.commands.registry import Command, command
from reader.tui.text_state import CannotAct

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.tui.reading.context import ReadingContext
    from reader.tui.text_context import TextContext

_NAMES = {CLAIM: "claim", NOT_CLAIM: "not a claim", LATER: "later"}


def _kind(kind: str) -> Command:
    """Return the command that marks as `kind`, or unmarks what already has that kind."""

    def run(context: ReadingContext, key: str) -> None:
        state, selection = context.state, context.view.selection
        session = state.open_session
        span = state.current_sentence() if selection is None else words_in(context, selection)
        annotation = state.annotation if selection is None else state.annotation_at(span)
        if annotation is None:
            new = session.mark(span, kind)
            context.view.select(None)
            go_to_annotation(context, new)
            context.say(_mark_message(context, new))
        elif other_kinds(annotation):
            go_to_annotation(context, session.set_kind(annotation, kind))
            context.say(f"Decided: {_NAMES[kind]}")
        elif annotation.kind == kind:
            session.remove([annotation], f"unmark {_NAMES[kind]}")
            context.view.select(None)
            context.say(_removal_message(context, annotation, "Unmarked"))
        else:
            go_to_annotation(context, session.set_kind(annotation, kind))
            context.say(f"Now: {_NAMES[kind]}")

    return run


@command("mark")
def mark_claim(context: ReadingContext, key: str) -> None:
    """Mark as a claim or unmark, and with the setting `mark_goes_on` go to the next sentence after marking one."""
    if context.services.settings.mark_goes_on and context.view.selection is None and _would_mark(context):
        mark_and_go_on(context, key)
    else:
        _kind(CLAIM)(context, key)


def _would_mark(context: ReadingContext) -> bool:
    """Whether marking would change the selection or the sentence into a claim; it may be one, and nothing else."""
    span = context.view.selection or context.state.current_sentence()
    annotation = context.state.annotation if context.view.selection is None else context.state.annotation_at(span)
    return annotation is None or annotation.kind != CLAIM or bool(other_kinds(annotation))


@command("mark-next")
def mark_and_go_on(context: ReadingContext, key: str) -> None:
    """Mark the sentence or the selection as a claim unless it is one, and go to the next sentence."""
    new = _would_mark(context)
    if new:
        _kind(CLAIM)(context, key)
    following = context.article.sentences.after(context.state.current_sentence())
    if following is not None:
        context.go(following)
        if new:  # the keys that the message of marking names would act on the next sentence now
            context.say(undo_message("Claim marked", context.key))


def words_in(context: TextContext, selection: Span) -> Span:
    """Return a selection without the blanks at its ends; raises CannotAct if it has no words."""
    text = context.article.text[selection.start : selection.end]
    bare = text.strip()
    if not bare:
        raise CannotAct("Nothing to mark: the selection holds no words")
    start = selection.start + text.index(bare)
    return Span(start, start + len(bare))


def go_to_annotation(context: ReadingContext, annotation: Annotation, *, jump: bool = False) -> None:
    """Select an annotation, and go to its place unless the cursor is there."""
    place, here = context.state.open_session.index.place(annotation), context.state.sentence
    if place is not None and (here is None or not here.overlaps(place)):
        context.go(place, jump=jump)
    context.select_annotation(annotation)


def _mark_message(context: ReadingContext, annotation: Annotation) -> str:
    if annotation.kind != CLAIM:
        return f"Marked: {_NAMES[annotation.kind]}"
    pairs = len(context.state.open_session.index.status(annotation).rests_on)
    digits = verdict_key_label(context.state.scale, context.services.keymap.keys_of("verdict"))
    judge = f" · {digits} judge its {'reference' if pairs == 1 else 'references'}" if digits else ""
    return f"Claim marked · {context.key('tag')} tags it" + (judge if pairs else " · it rests on nothing")


def _removal_message(context: ReadingContext, annotation: Annotation, verb: str) -> str:
    """Return what was removed together with an annotation, and the key that undoes that."""
    losses = [
        *(["its note"] if annotation.note else []),
        *([plural(len(annotation.tags), "tag")] if annotation.tags else []),
        *([plural(len(annotation.judgements), "verdict")] if annotation.judgements else []),
    ]
    return undo_message(verb + (f", with {' and '.join(losses)}" if losses else ""), context.key)


@command("enter")
def mark_or_open(context: ReadingContext, key: str) -> None:
    """Go to the peeked reference, else mark the sentence or selection, else open the card of the annotation."""
    if context.state.peeked_reference:
        context.do("go-definition")
    elif context.view.selection is None and context.state.annotation is not None:
        context.do("open-card")
    else:
        mark_claim(context, key)


@command("tag")
def add_tag(context: ReadingContext, key: str) -> None:
    """Ask for a tag and add it to the current annotation, or remove it if it is there."""
    from reader.review.codebook import Codebook
    from reader.tui.dialogs.tag import TagOffers, TagScreen  # dialogs are slow to load, and few are opened

    annotation = context.state.current_annotation()
    session = context.state.open_session

    def take_name(answer: str | None) -> None:
        name = clean_tag_name(answer or "")
        now = session.index.get(annotation.id)
        if name and now is None:
            context.say("Not tagged: it was removed meanwhile", "fault")
        elif name and now is not None:
            tags = tuple(t for t in now.tags if t != name) if name in now.tags else (*now.tags, name)
            context.select_annotation(session.set_tags(now, tags))
            context.say(f"#{name} " + ("added" if name in tags else "taken off"))
        context.show()

    def read_offers() -> TagOffers:
        now = session.index.get(annotation.id)
        tags = now.tags if now is not None else ()
        return TagOffers(session.index.recent_tags(), Codebook(session.index.tags()), tags)

    draft = Draft(context.state.drafts, f"tag {annotation.id}")
    context.services.push_screen(TagScreen(read_offers, context.state.tag_part, draft), take_name)


@command("note")
def edit_note(context: ReadingContext, key: str) -> None:
    """Edit the note of the current annotation; if it has several versions, show all and keep one."""
    from reader.tui.dialogs.note import NoteScreen, TooLongScreen, why_too_long

    annotation = context.state.current_annotation()
    if reason := why_too_long(all_notes(annotation), "The note"):
        context.services.push_screen(TooLongScreen(reason))
        return
    session = context.state.open_session
    versions = 1 + len(other_notes(annotation))

    def take_note(answer: str | None) -> None:
        now = session.index.get(annotation.id)
        if answer is not None and now is not None:
            context.select_annotation(session.set_note(now, answer.strip()))
            if versions > 1:
                context.say("The notes are one now")
        elif draft.exists:
            context.say(f"Note not kept · {context.key('note')} offers it again")
            context.link.remember()
        context.protect_annotation(None)
        context.show()

    context.protect_annotation(annotation)
    draft = Draft(context.state.drafts, f"note {annotation.id}")
    context.services.push_screen(NoteScreen(all_notes(annotation), annotation.selector.exact, draft, versions), take_note)


@command("split")
def split_claim(context: ReadingContext, key: str) -> None:
    """Split the current annotation at the selection's start, else where its second sentence begins."""
    state = context.state
    annotation = state.current_annotation()
    session = state.open_session
    place = session.index.place(annotation)
    if place is None:
        raise CannotAct("This claim lost its place")
    selection = context.view.selection
    if selection is not None:
        cut = selection.start
    else:
        first = context.article.sentences.at(place.start)
        second = context.article.sentences.after(first) if first else None
        sentence = state.current_sentence()
        cut = sentence.start if sentence.start > place.start else second.start if second else place.end
    try:
        left, right = session.split(annotation, cut)
    except ValueError as error:
        raise CannotAct("Select the words where the second claim begins, then {} splits there", "split") from error
    _end_selection(context)
    go_to_annotation(context, left if cut > state.current_sentence().start else right)
    context.say("Split in two")


@command("join")
def join_claims(context: ReadingContext, key: str) -> None:
    """Join all annotations of one kind that the selection touches, else the current annotation and the next of its kind."""
    state = context.state
    session = state.open_session
    selection = context.view.selection
    if selection is not None:
        parts = session.index.annotations_on(selection)
        if len(parts) < 2:
            raise CannotAct("The selection touches fewer than two claims")
        if len({part.kind for part in parts}) > 1:
            kinds = ", ".join(dict.fromkeys(_NAMES.get(part.kind, part.kind) for part in parts))
            raise CannotAct(f"Only annotations of one kind can be joined; selected: {kinds}")
    else:
        annotation = state.current_annotation()
        order = [a for a in session.index.annotations() if a.kind == annotation.kind]
        at = order.index(annotation)
        if at + 1 == len(order):
            raise CannotAct("There is no claim after this one to join with")
        parts = tuple(order[at : at + 2])
        if not _are_near(context.article, *(session.index.place(part) for part in parts)):
            raise CannotAct("The next claim is in another paragraph: select both, then {} joins them", "join")
    whole = session.join(parts)
    _end_selection(context)
    go_to_annotation(context, whole)
    place = session.index.place(whole)
    sentences = sum(place is not None and place.overlaps(sentence) for sentence in context.article.sentences.all())
    noun = "claims" if whole.kind == CLAIM else "annotations"
    context.say(f"{len(parts)} {noun} joined · the whole spans {plural(sentences, 'sentence')}")


def _end_selection(context: ReadingContext) -> None:
    context.state.range_selection = None
    context.view.select(None)


def _are_near(article: Article, first: Span | None, second: Span | None) -> bool:
    """Whether two places lie in one paragraph, or only blanks and punctuation lie between them."""
    if first is None or second is None:
        return False
    between = article.text[min(first.end, second.start) : second.start]
    return not any(map(str.isalnum, between)) or _block_index(article, first) == _block_index(article, second)


def _block_index(article: Article, place: Span) -> int:
    return bisect_right(article.blocks, place.start, key=lambda block: block.start)


@command("remove")
def remove_annotation(context: ReadingContext, key: str) -> None:
    """Remove the current annotation, or that of the list's current entry."""
    annotation = list_annotation(context) or context.state.current_annotation()
    context.state.open_session.remove([annotation], f"remove {_NAMES.get(annotation.kind, annotation.kind)}")
    context.say(_removal_message(context, annotation, "Removed"))


def list_annotation(context: ReadingContext) -> Annotation | None:
    """Return the claim of the list's current entry while the list has the focus."""
    annotations = context.state.filtered_annotations()
    if context.has_list_focus and context.state.tab == "claims" and context.list.index < len(annotations):
        return annotations[context.list.index]
    return None


command("not-claim")(_kind(NOT_CLAIM))
command("later")(_kind(LATER))
