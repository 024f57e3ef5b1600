"""The state of the review queue without a screen: whatever was done, every pair is there once, and going on reaches all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader.review.queue import build_queue
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANNOTATION_KINDS
from reader.tui.reading.review_queue import ReviewQueue
from tests.tui.texts import BUSES

SENTENCES = BUSES.sentences.all()
VERDICTS = ("supports", "contradicts", "unavailable", "unclear")
FILTERS = ("", "[2]", "is:new", "-is:disagree", "trams")
steps = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 50)), max_size=40)


def take(session: ReviewSession, queue: ReviewQueue, what: int, n: int) -> None:
    """Do one thing that a person, or another window, can do while the queue is shown."""
    known, claim = session.index.annotations(), queue.claim
    if what <= 2 and claim is not None:
        session.judge(claim, queue.reference, VERDICTS[n % 4])
        queue.advance_after_verdict()
    elif what == 3:
        queue.skip()
        queue.advance()
    elif what == 4:
        queue.go_back()
    elif what == 5:
        session.undo()
    elif what == 6:
        session.mark(SENTENCES[n % len(SENTENCES)], ANNOTATION_KINDS[n % 3])
    elif what == 7 and known:
        session.remove([known[n % len(known)]])
    elif what == 8:
        queue.set_filter(FILTERS[n % len(FILTERS)], queue.current)
    elif what == 9:
        queue.close()
        queue.start(session)


def review() -> tuple[ReviewSession, ReviewQueue]:
    """Return a review with six claims, and the queue on it."""
    session, queue = ReviewSession(BUSES, "the-article", creator="ana"), ReviewQueue()
    for sentence in SENTENCES[:6]:
        session.mark(sentence)
    session.listen(queue.update)
    queue.start(session)
    return session, queue


@given(steps)
def test_every_pair_that_needs_something_is_there_once_whatever_was_done(done: list[tuple[int, int]]) -> None:
    session, queue = review()
    for what, n in done:
        take(session, queue, what, n)
        if queue.current is not None and not queue.has_current_pair():
            queue.advance()
        wanted = {p.key for p in build_queue(session.index)} if not queue.filter_text else None
        assert wanted is None or queue.open_count == len(wanted)
        assert 0 <= queue.number <= queue.total
        assert queue.total >= queue.open_count
        assert (queue.number > 0) == (queue.current is not None)
        assert queue.current is None or queue.has_current_pair()


@given(steps)
def test_judging_on_and_on_reaches_every_pair_and_ends(done: list[tuple[int, int]]) -> None:
    session, queue = review()
    for what, n in done:
        take(session, queue, what, n)
    queue.set_filter("", None)
    before = queue.open_count
    for _ in range(before):
        claim = queue.claim
        assert claim is not None
        session.judge(claim, queue.reference, "supports")
        queue.advance_after_verdict()
    assert (queue.current, queue.open_count, build_queue(session.index)) == (None, 0, ())
