"""Several programs on one library, programs that are killed, and a disk that is full: nothing that was called saved is lost."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tinydb import TinyDB

from reader.article.ranges import Span
from reader.library import Library
from tests.unit.review_strategies import article
from tests.unit.test_library import LONG, kept, opened, plain

ANNOTATOR = """
import sys
from pathlib import Path
from reader.article.ranges import Span
from reader.library import Library
from tests.unit.review_strategies import article

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
from tests.unit.review_strategies import article

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

READER_ON_A_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from reader.library import LibraryDB

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
with LibraryDB(Path(sys.argv[1])) as db:
    sys.stdout.write(str(len(db.table("annotations"))))
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


def test_a_script_that_only_reads_closes_quietly_on_a_full_disk(own_library: Path) -> None:
    program = start(ANNOTATOR, own_library, "ana", 10_000)
    assert program.stdout is not None
    program.stdout.readline()
    os.kill(program.pid, signal.SIGKILL)
    program.communicate()
    # What another program adds must be folded into the file, and its backup does not fit on the disk.
    with TinyDB(own_library / "library.json") as db:
        db.table("theirs").insert({"n": 1})
    before = {path: path.read_bytes() for path in own_library.rglob("*") if path.is_file() and path.suffix != ".lock"}
    reading = start(READER_ON_A_FULL_DISK, own_library)
    assert int(reading.communicate()[0]) >= 1
    assert reading.returncode == 0
    assert {path: path.read_bytes() for path in before} == before
