"""The texts behind references: attached, replaced, offered elsewhere, not reached; and findings that were dismissed."""

from pathlib import Path

import pytest

from reader.library import Library
from reader.review.model import Change, SourceText, is_readable
from reader.review.session import ReviewSession
from reader.review.vocabulary import ABSTRACT, EMPTY, FETCH_FAILED, NO_SOURCE, NO_TEXT, ONLY_ABSTRACT, PASTED_TEXT, SUPPLIED
from tests.unit.review_strategies import article, review

FIRST = SourceText("a" * 64, title="The ledger", format="plain", origin="/tmp/ledger.txt")
SECOND = SourceText("b" * 64, title="The ledger, revised", format="plain", origin="https://lines.example/ledger")
OTHER = """Another text

The port office counted 20,500 passengers in May [1].

References

[1] Port Office of Sandvik. (2024). Counting at the gate. doi:10.5555/gate.7
"""


def test_a_source_is_attached_replaced_and_taken_away_and_each_is_undone() -> None:
    session = review()
    assert session.sources.state("1") == NO_SOURCE
    first = session.attach_source("1", FIRST)
    assert (session.sources.state("1"), session.sources.state("2")) == (SUPPLIED, NO_SOURCE)
    second = session.attach_source("1", SECOND)
    assert second.id == first.id
    assert [text.digest for text in second.texts] == [FIRST.digest, SECOND.digest]
    assert (second.current, second.texts[1].by) == (SECOND.digest, "ana")
    assert session.sources.source_with_text(FIRST.digest) == second
    session.detach_source("1")
    assert session.sources.source("1") is None
    for state in (SECOND.digest, FIRST.digest):
        session.undo()
        source = session.sources.source("1")
        assert source is not None
        assert source.current == state
    session.undo()
    assert session.sources.state("1") == NO_SOURCE


def test_the_states_are_told_apart() -> None:
    session = review()
    session.record_fetch_failure("2", "https://gate.example", "it answered 404")
    source = session.sources.source("2")
    assert source is not None
    assert (source.state, source.failure, is_readable(source)) == (FETCH_FAILED, "it answered 404", False)
    session.attach_source("2", SourceText("c" * 64, extent=EMPTY))
    assert session.sources.state("2") == NO_TEXT
    made = session.attach_source("2", FIRST)
    assert (made.failure, made.failed_address, session.sources.state("2")) == ("", "", SUPPLIED)
    session.set_extent(made, ABSTRACT)
    assert session.sources.state("2") == ONLY_ABSTRACT
    session.record_fetch_failure("2", "https://gate.example", "it does not answer")
    assert session.sources.state("2") == ONLY_ABSTRACT


def test_a_source_that_could_not_be_reached_again_is_still_there() -> None:
    session = review()
    session.attach_source("1", FIRST)
    session.record_fetch_failure("1", "https://lines.example", "it does not answer")
    assert session.sources.state("1") == SUPPLIED


def test_what_is_no_reference_gets_no_source() -> None:
    with pytest.raises(ValueError, match="no reference 9"):
        review().attach_source("9", FIRST)


