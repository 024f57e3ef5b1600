"""The storage under any TinyDB table: it behaves as TinyDB's own storage does, and the file is what was last written."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage

from reader.library.lines import Lines
from reader.library.patches import merged
from reader.library.storage import LibraryStorage
from tests.unit.making import texts, values

names = st.sampled_from(["annotations", "tags", "theirs", 'a "b": {'])
documents = st.dictionaries(texts, values, max_size=3)
operations = st.lists(st.tuples(st.integers(0, 5), names, documents), max_size=12)


def do(db: TinyDB, operation: tuple[int, str, dict[str, Any]]) -> Any:
    """Do one thing with a database and return what it answered."""
    what, name, document = operation
    table = db.table(name, cache_size=0)
    if what == 0:
        return table.insert(document)
    if what == 1:
        return table.insert_multiple([document, document])
    if what == 2:
        return table.update({"n": len(document)})
    if what == 3:
        return table.remove(where("n") == 0)
    if what == 4:
        return table.upsert({**document, "n": 1}, where("n") == 1)
    return db.drop_table(name)


def content(db: TinyDB) -> dict[str, dict[str, Any]]:
    """Return all that is in a database, but our own meta table and the ids that we give."""
    tables: dict[str, dict[str, Any]] = db.storage.read() or {}
    full = {name: {key: dict(record) for key, record in table.items()} for name, table in tables.items() if name != "meta"}
    return {
        name: {k: {f: v for f, v in r.items() if f != "id"} for k, r in table.items()} for name, table in full.items() if table
    }


@settings(max_examples=25, deadline=None)
@given(operations)
def test_any_table_works_on_it_as_on_tinydb_s_own(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[int, str, dict[str, Any]]]
) -> None:
    path = tmp_path_factory.mktemp("storage") / "library.json"
    ours, theirs = TinyDB(path, storage=LibraryStorage), TinyDB(storage=MemoryStorage)
    for operation in done:
        assert do(ours, operation) == do(theirs, operation)
        assert content(ours) == content(theirs)
    ours.close()
    if path.exists():
        with TinyDB(path) as plain, TinyDB(path, storage=LibraryStorage) as again:
            assert content(plain) == content(again) == content(theirs)


@settings(max_examples=60)
@given(st.dictionaries(names, st.dictionaries(st.integers(1, 10**40).map(str), documents, max_size=4), max_size=3))
def test_lines_come_back_from_their_bytes(tables: dict[str, dict[str, Any]]) -> None:
    lines = Lines({**tables, "meta": {"1": {"schema": 1}}})
    data = lines.encode()
    assert data.isascii()
    assert Lines.decode(data, "library.json").encode() == data
    kept = {name: dict(table) for name, table in lines.tables().items() if name in ("theirs", 'a "b": {')}
    assert kept == {name: table for name, table in tables.items() if name in kept}


@given(documents, documents, documents)
def test_a_change_is_carried_over_to_what_another_wrote_and_nothing_else(
    current: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert merged(before, before, after) == after
    assert merged(current, before, before) == current
    assert merged(merged(current, before, after), before, after) == merged(current, before, after)
    untouched = current.keys() - before.keys() - after.keys()
    result = merged(current, before, after)
    assert {name: result[name] for name in untouched} == {name: current[name] for name in untouched}


def test_changes_to_different_bookmarks_and_fields_both_hold() -> None:
    before = {"bookmarks": {"a": 1, "b": 2}, "note": "old"}
    theirs = {"bookmarks": {"a": 1, "b": 2, "c": 3}, "note": "old", "mood": "calm"}
    ours = {"bookmarks": {"a": 9}, "note": "new"}
    assert merged(theirs, before, ours) == {"bookmarks": {"a": 9, "c": 3}, "note": "new", "mood": "calm"}


def test_nothing_read_from_it_is_shared(tmp_path: Path) -> None:
    db = TinyDB(tmp_path / "library.json", storage=LibraryStorage)
    db.table("theirs").insert({"list": [1]})
    for record in db.table("theirs").all():
        record["list"].append(2)
    assert [dict(record) for record in db.table("theirs").all()] == [{"list": [1]}]
    db.close()
