"""Trouble with the place of a library: what is unsaved stays, is said, and is saved once it can be."""

import os
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.library import Library, SaveState
from reader.library.care.doctor import examine_library
from reader.library.folder import Folder, Lock
from reader.review import model
from reader.review.completeness import review_counts
from reader.review.model import Annotation, Edit
from reader.review.reading_position import ReadingPosition
from tests.unit.test_library import LONG, opened, plain


def told(library: Library) -> list[SaveState]:
    """Return the list that everything the library says of saving comes into."""
    states: list[SaveState] = []
    library.on_save_state = states.append
    return states


def notes(folder: Path) -> set[str]:
    """Return the notes in a library's file, as plain TinyDB reads them."""
    return {record["note"] for record in plain(folder, "annotations")}


def advice_on(file: Path, folder: Path) -> str:
    """Return what the doctor of a library says is to be done about a file, nothing if it does not name it."""
    return "".join(one.advice for one in examine_library(folder) if str(file) in one.message)


def test_a_folder_that_is_deleted_while_open_loses_nothing(own_library: Path, tmp_path: Path) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="saved")
    assert library.flush(LONG)
    states = told(library)
    shutil.rmtree(own_library)
    review.add(Span(10, 19), note="after")
    assert not library.flush(LONG)
    assert (states[-1].kind, str(own_library) in states[-1].message) == ("failed", True)
    own_library.mkdir()
    assert not library.flush(LONG)
    assert "Put it back" in states[-1].message
    library.move_to(tmp_path / "elsewhere")
    assert library.close(LONG)
    assert notes(tmp_path / "elsewhere") == {"saved", "after"}


def test_a_folder_that_comes_back_is_saved_to(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="saved")
    assert library.flush(LONG)
    away = own_library.with_name("away")
    own_library.rename(away)
    review.add(Span(10, 19), note="after")
    assert not library.flush(LONG)
    away.rename(own_library)
    assert library.close(LONG)
    assert notes(own_library) == {"saved", "after"}


def test_a_lock_that_another_program_keeps_is_said_and_waited_for(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.library.folder._LOCK_SECONDS", 0.05)
    library, review, _ = opened(own_library)
    assert library.flush(LONG)
    states = told(library)
    with Lock(own_library / "library.lock").hold(1) as mine:
        assert mine
        review.add(Span(0, 9), note="waits")
        assert not library.flush(LONG)
        assert "held the library's lock" in states[-1].message
    assert library.close(LONG)
    assert notes(own_library) == {"waits"}


@pytest.mark.parametrize("name", ["a folder of mine", "bücher 本 🚢", "it's [b]100 %[/b] #1"])
def test_a_path_may_have_spaces_and_any_letters(tmp_path: Path, name: str) -> None:
    library, review, _ = opened(tmp_path / name)
    review.add(Span(0, 9), note="there")
    assert library.close(LONG)
    assert notes(tmp_path / name) == {"there"}
    library, review, _ = opened(tmp_path / name)
    assert [claim.note for claim in review.index.annotations()] == ["there"]
    assert library.close(LONG)


def test_a_folder_that_is_reached_by_a_link_is_one_library(own_library: Path, tmp_path: Path) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="by name")
    assert library.flush(LONG)
    link = tmp_path / "link"
    link.symlink_to(own_library)
    other, second, _ = opened(link)
    second.add(Span(10, 19), note="by link")
    assert other.close(LONG)
    assert library.close(LONG)
    assert notes(own_library) == {"by name", "by link"}


