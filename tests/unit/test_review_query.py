"""The grammar of queries: terms, their places, what is wrong with one, dates; and filters in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.model import Reference
from reader.formats import parse_article
from reader.review.filter import filter_names, parse_filter
from reader.review.model import Annotation
from reader.review.query import QUERY_FIELDS, Query, days_of, moments_of, parse_query, reference_names
from reader.review.scale import DEFAULT_SCALE
from reader.review.session import ReviewSession
from tests.unit.review_strategies import CHARACTERS

NAMES = filter_names(DEFAULT_SCALE)
SEARCH = NAMES._replace(bare=frozenset())


def read(text: str) -> list[tuple[str, str]]:
    """Return the terms of a query that has no problem as pairs of field and value, a negated one with "-" before its field."""
    query = parse_query(text, NAMES)
    assert query.problem is None
    return [(f"{'-' if term.is_negated else ''}{term.field}", term.value) for term in query.terms]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("salt  road", [("", "salt"), ("", "road")]),
        ('"salt road" “deep well”', [("", "salt road"), ("", "deep well")]),
        ('"open" -"not yet closed', [("", "open"), ("-", "not yet closed")]),
        ("#water/deep tag:road tag:#Salt", [("tag", "water/deep"), ("tag", "road"), ("tag", "Salt")]),
        ("[3] [Lee 2020] ref:4 -[5]", [("ref", "3"), ("ref", "Lee 2020"), ("ref", "4"), ("-ref", "5")]),
        ("open is:judged -is:stale stale", [("is", "open"), ("is", "judged"), ("-is", "stale"), ("", "stale")]),
        ("later kind:claim is:not-claim", [("kind", "later"), ("kind", "claim"), ("kind", "not-claim")]),
        ("supports is:unclear verdict:overstated", [("verdict", v) for v in ("supports", "unclear", "overstated")]),
        ('verdict:"partly supports" VERDICT:Unavailable', [("verdict", "partly-supports"), ("verdict", "unavailable")]),
        ('by:ada by:"Ada Lovelace"', [("by", "ada"), ("by", "Ada Lovelace")]),
        ("source:missing -source:Retracted source", [("source", "missing"), ("-source", "retracted"), ("", "source")]),
        ("before:2024 on:2024-02-29 after:today", [("before", "2024"), ("on", "2024-02-29"), ("after", "today")]),
        ("https://mill.example Note: 9:30 - [ #", [("", w) for w in ("https://mill.example", "Note:", "9:30", "-", "[", "#")]),
    ],
)  # fmt: skip
def test_a_query_is_read(text: str, terms: list[tuple[str, str]]) -> None:
    assert read(text) == terms


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("salt colour:red", "colour:red", "No filter “colour:red”; there are tag: ref: is:"),
        ("salt -is:good", "-is:good", "No filter “-is:good”; after is: open judged uncited"),
        ("source:lost", "source:lost", "after source: retracted maybe-retracted"),
        ("tag: salt", "tag:", "No filter “tag:”; after tag: comes a value"),
        ("verdict:good", "verdict:good", "after verdict: supports partly-supports"),
        ("before:2024-02-30", "before:2024-02-30", "No date “2024-02-30”"),
        ("on:soon foo:bar", "on:soon", "No date “soon”"),
    ],
)
def test_a_query_that_cannot_be_read_says_what_is_wrong_and_where(text: str, wrong: str, message: str) -> None:
    problem = parse_query(text, NAMES).problem
    assert problem is not None
    assert text[problem.start : problem.end] == wrong
    assert message in problem.message


def test_where_words_are_searched_a_state_needs_its_field() -> None:
    assert [term.field for term in parse_query("open supports note is:open", SEARCH).terms] == ["", "", "", "is"]


@given(st.lists(st.one_of(st.text(CHARACTERS), st.sampled_from(['"', "-", "[", "]", " ", "is:", "#", *QUERY_FIELDS, ":"]))))
def test_any_text_is_read_into_terms_in_their_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    query = parse_query(text, NAMES)
    ends = [0, *(term.end for term in query.terms)]
    assert all(end <= term.start < term.end for end, term in zip(ends, query.terms, strict=False))
    assert query.problem is None or 0 <= query.problem.start < query.problem.end <= len(text)


def test_no_name_of_a_person_stays_in_the_public_text() -> None:
    text = '#salt by:"Ada Lovelace" -by:bob well'
    assert parse_query(text, NAMES).public_text == "#salt by:… -by:… well"
    assert parse_filter(text, DEFAULT_SCALE).public_text == "#salt by:… -by:… well"


def test_dates_are_days_months_and_years_of_this_place() -> None:
    assert days_of("2023-12") == (date(2023, 12, 1), date(2024, 1, 1))
    assert days_of("2024") == (date(2024, 1, 1), date(2025, 1, 1))
    assert days_of("Yesterday") == (date.today() - timedelta(days=1), date.today())
    assert all(days_of(text) is None for text in ("2024-13", "24", "2024-1-1-1", "0000", "9999", "٢٠٢٤"))
    on, before, after = (
        moments_of(term) for term in parse_query("on:2024-05-02 before:2024-05-02 after:2024-05-02", NAMES).terms
    )
    assert before == ("", on[0])
    assert after == (on[1], "")
    assert on[0] < on[1]


def test_a_reference_is_called_by_label_id_author_and_year() -> None:
    reference = Reference(
        "r7", "Lee 2020", "Lee, A. & de Groot, B. (2020). Wells.", authors=("Lee, A.", "de Groot, B."), year="2020"
    )
    assert reference_names(reference) == {"lee 2020", "r7", "lee", "a", "de", "groot", "b", "2020"}


def test_a_filter_takes_dates_kinds_phrases_and_the_title() -> None:
    article = parse_article(b"# Salt\n\nThe well was deep. The road was wide. Nobody swept it.\n", "salt.md")
    session = ReviewSession(article, "a", creator="Ada Lovelace")
    well, road, swept = (session.mark(sentence) for sentence in article.sentences.all()[-3:])
    session.set_kind(swept, "not-claim")

    def select(text: str) -> tuple[Annotation | None, ...]:
        chosen = parse_filter(text, DEFAULT_SCALE)
        assert chosen.complaint == ""
        return chosen.select(session.index)

    assert select("on:today") == select("before:2100 article:salt") == (well, road)
    assert select("before:2001") == select("article:pepper") == ()
    assert select('"well was"') == (well,)
    assert select('-"well was" by:"ada love"') == (road,)
    assert select("-claim") == ()
    assert select("kind:evidence") == ()


def test_an_empty_query_has_no_terms() -> None:
    assert parse_query("  ", NAMES) == Query("  ")
