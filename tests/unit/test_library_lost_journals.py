"""A journal that is gone, or was cut at the end of a line: whoever opens the library learns what is missing."""

import hashlib
import json
import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from reader.article.ranges import Span
from reader.cli import run
from reader.library import Library
from reader.library.care.doctor import PROBLEM, examine_library
from reader.library.care.purge import remove_unused
from reader.library.folder import Folder
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS, ARTICLES
from reader.library.transaction import RecordEdit, Transaction
from reader.review.model import new_id
from tests.processes.test_library import ANNOTATOR, start
from tests.unit.library_damage import the_file, the_history, the_journal
from tests.unit.test_library import LONG, opened
from tests.unit.test_library_trouble import notes


def work(folder: Path, *texts: str) -> None:
    """Add an annotation with each of these notes."""
    library, review, _ = opened(folder)
    for number, text in enumerate(texts):
        review.add(Span(number, number + 9), note=text)
        assert library.flush(LONG)
    assert library.close(LONG)


def warnings(folder: Path) -> tuple[str, ...]:
    library = Library.open(folder)
    assert library.close(LONG)
    return library.warnings()


def remove(folder: Path) -> None:
    the_journal(folder).unlink()


def cut(folder: Path) -> None:
    """Take the last two lines off the journal."""
    lines = the_journal(folder).read_bytes().splitlines(keepends=True)
    the_journal(folder).write_bytes(b"".join(lines[:-2]))


LOSSES = [(remove, r"is gone, with \d+ changes up to 20"), (cut, r"was cut: it lacks 2 of \d+ changes up to 20")]


