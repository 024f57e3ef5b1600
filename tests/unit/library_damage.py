"""A library in the middle of its life, and every kind of damage to it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tinydb import TinyDB

from tests.unit.test_library import kept

SESSION = """
import os, sys
from pathlib import Path
from reader.article.ranges import Span
from reader.library import Library
from tests.unit.review_strategies import article

folder, first, end = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
library = Library.open(folder)
session, entry = library.session(article(), "ana")
session.listen(lambda change: library.save(entry.id, change))
there = {a.note: a for a in session.index.annotations()}
if first:
    session.remove([there[f"note {first - 5}"]])
    session.set_note(there[f"note {first - 6}"], f"edited in {first}")
for number in range(first, first + 10):
    session.add(Span(number * 3, number * 3 + 9), tags=["all", f"t{number}"], note=f"note {number}")
if not library.flush(60):
    sys.exit("not saved")
if end == "killed":
    os._exit(0)
library.close(60)
"""

REMOVED = {"note 5", "note 15"}
Notes = dict[str, str]


def session(folder: Path, first: int, end: str) -> None:
    """Annotate in a program of its own."""
    command = [sys.executable, "-c", SESSION, str(folder), str(first), end]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a library of three sessions: one in a backup, two in the file and the history, the last in the journal only."""
    place = tmp_path_factory.mktemp("made")
    session(place / "first", 0, "closed")
    shutil.rmtree(place / "first" / "backups")
    session(place / "first", 10, "closed")
    # In another place the journal is finished, and a new one begun.
    (place / "first").rename(place / "library")
    session(place / "library", 20, "killed")
    return place / "library"


@pytest.fixture
def library(made: Path, own_library: Path) -> Path:
    """Return the folder of a library that may be damaged."""
    shutil.copytree(made, own_library)
    return own_library


def the_journal(folder: Path) -> Path:
    (path,) = folder.glob("journal-*.jsonl")
    return path


def the_history(folder: Path) -> Path:
    (path,) = (folder / "history").glob("*.jsonl")
    return path


def the_backup(folder: Path) -> Path:
    (path,) = (folder / "backups").glob("library-*.json.gz")
    return path


def the_file(folder: Path) -> Path:
    return folder / "library.json"


def notes(records: list[dict[str, Any]]) -> Notes:
    """Return the notes of annotations by their ids."""
    return {record["id"]: record["note"] for record in records}


