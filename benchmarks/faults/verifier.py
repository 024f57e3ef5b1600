"""What is there afterwards: read by plain TinyDB, by the library, and by plain TinyDB again once the library was closed."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from tinydb import TinyDB

from benchmarks.faults.ledger import Ledger, is_whole
from benchmarks.faults.writers import EVIDENCE, FINDING, TEXT
from reader.errors import ReaderError
from reader.library import Library, LibraryDB
from reader.review.model import SourceText

LIBRARY: Final = "library.json"


@dataclass(slots=True)
class Verdict:
    """What was found: how many changes had been acknowledged, and each thing that is wrong, as a sentence.

    `lost`: acknowledged, and not there; `torn`: there, and not whole; `unreadable`: a file that could not be opened or parsed.
    """

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """All that is wrong."""
        return [*self.unreadable, *self.lost, *self.torn]


def verify(folder: Path, ledger: Ledger) -> Verdict:
    """Say whether a folder holds all that a ledger says was acknowledged. Nobody else may use the folder meanwhile."""
    verdict = Verdict(ledger.acknowledged)
    try:
        plain_notes(folder)
    except ValueError as error:
        verdict.unreadable.append(f"plain TinyDB cannot read it: {error}")
    if not folder.exists():
        verdict.lost = ledger.lost({})
        return verdict
    try:
        notes = product_notes(folder, ledger)
    except ReaderError as error:
        verdict.unreadable.append(f"refused: {error}")
        verdict.lost = ledger.lost({})
        return verdict
    except Exception:
        verdict.unreadable.append(f"not opened: {traceback.format_exc()}")
        return verdict
    verdict.lost = ledger.lost(notes)
    verdict.torn = [f"{note_id} is torn: {note[:60]!r}" for note_id, note in notes.items() if not is_whole(note)]
    if plain_notes(folder) != notes:
        verdict.unreadable.append("plain TinyDB shows something else than the library that was just closed")
    return verdict


def verify_plain(folder: Path, ledger: Ledger) -> Verdict:
    """Say the same of a folder that plain TinyDB alone has written."""
    verdict = Verdict(ledger.acknowledged)
    try:
        notes = plain_notes(folder)
    except ValueError as error:
        verdict.unreadable.append(f"plain TinyDB cannot read it: {error}")
        return verdict
    verdict.lost = ledger.lost(notes)
    verdict.torn = [f"{note_id} is torn" for note_id, note in notes.items() if not is_whole(note)]
    return verdict


def plain_notes(folder: Path) -> dict[str, str]:
    """Return the notes by annotation as plain TinyDB reads them, none when there is no file.

    Raises ValueError when it cannot read the file.
    """
    if not (folder / LIBRARY).exists():
        return {}
    with TinyDB(folder / LIBRARY, access_mode="r") as db:
        return _notes(db)


def product_notes(folder: Path, ledger: Ledger | None = None) -> dict[str, str]:
    """Return the notes by annotation as the library reads them, and close it. Raises ReaderError when it cannot be read.

    Raises it, too, when an article has lost the text that `ledger` says was acknowledged, or a source is there without its
    text, which is kept before.
    """
    library = Library.open(folder)
    texts = ledger.texts if ledger is not None else ()
    for entry in library.entries():
        if entry.digest in texts:
            library.text(entry)
    with LibraryDB(folder) as db:
        for text in (text for record in _records(db, "sources") for text in record["texts"]):
            library.text(SourceText(text["digest"]))
        return _notes(db)


def _notes(db: TinyDB) -> dict[str, str]:
    """Return all notes by what a ledger calls that in which they stand: annotations, evidence, texts of sources, findings."""
    notes = {str(record.get("id")): str(record.get("note")) for record in _records(db, "annotations")}
    for judgement in (judgement for record in _records(db, "annotations") for judgement in record.get("judgements", ())):
        notes |= {f"{EVIDENCE}:{piece['source']}": piece["selector"]["exact"] for piece in judgement.get("evidence", ())}
    for record in _records(db, "sources"):
        notes |= {f"{TEXT}:{text['digest']}": text["title"] for text in record["texts"]}
    for record in _records(db, "articles"):
        notes |= {f"{FINDING}:{key}": dismissed["reason"] for key, dismissed in record.get("dismissed", {}).items()}
    return notes


def _records(db: TinyDB, table: str) -> list[dict[str, Any]]:
    return [cast("dict[str, Any]", dict(record)) for record in db.table(table).all()]
