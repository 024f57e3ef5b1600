"""A library in the middle of its life, to be damaged again and again: what it holds, where, and what it looked like before."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tinydb import TinyDB

from benchmarks.faults.ledger import note_of
from benchmarks.faults.nursery import Nursery, Say
from benchmarks.faults.verifier import LIBRARY
from benchmarks.faults.writers import LARGE, the_article
from reader.article.ranges import Span
from reader.library import Library

_SECONDS: Final = 60.0
_LOCKS: Final = ".lock"


@dataclass(slots=True)
class Patient:
    """The library in `folder`: its `notes` by annotation, and which of them only the journal holds.

    `older` is its file as it was five saves before, `plain` as plain TinyDB would have written it now.
    """

    folder: Path
    store: Path
    notes: dict[str, str] = field(default_factory=dict)
    only_journal: list[str] = field(default_factory=list)
    older: bytes = b""
    older_journal: bytes = b""
    plain: bytes = b""

    @property
    def library(self) -> Path:
        """The library's file."""
        return self.folder / LIBRARY

    @property
    def journal(self) -> Path:
        """The journal."""
        (found,) = self.folder.glob("journal-*.jsonl")
        return found

    @property
    def finished(self) -> Path:
        """The finished journal in the history."""
        (found,) = (self.folder / "history").iterdir()
        return found

    def heal(self) -> None:
        """Put the library back as it was, in the same folder."""
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        shutil.copytree(self.store, self.folder, dirs_exist_ok=True)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of all files in a folder but locks, by their names."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != _LOCKS)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def make_patient(nursery: Nursery, place: Path) -> Patient:
    """Make the library: some claims folded long ago, some in a finished journal, some in the journal only."""
    place.mkdir(parents=True, exist_ok=True)
    child = nursery.run(f"{__name__}:live", place=str(place))
    patient = Patient(place / "library", place / "store")
    for line in child.lines():
        match line.split(maxsplit=2):
            case ["note", note_id, text]:
                patient.notes[note_id] = json.loads(text)
            case ["unfolded", note_id]:
                patient.only_journal.append(note_id)
            case ["end"]:
                break
            case _:
                raise ChildProcessError(f"the library in {place} could not be made: {line}")
    patient.older = (place / "older.json").read_bytes()
    patient.older_journal = (place / "older.jsonl").read_bytes()
    shutil.copyfile(patient.library, place / "plain.json")
    with TinyDB(place / "plain.json") as db:
        db.table("theirs").insert({"a script": "was here"})
    patient.plain = (place / "plain.json").read_bytes()
    shutil.copytree(patient.folder, patient.store)
    return patient


def live(say: Say, place: str) -> None:
    """Make the library and end as if killed, so that nobody folds the last changes. Runs in a child."""
    folder = Path(place) / "library"
    library = Library.open(folder)
    session, entry = library.session(the_article(), "person")
    session.listen(lambda change: library.save(entry.id, change))
    chance = Random(1)
    number = 0

    def add(count: int, size: int, *, fold: bool) -> None:
        nonlocal number
        for _ in range(count):
            number += 1
            note = note_of("person", number, size)
            made = session.add(Span(chance.randrange(300), 500), note=note)
            saved = library.close(_SECONDS) if fold else library.flush(_SECONDS)
            say(f"note {made.id} {json.dumps(note)}" if saved else "not saved")
            if not fold:
                say(f"unfolded {made.id}")

    add(4, 60, fold=True)
    shutil.copyfile(folder / LIBRARY, Path(place) / "older.json")
    add(1, LARGE, fold=True)
    add(3, 300, fold=True)
    (journal,) = folder.glob("journal-*.jsonl")
    shutil.copyfile(journal, Path(place) / "older.jsonl")
    add(4, 200, fold=False)
