"""Go to a hit of the search over everything in the article that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.article.ranges import Span
from reader.review.model import is_readable
from reader.tui.cues import SourcePair
from reader.tui.reading.commands.lists import to_text
from reader.tui.reading.queue_flow import leave_review, start_review
from reader.tui.text_state import Hits

if TYPE_CHECKING:
    from reader.search.results import Destination
    from reader.tui.reading.context import ReadingContext


def go_to_hit(context: ReadingContext, destination: Destination, *, is_jump: bool) -> None:
    """Go to an annotation, else to a range of the text; show a source at its place. Say so where it is not there any more.

    `is_jump`: the way back leads to where the cursor was; not in an article that was opened for the hit.
    """
    index = context.state.open_session.index
    if destination.claims:
        start_review(context, destination.claims)
        return
    if context.state.active_queue is not None:
        leave_review(context)
    to_text(context)
    if destination.reference:
        _open_source(context, destination)
        return
    annotation = index.get(destination.annotation)
    place = index.place(annotation) if annotation is not None else destination.locate(context.article.text)
    if place is None:
        lost = annotation is not None and index.place(annotation) is None
        context.say("This claim lost its place in the text" if lost else "The text has changed since it was indexed", "fault")
        return
    context.go(place, jump=is_jump, centre=True)
    if annotation is not None:
        context.select_annotation(annotation)
    else:
        words = Span(place.start, place.end)
        context.state.hits = Hits([words], role="hit", label="the search")
        context.view.show_hits([words], 0)


def _open_source(context: ReadingContext, destination: Destination) -> None:
    """Open the source behind the reference with an identity, at the place of the hit."""
    sources = context.state.open_session.sources
    reference = next((one for one in context.article.references if sources.identity(one.id) == destination.reference), None)
    source = sources.source(reference.id) if reference is not None else None
    if reference is None or source is None or source.text is None or not is_readable(source):
        context.say("This source is no longer attached to a reference", "fault")
        return
    start = destination.span.start if destination.span is not None else -1
    context.sources.open(SourcePair(reference, "", "", start), source.text)
