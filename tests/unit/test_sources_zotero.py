"""A Zotero data folder as a place of sources: its files with what it knows of them, also while Zotero runs."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.formats.progress import Cancelled, report_to
from reader.sources.candidate import FileRefusal, SourceFile, WorkRecord
from reader.sources.identifiers import Identifiers
from reader.sources.places import open_place
from reader.sources.places.foreign_database import open_foreign
from reader.sources.places.zotero import read_zotero
from tests.unit.zotero_library import ADDRESS, LINKED, ZoteroLibrary

READ = """
import sys
from pathlib import Path
from reader.errors import ReaderError
from reader.sources.places.zotero import read_zotero

for folder in map(Path, sys.argv[1:]):
    try:
        print(list(read_zotero(folder, folder)))
    except ReaderError as error:
        print(error)
"""
"""A program that reads data folders, and prints what was found or why it was not."""


@pytest.fixture
def zotero(tmp_path: Path) -> ZoteroLibrary:
    """Return an empty data folder."""
    return ZoteroLibrary(tmp_path / "Zotero")


def found(zotero: ZoteroLibrary, home: Path | None = None) -> tuple[list[SourceFile], dict[str, str]]:
    """Return the files of a data folder, and its refusals by name."""
    everything = list(read_zotero(zotero.folder, home or zotero.folder.parent))
    files = [one for one in everything if isinstance(one, SourceFile)]
    return files, {one.name: one.reason for one in everything if isinstance(one, FileRefusal)}


# ------------------------------------------------------------------ what is known


def test_a_file_comes_with_what_its_item_says(zotero: ZoteroLibrary) -> None:
    fields = {
        "title": "Ferries in winter",
        "DOI": "10.1234/Ferry.1",
        "date": "2019-05-00 May 2019",
        "extra": "PMID: 1234567\nCitation Key: old2019\nSome note",
        "citationKey": "lind2019",
        "url": "https://arxiv.org/abs/1905.01234v2",
    }
    people = [("editor", "Eva", "Berg"), ("author", "Anna", "Lind"), ("author", "", "Ferry Board")]
    zotero.attach(zotero.add_item(fields, people), "storage:Lind 2019.pdf", data="x")
    files, refusals = found(zotero)
    identifiers = Identifiers(("10.1234/ferry.1",), ("1905.01234",), ("1234567",))
    assert [file.record for file in files] == [
        WorkRecord("Ferries in winter", ("Lind, Anna", "Ferry Board"), "2019", identifiers, key="lind2019")
    ]
    assert Path(files[0].origin).read_text(encoding="utf-8") == "x"
    assert not refusals


def test_a_field_of_one_kind_of_item_stands_for_the_title(zotero: ZoteroLibrary) -> None:
    zotero.attach(zotero.add_item({"caseName": "Harbour v. Board"}, kind="case"), "storage:a.html", data="x")
    assert found(zotero)[0][0].record.title == "Harbour v. Board"


def test_an_old_citation_key_is_in_a_file_of_its_own_or_in_extra(zotero: ZoteroLibrary) -> None:
    zotero.attach(zotero.add_item({"title": "One"}, key="AAAA1111"), "storage:a.pdf", data="x")
    zotero.attach(zotero.add_item({"title": "Two", "extra": "Citation Key: two2001"}), "storage:b.pdf", data="y")
    connection = sqlite3.connect(zotero.folder / "better-bibtex.sqlite")
    connection.execute("CREATE TABLE citationkey (itemKey TEXT, libraryID INT, citationKey TEXT)")
    connection.execute("INSERT INTO citationkey VALUES ('AAAA1111', 1, 'one2000')")
    connection.commit()
    connection.close()
    assert [file.record.key for file in found(zotero)[0]] == ["one2000", "two2001"]


def test_trash_feeds_addresses_and_pictures_are_left_out(zotero: ZoteroLibrary) -> None:
    kept = zotero.add_item({"title": "Kept"})
    zotero.attach(kept, "storage:kept.pdf", data="x")
    zotero.attach(kept, "storage:picture.png", data="x")
    zotero.attach(kept, "", mode=ADDRESS)
    in_feed, in_trash = zotero.add_item({"title": "Feed"}), zotero.add_item({"title": "Trash"})
    thrown = zotero.attach(kept, "storage:thrown.pdf", data="x")
    for parent in (in_feed, in_trash):
        zotero.attach(parent, "storage:a.pdf", data="x")
    zotero.run("INSERT INTO feedItems VALUES (?, 'g')", in_feed)
    zotero.run("INSERT INTO deletedItems VALUES (?)", in_trash)
    zotero.run("INSERT INTO deletedItems VALUES (?)", thrown)
    zotero.attach(None, "storage:alone.pdf", data="x")
    files, refusals = found(zotero)
    assert [Path(file.name).name for file in files] == ["kept.pdf", "alone.pdf"]
    assert not refusals


# ------------------------------------------------------------------ paths


def test_paths_that_lead_out_of_the_storage_are_refused(zotero: ZoteroLibrary) -> None:
    secret = zotero.folder.parent / "secret.pdf"
    secret.write_text("x")
    item = zotero.add_item({"title": "Out"})
    for name in ("../../../secret.pdf", str(secret), "a\0b.pdf", ""):
        zotero.attach(item, f"storage:{name}")
    zotero.attach(item, "storage:a.pdf", key="../..")
    linked = zotero.folder / "storage" / "LINK0001" / "linked.pdf"
    linked.parent.mkdir()
    linked.symlink_to(secret)
    zotero.attach(item, "storage:linked.pdf", key="LINK0001")
    everything = list(read_zotero(zotero.folder, zotero.folder.parent))
    reasons = [one.reason for one in everything if isinstance(one, FileRefusal)]
    assert len(reasons) == len(everything) == 6
    for words, count in (("leads out of", 2), ("is not a file name", 1), ("is not the key", 1), ("is not there", 2)):
        assert sum(words in reason for reason in reasons) == count, words


def test_a_file_that_is_not_there_is_named(zotero: ZoteroLibrary) -> None:
    zotero.attach(zotero.add_item({"title": "Not synced"}), "storage:a.pdf")
    files, refusals = found(zotero)
    assert not files
    assert refusals["Not synced"].endswith("a.pdf is not there")


def test_the_last_part_of_a_very_old_path_counts(zotero: ZoteroLibrary) -> None:
    item = zotero.attach(zotero.add_item({"title": "Old"}), "storage:old.pdf", data="x")
    zotero.run("UPDATE itemAttachments SET path = '/Users/me/zotero/storage/X/old.pdf' WHERE itemID = ?", item)
    assert [Path(file.name).name for file in found(zotero)[0]] == ["old.pdf"]


def linked_library(zotero: ZoteroLibrary, tmp_path: Path) -> Path:
    """Link files to an item below a base folder; return the base folder."""
    base = tmp_path / "papers"
    (base / "law").mkdir(parents=True)
    (base / "law" / "a.pdf").write_text("x")
    (tmp_path / "b.pdf").write_text("y")
    item = zotero.add_item({"title": "Linked"})
    for path in (
        "attachments:law/a.pdf",
        "attachments:../b.pdf",
        str(tmp_path / "b.pdf"),
        r"C:\papers\c.pdf",
        "AAAA" + "Zm9v" * 9,
    ):
        zotero.attach(item, path, mode=LINKED)
    return base


def write_preferences(folder: Path, **preferences: str) -> None:
    """Write the settings of a profile."""
    folder.mkdir(parents=True)
    lines = [
        f"user_pref({json.dumps('extensions.zotero.' + name)}, {json.dumps(value)});" for name, value in preferences.items()
    ]
    (folder / "prefs.js").write_text("\n".join(["// Mozilla User Preferences", *lines]), encoding="utf-8")


def test_linked_files_are_below_the_base_folder_or_where_they_say(zotero: ZoteroLibrary, tmp_path: Path) -> None:
    base = linked_library(zotero, tmp_path)
    profiles = tmp_path / "home" / ".zotero" / "zotero"
    write_preferences(profiles / "abc.other", dataDir=str(tmp_path / "elsewhere"), baseAttachmentPath=str(tmp_path))
    write_preferences(profiles / "xyz.default", dataDir=str(zotero.folder), baseAttachmentPath=str(base))
    everything = list(read_zotero(zotero.folder, tmp_path / "home"))
    assert [one.name for one in everything if isinstance(one, SourceFile)] == [
        str(base / "law" / "a.pdf"),
        str(tmp_path / "b.pdf"),
    ]
    reasons = " | ".join(one.reason for one in everything if isinstance(one, FileRefusal))
    assert "../b.pdf leads out of" in reasons
    assert r"C:\papers\c.pdf is a path of another system" in reasons
    assert "old Mac" in reasons


def test_a_linked_file_without_a_base_folder_says_so(zotero: ZoteroLibrary, tmp_path: Path) -> None:
    linked_library(zotero, tmp_path)
    reasons = [one.reason for one in read_zotero(zotero.folder, tmp_path / "nobody") if isinstance(one, FileRefusal)]
    assert sum("no base folder is set" in reason for reason in reasons) == 2


# ------------------------------------------------------------------ schemas


def test_a_newer_schema_is_named_and_read_by_names(tmp_path: Path) -> None:
    zotero = ZoteroLibrary(tmp_path / "Zotero", schema=140)
    zotero.attach(zotero.add_item({"title": "New"}), "storage:a.pdf", data="x")
    files, refusals = found(zotero)
    assert [file.record.title for file in files] == ["New"]
    assert "Its schema 140 is newer than 129" in refusals[str(zotero.database)]


@pytest.mark.parametrize("statement", ["DROP TABLE itemAttachments", "ALTER TABLE items RENAME COLUMN key TO code"])
def test_a_schema_that_lacks_what_is_needed_is_refused(tmp_path: Path, statement: str) -> None:
    zotero = ZoteroLibrary(tmp_path / "Zotero", schema=140)
    zotero.run(statement)
    with pytest.raises(ReaderError, match="its schema 140 lacks the"):
        found(zotero)


@pytest.mark.parametrize(
    ("statements", "what"),
    [
        (
            (
                "DROP TABLE items",
                "CREATE VIEW items AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
                " SELECT x AS itemID, 1 AS itemTypeID, 'KEY' AS key FROM n",
            ),
            "lacks the table items",
        ),
        (("UPDATE itemDataValues SET value = zeroblob(30000000)",), "too big"),
    ],
)
def test_a_hostile_database_is_refused(zotero: ZoteroLibrary, statements: tuple[str, ...], what: str) -> None:
    zotero.attach(zotero.add_item({"title": "Boats"}), "storage:a.pdf", data="x")
    for statement in statements:
        zotero.run(statement)
    with pytest.raises(ReaderError, match=what):
        found(zotero)


def test_no_pipe_is_waited_for(tmp_path: Path) -> None:
    names = ("prefs.js", "zotero.sqlite", "zotero.sqlite-wal", "zotero.sqlite-journal")
    for name in names:
        folder = ZoteroLibrary(tmp_path / f"of {name}").folder
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)
    folders = [str(tmp_path / f"of {name}") for name in names]
    done = subprocess.run([sys.executable, "-c", READ, *folders], capture_output=True, text=True, timeout=30, check=False)
    told = done.stdout.splitlines()
    assert told[0] == "[]"
    assert len(told) == 4, done.stderr
    assert all("ot a file" in row for row in told[1:])


def test_a_query_without_an_end_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.sources.places.foreign_database._MOST_ROWS", 1000)
    path = tmp_path / "zotero.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE items (itemID)")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    with open_foreign(path, "Zotero") as database, pytest.raises(ReaderError, match="too many entries"):
        database.rows(endless)


def test_a_schema_without_feeds_and_mappings_is_read(zotero: ZoteroLibrary) -> None:
    zotero.attach(zotero.add_item({"title": "Old"}), "storage:a.pdf", data="x")
    for table in ("feedItems", "baseFieldMappings", "version"):
        zotero.run(f"DROP TABLE {table}")
    assert [file.record.title for file in found(zotero)[0]] == ["Old"]


def test_what_is_no_database_is_refused(zotero: ZoteroLibrary) -> None:
    zotero.database.write_bytes(b"not a database at all")
    with pytest.raises(ReaderError, match="is not a database of Zotero"):
        found(zotero)
    zotero.database.write_bytes(b"SQLite format 3\x00" + bytes(5000))
    with pytest.raises(ReaderError, match="is damaged"):
        found(zotero)


def test_a_schema_with_bytes_that_are_no_text_is_refused(zotero: ZoteroLibrary) -> None:
    data = zotero.database.read_bytes()
    zotero.database.write_bytes(data.replace(b"CREATE TABLE items", b"CREATE TABL\xb8 items"))
    with pytest.raises(ReaderError, match="is damaged"):
        found(zotero)


# ------------------------------------------------------------------ while Zotero runs

RUNNING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute(f"PRAGMA journal_mode = {sys.argv[2]}")
connection.execute("PRAGMA wal_autocheckpoint = 0")
connection.execute("UPDATE itemDataValues SET value = 'After the change' WHERE value = 'Before the change'")
if sys.argv[2] == "DELETE":
    connection.execute("BEGIN EXCLUSIVE")
print("running", flush=True)
sys.stdin.read()
"""


