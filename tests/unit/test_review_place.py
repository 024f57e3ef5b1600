"""Anchoring: a quote is found where it certainly stands, or not at all; the place where reading stopped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.library.articles import entry_of, position_to_record
from reader.review.model import Selector, clean_tag_name
from reader.review.reading_position import ReadingPosition
from reader.review.selector import exact_range, make_selector
from tests.hypothesis_profiles import CHARACTERS

few_letters = st.text("ab ", max_size=40)


@given(few_letters, st.integers(0, 40), st.integers(1, 40))
def test_what_was_selected_is_found_in_the_same_text(text: str, start: int, length: int) -> None:
    span = Span(start, min(len(text), start + length))
    if span.start < span.end:
        assert exact_range(text, make_selector(text, span)) == span


@given(few_letters, few_letters, st.integers(0, 40), st.integers(1, 10))
def test_in_an_edited_text_a_quote_is_found_where_it_stands_or_not_at_all(
    text: str, edited: str, start: int, length: int
) -> None:
    span = Span(start, min(len(text), start + length))
    if span.start < span.end:
        selector = make_selector(text, span)
        place = exact_range(edited, selector)
        assert place is None or edited[place.start : place.end] == selector.exact


def test_a_quote_that_moved_is_found_by_its_only_place_or_by_its_context() -> None:
    text = "One ferry left. Two ferries came. One ferry stayed."
    second = make_selector(text, Span(34, 43))
    assert second.exact == "One ferry"
    assert exact_range("Later. " + text, second) == Span(41, 50)
    assert exact_range("One ferry is left.", second) == Span(0, 9)
    assert exact_range("One ferry here, One ferry there.", second) is None
    assert exact_range("A ferry, a ferry.", Selector("ferry")) is None


@given(few_letters, st.text("ab ", max_size=3), st.text("ab ", max_size=3), st.text("ab ", max_size=3))
def test_a_quote_has_a_place_if_it_is_there_once_or_once_with_its_context(
    text: str, prefix: str, quote: str, suffix: str
) -> None:
    places = [n for n in range(len(text)) if quote and text.startswith(quote, n)]
    if len(places) > 1:
        places = [n for n in places if text.endswith(prefix, 0, n) and text.startswith(suffix, n + len(quote))]
    expected = Span(places[0], places[0] + len(quote)) if len(places) == 1 else None
    assert exact_range(text, Selector(quote, prefix, suffix, -1)) == expected


@given(st.text(st.sampled_from("aB#/ -é\t\u200b\u202e\x00\x1f\u00a0")) | st.text(CHARACTERS))
def test_a_tag_s_name_is_its_own_name(typed: str) -> None:
    name = clean_tag_name(typed)
    assert clean_tag_name(name) == name
    assert not set(name) & set(" \t\n\u200b\u202e\x00")
    assert not name.startswith(("#", "/"))
    assert "//" not in name


def test_tags_as_people_type_them() -> None:
    assert clean_tag_name("  #Health / long covid ") == "Health/long-covid"
    assert clean_tag_name("c#") == "c#"
    assert clean_tag_name(" # / ") == ""


PLACE = ReadingPosition(120, 46, "claims", "#a", ("c1", "2"), (("c1", "1"), ("c2", "7")))


def test_the_pair_that_the_queue_was_left_at_and_those_put_off_come_back_from_the_record() -> None:
    for place in (PLACE, ReadingPosition()):
        assert entry_of({"id": "a", "reading": position_to_record(place)}).position == place


@pytest.mark.parametrize(
    ("pair", "skipped", "wanted"),
    [
        ("c1", "c2", ()),
        (["c1"], [["c1", 2], "c2", None, ["c3", "4"]], (("c3", "4"),)),
        ([1, 2], {"c1": "2"}, ()),
        (None, [["a", "b", "c"]], ()),
    ],
)
def test_a_record_that_something_else_wrote_into_names_no_pair(pair: object, skipped: object, wanted: object) -> None:
    place = entry_of({"id": "a", "reading": {"pair": pair, "skipped": skipped}}).position
    assert (place.pair, place.skipped_pairs) == (None, wanted)
