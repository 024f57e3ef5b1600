"""Judging pairs: evidence, problems, links and decisions beside verdicts; what is open; and that all of it is taken back."""

from reader.review.filter import parse_filter
from reader.review.model import Annotation, Change, Evidence
from reader.review.scale import ACADEMIC_SCALE, DEFAULT_SCALE, UNAVAILABLE
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.vocabulary import LATER, NOT_CLAIM
from tests.unit.review_strategies import article, review, where

SOURCE = article("The ledger\n\nIn May the ferry carried 20,500 people, counted at the gate of the port office.\n")
PASSAGE = Evidence(SOURCE.digest, make_selector(SOURCE.text, where(SOURCE, "carried 20,500 people")))


def claimed(session: ReviewSession | None = None) -> tuple[ReviewSession, Annotation]:
    """Return a review and a claim that cites references 1 and 2."""
    session = session or review()
    return session, session.mark(where(session.index.article, "“Nobody believed it,” says"))


def test_evidence_without_a_verdict_leaves_the_pair_open() -> None:
    session, claim = claimed()
    claim = session.keep_evidence(claim, "1", PASSAGE)
    assert session.index.is_open(claim, "1")
    assert (session.index.status(claim).settled_pairs, session.index.tally.open_pairs) == (0, 2)
    assert session.index.tally.verdicts_on("1") == {}
    claim = session.judge(claim, "1", "supports")
    judged = claim.judgement_on("1")
    assert judged is not None
    assert judged.evidence == (PASSAGE,)
    assert (session.index.status(claim).settled_pairs, judged.by) == (1, "ana")


def test_evidence_is_kept_once_and_stays_when_the_verdict_goes() -> None:
    session, claim = claimed()
    claim = session.keep_evidence(session.keep_evidence(claim, "1", PASSAGE), "1", PASSAGE)
    claim = session.judge(session.judge(claim, "1", "contradicts"), "1", "")
    judged = claim.judgement_on("1")
    assert judged is not None
    assert (judged.verdict, judged.evidence) == ("", (PASSAGE,))
    assert session.drop_evidence(claim, "1", PASSAGE).judgement_on("1") is None


def test_a_verdict_that_needs_evidence_leaves_the_pair_open_until_there_is_some() -> None:
    start = review()
    session, claim = claimed(ReviewSession(start.index.article, "the-article", creator="ana", scale=ACADEMIC_SCALE))
    claim = session.judge(claim, "1", "supports")
    assert (session.index.is_open(claim, "1"), session.index.status(claim).settled_pairs) == (True, 0)
    claim = session.keep_evidence(claim, "1", PASSAGE)
    assert (session.index.is_open(claim, "1"), session.index.status(claim).settled_pairs) == (False, 1)
    assert session.index.status(session.judge(claim, "2", "does-not-support")).settled_pairs == 2


def test_problems_stand_beside_the_verdict_and_survive_it() -> None:
    session, claim = claimed()
    claim = session.set_problems(claim, "2", ("wrong-number", "outdated", "wrong-number"))
    judged = session.judge(claim, "2", "does-not-support").judgement_on("2")
    assert judged is not None
    assert judged.problems == ("wrong-number", "outdated")
    session.undo()
    assert session.undo() is not None
    assert session.index.claims()[0].judgements == ()


def test_a_claim_can_be_linked_to_what_it_does_not_cite_and_unlinked_from_what_it_does() -> None:
    session, claim = claimed()
    claim = session.link(claim, "3", "the owner is quoted there too")
    assert session.index.status(claim).rests_on == ("1", "2", "3")
    claim = session.unlink(session.judge(claim, "1", "supports"), "1", "the marker belongs to the next sentence")
    assert session.index.status(claim).rests_on == ("2", "3")
    assert session.index.status(claim).settled_pairs == 0
    assert (session.index.tally.claims_on["1"], session.index.tally.verdicts_on("1"), session.index.tally.pairs) == (0, {}, 2)
    assert claim.links["1"].reason == "the marker belongs to the next sentence"
    claim = session.clear_link(claim, "1")
    assert (session.index.status(claim).rests_on, session.index.status(claim).settled_pairs) == (("1", "2", "3"), 1)
    for _ in range(4):
        session.undo()
    assert session.index.claims()[0].links == {}


def test_what_says_nothing_new_of_a_pair_is_no_change() -> None:
    session, claim = claimed()
    session.keep_evidence(session.set_problems(claim, "1", ("outdated",)), "2", PASSAGE)
    changes: list[Change] = []
    session.listen(changes.append)
    session.drop_evidence(session.set_problems(claim, "1", ("outdated",)), "1", PASSAGE)
    assert changes == []


def test_a_decision_is_apart_from_every_verdict() -> None:
    session, claim = claimed()
    claim = session.decide(claim, "fix-wording", "Say that the port office counted half as many.")
    assert (claim.decision, claim.fix, session.index.status(claim).settled_pairs) == (
        "fix-wording", "Say that the port office counted half as many.", 0,
    )  # fmt: skip
    assert session.undo() is not None
    assert session.index.claims()[0].decision == ""


def test_joining_keeps_evidence_problems_links_and_a_verdict_that_a_later_word_without_one_would_hide() -> None:
    session, first = claimed()
    second = session.mark(where(session.index.article, "The port office counted"))
    session.judge(first, "2", "supports")
    session.set_problems(session.keep_evidence(second, "2", PASSAGE), "2", ("outdated",))
    session.link(second, "3", "same owner")
    joined = session.join(session.index.claims())
    judged = joined.judgement_on("2")
    assert judged is not None
    assert (judged.verdict, judged.evidence, judged.problems) == ("supports", (PASSAGE,), ("outdated",))
    assert joined.links["3"].rests


def test_an_open_pair_is_no_verdict_to_filter_by() -> None:
    session, claim = claimed()
    claim = session.judge(session.keep_evidence(claim, "1", PASSAGE), "2", UNAVAILABLE)
    assert parse_filter("unavailable", DEFAULT_SCALE).select(session.index) == (claim,)
    assert parse_filter("supports", DEFAULT_SCALE).select(session.index) == ()


def test_the_filter_without_words_follows_every_change_of_kind() -> None:
    session, claim = claimed()
    usual = parse_filter("", DEFAULT_SCALE)
    assert usual.select(session.index) == (claim,)
    other = session.mark(where(session.index.article, "The port office counted"), NOT_CLAIM)
    assert usual.select(session.index) == (claim,)
    other = session.set_kind(other, LATER)
    assert set(usual.select(session.index)) == {claim, other}
    session.set_kind(claim, NOT_CLAIM)
    assert usual.select(session.index) == (other,)
    session.undo()
    session.remove([other])
    assert usual.select(session.index) == (claim,)
