"""What the actions of the source screen do: passages, evidence, the verdict on the pair, what is hidden, the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from reader.article.ranges import Span
from reader.review.model import ABSTRACT, FULL_TEXT, Annotation, Evidence
from reader.review.selector import make_selector
from reader.tui.actions import SOURCE
from reader.tui.reading.commands import COMMANDS
from reader.tui.reading.commands import navigation as finding
from reader.tui.reading.commands import navigation as moving
from reader.tui.reading.commands import selection as selecting
from reader.tui.reading.commands.annotation import words_in
from reader.tui.reading.commands.judgement import ask_decision, ask_problems
from reader.tui.reading.queue import select_queue_pair
from reader.tui.text_state import CannotAct, Hits, NotReady

if TYPE_CHECKING:
    from reader.tui.source.screen import SourceScreen

OnSource = Callable[["SourceScreen", str], None]
"""A command of the source screen; the second argument is the key that chose it. Raises CannotAct, with the reason."""


def command_of(action_id: str) -> OnSource:
    """Return what an action does on a source screen."""
    return _COMMANDS[action_id]


# ---------------------------------------------------------------------- passages


def _passage(by: int) -> OnSource:
    def command(screen: SourceScreen, key: str) -> None:
        if screen.is_hidden:
            raise CannotAct("the passages are hidden until this pair has a verdict: {} shows them", "source-blind")
        if screen.is_searching:
            raise NotReady("the passages are still being looked for")
        if not screen.passages:
            raise CannotAct("no passages" if screen.cues is not None else "the passages are still being looked for")
        number = screen.passage_index + by if screen.passage_index >= 0 else 0
        if not 0 <= number < len(screen.passages):
            raise CannotAct("this is the last of the passages" if by > 0 else "this is the first of the passages")
        screen.go_passage(number)

    return command


def toggle_blind(screen: SourceScreen, key: str) -> None:
    """Hide the passages until the pair has a verdict, or show them."""
    sourcing = screen.reading.sources
    sourcing.set_blind(not sourcing.blind)
    if not sourcing.blind:
        screen.say("the passages are shown")
    elif screen.is_hidden:
        screen.passage_index = -1
        screen.say("blind: the passages stay hidden until a pair has a verdict")
    else:
        screen.say("blind from now on; this pair has a verdict, so its passages are shown")


# ---------------------------------------------------------------------- evidence


def _claim_of_pair(screen: SourceScreen) -> Annotation:
    """Return the claim of the pair; raises CannotAct when there is none, or the pair is none any more."""
    annotation, reference = screen.annotation, screen.pair.reference
    if annotation is None:
        gone = "this is no claim any more: {} goes back to the article"
        none = "no claim in hand rests on this source: mark the sentence as a claim first; {} goes back"
        raise CannotAct(gone if screen.pair.claim else none, "source-back")
    if screen.session.index.place(annotation) is None:
        raise CannotAct("this claim lost its place in the text meanwhile: {} goes back to the article", "source-back")
    if reference.id not in screen.session.index.status(annotation).rests_on:
        raise CannotAct(f"the claim no longer rests on [{reference.label}]")
    return annotation


def keep_evidence(screen: SourceScreen, key: str) -> None:
    """Keep the selection, else the sentence with the cursor, as evidence on the pair."""
    annotation, selection = _claim_of_pair(screen), screen.view.selection
    if screen.is_searching:
        raise NotReady("the passages are still being looked for")
    span: Span = screen.in_hand.current_sentence() if selection is None else words_in(screen, selection)
    screen.range_selection = None
    screen.view.select(None)
    if any(place == span for place, _ in screen.kept_evidence):
        screen.verdict_prompt = "kept already"
        return
    evidence = Evidence(screen.read.text.digest, make_selector(screen.article.text, span))
    screen.session.keep_evidence(annotation, screen.pair.reference.id, evidence)
    screen.verdict_prompt = "kept"


def drop_evidence(screen: SourceScreen, key: str) -> None:
    """Drop the evidence that the cursor is on."""
    annotation, evidence = _claim_of_pair(screen), screen.evidence_here()
    if evidence is None:
        raise CannotAct("no evidence is kept here: {} keeps the sentence", "source-keep")
    screen.session.drop_evidence(annotation, screen.pair.reference.id, evidence)
    screen.say(f"dropped · {screen.key('undo')} undoes that")


def clear_selection(screen: SourceScreen, key: str) -> None:
    """Leave the selection."""
    screen.range_selection = None
    screen.view.select(None)


# ---------------------------------------------------------------------- what is said of pair and source


def _reading(action_id: str) -> OnSource:
    """Return what does an action of the reading screen on the pair, and says here what came of it."""

    def command(screen: SourceScreen, key: str) -> None:
        reading = screen.reading
        _take_in_hand(screen)
        COMMANDS[action_id](reading, key)
        screen.message = reading.message

    return command


def _take_in_hand(screen: SourceScreen) -> None:
    """Have the reading screen take the pair in hand; raises CannotAct when it would take another one."""
    annotation, reading = _claim_of_pair(screen), screen.reading
    place, here = screen.session.index.place(annotation), reading.state.sentence
    if place is not None and (here is None or not here.overlaps(place)):
        reading.go(place)
    reading.select_annotation(annotation)
    reading.state.selected_reference = screen.pair.reference.id
    select_queue_pair(reading, annotation, screen.pair.reference.id)
    taken = reading.state.annotation
    if taken is None or taken.id != annotation.id or reading.state.current_reference() != screen.pair.reference.id:
        raise CannotAct("this pair can be judged in the queue only: its claim stands in no sentence of the text")


def verdict(screen: SourceScreen, key: str) -> None:
    """Give the pair its verdict and go back, to where it is said."""
    _reading("verdict")(screen, key)
    screen.dismiss()


def unavailable(screen: SourceScreen, key: str) -> None:
    """Say that the source cannot be had; in the queue, which then shows the next pair, go back to it."""
    _reading("unavailable")(screen, key)
    if screen.reading.state.active_queue is not None:
        screen.dismiss()


def problems(screen: SourceScreen, key: str) -> None:
    """Ask what is wrong with the pair."""
    ask_problems(screen, screen.session, _claim_of_pair(screen), screen.pair.reference.id)


def decide(screen: SourceScreen, key: str) -> None:
    """Ask what the author should do about the claim."""
    ask_decision(screen, screen.session, _claim_of_pair(screen))


def set_extent(screen: SourceScreen, key: str) -> None:
    """Say that the text is only an abstract, or that it is the whole."""
    source = screen.source
    if source is None or source.current != screen.read.text.digest:
        raise CannotAct("this is an older text: {} shows the one of now", "source-older")
    text = source.text_of(screen.read.text.digest)
    wanted = FULL_TEXT if text is not None and text.extent == ABSTRACT else ABSTRACT
    screen.session.set_extent(source, wanted)
    screen.say("only an abstract: what is not in it may be in the whole" if wanted == ABSTRACT else "the whole text")


def show_older_text(screen: SourceScreen, key: str) -> None:
    """Show the text that other evidence of the pair was taken from, or again the one of now."""
    source, digest = screen.source, screen.read.text.digest
    if source is None:
        raise CannotAct("this source is no longer there")
    others = [text for text in source.texts if text.digest != digest]
    quoted = {evidence.source for evidence in screen.evidence}
    wanted = [text for text in others if text.digest in quoted or text.digest == source.current]
    if not wanted:
        raise CannotAct("no evidence was taken from an older text")
    screen.reading.sources.open(screen.pair, wanted[-1])


# ---------------------------------------------------------------------- undo, and the way back


def undo(screen: SourceScreen, key: str) -> None:
    """Take the last change back."""
    change = screen.session.undo()
    if change is None:
        raise CannotAct("nothing to undo")
    screen.say(f"undone: {change.label}")


def redo(screen: SourceScreen, key: str) -> None:
    """Do again what was taken back."""
    change = screen.session.redo()
    if change is None:
        raise CannotAct("nothing to redo")
    screen.say(f"done again: {change.label}")


def copy(screen: SourceScreen, key: str) -> None:
    """Send the selection, else the sentence, to the terminal's clipboard."""
    span = screen.view.selection or screen.in_hand.current_sentence()
    screen.services.copy_to_clipboard(screen.article.text[span.start : span.end])
    screen.say("sent to the terminal's clipboard")


