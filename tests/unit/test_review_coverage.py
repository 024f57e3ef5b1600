"""What was decided about every sentence, kept up change by change; and what is left of a review, in words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.audit.finding import CITES_NOTHING, NEVER_CITED, Finding
from reader.article.model import Block, BlockKind
from reader.article.ranges import Span
from reader.review.completeness import count_review
from reader.review.coverage import UNDECIDED, Coverage
from reader.review.index import Editions, ReviewItems
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANNOTATION_KINDS, CLAIM, LATER, NOT_CLAIM
from tests.unit.review_strategies import article, review, where
from tests.unit.test_review_queue import FLOUR, MILL, SACKS, WHEEL

NOON = "The miller sleeps at noon."
CART = "One cart was lost [3]."
SENTENCES = (SACKS, WHEEL, NOON, FLOUR, CART)


def states(session: ReviewSession) -> list[str]:
    """Return the state of each sentence, by a walk that compares every sentence with every annotation."""
    order = (UNDECIDED, NOT_CLAIM, CLAIM, LATER)
    found: list[str] = []
    for sentence in session.index.article.sentences.all():
        over = [a.kind for a in session.index.annotations() if (place := session.index.place(a)) and place.overlaps(sentence)]
        found.append(max(over, key=order.index, default=UNDECIDED))
    return found


def test_a_sentence_is_what_was_said_of_it_and_undecided_until_then() -> None:
    session = review(MILL)
    covered = Coverage(session.index)
    assert [MILL.text[s.start : s.end] for s in covered.sentences] == list(SENTENCES)
    assert (covered.undecided_count, len(covered)) == (5, 5)
    session.mark(where(MILL, SACKS))
    session.mark(where(MILL, NOON), NOT_CLAIM)
    session.mark(where(MILL, FLOUR), LATER)
    covered = Coverage(session.index)
    assert [covered.state(n) for n in range(5)] == [CLAIM, UNDECIDED, NOT_CLAIM, LATER, UNDECIDED]
    assert [covered.count(state) for state in (CLAIM, NOT_CLAIM, LATER, UNDECIDED)] == [1, 1, 1, 2]
    assert (covered.undecided_count, covered.count(CLAIM, NOT_CLAIM)) == (2, 2)


def test_a_part_of_a_sentence_decides_it_and_one_annotation_several() -> None:
    session = review(MILL)
    session.mark(where(MILL, "300 sacks"))
    session.mark(Span(MILL.text.index("sleeps"), MILL.text.index("villages")), NOT_CLAIM)
    covered = Coverage(session.index)
    assert [covered.state(n) for n in range(5)] == [CLAIM, UNDECIDED, NOT_CLAIM, NOT_CLAIM, UNDECIDED]


def test_what_waits_is_never_hidden_behind_what_is_done() -> None:
    session = review(MILL)
    session.mark(where(MILL, "300 sacks"))
    session.mark(where(MILL, "in March"), LATER)
    session.mark(where(MILL, "The mill ground"), NOT_CLAIM)
    assert Coverage(session.index).state(0) == LATER


def test_the_next_undecided_sentence_is_behind_the_offset_else_the_first_of_all() -> None:
    session = review(MILL)
    for quote in (SACKS, FLOUR):
        session.mark(where(MILL, quote))
    covered = Coverage(session.index)
    assert covered.next_undecided(-1) == where(MILL, WHEEL)
    assert covered.next_undecided(where(MILL, WHEEL).start) == where(MILL, NOON)
    assert covered.next_undecided(where(MILL, NOON).start) == where(MILL, CART)
    assert covered.next_undecided(where(MILL, CART).start) == where(MILL, WHEEL)
    for quote in (WHEEL, NOON, CART):
        session.mark(where(MILL, quote), NOT_CLAIM)
    assert Coverage(session.index).next_undecided(0) is None


def test_an_article_without_sentences_is_all_decided() -> None:
    session = review(Article("Only a heading", "", (Block(0, 14, BlockKind.HEADING, 1),)))
    assert (len(Coverage(session.index)), Coverage(session.index).next_undecided(0)) == (0, None)
    assert count_review(session.index).is_complete


def test_what_is_set_aside_makes_another_coverage() -> None:
    session = review(MILL)
    covered = Coverage(session.index)
    assert covered.is_current_for(session.index)
    session.set_aside(where(MILL, FLOUR))
    assert not covered.is_current_for(session.index)
    assert len(Coverage(session.index)) == 3


spans = st.tuples(st.integers(0, len(MILL.text) - 2), st.integers(1, 150))
steps = st.lists(st.tuples(st.integers(0, 5), spans, st.sampled_from(ANNOTATION_KINDS)), max_size=25)


@given(steps)
def test_each_sentence_has_exactly_one_state_and_follows_every_change(
    done: list[tuple[int, tuple[int, int], str]],
) -> None:
    session = review(MILL)
    covered = Coverage(session.index)
    session.listen(covered.update)
    for what, (start, length), kind in done:
        span, known = Span(start, min(start + length, len(MILL.text))), session.index.annotations()
        one = known[start % len(known)] if known else None
        if what < 2 or one is None:
            session.mark(span, kind)
        elif what == 2:
            session.remove([one])
        elif what == 3:
            session.set_kind(one, kind)
        elif what == 4:
            session.set_bounds(one, span)
        else:
            session.undo()
        wanted = states(session)
        assert [covered.state(n) for n in range(len(covered))] == wanted
        counted = tuple(covered.count(state) for state in (UNDECIDED, CLAIM, NOT_CLAIM, LATER))
        assert counted == tuple(map(wanted.count, (UNDECIDED, CLAIM, NOT_CLAIM, LATER)))
    fresh = Coverage(session.index)
    assert [fresh.state(n) for n in range(len(fresh))] == states(session)


def test_a_review_is_complete_only_when_nothing_is_left_and_says_what_is() -> None:
    session = review(MILL)
    assert count_review(session.index).remaining_work() == ("5 sentences undecided",)
    sacks = session.mark(where(MILL, SACKS))
    later = session.mark(where(MILL, WHEEL), LATER)
    for quote in (NOON, FLOUR):
        session.mark(where(MILL, quote), NOT_CLAIM)
    left = count_review(session.index)
    assert left.remaining_work() == ("3 open pairs", "1 sentence undecided", "1 sentence for later")
    assert not left.is_complete
    session.set_kind(later, NOT_CLAIM)
    session.mark(where(MILL, CART), NOT_CLAIM)
    for reference, verdict in zip("123", ("supports", "supports", "unavailable"), strict=True):
        assert not count_review(session.index).is_complete
        sacks = session.judge(sacks, reference, verdict)
    assert count_review(session.index).is_complete
    assert count_review(session.index).summary() == "Complete · 1 unavailable"


def test_stale_verdicts_and_lost_claims_are_left_after_an_edit() -> None:
    old = review(MILL)
    for quote in (SACKS, CART):
        claim = old.mark(where(MILL, quote))
        for reference in old.index.status(claim).rests_on:
            claim = old.judge(claim, reference, "supports")
    for quote in (WHEEL, NOON, FLOUR):
        old.mark(where(MILL, quote), NOT_CLAIM)
    assert count_review(old.index).is_complete
    changed = article(MILL.text.replace("300 sacks", "350 sacks").replace(f" {CART}", ""))
    session = ReviewSession(
        changed, "the-article", ReviewItems(old.index.annotations()), editions=Editions(lambda _: MILL.text)
    )
    left = count_review(session.index)
    assert (left.stale_verdicts, left.orphans, left.open_pairs, left.undecided) == (3, 1, 0, 0)
    assert left.remaining_work() == ("3 stale verdicts", "1 annotation without a place")
    assert not left.is_complete


def test_findings_are_told_unless_dismissed_but_a_review_can_be_complete_with_them() -> None:
    session = review(MILL)
    for quote in SENTENCES:
        session.mark(where(MILL, quote), NOT_CLAIM)
    found = [
        Finding(NEVER_CITED, None, "1", "never cited", key="one"),
        Finding(NEVER_CITED, None, "2", "never cited", key="two"),
        Finding(CITES_NOTHING, where(MILL, NOON), "", "cites nothing", key="three"),
    ]
    session.dismiss_finding("two", NEVER_CITED, "never cited", "on purpose")
    left = count_review(session.index, found)
    assert (left.findings, left.summary(), left.is_complete) == (1, "Complete · 1 finding", True)
