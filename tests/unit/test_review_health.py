"""The health of sources: which notices stand, how dates compare, and what listeners hear."""

import pytest

from reader.review.health import (
    BY_TITLE,
    CONCERN,
    DIFFERS,
    MATCHES,
    NO_HEALTH,
    REINSTATEMENT,
    RETRACTION,
    HealthBook,
    RecordCheck,
    RetractionNotice,
    SourceHealth,
    compare_dates,
)

RETRACTED = RetractionNotice(RETRACTION, "2024-03-05")
REINSTATED = RetractionNotice(REINSTATEMENT, "2024-06-01")
CONCERNED = RetractionNotice(CONCERN, "2023-01-01")


def test_reinstatement_ends_the_retraction_before_it_and_no_later_one():
    assert SourceHealth((RETRACTED,)).retraction == RETRACTED
    assert SourceHealth((RETRACTED, REINSTATED)).retraction is None
    again = RetractionNotice(RETRACTION, "2025-01-01")
    assert SourceHealth((RETRACTED, REINSTATED, again)).retraction == again
    assert SourceHealth((CONCERNED, RETRACTED, REINSTATED)).concern == CONCERNED


def test_reinstatement_found_by_title_ends_no_retraction_of_the_very_work():
    likely = RetractionNotice(REINSTATEMENT, "2024-06-01", found_by=BY_TITLE)
    assert SourceHealth((RETRACTED, likely)).retraction == RETRACTED
    guess = RetractionNotice(RETRACTION, "2024-03-05", found_by=BY_TITLE)
    assert SourceHealth((guess, likely)).retraction is None
    assert not guess.is_sure


def test_notice_of_the_very_work_goes_before_one_found_by_title():
    guess = RetractionNotice(RETRACTION, "2025-03-05", found_by=BY_TITLE)
    assert SourceHealth((RETRACTED, guess)).retraction == RETRACTED


@pytest.mark.parametrize(
    ("date", "other", "order"),
    [
        ("2024-03-05", "2024-03-06", -1),
        ("2024-03-05", "2024-03-05", 0),
        ("2025", "2024-12-31", 1),
        ("2024-03", "2024-03-06", None),
        ("2024", "2024", None),
        ("spring 2024", "2024", None),
        ("", "2024", None),
    ],
)
def test_dates_are_compared_by_what_both_say(date: str, other: str, order: int | None):
    assert compare_dates(date, other) == order
    assert compare_dates(other, date) == (None if order is None else -order)


def test_listeners_hear_which_references_changed_and_nothing_else():
    book, heard = HealthBook(), list[frozenset[str]]()
    book.listen(heard.append)
    assert book.of("1") == NO_HEALTH
    book.set_records({"1": RecordCheck(MATCHES), "2": RecordCheck(DIFFERS)})
    book.set_notices({"2": (RETRACTED,)})
    book.set_notices({"2": (RETRACTED,)})
    book.set_notices({"1": (CONCERNED,)})
    assert heard == [{"1", "2"}, {"2"}, {"1", "2"}]
    assert book.of("2") == SourceHealth((), RecordCheck(DIFFERS))
    assert book.of("1") == SourceHealth((CONCERNED,), RecordCheck(MATCHES))
