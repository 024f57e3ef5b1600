"""Several windows on one library, in one process: each keeps what the others wrote, and is never told of its own changes."""

import threading
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from reader.article.ranges import Span
from reader.library import Library
from reader.library.writer import SaveState
from reader.review.completeness import Completeness
from reader.review.model import Bookmark, Edit
from reader.review.vocabulary import LATER
from tests.unit.test_library import LONG, opened, plain


def ids(folder: Path) -> set[str]:
    return {record["id"] for record in plain(folder, "annotations")}


def test_two_windows_on_one_annotation_keep_each_other_s_fields(own_library: Path) -> None:
    one, first, _ = opened(own_library)
    made = first.mark(Span(0, 9))
    assert one.flush(LONG)
    two, second, _ = opened(own_library)
    first.set_note(made, "from one")
    second.set_tags(made, ["from-two"])
    first.set_bookmark("a", 1)
    second.set_bookmark("b", 2)
    assert one.close(LONG)
    assert two.close(LONG)
    (record,) = plain(own_library, "annotations")
    assert (record["note"], record["tags"]) == ("from one", ["from-two"])
    (record,) = plain(own_library, "articles")
    assert record["bookmarks"] == {"a": 1, "b": 2}


def test_changes_that_had_to_wait_are_made_to_what_another_window_wrote_meanwhile(own_library: Path) -> None:
    one, first, _ = opened(own_library)
    made = first.mark(Span(0, 9))
    assert one.flush(LONG)
    good = (own_library / "library.json").read_bytes()
    (own_library / "library.json").write_bytes(b"{")
    first.set_note(made, "waited")
    assert not one.flush(LONG)
    first.set_tags(made, ["waited-too"])
    (own_library / "library.json").write_bytes(good)
    two, second, _ = opened(own_library)
    second.set_kind(made, LATER)
    assert two.close(LONG)
    assert one.close(LONG)
    (record,) = plain(own_library, "annotations")
    assert (record["note"], record["tags"], record["kind"]) == ("waited", ["waited-too"], LATER)


def test_a_change_that_a_look_at_the_articles_took_in_is_still_reported(own_library: Path) -> None:
    one, _, entry = opened(own_library)
    assert one.flush(LONG)
    is_reported, articles = threading.Event(), list[str]()

    def listen(article: str, edits: tuple[Edit, ...]) -> None:
        articles.append(article)
        is_reported.set()

    two, second, _ = opened(own_library)
    one.on_remote_change = listen
    second.set_bookmark("d", 4)
    assert two.close(LONG)
    assert [mark.name for found in one.entries() for mark in found.bookmarks] == ["d"]
    one.watch()
    assert is_reported.wait(LONG)
    assert articles[0] == entry.id
    assert one.close(LONG)


def test_what_another_window_did_in_a_library_that_was_new_to_both_is_reported(own_library: Path) -> None:
    one = Library.open(own_library)
    is_reported, reported = threading.Event(), list[Edit]()

    def listen(_: str, edits: tuple[Edit, ...]) -> None:
        reported.extend(edits)
        is_reported.set()

    one.on_remote_change = listen
    two, second, _ = opened(own_library)
    made = second.mark(Span(0, 9))
    assert two.close(LONG)
    one.watch()
    assert is_reported.wait(LONG)
    assert made.id in {edit.annotation.id for edit in reported if edit.annotation is not None}
    assert one.close(LONG)


def test_what_one_does_oneself_is_never_told_as_what_another_window_did(own_library: Path) -> None:
    one, first, entry = opened(own_library)
    heard: list[Edit] = []
    one.on_remote_change = lambda _, edits: heard.extend(edits)
    for name in "abc":
        first.set_bookmark(name, ord(name))
        assert one.flush(LONG)
    first.undo()
    one.save_counts(entry.id, Completeness(sentences=3))
    assert one.flush(LONG)
    assert heard == []
    two, second, _ = opened(own_library)
    second.set_bookmark("d", 4)
    assert two.close(LONG)
    first.set_bookmark("e", 5)
    assert one.close(LONG)
    assert heard == [Edit(None, Bookmark("d", 4))]