@pytest.fixture(scope="module")
def truth(made: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the notes of all annotations of the library, before it is damaged."""
    copy = tmp_path_factory.mktemp("truth") / "library"
    shutil.copytree(made, copy)
    return set(notes(kept(copy, "annotations")).values())


def changed(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Damage a file, long ago."""
    path.write_bytes(change(path.read_bytes()))
    os.utime(path, (1.6e9, 1.6e9))


def without(*names: Callable[[Path], Path]) -> Callable[[Path], None]:
    """Return the damage that removes files."""

    def damage(folder: Path) -> None:
        for name in names:
            name(folder).unlink()

    return damage


def with_bytes(name: Callable[[Path], Path], change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Return the damage that changes the bytes of a file."""
    return lambda folder: changed(name(folder), change)


def both(*damages: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return the damage that is all of these."""

    def damage(folder: Path) -> None:
        for one in damages:
            one(folder)

    return damage


def at_line(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return the change of one line, counted from 0, from the end when negative."""

    def changing(data: bytes) -> bytes:
        lines = data.split(b"\n")
        lines[number] = change(lines[number])
        return b"\n".join(lines)

    return changing


def in_the_line(needle: bytes, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return the change of the first line in which something stands."""

    def changing(data: bytes) -> bytes:
        number = next(number for number, line in enumerate(data.split(b"\n")) if needle in line)
        return at_line(number, change)(data)

    return changing


def garbage(data: bytes) -> bytes:
    return bytes((byte * 7 + 13) % 256 for byte in data).replace(b"\n", b"?")


def flipped(at: float) -> Callable[[bytes], bytes]:
    """Return the change that flips a bit at this part of the bytes."""

    def changing(data: bytes) -> bytes:
        place = int(len(data) * at)
        return data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]

    return changing


def zeroed(first: float, last: float) -> Callable[[bytes], bytes]:
    """Return the change that makes a part of the bytes zeros."""

    def changing(data: bytes) -> bytes:
        start, end = int(len(data) * first), int(len(data) * last)
        return data[:start] + bytes(end - start) + data[end:]

    return changing


def by_tinydb(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Return the damage to a file that plain TinyDB wrote in one line."""

    def damage(folder: Path) -> None:
        with TinyDB(the_file(folder)) as db:
            db.table("annotations").update({"mood": "calm"})
        changed(the_file(folder), change)

    return damage


def a_folder_in_its_place(folder: Path) -> None:
    the_file(folder).unlink()
    the_file(folder).mkdir()
    (the_file(folder) / "something").write_text("x")


def one_key_for_two(data: bytes) -> bytes:
    """Give the second of two neighbouring annotations the key of the first, as no program writes it."""
    lines = data.split(b"\n")
    number = next(number for number, line in enumerate(lines) if b'"note":"' in line and b'"note":"' in lines[number + 1])
    key, second = lines[number].partition(b": ")[0], lines[number + 1].partition(b": ")[2]
    return b"\n".join((*lines[: number + 1], key + b": " + second, *lines[number + 2 :]))


class Damage(NamedTuple):
    """What is damaged, the notes that are lost by it, older ones that may be back; whether something is left for the person."""

    do: Callable[[Path], None]
    lost: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    lingers: bool = False


FILE = {
    "missing": without(the_file),
    "empty": with_bytes(the_file, lambda _: b""),
    "zeros": with_bytes(the_file, lambda data: bytes(len(data))),
    "garbage": with_bytes(the_file, garbage),
    "null": with_bytes(the_file, lambda _: b"null"),
    "a list": with_bytes(the_file, lambda _: b"[]"),
    "an empty object": with_bytes(the_file, lambda _: b"{}"),
    "too deep": with_bytes(the_file, lambda _: b"[" * 100_000),
    "a foreign database": with_bytes(the_file, lambda _: b'{"_default": {"1": {"name": "milk"}}}'),
    "another shape": with_bytes(the_file, lambda _: b'{"meta": {"1": {"schema": 1}}, "annotations": []}'),
    "a folder in its place": a_folder_in_its_place,
    "cut in the middle": with_bytes(the_file, lambda data: data[: len(data) // 2]),
    "cut near its end": with_bytes(the_file, lambda data: data[:-5]),
    "without its beginning": with_bytes(the_file, lambda data: data[len(data) // 3 :]),
    "zeros in the middle": with_bytes(the_file, zeroed(0.3, 0.5)),
    "garbage in a line": with_bytes(the_file, in_the_line(b"note 17", garbage)),
    "a line gone bad": with_bytes(the_file, in_the_line(b'"note 3"', lambda line: line[:-20])),
    "the name of a table": with_bytes(the_file, lambda data: data.replace(b'"annotations": {', b'"annotati\0ns": {')),
    "the name of another table": with_bytes(the_file, lambda data: data.replace(b'"articles": {', b'"articles" {')),
    "what it says of itself": with_bytes(the_file, lambda data: data.replace(b'"seen":{', b'"seem":{')),
    "a key that stands twice": with_bytes(the_file, one_key_for_two),
    "a table that stands twice": with_bytes(the_file, lambda data: data.replace(b"},\n", b'}\n},\n"annotations": {\n', 1)),
    "a line end": with_bytes(the_file, lambda data: data.replace(b"},\n", b"} \n", 3)),
}


SECOND = (*(f"note {number}" for number in range(10, 20)), "edited in 10")
THIRD = (*(f"note {number}" for number in range(20, 30)), "edited in 20")
DAMAGE = {
    **{f"file: {name}": Damage(do) for name, do in FILE.items()},
    # What another program worked on stays, though it was removed meanwhile.
    "file: cut, by another program": Damage(by_tinydb(lambda data: data[: len(data) // 2]), (), ("note 15",)),
    "journal: a line": Damage(with_bytes(the_journal, in_the_line(b"note 24", garbage)), ("note 24",)),
    "journal: a bit": Damage(with_bytes(the_journal, in_the_line(b"note 25", flipped(0.5))), ("note 25",)),
    "journal: a removal": Damage(with_bytes(the_journal, in_the_line(b'"remove', garbage)), (), ("note 15",)),
    "journal: its head": Damage(with_bytes(the_journal, at_line(0, garbage))),
    "journal: empty": Damage(with_bytes(the_journal, lambda _: b""), THIRD, ("note 14", "note 15")),
    "journal: zeros": Damage(with_bytes(the_journal, lambda data: bytes(len(data))), THIRD, ("note 14", "note 15")),
    "journal: line ends": Damage(with_bytes(the_journal, lambda data: data.replace(b"\n", b" ", 4))),
    "journal: a part of zeros": Damage(
        with_bytes(the_journal, in_the_line(b"note 26", zeroed(0.1, 0.9))),
        ("note 26",),
    ),
    "history: a line": Damage(with_bytes(the_history, at_line(6, garbage))),
    "history: a removal": Damage(with_bytes(the_history, in_the_line(b'"remove', garbage))),
    "history: all of it": Damage(with_bytes(the_history, garbage)),
    "history: empty": Damage(with_bytes(the_history, lambda _: b"")),
    "backup: a part of zeros": Damage(with_bytes(the_backup, zeroed(0.4, 0.6))),
    "text: cut": Damage(lambda folder: changed(next((folder / "snapshots").glob("*/*")), lambda data: data[:-4]), lingers=True),
    "file gone, backup garbage": Damage(both(without(the_file), with_bytes(the_backup, garbage))),
    "file gone, backup gone": Damage(without(the_file, the_backup)),
    "a line of the file, history gone": Damage(both(FILE["a line gone bad"], without(the_history)), (), ("note 5",)),
    "file and history gone": Damage(without(the_file, the_history), SECOND, ("note 4", "note 5")),
    "file and journal gone": Damage(without(the_file, the_journal), THIRD, ("note 14", "note 15")),
    "all but the file gone": Damage(
        both(FILE["what it says of itself"], without(the_journal, the_history, the_backup)), THIRD, ("note 14", "note 15")
    ),
    "only file and backup are left": Damage(
        both(FILE["what it says of itself"], without(the_journal, the_history)), THIRD, ("note 5", "note 14", "note 15")
    ),
    "only the backup is left": Damage(without(the_file, the_journal, the_history), (*SECOND, *THIRD), ("note 4", "note 5")),
    "half of the file and of the history": Damage(
        both(FILE["cut in the middle"], with_bytes(the_history, in_the_line(b"note 17", garbage)), without(the_backup)),
        ("note 17",),
    ),
}