def test_a_clock_that_is_set_back_decides_nothing(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library, review, _ = opened(own_library)
    claim = review.add(Span(0, 9), note="first")
    assert library.close(LONG)

    def back() -> str:
        return (datetime.now(UTC) - timedelta(days=3650)).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    for module in ("session", "model"):
        monkeypatch.setattr(f"reader.review.{module}.now", back)
    monkeypatch.setattr("reader.review.model.now", back)
    monkeypatch.setattr(time, "time", lambda: datetime.now(UTC).timestamp() - 3650 * 86_400)
    assert model.now() < claim.created_at
    library, review, _ = opened(own_library)
    (again,) = review.index.annotations()
    review.set_note(again, "second")
    assert library.close(LONG)
    assert notes(own_library) == {"second"}
    assert Library.open(own_library).undo() is not None
    library, review, _ = opened(own_library)
    assert [claim.note for claim in review.index.annotations()] == ["first"]
    assert library.close(LONG)


# ---------------------------------------------------------------------- another folder


@pytest.mark.parametrize("obstacle", ["snapshots", "history", ".{}.new"])
def test_a_folder_that_does_not_take_everything_is_left_empty_and_work_goes_on_as_before(
    own_library: Path, tmp_path: Path, obstacle: str
) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="saved")
    assert library.flush(LONG)
    target = tmp_path / "elsewhere"
    path = target / obstacle.format(Folder(target).journal.name)
    path.parent.mkdir()
    if obstacle.startswith("."):
        path.mkdir()
    else:
        path.write_text("mine", encoding="utf-8")
    review.add(Span(10, 19), note="queued")
    with pytest.raises(ReaderError, match="cannot be written"):
        library.move_to(target)
    assert [one.name for one in target.iterdir()] == [path.name]
    assert library.folder == own_library
    assert library.close(LONG)
    assert notes(own_library) == {"saved", "queued"}


def test_all_that_was_queued_is_on_the_disk_of_another_folder_when_the_move_returns(own_library: Path, tmp_path: Path) -> None:
    library, review, entry = opened(own_library)
    assert library.flush(LONG)
    with Lock(own_library / "library.lock").hold(1):
        review.add(Span(0, 9), note="queued")
        copy = library.move_to(tmp_path / "elsewhere")
        shutil.copytree(tmp_path / "elsewhere", tmp_path / "after a crash")
    assert copy.gap == ""
    other = Library.open(tmp_path / "after a crash")
    assert [record["note"] for record in other.annotation_records([entry.id])] == ["queued"]
    assert other.text(other.entry(entry.id)) == review.index.article.text
    assert library.close(LONG)
    assert other.close(LONG)
    assert notes(tmp_path / "elsewhere") == {"queued"}


def test_what_cannot_be_read_for_the_copy_is_named_with_the_folder_to_keep(own_library: Path, tmp_path: Path) -> None:
    library, review, entry = opened(own_library)
    review.add(Span(0, 9), note="saved")
    assert library.flush(LONG)
    text = own_library / "snapshots" / entry.digest[:2] / f"{entry.digest}.z"
    text.unlink()
    os.mkfifo(text)
    gap = library.move_to(tmp_path / "elsewhere").gap
    assert str(text) in gap
    assert f"keep {own_library}" in gap
    assert library.close(LONG)
    assert notes(tmp_path / "elsewhere") == {"saved"}


def test_a_library_without_articles_or_one_that_is_gone_is_moved(own_library: Path, tmp_path: Path) -> None:
    library = Library.open(own_library)
    assert library.move_to(tmp_path / "empty").gap == ""
    assert library.close(LONG)
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="saved")
    assert library.flush(LONG)
    shutil.rmtree(own_library)
    assert f"without {own_library / 'snapshots'}" in library.move_to(tmp_path / "elsewhere").gap
    assert library.close(LONG)
    assert notes(tmp_path / "elsewhere") == {"saved"}


def test_what_somebody_else_has_in_the_folder_stays_when_a_move_fails(own_library: Path, tmp_path: Path) -> None:
    library, _, entry = opened(own_library)
    assert library.flush(LONG)
    target = tmp_path / "elsewhere"
    text = target / "snapshots" / entry.digest[:2] / f"{entry.digest}.z"
    text.parent.mkdir(parents=True)
    text.write_bytes(b"half of i")
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    (target / f".{Folder(target).journal.name}.new").mkdir()
    with pytest.raises(ReaderError):
        library.move_to(target)
    assert text.exists()
    assert (target / "notes.txt").exists()
    (target / f".{Folder(target).journal.name}.new").rmdir()
    assert library.move_to(target).gap == ""
    assert library.close(LONG)
    assert Library.open(target).text(entry) != ""


