"""Show the end of the review queue as a page: the article at a glance, and beside it what the author should mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.panes.complete import EndView, author_lines, page_lines
from reader.tui.styled_line import Part, StyledLine, line

if TYPE_CHECKING:
    from reader.tui.reading.context import ReadingContext
    from reader.tui.reading.review_queue import ReviewQueue


def end_view(context: ReadingContext, queue: ReviewQueue) -> EndView:
    """Return what the page shows. The claim in hand stays within the list; in a wide window there is always one."""
    from reader.exchange import FORMATS  # slow to load, and only needed here

    state = context.state
    outcome, counts = state.outcome(), state.counts()
    queue.amendment = min(queue.amendment, len(outcome.amendments) - 1)
    if queue.amendment < 0 and outcome.amendments and not context.is_narrow:
        queue.amendment = 0
    return EndView(
        session=state.open_session,
        outcome=outcome,
        counts=counts,
        coverage=state.coverage() if counts is not None else None,
        findings=[finding for finding in state.findings if not state.is_dismissed(finding)],
        letters={name: row.letter for name, row in FORMATS.items()},
        label=context.key,
        chosen=queue.amendment,
    )


def end_page_lines(context: ReadingContext, view: EndView, width: int, height: int) -> list[StyledLine]:
    """Return the part of the page that is shown; in a narrow window what the author should mend stands below the rest."""
    queue = context.state.active_queue
    lines = page_lines(view, width)
    if queue is None:
        return lines[:height]
    if context.is_narrow:
        lines += [(), *_author_part(view, width, queue, len(lines) + 1, height)]
    queue.page_top = max(0, min(queue.page_top, len(lines) - height))
    below = len(lines) - queue.page_top - height
    shown = lines[queue.page_top : queue.page_top + height]
    if below > 0 and height > 1:
        shown[-1:] = [line((f"   ↓ {below + 1} more lines", "secondary"))]
    return shown


def _author_part(view: EndView, width: int, queue: ReviewQueue, start: int, height: int) -> list[StyledLine]:
    """Return what the author should mend below a page of `start` lines, and bring the one in hand into view."""
    inner = min(width - 4, 72)
    whole = author_lines(view, inner, 12 + 3 * len(view.outcome.amendments))
    if queue.amendment >= 0:
        at = start + 2 + 3 * queue.amendment
        queue.page_top = max(at + 4 - height, min(queue.page_top, at))
    return [(Part("  "), *parts) for parts in whole]


def step_amendment(context: ReadingContext, queue: ReviewQueue, by: int) -> None:
    """Go to another claim to mend; before the first one is the top of the page, in a narrow window."""
    last = len(context.state.outcome().amendments) - 1
    least = -1 if context.is_narrow or last < 0 else 0
    queue.amendment = max(least, min(last, queue.amendment + by))
    if queue.amendment < 0:
        queue.page_top = max(0, queue.page_top + 3 * by)


def show_end(context: ReadingContext) -> bool:
    """Give the end of the queue the room of the text, or give it back; return whether the end is shown."""
    queue = context.state.active_queue
    is_shown = queue is not None and queue.is_at_end and context.state.session is not None
    if context.has_class("-end") != is_shown:
        (context.add_class if is_shown else context.remove_class)("-end")
        if not is_shown:
            context.view.focus()
    return is_shown
