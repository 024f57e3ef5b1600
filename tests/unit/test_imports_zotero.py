"""Annotations and notes from the database of Zotero: which items are the article, what comes in of them, and bad databases."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from reader.errors import ReaderError
from reader.imports import ImportFile, ImportSource, open_import, open_import_file, read_annotations
from reader.imports.plan import ImportPlan, plan_import
from reader.imports.summary import describe_plan
from reader.review.session import ReviewSession
from tests.unit.review_strategies import TEXT, article
from tests.unit.test_cli import Call, call, ferry, piped
from tests.unit.test_library import plain
from tests.unit.zotero_library import INK, LINKED, REMARK, ZoteroLibrary

__all__ = ["call", "ferry"]  # fixtures

TITLE = "The ferry that counts its passengers twice 🚢"
COUNTED = "The port office counted 20,500"
BELIEVED = "“Nobody believed it,” says Ana Ko\u0301va\u0301cs, who sells the tickets"


@pytest.fixture
def zotero(tmp_path: Path) -> ZoteroLibrary:
    """Return an empty data folder."""
    return ZoteroLibrary(tmp_path / "Zotero")


def plan_of(file: ImportFile, session: ReviewSession) -> ImportPlan:
    """Return what an import of a file into a review would do."""
    return plan_import(session, read_annotations(file, session.index.article, session.article_id))


def planned(zotero: ZoteroLibrary, session: ReviewSession | None = None) -> ImportPlan:
    """Return what an import of the data folder into a review would do."""
    return plan_of(open_import_file(str(zotero.folder)), session or ReviewSession(article(), "ferry", creator="ana"))


def rows(plan: ImportPlan) -> list[tuple[str, str, tuple[str, ...], str]]:
    """Return quote, note, tags and kind of what comes in."""
    return [(mark.selector.exact, mark.note, mark.tags, mark.kind) for mark in plan.annotations]


def quoted(key: str, words: str, *, beside: str = "") -> str:
    """Return a paragraph of a note in which Zotero quotes an annotation."""
    data = quote(json.dumps({"attachmentURI": "http://zotero.org/users/1/items/A", "annotationKey": key, "pageLabel": "1"}))
    cited = '<span class="citation" data-citation="%7B%7D">(<span class="citation-item">Lee, 2024, p. 1</span>)</span>'
    return f'<p><span class="highlight" data-annotation="{data}">“{words}”</span> {cited} {beside}</p>'


# ------------------------------------------------------------------ what comes in


def test_highlights_come_in_with_comment_page_colour_tags_and_times(zotero: ZoteroLibrary) -> None:
    pdf = zotero.attach(zotero.add_item({"title": TITLE}), "storage:a.pdf")
    zotero.annotate(pdf, COUNTED, "who <b>counted</b>?", colour="#FF6666", page="iv", key="AB1", tags=["doubt", "to check"])
    zotero.annotate(pdf, BELIEVED, key="AB2")
    zotero.annotate(pdf, "SWIMMING", colour="#123abc", key="AB3")
    plan = planned(zotero)
    assert rows(plan) == [
        (COUNTED, "who <b>counted</b>?\n\np. iv", ("doubt", "to-check", "colour/red"), "claim"),
        (BELIEVED, "", (), "claim"),
        ("SWIMMING", "", ("colour/123abc",), "claim"),
    ]
    (first, *_) = plan.annotations
    assert (first.created_at, first.updated_at) == ("2024-05-01T10:00:00.000Z", "2024-05-02T11:30:00.000Z")
    assert (first.creator, first.foreign_id) == ("ana", "zotero:AB1")
    assert describe_plan(plan, is_done=False) == [
        "Would import 3 annotations from zotero.sqlite (Zotero)",
        f"  of “{TITLE}”: same title",
    ]


def test_in_a_group_the_person_is_kept(zotero: ZoteroLibrary) -> None:
    mark = zotero.annotate(zotero.attach(zotero.add_item({"title": TITLE}), "storage:a.pdf"), COUNTED)
    zotero.run("INSERT INTO users VALUES (5, 'mila')")
    zotero.run("INSERT INTO groupItems VALUES (?, 5, 5)", mark)
    assert planned(zotero).annotations[0].creator == "mila"


def test_what_quotes_nothing_is_kept_on_the_title(zotero: ZoteroLibrary) -> None:
    item = zotero.add_item({"title": TITLE})
    pdf = zotero.attach(item, "storage:a.pdf")
    zotero.annotate(pdf, comment="Is this the June edition?", kind=REMARK, page="2")
    zotero.annotate(pdf, kind=INK)
    zotero.note(
        item, '<div class="zotero-note znv1"><h1>My view</h1><p>Two <i>counts</i>.<br>One ferry.</p><ul><li>a</li></ul></div>'
    )
    plan = planned(zotero)
    assert rows(plan) == [
        (TITLE, "Is this the June edition?\n\np. 2", (), "not-claim"),
        (TITLE, "My view\nTwo counts. One ferry.\na", (), "not-claim"),
    ]
    assert describe_plan(plan, is_done=True)[2:] == [
        "  2 notes without a quote, kept on the title",
        "  left out: 1 mark without any words",
    ]


def test_a_note_that_was_made_of_annotations_repeats_none_of_them(zotero: ZoteroLibrary) -> None:
    item = zotero.add_item({"title": TITLE})
    pdf = zotero.attach(item, "storage:a.pdf")
    zotero.annotate(pdf, COUNTED, "who counted?", key="AB1")
    zotero.annotate(pdf, BELIEVED, key="AB2")
    head = "<h1>Annotations<br>(1/5/2024, 10:00:00 AM)</h1>"
    zotero.note(item, head + quoted("AB1", COUNTED, beside="who counted?") + quoted("AB2", BELIEVED), key="NOTE1")
    assert len(planned(zotero).annotations) == 2
    zotero.note(None, head + quoted("AB2", BELIEVED, beside="I do"), key="NOTE2")
    plan = planned(zotero)
    assert rows(plan)[2:] == [(BELIEVED, "I do", (), "claim")]
    assert plan.annotations[2].foreign_id == "zotero:NOTE2-AB2"
    assert plan.file.content.others == 0


def test_a_note_that_outlived_its_annotations_is_read_by_its_quotes(zotero: ZoteroLibrary) -> None:
    old = "<p>“SWIMMING” (<a href='zotero://open-pdf/library/items/A?page=1&annotation=AB9'>pdf</a>) not here</p>"
    zotero.note(zotero.add_item({"title": TITLE}), f"<p>Mine.</p>{quoted('AB8', COUNTED, beside='who?')}{old}")
    assert [(words, note) for words, note, *_ in rows(planned(zotero))] == [
        (COUNTED, "who?"),
        ("SWIMMING", "not here"),
        (TITLE, "Mine."),
    ]


def test_trash_and_feeds_stay_out(zotero: ZoteroLibrary) -> None:
    item, fed = zotero.add_item({"title": TITLE}), zotero.add_item({"title": TITLE})
    pdf, thrown = zotero.attach(item, "storage:a.pdf"), zotero.attach(item, "storage:b.pdf")
    zotero.annotate(pdf, COUNTED)
    for hidden in (zotero.annotate(pdf, "SWIMMING"), thrown, zotero.note(item, "<p>gone</p>")):
        zotero.run("INSERT INTO deletedItems VALUES (?)", hidden)
    zotero.annotate(thrown, BELIEVED)
    zotero.run("INSERT INTO feedItems VALUES (?, 'g')", fed)
    zotero.annotate(zotero.attach(fed, "storage:c.pdf"), BELIEVED)
    assert [row[0] for row in rows(planned(zotero))] == [COUNTED]


def test_it_comes_in_once_also_after_a_note_of_it(zotero: ZoteroLibrary) -> None:
    zotero.annotate(zotero.attach(zotero.add_item({"title": TITLE}), "storage:a.pdf"), COUNTED, "who?", page="4", key="AB1")
    session = ReviewSession(article(), "ferry", creator="ana")
    session.add_all(planned(zotero, session).annotations, "import")
    assert planned(zotero, session).annotations == ()
    link = "zotero://open-pdf/library/items/A?page=4&annotation=AB1"
    note = open_import("n.md", ImportSource(f"[“{COUNTED}”]({link}) ([Lee](zotero://select/x)) who?".encode()))
    assert plan_of(note, session).annotations == ()


# ------------------------------------------------------------------ which items are the article


def test_the_item_is_found_by_file_doi_address_title_or_quotes(zotero: ZoteroLibrary, tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("Ferries\n\ndoi:10.5555/ferry.1\n\n" + TEXT, encoding="utf-8")
    read = article(path.read_text(encoding="utf-8"), str(path))

    def reasons(source: str = str(path)) -> tuple[str, ...]:
        session = ReviewSession(read if source == str(path) else article(read.text, source), "ferry")
        return planned(zotero, session).file.content.reasons

    other = zotero.add_item({"title": "Bees", "DOI": "10.5555/gate.7"})
    zotero.annotate(zotero.attach(other, "storage:b.pdf"), "Bees sleep at night")
    unnamed = zotero.add_item({})
    zotero.annotate(zotero.attach(unnamed, "storage:c.pdf"), COUNTED)
    assert reasons() == ("its quotes stand in the text",)
    zotero.annotate(zotero.attach(zotero.add_item({"title": "Ferries"}), "storage:d.pdf"), COUNTED)
    assert reasons() == ("same title",)
    zotero.annotate(zotero.attach(zotero.add_item({"DOI": "10.5555/FERRY.1"}), "storage:e.pdf"), COUNTED)
    assert reasons() == ("same DOI",)
    zotero.annotate(zotero.attach(zotero.add_item({"title": "Saved"}), str(path), mode=LINKED), COUNTED)
    assert reasons() == ("same file",)
    web = zotero.add_item({"url": "https://www.ferry.example/a/"})
    zotero.annotate(zotero.attach(web, "storage:f.html"), COUNTED)
    assert "same address" in reasons("https://ferry.example/a")


def test_a_doi_in_the_text_of_another_work_is_not_the_article(zotero: ZoteroLibrary) -> None:
    read = article(f"Ferries\n\nA study (doi:10.5555/bees) says so.\n\n{TEXT}")
    bees = zotero.add_item({"title": "Bees", "DOI": "10.5555/bees"})
    zotero.annotate(zotero.attach(bees, "storage:b.pdf"), "Bees sleep at night")
    gate = zotero.add_item({"title": "Gates", "DOI": "10.5555/gate.7"})
    zotero.note(gate, "<p>Only a note.</p>")
    with pytest.raises(ReaderError, match=r"Nothing in zotero\.sqlite is about") as error:
        planned(zotero, ReviewSession(read, "ferry"))
    assert "It is about “Bees”, “Gates”" in str(error.value)


# ------------------------------------------------------------------ through the command, and bad databases


def test_the_command_takes_the_folder_or_the_database_and_changes_neither(
    call: Call, ferry: Path, own_library: Path, zotero: ZoteroLibrary
) -> None:
    zotero.annotate(zotero.attach(zotero.add_item({"title": TITLE}), "storage:a.pdf"), COUNTED, "who?")
    before = {path: path.read_bytes() for path in zotero.folder.rglob("*") if path.is_file()}
    told = call("import", zotero.folder, "--article", ferry, "--dry-run").out
    assert told == f"Would import 1 annotation from zotero.sqlite (Zotero)\n  of “{TITLE}”: same title\n"
    assert call("import", zotero.database, "--article", ferry).out == told.replace("Would import", "Imported")
    assert [mark["note"] for mark in plain(own_library, "annotations")] == ["who?"]
    assert call("import", zotero.folder, "--article", ferry).out.startswith("Nothing new")
    assert call("undo").code == 0
    assert plain(own_library, "annotations") == []
    assert {path: path.read_bytes() for path in zotero.folder.rglob("*") if path.is_file()} == before


def test_a_database_in_standard_input_is_refused(
    call: Call, ferry: Path, zotero: ZoteroLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, io.BytesIO(zotero.database.read_bytes()))
    answer = call("import", "-", "--article", ferry)
    assert (answer.code, "A database cannot come from standard input" in answer.err) == (1, True)


def test_while_zotero_runs_what_it_has_saved_comes_in(zotero: ZoteroLibrary) -> None:
    pdf = zotero.attach(zotero.add_item({"title": TITLE}), "storage:a.pdf")
    zotero.run("PRAGMA journal_mode = WAL")
    program = (
        "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA locking_mode = EXCLUSIVE')\n"
        "c.execute(\"INSERT INTO items (itemID, itemTypeID, key) VALUES (99, 31, 'AB1')\")\n"
        "c.execute(\"INSERT INTO itemAnnotations VALUES (99, ?, 1, NULL, ?, '', '', '', '', '', 0)\", sys.argv[2:4])\n"
        "print('open', flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(zotero.database), str(pdf), COUNTED]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        assert [row[0] for row in rows(planned(zotero))] == [COUNTED]
        process.communicate("")


def test_values_of_any_type_and_tables_of_old_versions_are_read(zotero: ZoteroLibrary) -> None:
    item = zotero.add_item({"title": TITLE})
    mark = zotero.annotate(zotero.attach(item, "storage:a.pdf"), COUNTED)
    values = (b"\xff\xfe", 7, "\x1b[31m", b"x", mark)
    zotero.run("UPDATE itemAnnotations SET comment = ?, pageLabel = ?, color = ?, authorName = ? WHERE itemID = ?", *values)
    zotero.run("UPDATE items SET dateAdded = 'long ago', dateModified = ?", b"\0")
    zotero.run("INSERT INTO itemAnnotations VALUES (77, 4711, 1, NULL, 'of nothing', '', '', '', '', '', 0)")
    zotero.note(item, "<p>" * 5_000 + f"deep{quoted('AB1', 'x' * 9)}<span data-annotation='%7B%5B'>odd</span>")
    plan = planned(zotero)
    assert rows(plan)[0][:2] == (COUNTED, "p. 7")
    assert any("deep" in note and "odd" in note for _, note, *_ in rows(plan))
    for table in ("itemAnnotations", "itemTags", "users", "groupItems"):
        zotero.run(f"DROP TABLE {table}")
    assert all(words in (TITLE, "x" * 9) for words, *_ in rows(planned(zotero)))


@pytest.mark.parametrize("table", ["itemAnnotations", "itemNotes", "tags"])
def test_a_view_in_the_place_of_a_table_is_never_run(zotero: ZoteroLibrary, table: str) -> None:
    zotero.annotate(zotero.attach(zotero.add_item({"title": TITLE}), "storage:a.pdf"), COUNTED, tags=["x"])
    zotero.run(f"DROP TABLE {table}")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i"
    columns = ("itemID", "parentItemID", "text", "comment", "note", "tagID", "name")
    zotero.run(f"CREATE VIEW {table} AS {endless} AS {', i AS '.join(columns)} FROM n")
    if table == "itemAnnotations":
        with pytest.raises(ReaderError, match="holds no annotations"):
            planned(zotero)
    else:
        assert [row[0] for row in rows(planned(zotero))] == [COUNTED]


def test_what_is_no_database_of_zotero_says_so(zotero: ZoteroLibrary, tmp_path: Path) -> None:
    books = tmp_path / "books.db"
    with closing(sqlite3.connect(books)) as connection:
        connection.execute("CREATE TABLE books (id)")
    cut = tmp_path / "cut.sqlite"
    cut.write_bytes(zotero.database.read_bytes()[:5000])
    for path, told in ((books, "a database of another program"), (cut, "cut.sqlite cannot be read as Zotero")):
        with pytest.raises(ReaderError, match=told) as error:
            plan_of(open_import_file(str(path)), ReviewSession(article(), "ferry"))
        assert error.value.hint
    with pytest.raises(ReaderError, match="read where it lies"):
        plan_of(open_import("-", ImportSource(zotero.database.read_bytes())), ReviewSession(article(), "ferry"))
