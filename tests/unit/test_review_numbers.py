"""The numbers of a claim are compared with those of a passage: the same, of another scale or unit, or not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.review.details.comparison import ABSENT, OTHER_SCALE, OTHER_UNIT, SAME, compare_numbers
from tests.hypothesis_profiles import CHARACTERS
from tests.unit.number_forms import AGREEING

COMPARED = [
    ("It is $4.2B of boats.", "It is 4,200 million dollars.", [(SAME, "4.2B", "4,200 million dollars")]),
    ("It is $4.2B of boats.", "It is 4.2 million dollars.", [(OTHER_SCALE, "4.2B", "4.2 million dollars")]),
    ("It weighs 3,450 kg.", "In all it weighs 345 kg; no. 3,450.", [(SAME, "3,450 kg", "3,450")]),
    ("It weighs 3,450 tonnes.", "In all it weighs 3,450 kg.", [(OTHER_UNIT, "3,450 tonnes", "3,450 kg")]),
    ("It is 30 % of the farms.", "It is 30 farms of the county.", [(OTHER_UNIT, "30 %", "30")]),
    ("It is 5 boats.", "It is 500 people.", [(ABSENT, "5", "")]),
    ("Twelve boats and 7 rafts came.", "The harbour counted 12 boats.", [(SAME, "Twelve", "12"), (ABSENT, "7", "")]),
    ("They dug between 20 and 30 wells.", "They dug 24 wells.", [(SAME, "20", "24"), (SAME, "30", "24")]),
    ("It was founded in the 18th century.", "It was founded in the 1740s.", [(SAME, "18th", "1740s")]),
    ("On 3 May 2019 it cost ½ m of cloth.", "It was 0.5 m.", [(ABSENT, "2019", ""), (SAME, "½ m", "0.5 m")]),
    ("It warmed by 1.5 °C.", "It warmed by 2.7 °F.", [(SAME, "1.5 °C", "2.7 °F")]),
    ("They left it there.", "They left 12 of them.", []),
    ("", "", []),
]
PIECES = (
    "12 3,5 1'000 ½ ² 4.2B 2-3 million dozen half a third one in four % points °F km mi. lakh Q2 2025 XVIII 1990s his forties"
)
texts = st.one_of(st.text(CHARACTERS, max_size=40), st.lists(st.sampled_from(PIECES.split()), max_size=9).map(" ".join))


@pytest.mark.parametrize(("claim", "passage", "wanted"), COMPARED)
def test_a_number_is_the_same_differs_in_scale_or_unit_or_is_not_there(
    claim: str, passage: str, wanted: list[tuple[str, str, str]]
) -> None:
    found = compare_numbers(claim, passage)
    assert [
        (one.relation, slice_of(claim, one.claim), slice_of(passage, one.passage) if one.passage else "") for one in found
    ] == wanted


@pytest.mark.parametrize(("claim", "source"), AGREEING)
def test_a_number_in_another_form_differs_neither_in_scale_nor_in_unit(claim: str, source: str) -> None:
    assert not {one.relation for one in compare_numbers(claim, source)} & {OTHER_SCALE, OTHER_UNIT}


@given(texts, texts)
def test_ranges_are_of_the_texts_that_were_passed(claim: str, passage: str) -> None:
    for one in compare_numbers(claim, passage):
        assert slice_of(claim, one.claim)
        assert one.passage is None or slice_of(passage, one.passage)
        assert (one.relation == ABSENT) == (one.passage is None)


@given(texts)
def test_a_number_is_the_same_as_itself(text: str) -> None:
    assert {one.relation for one in compare_numbers(text, text)} <= {SAME}


def slice_of(text: str, span: Span) -> str:
    return text[span.start : span.end]
