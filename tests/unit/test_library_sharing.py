"""Articles shared with a team: all come to the same, private things stay, and nothing that was saved is lost on the way."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from tinydb import TinyDB, where

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.library.folder import Folder
from reader.library.history import invert_entry, read_history
from reader.library.journal import JournalEntry, Operation, read_entries
from reader.library.shared_articles import Fold, LinesLost, RefusedLine, SharedArticles
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS, ARTICLES, SOURCES
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import (
    HIGHEST_COUNTER,
    Dot,
    Versions,
    VersionVector,
    stamp_record,
    to_plain,
    to_stored,
    versions_of,
)
from reader.review.cells import Record
from reader.review.undo import UndoConflict
from tests.unit.test_library import LONG, opened
from tests.unit.test_library_merging_properties import rivals

ARTICLE = "6c1f5c0e-0000-4000-8000-00000000000a"
TEAM = "team of the harbour desk"
SECRET = "what nobody else may see"
CLAIMS = tuple(f"6c1f5c0e-0000-4000-8000-0000000000c{number}" for number in range(3))


def article_record(article_id: str = ARTICLE) -> Record:
    """Return the record of an article as it is when a person opens it."""
    return {
        "id": article_id,
        "title": "Ferries",
        "source": f"/home/ana/{SECRET}.md",
        "format": "markdown",
        "digest": "d" * 64,
        "original": "",
        "editions": [{"digest": "d" * 64, "original": "", "format": "markdown", "by": "", "at": "", "sources": {}}],
        "added": "2026-01-05T08:00:00Z",
        "bookmarks": {},
    }


class Desk:
    """A member's library, and what they have sent so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.sent: dict[str, int] = {}
        self.open()

    def open(self) -> None:
        """Open the library anew, as after a restart."""
        self.store = Store(Folder(self.folder))
        self.shared = SharedArticles(lambda: self.store, lambda: None)

    def edit(self, table: str, record_id: str, label: str = "edit", **fields: object) -> JournalEntry | None:
        """Set fields of a record as a person does, make it if it is not there, or remove it with `gone`."""
        before = self.plain(table, record_id)
        after = None if fields.pop("gone", False) else {**(before or {"id": record_id}), **fields}
        edits = (RecordEdit(table, record_id, before, after),)
        return next(iter(self.store.commit([Transaction(edits, label, ARTICLE)])), None)

    def plain(self, table: str, record_id: str) -> Record | None:
        record = self.store.records.get(table, record_id)
        return None if record is None else to_plain(record)

    def open_article(self) -> None:
        self.edit(ARTICLES, ARTICLE, "", **article_record())

    def claim(self, record_id: str = CLAIMS[0], **fields: object) -> None:
        self.edit(ANNOTATIONS, record_id, "claim", **{"article": ARTICLE, "kind": "claim", "note": "", **fields})

    def last_change(self) -> JournalEntry | None:
        """Return the change that `undo` would undo."""
        return next(read_history(self.store.folder, ARTICLE).undoable, None)

    def undo(self) -> None:
        """Undo the last change, unless others have changed the same since."""
        entry = self.last_change()
        if entry is not None:
            with contextlib.suppress(UndoConflict):
                self.store.commit([invert_entry(entry, self.plain, "ana")])

    def send(self) -> list[JournalEntry] | Fold:
        """Return what goes out now, as it comes in at others: lines, or a fold in their place."""
        try:
            lines = list(self.shared.unsent(ARTICLE, self.sent))
        except LinesLost:
            fold = self.shared.fold(ARTICLE)
            for name, counter in fold.vector.counters.items():
                self.sent[name.partition("~")[0]] = counter
            return fold
        for line in lines:
            self.sent[line.dot.replica.partition("~")[0]] = line.dot.counter
        return list(read_entries(b"".join(line.encode() for line in lines)))

    def public(self) -> dict[tuple[str, str], Record]:
        """Return the public part of the article."""
        return {(table, record_id): record for table, record_id, record in self.shared.fold(ARTICLE).records}


def lines_of(sent: list[JournalEntry] | Fold) -> list[JournalEntry]:
    assert isinstance(sent, list)
    return sent


@pytest.fixture
def desks(tmp_path: Path) -> tuple[Desk, Desk]:
    """Return one member who shares an article with a claim, and another one who follows it."""
    ana, ben = Desk(tmp_path / "ana"), Desk(tmp_path / "ben")
    ana.open_article()
    ana.claim(note="from before")
    ana.shared.share(ARTICLE, TEAM, ["harbour"])
    ben.shared.expect(ARTICLE, TEAM)
    return ana, ben


