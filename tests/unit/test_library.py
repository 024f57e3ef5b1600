"""The library through its door: what it calls saved is there when it is opened again, and plain TinyDB reads it."""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.library import ArticleEntry, Library, LibraryDB, SaveState
from reader.library.article_changes import ArticleEditor
from reader.library.counts import count_article
from reader.library.folder import Folder
from reader.review.completeness import Completeness, review_counts
from reader.review.model import Bookmark, Change, Dismissal, Edit
from reader.review.reading_position import ReadingPosition
from reader.review.scale import ACADEMIC_SCALE
from reader.review.session import ReviewSession
from reader.review.vocabulary import LATER
from tests.hypothesis_profiles import examples
from tests.unit.review_strategies import TEXT, article, where
from tests.unit.test_review_session import state, steps, take

LONG = 30.0
Table = list[dict[str, Any]]


def opened(folder: Path, text: str = TEXT, source: str = "-") -> tuple[Library, ReviewSession, ArticleEntry]:
    """Open a library and in it an article whose review is saved as it changes."""
    library = Library.open(folder)
    session, entry = library.session(article(text, source), "ana")
    session.listen(lambda change: library.save(entry.id, change))
    return library, session, entry


def plain(folder: Path, table: str) -> Table:
    """Return a table as plain TinyDB reads it, without the field that is the library's own."""
    with TinyDB(folder / "library.json") as db:
        return [{field: value for field, value in document.items() if field != "_versions"} for document in db.table(table)]


def in_any_order(session: ReviewSession) -> list[object]:
    """Return all that a session says, but for the order of tags and verdicts: what was taken off and put back comes last."""
    annotations = [
        replace(a, tags=tuple(sorted(a.tags)), judgements=tuple(sorted(a.judgements, key=lambda j: j.reference)))
        for a in session.index.annotations()
    ]
    return [annotations, *state(session)[1:]]


def kept(folder: Path, table: str) -> Table:
    """Return a table with all that was ever called saved, as somebody finds it who opens the library now."""
    with LibraryDB(folder) as db:
        return [dict(document) for document in db.table(table)]


