"""Where reading stopped and what was opened: this person's, on this device, apart from what is shared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tinydb import TinyDB

from reader.article.ranges import Span
from reader.library import Library
from reader.library.articles import position_to_record
from reader.library.copies import copied_library
from reader.library.folder import Folder
from reader.library.personal import OPENED, POSITION, PersonalState
from reader.library.store import Store
from reader.library.writer import SaveState
from reader.review.reading_position import ReadingPosition
from tests.unit.review_strategies import article, shared_files
from tests.unit.test_library import LONG, opened

HERE = ReadingPosition(12, 4, "claims", "#winter", drafts=(("note 1", "half a not"),))
OTHER = article("The mole\n\nIt was built of 4,000 blocks. A storm took nine.\n", "mole.txt")


def is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def personal_file(folder: Path) -> Path:
    (path,) = folder.glob("personal-*.json")
    return path


def test_reading_on_changes_nothing_that_is_shared(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    session.mark(Span(0, 9))
    assert library.close(LONG)
    before = shared_files(own_library)
    library, _, entry = opened(own_library)
    library.save_position(entry.id, HERE)
    assert library.close(LONG)
    assert shared_files(own_library) == before
    (found,) = Library.open(own_library).entries()
    assert (found.position, found.opened > found.added) == (HERE, True)


def test_a_place_in_the_record_of_an_old_version_counts_until_there_is_one_of_ones_own(own_library: Path) -> None:
    library, _, entry = opened(own_library)
    assert library.close(LONG)
    personal_file(own_library).unlink()
    with TinyDB(own_library / "library.json") as db:
        place = {"cursor": 7, "top": 3, "tab": "claims", "filter": "open"}
        db.table("articles").update({"reading": place, "opened": "2026-02-03T10:00:00.000Z"})
    library = Library.open(own_library)
    assert library.entry(entry.id).position == ReadingPosition(7, 3, "claims", "open")
    assert library.summaries()[0].opened == "2026-02-03T10:00:00.000Z"
    library.save_position(entry.id, HERE)
    assert library.close(LONG)
    assert Library.open(own_library).entry(entry.id).position == HERE
    with TinyDB(own_library / "library.json") as db:
        assert db.table("articles").all()[0]["reading"] == place


def test_two_windows_keep_the_places_of_both(own_library: Path) -> None:
    one, _, first = opened(own_library)
    two = Library.open(own_library)
    _, second = two.session(OTHER, "")
    one.save_position(first.id, HERE)
    two.save_position(second.id, ReadingPosition(5))
    assert one.flush(LONG)
    assert two.flush(LONG)
    assert {found.id: found.position for found in one.entries()}.get(second.id) == ReadingPosition(5), (
        "it is seen without opening the library again"
    )
    assert one.close(LONG)
    assert two.close(LONG)
    kept = Library.open(own_library)
    assert (kept.entry(first.id).position, kept.entry(second.id).position) == (HERE, ReadingPosition(5))
    assert [one.id for one in kept.summaries()] == [second.id, first.id], "the one opened last comes first"


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[1]", b'{"articles": 3}', b"\xff\x00", b"[" * 100_000], ids=lambda data: data[:15]
)
def test_a_damaged_file_costs_the_places_only(own_library: Path, damage: bytes) -> None:
    library, session, entry = opened(own_library)
    session.mark(Span(0, 9))
    library.save_position(entry.id, HERE)
    assert library.close(LONG)
    personal_file(own_library).write_bytes(damage)
    library, session, entry = opened(own_library)
    assert entry.position == ReadingPosition()
    assert len(session.index.annotations()) == 1
    library.save_position(entry.id, HERE)
    assert library.close(LONG)
    assert Library.open(own_library).entry(entry.id).position == HERE
    aside = [path.read_bytes() for path in own_library.glob("personal-*.damaged")]
    assert aside == ([damage] if damage and not is_json(damage) else []), "drafts may still be read in it"


def test_two_windows_keep_a_damaged_file_as_it_was(own_library: Path) -> None:
    folder = Folder.create(own_library)
    folder.personal.write_bytes(b"{")
    windows = [PersonalState(folder), PersonalState(Folder(own_library))]
    assert [window.entry("a") for window in windows] == [{}, {}], "both have seen it"
    for window, article_id in zip(windows, "ab", strict=True):
        window.set(article_id, {OPENED: "2026-02-03T10:00:00.000Z"})
        window.write()
    assert windows[0].opening_times().keys() == {"a", "b"}
    assert [path.read_bytes() for path in own_library.glob("personal-*.damaged")] == [b"{"], "drafts may still be read in it"


def test_two_windows_on_one_article_keep_the_drafts_of_both(own_library: Path) -> None:
    one, _, entry = opened(own_library)
    one.save_position(entry.id, HERE)
    assert one.flush(LONG)
    two, _, _ = opened(own_library)
    assert two.flush(LONG)
    one.save_position(entry.id, HERE._replace(drafts=(("note 1", "half a note"), ("note 2", "typed here"))))
    assert one.flush(LONG)
    two.save_position(entry.id, HERE._replace(cursor=20, drafts=(*HERE.drafts, ("tag 3", "typed there"))))
    assert two.flush(LONG)
    drafts = {"note 1": "half a note", "note 2": "typed here", "tag 3": "typed there"}
    assert dict(Library.open(own_library).entry(entry.id).position.drafts) == drafts
    two.save_position(entry.id, HERE._replace(drafts=()))
    assert two.close(LONG)
    one.save_position(entry.id, HERE._replace(drafts=(("note 1", "half a note"), ("note 2", "typed here"))))
    assert one.close(LONG)
    left = Library.open(own_library).entry(entry.id).position.drafts
    assert left == (("note 2", "typed here"),), "each window removes the drafts that it knew"


def test_an_entry_says_nothing_about_the_article_itself(own_library: Path) -> None:
    library, _, entry = opened(own_library)
    assert library.close(LONG)
    hostile = {"id": "another", "title": "Forged", "digest": "0", "reading": {"cursor": 3}}
    personal_file(own_library).write_text(json.dumps({"schema": 1, "articles": {entry.id: hostile}}))
    forged = Library.open(own_library).entry(entry.id)
    assert (forged.id, forged.title, forged.digest, forged.position.cursor) == (entry.id, entry.title, entry.digest, 3)


def test_fields_of_a_wrong_type_are_empty(own_library: Path) -> None:
    library, _, entry = opened(own_library)
    assert library.close(LONG)
    odd = {"schema": 1, "articles": {entry.id: {"opened": 3, "reading": {"cursor": "x", "tab": [], "drafts": 1}}, "more": 1}}
    personal_file(own_library).write_text(json.dumps(odd), encoding="utf-8")
    library = Library.open(own_library)
    assert library.entry(entry.id).position == ReadingPosition()
    assert library.summaries()[0].opened == ""


def test_typed_texts_that_cannot_be_kept_are_told_and_kept_later(own_library: Path) -> None:
    library, _, entry = opened(own_library)
    assert library.flush(LONG)
    path = personal_file(own_library)
    path.unlink()
    path.mkdir()
    states: list[SaveState] = []
    library.on_save_state = states.append
    library.save_position(entry.id, ReadingPosition(3))
    assert library.flush(LONG), "nobody needs to hear of a place"
    library.save_position(entry.id, HERE)
    assert not library.flush(LONG)
    assert states[-1].kind == "failed"
    path.rmdir()
    assert library.close(LONG)
    assert Library.open(own_library).entry(entry.id).position == HERE


def test_the_places_go_along_to_another_folder_but_not_into_another_library(own_library: Path, tmp_path: Path) -> None:
    library, _, entry = opened(own_library)
    library.save_position(entry.id, HERE)
    library.move_to(tmp_path / "elsewhere")
    assert library.close(LONG)
    assert Library.open(tmp_path / "elsewhere").entry(entry.id).position == HERE
    other = Library.open(tmp_path / "other")
    other.merge(tmp_path / "elsewhere", "ana")
    assert other.close(LONG)
    assert not list((tmp_path / "other").glob("personal-*"))


def test_what_is_written_while_the_library_is_copied_goes_along(own_library: Path, tmp_path: Path) -> None:
    store = Store(Folder.create(own_library))
    personal, other_window = PersonalState(store.folder), PersonalState(store.folder)
    with copied_library(store, tmp_path / "elsewhere") as copy:
        personal.set("one", {POSITION: position_to_record(HERE)})
        personal.write()  # as the writer thread does, which the copy does not stop
        other_window.set("two", {OPENED: "2026-02-03T10:00:00.000Z"})
        other_window.write()
        personal.set("three", {OPENED: "2026-02-04T10:00:00.000Z"})
        personal.follow(copy.folder)
    moved = PersonalState(copy.folder)
    assert moved.entry("one") == {POSITION: position_to_record(HERE)}
    assert moved.opening_times() == {"two": "2026-02-03T10:00:00.000Z", "three": "2026-02-04T10:00:00.000Z"}
