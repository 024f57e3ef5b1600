"""What two readers said about the same pairs, how their differences are settled, and that nothing of it is lost."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reader.exchange import FORMATS, build_report, describe_losses
from reader.review.agreement import measure_agreement
from reader.review.codec import to_record
from reader.review.disagreements import Comparison, compare_readers, readers_of, readings_on, standing_judgements
from reader.review.edits import with_moved_judgements
from reader.review.index import ReviewItems
from reader.review.model import Annotation, Edit
from reader.review.records import item_from_record, item_to_record
from reader.review.scale import DEFAULT_SCALE
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANOTHER, BOTH_STAND, CLAIM, DISCUSS, TAKEN
from reader.tui.panes.pair_lines import view_pair
from tests.unit.review_strategies import article, where
from tests.unit.test_exchange import export

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


# ------------------------------------------------------------------ what must not be lost


def divided(*others: tuple[str, str]) -> ReviewSession:
    """Return the review, by Mirela, of a claim on which she and others gave verdicts at the same time."""
    mirela = reader("Mirela")
    claim = mark(mirela, "It was bought in 1998 [1].", r1="supports")
    claim = replace(claim, judgements=(replace(claim.judgements[0], at="2020-01-01T00:00:00.000Z"),))
    rivals = tuple(to_record(replace(claim.judgements[0], verdict=verdict, by=name)) for name, verdict in others)
    return reader("Mirela", ReviewItems((replace(claim, conflicts={"judgements/1": rivals}),), ()))


def said(session: ReviewSession, reference: str = "1") -> dict[str, str]:
    """Return the verdict of each reader on the only claim."""
    (claim,) = session.index.annotations()
    return {name: one.verdict for name, one in readings_on(claim, reference).items()}


def test_settling_two_of_three_readers_keeps_the_third_and_leaves_their_difference_open() -> None:
    session = divided(("Jorun", "contradicts"), ("Ada", "unclear"))
    session.settle(compared(session).disagreements[0], TAKEN, reader="Jorun")
    assert said(session) == {"Mirela": "supports", "Jorun": "contradicts", "Ada": "unclear"}
    assert compared(session).disagreements[0].settlement is not None
    (with_ada,) = compare_readers(session.index, "Mirela", "Ada").disagreements
    assert with_ada.settlement is None, "nobody has looked at what Ada said"
    session.settle(with_ada, TAKEN, reader="Ada")
    assert all(compare_readers(session.index, "Mirela", name).disagreements[0].settlement for name in ("Ada", "Jorun"))


def test_a_reader_who_arrives_after_it_was_settled_is_a_reader_whatever_the_clocks_say() -> None:
    session = divided(("Jorun", "contradicts"))
    session.settle(compared(session).disagreements[0], ANOTHER, verdict="unclear")
    (claim,) = session.index.annotations()
    judgement = claim.judgements[0]
    early = replace(judgement, verdict="overstated", by="Ada", at="2001-01-01T00:00:00.000Z")
    late = replace(claim, judgements=(early,), conflicts={"judgements/1": (to_record(judgement),)})
    session = reader("Mirela", ReviewItems((late,), ()))
    assert said(session) == {"Mirela": "supports", "Jorun": "contradicts", "Ada": "overstated"}


def test_keeping_a_verdict_where_two_differ_keeps_what_the_other_said() -> None:
    session = divided(("Jorun", "contradicts"))
    session.keep_verdict(session.index.annotations()[0], "1")
    assert said(session) == {"Mirela": "supports", "Jorun": "contradicts"}


def test_a_difference_is_settled_though_the_clock_of_the_other_was_ahead() -> None:
    session = divided(("Jorun", "contradicts"))
    (claim,) = session.index.annotations()
    ahead = {**to_record(replace(claim.judgements[0], verdict="contradicts", by="Jorun")), "at": "2199-01-01T00:00:00.000Z"}
    session = reader("Mirela", ReviewItems((replace(claim, conflicts={"judgements/1": (ahead,)}),), ()))
    session.settle(compared(session).disagreements[0], BOTH_STAND)
    assert compared(session).disagreements[0].settlement is not None
    session.judge(session.index.annotations()[0], "1", "unclear")
    assert said(session) == {"Mirela": "unclear", "Jorun": "contradicts"}
    assert compared(session).disagreements[0].settlement is None, "it was opened again"


def test_a_verdict_after_a_settled_difference_keeps_the_new_verdict_of_the_other() -> None:
    session = divided(("Jorun", "contradicts"))
    session.settle(compared(session).disagreements[0], TAKEN, reader="Mirela")
    session.creator = "Jorun"
    session.judge(session.index.annotations()[0], "1", "unclear")
    session.creator = "Mirela"
    session.judge(session.index.annotations()[0], "1", "overstated")
    assert said(session) == {"Mirela": "overstated", "Jorun": "unclear"}


def test_joined_claims_keep_what_each_reader_said() -> None:
    session = two_readers()
    session.join(session.index.annotations_on(where(ARTICLE, "crane lifts")))
    assert compared(session).verdicts == [("overstated", "partly-supports"), ("supports", "supports")]
    session.undo()
    assert len(session.index.annotations()) == 3
    session = divided(("Jorun", "contradicts"))
    second = session.mark(where(ARTICLE, "Nobody has counted the gulls [2]."))
    session.join([second, session.index.annotations()[0]])
    assert said(session) == {"Mirela": "supports", "Jorun": "contradicts"}


def test_a_note_outlives_a_new_verdict_and_names_nobody_else_as_who_settled() -> None:
    session = divided(("Jorun", "contradicts"))
    session.settle(compared(session).disagreements[0], BOTH_STAND, note="Which crane?")
    settled = compared(session).disagreements[0].settlement
    session.creator = "Jorun"
    session.settle(compared(session).disagreements[0], "", note="Which crane? The old one.")
    noted = compared(session).disagreements[0].settlement
    assert settled is not None
    assert noted == replace(settled, note="Which crane? The old one.")
    session.judge(session.index.annotations()[0], "1", "unclear")
    pair = compared(session).disagreements[0]
    assert (pair.settlement, pair.note) == (None, "Which crane? The old one.")
    session.settle(pair, DISCUSS)
    assert compared(session).disagreements[0].note == "Which crane? The old one."
    session.settle(compared(session).disagreements[0], "", note="")
    assert compared(session).disagreements[0].note == "", "an emptied note is gone"


def test_two_who_settled_one_difference_in_two_ways_have_not_settled_it() -> None:
    session = divided(("Jorun", "contradicts"))
    session.settle(compared(session).disagreements[0], TAKEN, reader="Jorun", note="Mine.")
    (claim,) = session.index.annotations()
    other = replace(claim.settlements["1"], outcome=ANOTHER, reader="", by="Jorun", note="Yours.")
    verdict = replace(claim.judgements[0], verdict="unclear", by="Jorun", at=other.at)
    conflicts = {"settlements/1": (to_record(other),), "judgements/1": (to_record(verdict),)}
    session = reader("Mirela", ReviewItems((replace(claim, conflicts=conflicts),), ()))
    (pair,) = compared(session).disagreements
    assert (pair.settlement, pair.note) == (None, "Mine.\n\nYours.")
    assert said(session) == {"Mirela": "supports", "Jorun": "contradicts"}, "what settled it is no reading"
    session.settle(pair, BOTH_STAND)
    (pair,) = compared(session).disagreements
    assert pair.settlement is not None
    assert (pair.settlement.note, dict(pair.first.annotation.conflicts)) == ("Mine.\n\nYours.", {})


def test_readings_and_what_was_settled_follow_a_source_to_its_new_number() -> None:
    session = divided(("Jorun", "contradicts"))
    session.settle(compared(session).disagreements[0], BOTH_STAND, note="Which crane?")
    (claim,) = session.index.annotations()
    moved = with_moved_judgements(claim, {"1": "7"}, lambda reference: f"identity of {reference}")
    assert {name: one.verdict for name, one in readings_on(moved, "7").items()} == {
        "Mirela": "supports",
        "Jorun": "contradicts",
    }
    assert (list(moved.settlements), list(moved.readings)) == (["7"], ["7/Mirela", "7/Jorun"])
    assert readings_on(moved, "1") == {}


def test_settling_keeps_what_was_changed_since_the_comparison_and_brings_no_removed_claim_back() -> None:
    session = divided(("Jorun", "contradicts"))
    (pair,) = compared(session).disagreements
    (claim,) = session.index.annotations()
    session.set_note(claim, "From the register.")
    session.settle(pair, BOTH_STAND)
    assert session.index.annotations()[0].note == "From the register."
    session.remove([claim])
    session.settle(pair, TAKEN, reader="Jorun")
    assert session.index.annotations() == ()


@pytest.mark.parametrize("outcome", [TAKEN, BOTH_STAND, DISCUSS, ANOTHER])
def test_what_settling_changes_in_a_comparison_is_as_if_all_were_compared_again(outcome: str) -> None:
    session = two_readers()
    before = compared(session)
    pair = before.disagreements[0]
    session.settle(pair, outcome, reader="Jorun" if outcome == TAKEN else "", verdict="unclear")
    assert before.after_settling(session.index, pair) == compared(session)
    session.undo()
    assert before.after_settling(session.index, pair) == before


def test_where_both_stand_both_are_shown_on_the_card_and_in_the_reports() -> None:
    session = divided(("Jorun", "contradicts"))
    session.settle(compared(session).disagreements[0], BOTH_STAND)
    (claim,) = session.index.annotations()
    pair = view_pair(claim, "1", DEFAULT_SCALE, None, "Mirela", stale="")
    assert [one.verdict for one in pair.verdicts] == ["supports", "contradicts"]
    assert pair.conflicts == (), "nobody has to decide"
    report = build_report(session, "2026-01-15T00:00:00.000Z")
    assert report.items[0].pairs[0].standing == ("contradicts",)
    assert re.search(r"also stands: contradicts", export("markdown", report))
    assert "Also stands" in export("html", report)
    assert "1 verdict of another reader that stands too" in describe_losses(FORMATS["brat"].count_losses(report))
    session.settle(compared(session).disagreements[0], TAKEN, reader="Jorun")
    assert standing_judgements(session.index.annotations()[0], "1") == ()
