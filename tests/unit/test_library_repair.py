"""Damage of every kind, and its repair: what is still anywhere in the folder is there again, and nothing is thrown away."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from reader.cli import run
from reader.errors import ReaderError
from reader.library import Library
from reader.library.folder import Folder
from reader.library.lines import Lines
from reader.library.log import Line, Operation, changes
from reader.library.mending import repaired
from reader.library.salvage import mended, salvaged, salvaged_changes
from reader.library.versions import Dot, Seen, written
from tests.unit.making import article, texts, values
from tests.unit.test_library import LONG, kept, opened, plain

SESSION = """
import os, sys
from pathlib import Path
from reader.article.model import Span
from reader.library import Library
from tests.unit.making import article

folder, first, end = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
library = Library.open(folder)
session, entry = library.session(article(), "ana")
session.listen(lambda change: library.save(entry.id, change))
there = {a.note: a for a in session.annotations()}
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


def test_the_library_that_is_damaged_here_is_what_it_should_be(library: Path, truth: set[str]) -> None:
    assert [len(list(library.glob(name))) for name in ("backups/*", "history/*", "journal-*", "snapshots/*/*")] == [1] * 4
    assert (len(plain(library, "annotations")), len(truth)) == (19, 28)
    assert not REMOVED & truth
    assert {"edited in 10", "edited in 20"} <= truth


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


