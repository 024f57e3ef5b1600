"""A number that a source does not have, but that follows from two in one of its sentences, is worked out."""

import pytest
from hypothesis import given

from reader.review.details.finder import NUMBER, SourceIndex, find_details, find_missing_details
from tests.unit.test_review_details import claims

CATCHES = "The catches of cod went from 2.1 to 1.4 million tonnes. Herring were not counted."
WORKED_OUT = [
    ("The catches of cod fell by 33 %.", CATCHES, "33 %", "(2.1 − 1.4) ÷ 2.1 = 33.33 %"),
    ("The catches of cod fell by a third.", CATCHES, "a third", "(2.1 − 1.4) ÷ 2.1 = 33.33 %"),
    ("Catches of cod fell by 0.7 million tonnes.", CATCHES, "0.7 million tonnes", "2.1 − 1.4 = 0.7"),
    (
        "The fees of the club rose by 50%.",
        "The club put up its fees from $900,000 to $1.35 million.",
        "50%",
        "(1.35 million − 900,000) ÷ 900,000 = 50 %",
    ),
    ("40 % of the members of the club voted.", "In the club 120 of the 300 members cast a vote.", "40 %", "120 ÷ 300 = 40 %"),
    ("He ran the bakery for 12 years.", "He ran the bakery from 1990 to 2002.", "12 years", "2002 − 1990 = 12"),
    ("In all 150 boats left the yard.", "The yard built 120 boats of wood and 30 boats of steel.", "150", "30 + 120 = 150"),
]
LACKING = [
    ("The catches of cod fell by 20 %.", CATCHES, "20 %"),
    ("The price of bread fell by 33 %.", CATCHES, "33 %"),
    ("The catches of cod rose by 33 %.", CATCHES, "33 %"),
    ("The catches of cod fell by 33 %.", "The catches of cod were 2.1 million tonnes. They are 1.4 million.", "33 %"),
    ("The yard built 150 boats.", "The yard built 120 boats of wood and 30 boats of steel.", "150"),
]


@pytest.mark.parametrize(("claim", "source", "text", "sum_of"), WORKED_OUT)
def test_a_number_that_follows_is_worked_out_and_not_lacking(claim: str, source: str, text: str, sum_of: str) -> None:
    details = find_details(claim, SourceIndex(source))
    assert [derived.text for derived in details.derivations] == [text]
    assert details.derivations[0].sum.endswith(sum_of)
    assert claim[slice(*details.derivations[0].span)] == text
    assert NUMBER not in {detail.kind for detail in details.missing}


@pytest.mark.parametrize(("claim", "source", "text"), LACKING)
def test_a_number_that_does_not_follow_is_lacking(claim: str, source: str, text: str) -> None:
    details = find_details(claim, SourceIndex(source))
    assert text in [detail.text for detail in details.missing]
    assert details.derivations == ()


@given(claims, claims)
def test_what_is_worked_out_is_a_range_of_the_claim_and_is_not_lacking(claim: str, source: str) -> None:
    details = find_details(claim, SourceIndex(source))
    assert details.missing == find_missing_details(claim, SourceIndex(source))
    for derived in details.derivations:
        assert claim[slice(*derived.span)] == derived.text != ""
        assert not any(derived.span.overlaps(detail.span) and detail.kind == NUMBER for detail in details.missing)