def leave_source(screen: SourceScreen, key: str) -> None:
    """Leave the selection, else the search, else the source; "s" and "q" leave it at once."""
    if key == "escape" and screen.view.selection is not None:
        clear_selection(screen, key)
    elif key == "escape" and screen.in_hand.hits.spans:
        screen.in_hand.hits = Hits()
        screen.view.show_hits(())
    else:
        screen.dismiss()


def show_help(screen: SourceScreen, key: str) -> None:
    """Show the keys."""
    screen.services.show_help(SOURCE)


def leave(screen: SourceScreen, key: str) -> None:
    """Save and leave."""
    screen.reading.link.remember_now()
    screen.services.leave()


_COMMANDS: dict[str, OnSource] = {
    **moving.MOVING_ON_TEXT,
    **selecting.ON_TEXT,
    **finding.ON_TEXT,
    "page-down": lambda screen, key: screen.view.move_by_pages(1),
    "page-up": lambda screen, key: screen.view.move_by_pages(-1),
    "half-page-down": lambda screen, key: screen.view.move_by_pages(0.5),
    "half-page-up": lambda screen, key: screen.view.move_by_pages(-0.5),
    "top": lambda screen, key: moving.to_edge(screen, last=False),
    "end": lambda screen, key: moving.to_edge(screen, last=True),
    "source-next": _passage(1),
    "source-previous": _passage(-1),
    "source-keep": keep_evidence,
    "source-drop": drop_evidence,
    "source-quote": keep_evidence,
    "source-unquote": clear_selection,
    "source-blind": toggle_blind,
    "source-extent": set_extent,
    "source-older": show_older_text,
    "source-back": leave_source,
    "source-quit": leave,
    "verdict": verdict,
    "unavailable": unavailable,
    "clear-verdict": _reading("clear-verdict"),
    "problems": problems,
    "decide": decide,
    "undo": undo,
    "redo": redo,
    "copy": copy,
    "help": show_help,
}
