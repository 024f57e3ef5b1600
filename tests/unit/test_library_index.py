"""The index by article: it says of a file what the file says, whatever was changed, and is not believed for another file."""

import json
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.table import Document

from reader.errors import ReaderError
from reader.formats import read_article
from reader.library import Library, LibraryDB
from reader.library.article_index import ArticleIndex, tag_sets_of
from reader.library.articles import review_digest
from reader.library.byte_source import FileBytes
from reader.library.divergences import Divergence
from reader.library.folder import Folder
from reader.library.journal import DamagedEntry, JournalEntry, Operation, parse_lines, read_entries
from reader.library.library_reader import read_index, read_library
from reader.library.sorted_lines import SortedLines
from reader.library.store import Store
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import Dot, to_plain
from reader.review.completeness import review_counts
from tests.hypothesis_profiles import CHARACTERS, examples

ARTICLES = [f"0190a000-0000-7000-8000-00000000000{number}" for number in range(3)]
IDS = [f"0190b000-0000-7000-8000-0000000000{number:02d}" for number in range(12)]


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.library.library_reader.MEMORY_BYTES", 0)


def annotation(number: int, article: int, tags: list[str], note: str = "") -> dict[str, Any]:
    return {"id": IDS[number], "article": ARTICLES[article], "tags": tags, "note": note}


changes = st.lists(
    st.one_of(
        st.tuples(
            st.just("annotate"), st.integers(0, 11), st.integers(0, 2), st.lists(st.sampled_from(["a", "b"]), max_size=2)
        ),
        st.tuples(st.just("remove"), st.integers(0, 11)),
        st.tuples(st.just("article"), st.integers(0, 2), st.text("xyz", max_size=3)),
        st.tuples(st.just("remove article"), st.integers(0, 2)),
        st.tuples(st.just("other key"), st.integers(0, 11), st.integers(1, 5)),
        st.tuples(st.just("checkpoint")),
        st.tuples(st.just("open again")),
        st.tuples(st.just("no index")),
    ),
    max_size=25,
)


def make_change(db: LibraryDB, change: tuple[Any, ...]) -> None:
    """Make a change through TinyDB."""
    annotations, articles = db.table("annotations"), db.table("articles")
    match change:
        case ("annotate", number, article, tags):
            annotations.upsert(annotation(number, article, tags), where("id") == IDS[number])
        case ("other key", number, key) if not annotations.contains(where("id") == IDS[number]):
            if not annotations.contains(doc_id=key):
                annotations.insert(Document(annotation(number, 0, ["k"]), key))
        case ("remove", number):
            annotations.remove(where("id") == IDS[number])
        case ("article", number, title):
            article = {"id": ARTICLES[number], "title": title, "digest": title, "progress": {"state": title}}
            articles.upsert(article, where("id") == ARTICLES[number])
        case ("remove article", number):
            articles.remove(where("id") == ARTICLES[number])
        case _:
            pass


def told(index: ArticleIndex) -> dict[str, Any]:
    """Return all that an index says; what it may leave out is left out."""
    rows = {str(row["id"]): {name: value for name, value in row.items() if name != "reviewed"} for row in index.rows()}
    return {"keys": index.other_keys, **{key: (row, index.ranges(key)) for key, row in rows.items()}}


@settings(max_examples=examples(40))
@given(changes)
@example(done=[("other key", 0, 1), ("other key", 2, 1), ("annotate", 1, 1, []), ("checkpoint",), ("remove", 1)])
@pytest.mark.slow
def test_an_index_that_followed_every_change_is_the_one_made_anew(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[Any, ...]]
) -> None:
    path = tmp_path_factory.mktemp("library")
    folder, db = Folder(path), LibraryDB(path)
    for change in [*done, ("checkpoint",)]:
        make_change(db, change)
        if change[0] in ("checkpoint", "open again", "no index"):
            db.close()
            if change[0] == "no index":
                folder.index.unlink(missing_ok=True)
            db = LibraryDB(path)
        held = {document["id"]: dict(document) for document in db.table("annotations")}
        if change[0] == "checkpoint" and folder.library.exists():
            with TinyDB(folder.library, access_mode="r") as plain:
                assert held == {document["id"]: dict(document) for document in plain.table("annotations")}
        store = Store(folder)
        rows = store.records.rows()
        for article in ARTICLES:
            expected = [record for record in held.values() if record["article"] == article]
            found = store.records.annotations_of(article)
            assert {str(record["id"]): record for record in found} == {record["id"]: record for record in expected}
            row, record = store.records.row(article), store.records.get("articles", article)
            tags = sorted({tag for record in expected for tag in record["tags"]})
            assert row is None if record is None else row is not None and (row["title"], row["tags"]) == (record["title"], tags)
            tag_sets = Counter(frozenset(record["tags"]) for record in expected if record["tags"])
            assert row is None or tag_sets_of(row) == tag_sets
            assert rows.get(article) == (row and {**row, "reviewed": review_digest(map(to_plain, expected))})
        # So the next index follows the digests, too.
        store.save_index()
    db.close()
    index = read_index(folder.index)
    if index is not None:
        lines = SortedLines(FileBytes(folder.library))
        assert index.ranges == lines.ranges
        assert told(index.articles) == told(ArticleIndex.build(lines))


