"""Reviewing: the queue of open pairs, one after the other; the next unread sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.review.model import Evidence
from reader.tui.cues import closest_passages, is_blind, is_same_evidence, passage_query
from reader.tui.reading.commands.context import Command
from reader.tui.reading.queue import ReviewQueue, leave_review, start_review
from reader.tui.text_state import CannotAct
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen

QUEUE_FILTER_HINT = "#tag  [3]  is:stale  is:lacks  is:new  word   -word turns round"
STEP = 3
"""The lines by which the text is scrolled under the queue."""


def toggle_review(screen: ReadingScreen, key: str) -> None:
    """Show the queue, at the pair where it was left; again: go back to the text."""
    if screen.state.active_queue is not None:
        leave_review(screen)
    else:
        start_review(screen)


def _queue(screen: ReadingScreen) -> ReviewQueue:
    """Return the queue with a pair in hand; raises CannotAct when there is none."""
    queue = screen.state.active_queue
    if queue is None or queue.current is None:
        raise CannotAct("no pair is left to judge: {} goes back to the text", "escape")
    return queue


def skip_pair(screen: ReadingScreen, key: str) -> None:
    """Put the pair off: it comes again after all others."""
    queue = _queue(screen)
    before = queue.current
    if queue.reason:
        queue.skip()
    queue.advance()
    if queue.current == before:
        raise CannotAct("this is the only pair left")


def previous_pair(screen: ReadingScreen, key: str) -> None:
    """Show the pair that was shown before."""
    queue = screen.state.active_queue
    if queue is None or not queue.go_back():
        raise CannotAct("there is no pair before this one")


def _scroll(by: int) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        screen.view.scroll_to(y=screen.view.scroll_offset.y + by, animate=False)

    return command


def filter_pairs(screen: ReadingScreen, key: str) -> None:
    """Ask which pairs to let through; they are filtered while it is typed."""
    queue = screen.state.active_queue
    if queue is None:
        return
    before, at = queue.filter_text, queue.current

    def typed(text: str) -> None:
        queue.set_filter(text, at)
        screen.prompt.say(f"{queue.remaining} left" if text else QUEUE_FILTER_HINT)
        screen.show()

    def done(text: str) -> str | None:
        typed(text)
        screen.close_question()
        return None

    def left() -> None:
        typed(before)
        screen.close_question()

    screen.ask(Question("filter the pairs", done, before, QUEUE_FILTER_HINT, typed, None, left))


def next_unread(screen: ReadingScreen, key: str) -> None:
    """Go to the next sentence that nothing was said of."""
    if screen.state.open_session and screen.sentence_count < 0:
        raise CannotAct("the article is still being gone through")
    coverage = screen.state.coverage()
    here = screen.state.sentence
    after = here.start if here is not None else -1
    target = coverage.next_unread(after)
    if target is None:
        raise CannotAct("no sentence is unread: each is a claim, no claim, or for later")
    leave_review(screen)
    screen.remove_class("-card", "-side")
    screen.view.focus()
    screen.go(target, jump=True)
    if target.start <= after:
        screen.say("from the top: below nothing is unread" if target.start < after else "this is the only unread sentence")


def _passage(by: int) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        _shown_evidence(screen)
        asked = passage_query(screen)
        if asked is not None and not screen.sources.nearest.step(*asked, by):
            raise CannotAct("this is the last of the passages" if by > 0 else "this is the first of the passages")

    return command


def keep_passage(screen: ReadingScreen, key: str) -> None:
    """Keep the passage shown as evidence on the pair."""
    evidence, queue = _shown_evidence(screen), _queue(screen)
    claim = queue.claim
    if claim is None:
        raise CannotAct("this pair is no longer there: {} shows the next", "review-skip")
    known = claim.judgement_on(queue.reference)
    if known is not None and any(is_same_evidence(evidence, one) for one in known.evidence):
        raise CannotAct("this passage is kept already; {} takes the last change back", "undo")
    screen.state.open_session.keep_evidence(claim, queue.reference, evidence)
    screen.say(f"kept as evidence · a digit gives the verdict · {screen.key('undo')} undoes that")


def _shown_evidence(screen: ReadingScreen) -> Evidence:
    """Return the passage shown as evidence; raises CannotAct when none is."""
    _queue(screen)
    if is_blind(screen):
        raise CannotAct("you judge blind: the passages are hidden until this pair has a verdict")
    closest = closest_passages(screen)
    if closest is None:
        raise CannotAct("this source has no text to read: {} asks for one", "source")
    if closest.read is None and not closest.failed:
        raise CannotAct("the passages are still being looked for")
    evidence = closest.evidence()
    if evidence is None:
        raise CannotAct("no passage is close by its wording: {} opens the whole source", "source")
    return evidence


COMMANDS: dict[str, Command] = {
    "closest-next": _passage(1),
    "closest-previous": _passage(-1),
    "closest-keep": keep_passage,
    "review": toggle_review,
    "review-skip": skip_pair,
    "review-back": previous_pair,
    "review-down": _scroll(STEP),
    "review-up": _scroll(-STEP),
    "review-filter": filter_pairs,
    "next-unread": next_unread,
}
