"""Other libraries and other places: conflict copies, older forms, newer ones, history, and going on elsewhere."""

import json
import os
import shutil
import tracemalloc
from pathlib import Path

import pytest
from tinydb import TinyDB

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.files import read_part
from reader.library import Library, LibraryDB
from reader.library.folder import Folder
from reader.library.store import Store
from reader.library.transaction import RecordEdit, Transaction
from reader.review.undo import UndoConflict
from reader.review.vocabulary import LATER
from tests.unit.review_strategies import article, shared_files
from tests.unit.test_library import LONG, kept, opened, plain

KEPT = Path(__file__).parents[1] / "kept"


def two_devices(folder: Path) -> tuple[Path, Path]:
    """Make a library with one noted claim, and a copy of its folder as another device would have it."""
    library, session, _ = opened(folder)
    session.set_note(session.mark(Span(0, 9)), "first")
    assert library.close(LONG)
    other = folder.with_name("other device")
    shutil.copytree(folder, other)
    return folder, other


def note(folder: Path, text: str) -> None:
    """Write the note of the only claim."""
    library, session, _ = opened(folder)
    session.set_note(session.index.annotations()[0], text)
    assert library.close(LONG)


def test_a_library_of_the_first_form_is_taken_in_and_kept_as_a_backup(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(KEPT / "schema-1", folder)
    before = (folder / "library.json").read_bytes()
    library = Library.open(folder)
    (entry,) = library.entries()
    assert entry.tags == ("economy", "energy/heat")
    assert (entry.position.tab, [b.start for b in entry.bookmarks]) == ("claims", [795])
    session, _ = library.session(article(library.text(entry)), "ana")
    assert [a.note for a in session.index.claims()] == ["ask the port for the figure", "É — «quoted» 😀"]
    assert session.index.claims()[0].judgements[0].verdict == "supports"
    assert library.close(LONG)
    assert plain(folder, "meta")[0]["schema"] == 2
    old = {record["id"]: record for record in json.loads(before)["annotations"].values()}
    assert {record["id"]: record for record in plain(folder, "annotations")} == old
    (backup,) = (folder / "backups").glob("foreign-*.json.gz")
    import gzip

    assert gzip.decompress(backup.read_bytes()) == before


def test_a_library_of_a_newer_form_is_read_and_never_written(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    session.mark(Span(0, 9))
    assert library.close(LONG)
    file = own_library / "library.json"
    file.write_bytes(file.read_bytes().replace(b'"schema":2', b'"schema":99'))
    before = shared_files(own_library)
    library, session, _ = opened(own_library)
    assert len(session.index.annotations()) == 1
    session.mark(Span(10, 19))
    said: list[str] = []
    library.on_save_state = lambda state: said.append(state.message)
    assert not library.flush(LONG)
    assert "newer version" in said[-1]
    assert not library.close(1.0)
    assert shared_files(own_library) == before


def test_a_conflict_copy_is_found_merged_and_put_away_with_both_notes_kept(own_library: Path) -> None:
    here, there = two_devices(own_library)
    note(here, "from here")
    note(there, "from there")
    copy = here / "library.sync-conflict-20261125-080000-ABCDEFG.json"
    shutil.copy(there / "library.json", copy)
    library, session, _ = opened(here)
    assert library.conflict_copies() == (copy,)
    assert library.merge(copy, "ana", dry=True).summary == library.merge(copy, "ana").summary
    assert library.conflict_copies() == ()
    assert [path.name for path in (here / "backups").glob("*conflict*")] == [copy.name]
    assert library.close(LONG)
    (record,) = plain(here, "annotations")
    assert {record["note"]} | set(record.get("_rivals", {}).get("note", [])) <= {"from here", "from there"}
    _, session, _ = opened(here)
    (claim,) = session.index.annotations()
    assert {claim.note, *claim.conflicts["note"]} == {"from here", "from there"}


def test_choosing_a_version_settles_it_for_good(own_library: Path) -> None:
    here, there = two_devices(own_library)
    note(here, "from here")
    note(there, "from there")
    library, session, _ = opened(here)
    library.merge(there, "ana")
    library.close(LONG)
    library, session, _ = opened(here)
    (claim,) = session.index.annotations()
    chosen = session.set_note(claim, claim.note)
    assert chosen.conflicts == {}
    assert library.close(LONG)
    library, session, _ = opened(here)
    assert [(a.note, dict(a.conflicts)) for a in session.index.annotations()] == [(claim.note, {})]
    assert library.merge(there, "ana").summary.startswith("Nothing new")
    library.close(LONG)


def test_a_merge_can_be_undone_and_done_again(own_library: Path) -> None:
    here, there = two_devices(own_library)
    note(there, "from there")
    library, session, _ = opened(there)
    session.mark(Span(20, 29), LATER)
    library.close(LONG)
    library = Library.open(here)
    merge = library.merge(there, "ana")
    assert (merge.added, merge.changed, merge.removed) == (1, 1, 0)
    merged = kept(here, "annotations")
    undone = library.undo()
    assert undone is not None
    assert undone.label == "merge other device"
    assert [record["note"] for record in kept(here, "annotations")] == ["first"]
    library.redo()
    assert [r["note"] for r in kept(here, "annotations")] == [r["note"] for r in merged]
    library.close(LONG)


def test_what_one_device_removed_stays_removed_unless_the_other_worked_on_it(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    gone, worked = session.mark(Span(0, 9)), session.mark(Span(10, 19))
    assert library.close(LONG)
    there = own_library.with_name("other")
    shutil.copytree(own_library, there)
    library, session, _ = opened(own_library)
    session.remove([gone, worked])
    assert library.close(LONG)
    library, session, _ = opened(there)
    session.set_note(worked, "worked on")
    assert library.close(LONG)
    library = Library.open(own_library)
    library.merge(there, "ana")
    assert [record["id"] for record in kept(own_library, "annotations")] == [worked.id]
    library.close(LONG)


def test_undo_reaches_back_over_sessions_and_redo_forward_again(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    claim = session.mark(Span(0, 9))
    session.set_tags(claim, ["a"])
    assert library.close(LONG)
    library, session, _ = opened(own_library)
    session.set_note(claim, "n")
    labels = [change.label for change in iter(session.undo, None)]
    assert labels == ["note", "tag #a", "mark claim"]
    assert library.close(LONG)
    library, session, _ = opened(own_library)
    assert session.undo() is None
    assert [change.label for change in iter(session.redo, None)] == labels[::-1]
    assert [(a.note, a.tags) for a in session.index.annotations()] == [("n", ("a",))]
    assert library.close(LONG)


def test_undo_does_not_take_away_what_another_window_did_since(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    library.on_remote_change = lambda _, edits: session.receive(edits) and None
    claim = session.mark(Span(0, 9))
    session.set_tags(claim, ["a"])
    assert library.flush(LONG)
    other, second, _ = opened(own_library)
    second.set_note(claim, "mine")
    assert other.close(LONG)
    session.set_bookmark("a", 3)
    assert library.flush(LONG)
    assert session.undo() is not None
    assert [(a.note, a.tags) for a in session.index.annotations()] == [("mine", ())]
    with pytest.raises(UndoConflict, match="later changes to it"):
        session.undo()
    assert library.close(LONG)
    assert [record["note"] for record in kept(own_library, "annotations")] == ["mine"]


def test_a_window_that_has_not_heard_yet_cannot_remove_what_another_worked_on(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    claim = session.mark(Span(0, 9))
    assert library.flush(LONG)
    other, second, _ = opened(own_library)
    second.set_note(claim, "mine")
    assert other.close(LONG)
    library.on_remote_change = lambda _, edits: session.receive(edits) and None
    session.undo()
    assert session.index.annotations() == ()
    assert library.close(LONG)
    assert [a.note for a in session.index.annotations()] == ["mine"]
    assert [record["note"] for record in kept(own_library, "annotations")] == ["mine"]


def test_a_journal_that_arrives_between_two_saves_is_read_before_the_next(own_library: Path) -> None:
    ours, other = two_devices(own_library)
    with LibraryDB(other) as db:
        for number in range(40):
            db.table("theirs").insert({"number": number})
        (journal,) = other.glob("journal-*.jsonl")
        lines = journal.read_bytes().splitlines(keepends=True)
    store = Store(Folder(ours))
    for number in range(40):
        store.commit([Transaction((RecordEdit("ours", str(2 * number), None, {"number": number}),))])
        # A whole file appears at once, so soon after the save that the clock of the file system may not have gone on.
        (ours / "arriving").write_bytes(b"".join(lines[: number + 2]))
        (ours / "arriving").rename(ours / f"journal-{number:08x}.jsonl")
        store.commit([Transaction((RecordEdit("ours", str(2 * number + 1), None, {"number": number}),))])
        assert store.records.count("theirs") == number + 1


def test_a_journal_that_arrives_in_a_folder_that_keeps_its_time_is_read_without_a_save(own_library: Path) -> None:
    ours, other = two_devices(own_library)
    with LibraryDB(other) as db:
        db.table("theirs").insert({"number": 1})
        (journal,) = other.glob("journal-*.jsonl")
        arriving = journal.read_bytes()
    with LibraryDB(ours) as db:
        db.table("ours").insert({"number": 1})
        before = 1_000_000_000  # long before that save: some file systems and tools set the time of a folder
        os.utime(ours, ns=(before, before))
        assert len(db.table("theirs")) == 0
        (ours / "journal-0badcafe.jsonl").write_bytes(arriving)
        os.utime(ours, ns=(before, before))
        assert len(db.table("theirs")) == 1


def test_the_history_names_what_was_done(own_library: Path) -> None:
    library, session, entry = opened(own_library)
    session.set_bookmark("a", 3)
    session.add(Span(0, 9), tags=["x"])
    session.undo()
    assert library.flush(LONG)
    assert [line.label for line in library.history()] == ["undo: annotate", "annotate", "bookmark a"]
    assert [line.label for line in library.history(entry.id)] == ["undo: annotate", "annotate", "bookmark a"]
    assert list(library.history("nothing")) == []
    library.close(LONG)


def test_work_goes_on_in_another_place_with_all_that_was_not_saved(own_library: Path, tmp_path: Path) -> None:
    library, session, entry = opened(own_library)
    session.mark(Span(0, 9))
    assert library.flush(LONG)
    (own_library / "library.json").unlink()
    session.mark(Span(10, 19))
    assert not library.flush(LONG)
    place = tmp_path / "a stick" / "ünsaved"
    library.move_to(place)
    session.mark(Span(20, 29))
    assert library.close(LONG)
    with TinyDB(place / "library.json") as db:
        assert len(db.table("annotations")) == 3
    library, session, again = opened(place)
    assert again.id == entry.id
    assert library.text(again) == session.index.article.text
    assert len([session.undo() for _ in range(3)]) == 3
    assert session.index.annotations() == ()
    library.close(LONG)


def test_a_place_that_holds_a_library_is_not_written_to(own_library: Path, tmp_path: Path) -> None:
    library, session, _ = opened(own_library)
    session.mark(Span(0, 9))
    other, _, _ = opened(tmp_path / "other")
    assert other.close(LONG)
    before = (tmp_path / "other" / "library.json").read_bytes()
    with pytest.raises(ReaderError, match="already"):
        library.move_to(tmp_path / "other")
    assert (tmp_path / "other" / "library.json").read_bytes() == before
    assert library.close(LONG)


def test_a_file_from_before_brings_nothing_back_and_loses_nothing(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    session.mark(Span(0, 9))
    assert library.close(LONG)
    old = (own_library / "library.json").read_bytes()
    library, session, _ = opened(own_library)
    session.remove(session.index.annotations())
    new = session.mark(Span(10, 19))
    assert library.close(LONG)
    os.unlink(own_library / "library.json")
    (own_library / "library.json").write_bytes(old)
    assert [record["id"] for record in kept(own_library, "annotations")] == [new.id]


def test_what_plain_tinydb_wrote_over_our_changes_from_an_old_reading_is_joined(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    first = session.mark(Span(0, 9))
    assert library.close(LONG)
    stale = json.loads((own_library / "library.json").read_bytes())
    library, session, _ = opened(own_library)
    session.set_note(first, "ours")
    second = session.mark(Span(10, 19))
    assert library.close(LONG)
    stale["annotations"]["77"] = {"id": "theirs", "article": first.article, "kind": "claim", "note": "n"}
    (own_library / "library.json").write_text(json.dumps(stale))
    records = {record["id"]: record for record in kept(own_library, "annotations")}
    assert records.keys() == {first.id, second.id, "theirs"}
    assert records[first.id]["note"] == "ours"


def test_a_change_that_comes_only_with_the_edit_of_another_program_is_kept(tmp_path: Path) -> None:
    with LibraryDB(tmp_path) as db:
        db.table("annotations").insert({"note": "", "tags": []})
    late = Store(Folder(tmp_path))
    with LibraryDB(tmp_path) as db:
        db.table("annotations").update({"note": "ours"})
    with TinyDB(tmp_path / "library.json") as plain_db:
        plain_db.table("annotations").update({"colour": "red"})
    late.catch_up()
    assert late.checkpoint()
    (record,) = plain(tmp_path, "annotations")
    assert (record["note"], record["colour"]) == ("ours", "red")
    with LibraryDB(tmp_path) as db:
        assert [document["note"] for document in db.table("annotations")] == ["ours"]


@pytest.mark.parametrize(
    "name", ["library (1).json", "library (Ana's conflicted copy 2026-11-25).json", "library.sync-conflict-1-2-A.json"]
)
def test_the_names_of_conflict_copies_are_known(own_library: Path, name: str) -> None:
    library, _, _ = opened(own_library)
    assert library.close(LONG)
    (own_library / name).write_text("{}")
    (own_library / "library-notes.json").write_text("{}")
    assert [path.name for path in library.conflict_copies()] == [name]


def test_a_merge_of_what_is_no_library_says_so(own_library: Path, tmp_path: Path) -> None:
    library, _, _ = opened(own_library)
    (tmp_path / "no.json").write_text('{"a": 1}')
    for path in (tmp_path / "no.json", tmp_path / "missing.json", tmp_path):
        with pytest.raises(ReaderError):
            library.merge(path, "ana")
    assert library.close(LONG)


@pytest.mark.skipif(os.name == "nt", reason="Windows replaces no file that is open, so each is read whole")
@pytest.mark.parametrize(
    ("beginning", "fault"),
    [(b"", "its first 131,072 bytes are blank"), (b'"x', "is not a library"), (b"\r\n[", "is not a library")],
)
def test_a_huge_file_that_is_no_library_is_refused_by_its_beginning(
    tmp_path: Path, beginning: bytes, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, _, _ = opened(tmp_path / "library")
    huge = tmp_path / "huge.json"
    huge.write_bytes(beginning)
    os.truncate(huge, 1 << 26)
    os.utime(huge, (0, 0))
    read = list[int]()

    def count_bytes(descriptor: int, start: int, end: int) -> bytes:
        read.append(end - start)
        return read_part(descriptor, start, end)

    monkeypatch.setattr("reader.library.byte_source.read_part", count_bytes)
    with pytest.raises(ReaderError, match=fault):
        library.merge(huge, "ana")
    assert 0 < sum(read) < 1 << 20
    assert library.close(LONG)


@pytest.mark.skipif(os.name == "nt", reason="Windows replaces no file that is open, so each is read whole")
@pytest.mark.parametrize("beginning", ['{"', '{"annotations": {"1": {"note": "'])
def test_a_file_to_merge_is_not_read_on_when_a_record_is_too_long(
    tmp_path: Path, beginning: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, _, _ = opened(tmp_path / "library")
    huge = tmp_path / "huge.json"
    huge.write_text(beginning + "1," * (1 << 22), encoding="utf-8")
    os.utime(huge, (0, 0))
    monkeypatch.setattr("reader.library.merge._MOST_IN_RECORD", 1 << 18)
    tracemalloc.start()
    with pytest.raises(ReaderError, match="A record has more than 262,144 characters: line 1"):
        library.merge(huge, "ana")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < huge.stat().st_size
    assert library.close(LONG)
