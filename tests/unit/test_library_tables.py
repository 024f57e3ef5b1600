"""The library through TinyDB's own API: it behaves as TinyDB does, and plain TinyDB reads what it wrote."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from reader.library import LibraryDB
from reader.library.byte_source import MemoryBytes, ReadAhead
from reader.library.foreign_file import parse_library
from reader.library.library_file import read_intact_meta
from reader.library.record_tables import RecordTables, decode_record, encode_record
from reader.library.sorted_lines import SortedLines
from reader.library.versions import Dot, VersionVector, edit_stored, is_unaltered, stamp_record, with_context
from tests.hypothesis_profiles import examples
from tests.unit.review_strategies import texts, values

names = st.sampled_from(["annotations", "tags", "theirs", 'a "b": {'])
OURS = {"id", "_versions", "_rivals"}
# Fields that mean something to a library are tried elsewhere: they are not kept as they are given.
documents = st.dictionaries(texts.filter(lambda name: name not in OURS), values, max_size=3)
operations = st.lists(st.tuples(st.integers(0, 6), names, documents, st.sampled_from([100, 200, 300])), max_size=12)


def do(table: Table, operation: tuple[int, str, dict[str, Any], int]) -> Any:
    """Do one thing with a table and return what it answered."""
    what, _, document, number = operation
    if what == 0:
        return document if number in {d.doc_id for d in table.all()} else table.insert(Document(document, number))
    if what == 1:
        return len(table.insert_multiple([document, document]))
    if what == 2:
        return len(table.update({"n": len(document)}))
    if what == 3:
        return len(table.remove(where("n") == 0))
    if what == 4:
        return len(table.upsert({**document, "n": 1}, where("n") == 1))
    if what == 5:
        return table.update({"m": number}, doc_ids=[number])
    return table.truncate()


def content(db: TinyDB) -> dict[str, list[dict[str, Any]]]:
    """Return all that is in a database, but our own table and fields; the documents in any order."""
    kept = {
        name: [{f: v for f, v in d.items() if f not in OURS} for d in db.table(name)] for name in db.tables() if name != "meta"
    }
    return {name: sorted(found, key=lambda document: repr(sorted(document.items()))) for name, found in kept.items() if found}


@settings(max_examples=examples(25))
@given(operations)
@pytest.mark.slow
def test_a_table_behaves_as_tinydb_s_own(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[int, str, dict[str, Any], int]]
) -> None:
    folder = tmp_path_factory.mktemp("library")
    ours, theirs = LibraryDB(folder), TinyDB(storage=MemoryStorage)
    for operation in done:
        assert do(ours.table(operation[1]), operation) == do(theirs.table(operation[1]), operation)
        assert content(ours) == content(theirs)
    ours.close()
    if done:
        with TinyDB(folder / "library.json") as plain, LibraryDB(folder) as again:
            assert content(plain) == content(again) == content(theirs)


def test_code_that_reads_and_writes_the_whole_storage_works(tmp_path: Path) -> None:
    db = LibraryDB(tmp_path)
    one = Table(db.storage, "theirs", cache_size=0)
    one.insert_multiple([{"n": 1}, {"n": 2}])
    one.update({"m": 3}, where("n") == 2)
    one.remove(where("n") == 1)
    db.close()
    with TinyDB(tmp_path / "library.json") as plain:
        assert content(plain) == {"theirs": [{"n": 2, "m": 3}]}


def test_a_missing_folder_is_made_and_stays_empty_until_a_change(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    with LibraryDB(folder) as db:
        assert db.table("theirs").all() == []
    assert list(folder.iterdir()) == []
    with LibraryDB(folder) as db:
        db.table("theirs").insert({"n": 1})
    with TinyDB(folder / "library.json") as plain:
        assert content(plain) == {"theirs": [{"n": 1}]}


def test_one_change_is_one_line_of_the_journal(tmp_path: Path) -> None:
    db = LibraryDB(tmp_path)
    table = db.table("theirs")
    table.insert_multiple([{"n": number} for number in range(50)])
    (journal,) = tmp_path.glob("journal-*.jsonl")
    size, lines = journal.stat().st_size, len(journal.read_bytes().splitlines())
    table.update({"m": 1}, where("n") == 7)
    assert len(journal.read_bytes().splitlines()) == lines + 1
    assert journal.stat().st_size - size < 1000
    assert table.update({"m": 1}, where("n") == 7) == table.update({"m": 1}, where("n") == 7)
    assert len(journal.read_bytes().splitlines()) == lines + 1
    db.close()


@settings(max_examples=examples(60))
@given(st.dictionaries(names, st.dictionaries(st.integers(1, 10**40).map(str), documents, max_size=4), max_size=3))
def test_lines_come_back_from_their_bytes(tables: dict[str, dict[str, Any]]) -> None:
    lines, seen = RecordTables(tables), VersionVector({"a": 3})
    data = b"".join(lines.encode("r", seen))
    assert data.isascii()
    meta = read_intact_meta(MemoryBytes(data))
    assert meta is not None
    assert (meta.replica, meta.vector.counters) == ("r", {"a": 3})
    again = RecordTables.on_file(SortedLines(MemoryBytes(data)))
    assert b"".join(again.encode("r", seen)) == data
    assert b"".join(parse_library(MemoryBytes(data), "library.json")[0].encode("r", seen)) == data
    kept = {name: dict(table) for name, table in again.tables().items() if name in ("theirs", 'a "b": {')}
    assert kept == {name: table for name, table in tables.items() if name in kept}
    assert read_intact_meta(MemoryBytes(data.replace(b"3", b"4", 1))) is None


def test_lines_of_an_article_that_are_being_read_stay_those_of_their_file() -> None:
    tables = {
        "annotations": {f"{number:032x}": {"id": f"{number:032x}", "article": "pier", "n": number} for number in range(9)}
    }
    lines = RecordTables(tables)
    records = RecordTables.on_file(SortedLines(MemoryBytes(b"".join(lines.encode("r", VersionVector())))))
    others = RecordTables({"annotations": {}, "theirs": {"1": {"n": "another program wrote this file"}}})
    reading = records.annotations_of("pier")
    records.rebase(SortedLines(MemoryBytes(b"".join(others.encode("r", VersionVector())))), None)
    assert [record["n"] for record in reading] == list(range(9))


@settings(max_examples=examples(60))
@given(documents, documents)
def test_the_line_of_a_record_is_its_json_with_a_sum_that_fits(first: dict[str, Any], second: dict[str, Any]) -> None:
    stamped = stamp_record(first, Dot(1, "a"))
    edited = edit_stored(stamped, first, second, Dot(2, "b"))
    for record in (stamped, edited, with_context(edited, VersionVector({"c": 1}), VersionVector())):
        line = encode_record("1", record)
        assert line == encode_record("1", dict(record))
        assert is_unaltered(decode_record("1", line))


@settings(max_examples=examples(25))
@given(st.sampled_from([0, 1, 30, 400]), st.sampled_from([1, 30, 400]), st.randoms(use_true_random=False))
def test_keys_that_are_looked_for_in_their_order_are_at_the_places_where_each_is(
    there: int, asked: int, chance: Random
) -> None:
    keys, lookups = ([str(key) for key in sorted(chance.sample(range(500), count))] for count in (there, asked))
    sizes = [40] if chance.random() < 0.5 else [0, 600, 600, 5_000]
    tables = {"theirs": {key: {"a": "-" * chance.choice(sizes)} for key in keys}, "zero": {}}
    lines = SortedLines(MemoryBytes(b"".join(RecordTables(tables).encode("", VersionVector()))))
    places = list(lines.find_all("theirs", lookups))
    assert places == [lines.find("theirs", key) for key in lookups]
    assert [place.end >= 0 for place in places] == [key in keys for key in lookups]


def test_ranges_in_their_order_are_taken_from_a_piece_that_was_read_before_or_anew() -> None:
    data = b"".join(b"%d," % number for number in range(90_000))
    ahead = ReadAhead(MemoryBytes(data))
    for start, end in [
        (0, 0),
        (0, 9),
        (9, 500),
        (500, 131_070),
        (131_070, 131_080),
        (3, 8),
        (131_080, len(data)),
        (len(data),) * 2,
    ]:
        assert ahead.read(start, end) == data[start:end]


def test_nothing_read_from_it_is_shared(tmp_path: Path) -> None:
    db = LibraryDB(tmp_path)
    table = db.table("theirs")
    table.insert({"list": [1]})
    for document in table.all():
        document["list"].append(2)
    assert [document["list"] for document in table.all()] == [[1]]
    db.close()


OWN_IDS = ["7d9c5f6e-7a0c-4d5b-9a3e-2f1b8c6d4e10", "12", "by hand"]


@pytest.mark.parametrize("table", ["annotations", "theirs"])
def test_a_document_that_brings_its_id_is_there_by_the_number_that_was_returned(tmp_path: Path, table: str) -> None:
    with LibraryDB(tmp_path) as db:
        first, *others = OWN_IDS
        numbers = [db.table(table).insert({"id": first}), *db.table(table).insert_multiple([{"id": one} for one in others])]
        assert db.table(table).update({"note": "seen"}, doc_ids=numbers) == numbers
        there = {document.doc_id: document for document in db.table(table)}
        assert [(there[number]["id"], there[number]["note"]) for number in numbers] == [(one, "seen") for one in OWN_IDS]