def everything(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder but its locks."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_is_still_anywhere_is_there_again(
    library: Path, truth: set[str], damage: Damage, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(library)
    damage.do(library)
    damaged = everything(library)
    assert run(["doctor"]) == 1
    assert run(["repair"]) == 0
    assert everything(library) == damaged
    would = capsys.readouterr().out
    assert "reader repair --yes" in would
    assert run(["repair", "--yes"]) == 0
    after = everything(library)
    assert [name for name, data in damaged.items() if before.get(name) != data and data not in after.values()] == []
    capsys.readouterr()
    assert run(["doctor"]) == damage.lingers, capsys.readouterr().out
    now = set(notes(kept(library, "annotations")).values())
    assert truth - now <= {*damage.lost}
    assert now - truth <= {*damage.back}
    assert truth <= now or "Not saved: " in would or "Note: " in would
    assert "note 5" not in now or "Note: " in would
    assert set(notes(plain(library, "annotations")).values()) == now
    review, _ = Library.open(library).peek(article())
    assert len(review.annotations()) == len(now)
    assert not any(annotation.rivals for annotation in review.annotations())


@pytest.mark.parametrize("damage", FILE.values(), ids=FILE.keys())
def test_every_record_that_only_the_damaged_file_has_is_in_its_table_again(
    library: Path, damage: Callable[[Path], None]
) -> None:
    without(the_history, the_journal, the_backup)(library)
    records = {line.removesuffix(b",") for line in the_file(library).read_bytes().split(b"\n") if line.startswith(b'"')}
    damage(library)
    left = the_file(library).read_bytes().split(b"\n") if the_file(library).is_file() else []
    still = [json.loads(b"{" + line + b"}") for line in records & {line.removesuffix(b",") for line in left} if b'"id"' in line]
    assert run(["repair", "--yes"]) == 0
    for record in (record for named in still for record in named.values()):
        table = "annotations" if "note" in record else "tags" if "symbol" in record else "articles"
        del record["_versions"]
        assert record in plain(library, table)


# ---------------------------------------------------------------------- and it goes on


def logged(folder: Path) -> list[Line]:
    """Return all changes in the logs of a folder."""
    paths = [*folder.glob("journal-*.jsonl"), *(folder / "history").glob("*.jsonl")]
    return [line for path in paths for line in changes(path.read_bytes())]


@pytest.mark.parametrize("name", ["file: missing", "journal: a line", "journal: its head", "journal: line ends"])
def test_after_a_repair_the_program_goes_on_and_no_number_is_used_twice(library: Path, name: str) -> None:
    damaged_first = {line.dot for line in logged(library)}
    DAMAGE[name].do(library)
    readable = {line.dot for line in logged(library)}
    assert run(["repair", "--yes"]) == 0
    assert run(["repair"]) == 0
    assert readable <= {line.dot for line in logged(library)}
    again, review, _ = opened(library)
    claim = review.add(review.article.sentences.all()[0], note="after")
    assert again.close(LONG)
    assert "after" in notes(plain(library, "annotations")).values()
    new = {line.dot for line in logged(library)} - damaged_first
    assert {dot.replica for dot in new}.isdisjoint({dot.replica for dot in damaged_first})
    again, review, entry = opened(library)
    assert review.undo()
    assert again.close(LONG)
    assert claim.id not in notes(plain(library, "annotations"))
    assert run(["undo"]) == 0  # what was done before the damage
    assert len(list(Library.open(library).history(entry.id))) > 10


def test_a_library_in_order_is_left_as_it_is(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(library)
    assert [run(["doctor"]), run(["repair"]), run(["repair", "--yes"])] == [0, 0, 0]
    assert "There is nothing to repair." in capsys.readouterr().out
    assert everything(library) == before


def test_a_window_that_is_open_while_the_library_is_repaired_goes_on(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    spans = review.article.sentences.all()
    review.add(spans[0], note="before")
    assert library.flush(LONG)
    changed(the_file(own_library), lambda data: data[: len(data) // 2])
    assert run(["repair", "--yes"]) == 0
    review.add(spans[1], note="after")
    assert library.close(LONG)
    assert sorted(notes(plain(own_library, "annotations")).values()) == ["after", "before"]


def test_a_repair_that_fails_anywhere_can_be_done_again(
    made: Path, truth: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = ("open", "write", "replace", "link", "unlink", "mkdir", "fsync")
    number, done = 0, False
    while not done:
        number += 1
        folder = tmp_path / str(number)
        shutil.copytree(made, folder)
        DAMAGE["half of the file and of the history"].do(folder)
        left = [number]

        def failing(real: Callable[..., Any], left: list[int] = left) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                left[0] -= 1
                if left[0] == -1:
                    raise OSError(28, "No space left on device")
                return real(*arguments, **options)

            return call

        with monkeypatch.context() as patched:
            for name in calls:
                patched.setattr(os, name, failing(getattr(os, name)))
            with contextlib.suppress(ReaderError):
                repaired(Folder(folder))
        repaired(Folder(folder))
        assert truth - set(notes(kept(folder, "annotations")).values()) <= {"note 17"}
        shutil.rmtree(folder)
        done = left[0] >= 0
    assert number > 20


def test_a_conflict_copy_is_joined_when_the_file_is_lost(library: Path, truth: set[str]) -> None:
    the_file(library).rename(library / "library.sync-conflict-20260115-101500-ABCDEFG.json")
    without(the_history, the_backup)(library)
    assert run(["repair", "--yes"]) == 0
    assert set(notes(kept(library, "annotations")).values()) == truth


def test_a_damaged_file_of_an_older_form_is_repaired(own_library: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "kept" / "schema-1", own_library)
    whole = {record["id"]: record for record in plain(own_library, "annotations")}
    changed(the_file(own_library), in_the_line(b"energy/heat", lambda line: line[:-9]))
    assert run(["doctor"]) == 1
    assert run(["repair", "--yes"]) == 0
    now = {record["id"]: record for record in plain(own_library, "annotations")}
    assert len(now) == len(whole) - 1
    assert all(whole[key] == record for key, record in now.items())
    assert len(plain(own_library, "articles")) == 1


def test_a_file_of_a_newer_form_is_left_alone(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newer = {"meta": {"1": {"schema": 99}}, "annotations": {"1": {"id": "x"}}}
    the_file(library).write_text(json.dumps(newer))
    before = everything(library)
    assert [run(["doctor"]), run(["repair"]), run(["repair", "--yes"])] == [1, 1, 1]
    assert "update Claim Reader" in capsys.readouterr().err
    assert everything(library) == before


def test_a_record_of_which_nothing_else_is_left_is_taken_as_it_is_and_named(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without(the_history, the_journal, the_backup)(library)
    changed(the_file(library), lambda data: data.replace(b"note 3", b"nose 3").replace(b'"seen":{', b'"seem":{'))
    assert run(["repair", "--yes"]) == 0
    assert "is damaged, and nothing else holds it" in capsys.readouterr().out
    assert "nose 3" in notes(plain(library, "annotations")).values()


def test_where_each_record_comes_from_is_told(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(the_file(library), in_the_line(b'"note 3"', garbage))
    the_history(library).unlink()
    assert run(["repair", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    ids = {note: key for key, note in notes(kept(library, "annotations") if run(["repair", "--yes"]) == 0 else []).items()}
    sources = {record["id"]: record["from"] for record in told["records"]}
    assert sources[ids["note 2"]] == "library.json"
    assert sources[ids["note 3"]].startswith("backups/library-")
    assert sources[ids["note 24"]] == "journals and history"
    assert (told["done"], told["rewrites"], told["aside"]) == (False, True, None)


# ---------------------------------------------------------------------- the pure part

Content = dict[str, dict[str, dict[str, Any]]]


def numbered(records: dict[str, list[dict[str, Any]]], first: int) -> Content:
    """Return tables of records, no two of which have one key."""
    keys = iter(range(first, first + 100))
    return {table: {str(next(keys)): record for record in listed} for table, listed in records.items()}


# Nobody names a field by a number.
fields = st.dictionaries(texts.filter(lambda name: not name.isdigit()), values, max_size=3)
tables = st.builds(
    numbered,
    st.dictionaries(
        st.sampled_from(["annotations", "articles", "tags", "theirs", 'a "b": {']),
        st.lists(fields, min_size=1, max_size=5),
        min_size=1,
    ),
    st.sampled_from([1, 95, 10**38]),
)


def encoded(content: Content) -> bytes:
    """Return a library's file that holds these records."""
    stored = {t: {key: written(record, Dot(7, "r")) for key, record in rs.items()} for t, rs in content.items()}
    return b"".join(Lines(stored).encode("r", Seen({"r": 7})))


def damaged_somewhere(data: bytes, kind: str, start: int, end: int, junk: bytes) -> bytes:
    """Return the bytes with a part of them damaged."""
    if kind == "cut":
        return data[:start]
    if kind == "taken out":
        return data[:start] + data[end:]
    if kind == "flip":
        return data[:start] + bytes([data[start] ^ (1 << end % 8)]) + data[start + 1 :]
    return data[:start] + (bytes(end - start) if kind == "zeros" else junk) + data[end:]


@settings(max_examples=300, deadline=None)
@given(tables, st.sampled_from(["cut", "taken out", "flip", "zeros", "garbage"]), st.data(), st.binary(max_size=60))
def test_every_record_whose_line_is_whole_comes_back(content: Content, kind: str, data: st.DataObject, junk: bytes) -> None:
    file = encoded(content)
    start = data.draw(st.integers(0, len(file) - 1))
    end = data.draw(st.integers(start, min(len(file), start + 400)))
    damaged = damaged_somewhere(file, kind, start, end, junk)
    found = salvaged(damaged)
    back = [(piece.table, piece.key, json.dumps(piece.record)) for piece in found.pieces]
    table, sure = "", True
    left = [line.removesuffix(b",") for line in damaged.split(b"\n")]
    for line in (line.removesuffix(b",") for line in file.split(b"\n")):
        if line.endswith(b": {"):
            table, sure = json.loads(line[:-3]), line in left
        elif line.startswith(b'"') and table != "meta":
            if line in left:
                key, record = line[1 : line.index(b'": ')].decode(), line[line.index(b'": ') + 3 :]
                where = [where for where, named, value in back if (named, value) == (key, json.dumps(json.loads(record)))]
                assert where, line
                assert not sure or table in where
            else:
                sure = False


@settings(max_examples=200, deadline=None)
@given(tables, st.floats(0, 1))
def test_every_whole_record_of_a_file_in_one_line_that_is_cut_comes_back(content: Content, at: float) -> None:
    text, ends = "{", dict[tuple[str, str, str], int]()
    for table, records in content.items():
        text += f"{json.dumps(table)}: {{"
        for key, record in records.items():
            text += f"{json.dumps(key)}: {json.dumps(record)}"
            ends[table, key, json.dumps(record)] = len(text)
            text += ", "
        text = text.removesuffix(", ") + "}, "
    assert json.loads(text.removesuffix(", ") + "}") == content
    cut = int(len(text) * at)
    found = [(piece.table, piece.key, json.dumps(piece.record)) for piece in salvaged(text[:cut].encode()).pieces]
    assert found == [record for record, end in ends.items() if end <= cut]


def test_records_beside_a_damaged_sign_or_key_are_read_for_themselves() -> None:
    one_line = b'{"theirs": {"1": {"n": 1} , "2": {"n": 2}, "3": {"n": 3}}}'
    swallowing = one_line.replace(b"} ,", b"  ,")
    assert [(piece.table, piece.key) for piece in salvaged(one_line).pieces] == [
        ("theirs", "1"),
        ("theirs", "2"),
        ("theirs", "3"),
    ]
    assert [(piece.key, piece.record) for piece in salvaged(swallowing).pieces] == [("2", {"n": 2}), ("3", {"n": 3})]
    assert salvaged(swallowing).torn == ["1"]
    record = written({"id": "x", "selector": {}, "kind": "claim"}, Dot(1, "r"))
    file = encoded({"annotations": {"1234": {"id": "y", "n": 1}, "5678": record}})
    for damaged in (file.replace(b'"5678"', b'"56\0008"'), file.replace(b'"5678": ', b'"5678"; ')):
        found = salvaged(damaged)
        assert [(piece.table, piece.key, piece.fits) for piece in found.pieces] == [
            ("annotations", "1234", True),
            ("annotations", "", True),
        ]


def test_a_table_whose_name_is_damaged_is_the_one_that_is_missing() -> None:
    file = encoded({"annotations": {"1": {"id": "x", "n": 1}}, "tags": {"2": {"id": "y"}}, "theirs": {"3": {"n": 3}}})
    for name in (b"theirs", b"annotations"):
        found = salvaged(file.replace(b'"%s": {' % name, b'"thEirs": {') + b"?")
        # Of three tables in the file the articles are missing too: only what a record looks like tells then.
        assert [piece.table for piece in found.pieces if piece.table != "thEirs"] == (
            ["annotations", "tags"] if name == b"theirs" else ["tags", "theirs"]
        )
    full = encoded({**{t: {"1": {"id": t}} for t in ("annotations", "articles", "tags")}, "theirs": {"3": {"n": 3}}})
    found = salvaged(full.replace(b'"theirs": {', b'"thEirs": {') + b"?")
    assert [piece.table for piece in found.pieces] == ["annotations", "articles", "tags", "theirs"]
    others = json.dumps({**json.loads(file), "more": {"7": {"n": 7}}})[:-2].encode()
    assert [piece.table for piece in salvaged(others).pieces] == ["annotations", "tags", "theirs", "more"]


@settings(max_examples=100, deadline=None)
@given(tables, st.integers(1, 7), st.binary(max_size=8))
def test_damage_behind_the_digest_is_no_loss(content: Content, cut: int, junk: bytes) -> None:
    file = encoded(content)
    assert mended(file[:-cut] + junk) == file
    assert mended(file[: len(file) // 2]) is None


lines = st.lists(st.dictionaries(texts, values, max_size=3), min_size=1, max_size=5)


@settings(max_examples=200, deadline=None)
@given(lines, st.data(), st.binary(max_size=30))
def test_every_change_that_stands_whole_in_a_damaged_log_comes_back(
    records: list[dict[str, Any]], data: st.DataObject, junk: bytes
) -> None:
    made = [
        Line(Dot(n, "r"), n - 1, f"id{n}", "2026-01-15T10:00:00.000Z", "x", (Operation("theirs", "1", None, record),))
        for n, record in enumerate(records, 1)
    ]
    log = b"".join(line.encode() for line in made)
    start = data.draw(st.integers(0, len(log)))
    end = data.draw(st.integers(start, min(len(log), start + 60)))
    damaged = log[:start] + junk + log[end:]
    whole = [line for line in made if line.encode()[:-1] in damaged]
    assert [line.dot for line in salvaged_changes(damaged)] == [line.dot for line in whole]