def test_what_one_window_removed_stays_when_the_other_worked_on_it(own_library: Path) -> None:
    one, first, _ = opened(own_library)
    kept, gone = first.mark(Span(0, 9)), first.mark(Span(10, 19))
    assert one.flush(LONG)
    two, second, _ = opened(own_library)
    second.set_note(kept, "worked on")
    assert two.close(LONG)
    first.remove([kept, gone])
    assert one.close(LONG)
    assert ids(own_library) == {kept.id}


def test_a_record_that_another_program_removed_is_written_again_with_what_is_said_of_it(own_library: Path) -> None:
    library, session, entry = opened(own_library)
    made = session.mark(Span(0, 9))
    assert library.flush(LONG)
    with TinyDB(own_library / "library.json") as db:
        db.table("annotations").truncate()
        db.table("articles").truncate()
    session.set_note(made, "still here")
    assert library.flush(LONG)
    session.set_bookmark("a", 4)
    assert library.close(LONG)
    (record,) = plain(own_library, "annotations")
    assert (record["note"], record["selector"]["exact"]) == ("still here", made.selector.exact)
    assert [record["id"] for record in plain(own_library, "articles")] == [entry.id]


def test_a_file_of_the_same_size_that_another_program_wrote_is_noticed(own_library: Path) -> None:
    one, first, _ = opened(own_library)
    two, second, _ = opened(own_library)
    made: list[Any] = [first.add(Span(0, 9), note="aaaa")]
    assert one.flush(LONG)
    two.close(LONG)
    two, second, _ = opened(own_library)
    for note in ("bbbb", "cccc", "dddd"):
        second.set_note(made[0], note)
        assert two.flush(LONG)
    first.set_tags(made[0], ["t"])
    assert one.close(LONG)
    assert two.close(LONG)
    assert [record["note"] for record in plain(own_library, "annotations")] == ["dddd"]


WRONG_TYPES = {
    "note": 5,
    "kind": None,
    "tags": {"economy": True},
    "created": [2026],
    "creator": False,
    "judgements": [{"reference": 2, "verdict": ["supports"], "evidence": "none"}],
    "selector": {"exact": 7, "start": "0", "end": 1.5, "prefix": None},
    "places": [1, 2],
    "edition": {"of": "another"},
}


@pytest.mark.parametrize("field", WRONG_TYPES)
def test_a_record_with_a_value_of_a_wrong_type_is_removed_and_brought_back(own_library: Path, field: str) -> None:
    library, session, _ = opened(own_library)
    session.add(Span(0, 9), note="by hand", tags=["economy"])
    assert library.close(LONG)
    with TinyDB(own_library / "library.json") as db:
        db.table("annotations").update({field: WRONG_TYPES[field]})
    library, session, _ = opened(own_library)
    session.remove(session.index.annotations() or session.index.orphans())
    assert library.close(LONG)
    assert plain(own_library, "annotations") == []
    library = Library.open(own_library)
    assert library.undo() is not None
    assert library.close(LONG)
    assert [record[field] for record in plain(own_library, "annotations")] == [WRONG_TYPES[field]]


def test_a_look_is_not_lost_to_what_is_written_at_the_same_moment(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.library.writer._POLL_SECONDS", 3600.0)
    monkeypatch.setattr("reader.library.writer._MAX_POLL_SECONDS", 3600.0)
    one, _, entry = opened(own_library)
    assert one.flush(LONG)
    two, second, _ = opened(own_library)
    second.mark(Span(0, 9))
    assert two.close(LONG)
    is_writing, go, heard = threading.Event(), threading.Event(), threading.Event()

    def hold(state: SaveState) -> None:
        is_writing.set()
        assert go.wait(LONG)

    one.on_remote_change = lambda _, edits: heard.set()
    one.on_save_state = hold
    one.set_personal(entry.id, {"position": 1})
    assert is_writing.wait(LONG)
    one.look()
    one.set_personal(entry.id, {"position": 2})
    go.set()
    assert heard.wait(LONG)
    assert one.close(LONG)
