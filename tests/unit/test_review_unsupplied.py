"""What there is to fetch for the references of an article."""

import pytest

from reader.article.model import Reference
from reader.review.index import FetchableReference, fetchable_references, has_source_text, source_address
from reader.review.model import SourceText
from reader.review.session import ReviewSession
from reader.review.vocabulary import EMPTY
from tests.unit.review_strategies import article

TEXT = """Full ferries

The ferry was full [1][2]. It was never full [3][4][5].

References

[1] Island Lines. (2024). Passengers. https://lines.example/passengers
[2] Port Office. (2024). Counting at the gate. doi:10.5555/gate.7
[3] Rask, O. (2024). The page of passengers. https://lines.example/passengers#may
[4] Rask, O. (2024). The gate again. https://doi.org/10.5555/gate.7
[5] Rask, O. (n.d.). Who pays for the pier?
"""
PAGE, GATE = (
    FetchableReference("https://lines.example/passengers", ("1", "3")),
    FetchableReference("https://doi.org/10.5555/gate.7", ("2", "4")),
)


@pytest.mark.parametrize(
    ("url", "doi", "address"),
    [
        ("https://lines.example/a", "10.5555/x", "https://lines.example/a"),
        ("HTTP://lines.example/a", "", "HTTP://lines.example/a"),
        ("www.lines.example/a", "", "https://www.lines.example/a"),
        ("ftp://lines.example/a", "10.5555/x", "https://doi.org/10.5555/x"),
        ("ftp://lines.example/a", "", ""),
        ("", "10.1002/(sici)1097<1::aid#7>3.0;2-x?%", "https://doi.org/10.1002/(sici)1097%3C1::aid%237%3E3.0;2-x%3F%25"),
        ("", "10.5555/\ud83d", "https://doi.org/10.5555/%3F"),
        ("", "", ""),
    ],
)
def test_the_page_a_reference_names_comes_before_where_its_doi_leads(url: str, doi: str, address: str) -> None:
    assert source_address(Reference("1", "1", "x", doi=doi, url=url)) == address


def test_each_address_is_asked_for_once() -> None:
    session = ReviewSession(article(TEXT), "the-article", creator="ana")
    assert fetchable_references(session.index, session.index.article.references) == (PAGE, GATE)
    assert fetchable_references(session.index, session.index.article.references[2:3]) == (
        FetchableReference("https://lines.example/passengers#may", ("3",)),
    )


def test_what_is_there_is_not_asked_for_and_what_was_not_reached_is_again() -> None:
    session = ReviewSession(article(TEXT), "the-article", creator="ana")
    session.record_fetch_failure("2", GATE.address, "it does not answer")
    assert not has_source_text(session.index, "2")
    session.attach_source("1", SourceText("a" * 64, extent=EMPTY))
    assert has_source_text(session.index, "1")
    again = FetchableReference(f"{PAGE.address}#may", ("3",))
    assert fetchable_references(session.index, session.index.article.references) == (GATE, again)
