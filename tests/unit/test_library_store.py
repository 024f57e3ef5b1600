"""The store through TinyDB's own API beside a plain dict: whatever is done, by whom, and whatever becomes of the folder."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import TinyDB, where
from tinydb.operations import delete, increment
from tinydb.table import Document, Table

from reader.errors import ReaderError
from reader.library import Library, LibraryDB
from reader.library.versions import to_plain
from tests.hypothesis_profiles import examples
from tests.unit.review_strategies import texts, values
from tests.unit.test_library import LONG
from tests.unit.test_library_merging_properties import MEMORY

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
        self.place = Path(tempfile.mkdtemp(dir=MEMORY))
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
        def change(document: MutableMapping[Any, Any]) -> None:
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


TestStoreBesideADict = pytest.mark.slow(StoreBesideADict.TestCase)
TestStoreBesideADict.settings = settings(max_examples=examples(25), stateful_step_count=20, derandomize=True)


# ---------------------------------------------------------------------- what once went wrong


def numbers_in(folder: Path) -> set[int]:
    """Return the numbers of the documents in "theirs", as somebody finds them who opens the library now."""
    with LibraryDB(folder) as db:
        return {document.doc_id for document in db.table("theirs")}


def put(folder: Path, number: int) -> None:
    with LibraryDB(folder) as db:
        db.table("theirs").insert(Document({"n": number}, number))


def merged(folder: Path, other: Path) -> None:
    library = Library.open(folder)
    library.merge(other, "ana")
    assert library.close(LONG)


def test_the_number_of_a_change_that_was_refused_is_not_given_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = LibraryDB(tmp_path), LibraryDB(tmp_path)
    one.table("theirs").insert(Document({}, 1))
    seen: list[int] = []

    def fail(_: int) -> None:
        seen.append(len(other.table("theirs")))
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", fail, raising=False)
        with pytest.raises(ReaderError, match="No space"):
            one.table("theirs").insert(Document({}, 2))
    assert seen[0] == 2
    one.table("theirs").insert(Document({}, 3))
    assert {1, 3} <= {document.doc_id for document in other.table("theirs")}
    other.close()
    one.close()
    assert {1, 3} <= numbers_in(tmp_path)


def test_a_journal_that_another_window_began_in_the_tick_of_a_listing_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = LibraryDB(tmp_path), LibraryDB(tmp_path)
    one.table("theirs").insert(Document({}, 1))
    other.table("theirs").insert(Document({}, 2))

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", fail, raising=False)
        with pytest.raises(ReaderError, match="No space"):
            other.table("theirs").insert(Document({}, 3))
    # The clock steps back before the last save, and its tick is long, as on memory cards.
    for act in (lambda: len(one.table("theirs")), lambda: other.table("theirs").insert(Document({}, 4))):
        os.utime(tmp_path, ns=(1_000_000_000, 1_000_000_000))
        act()
    os.utime(tmp_path, ns=(1_000_000_000, 1_000_000_000))
    one.table("theirs").insert(Document({}, 5))
    assert {1, 2, 4, 5} <= numbers_in(tmp_path)  # before `other` could write what it remembers
    other.close()
    one.close()


def test_work_after_a_backup_of_the_folder_was_put_back_is_other_work_than_was_lost(tmp_path: Path) -> None:
    folder, other = tmp_path / "library", tmp_path / "other"
    folder.mkdir()
    put(folder, 1)
    shutil.copytree(folder, tmp_path / "backup")
    put(folder, 2)
    merged(other, folder)
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(tmp_path / "backup", folder, dirs_exist_ok=True)
    put(folder, 3)
    assert numbers_in(folder) == {1, 3}
    merged(other, folder)
    assert numbers_in(other) == {1, 2, 3}
    merged(folder, other)
    assert numbers_in(folder) == {1, 2, 3}


def copy_back(backup: Path, folder: Path, copy: Callable[[Path, Path], object]) -> None:
    """Copy each file of a backup over the one in a folder."""
    for path in (path for path in backup.rglob("*") if path.is_file()):
        copy(path, folder / path.relative_to(backup))


@pytest.mark.parametrize("copy", [shutil.copyfile, shutil.copy2])
def test_work_after_a_backup_was_just_copied_over_the_files_is_other_work_than_was_lost(
    tmp_path: Path, copy: Callable[[Path, Path], object]
) -> None:
    folder, other = tmp_path / "library", tmp_path / "other"
    folder.mkdir()
    put(folder, 1)
    shutil.copytree(folder, tmp_path / "backup")
    put(folder, 2)
    merged(other, folder)
    copy_back(tmp_path / "backup", folder, copy)
    put(folder, 3)
    assert numbers_in(folder) == {1, 3}
    merged(other, folder)
    assert numbers_in(other) == {1, 2, 3}
    merged(folder, other)
    assert numbers_in(folder) == {1, 2, 3}


@pytest.mark.parametrize("copy", [shutil.copyfile, shutil.copy2])
def test_so_is_work_in_a_library_that_was_open_when_a_backup_was_copied_over_its_files(
    tmp_path: Path, copy: Callable[[Path, Path], object]
) -> None:
    folder, other = tmp_path / "library", tmp_path / "other"
    folder.mkdir()
    put(folder, 1)
    shutil.copytree(folder, tmp_path / "backup")
    db = LibraryDB(folder)
    db.table("theirs").insert(Document({}, 2))
    merged(other, folder)
    copy_back(tmp_path / "backup", folder, copy)
    db.table("theirs").insert(Document({}, 3))
    put(folder, 4)
    db.close()
    assert numbers_in(folder) == {1, 2, 3, 4}
    merged(folder, other)
    merged(other, folder)
    assert numbers_in(folder) == numbers_in(other) == {1, 2, 3, 4}


def test_the_journal_goes_on_where_its_library_left_it(tmp_path: Path) -> None:
    for number in range(5):
        put(tmp_path, number)
    assert len(list(tmp_path.rglob("*.jsonl"))) == 1


def test_what_a_tool_brought_is_found_again_after_an_older_file_was_put_back(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    put(here, 1)
    shutil.copytree(here, there)
    put(there, 2)
    put(here, 3)
    backup = (here / "library.json").read_bytes()
    shutil.copy(there / "library.json", here)
    assert numbers_in(here) == {1, 2, 3}
    put(there, 4)
    merged(here, there)
    (here / "library.json").write_bytes(backup)
    assert numbers_in(here) >= {1, 3, 4}
    merged(here, there)
    merged(there, here)
    assert numbers_in(here) == numbers_in(there) == {1, 2, 3, 4}


def test_the_field_id_of_other_programs_is_theirs(tmp_path: Path) -> None:
    with LibraryDB(tmp_path) as db:
        table = db.table("theirs")
        ids = table.insert_multiple([{"id": "a", "n": 1}, {"id": "a", "n": 2}, {"id": 5}, Document({"id": "7"}, 5)])
        table.insert(Document({"m": 1}, -7))
        table.update({"id": "b"}, where("n") == 2)
        said = {number: without_versions(table.get(doc_id=number)) for number in (*ids, -7)}
        assert list(said.values()) == [{"id": "a", "n": 1}, {"id": "b", "n": 2}, {"id": 5}, {"id": "7"}, {"m": 1}]
    with TinyDB(tmp_path / "library.json") as plain:
        assert {d.doc_id: without_versions(d) for d in plain.table("theirs")} == said


def without_versions(document: Any) -> dict[str, Any]:
    return {field: value for field, value in document.items() if field != "_versions"}


def test_two_documents_of_ours_cannot_have_one_id(tmp_path: Path) -> None:
    with LibraryDB(tmp_path) as db:
        table = db.table("annotations")
        table.insert({"id": "a", "n": 1})
        for wrong in ([{"id": "a", "n": 2}], [{"id": "b"}, {"id": "b"}]):
            with pytest.raises(ReaderError, match="already"):
                table.insert_multiple(wrong)
        assert [document["n"] for document in table] == [1]


def test_an_id_that_is_the_number_of_another_document_names_its_own(tmp_path: Path) -> None:
    with LibraryDB(tmp_path / "library") as db:
        db.table("annotations").insert({"note": "first"})
    path = tmp_path / "library" / "library.json"
    content = json.loads(path.read_text())
    content["annotations"] = {"5": {"id": "x"}, "3": {"id": "5", "note": "five"}, "9": {"id": "3", "note": "three"}}
    path.write_text(json.dumps(content))
    with LibraryDB(tmp_path / "library") as db:
        db.table("annotations").update({"note": "three, changed"}, doc_ids=[9])
    with TinyDB(path) as plain:
        notes = {document.doc_id: document.get("note") for document in plain.table("annotations")}
    assert notes == {5: None, 3: "five", 9: "three, changed"}


@pytest.mark.parametrize("name", ["a", "a short id", "x" * 36])
def test_a_document_is_found_by_an_id_of_any_length(tmp_path: Path, name: str) -> None:
    """Whatever stands behind it, at whatever place in the line."""
    with LibraryDB(tmp_path) as db:
        db.table("annotations").insert({"id": name, "n": 0, "text": ""})
    for length in range(1, 44):
        with LibraryDB(tmp_path) as db:
            assert db.table("annotations").update({"article": "a" * length, "n": length}, where("n") == length - 1)
    with LibraryDB(tmp_path) as db:
        assert [document["n"] for document in db.table("annotations")] == [43]
    assert (tmp_path / "library.json").read_bytes().count(b'"rivals"') == 0


def test_the_other_version_of_a_note_outlives_a_change_of_something_else(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    with LibraryDB(here) as db:
        db.table("annotations").insert({"id": "a", "note": "", "kind": "claim"})
    shutil.copytree(here, there)
    for folder in (here, there):
        with LibraryDB(folder) as db:
            db.table("annotations").update({"note": f"from {folder.name}"})
    merged(here, there)
    with LibraryDB(here) as db:
        db.table("annotations").update({"kind": "later"})
        Table(db.storage, "annotations", cache_size=0).update({"kind": "claim"})
        (document,) = map(to_plain, db.table("annotations"))
        assert {document["note"], *cast("Any", document)["_rivals"]["note"]} == {"from here", "from there"}
        db.table("annotations").update({"note": "chosen"})
        assert [to_plain(document) for document in db.table("annotations")] == [{"id": "a", "note": "chosen", "kind": "claim"}]


def test_a_change_deep_inside_a_document_is_saved(tmp_path: Path) -> None:
    with LibraryDB(tmp_path) as db:
        table = db.table("theirs")
        table.insert({"list": [1], "map": {"a": {"b": 1}}})
        table.update(lambda document: document["list"].append(2))
        table.update(lambda document: document["map"]["a"].update({"b": 2}), where("list").any([2]))
    with TinyDB(tmp_path / "library.json") as plain:
        assert [without_versions(d) for d in plain.table("theirs")] == [{"list": [1, 2], "map": {"a": {"b": 2}}}]
