"""Articles shared with a team: all come to the same, private things stay, and nothing that was saved is lost on the way."""

import contextlib
from pathlib import Path

import pytest

from reader.library.folder import Folder
from reader.library.history import invert_entry, read_history
from reader.library.journal import JournalEntry, read_entries
from reader.library.shared_articles import Fold, LinesLost, SharedArticles
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS, ARTICLES
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import to_plain
from reader.review.cells import Record
from reader.review.undo import UndoConflict

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
