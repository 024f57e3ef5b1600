"""Several programs on one library, programs that are killed, and a disk that is full: nothing that was called saved is lost."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from reader.article.ranges import Span
from reader.library import Library
from reader.library.articles import ArticleProgress
from reader.review.model import LATER, Bookmark, Edit
from reader.review.reading_position import ReadingPosition
from tests.unit.making import article
from tests.unit.test_library import LONG, kept, opened, plain

ANNOTATOR = """
import sys
from pathlib import Path
from reader.article.ranges import Span
from reader.library import Library
from tests.unit.making import article

library = Library.open(Path(sys.argv[1]))
session, entry = library.session(article(), sys.argv[2])
session.listen(lambda change: library.save(entry.id, change))
for number in range(int(sys.argv[3])):
    made = session.add(Span(number, number + 9), tags=[sys.argv[2]], note="n" * 200)
    if not library.flush(60):
        sys.exit("not saved")
    print(made.id, flush=True)
library.close(60)
"""

FULL_DISK = """
import json, resource, signal, sys
from pathlib import Path
from reader.article.ranges import Span
from reader.library import Library
from tests.unit.making import article

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = Path(sys.argv[1])
library = Library.open(folder)
states = []
library.on_save_state = states.append
session, entry = library.session(article(), "ana")
session.listen(lambda change: library.save(entry.id, change))
session.mark(Span(0, 9))
outcome = [library.flush(60)]
(journal,) = folder.glob("journal-*.jsonl")
good = journal.read_bytes()
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (len(good) + 100, most))
session.add(Span(10, 19), note="x" * 5000)
outcome += [library.flush(60), states[-1].kind, [path.read_bytes() for path in folder.rglob("*.jsonl")] == [good]]
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
outcome += [library.flush(60), states[-1].kind, library.close(60)]
print(json.dumps(outcome))
"""


def start(program: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def ids(folder: Path) -> set[str]:
    return {record["id"] for record in plain(folder, "annotations")}


def test_two_programs_that_write_at_once_keep_everything(own_library: Path) -> None:
    programs = [start(ANNOTATOR, own_library, name, 25) for name in ("ana", "ben")]
    saved = [program.communicate()[0].split() for program in programs]
    assert [program.returncode for program in programs] == [0, 0]
    assert len(ids(own_library)) == 50
    assert ids(own_library) == {*saved[0], *saved[1]}
    library = Library.open(own_library)
    (entry,) = library.entries()
    session, _ = library.peek(article())
    assert len(session.index.annotations()) == 50
    assert entry.tags == ("ana", "ben")
    assert [tag.name for tag in session.index.tags()] == ["ana", "ben"]
    library.close(LONG)


def make_large(folder: Path) -> None:
    """Put so much into a library that a program which writes it is mostly caught at writing."""
    library, session, _ = opened(folder)
    session.add(Span(0, 9), note="large " * 400_000)
    assert library.close(LONG)


def test_the_file_is_whole_at_every_instant(own_library: Path) -> None:
    make_large(own_library)
    program, read = start(ANNOTATOR, own_library, "ana", 40), 0
    while program.poll() is None:
        read += len(json.loads((own_library / "library.json").read_bytes())["annotations"]) > 0
    assert program.communicate()[0].count("\n") == 40
    assert read


@pytest.mark.parametrize("killed_after", [0, 1, 4, 11, 23])
def test_what_a_killed_program_called_saved_is_there(own_library: Path, killed_after: int) -> None:
    make_large(own_library)
    program = start(ANNOTATOR, own_library, "ana", 10_000)
    assert program.stdout is not None
    saved = [program.stdout.readline().strip() for _ in range(killed_after + 1)]
    os.kill(program.pid, signal.SIGKILL)
    saved += program.communicate()[0].split()
    assert {*saved} <= {record["id"] for record in kept(own_library, "annotations")}
    library, session, _ = opened(own_library)
    session.mark(Span(0, 3))
    assert library.close(LONG)
    assert len(ids(own_library)) >= len(saved) + 2
    assert [path.name for path in own_library.iterdir() if path.name.endswith(".new")] == []


def test_a_full_disk_is_said_and_nothing_is_lost(own_library: Path) -> None:
    program = start(FULL_DISK, own_library)
    outcome = json.loads(program.communicate()[0])
    assert outcome == [True, False, "failed", True, True, "saved", True]
    assert len(plain(own_library, "annotations")) == 2


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


def test_what_one_does_oneself_is_never_told_as_what_another_window_did(own_library: Path) -> None:
    one, first, entry = opened(own_library)
    heard: list[Edit] = []
    one.on_remote_change = lambda _, edits: heard.extend(edits)
    for name in "abc":
        first.set_bookmark(name, ord(name))
        assert one.flush(LONG)
    first.undo()
    one.save_position(entry.id, ReadingPosition(cursor=3), ArticleProgress(sentences=9))
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