def test_nobody_waits_while_the_texts_are_copied_to_another_folder(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, review, entry = opened(own_library)
    assert library.flush(LONG)
    unfinished = Path("snapshots", entry.digest[:2], f"{entry.digest}.1-2.new")
    (own_library / unfinished).write_bytes(b"half of i")
    target, replace = tmp_path / "elsewhere", os.replace
    is_copying, has_read, met = threading.Event(), threading.Event(), list[bool]()

    def wait_and_replace(source: Path, path: Path) -> None:
        if target / "snapshots" in path.parents and not met:
            is_copying.set()
            met.append(has_read.wait(3))
        replace(source, path)

    monkeypatch.setattr(os, "replace", wait_and_replace)
    mover = threading.Thread(target=library.move_to, args=(target,), daemon=True)
    mover.start()
    assert is_copying.wait(LONG)
    review.add(Span(0, 9), note="meanwhile")
    digest = library.keep_document(b"meanwhile")
    assert library.flush(LONG)
    assert [one.id for one in library.entries()] == [entry.id]
    has_read.set()
    mover.join(LONG)
    assert met == [True]
    assert library.close(LONG)
    assert notes(target) == {"meanwhile"}
    assert (target / "snapshots" / digest[:2] / f"{digest}.z").exists()
    assert not (target / unfinished).exists(), "the thread that writes it is not done"


def test_a_draft_that_was_finished_after_a_move_does_not_come_back(own_library: Path, tmp_path: Path) -> None:
    library, _, entry = opened(own_library)
    library.save_position(entry.id, ReadingPosition(3, drafts=(("note", "half typed"),)))
    assert library.flush(LONG)
    library.move_to(tmp_path / "elsewhere")
    library.save_position(entry.id, ReadingPosition(4))
    assert library.close(LONG)
    assert Library.open(tmp_path / "elsewhere").entry(entry.id).position == ReadingPosition(4)


# ---------------------------------------------------------------------- a lock that another program keeps


def test_nobody_who_only_reads_waits_for_a_lock_that_another_program_keeps(own_library: Path) -> None:
    library, review, entry = opened(own_library)
    assert library.flush(LONG)
    with Lock(own_library / "library.lock").hold(1):
        review.add(Span(0, 9), note="waits")
        assert not library.flush(0.1)  # by then, the writer waits for the lock
        counts = review_counts(review.index, 2026)
        reader = threading.Thread(target=library.save_counts, args=(entry.id, counts), daemon=True)
        reader.start()
        reader.join(3)
        assert not reader.is_alive()
    assert library.close(LONG)
    assert notes(own_library) == {"waits"}


def ended(library: Library) -> Path:
    """End a library whose lock another program keeps, and return the file with what was kept beside it."""
    assert library.end(0.05)
    (path,) = library.folder.glob("unsaved-*.json")
    return path


def test_what_is_queued_when_the_program_is_ended_is_kept_and_taken_in_once(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.library.unsaved_changes._WAIT", 0.01)
    library, review, entry = opened(own_library)
    made = review.add(Span(0, 9), note="saved")
    assert library.flush(LONG)
    with Lock(own_library / "library.lock").hold(1):
        review.set_note(made, "queued")
        review.add(Span(10, 19), note="new")
        library.save_position(entry.id, ReadingPosition(3, drafts=(("note", "half typed"),)))
        library.keep_document(b"a document")
        ended(library)
        other = Library.open(own_library)
        assert [record["note"] for record in other.annotation_records([entry.id])] == ["saved"]
    assert library.close(LONG), "it was not ended, so all is there twice"
    review.set_note(made, "later")
    assert library.close(LONG)
    again = Library.open(own_library)
    assert {record["note"] for record in again.annotation_records([entry.id])} == {"later", "new"}
    assert again.entry(entry.id).position.drafts == (("note", "half typed"),)
    assert len([one for one in again.history() if one.label]) == 4
    assert list(own_library.glob("unsaved-*")) == []
    assert again.close(LONG)
    assert other.close(LONG)


def test_what_was_kept_is_taken_in_by_a_window_that_was_opened_before_that_was_possible(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.library.unsaved_changes._WAIT", 0.01)
    library, review, entry = opened(own_library)
    assert library.flush(LONG)
    away = own_library.with_name("away")
    shutil.copytree(own_library, away)
    with Lock(own_library / "library.lock").hold(1):
        made = review.add(Span(0, 9), note="queued")
        path = ended(library)
        shutil.copy(path, away)
    with Lock(away / "library.lock").hold(1):
        other = Library.open(away)
        seen, heard = list[Edit](), threading.Event()

        def hear(article_id: str, edits: tuple[Edit, ...]) -> None:
            seen.extend(edits)
            heard.set()

        other.on_remote_change = hear
        other.watch()
    assert heard.wait(LONG)
    assert [edit.after.id for edit in seen if isinstance(edit.after, Annotation)] == [made.id]
    assert list(away.glob("unsaved-*")) == []
    assert other.close(LONG)
    assert notes(away) == {"queued"}
    assert [one.label for one in other.history(entry.id)] == ["annotate"]


@pytest.mark.parametrize(("comes_back", "leaves_folder"), [(True, False), (True, True), (False, False)])
def test_what_is_queued_when_the_folder_is_gone_comes_in_where_the_library_is_opened_again(
    own_library: Path, tmp_path: Path, *, comes_back: bool, leaves_folder: bool
) -> None:
    library, review, _ = opened(own_library)
    assert library.flush(LONG)
    shutil.copytree(own_library, tmp_path / "old backup")
    with Library.open(tmp_path / "another") as another:
        another.merge(own_library, "")
    review.add(Span(0, 9), note="saved")
    assert library.flush(LONG)
    place = own_library.rename(tmp_path / "away")
    if leaves_folder:
        own_library.mkdir()
    review.add(Span(10, 19), note="queued")
    assert library.end(0.05)
    assert not library.close(0.05)
    (kept,) = (tmp_path / "state" / "claim-reader" / "unsaved").iterdir()
    assert kept.parent.stat().st_mode & 0o77 == 0 or os.name == "nt", "it is for nobody else"
    for other in ("old backup", "another"):
        assert advice_on(kept, tmp_path / other) == ""
        with Library.open(tmp_path / other):
            assert kept.exists(), "it builds on what is not there"
    assert advice_on(kept, own_library).startswith("Put that library back")
    if comes_back:
        shutil.copytree(place, tmp_path / "backup")
        shutil.rmtree(own_library, ignore_errors=True)
        place = place.rename(own_library)
        with Library.open(tmp_path / "backup"):
            assert kept.exists(), "it is for the library that came back"
    assert advice_on(kept, place) == "Open the library: they come in"
    with Library.open(place) as again:
        assert not kept.exists()
        assert len([one for one in again.history() if one.label]) == 2
    assert notes(place) == {"saved", "queued"}


def test_what_could_not_be_taken_in_yet_is_taken_in_where_the_library_goes_on(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.library.unsaved_changes._WAIT", 0.01)
    library, review, entry = opened(own_library)
    assert library.flush(LONG)
    with Lock(own_library / "library.lock").hold(1):
        review.add(Span(0, 9), note="queued")
        ended(library)
        other, heard = Library.open(own_library), threading.Event()
        other.on_remote_change = lambda _, edits: heard.set() if edits else None
        other.move_to(tmp_path / "elsewhere")
        assert heard.wait(LONG)
    assert [record["note"] for record in other.annotation_records([entry.id])] == ["queued"]
    assert other.close(LONG)
    assert library.close(LONG)


def test_what_was_kept_is_taken_in_after_a_move_though_its_turn_in_the_old_folder_came_meanwhile(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.library.unsaved_changes._WAIT", 0.01)
    library, review, _ = opened(own_library)
    assert library.flush(LONG)
    away, elsewhere, heard = tmp_path / "away", tmp_path / "elsewhere", threading.Event()
    shutil.copytree(own_library, away)
    with Lock(own_library / "library.lock").hold(1):
        review.add(Span(0, 9), note="queued")
        shutil.copy(ended(library), away)

    def hear(_: str, edits: tuple[Edit, ...]) -> None:
        other.look()
        if edits and not list(elsewhere.glob("unsaved-*")):
            heard.set()

    with Lock(away / "library.lock").hold(1):
        other = Library.open(away)
        monkeypatch.setattr("reader.library.unsaved_changes._WAIT", LONG)
        other.on_remote_change = hear
        other.watch()
        other.look()  # its thread waits for the lock from now on
        other.move_to(elsewhere)
    assert heard.wait(5)
    assert other.close(LONG)
    assert library.close(LONG)
    assert notes(elsewhere) == {"queued"}


def test_what_several_programs_kept_is_taken_in_in_the_order_in_which_they_kept_it(own_library: Path) -> None:
    library, review, entry = opened(own_library)
    made = review.add(Span(0, 9), note="saved")
    assert library.close(LONG)
    away = own_library.with_name("away")
    shutil.copytree(own_library, away)
    programs = [opened(own_library)[:2] for _ in range(2)]
    with Lock(own_library / "library.lock").hold(1):
        for at, (program, session) in enumerate(programs):
            session.set_note(made, ("earlier", "later")[at])
            kept = ended(program).rename(away / f"unsaved-{9 - at}.json")
            os.utime(kept, (at, at))
    assert all(program.close(LONG) for program, _ in programs)
    with Library.open(away) as again:
        assert [record["note"] for record in again.annotation_records([entry.id])] == ["later"]


def test_the_end_compresses_no_document_and_keeps_changes_without_one_that_finds_no_room(own_library: Path) -> None:
    library, review, entry = opened(own_library)
    assert library.flush(LONG)
    large, other = b"a" * 100_000, b"another"
    with Lock(own_library / "library.lock").hold(1):
        digest = library.keep_document(large)
        ended(library).unlink()
        assert (own_library / "snapshots" / digest[:2] / f"{digest}.z").stat().st_size > len(large)
        no_folder = own_library / "snapshots" / library.keep_document(other)[:2]
        no_folder.write_text("in the way", encoding="utf-8")
        review.add(Span(0, 9), note="queued")
        assert not library.end(0.05)
        again = own_library.with_name("again")
        shutil.copytree(own_library, again)
        no_folder.unlink()
    assert library.close(LONG)
    reopened = Library.open(again)
    assert [record["note"] for record in reopened.annotation_records([entry.id])] == ["queued"]
    assert reopened.close(LONG)


def test_a_file_beside_the_library_that_cannot_be_read_stays(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    assert library.flush(LONG)
    with Lock(own_library / "library.lock").hold(1):
        review.add(Span(0, 9), note="queued")
        path = ended(library)
    assert library.close(LONG)
    assert ("unsaved changes", "note") in {one[:2] for one in examine_library(own_library)}
    path.write_bytes(path.read_bytes()[:-9])
    other = Library.open(own_library)
    assert path.exists()
    assert str(path) in " ".join(other.warnings())
    assert ("unsaved changes", "wrong") in {one[:2] for one in examine_library(own_library)}
    assert other.close(LONG)


def test_a_place_that_cannot_be_reached_is_no_new_library(tmp_path: Path) -> None:
    (diagnosis,) = examine_library(tmp_path / ("x" * 300))
    assert (diagnosis.part, "cannot be reached" in diagnosis.message, "--library" in diagnosis.advice) == ("folder", True, True)


def test_a_folder_whose_name_is_no_text_has_a_place(tmp_path: Path) -> None:
    assert Folder(tmp_path / "\udcff").place != Folder(tmp_path / "\udcfe").place


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_a_journal_is_not_waited_for(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="saved")
    assert library.close(LONG)
    journal = Folder(own_library).journal
    journal.unlink()
    os.mkfifo(journal)
    assert any("Not a file but a pipe" in diagnosis.message for diagnosis in examine_library(own_library))
