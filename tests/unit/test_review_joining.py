"""What several said of one pair, made one: nothing of it is dropped, and joining again changes nothing."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from reader.review.codec import to_record
from reader.review.conflicts import combine_judgement_records, combine_judgements
from reader.review.model import Judgement
from tests.unit.review_strategies import judgements

several = st.lists(judgements(), min_size=1, max_size=4).map(lambda said: [replace(one, reference="2") for one in said])


@given(several)
def test_evidence_problems_notes_and_unknown_fields_of_all_are_there(said: list[Judgement]) -> None:
    joined = combine_judgements(said[0], said[1:])
    for one in said:
        assert all(piece in joined.evidence for piece in one.evidence)
        assert set(one.problems) <= set(joined.problems)
        assert one.note in joined.note
        assert one.extra.keys() <= joined.extra.keys()
    assert bool(joined.verdict) == any(one.verdict for one in said)
    assert (joined.verdict, joined.by, joined.at) in {(one.verdict, one.by, one.at) for one in said}
    assert not said[0].verdict or (joined.verdict, joined.by, joined.at) == (said[0].verdict, said[0].by, said[0].at)


@given(several, st.randoms())
def test_joining_again_whichever_of_them_changes_nothing(said: list[Judgement], chance: Random) -> None:
    joined = combine_judgements(said[0], said[1:])
    again = [one for one in said if chance.random() < 0.5]
    assert combine_judgements(joined, again) == joined


@given(several)
def test_records_are_joined_as_judgements_are(said: list[Judgement]) -> None:
    shown, *others = map(to_record, said)
    assert combine_judgement_records(shown, others) == to_record(combine_judgements(said[0], said[1:]))


def test_what_is_no_judgement_says_nothing() -> None:
    one = to_record(Judgement("2", "supports", note="seen"))
    assert combine_judgement_records(one, [None, 7, "x", []]) == one
