"""The store through TinyDB's own API beside a plain dict: whatever is done, by whom, and whatever becomes of the folder."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import TinyDB, where
from tinydb.operations import delete, increment
from tinydb.table import Document, Table

from reader.library import LibraryDB
from tests.unit.making import texts, values

Documents = dict[int, dict[str, Any]]
OWN_FIELDS = ("id", "_versions", "_rivals")

tables = st.sampled_from(["annotations", "tags", "theirs", "theirs too", 'a "b": {', "", "_default"])
numbers = st.sampled_from([0, 1, 2, 7, 2**63, 10**40])
counts = st.fixed_dictionaries({}, optional={"n": st.integers(-1, 1), "m": st.sampled_from([0, 1.5, True, None, "0"])})
odd = st.dictionaries(texts.filter(lambda name: name not in OWN_FIELDS), values, max_size=2)
documents = st.builds(lambda odd, usual: {**odd, **usual}, odd, counts)
windows = st.integers(0, 1)


def without_ours(document: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in document.items() if field not in OWN_FIELDS}


def shown(db: TinyDB) -> str:
    """Return all that is in a database as JSON, which tells 1 from true; the tables and fields that are ours left out."""
    found = {name: {d.doc_id: without_ours(d) for d in db.table(name)} for name in db.tables() if name != "meta"}
    return said(found)


def said(content: dict[str, Documents]) -> str:
    return json.dumps({name: kept for name, kept in content.items() if kept}, sort_keys=True)


class StoreBesideADict(RuleBasedStateMachine):
    """Two windows on one library, and a dict of what they said. What one window does the other shows at once."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.folder = self.place / "library"
        self.content: dict[str, Documents] = {}
        self.kept = b""
        self.dbs: list[LibraryDB] = []

    def teardown(self) -> None:
        for db in self.dbs:
            db.close()
        shutil.rmtree(self.place)

    @initialize()
    def opened(self) -> None:
        self.folder.mkdir()
        self.dbs = [LibraryDB(self.folder), LibraryDB(self.folder)]
        self.inserted(0, "theirs", {"n": 0})

    def those(self, name: str) -> Documents:
        return self.content.setdefault(name, {})

    # ------------------------------------------------------------------ what TinyDB can do

    @rule(window=windows, name=tables, document=documents)
    def inserted(self, window: int, name: str, document: dict[str, Any]) -> None:
        number = self.dbs[window].table(name).insert(document)
        assert number not in self.those(name)
        self.those(name)[number] = dict(document)

    @rule(window=windows, name=tables, document=documents, number=numbers)
    def inserted_by_number(self, window: int, name: str, document: dict[str, Any], number: int) -> None:
        if number in self.those(name):
            with pytest.raises(ValueError, match="exists"):
                self.dbs[window].table(name).insert(Document(document, number))
        else:
            assert self.dbs[window].table(name).insert(Document(document, number)) == number
            self.those(name)[number] = dict(document)

    @rule(window=windows, name=tables, several=st.lists(documents, max_size=3))
    def inserted_several(self, window: int, name: str, several: list[dict[str, Any]]) -> None:
        made = self.dbs[window].table(name).insert_multiple(several)
        assert len({*made}) == len(several)
        self.those(name).update(zip(made, map(dict, several), strict=True))

    @rule(window=windows, name=tables, document=documents, n=st.integers(-1, 1))
    def updated(self, window: int, name: str, document: dict[str, Any], n: int) -> None:
        changed = self.dbs[window].table(name).update(document, where("n") == n)
        found = [number for number, kept in self.those(name).items() if "n" in kept and kept["n"] == n]
        assert sorted(changed) == sorted(found)
        for number in found:
            self.those(name)[number].update(document)

    @rule(window=windows, name=tables, number=numbers, taken=st.booleans())
    def updated_by_a_function(self, window: int, name: str, number: int, taken: bool) -> None:
        table, kept = self.dbs[window].table(name), self.those(name).get(number)
        if kept is None or "n" not in kept:
            assert table.get(doc_id=number) is None or kept is not None
        elif taken:
            table.update(delete("n"), doc_ids=[number])
            del kept["n"]
        else:
            table.update(increment("n"), doc_ids=[number])
            kept["n"] += 1

    @rule(window=windows, name=tables, number=numbers, value=st.integers(0, 2))
    def updated_deep_inside(self, window: int, name: str, number: int, value: int) -> None:
        def change(document: dict[str, Any]) -> None:
            document.setdefault("deep", {"er": []})["er"].append(value)

        if number in self.those(name):
            self.dbs[window].table(name).update(change, doc_ids=[number])
            change(self.those(name)[number])

    @rule(window=windows, name=tables, document=documents)
    def inserted_or_updated(self, window: int, name: str, document: dict[str, Any]) -> None:
        done = self.dbs[window].table(name).upsert(document, where("n") == 1)
        found = [number for number, kept in self.those(name).items() if "n" in kept and kept["n"] == 1]
        assert sorted(done) == sorted(found) if found else len(done) == 1
        for number in done:
            self.those(name).setdefault(number, {}).update(document)

    @rule(window=windows, name=tables, n=st.integers(-1, 1))
    def removed(self, window: int, name: str, n: int) -> None:
        gone = self.dbs[window].table(name).remove(where("n") == n)
        for number in gone:
            assert self.those(name).pop(number)["n"] == n
        assert not [kept for kept in self.those(name).values() if "n" in kept and kept["n"] == n]

    @rule(window=windows, name=tables, how=st.integers(0, 2))
    def emptied(self, window: int, name: str, how: int) -> None:
        db = self.dbs[window]
        if how == 0:
            db.table(name).truncate()
        elif how == 1:
            db.drop_table(name)
        else:
            db.drop_tables()
            self.content = {}
        self.those(name).clear()

    @rule(window=windows, name=tables, document=documents)
    def written_the_plain_way(self, window: int, name: str, document: dict[str, Any]) -> None:
        number = 10**30 + len(self.those(name))
        if number not in self.those(name):
            Table(self.dbs[window].storage, name).insert(Document(document, number))
            self.those(name)[number] = dict(document)

    # ------------------------------------------------------------------ what becomes of windows, file and folder

    @rule(window=windows)
    def closed_and_opened(self, window: int) -> None:
        self.dbs[window].close()
        with TinyDB(self.folder / "library.json") as plain:
            assert shown(plain) == said(self.content)
        self.dbs[window] = LibraryDB(self.folder)

    @rule(window=windows)
    def killed_and_opened(self, window: int) -> None:
        self.dbs[window] = LibraryDB(self.folder)

    @rule()
    def an_older_file_put_back(self) -> None:
        path = self.folder / "library.json"
        now = path.read_bytes()
        if self.kept:
            path.write_bytes(self.kept)
        self.kept = now

    @rule(junk=st.binary(min_size=1, max_size=9))
    def a_line_begun(self, junk: bytes) -> None:
        (journal,) = self.folder.glob("journal-*.jsonl")
        with journal.open("ab") as file:
            file.write(b'{"n":' + junk.replace(b"\n", b""))

    @rule()
    def moved(self) -> None:
        self.folder = self.folder.rename(self.place / f"library {len(self.folder.name)}")
        self.dbs = [LibraryDB(self.folder), LibraryDB(self.folder)]

    @rule(name=tables, document=documents)
    def changed_by_plain_tinydb(self, name: str, document: dict[str, Any]) -> None:
        for db in self.dbs:
            db.close()
        with TinyDB(self.folder / "library.json") as plain:
            number = plain.table(name).insert(document)
            plain.table(name).update({"theirs": 1}, where("n") == 1)
            removed = plain.table(name).remove(where("n") == -1)
        self.those(name)[number] = dict(document)
        for kept in self.those(name).values():
            kept.update({"theirs": 1} if kept.get("n") == 1 else {})
        self.content[name] = {number: kept for number, kept in self.those(name).items() if number not in removed}
        self.kept = b""
        self.dbs = [LibraryDB(self.folder), LibraryDB(self.folder)]

    @invariant()
    def both_windows_show_what_was_said(self) -> None:
        for db in self.dbs:
            assert shown(db) == said(self.content)


TestStoreBesideADict = StoreBesideADict.TestCase
TestStoreBesideADict.settings = settings(max_examples=25, stateful_step_count=20, deadline=None, derandomize=True)
