"""Programs that write without end and say what was acknowledged: through the library, through TinyDB's API, or plain TinyDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from tinydb import TinyDB, where

from benchmarks.faults.ledger import GONE, note_of, sum_of
from benchmarks.faults.nursery import Say
from benchmarks.texts import article_text
from reader.article.article import Article
from reader.article.ranges import Span
from reader.formats import parse_article
from reader.library import Library, LibraryDB
from reader.review.model import Annotation, Evidence, Judgement, Selector, SourceText, new_id
from reader.review.session import ReviewSession

LARGE: Final = 500_000
"""The characters of a large note: a journal is full after one of them."""

TEXT: Final = "text"
EVIDENCE: Final = "evidence"
FINDING: Final = "finding"
KINDS: Final = (TEXT, EVIDENCE, FINDING)
"""What a note stands in beside annotations: the title of a source's text, evidence, the reason to dismiss a finding."""

_SECONDS: Final = 60.0
_SIZES: Final = (0, 60, 600, 4000)
_LONG: Final = 36


def the_article() -> Article:
    """Return the article that everything is written about."""
    return parse_article(article_text(3000, markdown=False).encode(), "-")


def sizes(chance: Random, large: float) -> Iterator[int]:
    """Yield the sizes of notes without end, in characters; `large` is the share of large ones."""
    while True:
        yield LARGE if chance.random() < large else chance.choice(_SIZES)


def through_library(say: Say, folder: str, name: str, seed: int, large: float = 0.0, closing: float = 0.1) -> None:
    """Annotate, edit and remove through the library as the screen does, one acknowledged change or a few after the other.

    `closing` is how often the library is closed in between, which folds the journal into the file.
    """
    chance = Random(seed)
    size = sizes(chance, large)
    library = Library.open(Path(folder))
    article = the_article()
    session, entry = library.session(article, name)
    session.listen(lambda change: library.save(entry.id, change))
    mine = [a for a in session.index.annotations() if a.creator == name and not a.judgements]
    number = 0
    while True:
        for _ in range(chance.choice((1, 1, 1, 3))):
            number += 1
            note = note_of(name, number, next(size))
            what = chance.random()
            if what < 0.12:
                say(f"want {number} {supply(library, session, chance.choice(KINDS), note)} {sum_of(note)}")
            elif what < 0.6 or not mine:
                made = session.add(Span(chance.randrange(500), 900), note=note)
                say(f"want {number} {made.id} {sum_of(note)}")
                mine.append(made)
            elif what < 0.9:
                place = chance.randrange(len(mine))
                say(f"want {number} {mine[place].id} {sum_of(note)}")
                mine[place] = session.set_note(mine[place], note)
            else:
                gone: Annotation = mine.pop(chance.randrange(len(mine)))
                say(f"want {number} {gone.id} {GONE}")
                session.remove([gone])
        if library.flush(_SECONDS):
            say(f"kept {number}")
            say(f"text {article.digest}")
        if chance.random() < closing:
            library.close(_SECONDS)


def supply(library: Library, session: ReviewSession, kind: str, note: str) -> str:
    """Attach a source, keep evidence, or dismiss a finding, with a note in it; return what the ledger calls it.

    Evidence is kept on an annotation of its own, which nobody changes.
    """
    if kind == FINDING:
        finding = new_id()
        session.dismiss_finding(finding, "never-cited", "it is never cited", note)
        return f"{FINDING}:{finding}"
    read = parse_article(f"{new_id()} is all that stands here.\n".encode(), "-")
    if kind == TEXT:
        library.keep_text(read)
        session.attach_source("1", SourceText(read.digest, title=note))
    else:
        session.add(Span(0, 9), note=note, judgements=[Judgement("1", "", (Evidence(read.digest, Selector(note)),))])
    return f"{kind}:{read.digest}"


def through_tables(say: Say, folder: str, name: str, seed: int, large: float = 0.0, closing: float = 0.1) -> None:
    """Insert, update and remove through the library's TinyDB, as a script does."""
    chance = Random(seed)
    db = LibraryDB(Path(folder))
    size = sizes(chance, large)
    mine: list[str] = []
    number = 0
    while True:
        number += 1
        _change(say, db, chance, mine, name, number, next(size))
        if chance.random() < closing:
            db.close()
            db = LibraryDB(Path(folder))


def through_plain_tinydb(say: Say, folder: str, name: str, seed: int, large: float = 0.0) -> None:
    """Do the same with plain TinyDB, which rewrites its file for every change."""
    chance = Random(seed)
    size = sizes(chance, large)
    db = TinyDB(Path(folder) / "library.json")
    mine: list[str] = []
    number = 0
    while True:
        number += 1
        _change(say, db, chance, mine, name, number, next(size))


def _change(say: Say, db: TinyDB, chance: Random, mine: list[str], name: str, number: int, size: int) -> None:
    table = db.table("annotations")
    note = note_of(name, number, size)
    what = chance.random()
    if what < 0.6 or not mine:
        mine.append(new_id())
        say(f"want {number} {mine[-1]} {sum_of(note)}")
        table.insert({"id": mine[-1], "article": "0" * _LONG, "note": note, "creator": name})
    elif what < 0.9:
        changed = chance.choice(mine)
        say(f"want {number} {changed} {sum_of(note)}")
        table.update({"note": note}, where("id") == changed)
    else:
        gone = mine.pop(chance.randrange(len(mine)))
        say(f"want {number} {gone} {GONE}")
        table.remove(where("id") == gone)
    say(f"kept {number}")
