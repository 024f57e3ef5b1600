"""The session: whatever was done, undo leads back over every state and redo forward again; what it counts is what there is."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.review.index import Editions, ReviewItems
from reader.review.model import Annotation, Change
from reader.review.pairs import claim_status
from reader.review.scale import UNAVAILABLE
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANNOTATION_KINDS, CLAIM
from tests.unit.review_strategies import article, review, where

ARTICLE = article()
VERDICTS = ("supports", "contradicts", UNAVAILABLE, "")

BOOKMARK = 6
"""The step that sets a bookmark, which undo leaves alone."""
State = tuple[object, ...]
Step = tuple[int, int, int, str]
steps = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 400), st.integers(1, 90), st.sampled_from("abc")), max_size=25)


def state(session: ReviewSession) -> State:
    return (
        session.index.annotations(),
        session.index.orphans(),
        session.index.tags(),
        session.index.bookmarks(),
        session.index.open_pairs(),
    )


def take(session: ReviewSession, held: list[Annotation], step: Step) -> None:
    """Do one thing; `held` are annotations as a caller may hold them: of any age, also removed ones."""
    what, start, length, letter = step
    span = Span(start, min(start + length, len(ARTICLE.text)))
    if what == 0 or not held:
        held.append(session.add(span, ANNOTATION_KINDS[length % 3], [letter], letter))
        return
    one = held[start % len(held)]
    if what == 1:
        held.append(session.set_note(one, letter * length))
    elif what == 2:
        held.append(session.set_tags(one, [letter, f"{letter}/{letter}"][: length % 3]))
    elif what == 3:
        held.append(session.judge(one, str(length % 3 + 1), VERDICTS[length % 4]))
    elif what == 4:
        held.append(session.set_bounds(one, span))
    elif what == 5:
        session.remove([one, one])
    elif what == BOOKMARK:
        session.set_bookmark(letter, start)
    elif what == 7:
        held.append(session.set_kind(one, ANNOTATION_KINDS[length % 3]))
    elif what == 8 and session.index.place(one):
        place = session.index.place(one)
        assert place is not None
        try:
            held.extend(session.split(one, place.start + length))
        except ValueError:
            return
    elif what == 9 and len({a.id for a in held if session.index.place(a)}) > 1:
        held.append(session.join(held[-4:] if len({a.id for a in held[-4:] if session.index.place(a)}) > 1 else held))


@given(steps)
def test_undo_leads_back_over_every_state_and_redo_forward(done: list[Step]) -> None:
    session, held = review(ARTICLE), list[Annotation]()
    states = [state(session)]
    session.listen(lambda _: states.append(state(session)))
    for step in done:
        if step[0] != BOOKMARK:
            take(session, held, step)
    forward = list(states)
    back = [forward[-1]]
    while session.undo():
        back.append(state(session))
    assert back == forward[::-1]
    again = [state(session)]
    while session.redo():
        again.append(state(session))
    assert again == forward


@given(steps)
def test_the_changes_told_to_a_listener_rebuild_the_session(done: list[Step]) -> None:
    session, held, changes = review(ARTICLE), list[Annotation](), list[Change]()
    session.listen(changes.append)
    for step in done:
        take(session, held, step)
    session.undo()
    items: dict[tuple[type, str], object] = {}
    for edit in (edit for change in changes for edit in change.edits):
        key = (type(edit.item), getattr(edit.item, "id", "") or getattr(edit.item, "name", ""))
        assert items.get(key) == edit.before
        items[key] = edit.after
    kept = [item for item in items.values() if item is not None]
    shown = (*session.index.annotations(), *session.index.orphans(), *session.index.tags(), *session.index.bookmarks())
    assert Counter(kept) == Counter(shown)


@given(steps, st.integers(0, 400), st.integers(1, 60))
def test_what_lies_on_a_span_and_what_is_counted_is_what_there_is(done: list[Step], start: int, length: int) -> None:
    session, held = review(ARTICLE), list[Annotation]()
    for step in done:
        take(session, held, step)
    span = Span(start, start + length)
    placed = [(session.index.place(a), a) for a in session.index.annotations()]
    assert list(session.index.annotations_on(span)) == [a for place, a in placed if place and place.overlaps(span)]
    assert [place for place, _ in placed] == sorted(place for place, _ in placed if place)
    claims = [a for a in (*session.index.annotations(), *session.index.orphans()) if a.kind == CLAIM]
    fresh = {a.id: claim_status(ARTICLE, a, session.index.place(a)) for a in claims}
    assert all(session.index.status(a) == fresh[a.id] for a in claims)
    assert session.index.open_pairs() == sum(status.open_pairs for status in fresh.values())
    assert session.index.tally.claims == len(claims)
    assert +session.index.tally.claims_on == Counter(r for status in fresh.values() for r in status.rests_on)


def test_a_new_change_forgets_what_could_have_been_redone() -> None:
    session = review()
    session.mark(Span(0, 5))
    session.undo()
    session.mark(Span(6, 9))
    assert session.redo() is None
    assert len(session.index.annotations()) == 1


def test_a_change_that_changes_nothing_is_none() -> None:
    session = review()
    made = session.mark(Span(0, 5))
    session.set_note(made, "")
    session.set_kind(made, CLAIM)
    assert session.undo() is not None
    assert session.undo() is None


def test_one_verdict_does_not_settle_a_claim_that_rests_on_two() -> None:
    session = review()
    claim = session.mark(
        where(session.index.article, "“Nobody believed it,” says Ana Ko\u0301va\u0301cs, who sells the tickets")
    )
    assert session.index.status(claim).rests_on == ("1", "2")
    claim = session.judge(claim, "1", "supports")
    assert (session.index.status(claim).name, session.index.status(claim).open_pairs) == ("open", 1)
    claim = session.judge(claim, "2", UNAVAILABLE)
    assert (session.index.status(claim).name, session.index.tally.unavailable) == ("judged", 1)
    claim = session.judge(claim, "2", "contradicts")
    assert (session.index.status(claim).name, session.index.tally.unavailable) == ("judged", 0)
    assert [j.by for j in claim.judgements] == ["ana", "ana"]


def test_a_part_of_a_sentence_rests_on_the_marker_that_ends_it() -> None:
    session = review()
    part = session.mark(where(session.index.article, "carried 41,000 people"))
    alone = session.mark(where(session.index.article, "The café next to it opened in spring"))
    assert session.index.status(part).rests_on == ("1",)
    assert session.index.status(alone).name == "uncited"


def test_joining_keeps_every_tag_note_verdict_and_piece_of_work() -> None:
    session = review()
    first = session.judge(session.add(Span(46, 60), tags=["a"], note="one"), "1", "supports")
    second = session.judge(session.add(Span(62, 80), tags=["b"], note="two"), "1", "contradicts")
    joined = session.join([second, first, first])
    assert session.index.annotations() == (joined,)
    assert session.index.place(joined) == Span(46, 80)
    assert (joined.tags, joined.note) == (("a", "b"), "one\n\ntwo")
    assert [j.verdict for j in joined.judgements] == ["contradicts"]
    session.undo()
    assert session.index.annotations() == (first, second)


def test_splitting_leaves_white_space_to_neither_and_refuses_an_empty_side() -> None:
    session = review()
    place = where(session.index.article, "The port office counted")
    claim = session.mark(place)
    left, right = session.split(claim, place.start + 4)
    assert (left.selector.exact, right.selector.exact) == ("The", "port office counted")
    with pytest.raises(ValueError, match="leaves nothing on one side"):
        session.split(left, place.start)


def test_an_annotation_whose_quote_is_gone_is_kept_apart() -> None:
    old = review()
    claim = old.mark(where(old.index.article, "The port office counted 20,500"))
    edited = article("A text about something else altogether. It has two sentences.")
    session = ReviewSession(
        edited, "the-article", ReviewItems([claim]), editions=Editions({old.index.article.digest: old.index.article.text}.get)
    )
    assert session.index.annotations() == ()
    assert session.index.orphans() == (claim,)
    assert session.index.open_pairs() == 0
    counted = session.index.placement_counts()
    assert counted is not None
    assert counted.summary == "1 lost its place"


def test_what_was_removed_cannot_be_changed_back_into_being() -> None:
    session = review()
    claim = session.mark(Span(0, 5))
    session.remove([claim])
    session.set_note(claim, "late")
    assert session.index.annotations() == ()
    session.undo()
    assert session.index.annotations() == (claim,)
