"""The review queue: exactly the pairs that need something, worst first, with the reason; and its filter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.ranges import Span
from reader.review.index import Editions, ReviewItems
from reader.review.model import Annotation, Evidence, Judgement, SourceText
from reader.review.pairs import is_settled
from reader.review.queue import (
    MISSING_DETAIL,
    NEW_SOURCE,
    NO_EVIDENCE,
    NO_VERDICT,
    QUEUE_REASONS,
    SOURCE_UNREACHABLE,
    SOURCES_DISAGREE,
    STALE_VERDICT,
    TWO_VERDICTS,
    UNSEEN_PAIR,
    QueueEntry,
    build_queue,
    parse_queue_filter,
)
from reader.review.records import item_to_record
from reader.review.scale import ACADEMIC_SCALE, DEFAULT_SCALE, UNAVAILABLE
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.vocabulary import ABSTRACT, ANNOTATION_KINDS, CLAIM, EMPTY
from tests.unit.review_strategies import article, review, where

TEXT = """The mill

The mill ground 300 sacks in March [1][2][3]. Its wheel is older than the bridge [2]. The miller sleeps at noon.

Flour went to four villages by cart [1]. One cart was lost [3].

References

[1] Mill Board. (2020). Sacks by month. https://mill.example/sacks
[2] Brook, A. (2019). Wheels of the valley. doi:10.5555/wheels.1
[3] Village Council. (2021). Carts and roads.
"""
MILL = article(TEXT)
SACKS = "The mill ground 300 sacks in March [1][2][3]."
WHEEL = "Its wheel is older than the bridge [2]."
FLOUR = "Flour went to four villages by cart [1]."
CART = "One cart was lost [3]."
LEDGER = SourceText("a" * 64, title="The ledger")
PASSAGE = Evidence("a" * 64, make_selector("We ground 300 sacks.", Span(0, 20)))


def marked(*quotes: str, session: ReviewSession | None = None) -> tuple[ReviewSession, list[Annotation]]:
    """Return a review of the mill with claims on these quotes."""
    session = session or review(MILL)
    return session, [session.mark(where(MILL, quote)) for quote in quotes]


def told(pairs: tuple[QueueEntry, ...]) -> list[tuple[str, str, str]]:
    """Return the pairs by the first word of the claim, with reference and reason."""
    return [(pair.claim.selector.exact.split()[0], pair.reference, pair.reason) for pair in pairs]


def test_pairs_that_nobody_looked_at_come_in_the_order_of_the_text() -> None:
    session, _ = marked(CART, SACKS, WHEEL, "The miller sleeps at noon.")
    session.mark(where(MILL, FLOUR), "later")
    assert told(build_queue(session.index)) == [
        ("The", "1", UNSEEN_PAIR),
        ("The", "2", UNSEEN_PAIR),
        ("The", "3", UNSEEN_PAIR),
        ("Its", "2", UNSEEN_PAIR),
        ("One", "3", UNSEEN_PAIR),
    ]


def test_a_judged_pair_is_gone_and_so_is_one_whose_source_is_unavailable() -> None:
    session, (sacks, wheel) = marked(SACKS, WHEEL)
    session.judge(session.judge(sacks, "1", "supports"), "2", UNAVAILABLE)
    assert told(build_queue(session.index)) == [("The", "3", UNSEEN_PAIR), ("Its", "2", UNSEEN_PAIR)]
    session.judge(wheel, "2", "unclear")
    assert told(build_queue(session.index)) == [("The", "3", UNSEEN_PAIR)]


def test_a_source_that_is_there_comes_before_none_and_one_not_reached_behind_it() -> None:
    session, _ = marked(SACKS, CART)
    session.attach_source("2", replace(LEDGER, extent=ABSTRACT))
    session.record_fetch_failure("1", "https://mill.example/sacks", "no answer")
    assert told(build_queue(session.index)) == [
        ("The", "2", NEW_SOURCE),
        ("The", "3", UNSEEN_PAIR),
        ("One", "3", UNSEEN_PAIR),
        ("The", "1", SOURCE_UNREACHABLE),
    ]
    session.attach_source("3", replace(LEDGER, digest="b" * 64, extent=EMPTY))
    assert ("The", "3", UNSEEN_PAIR) in told(build_queue(session.index)), "a scan has no text to look at"


def test_evidence_without_a_verdict_and_a_verdict_without_the_evidence_that_the_scale_asks_for() -> None:
    session = ReviewSession(MILL, "the-article", scale=ACADEMIC_SCALE)
    _, (sacks, _) = marked(SACKS, WHEEL, session=session)
    session.keep_evidence(session.judge(sacks, "1", "supports"), "2", PASSAGE)
    assert told(build_queue(session.index)) == [
        ("The", "1", NO_EVIDENCE),
        ("The", "2", NO_VERDICT),
        ("The", "3", UNSEEN_PAIR),
        ("Its", "2", UNSEEN_PAIR),
    ]
    kept = session.keep_evidence(session.index.claims()[0], "1", PASSAGE)
    session.judge(kept, "2", "contradicts")
    assert told(build_queue(session.index)) == [("The", "3", SOURCES_DISAGREE), ("Its", "2", UNSEEN_PAIR)]


def test_where_one_source_supports_and_another_does_not_the_open_pair_decides_and_closed_ones_are_no_work() -> None:
    session, (_, sacks) = marked(WHEEL, SACKS)
    sacks = session.judge(session.judge(sacks, "1", "supports"), "2", "does-not-support")
    assert told(build_queue(session.index))[0] == ("The", "3", SOURCES_DISAGREE)
    session.judge(sacks, "3", "supports")
    assert told(build_queue(session.index)) == [("Its", "2", UNSEEN_PAIR)]


def test_what_the_source_lacks_is_asked_of_open_pairs_only() -> None:
    session, (_, sacks) = marked(WHEEL, SACKS)
    session.judge(sacks, "1", "supports")
    asked: list[str] = []

    def lacks(claim: Annotation, reference: str) -> bool:
        asked.append(reference)
        return claim.id == sacks.id and reference in "13"

    assert told(build_queue(session.index, lacks)) == [
        ("The", "3", MISSING_DETAIL),
        ("The", "2", UNSEEN_PAIR),
        ("Its", "2", UNSEEN_PAIR),
    ]
    assert sorted(asked) == ["2", "2", "3"]


def test_a_verdict_on_words_that_changed_is_stale_until_it_is_given_anew() -> None:
    old, (sacks, _, flour) = marked(SACKS, WHEEL, FLOUR)
    old.judge(old.judge(sacks, "1", "supports"), "2", UNAVAILABLE)
    old.judge(flour, "1", "supports")
    changed = article(TEXT.replace("300 sacks", "350 sacks"))
    session = ReviewSession(
        changed, "the-article", ReviewItems(old.index.annotations()), editions=Editions(lambda _: MILL.text)
    )
    assert told(build_queue(session.index)) == [
        ("The", "1", STALE_VERDICT),
        ("The", "3", UNSEEN_PAIR),
        ("Its", "2", UNSEEN_PAIR),
    ]
    session.judge(session.index.claims()[0], "1", "contradicts")
    assert told(build_queue(session.index))[0] == ("The", "3", UNSEEN_PAIR)


def test_two_verdicts_of_two_people_come_first_though_the_pair_is_judged() -> None:
    session, (sacks, wheel) = marked(SACKS, WHEEL)
    session.judge(sacks, "2", "contradicts")
    wheel = session.judge(wheel, "2", "supports")
    other = item_to_record(replace(wheel, judgements=(Judgement("2", "overstated", by="ben"),)))["judgements"]
    assert isinstance(other, list)
    rivalled = replace(wheel, conflicts={"judgements/2": tuple(other)})
    both = ReviewSession(MILL, "the-article", ReviewItems([session.index.claims()[0], rivalled]), creator="ana")
    assert told(build_queue(both.index))[0] == ("Its", "2", TWO_VERDICTS)
    both.judge(rivalled, "2", "overstated")
    assert "2" not in [pair.reference for pair in build_queue(both.index) if pair.claim.id == wheel.id]


def test_a_claim_without_a_place_has_no_pair_in_the_queue() -> None:
    old, _ = marked(CART, WHEEL)
    session = ReviewSession(
        article("The mill\n\nIts wheel is older than the bridge [2].\n"), "a", ReviewItems(old.index.annotations())
    )
    assert [claim.selector.exact for claim in session.index.orphans()] == [CART]
    assert {pair.claim.selector.exact for pair in build_queue(session.index)} <= {WHEEL}


FILTERS = [
    ("", ["1", "2", "3", "2", "3"]),
    ("[3]", ["3", "3"]),
    ("-[3]", ["1", "2", "2"]),
    ("is:new", ["1", "2", "2"]),
    ("IS:UNREACHED", ["3", "3"]),
    ("-is:unreached [3]", []),
    ("#water", ["2"]),
    ("sacks", ["1", "2", "3"]),
    ("open", ["1", "2", "3", "2", "3"]),
    ("judged", []),
    ("is:changed", []),
    ("later", []),
    ("is:open -is:judged", ["1", "2", "2", "3", "3"]),
    ("is:claim is:uncited", []),
    ("https://mill.example", []),
]


@pytest.mark.parametrize(("typed", "wanted"), FILTERS, ids=[typed or "nothing" for typed, _ in FILTERS])
def test_a_filter_lets_through(typed: str, wanted: list[str]) -> None:
    session, (_, wheel, _) = marked(SACKS, WHEEL, CART)
    session.record_fetch_failure("3", "https://mill.example/carts", "no answer")
    session.set_tags(wheel, ["water/wheels"])
    found = build_queue(session.index, queue_filter=parse_queue_filter(typed, DEFAULT_SCALE))
    assert sorted(pair.reference for pair in found) == sorted(wanted)


STATES = {"open", "stale", "unreached", "supports", "later"}


@pytest.mark.parametrize(
    ("typed", "names"),
    [("is:no-such-reason", STATES), ("is:", STATES), ("foo:bar sacks", {"tag:", "is:"}), ("-foo:bar", {"tag:", "is:"})],
)
def test_an_unknown_word_is_named_with_those_that_exist_and_hides_nothing(typed: str, names: set[str]) -> None:
    session, _ = marked(SACKS, WHEEL, CART)
    pairs = parse_queue_filter(typed, DEFAULT_SCALE)
    assert pairs.claim.complaint.startswith(f"No filter “{typed.split()[0]}”; ")
    assert names <= set(pairs.claim.complaint.split())
    assert len(build_queue(session.index, queue_filter=pairs)) == (3 if "sacks" in typed else 5)


VERDICTS = ("supports", "partly-supports", "contradicts", "unclear", UNAVAILABLE, "")
marks = st.lists(
    st.tuples(st.integers(0, len(MILL.text) - 2), st.integers(1, 120), st.sampled_from(ANNOTATION_KINDS)),
    min_size=1,
    max_size=8,
)
judged = st.lists(st.tuples(st.integers(0, 7), st.sampled_from("123"), st.sampled_from(VERDICTS)), max_size=20)


def reviewed(read: Article, made: list[tuple[int, int, str]], given: list[tuple[int, str, str]]) -> ReviewSession:
    """Return a review with these marks and verdicts."""
    session = review(read)
    for start, length, kind in made:
        session.mark(Span(start, min(start + length, len(read.text))), kind)
    for number, reference, verdict in given:
        claims = session.index.claims()
        if claims:
            session.judge(claims[number % len(claims)], reference, verdict)
    return session


@given(marks, judged)
def test_it_holds_exactly_the_pairs_that_need_something_each_once(
    made: list[tuple[int, int, str]], given: list[tuple[int, str, str]]
) -> None:
    session = reviewed(MILL, made, given)
    found = build_queue(session.index)
    needing = {
        (claim.id, reference)
        for claim in session.index.claims()
        for reference in session.index.status(claim).rests_on
        if not is_settled(claim.judgement_on(reference), session.index.scale)
    }
    assert {pair.key for pair in found} == needing
    assert len(found) == len(needing) == session.index.open_pairs()
    assert all(pair.claim.kind == CLAIM and session.index.place(pair.claim) == pair.place for pair in found)


@given(marks, judged)
def test_its_order_is_total_and_stable(made: list[tuple[int, int, str]], given: list[tuple[int, str, str]]) -> None:
    session = reviewed(MILL, made, given)
    found = build_queue(session.index)
    orders = [pair.sort_key for pair in found]
    assert orders == sorted(set(orders))
    ranks = [list(QUEUE_REASONS).index(pair.reason) for pair in found]
    assert ranks == sorted(ranks)
    again = ReviewSession(MILL, "the-article", ReviewItems(reversed(session.index.annotations())))
    assert [pair.sort_key for pair in build_queue(again.index)] == orders