@settings(max_examples=examples(40))
@given(st.sets(st.integers(0, 5)), st.dictionaries(st.integers(0, 5), st.integers(1, 6)))
@pytest.mark.slow
def test_a_merge_compares_each_record_whatever_its_key_in_the_other_library(
    tmp_path_factory: pytest.TempPathFactory, mine: set[int], theirs: dict[int, int]
) -> None:
    paths = [tmp_path_factory.mktemp("library") for _ in range(2)]
    for path, numbers in zip(paths, ({*mine, 9}, {9}), strict=True):
        with LibraryDB(path) as db:
            for number in numbers:
                db.table("annotations").insert(annotation(number, 0, ["mine"]))
    keys = {
        **{number: int(IDS[number].replace("-", ""), 16) for number in theirs},
        **{n: k for n, k in theirs.items() if k < 5},
    }
    with TinyDB(paths[1] / "library.json") as plain:
        for number, key in keys.items():
            if not plain.table("annotations").contains(doc_id=key):
                plain.table("annotations").insert(Document(annotation(number, 1, ["theirs"]), key))
    file = read_library(paths[1] / "library.json")
    assert file is not None
    here, there = Store(Folder(paths[0])).records, file.records
    pairs = [(pair.id, pair.mine, pair.theirs) for pair in here.differences("annotations", there)]
    lines = [(one, here.find_line("annotations", one), there.find_line("annotations", one)) for one in IDS]
    assert sorted(pairs, key=lambda pair: pair[0]) == [
        line for line in lines if here.line("annotations", line[0]) != there.line("annotations", line[0])
    ]
    expected = {*here.ids("annotations"), *there.ids("annotations")}
    with Library.open(paths[0]) as library:
        library.merge(paths[1] / "library.json", "ana")
        assert library.merge(paths[1] / "library.json", "ana", dry=True).summary.startswith("Nothing new")
    with TinyDB(paths[0] / "library.json", access_mode="r") as plain:
        assert {document["id"] for document in plain.table("annotations")} == expected


records = st.none() | st.dictionaries(st.text(CHARACTERS, max_size=9), st.text('[],{}"', max_size=9) | st.lists(st.integers()))


@given(
    st.lists(st.builds(Operation, st.text(max_size=3), st.text(max_size=3), records, records), min_size=1), st.integers(1, 90)
)
def test_the_operations_of_a_long_line_are_read_one_by_one_as_they_were_written(done: list[Operation], size: int) -> None:
    entry = JournalEntry(Dot(1, "a"), 0, "id", "at", ',"operations":[', tuple(done))
    with mock.patch("reader.library.journal.LONG_LINE", size):
        (long,) = read_entries(entry.encode())
        assert not isinstance(long.operations, tuple)
        assert (list(long.operations), len(long.operations)) == (done, len(done))
        assert long.encode() == entry.encode()
        (damaged,) = parse_lines(entry.encode().replace(b'"operations":[[', b'"operations":[(', 1)).lines
    assert isinstance(damaged, DamagedEntry)


@pytest.fixture
def reviewed(tmp_path: Path) -> tuple[Path, Path]:
    """Give a library with a review, and the article."""
    article = tmp_path / "report.md"
    article.write_text("# Report\n\nThe ferry was late. The school was shut. The mill was sold.\n", encoding="utf-8")
    with Library.open(tmp_path / "library") as library:
        session = library.review(read_article(str(article)), "ana")
        for span in session.index.article.sentences.all():
            session.add(span, tags=("town",))
    return tmp_path / "library", article