@contextmanager
def running_zotero(database: Path, journal: str) -> Iterator[None]:
    """Let another process hold the database as Zotero does, with a change that may be in its write-ahead log alone."""
    command = [sys.executable, "-c", RUNNING, str(database), journal]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        try:
            yield
        finally:
            process.communicate()


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_it_is_read_while_zotero_runs_with_its_newest_changes(zotero: ZoteroLibrary, journal: str) -> None:
    zotero.attach(zotero.add_item({"title": "Before the change"}), "storage:a.pdf", data="x")
    with running_zotero(zotero.database, journal):
        before = {path.name: path.read_bytes() for path in zotero.folder.iterdir() if path.is_file()}
        if journal == "WAL":
            assert b"After the change" not in before["zotero.sqlite"]
        assert [file.record.title for file in found(zotero)[0]] == ["After the change"]
        after = {path.name: path.read_bytes() for path in zotero.folder.iterdir() if path.is_file()}
    assert after == before


def test_a_log_that_a_dead_program_left_is_read_and_left_alone(zotero: ZoteroLibrary) -> None:
    zotero.attach(zotero.add_item({"title": "Before the change"}), "storage:a.pdf", data="x")
    with running_zotero(zotero.database, "WAL"):
        kept = {path: path.read_bytes() for path in zotero.folder.iterdir() if path.is_file()}
    for path, data in kept.items():
        path.write_bytes(data)
    assert [file.record.title for file in found(zotero)[0]] == ["After the change"]
    assert {path: path.read_bytes() for path in zotero.folder.iterdir() if path.is_file()} == kept


