"""Commands: check annotations of a changed text, confirm their places, attach them elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.printable import plural
from reader.review.completeness import count_review
from reader.review.filter import CHECK_FILTER, parse_filter
from reader.tui.panes.bars import undo_message
from reader.tui.reading.commands.annotation import go_to_annotation, list_annotation, words_in
from reader.tui.reading.commands.lists import to_list, to_text
from reader.tui.reading.commands.registry import command
from reader.tui.text_state import CannotAct

if TYPE_CHECKING:
    from reader.article.ranges import Span
    from reader.review.model import Annotation
    from reader.tui.reading.context import ReadingContext


@command("to-check")
def to_check(context: ReadingContext, key: str) -> None:
    """Filter the annotations to check and go to the first; again: show all of them."""
    state, session = context.state, context.state.open_session
    if state.filter.text == CHECK_FILTER:
        _filter(context, "")
        context.say("Every claim is shown again")
        return
    annotations = parse_filter(CHECK_FILTER, state.scale).select(session.index)
    if not annotations:
        raise CannotAct("Nothing to check: every annotation kept its place")
    _filter(context, CHECK_FILTER)
    context.set_tab("claims")
    context.list.index = 0
    go_to_annotation(context, annotations[0], jump=True)
    if session.index.place(annotations[0]) is None:
        to_list(context)
    context.say(f"{_left(context)} · {context.key('next-claim')} goes to the next, {context.key('to-check')} shows all again")


def _filter(context: ReadingContext, text: str) -> None:
    context.state.set_filter(parse_filter(text, context.state.scale))
    context.view.repaint_all()
    context.link.remember()


def _left(context: ReadingContext) -> str:
    """Return what is left to check."""
    return " · ".join(count_review(context.state.open_session.index).to_check()) or "nothing left to check"


def show_all_once_checked(context: ReadingContext) -> None:
    """Show all claims again if only those to check were shown and none is left."""
    if context.state.filter.text == CHECK_FILTER and not context.state.filtered_annotations():
        _filter(context, "")


def _report_decision(context: ReadingContext, message: str) -> None:
    """Say what was decided and what is left to check; after the last one, show all claims again."""
    show_all_once_checked(context)
    context.say(undo_message(f"{message} · {_left(context)}", context.key))


@command("confirm")
def confirm_place(context: ReadingContext, key: str) -> None:
    """Confirm the place of the current annotation, or of the list's current entry."""
    session = context.state.open_session
    annotation = list_annotation(context) or context.state.current_annotation()
    if session.index.place(annotation) is None:
        raise CannotAct("This claim has no place to confirm; {} attaches it to one", "attach")
    if not session.index.placement(annotation).check_reason:
        if session.index.is_stale(annotation):
            raise CannotAct("Its place is certain, but a verdict is stale: {} keeps it, a digit judges again", "keep-verdict")
        raise CannotAct("Its place is certain; {} shows what to check", "to-check")
    session.confirm_places([annotation])
    context.select_annotation(annotation)
    _report_decision(context, "Place confirmed")


@command("confirm-all")
def confirm_places(context: ReadingContext, key: str) -> None:
    """Confirm the places of all annotations to check."""
    session = context.state.open_session
    uncertain = session.index.annotations_to_check()
    if not uncertain:
        raise CannotAct("No place needs confirming")
    session.confirm_places(uncertain)
    _report_decision(context, f"{plural(len(uncertain), 'place')} confirmed")


@command("follow-sources")
def move_verdicts(context: ReadingContext, key: str) -> None:
    """Move the verdicts whose sources have other numbers in the renumbered list."""
    session = context.state.open_session
    count = session.follow_sources()
    if not count:
        index = session.index
        staying = [t for a in index.annotations() for j in a.judgements if (t := index.moved_reference(a, j))]
        if staying:
            labels = ", ".join(f"[{index.article.label_of(reference)}]" for reference in dict.fromkeys(staying))
            raise CannotAct(f"Nothing moved: {labels} has a verdict of its own, or two verdicts wait for a choice")
        raise CannotAct("No verdict was given on a source that has another number now")
    context.view.repaint_all()
    numbers = "the number of its source" if count == 1 else "the numbers of their sources"
    _report_decision(context, f"{plural(count, 'verdict')} moved to {numbers}")


@command("attach")
def attach_annotation(context: ReadingContext, key: str) -> None:
    """Attach the annotation to the selection; without one, start to attach it, an orphan at its place if one is likely."""
    state, session = context.state, context.state.open_session
    annotation = state.annotation_to_attach or list_annotation(context) or state.current_annotation()
    if annotation.edition == session.index.article.digest:
        raise CannotAct("This claim was marked in this text; {} moves its bounds", "bounds")
    if context.view.selection is not None:
        _attach(context, annotation)
        return
    to_text(context)
    context.remove_class("-card")
    state.set_annotation_to_attach(annotation)
    attaches, leaves = f"{context.key('attach-here')} attaches it", f"{context.key('escape')} leaves it"
    if session.index.place(annotation) is not None:
        state.has_target = True
        context.say(f"Go where it belongs: {attaches} here, {leaves}")
        return
    guess = session.index.guess_place(annotation)
    if guess is None:
        context.say(f"No likely place: go where it belongs, {attaches}")
        return
    context.go(guess, jump=True)
    state.has_target = True
    context.say(f"A likely place: {attaches} here, {leaves}")


@command("attach-here")
def attach_to_sentence(context: ReadingContext, key: str) -> None:
    """Attach the annotation to the selection, else to the sentence."""
    if context.state.annotation_to_attach is None:
        raise CannotAct("No claim is being attached; {} starts with one whose text changed", "attach")
    if not context.state.has_target and context.view.selection is None:
        raise CannotAct("Nothing here is like it; go to its sentence or select its words first")
    _attach(context, context.state.annotation_to_attach)


def _attach(context: ReadingContext, annotation: Annotation) -> None:
    selection = context.view.selection
    span: Span = context.state.current_sentence() if selection is None else words_in(context, selection)
    context.state.range_selection = None
    context.view.select(None)
    context.state.set_annotation_to_attach(None)
    go_to_annotation(context, context.state.open_session.set_place(annotation, span), jump=True)
    _report_decision(context, "Attached")


@command("edition")
def show_old_edition(context: ReadingContext, key: str) -> None:
    """Show the text that the current annotation was made on, else the last edition before this one."""
    state = context.state
    others = [edition for edition in context.link.editions if edition.digest != state.open_session.index.article.digest]
    if not others:
        raise CannotAct("The text has not changed since it was first opened")
    made_on = state.annotation.edition if state.annotation is not None else ""
    edition = next((edition for edition in others if edition.digest == made_on), others[-1])
    context.link.read_edition(edition)
    context.say("Opening the text as it was …", "hint")
