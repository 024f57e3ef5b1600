"""Show the pairs of the review queue on the reading screen, one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reader.review.model import Annotation, Change, Edit, SourceText, is_readable
from reader.review.pairs import claim_text
from reader.review.vocabulary import CLAIM
from reader.tui.cues import NO_DETAILS, ClosestPassages
from reader.tui.panes.bars import undo_message
from reader.tui.panes.lists import quote_of
from reader.tui.panes.queue import QueueView
from reader.tui.panes.text_changes import text_change_of
from reader.tui.text_context import clear_hits

if TYPE_CHECKING:
    from reader.review.queue import PairKey
    from reader.review.session import ReviewSession
    from reader.tui.reading.context import ReadingContext
    from reader.tui.reading.review_queue import ReviewQueue


def start_review(context: ReadingContext, claims: frozenset[str] = frozenset()) -> None:
    """Open the queue in the side pane: with the pairs of these claims, or of all."""
    state = context.state
    session, queue = state.open_session, state.make_queue()
    state.trail.leave(state.current_sentence().start)
    state.peeked_reference = ""
    clear_hits(context)
    queue.hides_details = context.sources.blind
    queue.start(session, claims)
    context.remove_class("-card", "-side")
    context.add_class("-review")
    context.view.focus()
    show_current_pair(context)


def leave_review(context: ReadingContext) -> None:
    """Close the queue and return to the text, at the claim of the current pair."""
    queue = context.state.active_queue
    if queue is not None:
        claim, reference = queue.claim, queue.reference
        queue.close()
        context.remove_class("-review")
        context.state.select(claim)
        context.state.selected_reference = reference
        context.link.remember()


def queue_view(context: ReadingContext) -> QueueView:
    """Return what the side pane shows of the current pair, or of the whole review when no pair is left."""
    state, session, queue = context.state, context.state.open_session, context.state.queue
    claim = queue.claim if queue is not None else None
    reference = queue.reference if queue is not None else ""
    return QueueView(
        article=state.article,
        scale=state.scale,
        claim=claim,
        words=quote_of(session, claim) if claim is not None else "",
        rests_on=session.index.status(claim).rests_on if claim is not None else (),
        reference=reference,
        source=session.sources.source(reference),
        number=queue.number if queue is not None else 0,
        total=queue.total if queue is not None else 0,
        reason=queue.reason if queue is not None else "",
        details=queue.pair_details if queue is not None else NO_DETAILS,
        tags=tuple(map(state.tag_part, claim.tags)) if claim is not None else (),
        check=text_change_of(session, claim) if claim is not None else None,
        counts=state.counts() if claim is None else None,
        is_filtered=queue is not None and bool(queue.filter_text),
        is_limited=queue is not None and queue.is_limited,
        creator=session.creator,
        label=context.key,
        digits=context.services.keymap.keys_of("verdict"),
        is_removed=queue is not None and queue.is_pair_removed,
        closest=closest_passages(context),
        is_blind=is_blind(context),
    )


def select_queue_pair(context: ReadingContext, claim: Annotation, reference: str) -> None:
    """Make the pair judged on another screen the current one of an open queue."""
    queue = context.state.active_queue
    if queue is not None and queue.current != (claim.id, reference):
        queue.go((claim.id, reference))


def advance_queue(context: ReadingContext, message: str) -> bool:
    """Go on to the next pair after a verdict and say what it was; return whether the queue is open."""
    queue = context.state.active_queue
    if queue is None:
        return False
    queue.advance_after_verdict()
    context.say(undo_message(message, context.key))
    return True


def show_changed_pair(context: ReadingContext, change: Change) -> bool:
    """Show the pair that an undone or redone change was about; return whether the queue is open."""
    queue, session = context.state.active_queue, context.state.session
    if queue is None or session is None:
        return False
    for edit in change.edits:
        key = _pair_of_edit(queue, session, edit)
        if key is not None:
            queue.resume(key)
            break
    queue.screen_pair = None
    return True


def _pair_of_edit(queue: ReviewQueue, session: ReviewSession, edit: Edit) -> PairKey | None:
    """Return the pair whose judgement an edit changed, else the current or first pair of its claim."""
    before, claim = edit.annotations
    if claim is None or claim.kind != CLAIM or session.index.place(claim) is None:
        return None
    rests_on = session.index.status(claim).rests_on
    old = before or replace(claim, judgements=())
    changed_references = (r for r in rests_on if old.judgement_on(r) != claim.judgement_on(r))
    same = queue.reference if queue.current is not None and queue.current[0] == claim.id else ""
    reference = next(changed_references, same or next(iter(rests_on), ""))
    return (claim.id, reference) if reference in rests_on else None


def show_current_pair(context: ReadingContext) -> None:
    """Move the article to the current pair of the queue; go on to the next if the pair no longer exists."""
    state, queue = context.state, context.state.active_queue
    session = state.session
    if queue is None or session is None:
        return
    queue.hides_details = context.sources.blind
    if queue.needs_details:
        queue.needs_details = False
        search = queue.details.make_search(session, context.services.open_library, context.post_message)
        if search is not None:
            context.run_worker(search, thread=True, group="details")
    if queue.current is not None and not queue.has_current_pair() and not queue.is_pair_removed:
        queue.advance()
    if queue.current == queue.screen_pair:
        return
    before = session.index.get(queue.screen_pair[0]) if queue.screen_pair is not None else None
    queue.screen_pair, claim = queue.current, queue.claim
    place = session.index.place(claim) if claim is not None else None
    if claim is not None and place is not None:
        if not context.view.noise_shown and context.article.is_noise(place):
            context.show_noise(True)
        context.go(place)
        state.select(claim)
    context.repaint_annotations(before, claim)
    context.link.remember()


# ------------------------------------------------------------------ the closest passages of the current pair


def is_blind(context: ReadingContext) -> bool:
    """Whether the passages stay hidden because the person judges blind and the current pair has no verdict yet."""
    queue = context.state.active_queue
    claim = queue.claim if queue is not None else None
    return queue is not None and claim is not None and context.sources.blind and not claim.verdict_on(queue.reference)


def closest_passages(context: ReadingContext) -> ClosestPassages | None:
    """Return the closest passages for the current pair, None if its source has no text. The first call starts the search."""
    query = passage_query(context)
    if query is None:
        return None
    return ClosestPassages() if is_blind(context) else context.sources.nearest.closest(*query)


def passage_query(context: ReadingContext) -> tuple[SourceText, str] | None:
    """Return the source text of the current pair and the words of its claim, None if there is no text to read."""
    queue, session = context.state.active_queue, context.state.open_session
    claim = queue.claim if queue is not None else None
    place = session.index.place(claim) if claim is not None else None
    source = session.sources.source(queue.reference) if queue is not None else None
    if place is None or source is None or source.text is None or not is_readable(source):
        return None
    return source.text, claim_text(session.index.article, place)