@pytest.mark.parametrize("name", ["zotero.sqlite-wal", "prefs.js"])
def test_a_file_beside_the_database_that_never_ends_is_not_read(zotero: ZoteroLibrary, name: str) -> None:
    zotero.attach(zotero.add_item({"title": "One"}), "storage:a.pdf", data="x")
    (zotero.folder / name).symlink_to("/dev/zero")
    if name == "prefs.js":
        assert [file.record.title for file in found(zotero)[0]] == ["One"]
        return
    data = zotero.database.read_bytes()
    zotero.database.write_bytes(data[:18] + b"\x02\x02" + data[20:])  # as of a database with a log
    with pytest.raises(ReaderError, match="Cannot copy"):
        found(zotero)


# ------------------------------------------------------------------ as a place


def test_a_data_folder_and_its_database_are_a_place(zotero: ZoteroLibrary) -> None:
    zotero.attach(zotero.add_item({"title": "One"}), "storage:a.pdf", data="text")
    for name in (zotero.folder, zotero.database):
        place = open_place(str(name))
        assert place.name == f"Zotero library {zotero.folder}"
        assert [place.read(file) for file in place.files() if isinstance(file, SourceFile)] == [b"text"]
        place.close()


def test_reading_stops_when_it_is_stopped(zotero: ZoteroLibrary) -> None:
    zotero.attach(zotero.add_item({"title": "One"}), "storage:a.pdf", data="text")
    with report_to(lambda step: None, lambda: True), pytest.raises(Cancelled):
        found(zotero)
