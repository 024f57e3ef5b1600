"""A library file without permission to write: it is read, never replaced, and nothing counts as saved until that changes."""

import errno
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tinydb import TinyDB

from reader.article.ranges import Span
from reader.cli import run
from reader.errors import ReaderError
from reader.library import Library, LibraryDB
from reader.library.care.doctor import PROBLEM, examine_library
from reader.library.care.repair import apply_repair
from reader.library.folder import Folder
from tests.processes.test_library import ANNOTATOR, start
from tests.unit.test_library import LONG, opened
from tests.unit.test_library_others import KEPT, note, two_devices
from tests.unit.test_library_trouble import notes, told


def contents(folder: Path) -> dict[Path, bytes]:
    """Return the files that hold what is shared."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("personal-"))
    return {path: path.read_bytes() for path in paths if path.suffix != ".lock"}


def protect(folder: Path) -> tuple[dict[Path, bytes], os.stat_result]:
    """Take the permission to write from a library's file; return all contents, and the state of the file."""
    file = folder / "library.json"
    file.chmod(0o444)
    return contents(folder), file.stat()


def assert_unchanged(folder: Path, before: tuple[dict[Path, bytes], os.stat_result]) -> None:
    assert contents(folder) == before[0]
    assert os.path.samestat((folder / "library.json").stat(), before[1])


def test_a_change_is_refused_until_the_file_is_writable_and_then_saved(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="before")
    assert library.close(LONG)
    before = protect(own_library)
    library, review, _ = opened(own_library)
    assert [claim.note for claim in review.index.annotations()] == ["before"]
    states = told(library)
    review.add(Span(10, 19), note="meanwhile")
    assert not library.flush(LONG)
    assert (states[-1].kind, "is read-only" in states[-1].message) == ("failed", True)
    assert_unchanged(own_library, before)
    (own_library / "library.json").chmod(0o644)
    assert library.close(LONG)
    assert notes(own_library) == {"before", "meanwhile"}


def test_changes_that_are_only_in_the_journal_stay_there_and_are_shown(own_library: Path) -> None:
    program = start(ANNOTATOR, own_library, "ana", 10_000)
    assert program.stdout is not None
    saved = {program.stdout.readline().strip()}
    os.kill(program.pid, signal.SIGKILL)
    saved |= set(program.communicate()[0].split())
    before = protect(own_library)
    with LibraryDB(own_library) as db:
        assert saved <= {document["id"] for document in db.table("annotations")}
    library = Library.open(own_library)
    assert library.close(LONG)
    assert_unchanged(own_library, before)


def test_a_file_that_becomes_read_only_while_it_is_open_is_not_replaced_at_the_end(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    assert library.close(LONG)
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="in the journal")
    assert library.flush(LONG)
    before = protect(own_library)
    assert library.close(LONG)
    assert_unchanged(own_library, before)
    (own_library / "library.json").chmod(0o644)
    library, review, _ = opened(own_library)
    assert [claim.note for claim in review.index.annotations()] == ["in the journal"]
    assert library.close(LONG)


def undo(folder: Path) -> None:
    Library.open(folder).undo()


def merge(folder: Path) -> None:
    Library.open(folder).merge(folder.with_name("other device"), "ana")


def write_with_a_script(folder: Path) -> None:
    with LibraryDB(folder) as db:
        db.table("theirs").insert({"n": 1})


@pytest.mark.parametrize("change", [undo, merge, write_with_a_script])
def test_undo_merge_and_scripts_say_that_the_file_is_read_only(own_library: Path, change: Callable[[Path], None]) -> None:
    here, there = two_devices(own_library)
    note(here, "here")
    note(there, "there")
    before = protect(here)
    with pytest.raises(ReaderError, match=r"library\.json is read-only\. Make it writable"):
        change(here)
    assert_unchanged(here, before)


def test_a_file_of_an_older_form_is_not_converted(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(KEPT / "schema-1", folder)
    before = protect(folder)
    library = Library.open(folder)
    assert len(library.entries()) == 1
    assert library.close(LONG)
    assert_unchanged(folder, before)


def test_a_file_of_another_program_is_shown_and_stays_as_it_is(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9))
    assert library.close(LONG)
    with TinyDB(own_library / "library.json") as db:
        db.table("annotations").update({"note": "by a script"})
    before = protect(own_library)
    library = Library.open(own_library)
    assert library.close(LONG)
    assert_unchanged(own_library, before)


def test_a_damaged_file_is_not_repaired_while_it_is_read_only(own_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9))
    assert library.close(LONG)
    file = own_library / "library.json"
    file.write_bytes(file.read_bytes()[:-40])
    os.utime(file, (1.6e9, 1.6e9))
    before = protect(own_library)
    with pytest.raises(ReaderError, match="is read-only"):
        apply_repair(Folder(own_library))
    assert_unchanged(own_library, before)
    assert run(["repair", "--yes"]) == 1
    assert "Make it writable, or choose another library" in capsys.readouterr().err
    file.chmod(0o644)
    assert run(["repair", "--yes"]) == 0


def test_the_doctor_says_that_nothing_is_saved(own_library: Path) -> None:
    library, _, _ = opened(own_library)
    assert library.close(LONG)
    protect(own_library)
    (rights,) = (one for one in examine_library(own_library) if one.part == "rights")
    assert rights.state == PROBLEM
    assert "read-only" in rights.message


@pytest.mark.parametrize(
    ("number", "advice"), [(errno.EROFS, "disk writable"), (errno.EACCES, "permissions"), (errno.ENOLCK, "has locks")]
)
def test_doctor_says_what_keeps_a_lock_from_being_held(
    own_library: Path, monkeypatch: pytest.MonkeyPatch, number: int, advice: str
) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9))
    assert library.close(LONG)

    def refuse(path: str | Path, flags: int, *mode: int) -> int:
        if str(path).endswith(".lock"):
            raise OSError(number, os.strerror(number), str(path))
        return really_open(path, flags, *mode)

    really_open = os.open
    monkeypatch.setattr(os, "open", refuse)
    told = [row for row in examine_library(own_library) if row.part == "locks"]
    assert told
    assert all(row.state == PROBLEM and advice in row.advice for row in told)
