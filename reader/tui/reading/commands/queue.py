"""Commands: review the open pairs one by one, go to the next undecided sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.cues import is_same_evidence
from reader.tui.panes.bars import undo_message
from reader.tui.question import Question
from reader.tui.reading.commands.annotation import go_to_annotation
from reader.tui.reading.commands.registry import Command, command
from reader.tui.reading.end_of_queue import step_amendment
from reader.tui.reading.queue_flow import closest_passages, is_blind, leave_review, passage_query, start_review
from reader.tui.text_state import CannotAct

if TYPE_CHECKING:
    from reader.review.model import Evidence
    from reader.tui.reading.context import ReadingContext
    from reader.tui.reading.review_queue import ReviewQueue

QUEUE_FILTER_HINT = "#tag  [3]  is:stale  is:lacks  is:new  word   -word turns round"
STEP = 3
"""The lines by which the text scrolls during the review."""


@command("review")
def toggle_review(context: ReadingContext, key: str) -> None:
    """Open the queue at the pair where it was left, or close it."""
    if context.state.active_queue is not None:
        leave_review(context)
    else:
        start_review(context)


def _queue(context: ReadingContext) -> ReviewQueue:
    """Return the queue if it has a current pair; raises CannotAct otherwise."""
    queue = context.state.active_queue
    if queue is None or queue.current is None:
        raise CannotAct("No pairs left; {} goes back to the text", "escape")
    return queue


@command("review-skip")
def skip_pair(context: ReadingContext, key: str) -> None:
    """Skip the pair: it comes again after all others."""
    queue = _queue(context)
    before = queue.current
    if queue.reason:
        queue.skip()
    queue.advance()
    if queue.current == before:
        raise CannotAct("This is the only pair left")


@command("review-back")
def previous_pair(context: ReadingContext, key: str) -> None:
    """Go back to the previous pair."""
    queue = context.state.active_queue
    if queue is None or not queue.go_back():
        raise CannotAct("There is no pair before this one")


def _scroll(by: int) -> Command:
    """Scroll the text; at the end of the queue go to the next claim to mend."""

    def run(context: ReadingContext, key: str) -> None:
        queue = context.state.active_queue
        if queue is not None and queue.is_at_end:
            step_amendment(context, queue, by)
        else:
            context.view.scroll_to(y=context.view.scroll_offset.y + STEP * by, animate=False)

    return run


def _scroll_page(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        queue = context.state.active_queue
        if queue is not None and queue.is_at_end:
            queue.page_top = max(0, queue.page_top + by * max(1, context.services.size.height - 4))
        else:
            context.view.scroll_to(y=context.view.scroll_offset.y + by * max(1, context.view.size.height - 1), animate=False)

    return run


@command("review-enter")
def go_to_amendment(context: ReadingContext, key: str) -> None:
    """Leave the end of the queue for the claim to mend that is in hand."""
    queue = context.state.active_queue
    if queue is None or not queue.is_at_end:
        raise CannotAct("This goes to a claim to mend, at the end of the queue")
    claim = context.state.annotation
    if claim is None:
        raise CannotAct("No claim to mend is chosen")
    reference = next((j.reference for j in claim.judgements if j.verdict), "")
    leave_review(context)
    go_to_annotation(context, claim, jump=True)
    context.state.selected_reference = reference


@command("review-filter")
def filter_pairs(context: ReadingContext, key: str) -> None:
    """Ask for a filter of the pairs; it applies while it is typed."""
    queue = context.state.active_queue
    if queue is None:
        return
    before, at = queue.filter_text, queue.current

    def update(text: str) -> None:
        queue.set_filter(text, at)
        context.say(queue.filter_complaint, "fault")
        context.prompt.say(f"{queue.open_count} left" if text else QUEUE_FILTER_HINT)
        context.show()

    def submit(text: str) -> str | None:
        update(text)
        if queue.filter_complaint:
            return "unknown word"
        context.close_question()
        return None

    def leave() -> None:
        update(before)
        context.close_question()

    context.ask(Question("filter the pairs", submit, before, QUEUE_FILTER_HINT, update, None, leave, verb="keeps it"))


@command("next-undecided")
def next_undecided(context: ReadingContext, key: str) -> None:
    """Go to the next sentence that is not decided."""
    coverage = context.state.coverage()
    here = context.state.sentence
    after = here.start if here is not None else -1
    target = coverage.next_undecided(after)
    if target is None:
        raise CannotAct("Every sentence is decided: a claim, not a claim, or for later")
    leave_review(context)
    context.remove_class("-card", "-side")
    context.view.focus()
    context.go(target, jump=True)
    if target.start <= after:
        context.say(
            "From the top: every sentence below is decided" if target.start < after else "This is the only undecided sentence"
        )


def _passage(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        _shown_evidence(context)
        query = passage_query(context)
        if query is not None and not context.sources.nearest.step(*query, by):
            raise CannotAct("This is the last of the passages" if by > 0 else "This is the first of the passages")

    return run


@command("closest-keep")
def keep_passage(context: ReadingContext, key: str) -> None:
    """Keep the current passage as evidence for the pair; at the end of the queue, go to the claim to mend."""
    if context.state.active_queue is not None and context.state.active_queue.is_at_end:
        go_to_amendment(context, key)
        return
    evidence, queue = _shown_evidence(context), _queue(context)
    claim = queue.claim
    if claim is None:
        raise CannotAct("This pair was removed; {} shows the next", "review-skip")
    judgement = claim.judgement_on(queue.reference)
    if judgement is not None and any(is_same_evidence(evidence, one) for one in judgement.evidence):
        raise CannotAct("This passage is kept already")
    context.state.open_session.keep_evidence(claim, queue.reference, evidence)
    context.say(undo_message("Kept as evidence · a digit gives the verdict", context.key))


def _shown_evidence(context: ReadingContext) -> Evidence:
    """Return the current passage as evidence; raises CannotAct if there is none."""
    _queue(context)
    if is_blind(context):
        raise CannotAct("Blind mode: the passages are hidden until this pair has a verdict")
    closest = closest_passages(context)
    if closest is None:
        raise CannotAct("This source has no text to read: {} asks for one", "source")
    if closest.read is None and not closest.failed:
        raise CannotAct("The passages are still being ranked")
    evidence = closest.evidence()
    if evidence is None:
        raise CannotAct("No passage is close by its wording: {} opens the whole source", "source")
    return evidence


command("closest-next")(_passage(1))
command("closest-previous")(_passage(-1))
command("review-down")(_scroll(1))
command("review-up")(_scroll(-1))
command("review-page-down")(_scroll_page(1))
command("review-page-up")(_scroll_page(-1))