def notes_in(folder: Path, article: Path) -> list[tuple[str, str]]:
    with Library.open(folder) as library:
        session, _ = library.peek(read_article(str(article)))
        assert [entry.tags for entry in library.summaries()] == [("town",)]
        return sorted((one.selector.exact, one.note) for one in session.index.annotations())


def test_an_index_that_does_not_fit_is_not_believed(reviewed: tuple[Path, Path], tmp_path: Path) -> None:
    folder, article = reviewed
    index, notes = Folder(folder).index, notes_in(*reviewed)
    assert len(notes) == 3
    whole, truth = index.read_bytes(), told(ArticleIndex.build(SortedLines(FileBytes(folder / "library.json"))))
    for damaged in (b"", whole[:-5], whole[:200] + b"0" + whole[201:], whole.replace(b"town", b"city"), b"[]\n" * 9, None):
        if damaged is None:
            index.unlink()
        else:
            index.write_bytes(damaged)
        assert notes_in(folder, article) == notes
        new = read_index(index)
        assert new is not None
        assert told(new.articles) == truth
    other = tmp_path / "copy"
    shutil.copytree(folder, other)
    assert notes_in(other, article) == notes
    copied = read_index(Folder(other).index)
    assert copied is not None
    assert copied.file == FileBytes(other / "library.json").signature[1:], "the index is fitted to the copy"
    with TinyDB(other / "library.json") as plain:
        plain.table("annotations").update({"note": "by hand"}, where("note") == "")
    assert [note for _, note in notes_in(other, article)] == ["by hand"] * 3
    assert notes_in(folder, article) == notes


def test_a_row_is_replaced_whatever_the_id_of_its_article(tmp_path: Path) -> None:
    article_id = f'{"a" * 60} "b"'
    with LibraryDB(tmp_path) as db:
        db.table("articles").insert({"id": article_id, "title": "Old"})
    for title in ("Newer", "Newest"):
        with LibraryDB(tmp_path) as db:
            db.table("articles").update({"title": title})
        index = read_index(Folder(tmp_path).index)
        assert index is not None
        assert [row["title"] for row in index.articles.rows()] == [title]


def test_what_stands_in_place_of_an_index_is_neither_waited_for_nor_written_to(
    reviewed: tuple[Path, Path], tmp_path: Path
) -> None:
    index, notes = Folder(reviewed[0]).index, notes_in(*reviewed)
    precious = tmp_path / "precious.txt"
    precious.write_text("precious", encoding="utf-8")
    index.unlink()
    os.mkfifo(index)
    assert notes_in(*reviewed) == notes
    for target in (precious, Path("/dev/zero")):
        index.unlink()
        index.symlink_to(target)
        assert notes_in(*reviewed) == notes
    assert precious.read_text(encoding="utf-8") == "precious"
    index.unlink(missing_ok=True)
    index.mkdir()
    assert notes_in(*reviewed) == notes


def test_a_library_that_is_a_pipe_is_an_error_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "library.json")
    with pytest.raises(ReaderError, match=r"library\.json cannot be read: Not a file but a pipe"):
        Library.open(tmp_path)


def test_a_program_that_keeps_size_and_time_of_the_file_is_noticed(reviewed: tuple[Path, Path]) -> None:
    folder, article = reviewed
    path = folder / "library.json"
    before = path.stat()
    tables = json.loads(path.read_bytes())
    for record in tables["annotations"].values():
        record["note"] = "by hand"
    path.write_text(json.dumps(tables, separators=(",", ":")).ljust(before.st_size), encoding="ascii")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert [note for _, note in notes_in(folder, article)] == ["by hand"] * 3


