"""A person's short work on a library that touches all of the store, done to its end whatever goes wrong on the way."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from tinydb import where

from benchmarks.faults.ledger import GONE, note_of, sum_of
from benchmarks.faults.nursery import Say
from benchmarks.faults.writers import KINDS, LARGE, TEXT, supply, the_article
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.library import Library, LibraryDB
from reader.review.model import Annotation, new_id
from reader.review.session import ReviewSession

_SECONDS: Final = 20.0
T = TypeVar("T")


def play(say: Say, folder: Path) -> None:
    """Do the work in a folder, which may hold a library, and say what was wanted and what was acknowledged.

    Besides the lines of a ledger it says `refused …` for a ReaderError, `escaped …` for anything else that came out, and
    `stuck` when something could not be saved at the second try either.
    """
    threading.excepthook = lambda crash: say(f"escaped from a thread: {crash.exc_value!r}")
    work = _Work(say, folder)
    work.first_sitting()
    work.second_sitting()
    work.script()


class _Work:
    def __init__(self, say: Say, folder: Path) -> None:
        self._say = say
        self._folder = folder
        self._number = 0
        self._kept = 0

    def first_sitting(self) -> None:
        """Annotate, edit, fold, and write so much that a journal is finished."""
        library, session = self._opened()
        if library is None or session is None:
            return
        first = self._add(session, 60)
        self._add(session, 0)
        self._flush(library)
        self._edit(session, first, 300)
        self._flush(library)
        self._tried("close", lambda: library.close(_SECONDS))
        self._add(session, LARGE)
        self._flush(library)
        self._supply(library, session)
        self._remove(session, first)
        self._flush(library)
        self._close(library)

    def _supply(self, library: Library, session: ReviewSession) -> None:
        """Attach a source, replace it, keep evidence, dismiss a finding."""
        for kind in (TEXT, *KINDS):
            note = note_of("person", self._number + 1, 60)
            self._want(supply(library, session, kind, note), 60)
        self._flush(library)

    def second_sitting(self) -> None:
        """Come back, go on, and end without a checkpoint after the last change."""
        library, session = self._opened()
        if library is None or session is None:
            return
        self._add(session, 60)
        self._flush(library)
        self._close(library)
        self._add(session, 10)
        self._flush(library)
        self._give_up()

    def script(self) -> None:
        """Insert, update and remove through TinyDB's API."""
        db = self._twice("open the tables", lambda: LibraryDB(self._folder))
        if db is None:
            return
        table = db.table("annotations")
        one, other = new_id(), new_id()
        made: list[str] = []
        for note_id in (one, other):
            record = {"id": note_id, "article": new_id(), "note": self._want(note_id, 30)}
            if self._acknowledged("insert", lambda record=record: table.insert(record)):
                made.append(note_id)
        if one in made:
            note = self._want(one, 90)
            self._acknowledged("update", lambda: table.update({"note": note}, where("id") == one))
        if other in made:
            self._number += 1
            self._say(f"want {self._number} {other} {GONE}")
            self._acknowledged("remove", lambda: table.remove(where("id") == other))
        self._twice("close the tables", lambda: db.close() or True)

    # ------------------------------------------------------------------ changes

    def _want(self, note_id: str, size: int) -> str:
        self._number += 1
        note = note_of("person", self._number, size)
        self._say(f"want {self._number} {note_id} {sum_of(note)}")
        return note

    def _add(self, session: ReviewSession, size: int) -> Annotation:
        note = note_of("person", self._number + 1, size)
        made = session.add(Span(3 * self._number, 400), note=note)
        self._want(made.id, size)
        return made

    def _edit(self, session: ReviewSession, annotation: Annotation, size: int) -> None:
        session.set_note(annotation, self._want(annotation.id, size))

    def _remove(self, session: ReviewSession, annotation: Annotation) -> None:
        self._number += 1
        self._say(f"want {self._number} {annotation.id} {GONE}")
        session.remove([annotation])

    # ------------------------------------------------------------------ what may fail

    def _opened(self) -> tuple[Library | None, ReviewSession | None]:
        library = self._twice("open", lambda: Library.open(self._folder))
        if library is None:
            return None, None
        article = the_article()
        found = self._twice("review", lambda: library.session(article, "person"))
        if found is None:
            return library, None
        session, entry = found
        session.listen(lambda change: library.save(entry.id, change))
        return library, session

    def _flush(self, library: Library) -> None:
        """Save, and save again when that failed."""
        for _ in range(2):
            if self._tried("save", lambda: library.flush(_SECONDS)):
                self._said_saved()
                return
        self._say("stuck")

    def _close(self, library: Library) -> None:
        if not self._tried("close", lambda: library.close(_SECONDS)):
            self._flush(library)
        else:
            self._said_saved()
        self._give_up()

    def _said_saved(self) -> None:
        self._kept = self._number
        self._say(f"kept {self._number}")
        self._say(f"text {the_article().digest}")

    def _give_up(self) -> None:
        """Say of what is not saved now that it will not be: the one that wanted it goes away."""
        for number in range(self._kept + 1, self._number + 1):
            self._say(f"dropped {number}")

    def _acknowledged(self, what: str, change: Callable[[], object]) -> bool:
        """Make a change that is acknowledged when it returns, and return whether it did; again, it would be another change."""
        saved = self._tried(what, lambda: (change(), True)) is not None
        self._say(f"kept {self._number}" if saved else f"dropped {self._number}")
        return saved

    def _twice(self, what: str, step: Callable[[], T]) -> T | None:
        """Do something, and once more when it failed."""
        first = self._tried(what, step)
        if first is not None:
            return first
        second = self._tried(f"{what} again", step)
        if second is None:
            self._say("stuck")
        return second

    def _tried(self, what: str, step: Callable[[], T]) -> T | None:
        try:
            return step()
        except ReaderError as error:
            self._say(f"refused to {what}: {error}")
        except Exception:
            self._say(f"escaped from {what}: {json.dumps(traceback.format_exc())}")
        return None
