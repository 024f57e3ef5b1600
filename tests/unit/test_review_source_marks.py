"""The marks of sources: what is true of each, and filters by them."""

import json
from pathlib import Path

import pytest

from reader.formats import parse_article
from reader.review.filter import Criteria, parse_filter
from reader.review.health import (
    BY_TITLE,
    CONCERN,
    CORRECTION,
    DIFFERS,
    MATCHES,
    NO_SUCH_RECORD,
    NOT_ASKED,
    NOT_FOUND,
    REINSTATEMENT,
    RETRACTION,
    RecordCheck,
    RetractionNotice,
    SourceHealth,
)
from reader.review.model import Source, SourceText
from reader.review.query import parse_query
from reader.review.scale import DEFAULT_SCALE
from reader.review.session import ReviewSession
from reader.review.source_marks import source_marks
from reader.review.vocabulary import ABSTRACT, EMPTY, FULL_TEXT, SOURCE_MARKS
from reader.search.plan import search_names
from tests.unit.retraction_lists import retraction_list, row
from tests.unit.test_cli import Call, call

__all__ = ["call"]  # a fixture

TEXT = """Kites

Kites were red [1]. Kites were blue [2]. Kites were old [1][3]. Kites flew.

References

[1] Orme, K. (2019). Red kites. https://kites.example/red
[2] Dahl, P. (2021). Blue kites.
[3] Lind, A. (2022). Old kites.
"""


def with_text(extent: str = FULL_TEXT, archived_at: str = "") -> Source:
    """Return a source with a text."""
    return Source("a", texts=(SourceText("d", extent=extent, archived_at=archived_at),), current="d")


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        (None, ("missing",)),
        (Source("a"), ("missing",)),
        (Source("a", failed_address="https://a.example", failure="does not answer"), ("missing", "failed")),
        (with_text(), ("supplied",)),
        (with_text(extent=ABSTRACT), ("abstract",)),
        (with_text(extent=EMPTY), ("empty",)),
        (with_text(extent=ABSTRACT, archived_at="2024-03-01T00:00:00Z"), ("abstract", "archived")),
    ],
)
def test_a_source_has_the_marks_of_its_text(source: Source | None, marks: tuple[str, ...]) -> None:
    assert source_marks(source, SourceHealth()) == marks


@pytest.mark.parametrize(
    ("notices", "marks"),
    [
        ((RETRACTION,), ("retracted",)),
        ((CORRECTION, CONCERN), ("concern", "corrected")),
        ((RETRACTION, REINSTATEMENT), ()),
        (("Retraction of another kind",), ()),
    ],
)
def test_notices_in_force_are_marks(notices: tuple[str, ...], marks: tuple[str, ...]) -> None:
    health = SourceHealth(tuple(RetractionNotice(nature) for nature in notices))
    assert source_marks(None, health) == (*marks, "missing")


def test_a_notice_found_by_title_marks_no_source_as_retracted() -> None:
    health = SourceHealth((RetractionNotice(RETRACTION, found_by=BY_TITLE), RetractionNotice(CORRECTION, found_by=BY_TITLE)))
    assert source_marks(None, health) == ("maybe-retracted", "missing")


@pytest.mark.parametrize(
    ("outcome", "marks"),
    [(NO_SUCH_RECORD, ("no-record",)), (DIFFERS, ("differs",)), (MATCHES, ("matches",)), (NOT_FOUND, ()), (NOT_ASKED, ())],
)
def test_the_answer_of_a_registry_is_a_mark_if_it_says_something(outcome: str, marks: tuple[str, ...]) -> None:
    assert source_marks(None, SourceHealth((), RecordCheck(outcome))) == (*marks, "missing")


def reviewed() -> ReviewSession:
    """Return a review of four claims: [1] has a text and was retracted, [2] has an abstract, [3] nothing."""
    session = ReviewSession(parse_article(TEXT.encode(), "kites.txt"), "a")
    for sentence in session.index.article.sentences.all()[:4]:
        session.mark(sentence)
    session.attach_source("1", SourceText("d"))
    session.attach_source("2", SourceText("e", extent=ABSTRACT))
    session.health.set_notices({"1": (RetractionNotice(RETRACTION),)})
    return session


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("source:retracted", [1, 3]),
        ("source:abstract", [2]),
        ("source:missing", [3]),
        ("source:supplied source:missing", [3]),
        ("-source:missing", [1, 2, 4]),
        ("source:archived", []),
    ],
)
def test_a_filter_finds_the_claims_that_rest_on_such_a_source(words: str, numbers: list[int]) -> None:
    session = reviewed()
    claims = session.index.claims()
    chosen = parse_filter(words, DEFAULT_SCALE)
    assert not chosen.complaint
    assert [claims.index(claim) + 1 for claim in chosen.select(session.index)] == numbers


def test_a_filter_says_which_sources_of_a_list_it_means() -> None:
    session = reviewed()

    def chosen(words: str) -> list[str]:
        query = parse_filter(words, DEFAULT_SCALE)
        return [r.label for r in session.index.article.references if query.matches_source(session.sources.marks(r.id))]

    assert chosen("source:missing") == ["3"]
    assert chosen("source:supplied source:retracted") == ["1"]
    assert chosen("-source:supplied") == ["2", "3"]
    assert chosen("kites") == ["1", "2", "3"]


def test_criteria_take_any_of_several_sources_and_say_so() -> None:
    session = reviewed()
    chosen = Criteria(sources=("abstract", "missing")).to_filter()
    assert len(chosen.select(session.index)) == 2
    assert chosen.public_text == "abstract or missing"


def test_the_search_over_everything_has_no_such_filter_and_says_which_it_has() -> None:
    problem = parse_query("source:missing", search_names(DEFAULT_SCALE)).problem
    assert problem is not None
    assert "source:" not in problem.message.partition(";")[2]
    assert {*SOURCE_MARKS}.isdisjoint({"open", "judged", "uncited"})


def test_the_list_counts_what_the_check_finds_of_the_sources(call: Call, tmp_path: Path, own_library: Path) -> None:
    path = tmp_path / "kites.txt"
    path.write_text(TEXT.replace("https://kites.example/red", "https://doi.org/10.5555/red"), encoding="utf-8")
    listed = tmp_path / "retractions.csv"
    listed.write_text(retraction_list([row("Red kites", "10.5555/red")]), encoding="utf-8")
    assert call("retractions", "update", listed).code == 0
    assert call("add", path).code == 0
    checked = call("check", path, "--format", "json", "--select", "CR")
    (results,) = (article["results"] for article in json.loads(checked.out)["articles"])
    faults = [result for result in results if result["code"] < "CR4" or result["code"] == "CR601"]
    assert [result["code"] for result in faults] == ["CR601"]
    assert "\n1 finding\n" in call("show", path).out
    (entry,) = json.loads(call("list", "--json").out)
    assert entry["findings"] == 1