def test_all_is_saved_once_what_was_queued_is_on_the_disk(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    assert library.flush(LONG)
    assert library.is_saved
    with Folder(own_library).write_lock():
        review.add(Span(0, 9))
        assert not library.is_saved
    assert library.flush(LONG)
    assert library.is_saved
    assert library.close(LONG)


def test_plain_tinydb_reads_what_was_saved(own_library: Path) -> None:
    library, session, entry = opened(own_library)
    claim = session.add(where(session.index.article, "who sells the tickets"), tags=["people/ana"], note="ask her")
    session.judge(claim, "2", "unclear")
    session.set_bookmark("a", 46)
    assert library.close(LONG)
    (annotation,) = plain(own_library, "annotations")
    assert annotation["article"] == entry.id
    assert annotation["selector"]["exact"] == "who sells the tickets"
    assert annotation["judgements"][0]["verdict"] == "unclear"
    assert [tag["name"] for tag in plain(own_library, "tags")] == ["people/ana"]
    (record,) = plain(own_library, "articles")
    assert (record["digest"], record["bookmarks"]) == (session.index.article.digest, {"a": 46})
    assert plain(own_library, "meta")[0]["schema"] == 2


def test_the_file_is_ascii_with_one_record_a_line_and_numbered_by_id(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    claim = session.mark(where(session.index.article, "ferry that counts its passengers twice 🚢"))
    assert library.close(LONG)
    before = (own_library / "library.json").read_bytes().splitlines()
    session.set_note(claim, "É \ud800")
    session.mark(Span(0, 3), LATER)
    assert library.close(LONG)
    after = (own_library / "library.json").read_bytes()
    assert after.isascii()
    changed = [line for line in after.splitlines() if line.rstrip(b",") not in {old.rstrip(b",") for old in before}]
    assert len(changed) == 3  # the two records, and what the file says of itself
    tables = json.loads(after)
    assert list(tables) == [*sorted(tables.keys() - {"meta"}), "meta"]
    assert list(tables["annotations"]) == sorted(tables["annotations"], key=int)
    assert int(claim.id.replace("-", ""), 16) in map(int, tables["annotations"])


def test_saved_is_said_only_when_it_is_on_the_disk(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    said: list[tuple[str, int]] = []

    def listen(state: SaveState) -> None:
        there = (own_library / "library.json").exists()
        said.append((state.kind, len(kept(own_library, "annotations")) if there and state.kind == "saved" else 0))

    library.on_save_state = listen
    for start in range(5):
        session.mark(Span(start, start + 3))
        assert library.flush(LONG)
        assert said[-1] == ("saved", start + 1)
    assert {kind for kind, _ in said} == {"saving", "saved"}
    assert library.close(LONG)


def test_saved_is_not_said_while_more_is_queued(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    assert library.flush(LONG)
    said: list[str] = []

    def listen(state: SaveState) -> None:
        said.append(state.kind)
        if said == ["saving"]:
            session.mark(Span(10, 19))

    library.on_save_state = listen
    library.save_position(library.entries()[0].id, ReadingPosition(3))
    assert library.close(LONG)
    assert said == ["saving", "saving", "saved"]
    assert len(plain(own_library, "annotations")) == 1


def test_a_change_of_several_entries_of_an_article_keeps_them_all(own_library: Path) -> None:
    library, _, entry = opened(own_library)
    entries = (Bookmark("a", 3), Dismissal("finding", "uncited"), Bookmark("b", 5))
    library.save(entry.id, Change("several", tuple(Edit(None, one) for one in entries)))
    assert library.close(LONG)
    (record,) = plain(own_library, "articles")
    assert record["bookmarks"] == {"a": 3, "b": 5}
    assert list(record["dismissed"]) == ["finding"]


def test_a_listener_that_fails_does_not_stop_the_saving(own_library: Path) -> None:
    library, session, _ = opened(own_library)

    def fail(_: SaveState) -> None:
        raise RuntimeError("the screen is gone")

    library.on_save_state = fail
    session.mark(Span(0, 3))
    assert library.close(LONG)
    assert len(plain(own_library, "annotations")) == 1


def test_after_closing_the_library_can_still_be_used(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    assert library.close(LONG)
    session.mark(Span(0, 3))
    assert library.close(LONG)
    assert len(plain(own_library, "annotations")) == 1


@settings(max_examples=examples(20))
@given(steps, st.integers(0, 6))
@pytest.mark.slow
def test_whatever_was_done_and_undone_is_there_when_it_is_opened_again(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[int, int, int, str]], undone: int
) -> None:
    folder = tmp_path_factory.mktemp("library")
    library, session, _ = opened(folder)
    held: list[Any] = []
    for step in done:
        take(session, held, step)
    for _ in range(undone):
        session.undo()
    assert library.close(LONG)
    again, reopened, _ = opened(folder)
    assert in_any_order(reopened) == in_any_order(session)
    assert again.close(LONG)


def test_it_reopens_where_it_was_left(own_library: Path) -> None:
    library, session, entry = opened(own_library)
    session.mark(where(session.index.article, "The port office counted 20,500"))
    place = ReadingPosition(120, 46, "claims", "#a open")
    library.save_position(entry.id, ReadingPosition())
    library.save_position(entry.id, place)
    assert library.close(LONG)
    (found,) = Library.open(own_library).entries()
    assert found.position == place


def test_the_counts_of_a_review_are_saved_until_it_changes(own_library: Path) -> None:
    library, session, entry = opened(own_library)
    claim = session.mark(where(session.index.article, "The port office counted 20,500 [2]"))
    counts = review_counts(session.index, 2026)
    assert (counts.sentences - counts.undecided, counts.claims, counts.open_pairs) == (1, 1, 1)
    library.save_counts(entry.id, counts)
    assert library.overview()[1] == {entry.id: counts}
    assert library.close(LONG)
    assert Library.open(own_library).overview()[1] == {entry.id: counts}
    again, other, _ = opened(own_library)
    note = other.set_note(claim, "a note changes no count")
    assert again.overview()[1] == {entry.id: counts}
    other.judge(note, "2", "supports")
    assert again.overview()[1] == {}
    assert again.overview(ACADEMIC_SCALE)[1] == {}
    assert count_article(again, entry, lambda data, source: article(data.decode(), source)) == counts._replace(open_pairs=0)
    assert again.close(LONG)
    assert Library.open(own_library).overview()[1] == {}


def test_the_overview_is_the_very_same_until_something_in_it_changes(own_library: Path) -> None:
    library, session, entry = opened(own_library)
    assert library.flush(LONG)
    other = Library.open(own_library)

    def rename_with_tinydb() -> None:
        assert other.close(LONG)
        with TinyDB(own_library / "library.json") as db:
            db.table("articles").update({"name": "Ships"})

    changes: dict[str, Callable[[], object]] = {
        "a queued change": lambda: ArticleEditor(library, "ana").rename(entry.id, "Boats"),
        "an undo": library.undo,
        "counts": lambda: library.save_counts(entry.id, Completeness(9, 2)),
        "a mark": lambda: session.mark(where(session.index.article, "The port office counted 20,500 [2]")),
        "another window": lambda: ArticleEditor(other, "Ben").rename(entry.id, "Ferries"),
        "another window that opens the article": lambda: other.session(article(TEXT), "Ben"),
        "another program": rename_with_tinydb,
    }
    for name, change in changes.items():
        before = library.overview()
        assert library.overview() is before
        change()
        assert other.flush(LONG)
        assert library.overview() != before, name
        assert library.flush(LONG)
        assert library.overview() == Library.open(own_library).overview(), name


def test_the_overview_is_read_again_for_another_scale_another_reader_and_other_kept_counts(own_library: Path) -> None:
    library, _, entry = opened(own_library)
    library.save_counts(entry.id, counts := Completeness(9, 2))
    assert library.overview()[1] == {entry.id: counts}
    assert library.overview(ACADEMIC_SCALE)[1] == {}
    assert library.overview()[1] == {entry.id: counts}
    library.independent_reader = "ana"
    assert library.overview()[1] == {}
    assert library.overview(kept={library.state_to_keep(entry): counts})[1] == {entry.id: counts}


def test_an_article_is_found_by_its_text_and_else_by_its_path(own_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "ferry.txt"
    library, session, entry = opened(own_library, source=str(path))
    claim = session.mark(where(session.index.article, "The port office counted 20,500"))
    edited = TEXT.replace("May", "June")
    later, same = library.session(article(edited, str(path)), "ana")
    assert same.id == entry.id
    assert same.digest == later.index.article.digest != claim.edition
    assert later.index.annotations() == (claim,)
    _, moved = library.session(article(edited, str(tmp_path / "moved.txt")), "ana")
    assert (moved.id, moved.source) == (entry.id, str(tmp_path / "moved.txt"))
    _, piped = library.session(article(edited, "-"), "ana")
    assert (piped.id, piped.source) == (entry.id, moved.source)
    _, other = library.session(article(TEXT, str(tmp_path / "copy.txt")), "ana")
    assert other.id != entry.id
    assert library.close(LONG)
    assert len(plain(own_library, "articles")) == 2


def test_an_article_can_be_listed_before_anything_is_said_of_it(own_library: Path) -> None:
    library = Library.open(own_library)
    _, entry = library.session(article(), "Ana")
    assert library.close(LONG)
    assert Library.open(own_library).entries() == (entry,)
    assert entry.opened
    assert entry.position == ReadingPosition()


def test_looking_makes_nothing(own_library: Path) -> None:
    library = Library.open(own_library)
    session, entry = library.peek(article())
    assert (session.index.annotations(), entry) == ((), None)
    assert library.close(LONG)
    assert not (own_library / "library.json").exists()


def test_the_text_that_was_read_is_kept_and_checked(own_library: Path) -> None:
    library, session, entry = opened(own_library)
    assert library.text(entry) == TEXT
    assert library.close(LONG)
    (snapshot,) = (own_library / "snapshots").rglob("*.z")
    assert snapshot.relative_to(own_library / "snapshots") == Path(entry.digest[:2], f"{entry.digest}.z")
    again = Library.open(own_library)
    assert again.text(entry) == session.index.article.text
    snapshot.write_bytes(snapshot.read_bytes()[:-20])
    with pytest.raises(ReaderError, match="cannot be read"):
        again.text(entry)
    other = hashlib.sha256(b"other").hexdigest()
    (own_library / "snapshots" / other[:2]).mkdir(exist_ok=True)
    (own_library / "snapshots" / other[:2] / f"{other}.z").write_bytes(b"x\x9c\x03\x00\x00\x00\x00\x01")
    for digest in ("0" * 64, "../../../etc/passwd", "", other):
        with pytest.raises(ReaderError):
            again.text(ArticleEntry(entry.id, "", "-", "plain", digest, "", ""))


def test_an_article_is_named_by_id_beginning_path_or_title(own_library: Path, tmp_path: Path) -> None:
    library, _, ferry = opened(own_library, source=str(tmp_path / "ferry.txt"))
    _, harbour = library.session(article("The harbour\n\nIt froze in March.\n", str(tmp_path / "a.txt")), "ana")
    _, twin = library.session(article("The harbour\n\nIt froze in April.\n", str(tmp_path / "b.txt")), "ana")
    assert library.find(ferry.id).id == ferry.id
    assert library.find(ferry.id[:8].upper()).id == ferry.id
    assert library.find(str(tmp_path / "a.txt")).id == harbour.id
    assert library.find("the FERRY that counts its passengers twice 🚢").id == ferry.id
    with pytest.raises(ReaderError, match="several") as several:
        library.find("The Harbour")
    assert harbour.id in several.value.hint
    assert twin.id in several.value.hint
    with pytest.raises(ReaderError, match="No article") as none:
        library.find("ferry")
    assert ferry.id in none.value.hint
    entries = library.entries()
    assert {entry.id for entry in entries} == {twin.id, harbour.id, ferry.id}
    assert [entry.opened for entry in entries] == sorted((entry.opened for entry in entries), reverse=True)
    assert library.close(LONG)


def test_unknown_tables_and_fields_stay(own_library: Path) -> None:
    library, session, entry = opened(own_library)
    claim = session.add(Span(0, 20), tags=["a"])
    assert library.close(LONG)
    with TinyDB(own_library / "library.json") as db:
        db.table("annotations").update({"mood": "calm"})
        db.table("annotations").update(lambda record: record["selector"].update({"page": 4}))
        db.table("articles").update({"shelf": ["x"]})
        db.table("readings").insert({"by": "somebody"})
    library, session, _ = opened(own_library)
    (claim,) = session.index.annotations()
    session.judge(session.set_note(claim, "new"), "1", "supports")
    library.save_counts(entry.id, Completeness(sentences=3))
    assert library.close(LONG)
    (record,) = plain(own_library, "annotations")
    assert (record["mood"], record["selector"]["page"], record["note"]) == ("calm", 4, "new")
    (record,) = plain(own_library, "articles")
    assert (record["shelf"], record["progress"]["sentences"]) == (["x"], 3)
    assert plain(own_library, "readings") == [{"by": "somebody"}]


def test_records_that_plain_tinydb_wrote_are_taken_in(own_library: Path) -> None:
    library, session, entry = opened(own_library)
    session.mark(Span(0, 9))
    assert library.close(LONG)
    theirs = {"article": entry.id, "selector": {"exact": "20,500", "start": 0, "end": 6}, "kind": "claim"}
    with TinyDB(own_library / "library.json") as db:
        db.table("annotations").insert({**theirs, "note": "without an id"})
        db.table("annotations").insert({**theirs, "note": "with one", "id": "mine"})
    library, session, _ = opened(own_library)
    assert sorted(a.note for a in session.index.annotations()) == ["", "with one", "without an id"]
    for claim in session.index.annotations():
        session.set_note(claim, claim.note + "!")
    assert library.close(LONG)
    library, session, _ = opened(own_library)
    assert sorted(a.note for a in session.index.annotations()) == ["!", "with one!", "without an id!"]
    session.remove(session.index.annotations())
    assert library.close(LONG)
    assert plain(own_library, "annotations") == []


DAMAGE = {
    "empty": b"",
    "zeros": bytes(4096),
    "cut": b'{"annotations": {"1": {"id": "x", "no',
    "no json": b"\x89PNG\r\n",
    "too deep": b"[" * 100_000,
    "null": b"null",
    "a list": b"[]",
    "an empty object": b"{}",
    "a foreign database": b'{"_default": {"1": {"name": "milk"}}}',
    "another shape": b'{"meta": {"1": {"schema": 1}}, "annotations": []}',
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_is_no_library_of_ours_is_refused_and_left_as_it_is(own_library: Path, damage: bytes) -> None:
    own_library.mkdir()
    file = own_library / "library.json"
    file.write_bytes(damage)
    past = time.time() - 60
    os.utime(file, (past, past))
    with pytest.raises(ReaderError) as refused:
        Library.open(own_library)
    assert "library.json" in refused.value.what
    assert (own_library / "library.json").read_bytes() == damage


@pytest.mark.parametrize("damage", [*DAMAGE.values(), None], ids=[*DAMAGE.keys(), "gone"])
def test_damage_while_it_is_open_is_not_overwritten_and_nothing_is_lost(own_library: Path, damage: bytes | None) -> None:
    file = own_library / "library.json"
    library, session, _ = opened(own_library)
    session.mark(Span(0, 9))
    assert library.flush(LONG)
    good = file.read_bytes()
    past = time.time() - 60
    file.unlink() if damage is None else file.write_bytes(damage)
    if damage is not None:
        os.utime(file, (past, past))
    said: list[SaveState] = []
    library.on_save_state = said.append
    session.mark(Span(10, 19))
    assert not library.flush(LONG)
    assert (said[-1].kind, "library.json" in said[-1].message) == ("failed", True)
    assert (file.read_bytes() if file.exists() else None) == damage
    session.mark(Span(20, 29))
    file.write_bytes(good)
    assert library.close(LONG)
    assert said[-1].kind == "saved"
    assert len(plain(own_library, "annotations")) == 3


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReaderError, match="cannot be created"):
        Library.open(tmp_path / "file" / "library")


def test_a_link_to_the_file_and_its_permissions_stay(own_library: Path, tmp_path: Path) -> None:
    library, session, _ = opened(own_library)
    assert library.close(LONG)
    real = (own_library / "library.json").rename(tmp_path / "elsewhere.json")
    real.chmod(0o600)
    (own_library / "library.json").symlink_to(real)
    library, session, _ = opened(own_library)
    session.mark(Span(0, 9))
    assert library.close(LONG)
    assert (own_library / "library.json").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o600
    assert len(plain(own_library, "annotations")) == 1
