"""What two readers said about the same pairs, how their differences are settled, and that nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reader.review.agreement import measure_agreement
from reader.review.codec import to_record
from reader.review.disagreements import Comparison, compare_readers, readers_of, readings_on
from reader.review.index import ReviewItems
from reader.review.model import Annotation, Edit
from reader.review.records import item_from_record, item_to_record
from reader.review.scale import DEFAULT_SCALE
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANOTHER, BOTH_STAND, CLAIM, DISCUSS, TAKEN
from tests.unit.review_strategies import article, where

ARTICLE = article(
    "The quay\n\nThe crane lifts 40 tonnes [1][2]. It was bought in 1998 [1]. Nobody has counted the gulls [2].\n\n"
    "## References\n\n1. Port office, Register of cranes, 2001.\n2. Ida Holm, On gulls, 2004.\n"
)


def reader(name: str, items: ReviewItems | None = None) -> ReviewSession:
    """Return the review of the article by a person."""
    return ReviewSession(ARTICLE, "the-quay", items or ReviewItems((), ()), creator=name)


def mark(session: ReviewSession, quote: str, **verdicts: str) -> Annotation:
    """Mark a claim by its words, with verdicts by reference ("r1")."""
    claim = session.mark(where(ARTICLE, quote))
    for reference, verdict in verdicts.items():
        claim = session.judge(claim, reference[1:], verdict)
    return claim


def together(*sessions: ReviewSession) -> ReviewSession:
    """Return the review, by Mirela, of a library that holds what all of them marked."""
    claims = tuple(claim for session in sessions for claim in session.index.annotations())
    return reader("Mirela", ReviewItems(claims, ()))


def compared(session: ReviewSession) -> Comparison:
    """Compare what Mirela and Jorun said."""
    return compare_readers(session.index, "Mirela", "Jorun")


def two_readers() -> ReviewSession:
    """Return a review in which both marked the crane, with other words, and differ on one of its two references."""
    mirela, jorun = reader("Mirela"), reader("Jorun")
    mark(mirela, "The crane lifts 40 tonnes [1][2].", r1="overstated", r2="supports")
    mark(mirela, "It was bought in 1998 [1].", r1="supports")
    mark(jorun, "crane lifts 40 tonnes", r1="partly-supports", r2="supports")
    return together(mirela, jorun)


def test_claims_that_share_their_words_are_one_pair_and_what_one_reader_judged_alone_is_counted() -> None:
    both = compared(two_readers())
    assert both.verdicts == [("overstated", "partly-supports"), ("supports", "supports")]
    assert [(pair.reference, len(pair.annotations)) for pair in both.disagreements] == [("1", 2)]
    assert (both.only_first, both.only_second) == (1, 0)
    assert both.disagreements[0].distance(DEFAULT_SCALE) > 0
    assert both.sentences == ((CLAIM, CLAIM), (CLAIM, "not a claim"), ("not a claim", "not a claim"))
    assert readers_of(two_readers().index.annotations()) == ["Mirela", "Jorun"]


def test_concurrent_verdicts_on_one_claim_are_two_readings() -> None:
    mirela = reader("Mirela")
    claim = mark(mirela, "It was bought in 1998 [1].", r1="supports")
    theirs = replace(claim.judgements[0], verdict="contradicts", by="Jorun")
    merged = replace(claim, conflicts={"judgements/1": (to_record(theirs),)})
    both = compared(reader("Mirela", ReviewItems((merged,), ())))
    assert both.verdicts == [("supports", "contradicts")]
    assert len(both.disagreements[0].annotations) == 1


def test_the_two_windows_of_one_person_do_not_disagree() -> None:
    mirela = reader("Mirela")
    claim = mark(mirela, "It was bought in 1998 [1].", r1="supports")
    other = replace(claim.judgements[0], verdict="contradicts")
    merged = replace(claim, conflicts={"judgements/1": (to_record(other),)})
    assert readers_of([merged]) == ["Mirela"]


@pytest.mark.parametrize(
    ("outcome", "fields", "verdict", "by"),
    [
        (TAKEN, {"reader": "Jorun"}, "partly-supports", "Jorun"),
        (TAKEN, {"reader": "Mirela"}, "overstated", "Mirela"),
        (ANOTHER, {"verdict": "unclear"}, "unclear", "Mirela"),
    ],
)
def test_a_settled_pair_has_one_verdict_and_both_readings_stay(
    outcome: str, fields: dict[str, str], verdict: str, by: str
) -> None:
    session = two_readers()
    before = session.index.annotations()
    session.settle(compared(session).disagreements[0], outcome, **fields, note="Tonnes of which kind?")
    for claim in session.index.annotations_on(where(ARTICLE, "crane lifts")):
        judgement = claim.judgement_on("1")
        assert judgement is not None
        assert (judgement.verdict, judgement.by) == (verdict, by)
    both = compared(session)
    assert sorted(both.verdicts) == [("overstated", "partly-supports"), ("supports", "supports")], "as before it was settled"
    assert (both.only_first, both.only_second) == (1, 0)
    settlement = both.disagreements[0].settlement
    assert settlement is not None
    assert (settlement.outcome, settlement.by, settlement.note) == (outcome, "Mirela", "Tonnes of which kind?")
    for claim in session.index.annotations():
        assert item_from_record(claim, item_to_record(claim)) == claim
    session.undo()
    assert session.index.annotations() == before


def test_what_is_to_discuss_is_not_settled_and_keeps_its_note() -> None:
    session = two_readers()
    session.settle(compared(session).disagreements[0], "", note="Which tonnes?")
    pair = compared(session).disagreements[0]
    assert (pair.settlement, pair.latest_settlement and pair.latest_settlement.note) == (None, "Which tonnes?")
    session.settle(pair, DISCUSS)
    pair = compared(session).disagreements[0]
    latest = pair.latest_settlement
    assert latest is not None
    assert (pair.settlement, latest.outcome, latest.note) == (None, DISCUSS, "Which tonnes?")
    session.settle(pair, BOTH_STAND)
    pair = compared(session).disagreements[0]
    assert pair.settlement is not None
    assert (pair.settlement.outcome, pair.settlement.note) == (BOTH_STAND, "Which tonnes?")
    assert [pair.first.judgement.verdict, pair.second.judgement.verdict] == ["overstated", "partly-supports"]


def test_a_new_verdict_of_a_reader_opens_a_settled_pair_again() -> None:
    session = two_readers()
    session.settle(compared(session).disagreements[0], TAKEN, reader="Jorun")
    claim = session.judge(compared(session).disagreements[0].first.annotation, "1", "contradicts")
    later = tuple(replace(one, at="2199-01-01T00:00:00.000Z") for one in claim.judgements)
    session.receive([Edit(claim, replace(claim, judgements=later))])
    pair = compared(session).disagreements[0]
    assert (pair.first.judgement.verdict, pair.settlement) == ("contradicts", None)


def test_the_agreement_is_that_before_settling() -> None:
    session = two_readers()
    before = measure_agreement(compared(session).verdicts)
    session.settle(compared(session).disagreements[0], TAKEN, reader="Jorun")
    assert measure_agreement(compared(session).verdicts) == before
    assert readings_on(session.index.annotations()[0], "1").keys() >= {"Mirela"}


@pytest.mark.parametrize("verdict", ["contradicts", "unclear", ""])
def test_a_digit_that_decides_between_two_verdicts_keeps_what_each_reader_said(verdict: str) -> None:
    mirela = reader("Mirela")
    claim = mark(mirela, "It was bought in 1998 [1].", r1="supports")
    theirs = replace(claim.judgements[0], verdict="contradicts", by="Jorun")
    session = reader("Editor", ReviewItems((replace(claim, conflicts={"judgements/1": (to_record(theirs),)}),), ()))
    before = session.index.annotations()
    session.judge(session.index.annotations()[0], "1", verdict)
    (pair,) = compared(session).pairs
    assert [pair.first.judgement.verdict, pair.second.judgement.verdict] == ["supports", "contradicts"]
    assert (pair.settlement is not None) == bool(verdict)
    assert pair.first.annotation.verdict_on("1") == verdict
    assert not pair.first.annotation.conflicts
    session.undo()
    assert session.index.annotations() == before
