"""Merge another library into this one, or copy this one elsewhere."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from reader.errors import ReaderError
from reader.files import make_folder, read_from, sync_folder, write_new
from reader.library.articles import editions_of
from reader.library.file_join import RecordChanges, foreign_dot, join_file
from reader.library.folder import LIBRARY_FILE_NAME, Folder
from reader.library.journal import read_entries
from reader.library.library_file import ANNOTATIONS, ARTICLES, SCHEMA, SOURCES, TAGS, Meta, RecordTables, read_library
from reader.library.snapshots import Snapshots
from reader.library.store import Store
from reader.library.versions import VersionVector, content_of, stored_conflicts
from reader.review.cells import LATEST_WINS, Record, to_cells
from reader.review.conflicts import PAIR_CELLS
from reader.review.records import as_mapping, source_from_record

# ------------------------------------------------------------------ Taking a library to another place, when the one it is in


def copy_library(store: Store, path: Path) -> Folder:
    """Write all of a store into the folder `path`, which is made, and return that.

    Its texts and its history come along as far as they can be read. Raises ReaderError when there is a library already, or it
    cannot be written.
    """
    try:
        make_folder(path)
        place = Folder(path)
        if place.signature() is not None or place.journals() or any(place.archived_journals()):
            raise ReaderError(f"there is a library in {path} already", "choose an empty folder, or a new one")
        with store.guard:
            for source, target in _companion_files(store.folder, place):
                with contextlib.suppress(OSError):
                    make_folder(target.parent)
                    write_new(target, read_from(source)[0])
                    sync_folder(target.parent)
            write_new(place.library, store.records.encode("", store.vector))
        sync_folder(place.path)
    except OSError as error:
        raise ReaderError(f"{path} cannot be written: {error.strerror or error}") from error
    return place


def _companion_files(here: Folder, there: Folder) -> list[tuple[Path, Path]]:
    """Return what is copied beside the library's file, from where to where."""
    pairs = [(finished.path, there.history / finished.path.name) for finished in here.archived_journals()]
    for journal in here.journals():
        with contextlib.suppress(OSError):
            lines = list(read_entries(read_from(journal)[0]))
            if lines:
                pairs.append((journal, there.archive_path(lines[0].dot.counter, lines[-1].dot.counter, lines[0].dot.replica)))
    for folder, _, names in os.walk(here.snapshots):
        pairs.extend((Path(folder, n), there.snapshots / Path(folder).relative_to(here.snapshots) / n) for n in names)
    return pairs


# ------------------------------------------------------------------ a conflict copy, a colleague's file, a whole folder.


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging another library changes here, in numbers of records, and `name`, what that library is called.

    `rivals` are those among the changed of which both sides changed one thing: both values are kept until somebody chooses.
    Of sources and findings the later one is shown, and nobody needs to choose.
    """

    name: str
    records: RecordChanges
    vector: VersionVector
    added: int
    changed: int
    removed: int
    conflicts: int

    @property
    def summary(self) -> str:
        """What a person is told."""
        numbers = [f"{n} {word}" for n, word in zip((self.added, self.changed, self.removed), _CHANGE_WORDS, strict=True) if n]
        if not numbers:
            return f"nothing new in {self.name}"
        both = f"; {self.conflicts} with two versions, to choose from" if self.conflicts else ""
        return f"merged {self.name}: {', '.join(numbers)}{both}"


_CHANGE_WORDS = ("added", "changed", "removed")


def plan_merge(store: Store, path: Path) -> Merge:
    """Return what merging the library at `path`, a file or a folder, changes in a store; nothing is changed yet.

    Raises ReaderError when there is none, or it cannot be read.
    """
    lines, meta, digest = _read_other_library(path)
    with store.guard:
        store.catch_up()
        stamp = foreign_dot(meta, digest)
        records = join_file(store.records, store.vector, lines, meta, stamp, store.last_state)
        saw = meta.vector.copy()
        if digest:
            saw.add(stamp)
        new = sum(store.records.line(*key) is None for key in records)
    gone = sum(record is None for record in records.values())
    both = sum(_has_conflict(record) for (table, _), record in records.items() if record and table in (ANNOTATIONS, TAGS))
    return Merge(path.name or str(path), records, saw, new, len(records) - new - gone, gone, both)


def _has_conflict(record: Record) -> bool:
    """Whether several wrote one thing at once, so that a person has to choose. Evidence that they kept stands together."""
    cells = to_cells(content_of(record))
    for cell, others in stored_conflicts(record).items():
        verdicts = {as_mapping(value).get("verdict") for value in (cells.get(cell), *as_mapping(others).values())} - {"", None}
        if len(verdicts) > 1 if cell.startswith(PAIR_CELLS) else cell not in LATEST_WINS:
            return True
    return False


def _read_other_library(path: Path) -> tuple[RecordTables, Meta, str]:
    """Return the records of another library, what it says of itself, and its digest if another program wrote it, else ""."""
    if path.is_dir():
        if not os.path.lexists(path / LIBRARY_FILE_NAME):
            raise ReaderError(f"{path} holds no library", f"a library is a folder with a {LIBRARY_FILE_NAME}")
        other = Store(Folder(path))
        return other.records, Meta(SCHEMA, "", other.vector), ""
    found = read_library(path)
    if found is None:
        raise ReaderError(f"there is no file {path}")
    if found.meta.schema > SCHEMA:
        raise ReaderError(f"{path} was written by a newer version of Claim Reader", "update Claim Reader to merge it")
    return found.records, found.meta, "" if found.is_intact else found.digest


def digests_in(records: Iterable[tuple[str, Record]]) -> set[str]:
    """Return the digests of the texts that records, each with its table, speak of: editions of articles, and sources."""
    digests: set[str] = set()
    for table, record in records:
        if table == ARTICLES:
            texts = [(record.get("digest"), record.get("original")), *((e.digest, e.original) for e in editions_of(record))]
            digests.update(str(digest) for text in texts for digest in text if digest)
        elif table == ANNOTATIONS:
            digests.add(str(record.get("edition")))
            for judgement in cast("list[object]", record.get("judgements") or []):
                evidence = cast("Record", judgement).get("evidence") if isinstance(judgement, dict) else None
                pieces = cast("list[object]", evidence) if isinstance(evidence, list) else []
                digests.update(str(cast("Record", piece).get("source")) for piece in pieces if isinstance(piece, dict))
        elif table == SOURCES:
            kept = source_from_record(record).texts
            digests.update(digest for one in kept for digest in (one.digest, one.original) if digest)
    return digests


def copy_texts(merge: Merge, path: Path, snapshots: Snapshots) -> None:
    """Copy the texts that the merged records speak of from beside the other library, as far as they are there.

    The lock is held. Raises OSError when one cannot be written.
    """
    others = Snapshots((path if path.is_dir() else path.parent) / "snapshots")
    for digest in digests_in((table, record) for (table, _), record in merge.records.items() if record is not None):
        with contextlib.suppress(ReaderError):
            snapshots.keep(digest, others.read_bytes(digest))


def archive_conflict_copy(folder: Folder, path: Path) -> None:
    """Move a conflict copy that has been merged from beside the library into its backups. It is never removed."""
    if path.resolve() in {copy.resolve() for copy in folder.conflict_copies()}:
        with contextlib.suppress(OSError):
            make_folder(folder.backups)
            os.link(path, _free_backup_path(folder.backups / path.name))
            path.unlink()


def _free_backup_path(path: Path) -> Path:
    number = 1
    wanted = path
    while os.path.lexists(wanted):
        number += 1
        wanted = path.with_name(f"{path.stem} {number}{path.suffix}")
    return wanted