def test_a_source_is_kept_and_offered_to_another_article_that_names_the_same(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    session, entry = library.session(article(), "ana")
    session.listen(lambda change: library.save(entry.id, change))
    session.attach_source("2", FIRST)
    session.dismiss_finding("k1", "never-cited", "[3] is never cited", "it is in the appendix")
    assert library.close()

    library = Library.open(tmp_path)
    again, entry = library.session(article(), "ana")
    source = again.sources.source("2")
    assert source is not None
    assert (source.current, again.index.dismissals()["k1"].reason) == (FIRST.digest, "it is in the appendix")
    other, other_entry = library.session(article(OTHER, "other.txt"), "ben")
    other.listen(lambda change: library.save(other_entry.id, change))
    assert (other.sources.source("1"), other.sources.reusable_source("1")) == (None, source)
    other.share_source("1", source)
    assert other.sources.state("1") == SUPPLIED
    assert other.sources.reusable_source("1") is None
    again.listen(lambda change: library.save(entry.id, change))
    assert again.undo() is not None
    assert again.index.dismissals() == {}
    assert library.close()

    library = Library.open(tmp_path)
    assert library.session(article(), "ana")[0].index.dismissals() == {}
    assert library.session(article(OTHER, "other.txt"), "ana")[0].sources.state("1") == SUPPLIED
    assert library.close()


def test_what_another_window_attached_and_dismissed_arrives() -> None:
    here, there = review(), review()
    changes: list[Change] = []
    there.listen(changes.append)
    there.attach_source("1", FIRST)
    there.dismiss_finding("k1", "never-cited", "…", "an appendix")
    for change in changes:
        here.receive(change.edits)
    assert (here.sources.source("1"), here.index.dismissals()) == (there.sources.source("1"), there.index.dismissals())


def test_a_dismissed_finding_is_brought_back() -> None:
    session = review()
    session.dismiss_finding("k1", "never-cited", "…", "an appendix")
    session.restore_finding("k1")
    assert session.index.dismissals() == {}
    session.undo()
    assert session.index.dismissals()["k1"].by == "ana"


def test_two_references_that_name_one_source_share_it() -> None:
    twice = OTHER.replace("[1].", "[1][2].") + "[2] Port Office of Sandvik. (2024). Counting at the gate. doi:10.5555/GATE.7\n"
    session = ReviewSession(article(twice), "the-article", creator="ana")
    session.attach_source("1", FIRST)
    assert session.sources.state("2") == SUPPLIED


def test_a_text_of_the_web_says_how_it_came_here() -> None:
    here, asked = "https://port.example/gate.pdf", "https://doi.org/10.5555/gate.7"
    assert SourceText("0", origin="/texts/gate.txt").route == "from /texts/gate.txt"
    assert SourceText("0", origin=PASTED_TEXT, requested=asked).route == PASTED_TEXT
    assert SourceText("0", origin=here, requested=asked).route == f"from {here}, redirected from {asked}"
    landing = SourceText("0", origin=here, requested=asked, landing="https://port.example/gate")
    assert landing.route == f"from {here}, named by https://port.example/gate"
    archived = SourceText("0", origin="https://old.example/1", requested=asked, archived_at="2024-03-01T10:20:30Z")
    assert archived.route == f"archived copy of 2024-03-01 of {asked}, from https://old.example/1"


def test_the_changes_of_a_step_are_saved_one_by_one_and_undone_together() -> None:
    session, saved = review(), list[Change]()
    session.listen(saved.append)
    session.set_language("de")
    with session.step("fetch 1"):
        session.attach_source("1", FIRST)
        session.record_fetch_failure("2", "https://port.example/", "no answer")
    session.set_language("en")
    assert len(saved) == 4
    session.undo()
    undone = session.undo()
    assert undone is not None
    assert (undone.label, len(undone.edits)) == ("attach the source of [1] and 1 more", 4)
    assert (session.sources.state("1"), session.sources.state("2")) == (NO_SOURCE, NO_SOURCE)
    assert session.redo() is not None
    assert (session.sources.state("1"), session.sources.state("2")) == (SUPPLIED, FETCH_FAILED)
    assert [change.undoes for change in saved[4:7]] == [saved[3].id, saved[2].id, saved[1].id]
    assert [change.redoes for change in saved[7:]] == [saved[1].id, saved[2].id]


def test_a_change_between_those_of_a_step_is_undone_for_itself() -> None:
    session = review()
    with session.step("fetch 1"):
        session.attach_source("1", FIRST)
    session.set_language("de")
    with session.step("fetch 1"):
        session.record_fetch_failure("2", "https://port.example/", "no answer")
    session.undo()
    assert (session.sources.state("1"), session.sources.state("2")) == (SUPPLIED, NO_SOURCE)