def exchange(*members: Desk) -> None:
    """Bring what each has to all others."""
    for _ in range(2):
        for sender in members:
            sent = sender.send()
            for other in members:
                if other is sender:
                    continue
                if isinstance(sent, Fold):
                    other.shared.join_fold(ARTICLE, sent)
                else:
                    assert not other.shared.receive(ARTICLE, sent).waiting


def test_what_was_there_before_sharing_comes_to_the_others_and_nothing_private_does(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.edit(ARTICLES, ARTICLE, name=SECRET, tags=[SECRET], bookmarks={"a": 4})
    sent = lines_of(ana.send())
    assert SECRET.encode() not in b"".join(line.encode() for line in sent)
    assert SECRET not in repr(ana.shared.fold(ARTICLE))
    assert not ben.shared.receive(ARTICLE, sent).waiting
    assert ben.public() == ana.public()
    record = ben.plain(ARTICLES, ARTICLE)
    assert record is not None
    assert (record["title"], record["source"], record["bookmarks"]) == ("Ferries", "-", {})
    assert (ben.plain(ANNOTATIONS, CLAIMS[0]) or {})["note"] == "from before"


def test_lines_count_once_however_often_and_in_whichever_order_they_come(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.edit(ANNOTATIONS, CLAIMS[0], note="second")
    ana.claim(CLAIMS[1])
    first, *others = lines_of(ana.send())
    early = ben.shared.receive(ARTICLE, reversed(others))
    assert (early.applied, len(early.waiting)) == (0, len(others))
    assert ben.shared.receive(ARTICLE, [*early.waiting, first]).applied == len(others) + 1
    assert ben.shared.receive(ARTICLE, [first, *others]) == (0, ())
    assert ben.public() == ana.public()
    ben.open()
    assert ben.public() == ana.public()


def test_what_two_write_at_once_stands_side_by_side_until_somebody_chooses(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    ana.edit(ANNOTATIONS, CLAIMS[0], note="hers")
    ben.edit(ANNOTATIONS, CLAIMS[0], note="his")
    exchange(ana, ben)
    assert ana.public() == ben.public()
    record = ana.plain(ANNOTATIONS, CLAIMS[0]) or {}
    assert {record["note"], *rivals(record)["note"]} == {"hers", "his"}
    ana.edit(ANNOTATIONS, CLAIMS[0], note="both", _rivals={})
    exchange(ana, ben)
    assert rivals(ben.plain(ANNOTATIONS, CLAIMS[0])) == {}
    assert (ben.plain(ANNOTATIONS, CLAIMS[0]) or {})["note"] == "both"


def test_undo_takes_back_the_own_change_and_leaves_what_others_did_since(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    ana.edit(ANNOTATIONS, CLAIMS[0], note="by mistake")
    exchange(ana, ben)
    ben.edit(ANNOTATIONS, CLAIMS[0], tags=["his"])
    exchange(ana, ben)
    ana.undo()
    exchange(ana, ben)
    record = ben.plain(ANNOTATIONS, CLAIMS[0]) or {}
    assert (record["note"], record["tags"]) == ("from before", ["his"])


def test_an_annotation_that_one_removes_is_gone_at_all_and_stays_gone(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    old = ana.shared.fold(ARTICLE)
    ben.edit(ANNOTATIONS, CLAIMS[0], gone=True)
    exchange(ana, ben)
    assert ana.plain(ANNOTATIONS, CLAIMS[0]) is None
    assert not ben.shared.join_fold(ARTICLE, old)
    exchange(ana, ben)
    assert ana.plain(ANNOTATIONS, CLAIMS[0]) is None is ben.plain(ANNOTATIONS, CLAIMS[0])


def delete_article(desk: Desk) -> None:
    keys = [*((ANNOTATIONS, claim) for claim in CLAIMS if desk.plain(ANNOTATIONS, claim)), (ARTICLES, ARTICLE)]
    edits = tuple(RecordEdit(*key, desk.plain(*key), None) for key in keys)
    desk.store.commit([Transaction(edits, "delete", ARTICLE)])


def test_who_deletes_an_article_shares_it_no_longer_and_it_stays_at_the_others(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    ben.claim(CLAIMS[2], note="before")
    exchange(ana, ben)
    delete_article(ben)
    assert ben.shared.articles() == ()
    with pytest.raises(ReaderError, match="not shared"):
        ben.send()
    ben.shared.expect(ARTICLE, TEAM)
    assert ben.shared.vector(ARTICLE).counters == {}
    ben.sent.clear()
    ben.shared.join_fold(ARTICLE, ana.shared.fold(ARTICLE))
    ben.claim(CLAIMS[1], note="after coming back")
    exchange(ana, ben)
    assert ana.public() == ben.public()
    assert set(ana.public()) == {(ARTICLES, ARTICLE), *((ANNOTATIONS, claim) for claim in CLAIMS)}


def test_undoing_the_deletion_of_an_article_shares_it_again(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    delete_article(ben)
    ana.edit(ANNOTATIONS, CLAIMS[0], tags=["meanwhile"])
    ben.undo()
    assert [article.id for article in ben.shared.articles()] == [ARTICLE]
    exchange(ana, ben)
    assert ana.public() == ben.public()
    assert (ben.plain(ANNOTATIONS, CLAIMS[0]) or {})["tags"] == ["meanwhile"]


def test_what_was_done_while_an_article_was_not_shared_comes_once_it_is_again(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.claim(CLAIMS[1])
    exchange(ana, ben)
    ana.shared.unshare(ARTICLE)
    ana.edit(ANNOTATIONS, CLAIMS[0], note=SECRET)
    ana.edit(ANNOTATIONS, CLAIMS[0], note="in the end")
    ana.edit(ANNOTATIONS, CLAIMS[1], gone=True)
    ben.edit(ANNOTATIONS, CLAIMS[0], tags=["meanwhile"])
    assert ana.shared.articles() == ()
    ana.shared.share(ARTICLE, TEAM)
    sent = ana.send()
    assert isinstance(sent, Fold)
    assert SECRET not in repr(sent)
    assert ben.shared.join_fold(ARTICLE, sent)
    exchange(ana, ben)
    assert ana.public() == ben.public()
    record = ben.plain(ANNOTATIONS, CLAIMS[0]) or {}
    assert (record["note"], record["tags"]) == ("in the end", ["meanwhile"])
    assert ben.plain(ANNOTATIONS, CLAIMS[1]) is None


def test_only_sharing_shares_what_is_here_and_one_article_has_one_team(desks: tuple[Desk, Desk], tmp_path: Path) -> None:
    ana, _ = desks
    assert ana.shared.share(ARTICLE, TEAM, ["harbour"]) == ana.shared.share(ARTICLE, TEAM, ["harbour", "harbour"])
    with pytest.raises(ReaderError, match="another team"):
        ana.shared.share(ARTICLE, "the other team")
    cleo = Desk(tmp_path / "cleo")
    with pytest.raises(ReaderError, match="holds no article"):
        cleo.shared.share(ARTICLE, TEAM)
    cleo.open_article()
    with pytest.raises(ReaderError, match="does not share it"):
        cleo.shared.expect(ARTICLE, TEAM)
    assert cleo.shared.articles() == ()


def test_lines_that_the_history_lost_are_replaced_by_a_fold(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    ana.edit(ANNOTATIONS, CLAIMS[0], note="lost")
    ana.edit(ANNOTATIONS, CLAIMS[0], note="last")
    assert ana.store.checkpoint()
    (journal,) = ana.store.folder.journals()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-2]))
    ana.open()
    sent = ana.send()
    assert isinstance(sent, Fold)
    ben.shared.join_fold(ARTICLE, sent)
    assert ben.public() == ana.public()
    assert lines_of(ana.send()) == []


def test_a_write_that_was_cut_off_is_as_if_nothing_had_come(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    sent = lines_of(ana.send())
    ben.shared.receive(ARTICLE, sent)
    (journal,) = ben.store.folder.journals()
    whole = journal.read_bytes()
    for size in range(len(whole) - 1, len(whole) - 2_000, -321):
        journal.write_bytes(whole[:size])
        ben.open()
        ben.shared.receive(ARTICLE, sent)
        assert ben.public() == ana.public()


def test_plain_tinydb_reads_a_library_that_shares_and_what_it_writes_goes_out(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    assert ana.store.checkpoint()
    with TinyDB(ana.folder / "library.json") as db:
        assert [document["article"] for document in db.table("shared")] == [ARTICLE]
        db.table("annotations").update({"note": "by a script"}, where("id") == CLAIMS[0])
    ana.store.catch_up()
    exchange(ana, ben)
    assert (ben.plain(ANNOTATIONS, CLAIMS[0]) or {})["note"] == "by a script"
    assert ana.public() == ben.public()


def test_a_source_travels_only_if_its_owner_says_so(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.edit(SOURCES, "s1", texts=[{"digest": "e" * 64, "origin": "https://example.org/timetable"}], current="e" * 64)
    ana.edit(ARTICLES, ARTICLE, attached={"2": {"source": "s1"}})
    exchange(ana, ben)
    assert ben.plain(SOURCES, "s1") is None
    assert "e" * 64 not in ana.shared.digests(ARTICLE)
    ana.shared.share(ARTICLE, TEAM, with_sources=True)
    exchange(ana, ben)
    assert ben.plain(SOURCES, "s1") == ana.plain(SOURCES, "s1")
    assert ana.shared.digests(ARTICLE) == {"d" * 64, "e" * 64}


def test_a_described_source_travels_with_the_others_and_with_what_a_later_version_wrote_of_it(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.shared.share(ARTICLE, TEAM, with_sources=True)
    about = {"kind": "interview", "who": "Ana Lind", "when": "3 May", "kept": "tape 4", "medium": "a table"}
    text = {"digest": "e" * 64, "origin": "own record", "extent": "record", "described": about}
    ana.edit(SOURCES, "s1", texts=[text], current="e" * 64)
    ana.edit(ARTICLES, ARTICLE, attached={"2": {"source": "s1"}})
    exchange(ana, ben)
    assert (ben.plain(SOURCES, "s1") or {})["texts"] == [text]
    assert ben.shared.digests(ARTICLE, also_of_sources=True) == {"d" * 64, "e" * 64}, "so what was said comes too"


def test_a_library_without_shared_articles_writes_what_it_always_wrote(tmp_path: Path) -> None:
    ana = Desk(tmp_path / "ana")
    ana.open_article()
    ana.claim()
    assert ana.store.checkpoint()
    (journal,) = ana.store.folder.journals()
    written = journal.read_bytes() + (ana.folder / "library.json").read_bytes()
    assert b"scopes" not in written
    assert b'"shared"' not in written
    assert b"~" not in written


def test_a_number_that_nobody_can_have_counted_to_pushes_no_counter() -> None:
    vector = VersionVector({"a": 7})
    vector.add(Dot(HIGHEST_COUNTER + 1, "hostile"))
    assert vector.next("a") == (8, "a")
    vector.add(Dot(9, "b"))
    assert vector.copy().next("a") == (10, "a")
    assert vector.next("hostile") == (HIGHEST_COUNTER + 2, "hostile")


def test_a_member_who_counts_as_far_as_they_may_stops_nobody(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    scope = ana.shared.articles()[0].scope
    for counter in (HIGHEST_COUNTER, HIGHEST_COUNTER + 9):
        line = JournalEntry(Dot(counter, f"00000000~{scope}"), 0, f"far {counter}", "", "", (), ARTICLE)
        assert ana.shared.receive(ARTICLE, [line]).applied == ben.shared.receive(ARTICLE, [line]).applied == 1
        for number in range(3):
            ana.edit(ANNOTATIONS, CLAIMS[0], note=f"{number} of {counter}")
            exchange(ana, ben)
            assert (ben.plain(ANNOTATIONS, CLAIMS[0]) or {})["note"] == f"{number} of {counter}"
            ben.edit(ANNOTATIONS, CLAIMS[0], tags=[f"{number}"])
            exchange(ana, ben)
            assert ana.public() == ben.public()
            assert rivals(ana.plain(ANNOTATIONS, CLAIMS[0])) == {}


def forged(line: JournalEntry, **fields: Any) -> JournalEntry:
    return line._replace(**fields)


def with_record(
    line: JournalEntry, change: Callable[[Versions], None], table: str = ANNOTATIONS, name: str = CLAIMS[0]
) -> JournalEntry:
    """Return a line whose last record somebody has changed, with versions that fit."""
    record = next(after for _, _, _, after in line.operations if after is not None)
    versions = versions_of(record)
    assert versions is not None
    change(versions)
    return line._replace(operations=(Operation(table, name, None, to_stored(versions)),))


def put(versions: Versions, cell: str, dot: Dot | None, value: object) -> None:
    versions[cell] = {dot or next(iter(versions["*"])): value}


FORGERIES: dict[str, Callable[[JournalEntry, str], JournalEntry]] = {
    "another article": lambda line, _: forged(line, article="another"),
    "another scope": lambda line, _: forged(line, dot=Dot(9, "00000000~0000000000000000")),
    "no scope": lambda line, _: forged(line, dot=Dot(9, "00000000")),
    "a huge number": lambda line, _: forged(line, dot=line.dot._replace(counter=1 << 62)),
    "a number that is none": lambda line, _: forged(line, dot=line.dot._replace(counter="9")),
    "a truth value": lambda line, _: forged(line, previous=True),
    "a later predecessor": lambda line, _: forged(line, previous=line.dot.counter),
    "a context elsewhere": lambda line, _: forged(line, context=VersionVector({"00000000": 4})),
    "a merge": lambda line, _: forged(line, merge_vector=VersionVector({"00000000": 4})),
    "the codebook": lambda line, _: with_record(line, lambda versions: None, "tags"),
    "who shares what": lambda line, _: with_record(line, lambda versions: None, "shared"),
    "another record": lambda line, _: with_record(line, lambda versions: None, name=CLAIMS[2]),
    "another article's annotation": lambda line, _: with_record(line, lambda v: put(v, "article", None, "another")),
    "what is private": lambda line, _: forged(
        line, operations=(Operation(ARTICLES, ARTICLE, None, stamp_record({"id": ARTICLE, "name": "x"}, line.dot)),)
    ),
    "a private dot": lambda line, _: with_record(line, lambda v: put(v, "note", Dot(3, "00000000"), "x")),
    "the own future": lambda line, _: with_record(line, lambda v: put(v, "note", line.dot._replace(counter=900), "x")),
    "no versions": lambda line, _: forged(line, operations=(Operation(ANNOTATIONS, CLAIMS[0], None, {"id": CLAIMS[0]}),)),
    "the end of the article": lambda line, _: forged(
        line, operations=(Operation(ARTICLES, ARTICLE, stamp_record({"id": ARTICLE}, line.dot), None),)
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_line_that_no_honest_program_writes_is_refused_and_changes_nothing(desks: tuple[Desk, Desk], name: str) -> None:
    ana, ben = desks
    exchange(ana, ben)
    scope = ana.shared.articles()[0].scope
    ana.edit(ANNOTATIONS, CLAIMS[0], note="honest")
    (line,) = lines_of(ana.send())
    before, vector = ben.public(), ben.shared.vector(ARTICLE).counters
    with pytest.raises(RefusedLine):
        ben.shared.receive(ARTICLE, [line, FORGERIES[name](line, scope)])
    assert (ben.public(), ben.shared.vector(ARTICLE).counters) == (before, vector)
    assert ben.shared.receive(ARTICLE, [line]).applied == 1


def test_a_line_or_fold_does_not_reach_what_is_private_under_the_same_name(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    ben.edit(ANNOTATIONS, CLAIMS[1], article="an article of his own", note=SECRET)
    ana.claim(CLAIMS[1], note="forged")
    ana.claim(CLAIMS[2], note="after it")
    assert ben.shared.receive(ARTICLE, lines_of(ana.send())).applied == 2
    ana.edit(ANNOTATIONS, CLAIMS[2], note="in a fold")
    assert ben.shared.join_fold(ARTICLE, ana.shared.fold(ARTICLE))
    assert (ben.plain(ANNOTATIONS, CLAIMS[1]) or {})["note"] == SECRET
    assert (ben.plain(ANNOTATIONS, CLAIMS[2]) or {})["note"] == "in a fold"


def test_a_line_that_names_what_has_not_come_waits_as_others_may_have_built_on_it(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    ana.edit(ANNOTATIONS, CLAIMS[0], note="honest")
    (line,) = lines_of(ana.send())
    later = Dot(900, f"00000000~{ana.shared.articles()[0].scope}")
    before = ben.public()
    receipt = ben.shared.receive(ARTICLE, [with_record(line, lambda versions: put(versions, "note", later, "x"))])
    assert (receipt.applied, len(receipt.waiting), ben.public()) == (0, 1, before)
    assert ben.shared.receive(ARTICLE, [line]).applied == 1


def test_a_fold_that_covers_what_no_library_made_is_refused(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    ana.edit(ANNOTATIONS, CLAIMS[0], note="new")
    fold = ana.shared.fold(ARTICLE)
    scope = ana.shared.articles()[0].scope
    for vector in ({}, {"00000000": 4}, {f"00000000~{scope}": 1 << 62}, {f"evil~{scope}": 4}):
        with pytest.raises(RefusedLine):
            ben.shared.join_fold(ARTICLE, Fold(VersionVector(vector), fold.records))
    with pytest.raises(RefusedLine):
        ben.shared.join_fold(ARTICLE, fold._replace(records=fold.records[1:]))


def test_the_library_says_when_a_shared_article_has_something_to_send(tmp_path: Path) -> None:
    changed = Queue[str]()
    library, session, entry = opened(tmp_path / "ana")
    assert library.flush(LONG)
    library.shared_articles.on_change = changed.put
    library.shared_articles.share(entry.id, TEAM)
    session.add(Span(0, 9))
    assert library.flush(LONG)
    assert changed.get(timeout=LONG) == entry.id
    assert len(list(library.shared_articles.unsent(entry.id, {}))) == 2
    assert library.close(LONG)


def test_where_a_source_lies_on_a_disk_stays_there_and_comes_back_to_its_owner(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.shared.share(ARTICLE, TEAM, with_sources=True)
    text = {"digest": "e" * 64, "origin": f"/home/ana/{SECRET}/timetable.pdf"}
    ana.edit(SOURCES, "s1", texts=[text], current="e" * 64)
    ana.edit(ARTICLES, ARTICLE, attached={"2": {"source": "s1"}})
    exchange(ana, ben)
    assert (ben.plain(SOURCES, "s1") or {})["texts"] == [{**text, "origin": "timetable.pdf"}]
    ben.shared.share(ARTICLE, TEAM, with_sources=True)
    ben.edit(SOURCES, "s1", current="")
    exchange(ana, ben)
    assert (ana.plain(SOURCES, "s1") or {})["texts"] == [text]
    assert SECRET not in repr(ana.public())
    assert ana.public() == ben.public()


def test_a_source_of_two_shared_articles_is_the_same_to_both_teams(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    other = "6c1f5c0e-0000-4000-8000-00000000000b"
    ana.edit(ARTICLES, other, "", **{**article_record(other), "attached": {"7": {"source": "s1"}}})
    ana.shared.share(other, "the other team", with_sources=True)
    ana.edit(ARTICLES, ARTICLE, attached={"2": {"source": "s1"}})
    ana.shared.share(ARTICLE, TEAM, with_sources=True)
    ana.edit(SOURCES, "s1", texts=[], current="old")
    exchange(ana, ben)
    ben.shared.share(ARTICLE, TEAM, with_sources=True)
    ben.edit(SOURCES, "s1", current="new")
    exchange(ana, ben)
    sent = list(ana.shared.unsent(other, {}))
    assert [after["current"] for line in sent for table, _, _, after in line.operations if after and table == SOURCES][
        -1
    ] == "new"
    assert rivals(ana.plain(SOURCES, "s1")) == {}
    assert ana.public() == ben.public()


def test_a_number_that_a_machine_used_twice_stands_for_both_changes(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    exchange(ana, ben)
    ana.edit(ANNOTATIONS, CLAIMS[0], note="before the machine was set back")
    (line,) = lines_of(ana.send())
    forgotten = with_record(line, lambda versions: put(versions, "note", line.dot, "after it was set back"))._replace(
        id="other"
    )
    (operation,) = forgotten.operations
    forgotten = forgotten._replace(operations=(operation._replace(before=next(iter(line.operations)).before),))
    ben.shared.receive(ARTICLE, [forgotten])
    assert not ana.shared.renew_replica(ARTICLE, [line])
    assert ana.shared.renew_replica(ARTICLE, [forgotten])
    sent = ana.send()
    assert isinstance(sent, Fold)
    ben.shared.join_fold(ARTICLE, sent)
    record = ben.plain(ANNOTATIONS, CLAIMS[0]) or {}
    assert {record["note"], *rivals(record)["note"]} == {"before the machine was set back", "after it was set back"}
    assert ana.public() == ben.public()
    ana.edit(ANNOTATIONS, CLAIMS[0], tags=["later"])
    exchange(ana, ben)
    assert ana.public() == ben.public()
    assert not ana.shared.renew_replica(ARTICLE, [forgotten])