@pytest.mark.parametrize("is_hindered", [False, True])
def test_nothing_is_lost_when_other_programs_write_into_the_open_file(
    reviewed: tuple[Path, Path], *, is_hindered: bool
) -> None:
    folder, article = reviewed
    path = folder / "library.json"
    ours, theirs = Store(Folder(folder)), Store(Folder(folder))
    old = json.loads(path.read_bytes())
    with TinyDB(path) as plain:
        (first, *_) = (document.doc_id for document in plain.table("annotations"))
        plain.table("annotations").update({"note": "one"}, doc_ids=[first])
    theirs.catch_up()
    ours.catch_up()
    assert ours.checkpoint()
    # Another program, which had read the file before that, writes its state over the new file.
    (*_, last) = old["annotations"]
    old["annotations"][last]["note"] = "two"
    path.write_text(json.dumps(old), encoding="ascii")
    assert ours.has_changed()
    if is_hindered:
        pipe = folder / "journal-pipe.jsonl"
        os.mkfifo(pipe)
        with pytest.raises(ReaderError, match="pipe"):
            ours.catch_up()
        pipe.unlink()
    ours.catch_up()
    noted = sorted(str(record["note"]) for record in ours.records.tables()["annotations"].values())
    assert noted == ["", "one", "two"]
    with ours.take_divergences() as divergences:
        assert {divergence.id for divergence in divergences} >= {old["annotations"][last]["id"]}
    theirs.catch_up()
    assert theirs.checkpoint(1.0)
    assert ours.checkpoint(1.0)
    assert sorted(note for _, note in notes_in(folder, article)) == ["", "one", "two"]


def test_what_a_program_that_writes_into_the_open_file_changes_comes_with_the_state_before(reviewed: tuple[Path, Path]) -> None:
    folder, _ = reviewed
    store = Store(Folder(folder))
    (first, *_) = store.records.ids("annotations")
    old = to_plain(store.records.get("annotations", first) or {})
    ours = {**old, "note": "ours"}
    store.commit([Transaction((RecordEdit("annotations", first, old, ours),), "note")])
    with TinyDB(folder / "library.json") as plain:
        plain.table("annotations").update({"tags": ["theirs"]}, where("id") == first)
    store.catch_up()
    with pytest.raises(ZeroDivisionError), store.take_divergences() as divergences:
        assert len(list(divergences)) / 0
    with store.take_divergences() as divergences:
        assert Divergence("annotations", first, ours, {**ours, "tags": ["theirs"]}) in divergences


def test_an_older_file_put_back_with_its_index_takes_nothing_from_an_open_library(
    reviewed: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, article = reviewed
    older = shutil.copytree(folder, tmp_path / "older")
    with LibraryDB(folder) as db:
        db.table("annotations").update({"note": "new"})
    ours = Store(Folder(folder))
    for path in (folder / "library.json", Folder(folder).index):
        os.replace(older / path.name, path)
    ours.catch_up()
    assert {str(record["note"]) for record in ours.records.tables()["annotations"].values()} == {"new"}
    assert ours.checkpoint()
    assert [note for _, note in notes_in(folder, article)] == ["new"] * 3


def test_an_open_library_goes_on_when_a_program_has_just_written_into_its_file(reviewed: tuple[Path, Path]) -> None:
    folder, article = reviewed
    with Library.open(folder) as library:
        session, entry = library.session(read_article(str(article)), "ana")
        assert library.flush(10.0)
        with TinyDB(folder / "library.json") as plain:
            plain.table("annotations").update({"note": "by hand"})
        library.save_counts(entry.id, review_counts(session.index, 2026))
        assert library.entry(entry.id).tags == ("town",)
    assert [note for _, note in notes_in(folder, article)] == ["by hand"] * 3


def test_a_file_damaged_under_an_open_library_is_not_overwritten(reviewed: tuple[Path, Path]) -> None:
    folder, article = reviewed
    path = folder / "library.json"
    db, before = LibraryDB(folder), path.stat()
    damaged = path.read_bytes().replace(b"The mill", b"The hill", 1)
    with path.open("r+b") as file:
        file.write(damaged)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    db.table("theirs").insert({"n": 1})
    with pytest.raises(ReaderError, match="damaged"):
        db.close()
    assert path.read_bytes() == damaged
    assert notes_in(folder, article)


def test_the_index_is_not_written_into_a_folder_that_cannot_be_written(reviewed: tuple[Path, Path]) -> None:
    folder, article = reviewed
    notes = notes_in(folder, article)
    index = Folder(folder).index
    index.unlink()
    (folder / "library.json").chmod(0o444)
    assert notes_in(folder, article) == notes
    assert not index.exists()


def test_a_file_that_the_system_no_longer_describes_is_an_error_of_the_library(
    reviewed: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = reviewed
    lines = SortedLines(FileBytes(folder / "library.json"))
    key = next(lines.lines("articles")).key
    assert lines.line("articles", key) == lines.line("articles", key)
    monkeypatch.setattr(os, "fstat", mock.Mock(side_effect=OSError(5, "Input/output error")))
    with pytest.raises(ReaderError, match="cannot be read: Input/output error"):
        lines.line("articles", key)
