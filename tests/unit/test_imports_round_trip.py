"""A review that our own JSON Lines wrote comes back whole: with bookmarks, assignments, dismissals, tags and what is aside."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.formats import parse_article, read_article
from reader.imports.summary import describe_plan
from reader.library import Library
from reader.review.model import Annotation, Bookmark, DecidedPlace, Dismissal, Judgement, Selector, Settlement, Tag
from reader.review.scale import DECISIONS, PROBLEMS
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANNOTATION_KINDS, TAKEN
from tests.hypothesis_profiles import CHARACTERS
from tests.unit.review_strategies import TEXT, article
from tests.unit.test_cli import Call, call, ferry
from tests.unit.test_imports import AT, exported, planned
from tests.unit.test_library import plain

__all__ = ["call", "ferry"]  # fixtures

READ = article()
SENTENCES = READ.sentences.all()
VERDICTS = ("supports", "contradicts", "unavailable")
words = st.text(CHARACTERS, max_size=8).map(lambda text: text.encode("utf-16-le", "replace").decode("utf-16-le"))
"""Words of people, without lone surrogates, which no file can hold."""


def fresh(creator: str = "zoe") -> ReviewSession:
    """Return an empty review of the same article in another library."""
    return ReviewSession(article(), "the-article", creator=creator)


def lines_of(session: ReviewSession) -> list[dict[str, Any]]:
    """Return what an export to JSON Lines says."""
    return [json.loads(line) for line in exported(session, "jsonl").decode().splitlines()]


def read_by_several(mark: Annotation, reference: str) -> Annotation:
    """Return an annotation on which two readers judged a reference by themselves, and a third settled it."""
    reading = Judgement(reference, "overstated", note="by half", by="ben", at=AT, edition=READ.digest, identity="doi:x")
    settlement = Settlement(TAKEN, "ben", "the *second* table", "cara", AT, ("ana", "ben"))
    return replace(mark, readings={f"{reference}/ben": reading}, settlements={reference: settlement})


def made_before(mark: Annotation, span: Span) -> Annotation:
    """Return an annotation that was made on an earlier edition, whose place in this one a person chose."""
    selector = Selector("The ferry carried some", "Long ago. ", " people", 40, 62)
    place = DecidedPlace(*span, "chosen", 0.75, "ben", AT)
    return replace(mark, edition="e" * 64, selector=selector, places={READ.digest: place})


@st.composite
def reviews(draw: st.DrawFn) -> ReviewSession:
    """Return a review that several people worked on."""
    session = ReviewSession(article(), "the-article", creator=draw(st.sampled_from(("ana", ""))))
    references = [reference.id for reference in READ.references]
    for span in draw(st.lists(st.sampled_from(SENTENCES), max_size=4, unique=True)):
        mark = session.add(
            span,
            draw(st.sampled_from(ANNOTATION_KINDS)),
            draw(st.lists(st.sampled_from(("numbers", "people/old", "c++")), max_size=2)),
            draw(words),
            decision=draw(st.sampled_from(("", *DECISIONS))),
            fix=draw(words),
        )
        for reference in draw(st.lists(st.sampled_from(references), max_size=3)):
            act = draw(st.sampled_from(("judge", "link", "unlink", "problems")))
            if act == "judge":
                mark = session.judge(mark, reference, draw(st.sampled_from(VERDICTS)))
            elif act == "link":
                mark = session.link(mark, reference, draw(words))
            elif act == "unlink":
                mark = session.unlink(mark, reference, draw(words))
            else:
                problems = st.lists(st.sampled_from([*PROBLEMS]), max_size=2, unique=True)
                mark = session.set_problems(mark, reference, draw(problems))
        if draw(st.booleans()):
            changed = read_by_several(mark, draw(st.sampled_from(references)))
            session.remove([mark])
            session.add_all([changed if draw(st.booleans()) else made_before(changed, span)], "from another device")
    for letter in draw(st.lists(st.sampled_from("abc"), max_size=2, unique=True)):
        session.set_bookmark(letter, draw(st.integers(0, len(TEXT))))
    for reader in draw(st.lists(st.sampled_from(("ana", "ben")), max_size=2)):
        session.assign({reader: draw(st.lists(st.sampled_from(SENTENCES), max_size=1))})
    for key in draw(st.lists(st.sampled_from(("k1", "k2")), max_size=2, unique=True)):
        session.dismiss_finding(key, "link rot", draw(words), draw(words))
    if draw(st.booleans()):
        session.set_aside(draw(st.sampled_from(SENTENCES)))
    return session


@given(reviews())
def test_an_export_that_is_taken_into_an_empty_library_is_written_again_the_same(session: ReviewSession) -> None:
    data, other = exported(session, "jsonl"), fresh()
    if session.can_undo or session.index.bookmarks():
        other.add_all(planned(other, data).items, "import")
        assert lines_of(other) == lines_of(session)
        assert exported(other, "jsonl") == data
        assert planned(other, data).items == ()
        other.undo()
    assert lines_of(other) == lines_of(fresh())


def whole_review() -> ReviewSession:
    """Return a review with one of everything but an annotation."""
    session = ReviewSession(article(), "the-article", creator="ana")
    session.set_bookmark("a", 7)
    session.assign({"ben": [SENTENCES[1]]})
    session.assign({"ana": []})
    session.dismiss_finding("k1", "link rot", "The page is gone", "archived")
    return session


def test_the_report_names_what_else_comes_in() -> None:
    data = exported(whole_review(), "jsonl")
    plan = planned(fresh(), data)
    first = "Would import 2 assignments, 1 bookmark and 1 dismissed finding from notes (JSON Lines)"
    assert describe_plan(plan, is_done=False) == [first]
    here = fresh()
    here.set_bookmark("a", 8)
    here.add_all(planned(here, data).items, "import")
    assert here.index.bookmarks() == (Bookmark("a", 8),), "what is here stays"
    again = describe_plan(planned(here, data), is_done=False)
    assert again == ["Nothing new from notes (JSON Lines)", "  left out: 1 bookmark, as its letter is taken here"]


def test_offsets_of_another_text_do_not_come_in_and_it_says_so() -> None:
    session = whole_review()
    mark = session.add(SENTENCES[1], note="who says so?")
    session.remove([mark])
    session.add_all([read_by_several(mark, "1")], "from another device")
    session.set_aside(SENTENCES[2])
    newer = ReviewSession(parse_article(f"A new beginning.\n\n{TEXT}".encode(), "-"), "the-article", creator="zoe")
    plan = planned(newer, exported(session, "jsonl"))
    newer.add_all(plan.items, "import")
    assert [mark.note for mark in newer.index.annotations()] == ["who says so?"]
    assert [type(part) for part in plan.parts] == [type(part) for part in newer.index.assignments.list_all()] + [Dismissal]
    left_out = {line.removeprefix("  left out: ") for line in describe_plan(plan, is_done=True) if "left out" in line}
    assert left_out == {
        "1 bookmark in another text",
        "1 assignment of sentences of another text",
        "1 judgement of a single reader, on another text",
        "1 passage set aside in another text",
    }


def test_a_tag_of_the_codebook_stays_and_a_new_one_gives_up_a_key_that_is_taken() -> None:
    session = ReviewSession(article(), "the-article", creator="ana")
    session.add_all([Tag("t1", "old", "defined there", digit="1"), Tag("t2", "new", "defined there", digit="2")], "codebook")
    session.add(SENTENCES[1], tags=("old", "new"))
    here = fresh()
    here.add_all([Tag("h1", "old", "defined here"), Tag("h2", "other", digit="2")], "codebook")
    here.add_all(planned(here, exported(session, "jsonl")).items, "import")
    tags = [(tag.name, tag.definition, tag.digit) for tag in here.index.tags()]
    assert tags == [("new", "defined there", ""), ("old", "defined here", ""), ("other", "", "2")]


def test_a_review_moves_to_another_library_by_the_commands(call: Call, ferry: Path, tmp_path: Path) -> None:
    first, second, file = tmp_path / "first", tmp_path / "second", tmp_path / "review.jsonl"
    with Library.open(first) as library:
        session, entry = library.session(read_article(str(ferry)), "ana")
        session.listen(lambda change: library.save(entry.id, change))
        session.add_all(whole_review().index.bookmarks(), "bookmarks")
        session.assign({"ben": [SENTENCES[1]]})
        session.judge(session.add(SENTENCES[1], tags=("numbers",)), "1", "supports")
    assert call("export", ferry, "--format", "jsonl", "--output", file, "--library", first).code == 0
    answer = call("import", file, "--article", ferry, "--library", second)
    told = "Imported 1 annotation, 1 assignment, 1 bookmark and 1 definition of a tag from review.jsonl (JSON Lines)"
    assert answer.out.splitlines()[0] == told
    assert call("import", file, "--article", ferry, "--library", second).out.startswith("Nothing new")
    again = tmp_path / "again.jsonl"
    call("export", ferry, "--format", "jsonl", "--output", again, "--library", second)
    own = ("article", "id", "foreign_id")
    before, after = (
        [{name: value for name, value in json.loads(line).items() if name not in own} for line in path.read_text().splitlines()]
        for path in (file, again)
    )
    assert before == after
    assert call("undo", "--library", second).code == 0
    assert [plain(second, "annotations"), plain(second, "tags")] == [[], []]