@pytest.mark.parametrize(("lose", "problem"), LOSSES)
def test_every_door_says_what_is_missing_until_a_repair_accepts_it(
    own_library: Path, lose: Callable[[Path], None], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    work(own_library, "one", "two", "three")
    name = the_journal(own_library).name
    assert warnings(own_library) == ()
    lose(own_library)
    for texts in ([], ["four"], ["five"]):
        work(own_library, *texts)
        (warning,) = warnings(own_library)
        assert re.match(rf"{name} {problem}", warning)
    assert notes(own_library) == {"one", "two", "three", "four", "five"}
    (wrong,) = (one for one in examine_library(own_library) if one.state == PROBLEM)
    assert re.match(rf"{name} {problem}", wrong.message)
    assert run(["list"]) == 0
    assert re.search(problem, capsys.readouterr().err)
    assert run(["repair"]) == 0
    printed = capsys.readouterr().out
    assert re.search(problem, printed)
    assert "nobody can undo them" in printed
    assert len(warnings(own_library)) == 1
    assert run(["repair", "--yes"]) == 0
    assert warnings(own_library) == ()
    assert [one for one in examine_library(own_library) if one.state == PROBLEM] == []
    work(own_library, "six")
    assert notes(own_library) == {"one", "two", "three", "four", "five", "six"}


def test_a_journal_that_is_put_back_is_missed_no_more(own_library: Path) -> None:
    work(own_library, "one")
    journal = the_journal(own_library)
    away = journal.rename(own_library.with_name("away"))
    assert len(warnings(own_library)) == 1
    away.rename(journal)
    assert warnings(own_library) == ()


@pytest.mark.parametrize("lose", [remove, cut])
def test_the_journal_of_a_killed_program_is_missed_too(own_library: Path, lose: Callable[[Path], None]) -> None:
    work(own_library, "one", "two")
    program = start(ANNOTATOR, own_library, "ana", 10_000)
    assert program.stdout is not None
    program.stdout.readline()
    os.kill(program.pid, signal.SIGKILL)
    program.communicate()
    # A program that goes on takes the changes into the file, and begins a journal of its own.
    work(own_library, "three")
    the_history(own_library).unlink()
    work(own_library, "four", "five")
    lose(own_library)
    assert len(warnings(own_library)) == 1


def test_nothing_is_missed_where_nothing_is_missing(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work(own_library, "one")
    older = the_file(own_library).read_bytes()
    monkeypatch.setattr("reader.library.journal.JOURNAL_LIMIT", 1000)
    for number in range(5):
        work(own_library, f"more {number}")
        assert warnings(own_library) == ()
    the_file(own_library).write_bytes(older)
    assert warnings(own_library) == ()
    moved = own_library.rename(own_library.with_name("moved"))
    shutil.copytree(moved, own_library)
    for folder in (moved, own_library):
        assert warnings(folder) == ()
        work(folder, "two")
        assert warnings(folder) == ()


def test_many_journals_that_wait_for_a_lost_one_are_read_a_few_times_each(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.library.journal.JOURNAL_LIMIT", 500)
    work(own_library, "lost")
    older = the_file(own_library).read_bytes()
    notes_of_all = [f"{replica} {number}" for replica in range(8) for number in range(3)]
    store = Store(Folder(own_library))
    article = next(iter(store.records.ids(ARTICLES)))
    for note in notes_of_all:
        if note.endswith(" 0"):
            store.renew_replica()
        record_id = new_id()
        edit = RecordEdit(ANNOTATIONS, record_id, None, {"id": record_id, "article": article, "note": note})
        store.commit([Transaction((edit,), "annotate")])
    # The file is older than all of them, and the first change that they build on is in no journal.
    the_file(own_library).write_bytes(older)
    next(path for path in (own_library / "history").iterdir() if b'"note":"0 0"' in path.read_bytes()).unlink()
    opened_files, open_file = Counter[str](), os.open

    def count(path: Path, *arguments: int) -> int:
        opened_files[Path(path).name] += 1
        return open_file(path, *arguments)

    monkeypatch.setattr("os.open", count)
    found = {record["note"] for record in Store(Folder(own_library)).records.tables()[ANNOTATIONS].values()}
    assert found == {"lost", *notes_of_all[1:]}
    counts = [count for name, count in opened_files.items() if name.endswith(".jsonl")]
    assert len(counts) > 16
    assert max(counts) <= 6


def test_a_file_that_was_copied_alone_misses_no_journal(own_library: Path) -> None:
    work(own_library, "one")
    alone = own_library.with_name("alone")
    alone.mkdir()
    shutil.copy(the_file(own_library), alone)
    assert warnings(alone) == ()
    assert notes(alone) == {"one"}


def test_history_that_is_purged_is_not_missed(own_library: Path) -> None:
    work(own_library, "one")
    shutil.move(own_library, own_library.with_name("moved"))
    own_library.with_name("moved").rename(own_library)
    work(own_library, "two")
    remove_unused(Folder(own_library), timedelta(0))
    assert warnings(own_library) == ()
    assert [one for one in examine_library(own_library) if one.state == PROBLEM] == []


def test_a_file_of_an_older_program_that_names_no_journal_opens(own_library: Path) -> None:
    work(own_library, "one")
    data = re.sub(rb'"journals":\[.*?\],', b"", the_file(own_library).read_bytes())
    end = data.rindex(b'"digest":')
    data = data[:end] + b'"digest":"%s"}\n}\n}\n' % hashlib.sha256(data[:end]).hexdigest().encode()
    the_file(own_library).write_bytes(data)
    assert "journals" not in json.loads(data)["meta"]["1"]
    work(own_library, "two")
    assert warnings(own_library) == ()
    assert notes(own_library) == {"one", "two"}
    assert not list((own_library / "backups").glob("foreign-*"))


@pytest.mark.parametrize("marks", [None, 5, {}, [5], [{"name": 7}], [{"place": "x"}]])
def test_marks_of_a_wrong_form_are_left_out(own_library: Path, marks: object) -> None:
    work(own_library, "one")
    content = json.loads(the_file(own_library).read_bytes())
    content["meta"]["1"]["journals"] = marks
    the_file(own_library).write_text(json.dumps(content))
    work(own_library, "two")
    assert warnings(own_library) == ()
    assert notes(own_library) == {"one", "two"}
