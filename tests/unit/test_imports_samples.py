"""Samples of other programs come in: each file into articles of its own texts, with its words, labels and what is left out."""

from collections import Counter
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.imports import open_import_file, read_annotations
from reader.imports.annotation import ImportedDocument, LeftOut
from reader.imports.plan import ImportPlan, plan_import
from reader.imports.summary import describe_plan
from reader.review.session import ReviewSession
from tests.unit.review_strategies import article

SAMPLES = Path(__file__).parents[1] / "documents" / "imports"

ORG, LOC, PERSON, MISC, DATE, CITY = ((name,) for name in ("ORG", "LOC", "PERSON", "MISC", "DATE", "City"))
PEOPLE = [("Google", ORG), ("September 4, 1998", DATE), ("Larry Page", PERSON), ("Sergey Brin", PERSON)]
RELATIONS = "left out: 3 relations that lead to no reference"
COMES_IN: dict[str, tuple[list[tuple[str, tuple[str, ...]]], str]] = {
    "doccano/relation_extraction.jsonl": (PEOPLE, RELATIONS),
    "doccano/relations.jsonl": (PEOPLE, RELATIONS),
    "doccano/sequence_labeling.jsonl": (
        [("EU", ORG), ("German", MISC), ("Peter Blackburn", PERSON), ("Obama", PERSON)],
        "annotations about 2 other documents",
    ),
    "doccano/intent_detection.jsonl": (
        [("Find a flight from Memphis", CITY), ("Tacoma", CITY), ("Los Angeles", CITY)],
        "left out: 2 labels of whole texts",
    ),
    "doccano/overlapping.jsonl": ([("e", LOC), ("e", LOC)], ""),
    "koreader/metadata.epub.lua": (
        [("Fox is a cunning creature with a warm heart.", ()), ("I got to know Fox in the summer of 1984.", ())],
        "",
    ),
}


class Survey:
    """A selection that takes every document of a file for the article, and notes what it is asked."""

    def __init__(self) -> None:
        self.quotes: dict[ImportedDocument, list[str]] = {}
        self.omissions = Counter[LeftOut]()

    def number_of(self, document: ImportedDocument, quote: str | None = None) -> int | None:
        self.quotes.setdefault(document, []).extend([] if quote is None else [quote])
        return 0

    def omit(self, what: LeftOut, count: int = 1) -> None:
        self.omissions[what] += count


def plans_of(path: Path) -> list[ImportPlan]:
    """Return the plans for a file, each into an article of one of its texts; of its quotes where it has no texts."""
    file, survey = open_import_file(str(path)), Survey()
    for _ in file.format.read(file.source, survey):
        pass
    plans = list[ImportPlan]()
    for document, quotes in survey.quotes.items():
        text = "\n\n".join(quotes) if document.text is None else document.text
        session = ReviewSession(article(text), "own")
        if quotes:
            plans.append(plan_import(session, read_annotations(file, session.index.article, "own")))
    return plans


@pytest.mark.parametrize("name", COMES_IN)
def test_a_sample_comes_in_with_its_words_labels_and_what_is_left_out(name: str) -> None:
    plans, (marks, told) = plans_of(SAMPLES / name), COMES_IN[name]
    assert [(mark.selector.exact, mark.tags) for plan in plans for mark in plan.annotations] == marks
    assert not any(plan.lost or plan.unsure for plan in plans)
    assert told in "\n".join(describe_plan(plans[0], is_done=False))


@pytest.mark.parametrize(
    ("name", "told"),
    [("text_classification", "holds no annotations of passages"), ("missing_text", "line 3 has no “text”")],
)
def test_a_sample_without_ranges_or_without_a_text_says_so(name: str, told: str) -> None:
    session, file = ReviewSession(article(), "ferry"), open_import_file(str(SAMPLES / "doccano" / f"{name}.jsonl"))
    with pytest.raises(ReaderError, match=told):
        plan_import(session, read_annotations(file, session.index.article, "ferry"))
